"""Signing up: open between two days, once, and never over somebody who is there already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.casework.effects import Door
from bot.casework.roster import SupporterStatus
from bot.config.model import SignUp
from bot.store import roster
from tests.drawn import without_tokens
from tests.unit.desk.accounts import Guest, link

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Scene

NIA = 30
READ = {"read": ["yes"]}


@pytest.fixture
def scene(make_scene: Callable[..., Scene]) -> Scene:
    """Give a network at which people can sign up until the end of the month."""
    made = make_scene()
    sign_up = SignUp(opens=date(2026, 11, 1), closes=date(2026, 11, 30))
    made.config = made.config.model_copy(update={"sign_up": sign_up})
    made.at(made.config.desk.url)
    return made


def nia(scene: Scene) -> Guest:
    """Give Nia, who has asked for the link to sign up."""
    return Guest(scene.browser(), link(scene, Door.JOIN, NIA, "Nia")).open()


def on_the_roster(scene: Scene) -> bool:
    """Say whether Nia is on the roster."""
    with scene.store.read() as tx:
        return roster.get(tx, NIA) is not None


def test_the_link_alone_shows_no_more_than_its_mail(scene: Scene) -> None:
    """A scanner sees a button, gets no cookie, and changes nothing."""
    path = link(scene, Door.JOIN, NIA, "Nia")
    before = scene.dump()
    for method in ("GET", "HEAD"):
        answer = scene.browser().send(method, path)
        assert answer.status == 200
        assert "Nia" not in without_tokens(answer.text)
        assert "Set-Cookie" not in answer.headers
    assert scene.dump() == before


def test_an_application_is_kept_and_the_coordinators_hear(scene: Scene) -> None:
    """Stored as applied, with everything that was said; one word to the coordinators, no name."""
    guest = nia(scene)
    assert guest.fields("send")["languages"] == ["English"]
    answer = guest.press(
        "send",
        languages="Swahili\r\nEnglish",
        channels=["desk"],
        timezone="Nairobi",
        word="MARKER",
        avoid="Somebody Else",
        **READ,
    )
    assert scene.says("join-thanks-more") in answer.page.text
    one = scene.profile(NIA)
    assert one.status is SupporterStatus.APPLIED
    assert one.name == "Nia"
    assert one.languages == ("sw", "en")
    assert one.timezone == "Africa/Nairobi"
    assert one.avoid_new == ("Somebody Else",)
    [row] = scene.dump()["outbox"]
    assert "applied" in row
    assert NIA not in row
    assert "MARKER" not in repr(scene.dump())
    assert guest.look().status == 404


def test_nobody_who_applied_is_asked(scene: Scene) -> None:
    """Training comes before any case."""
    guest = nia(scene)
    guest.press("send", **READ)
    with scene.store.read() as tx:
        active = [one for one in roster.everybody(tx) if one.status is SupporterStatus.ACTIVE]
    assert not active


@pytest.mark.parametrize(
    ("wrong", "marked"),
    [
        ({"read": []}, {"read"}),
        ({"languages": ""}, {"languages"}),
        ({"languages": "Klingonish", "read": [], "word": "x" * 101}, {"languages", "read", "word"}),
        ({"channels": []}, {"channels"}),
        ({"timezone": "Atlantis"}, {"timezone"}),
    ],
)
def test_what_can_not_be_taken_is_told_beside_its_field(
    scene: Scene, wrong: dict[str, str | Sequence[str]], marked: set[str]
) -> None:
    """All at once; nothing is stored, everything stands as it was typed, and can be mended."""
    guest = nia(scene)
    before = scene.dump()
    given: dict[str, str | Sequence[str]] = {"word": "kept", "avoid": "Kept Too", **READ}
    answer = guest.press("send", **(given | wrong))
    assert answer.status == 422
    assert guest.wrong == marked
    for name, value in (given | wrong).items():
        assert guest.fields("send").get(name, []) == ([value] if isinstance(value, str) else value)
        assert name not in marked or f'href="#{name}"' in answer.text
    assert scene.dump() == before
    right = {"languages": "English", "channels": ["desk"], "timezone": "UTC", "word": "", **READ}
    assert guest.press("send", **right).status == 200
    assert on_the_roster(scene)


@pytest.mark.parametrize("status", list(SupporterStatus), ids=str)
def test_who_is_there_already_is_never_overwritten(scene: Scene, status: SupporterStatus) -> None:
    """Neither before typing nor after it: the profile stays as it is."""
    guest = nia(scene)
    form = guest.fields("send") | READ
    scene.supporter(NIA, name="Nia", word="before", status=status)
    before = scene.dump()
    assert scene.says("join-already-more") in guest.send(form).page.text
    assert scene.says("join-already-more") in guest.look().page.text
    assert scene.dump() == before


def test_sign_up_that_has_closed_takes_nothing(scene: Scene) -> None:
    """A link from the last day opens the page that says when it was open."""
    scene.clock.pass_(days=7)
    guest = nia(scene)
    form = guest.fields("send") | READ
    scene.clock.pass_(days=1.9)
    for answer in (guest.send(form), Guest(guest.browser, guest.path).open().answer):
        assert "It was open from November 1, 2026 to November 30, 2026" in answer.page.text
    assert not on_the_roster(scene)


def test_a_form_from_an_hour_ago_is_taken(scene: Scene) -> None:
    """Who read the list of what supporters do for an hour has not typed for nothing."""
    guest = nia(scene)
    form = guest.fields("send") | READ
    scene.clock.pass_(hours=1)
    assert scene.says("join-thanks") in guest.send(form).page.text
    assert on_the_roster(scene)


def test_pressed_twice_it_is_one_application(scene: Scene) -> None:
    """The second press finds a kind page, and the coordinators hear once."""
    guest = nia(scene)
    form = guest.fields("send") | READ
    guest.send(form)
    before = scene.dump()
    assert scene.says("join-gone-more") in guest.send(form).page.text
    assert scene.dump() == before


@pytest.mark.parametrize("wrong", ["none", "of the door", "of another link"])
def test_a_press_without_the_right_form_does_nothing(scene: Scene, wrong: str) -> None:
    """From another site, or with what anybody with the link can get: refused, nothing changed."""
    guest = Guest(scene.browser(), link(scene, Door.JOIN, NIA, "Nia"))
    door = guest.fields("open")["form"]
    guest.open()
    another = Guest(scene.browser(), link(scene, Door.JOIN, 31)).open()
    tokens = {"none": [], "of the door": door, "of another link": another.fields("send")["form"]}
    before = scene.dump()
    for do in ("send", "save", "", "open-it"):
        form = guest.fields("send") | READ | {"do": [do], "form": tokens[wrong]}
        assert guest.browser.send("POST", guest.path, data=form).status == 400
    assert scene.dump() == before


def test_who_leaves_can_sign_up_again(scene: Scene) -> None:
    """Erased means erased: the next application is a new one."""
    nia(scene).press("send", **READ)
    own = Guest(scene.browser(), link(scene, Door.ME, NIA, "Nia")).open()
    own.press("leave")
    own.press("leave-for-good")
    assert not on_the_roster(scene)
    assert scene.says("join-thanks") in nia(scene).press("send", **READ).page.text
    assert on_the_roster(scene)
