"""A profile as a form: it reads back to itself, and says everything that is wrong at once."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.casework.profile_form import (
    ProfileForm,
    Said,
    form_of,
    read,
    read_return,
    with_said,
)
from bot.casework.roster import Hours, Supporter
from bot.languages import language_name
from bot.request.request import Published
from tests.drawn import without_tokens

OFFERED = Published(
    topics=("alone", "stress", "else"),
    channels=("desk", "wikimail", "signal"),
    backgrounds=("women", "lgbt"),
    message_characters=0,
    plain_requests=False,
)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _minutes() -> st.SearchStrategy[time]:
    return st.builds(time, st.integers(0, 23), st.integers(0, 59))


_NAMES = st.sampled_from([(5, "Ravi"), (6, "Some, Body"), (7, "#7")])
PROFILES = st.builds(
    Supporter,
    user_id=st.just(1),
    name=st.just("Salma"),
    languages=st.lists(
        st.sampled_from(["de", "pt-br", "zh-hans", "ar", "tlh"]), min_size=1, unique=True
    ).map(tuple),
    topics=st.none() | st.frozensets(st.sampled_from(["alone", "stress"]), min_size=1),
    channels=st.frozensets(st.sampled_from(OFFERED.channels), min_size=1),
    capacity=st.integers(1, 99),
    per_week=st.integers(1, 99),
    timezone=st.sampled_from(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"]),
    hours=st.none()
    | st.tuples(_minutes(), _minutes())
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: Hours(*pair)),
    background=st.frozensets(st.sampled_from(OFFERED.backgrounds)),
    word=st.sampled_from(["", "lighthouse", "كلمة", '"<b>']),
    avoid_names=st.lists(_NAMES, unique=True).map(tuple),
)


def test_everybody_avoided_stands_in_the_box() -> None:
    """Also a name that was not looked up yet, or that nobody has: saved again, none is lost."""
    one = Supporter(
        user_id=1,
        name="Salma",
        languages=("de",),
        avoid_names=((5, "Ravi"),),
        avoid_new=("Rim",),
        avoid_nobody=("Rmi",),
    )
    form = form_of(one, lambda code: language_name(code, "en"))
    assert form.avoid.splitlines() == ["Ravi", "Rim", "Rmi"]
    said = read(form, OFFERED, {language_name("de", "en"): "de"}, one.avoid_names)
    assert isinstance(said, Said)
    assert (said.avoided, said.avoid_new) == (frozenset({5}), ("Rim", "Rmi"))


@settings(deadline=None)  # the names of languages are read once, which takes its time
@given(PROFILES, st.sampled_from(["en", "de", "ar"]))
def test_a_profile_reads_back_to_itself(one: Supporter, reader: str) -> None:
    """Saved without a change, nothing changes."""
    form = form_of(one, lambda code: language_name(code, reader))
    shown = {language_name(code, reader): code for code in one.languages}
    said = read(form, OFFERED, shown, one.avoid_names)
    assert isinstance(said, Said)
    after = with_said(one, said)
    avoided = {user_id for user_id, _ in one.avoid_names}
    assert after.avoid == avoided
    assert (after.languages, after.topics, after.channels) == (
        one.languages,
        one.topics,
        one.channels,
    )
    assert (after.hours, after.timezone, after.word) == (one.hours, one.timezone, one.word)
    assert (after.capacity, after.per_week) == (one.capacity, one.per_week)
    assert (after.avoid_names, after.avoid_new) == (one.avoid_names, ())


@pytest.mark.parametrize(
    ("starts", "ends", "hours"),
    [
        ("08:00", "22:00", "08:00-22:00"),
        ("8", "22", "08:00-22:00"),
        ("8.30", "22:15:00", "08:30-22:15"),
        ("20:00", "02:00", "20:00-02:00"),
        ("00:00", "24:00", None),
        (" ", "", None),
    ],
)
def test_hours(starts: str, ends: str, hours: str | None) -> None:
    """As browsers send them, and as people type them where there is no picker."""
    said = read(ProfileForm("de", ("desk",), starts=starts, ends=ends), OFFERED, {})
    assert isinstance(said, Said)
    assert (said.hours and str(said.hours)) == hours


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("  Berlin ", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_time_zones(typed: str, zone: str) -> None:
    """By name in any letter case, or by the city."""
    said = read(ProfileForm("de", ("desk",), timezone=typed), OFFERED, {})
    assert isinstance(said, Said)
    assert said.timezone == zone


@pytest.mark.parametrize("typed", ["", "West", "Europe", "/etc/passwd", "Europe/"])
def test_what_is_no_time_zone_for_certain_is_asked_again(typed: str) -> None:
    """A word that several share is none of them; a folder of the database is no zone."""
    found = read(ProfileForm("de", ("desk",), timezone=typed), OFFERED, {})
    assert not isinstance(found, Said)
    assert [(one.place, one.code) for one in found] == [("timezone", "timezone")]


def test_every_problem_is_told_at_once() -> None:
    """One look is enough to mend a whole form."""
    form = ProfileForm(
        languages="Blah",
        channels=(),
        capacity="0",
        per_week="many",
        starts="8",
        ends="",
        timezone="Atlantis",
        word="x" * 101,
        avoid="<b>",
    )
    found = read(form, OFFERED, {})
    assert not isinstance(found, Said)
    assert sorted(one.place for one in found) == sorted(
        ["languages", "channels", "capacity", "per_week", "hours", "timezone", "word", "avoid"]
    )
    assert "Blah" not in without_tokens(repr(found))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11-23", datetime(2026, 11, 22, 23, tzinfo=UTC)),
        ("2026-11-22", "past"),
        ("2028-11-21", datetime(2028, 11, 20, 23, tzinfo=UTC)),
        ("2028-12-21", "far"),
        ("9999-12-31", "far"),
        ("0001-01-01", "date"),
        ("tomorrow", "date"),
        ("", "date"),
    ],
)
def test_the_day_of_return_begins_on_their_own_clock(text: str, found: object) -> None:
    """In Berlin it begins an hour before midnight UTC."""
    assert read_return(text, "Europe/Berlin", NOW) == found
