"""A whole request at the desk: the same case as a sealed one, and nothing typed is ever lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.casework.effects import Door
from bot.store import accounts, cases, marks
from bot.store.schema import outbox
from bot.store.store import BANDS, STATE, put_setting
from tests.drawn import without_tokens
from tests.unit.desk.accounts import Fields, Guest, link

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Scene

ROSA = 99
FULL: dict[str, str | Sequence[str]] = {
    "languages": ["de", "en"],
    "other": "Swahili",
    "topics": ["stress", "alone"],
    "channels": ["desk", "signal"],
    "address__signal": "rosa.77",
    "message": "First line\r\nsecond <b>line</b> \N{VIOLIN}",
    "avoid": "User:Ravi_Example\r\nSome, Body",
    "prefer": ["women"],
    "notify": "yes",
}


@pytest.fixture
def scene(make_scene: Callable[..., Scene]) -> Scene:
    """Give a network whose languages have been published."""
    made = make_scene()
    with made.store.write() as tx:
        languages = {"de": "several", "en": "many", "ar": "few"}
        put_setting(tx, BANDS, json.dumps({"languages": languages, "reach": {}}))
    return made


def guest(scene: Scene, account: int = ROSA) -> Guest:
    """Give Rosa, or another account, with its link."""
    return Guest(scene.browser(), link(scene, Door.ASK, account))


def the_case(scene: Scene) -> cases.StoredCase:
    """Read the only case."""
    with scene.store.read() as tx:
        [stored] = cases.load_where(tx)
    return stored


def count(scene: Scene) -> int:
    """Count the cases."""
    return len(scene.dump()["cases"])


def test_the_link_alone_shows_no_more_than_its_mail(scene: Scene) -> None:
    """A scanner that follows it sees a button: no name, no form, no cookie, and changes nothing."""
    path = link(scene, Door.ASK)
    before = scene.dump()
    for method in ("GET", "HEAD"):
        answer = scene.browser().send(method, path)
        assert "Rosa" not in without_tokens(answer.text)
        assert "Set-Cookie" not in answer.headers
    assert list(scene.browser().get(path).page.forms) == ["open"]
    assert scene.dump() == before


def test_the_form_begins_with_what_is_likely(scene: Scene) -> None:
    """The reader's language first and chosen, the desk as the way to talk, and a word on each."""
    rosa = guest(scene).open()
    page = rosa.answer.page
    begins = rosa.fields("send")
    assert begins["languages"] == ["en"]
    assert begins["channels"] == ["desk"]
    assert begins["notify"] == ["yes"]
    for said in ("German – Deutsch", "A few supporters", "Rosa Muster", "No address is shown"):
        assert said in page.text
    for name in ("topics", "prefer", "message", "avoid", "other"):
        assert not any(begins.get(name, []))


def test_a_request_becomes_the_case_that_a_sealed_one_would(scene: Scene) -> None:
    """Everything that was said is in the case, sealed where it should be, and nothing else."""
    rosa = guest(scene).open()
    answer = rosa.press("send", **FULL)
    assert answer.status == 200
    stored = the_case(scene)
    assert stored.asked == cases.Asked(
        "en", ("de", "en", "sw"), ("stress", "alone"), ("desk", "signal"), ("women",)
    )
    assert stored.case.notify
    with scene.store.read() as tx:
        who = cases.identity_of(tx, stored.id)
        story = cases.story_of(tx, stored.id)
        assert marks.requests_of(tx, ROSA, scene.clock()) == 1
        assert cases.open_cases_of(tx, ROSA) == 1
    assert who == cases.Identity(ROSA, "Rosa Muster", ("User:Ravi_Example", "Some, Body"))
    assert story is not None
    assert story.message == "First line\nsecond <b>line</b> \N{VIOLIN}"
    assert story.contact == (("signal", "rosa.77"),)
    assert not story.by_hand
    # What is shown then: the reference, the words, the private link.
    ref = stored.case.ref
    assert f"{ref[:4]}-{ref[4:]}" in answer.page.text
    assert " ".join(story.words) in answer.page.text
    assert "second" not in answer.text
    assert "second" not in repr(scene.dump())


def test_the_private_link_opens_the_status_page(scene: Scene) -> None:
    """The link that is shown once opens the page where the request can be taken back."""
    rosa = guest(scene).open()
    answer = rosa.press("send")
    [address] = [
        given["href"] or ""
        for tag, given in answer.page.attributes
        if tag == "a" and given.get("id") == "status-link"
    ]
    path = address.removeprefix(scene.config.desk.url)
    assert "withdraw" in rosa.browser.open(path).forms


def test_only_who_wants_it_gets_a_receipt(scene: Scene) -> None:
    """Without the tick nothing is mailed to the requester, and the page says where to look."""
    rosa = guest(scene).open()
    answer = rosa.press("send", notify=[])
    assert scene.says("ask-next-link") in answer.page.text
    assert not scene.dump()["outbox"]
    other = guest(scene, 98).open()
    assert scene.says("ask-next-notify") in other.press("send").page.text
    with scene.store.read() as tx:
        assert list(tx.connection.scalars(select(outbox.c.kind))) == ["receipt"]


@pytest.mark.parametrize(
    ("wrong", "marked"),
    [
        ({"languages": []}, {"languages"}),
        ({"languages": ["de", "en", "ar"], "other": "French, Thai, Zulu"}, {"languages"}),
        ({"other": "Klingonish"}, {"other"}),
        ({"topics": ["stress", "alone", "discrimination", "a", "b", "c"]}, {"topics"}),
        ({"channels": []}, {"channels"}),
        ({"channels": ["carrier-pigeon"]}, {"channels"}),
        ({"channels": ["signal"]}, {"address-signal"}),
        ({"channels": ["email"], "address__email": "x" * 201}, {"address-email"}),
        ({"message": "x" * 1001}, {"message"}),
        ({"message": "\N{VIOLIN}" * 751}, {"message"}),
        ({"avoid": "<script>"}, {"avoid"}),
        ({"avoid": "\n".join(f"Account {n}" for n in range(21))}, {"avoid"}),
        ({"channels": ["signal"], "message": "x" * 1001}, {"address-signal", "message"}),
    ],
)
def test_what_can_not_be_taken_is_told_beside_its_field(
    scene: Scene, wrong: dict[str, str | list[str]], marked: set[str]
) -> None:
    """All at once, each with a link to its field; nothing is stored, and nothing typed is lost."""
    rosa = guest(scene).open()
    before = scene.dump()
    usual: dict[str, str | Sequence[str]] = {"message": "Kept", "avoid": "Kept Too"}
    answer = rosa.press("send", **(usual | wrong))
    assert answer.status == 422
    assert rosa.wrong == marked
    fields = Fields(answer.text)
    for name in marked:
        assert f'href="#{name}"' in answer.text
        assert name in fields.ids
    for name, value in (usual | wrong).items():
        left = rosa.fields("send").get(name.replace("__", "-"), [])
        if isinstance(value, str):
            assert left == [value]
        else:  # what no box of ours has is gone
            assert set(left) == set(value) - {"carrier-pigeon", "a", "b", "c"}
    assert scene.dump() == before
    # And with what was wrong mended, it goes.
    mended = {name: FULL[name] for name in wrong if name in FULL} | {"other": ""}
    mended["address__signal"] = "rosa.77"
    assert rosa.press("send", **mended).status == 200
    assert count(scene) == 1


def test_a_text_far_too_long_comes_back_whole(scene: Scene) -> None:
    """Who pasted pages and pages gets them back, letter for letter, to shorten them."""
    rosa = guest(scene).open()
    text = "كلمة " * 8000
    assert rosa.press("send", message=text).status == 422
    assert rosa.fields("send")["message"] == [text]


def test_half_an_hour_is_not_too_long_to_write(scene: Scene) -> None:
    """A form that was begun an hour ago is taken all the same."""
    rosa = guest(scene).open()
    form = rosa.fields("send") | {"message": ["It took me a while."]}
    scene.clock.pass_(hours=3)
    assert rosa.send(form).status == 200
    assert count(scene) == 1


@pytest.mark.parametrize("opened_again", [False, True])
def test_a_late_form_with_a_mistake_loses_nothing(scene: Scene, opened_again: bool) -> None:
    """Also where the page was opened again in another tab, the words come back and can be sent."""
    rosa = guest(scene).open()
    form = rosa.fields("send") | {"message": ["It took me a while."], "channels": []}
    scene.clock.pass_(hours=3)
    if opened_again:
        rosa.look()
        rosa.press("open")
    else:
        rosa.browser.client.delete_cookie("desk")
    assert rosa.send(form).status == 422
    assert rosa.fields("send")["message"] == ["It took me a while."]
    assert rosa.press("send", channels=["desk"]).status == 200


def test_pressed_twice_it_is_one_case(scene: Scene) -> None:
    """The second press finds a kind page, no second case, and not the private link again."""
    rosa = guest(scene).open()
    form = rosa.fields("send") | {"message": ["once"]}
    assert rosa.send(form).status == 200
    before = scene.dump()
    answer = rosa.send(form)
    assert answer.status == 200
    assert scene.says("ask-gone-more") in answer.page.text
    assert "/status/" not in answer.text
    assert scene.dump() == before
    assert rosa.look().status == 404


def test_pressed_at_the_same_moment_it_is_one_case(scene: Scene) -> None:
    """Two presses in two threads, twenty times: one case each time."""
    for account in range(200, 220):
        path = link(scene, Door.ASK, account)
        first = Guest(scene.browser(), path).open()
        second = Guest(scene.browser(), path).open()
        presses = [(first, first.fields("send")), (second, second.fields("send"))]
        before = count(scene)
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda press: press[0].send(press[1]), presses))
        assert count(scene) == before + 1
        assert sorted("status-link" in answer.text for answer in answers) == [False, True]


def test_every_link_of_the_account_ends_with_the_request(scene: Scene) -> None:
    """Two mails, two links: what was sent through one is not sent again through the other."""
    first, second = guest(scene).open(), guest(scene).open()
    form = second.fields("send")
    first.press("send")
    assert scene.says("ask-gone") in second.send(form).page.text
    assert count(scene) == 1


def _ask_often(scene: Scene) -> None:
    with scene.store.write() as tx:
        for _ in range(scene.config.policy.requests_per_account_per_month):
            marks.remember_request(tx, ROSA, scene.clock())


def _bar(scene: Scene) -> None:
    with scene.store.write() as tx:
        marks.bar(tx, tx.keyring.mark("requester", ROSA), scene.clock())


def _form_inside(scene: Scene, path: str) -> str:
    """Make the form token of a page that was opened."""
    return str(scene.app.extensions["desk"].forms.dumps([path, 1]))


REFUSALS: dict[str, Callable[[Scene], object]] = {
    "blocked": lambda _scene: None,
    "open-already": lambda scene: scene.case(),
    "too-many": _ask_often,
    "barred": _bar,
}


@pytest.mark.parametrize("why", REFUSALS)
@pytest.mark.parametrize("when", ["before typing", "after typing"])
def test_who_can_not_ask_hears_why(scene: Scene, why: str, when: str) -> None:
    """The limits are those of the gadget; in plain words, with where else to turn, and no case."""
    path = link(scene, Door.ASK, ROSA, blocked=why == "blocked")
    if when == "before typing":
        REFUSALS[why](scene)
        answer = Guest(scene.browser(), path).open().answer
    else:
        # As another account's form: a blocked one would not get to see its own.
        form = guest(scene, 98).open().fields("send")
        rosa = Guest(scene.browser(), path).open()
        REFUSALS[why](scene)
        before = scene.dump()
        answer = rosa.send(form | {"form": [_form_inside(scene, path)]})
        assert scene.dump() == before
    assert scene.says(f"not-taken-{why}") in answer.page.text
    assert "emergency@wikimedia.org" in answer.page.text
    assert "send" not in answer.page.forms
    assert ("/me?uselang=en" in answer.text) == (why == "open-already")


def test_a_pause_in_between_loses_nothing(scene: Scene) -> None:
    """Paused while somebody wrote: nothing is sent, the words stay, and they can be sent later."""
    rosa = guest(scene).open()
    with scene.store.write() as tx:
        put_setting(tx, STATE, "paused")
    answer = rosa.press("send", message="Still here")
    assert scene.says("ask-paused-now") in answer.page.text
    assert count(scene) == 0
    with scene.store.write() as tx:
        put_setting(tx, STATE, "open")
    assert rosa.press("send").status == 200
    assert count(scene) == 1
    other = guest(scene, 98)
    with scene.store.write() as tx:
        put_setting(tx, STATE, "paused")
    assert scene.says("ask-paused-more") in other.open().answer.page.text


@pytest.mark.parametrize("wrong", ["none", "of the door", "of another link", "in the address"])
def test_a_press_without_the_right_form_does_nothing(scene: Scene, wrong: str) -> None:
    """From another site, or with what anybody with the link can get: refused, nothing changed."""
    rosa = guest(scene)
    door = rosa.fields("open")["form"][0]
    rosa.open()
    form = rosa.fields("send")
    another = guest(scene, 98).open()
    tokens = {
        "none": [],
        "of the door": [door],
        "of another link": another.fields("send")["form"],
        "in the address": [],
    }
    before = scene.dump()
    path = rosa.path + (f"?form={form['form'][0]}" if wrong == "in the address" else "")
    assert rosa.browser.send("POST", path, data=form | {"form": tokens[wrong]}).status == 400
    for do in ("", "save", "open-it", "withdraw"):
        rosa.browser.send("POST", rosa.path, data=form | {"do": [do]})
    assert scene.dump() == before


@pytest.mark.parametrize("path", ["unknown", "expired", "of another door", "cut", "spent"])
def test_a_link_that_opens_nothing_is_like_any_other(scene: Scene, path: str) -> None:
    """The one page for all of them, for GET and POST."""
    live = link(scene, Door.ASK, ROSA)
    paths = {
        "unknown": "/ask/AAAAAAAAAAAAAAAAAAAAAA",
        "expired": link(scene, Door.ASK, ROSA, days=-1),
        "of another door": link(scene, Door.ME, ROSA).replace("/me/", "/ask/"),
        "cut": live[:-1],
        "spent": live,
    }
    if path == "spent":
        with scene.store.write() as tx:
            accounts.end_links(tx, Door.ASK, ROSA)
    model = scene.browser().get("/nowhere")
    for method in ("GET", "POST"):
        answer = scene.browser().send(method, paths[path])
        assert (answer.status, answer.text) == (404, model.text)


def test_hostile_text_comes_back_as_text(scene: Scene) -> None:
    """Markup in every field is shown as it was typed, in the field and in what is said of it."""
    rosa = guest(scene).open()
    mark = '"><script>alert(1)</script>'
    answer = rosa.press("send", other=mark, avoid=mark, message=f"</textarea>{mark}", channels=[])
    assert answer.status == 422
    assert "<script" not in answer.text
    form = rosa.fields("send")
    assert (form["other"], form["avoid"]) == ([mark], [mark])
    assert form["message"] == [f"</textarea>{mark}"]


def test_a_link_lives_two_days(scene: Scene) -> None:
    """After that it opens nothing."""
    rosa = guest(scene)
    scene.clock.pass_(days=2)
    assert rosa.look().status == 404


def test_the_page_speaks_the_language_that_was_asked_for(make_scene: Callable[..., Scene]) -> None:
    """Arabic from right to left, and the request says that its reader reads Arabic."""
    scene = make_scene(ar={"desk-title": "شبكة"})
    rosa = Guest(scene.browser(), link(scene, Door.ASK, ROSA, locale="ar")).open()
    assert rosa.answer.page.of("html") == {"lang": "ar", "dir": "rtl"}
    rosa.press("send", other="Arabic")
    assert the_case(scene).asked.locale == "ar"
