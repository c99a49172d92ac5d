"""Entering a name: the same answer for every name, a bounded list, and no cookie needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.casework.effects import Door
from bot.config.model import SignUp
from bot.overview import look
from bot.store import accounts
from bot.store.store import STATE, count_of, put_setting
from tests.unit.desk.accounts import Fields, waiting

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Answer, Scene

DOORS = ["me", "ask", "join"]
OPEN = SignUp(opens=date(2026, 11, 1), closes=date(2026, 11, 30))


@pytest.fixture
def scene(make_scene: Callable[..., Scene]) -> Scene:
    """Give a network at which people can sign up."""
    made = make_scene()
    with_sign_up(made, OPEN)
    return made


def with_sign_up(scene: Scene, sign_up: SignUp) -> None:
    """Let people sign up between these days."""
    scene.config = scene.config.model_copy(update={"sign_up": sign_up})
    scene.at(scene.config.desk.url)


def enter(scene: Scene, path: str, name: str | None, **headers: str) -> Answer:
    """Enter a name in a browser that keeps no cookies."""
    browser = scene.browser()
    browser.client = scene.app.test_client(use_cookies=False)
    form = dict(Fields(browser.get(path).text).sent["ask-for-link"])
    form["name"] = [] if name is None else [name]
    return browser.send("POST", path, data=form, headers=headers)


NAMES = {
    "somebody": "Rosa Muster",
    "as in a link": "User:Rosa_Muster",
    "nobody": "Nobody At All",
    "nothing": "",
    "not sent": None,
    "blanks": "  ",
    "an address": "192.0.2.7",
    "markup": "<script>alert(1)</script>",
    "controls": "Ro\x00sa\x1b[31m",
    "right to left": "Rosa\u202etxt.exe",
    "very long": "R" * 3000,
    "3,000 bytes of emoji": "\N{VIOLIN}" * 750,
}


@pytest.mark.parametrize("door", DOORS)
def test_the_answer_is_the_same_for_every_name(scene: Scene, door: str) -> None:
    """Whoever watches the page learns nothing about any account: not a letter differs."""
    answers = {name: enter(scene, f"/{door}", value) for name, value in NAMES.items()}
    assert {answer.status for answer in answers.values()} == {200}
    assert len({answer.text for answer in answers.values()}) == 1
    assert scene.says("enter-sent-more") in answers["nothing"].page.text
    # One a name that there can be; what can be nobody's is not kept at all.
    assert [(one.door.value, one.name) for one in waiting(scene)] == [
        (door, "Rosa Muster"),
        (door, "Rosa Muster"),
        (door, "Nobody At All"),
        (door, "Rosatxt.exe"),
    ]


@pytest.mark.parametrize("door", DOORS)
def test_looking_marks_nobody_and_changes_nothing(scene: Scene, door: str) -> None:
    """The form itself gives no cookie and writes nothing, nor does sending it give a cookie."""
    before = scene.dump()
    for method in ("GET", "HEAD", "OPTIONS"):
        answer = scene.browser().send(method, f"/{door}")
        assert answer.status == 200
        assert "Set-Cookie" not in answer.headers
    assert scene.dump() == before
    assert "Set-Cookie" not in enter(scene, f"/{door}", "Rosa").headers


FORMS: dict[str, Callable[[Scene], str | None]] = {
    "none": lambda _scene: None,
    "nonsense": lambda _scene: "nonsense",
    "of another door": lambda scene: Fields(scene.browser().get("/ask").text).sent["ask-for-link"][
        "form"
    ][0],
    "of a link's door": lambda scene: scene.browser().get(scene.offered()[1]).page.forms["accept"],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_name_without_our_form_is_not_noted(scene: Scene, form: str) -> None:
    """From another site, or made up: nothing is noted, and the name comes back for one press."""
    browser = scene.browser()
    token = FORMS[form](scene)
    data = {"name": "Rosa", "do": "ask-for-link"} | ({} if token is None else {"form": token})
    answer = browser.send("POST", "/me", data=data)
    assert answer.status == 400
    assert not waiting(scene)
    again = Fields(answer.text).sent["ask-for-link"]
    assert again["name"] == ["Rosa"]
    assert browser.send("POST", "/me", data=again).status == 200
    assert [one.name for one in waiting(scene)] == ["Rosa"]


def test_a_form_gets_old(scene: Scene) -> None:
    """A form from yesterday is not taken; one from this morning is."""
    form = Fields(scene.browser().get("/me").text).sent["ask-for-link"] | {"name": ["Rosa"]}
    scene.clock.pass_(hours=11)
    assert scene.browser().send("POST", "/me", data=form).status == 200
    scene.clock.pass_(hours=2)
    assert scene.browser().send("POST", "/me", data=form).status == 400
    assert len(waiting(scene)) == 1


def test_the_language_is_asked_for_or_the_browsers(make_scene: Callable[..., Scene]) -> None:
    """`?uselang=` goes first, then what the browser says; what is unknown is the network's own."""
    scene = make_scene(
        de={"desk-title": "Netz", "enter-send": "Schickt ihn"}, ar={"desk-title": "ش"}
    )

    def spoken(path: str, accepted: str = "") -> tuple[str | None, str | None]:
        answer = scene.browser().send("GET", path, headers={"Accept-Language": accepted})
        html = answer.page.of("html")
        return html["lang"], html["dir"]

    assert spoken("/me?uselang=de", "ar") == ("de", "ltr")
    assert spoken("/me?uselang=de-at") == ("de", "ltr")
    assert spoken("/me", "tlh, ar;q=0.9, de;q=0.8") == ("ar", "rtl")
    for unknown in ("tlh", "../../x", "<script>", "", "x" * 3000):
        assert spoken(f"/me?uselang={unknown}") == ("en", "ltr")
    enter(scene, "/me?uselang=de", "Rosa")
    enter(scene, "/ask", "Rosa", **{"Accept-Language": "ar"})
    assert [(one.door, one.locale) for one in waiting(scene)] == [
        (Door.ME, "de"),
        (Door.ASK, "ar"),
    ]


def test_a_storm_fills_a_short_list(scene: Scene) -> None:
    """Of 2,000 names 500 wait; the rest are a number that the operator sees, and all look alike."""
    browser = scene.browser()
    form = Fields(browser.get("/ask").text).sent["ask-for-link"]
    texts = set()
    for number in range(2000):
        answer = browser.send("POST", "/ask", data=form | {"name": [f"Account {number}"]})
        assert answer.status == 200
        texts.add(answer.text)
    assert len(texts) == 1
    assert len(waiting(scene)) == accounts.MOST_WAITING == 500
    with scene.store.read() as tx:
        assert count_of(tx, accounts.REFUSED) == 1500
        seen = look(tx, scene.clock(), scene.config).sign_ins
    assert seen == {"waiting": 500, "refused": 1500, "dropped": 0}
    enter(scene, "/me", "Salma")
    enter(scene, "/desk", "Coral")
    assert len(waiting(scene)) == 502, "the other doors are open"


def test_what_is_entered_is_sealed(scene: Scene) -> None:
    """A copy of the store shows no name that somebody entered."""
    enter(scene, "/ask", "Marker Account")
    assert "Marker" not in repr(scene.dump())
    assert "Marker" not in repr(waiting(scene))


@pytest.mark.parametrize("send", [False, True])
def test_while_the_network_is_paused_nobody_can_ask(scene: Scene, send: bool) -> None:
    """The page says so plainly and shows where else to turn; supporters still find their page."""
    form = Fields(scene.browser().get("/ask").text).sent["ask-for-link"] | {"name": ["Rosa"]}
    with scene.store.write() as tx:
        put_setting(tx, STATE, "paused")
    method = "POST" if send else "GET"
    answer = scene.browser().send(method, "/ask", data=form if send else {})
    assert answer.status == 200
    assert scene.says("ask-paused-more") in answer.page.text
    assert "emergency@wikimedia.org" in answer.page.text
    assert not answer.page.forms
    assert not waiting(scene)
    enter(scene, "/me", "Rosa")
    assert len(waiting(scene)) == 1


@pytest.mark.parametrize(
    ("sign_up", "said"),
    [
        (SignUp(), ["There is no day yet"]),
        (SignUp(opens=date(2026, 12, 1)), ["It opens on December 1, 2026"]),
        (
            SignUp(opens=date(2026, 12, 1), closes=date(2026, 12, 15)),
            ["from December 1, 2026 to December 15, 2026"],
        ),
        (
            SignUp(opens=date(2026, 10, 1), closes=date(2026, 11, 21)),
            ["It was open from October 1, 2026 to November 21, 2026"],
        ),
    ],
)
def test_sign_up_says_when_it_is_open(scene: Scene, sign_up: SignUp, said: list[str]) -> None:
    """While it is closed there is no form, and no name is noted."""
    form = Fields(scene.browser().get("/join").text).sent["ask-for-link"] | {"name": ["Rosa"]}
    with_sign_up(scene, sign_up)
    for method in ("GET", "POST"):
        answer = scene.browser().send(method, "/join", data=form if method == "POST" else {})
        assert answer.status == 200
        assert all(words in answer.page.text for words in said)
        assert not answer.page.forms
    assert not waiting(scene)


@pytest.mark.parametrize("today", [date(2026, 11, 22)])
def test_sign_up_is_open_on_its_last_day(scene: Scene, today: date) -> None:
    """Both days count."""
    with_sign_up(scene, SignUp(opens=today, closes=today))
    assert "until November 22, 2026" in scene.browser().get("/join").page.text
    enter(scene, "/join", "Rosa")
    assert len(waiting(scene)) == 1


def test_every_door_is_a_whole_page(scene: Scene) -> None:
    """One heading, one form, a label for its field, a link to each language there is."""
    for door in DOORS:
        page = scene.browser().get(f"/{door}").page
        assert page.elements["h1"] == 1
        assert page.elements["form"] == page.elements["label"] == page.elements["nav"] == 1
        assert page.elements["script"] == 0
