"""The bands of the key page: how many could be asked, never how many there are."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.casework.matching_index import RosterIndex
from bot.casework.roster import Supporter, SupporterStatus
from bot.config import load
from bot.languages import shared_language
from bot.publishing.key_page import Bands, bands, key_page, usual_wait, without_a_few

CHANNELS = ("desk", "wikimail", "signal")


def _supporters(count: int, *languages: str, start: int, **profile: Any) -> list[Supporter]:
    return [
        Supporter(user_id=start + number, name="Somebody", languages=languages, **profile)
        for number in range(count)
    ]


def test_the_bands() -> None:
    """Up to four are few, up to fourteen several; who is not active does not count."""
    roster = [
        *_supporters(4, "fr", start=0),
        *_supporters(5, "de", "de", start=10),
        *_supporters(15, "en", start=20),
        *_supporters(1, "es", start=40, status=SupporterStatus.TRAINING),
        *_supporters(14, "pl", start=50),
    ]
    assert bands(roster, CHANNELS).languages == {
        "de": "several",
        "en": "many",
        "fr": "few",
        "pl": "several",
    }


def test_reach_is_by_channel() -> None:
    """A channel is told of three or more, and one that is not offered of nobody."""
    roster = [
        *_supporters(5, "de", start=0),
        *_supporters(3, "de", start=10, channels=frozenset({"signal", "pigeon"})),
        *_supporters(2, "fr", start=20),
        *_supporters(2, "fr", start=30, channels=frozenset({"signal"})),
        *_supporters(1, "tr", start=40),
    ]
    assert bands(roster, CHANNELS).languages == {"de": "several", "fr": "few", "tr": "few"}
    assert bands(roster, CHANNELS).reach == {
        "de": {"desk": "several", "wikimail": "several", "signal": "few"}
    }


def test_varieties_count_together_as_they_match() -> None:
    """Three of pt and two of pt-br are five for whoever asks for either; old codes are today's."""
    roster = [
        *_supporters(3, "pt", start=0),
        *_supporters(2, "pt-br", "no", start=10),
        *_supporters(3, "pt", "pt-br", start=20, channels=frozenset({"signal"})),
    ]
    found = bands(roster, CHANNELS)
    assert found.languages == {"nb": "few", "pt": "several", "pt-br": "several"}
    assert found.reach["pt"] == found.reach["pt-br"]
    assert found.reach["pt"] == {"desk": "several", "wikimail": "several", "signal": "few"}


@given(
    st.lists(
        st.tuples(
            st.sets(st.sampled_from(["de", "de-at", "tr"]), min_size=1),
            st.frozensets(st.sampled_from(CHANNELS), min_size=1),
        ),
        max_size=9,
    ),
)
def test_reach_is_told_of_three_at_least(rows: list[tuple[set[str], frozenset[str]]]) -> None:
    """Which ways one or two people use is in nothing that is published."""
    roster = [
        Supporter(user_id=i, name="Somebody", languages=tuple(languages), channels=channels)
        for i, (languages, channels) in enumerate(rows)
    ]
    for code, channels in bands(roster, CHANNELS).reach.items():
        for channel in channels:
            using = [
                one
                for one in roster
                if channel in one.channels and shared_language([code], one.languages)
            ]
            assert len(using) >= 3


def test_what_an_earlier_release_told_of_one_goes_at_once() -> None:
    """A week has to pass before bands change, but for what can be one person's."""
    old = without_a_few(Bands({"tr": "few"}, {"tr": {"desk": "few"}, "de": {"desk": "many"}}))
    assert old == Bands({"tr": "few"}, {"de": {"desk": "many"}})


def test_what_is_published_can_be_matched() -> None:
    """Each code leads to exactly those who were counted for it."""
    roster = [*_supporters(3, "zh-hans", start=0), *_supporters(4, "zh-hant", "no", start=10)]
    index = RosterIndex(roster)
    for code, size in {"zh-hans": 7, "zh-hant": 7, "nb": 4}.items():
        found = [alike for _, speakers in index.tiers([code], ["desk"]) for alike in speakers]
        assert sum(len(alike.supporters) for alike in found) == size
        assert bands(roster, CHANNELS).languages[code] == ("several" if size > 4 else "few")


def test_what_to_read_is_published(tmp_path: Path) -> None:
    """The gadget's first page has it from there; what is for supporters alone is not in it."""
    file = tmp_path / "peer-support.yaml"
    file.write_text(
        'wiki: {intake: "Project:In"}\ncoordinators: [Coral]\nresources:\n'
        "  - {label: {en: On stress}, url: 'https://example.org/a', for: requester}\n"
        "  - {label: {en: For supporters}, url: 'https://example.org/b', for: supporter}\n",
        encoding="utf-8",
    )
    page = key_page(
        load(file, {}),
        wiki_id="peerwiki",
        intake="Project:In",
        help_page="Project:Help",
        is_open=True,
        keys=(),
        roster=bands([], CHANNELS),
        wait="unknown",
    )
    assert json.loads(page)["resources"] == [
        {"label": {"en": "On stress"}, "url": "https://example.org/a"}
    ]


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("middle", "said"),
    [
        (HOUR, "hours"),
        (DAY - MINUTE, "hours"),
        (DAY, "days"),
        (7 * DAY - MINUTE, "days"),
        (7 * DAY, "weeks"),
        (30 * DAY, "weeks"),
    ],
)
def test_the_usual_wait_is_the_middle_one(middle: timedelta, said: str) -> None:
    """Half waited less and half more: one who waited for months makes nobody else's longer."""
    assert usual_wait([MINUTE, MINUTE, middle, 300 * DAY, 300 * DAY]) == said


@pytest.mark.parametrize(("number", "said"), [(0, "unknown"), (4, "unknown"), (5, "days")])
def test_the_wait_of_a_few_is_not_told(number: int, said: str) -> None:
    """Of four people it would tell too much; five are enough."""
    assert usual_wait([2 * DAY] * number) == said
