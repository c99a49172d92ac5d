"""What a requester wrote, or is called, is text on a page, whatever it tries to be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from bot.casework.effects import Door
from bot.desk import choices
from bot.problems import printable
from bot.store.cases import Story

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Page, Scene

HOSTILE = {
    "script": "<script>alert(document.cookie)</script>",
    "out of everything": "</p></main></body></html><script>alert(1)</script><!--",
    "attribute": "\"'><img src=x onerror=alert(1)> ' onclick=alert(1) x=\"",
    "entities": "&lt;script&gt; &amp;amp; &#x3C;b&#x3E; &notanentity;",
    "template": "{{ config }} {% include 'base.html' %} {# #} ${7*7} $1 $2",
    "wikitext": "{{subst:Delete}} [[User:X]] '''bold''' ~~~~ {{PLURAL:1|a|b}}",
    "right to left": "safe \u202egnp.exe\u202c \u2066\u2067 \u200f abc \u202a",
    "Arabic": "مرحبا، أحتاج إلى المساعدة",
    "emoji": "\N{FACE WITH TEARS OF JOY}" * 750,
    "combining": "a" + "\u0301" * 500,
    "one long word": "x" * 3000,
    "lines": "one\ntwo\r\n\n\n\tthree  \u2028four\u2029",
    "a form": '<form action="https://evil.example"><button name="do" value="close">x</button>',
    "a comment": "<!-- --><![CDATA[ x ]]><?php x ?>",
}
UNSHOWABLE = "\0\x01\x08\x0b\x0c\x1b[31m\x7f\x80\x9b\ufffe\uffff\ufdd0\udfff\ud800 \U0001ffff"


def _story(text: str) -> Story:
    return Story(text, (("signal", text[:200]),), (text[:40], "two", "three"))


def _read(scene: Scene, name: str, story: Story) -> Page:
    """Read the case with this name and story, as its supporter does."""
    _, path = scene.supported(name=name, story=story)
    browser = scene.browser()
    browser.open(path)
    assert browser.press(path, "take").status == 303
    answer = browser.get(path)
    assert answer.status == 200
    return answer.page


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_message_is_shown_as_it_was_written(scene: Scene, kind: str) -> None:
    """The page stays whole and has no element more; the text is there to the letter."""
    text = HOSTILE[kind]
    page = _read(scene, "Rosa", _story(text))
    assert page.message == text
    plain = _shape(page)
    assert plain["script"] == plain["img"] == 0
    assert (plain["form"], plain["button"], plain["h1"], plain["main"]) == (6, 6, 1, 1)
    assert set(page.forms) == {"written", "more-time", "close", "hand-back", "report", "new-link"}


def _shape(page: Page) -> dict[str, int]:
    return {tag: page.elements[tag] for tag in ("script", "img", "form", "button", "h1", "main")}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_name_is_text_too(scene: Scene, kind: str) -> None:
    """A user name adds nothing to either page that shows it, and leads no link astray."""
    name = HOSTILE[kind][:255]
    _, path = scene.supported(name=name)
    browser = scene.browser()
    first = browser.open(path)
    assert " ".join(printable(name).split()) in first.text
    assert set(first.forms) == {"take", "hand-back", "new-link"}
    assert first.elements["script"] == first.elements["img"] == 0


@pytest.mark.parametrize(
    "name", ["javascript:alert(1)", "//evil.example", '"><script>', "a?b&c#d", "$1 NAME {}"]
)
def test_a_name_leads_no_link_astray(scene: Scene, name: str) -> None:
    """The link to the wiki's form stays on the wiki, whatever the name is."""
    [_leave, href, *_] = _read(scene, name, _story("x")).links
    assert href.startswith("https://wiki.example.org/wiki/Special:EmailUser/")
    assert not set(href) & set("?#&<>\"' ")


def test_no_page_holds_controls_or_broken_characters(scene: Scene) -> None:
    """What no page may hold is shown as unreadable, instead of breaking the page or vanishing."""
    text = f"before{UNSHOWABLE}after"
    page = _read(scene, f"Rosa{UNSHOWABLE}", _story(text))
    assert page.message == _seen(text)
    assert not [c for c in page.text if unicodedata.category(c) in {"Cc", "Cs", "Cn"}]


def _seen(text: str) -> str:
    unreadable = "\N{REPLACEMENT CHARACTER}"
    return "".join(unreadable if unicodedata.category(c) in {"Cc", "Cs", "Cn"} else c for c in text)


def test_an_address_stands_apart_from_its_surroundings(scene: Scene) -> None:
    """Name and addresses are isolated: an override in them turns nothing around them."""
    page = _read(scene, "Rosa \u202e", _story("\u202ex"))
    turns = [one for one in scene.config.where_to_turn if one.kind == "emergency"]
    # The reference, the name, the address; and where to turn in danger.
    assert page.elements["bdi"] == 3 + len(turns)
    message = next(given for tag, given in page.attributes if given.get("class") == "message")
    assert message["dir"] == "auto"


MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Every mark of direction; the last ends the isolate that stands around a name."""


def _turns(text: str) -> bool:
    """Return whether marks of direction in a text reach beyond it: ours come in pairs."""
    rest = re.sub("\u2068[^\u2068\u2069]*\u2069", "", text)
    return bool(set(MARKS) & set(rest))


def test_a_name_turns_nothing_around_it(scene: Scene, tell: Callable[[str], None]) -> None:
    """Marks of direction in a name or an address are shown for what they are."""
    escaped = MARKS.encode("unicode_escape").decode("ascii")
    story = Story("x", (("signal", f"ad{MARKS}dress"),), ("one", "two", "three"))
    page = _read(scene, f"Ro{MARKS}sa", story)
    assert f"Ro{escaped}sa" in page.text
    assert f"ad{escaped}dress" in page.text
    assert not _turns(page.text)
    nobody = choices.isolated(f"No{MARKS}body")
    assert f"No{escaped}body" in nobody
    assert not _turns(nobody)
    tell(f"safety row 22: {len(MARKS)} marks of direction in a name turned nothing around it")


@pytest.mark.parametrize("locale", ["tlh", "xx-yyyy-zz", "zh-classical", "sr-ec", "de-formal"])
def test_an_unknown_language_falls_back(scene: Scene, locale: str) -> None:
    """Whatever language somebody reads, there is a page, marked as the one it is in."""
    path = scene.link(scene.case(locale=locale), Door.STATUS)
    browser = scene.browser()
    assert browser.get(path).page.of("html") == {"lang": "en", "dir": "ltr"}
    assert browser.open(path).elements["h1"] == 1


def test_arabic_runs_from_right_to_left(make_scene: Callable[..., Scene]) -> None:
    """A page in Arabic says so; a supporter's own language is their page's."""
    scene = make_scene(ar={"desk-title": "شبكة دعم الأقران"})
    path = scene.link(scene.case(locale="ar"), Door.STATUS)
    browser = scene.browser()
    assert browser.get(path).page.of("html") == {"lang": "ar", "dir": "rtl"}
    assert "شبكة دعم الأقران" in browser.open(path).text
    scene.supporter(1, languages=("arz", "de"))
    case_id = scene.case(locale="de")
    scene.offer(case_id, 1)
    offer = scene.browser().get(scene.link(case_id, Door.OFFER, 1)).page
    assert offer.of("html") == {"lang": "ar", "dir": "rtl"}
