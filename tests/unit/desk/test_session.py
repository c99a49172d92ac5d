"""The half hour behind the button: what its cookie is, what it opens, and that it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from werkzeug.http import parse_cookie

from bot.casework.effects import Door
from bot.store import accounts

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Browser, Scene


def _cookie(scene: Scene, path: str) -> dict[str, str]:
    header = scene.browser().press(path, "open").headers["Set-Cookie"]
    parts = dict(part.partition("=")[::2] for part in header.split("; "))
    assert list(parse_cookie(header.split(";")[0])) == ["desk"]
    return parts


def test_the_cookie_is_for_this_site_and_no_script(scene: Scene) -> None:
    """HttpOnly and SameSite=Strict, for half an hour, for this host alone."""
    parts = _cookie(scene, scene.supported()[1])
    assert "HttpOnly" in parts
    assert parts["SameSite"] == "Strict"
    assert parts["Path"] == "/"
    assert "Expires" in parts
    assert "Domain" not in parts
    assert "Secure" not in parts


def test_the_cookie_is_secure_where_the_desk_is(scene: Scene) -> None:
    """A desk on https never lets its cookie go in the clear."""
    scene.at("https://desk.example.org")
    assert "Secure" in _cookie(scene, scene.supported()[1])


def test_the_cookie_holds_no_token_and_no_name(scene: Scene) -> None:
    """Whoever reads the cookie can open nothing with it, and learns nothing of the case."""
    _, path = scene.supported()
    browser = scene.browser()
    browser.open(path)
    with browser.client.session_transaction() as session:
        kept = repr(dict(session))
    assert path.split("/")[-1] not in kept
    assert not [told for told in (*scene.told, "K7QF9M2D") if told in kept]


def _status(scene: Scene) -> tuple[Browser, str]:
    case_id, _ = scene.supported()
    return scene.browser(), scene.link(case_id, Door.STATUS)


def test_the_half_hour_ends(scene: Scene) -> None:
    """Open to the last second, and then the button page again."""
    browser, path = _status(scene)
    browser.open(path)
    scene.clock.pass_(minutes=29, seconds=59)
    assert "withdraw" in browser.get(path).page.forms
    scene.clock.pass_(seconds=1)
    assert list(browser.get(path).page.forms) == ["open"]


def test_use_does_not_prolong_it(scene: Scene) -> None:
    """Looking, pressing, and opening once more end at the same minute all the same."""
    browser, path = _status(scene)
    door = browser.get(path).page.forms["open"]
    browser.open(path)
    for _ in range(2):
        scene.clock.pass_(minutes=14)
        press = {"do": "contacted", "answer": "yes"} if _ == 0 else {"do": "somebody-else"}
        assert browser.press(path, **press).status == 303
        answer = browser.post(path, "open", door)
        assert answer.status == 303
        assert "Set-Cookie" not in answer.headers
    scene.clock.pass_(minutes=2)
    assert list(browser.get(path).page.forms) == ["open"]


@pytest.mark.parametrize("forgotten", [False, True], ids=["cookie kept", "cookie dropped"])
@pytest.mark.parametrize("do", ["withdraw", "close", "somebody-else", "contacted"])
def test_a_press_after_it_finds_the_button(scene: Scene, do: str, forgotten: bool) -> None:
    """Too late, whether or not the browser still has the cookie: the button, nothing done."""
    browser, path = _status(scene)
    form = browser.open(path).forms[do]
    scene.clock.pass_(minutes=30)
    if forgotten:
        browser.client.delete_cookie("desk")
    before = scene.dump()
    answer = browser.post(path, do, form)
    assert (answer.status, answer.headers["Location"]) == (303, path)
    assert list(browser.get(path).page.forms) == ["open"]
    assert scene.dump() == before


def test_two_links_in_two_tabs_work_side_by_side(scene: Scene) -> None:
    """Each link has its own half hour; opening one opens no other, and closes none."""
    _, one = scene.supported(1)
    _, two = scene.supported(2)
    browser = scene.browser()
    first = browser.open(one)
    assert list(browser.get(two).page.forms) == ["open"]
    scene.clock.pass_(minutes=20)
    second = browser.open(two)
    assert browser.post(one, "take", first.forms["take"]).status == 303
    assert browser.post(two, "take", second.forms["take"]).status == 303
    assert "written" in browser.get(one).page.forms
    scene.clock.pass_(minutes=10)
    assert list(browser.get(one).page.forms) == ["open"]
    assert "written" in browser.get(two).page.forms


def test_a_second_link_to_the_same_case_needs_its_own_button(scene: Scene) -> None:
    """The session is the link's: a nudge's fresh link does not come in with the older one."""
    case_id, one = scene.supported()
    two = scene.link(case_id, Door.CASE, 1)
    browser = scene.browser()
    browser.open(one)
    assert list(browser.get(two).page.forms) == ["open"]


def test_a_cookie_that_was_made_up_opens_nothing(scene: Scene) -> None:
    """Nobody but the desk can write a session."""
    browser, path = _status(scene)
    for value in ("x", "eyJhIjoxfQ.ahG7AA.AAAA", "\N{KEY}", "." * 3000):
        browser.client.set_cookie("desk", value)
        assert list(browser.get(path).page.forms) == ["open"]


def test_a_clock_put_back_opens_nothing(scene: Scene) -> None:
    """A session from the future is none."""
    browser, path = _status(scene)
    browser.open(path)
    scene.clock.pass_(minutes=-1)
    assert list(browser.get(path).page.forms) == ["open"]


def test_another_browser_is_not_in(scene: Scene) -> None:
    """The link that one browser opened is closed in any other."""
    browser, path = _status(scene)
    browser.open(path)
    assert list(scene.browser().get(path).page.forms) == ["open"]


class TestCookiesRefused:
    """A browser that keeps no cookie finds each door shut again, and is told why."""

    @pytest.mark.parametrize("door", [Door.CASE, Door.STATUS, Door.ME, Door.ASK, Door.DESK])
    def test_the_door_says_so(self, scene: Scene, door: Door) -> None:
        """After the press, on every kind of door; not before it, and not a while later."""
        path = _path(scene, door)
        browser = scene.browser()
        first = browser.get(path).page
        assert scene.says("desk-no-cookies") not in first.text
        answer = browser.post(path, "open", first.forms["open"])
        assert answer.status == 303
        refusing = scene.browser()  # without the cookie that came with that answer
        page = refusing.get(answer.headers["Location"]).page
        assert scene.says("desk-no-cookies") in page.text
        assert "open" in page.forms, "one more press tries again"
        kept = browser.get(answer.headers["Location"]).page
        assert scene.says("desk-no-cookies") not in kept.text
        assert "open" not in kept.forms
        scene.clock.pass_(minutes=1)
        assert scene.says("desk-no-cookies") not in refusing.get(answer.headers["Location"]).text

    @pytest.mark.parametrize("given", ["", "x", "-1", "9" * 400, "99999999999999", "²"])
    def test_what_stands_there_otherwise_is_nothing(self, scene: Scene, given: str) -> None:
        """The argument is anybody's to write: it does nothing but choose a sentence."""
        _, path = scene.supported()
        answer = scene.browser().get(f"{path}?opened={given}")
        assert answer.status == 200
        assert scene.says("desk-no-cookies") not in answer.text


def _path(scene: Scene, door: Door) -> str:
    if door in {Door.CASE, Door.STATUS}:
        case_id, path = scene.supported()
        return path if door is Door.CASE else scene.link(case_id, door)
    token, now = scene.store.keyring.new_token(), scene.clock()
    name = "Coordinator" if door is Door.DESK else "Rosa"
    link = accounts.AccountLink(door, 5, name, "en")
    with scene.store.write() as tx:
        accounts.put_link(tx, token, link, now=now, expires_at=now + timedelta(days=1))
    return f"/{door.value}/{token}"
