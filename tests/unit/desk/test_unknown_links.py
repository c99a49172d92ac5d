"""One page for every link that opens nothing, so that nobody learns why it does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from bot.casework import events as on
from bot.casework.effects import Door

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Answer, Scene

DOORS = ["offer", "case", "status"]


def _live(scene: Scene, door: str) -> str:
    if door == "offer":
        return scene.offered()[1]
    case_id, path = scene.supported()
    return path if door == "case" else scene.link(case_id, Door.STATUS)


def _ended(scene: Scene, door: str) -> str:
    path = _live(scene, door)
    scene.tell(1, on.Withdrawn())
    return path


def _expired(scene: Scene, door: str) -> str:
    if door == "status":  # these end with the case alone
        return _ended(scene, door)
    path = _live(scene, door)
    scene.clock.pass_(days=2)
    return path


def _of_another_door(scene: Scene, door: str) -> str:
    other = DOORS[DOORS.index(door) - 1]
    return _live(scene, other).replace(f"/{other}/", f"/{door}/")


DEAD: dict[str, Callable[[Scene, str], str]] = {
    "unknown": lambda _scene, door: f"/{door}/AAAAAAAAAAAAAAAAAAAAAA",
    "cut": lambda scene, door: _live(scene, door)[:-1],
    "doubled": lambda scene, door: _live(scene, door) + _live(scene, door).split("/")[-1],
    "with more": lambda scene, door: _live(scene, door) + "A",
    "with a slash": lambda scene, door: _live(scene, door) + "/",
    "with two slashes": lambda scene, door: _live(scene, door).replace(f"{door}/", f"{door}//"),
    "none": lambda _scene, door: f"/{door}/",
    "very long": lambda _scene, door: f"/{door}/" + "A" * 50_000,
    "not ASCII": lambda _scene, door: f"/{door}/ключ-🔑",
    "not UTF-8": lambda _scene, door: f"/{door}/%FF%ED%A0%80",
    "a nought": lambda _scene, door: f"/{door}/%00",
    "markup": lambda _scene, door: f"/{door}/<script>alert(1)<%2Fscript>",
    "a way up": lambda _scene, door: f"/{door}/..%2F{door}",
    "expired": _expired,
    "ended": _ended,
    "of another door": _of_another_door,
    "its digest": lambda scene, door: f"/{door}/" + _digest(_live(scene, door)),
}


def _digest(path: str) -> str:
    from bot.store.keyring import token_digest

    return token_digest(path.rsplit("/", maxsplit=1)[-1]).hex()


def _model(scene: Scene, method: str = "GET") -> Answer:
    return scene.browser().send(method, "/nowhere")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("why", DEAD)
def test_every_dead_link_gets_the_same_page(scene: Scene, why: str, door: str) -> None:
    """Body and headers are alike to the byte, whatever is the matter with the link."""
    path = DEAD[why](scene, door)
    answer = scene.browser().get(path)
    assert answer.status == 404
    assert answer == _model(scene)
    assert scene.browser().send("HEAD", path).headers == answer.headers


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("why", sorted(DEAD.keys() - {"none"}))
def test_a_press_on_a_dead_link_gets_it_too(scene: Scene, why: str, door: str) -> None:
    """Without a page that was got while the link lived, a POST learns no more than a GET."""
    path = DEAD[why](scene, door)
    before = scene.dump()
    for form in (None, "x"):
        answer = scene.browser().post(path, "accept", form)
        assert (answer.status, answer.text) == (404, _model(scene).text)
        assert answer.headers == _model(scene).headers
    assert scene.dump() == before


@pytest.mark.parametrize("behind", [".", ",", ")", ">", "%3E", "”", "%0D%0A", "。", ").", "!"])
@pytest.mark.parametrize("door", DOORS)
def test_what_a_mail_program_takes_along_is_left_off(scene: Scene, door: str, behind: str) -> None:
    """A link opens with the mark that stood behind it in a mail; a dead one leads as far."""
    live = _live(scene, door)
    for path in (live, f"/{door}/AAAAAAAAAAAAAAAAAAAAAA"):
        for method in ("GET", "HEAD"):
            answer = scene.browser().send(method, f"{path}{behind}?uselang=fr")
            assert (answer.status, answer.headers["Location"]) == (302, f"{path}?uselang=fr")
        assert scene.browser().get(path).status == (200 if path == live else 404)


def test_a_link_never_leads_out_of_the_desk(scene: Scene) -> None:
    """Whatever stands in the token's place, it is led on within the door that it came to."""
    for odd in ("%2F%2Fevil.example.", "%0D%0ASet-Cookie:a=b.", "\\\\evil.", "%E2%80%AE."):
        answer = scene.browser().get(f"/offer/{odd}")
        assert "Set-Cookie" not in answer.headers
        assert answer.headers.get("Location", "/offer/").startswith("/offer/")


def test_no_token_ends_like_that(scene: Scene) -> None:
    """The last letter of what a mail links to is one that no mail program leaves off."""
    ends = {scene.store.keyring.new_token()[-1] for _ in range(500)}
    assert ends <= set("AQgw")


def test_a_visitor_with_a_session_gets_it_too(scene: Scene) -> None:
    """A cookie for one link makes no difference to another that is dead."""
    _, path = scene.supported()
    browser = scene.browser()
    browser.open(path)
    assert browser.get("/case/AAAA") == _model(scene)


def test_dead_links_cost_the_store_the_same(scene: Scene) -> None:
    """Unknown, expired, ended and of another door: the same statements, so the same time."""
    ended, expired = _ended(scene, "case"), scene.supported(2)[1]
    scene.clock.pass_(days=2)
    other = scene.offered(3)[1].replace("offer", "case")
    asked: list[str] = []
    event.listen(scene.store.engine, "before_cursor_execute", lambda *parts: asked.append(parts[2]))
    costs = []
    for path in ("/case/AAAAAAAAAAAAAAAAAAAAAA", ended, expired, other):
        asked.clear()
        assert scene.browser().get(path).status == 404
        costs.append(list(asked))
    assert costs[0]
    assert costs[1:] == [costs[0]] * 3


def test_only_hashes_of_tokens_are_kept(scene: Scene) -> None:
    """Whoever reads the store finds no token that opens a door."""
    paths = [_live(scene, "case"), scene.offered(2)[1], scene.link(1, Door.STATUS)]
    kept = repr(scene.dump())
    assert not [path for path in paths if path.split("/")[-1] in kept]


def test_the_page_speaks_the_visitor_s_language(make_scene: Callable[..., Scene]) -> None:
    """What the browser asks for, else the network's; never that of whoever the link was for."""
    arabic = json.loads((files("bot.i18n") / "ar.json").read_text(encoding="utf-8"))
    scene = make_scene(ar=arabic)
    case_id = scene.case(locale="ar")
    path = scene.link(case_id, Door.STATUS)
    scene.tell(case_id, on.Withdrawn())
    page = scene.browser().get(path).page
    assert page.of("html") == {"lang": "en", "dir": "ltr"}
    assert scene.says("desk-not-here") in page.text
    asks_for = {"Accept-Language": "ar-EG, en;q=0.5"}
    page = scene.browser().send("GET", "/status/x", headers=asks_for).page
    assert page.of("html") == {"lang": "ar", "dir": "rtl"}
    assert arabic["desk-not-here"] in page.text
