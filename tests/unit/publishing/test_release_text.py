"""Pages are fitted to the wiki: no markup shows that it does not know, and nothing is left open."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Config, load
from bot.publishing.page_words import GADGET
from bot.publishing.release import Facts, KeptBy, Part, ReleasePage, intake_header, pages
from bot.publishing.release_text import fitted, literal, without_translate, without_unit_marks
from bot.request.page import read_revision
from bot.request.plain import PlainProblem, PlainRequest, read_plain
from bot.request.request import Published

EVERYTHING = frozenset({"Gadgets", "InputBox", "TemplateData", "Translate"})
TAGS = re.compile(r"</?(?:translate|tvar|languages|inputbox|templatedata)\b|<!--T:")


def facts(tmp_path: Path, more: str = "", extensions: frozenset[str] = frozenset()) -> Facts:
    """Give the facts of a small network."""
    file = tmp_path / "peer-support.yaml"
    file.write_text(f'wiki: {{intake: "Project:In"}}\ncoordinators: [Coral]\n{more}')
    config: Config = load(file, {})
    return Facts(config, "Wiki:Help & rest", "Wiki:In", "User:B/stop", "B", 5, extensions)


def text_of(name: str, given: Facts) -> str:
    """Give the text of one page."""
    return page_of(name, given).text


def page_of(name: str, given: Facts) -> ReleasePage:
    """Give one page."""
    return next(page for page in pages(given) if page.name == name)


@pytest.mark.parametrize("plain_requests", ["true", "false"])
@pytest.mark.parametrize("extensions", [frozenset(), EVERYTHING])
def test_everything_is_filled_in(
    tmp_path: Path, plain_requests: str, extensions: frozenset[str]
) -> None:
    """On no wiki and with no setting is a mark of ours left in a page."""
    given = facts(tmp_path, f"plain_requests: {plain_requests}\n", extensions)
    for page in pages(given):
        assert not re.search(r"@[A-Z_]{2,}@|@IF|@E|@T ", page.text), page.title
        assert page.text == page.text.strip("\n")
        assert "{intake}" not in page.title
    assert len({page.title for page in pages(given)}) == len(pages(given)) <= 50


def test_a_wiki_without_extensions_sees_no_tag(tmp_path: Path) -> None:
    """Neither Translate's nor InputBox's nor TemplateData's markup would be shown as text."""
    for page in pages(facts(tmp_path)):
        if page.model == "wikitext":
            assert not TAGS.search(page.text), page.title


def test_a_wiki_with_translate_gets_units_that_it_can_read(tmp_path: Path) -> None:
    """Each unit has a mark of its own where Translate looks for it, and is closed."""
    text = text_of("landing page", facts(tmp_path, "", EVERYTHING))
    units = re.findall(r"<translate(?: nowrap)?>(.*?)</translate>", text, re.DOTALL)
    assert len(units) == text.count("<translate") == text.count("</translate>") > 30
    marks = [re.match(r"<!--T:([\w-]+)--> \S", unit) for unit in units]
    names = [mark[1] for mark in marks if mark]
    assert len(names) == len(set(names)) == len(units) == text.count("<!--T:")
    assert text.count("<tvar") == text.count("</tvar>") > 0
    assert text.startswith("<languages />\n")


def test_with_and_without_translate_the_words_are_the_same(tmp_path: Path) -> None:
    """What is taken away is markup alone."""
    given = facts(tmp_path, "", EVERYTHING)
    without = replace(given, extensions=EVERYTHING - {"Translate"})
    marked = text_of("landing page", given)
    bare = text_of("landing page", without)
    # Translate marks each translation's language itself.
    assert without_translate(marked) == bare.replace(' lang="en" dir="ltr"', "", 1)
    assert re.sub(r"<[^>]*>|\s", "", marked) == re.sub(r"<[^>]*>|\s", "", bare)
    assert "== In danger now? ==" in bare
    assert "* Supporters are volunteers" in bare


def test_by_hand_only_where_it_is_taken(tmp_path: Path) -> None:
    """With `plain_requests` off no page offers it, and its two pages are not published."""
    on = facts(tmp_path, "", EVERYTHING)
    assert "<inputbox>" in text_of("landing page", on)
    without_box = replace(on, extensions=EVERYTHING - {"InputBox"})
    assert "action=edit&section=new&nosummary=1" in text_of("landing page", without_box)
    off = facts(tmp_path, "plain_requests: false\n", EVERYTHING)
    assert {page.name for page in pages(on)} - {page.name for page in pages(off)} == {
        "request form",
        "request notice",
    }
    for page in pages(off):
        for word in ("inputbox", "section=new&nosummary", "by-hand|", "by hand:", "request/form"):
            assert word not in page.text, page.title


def test_what_is_said_comes_from_the_configuration(tmp_path: Path) -> None:
    """Hours, names and places to turn to; nobody's words become markup."""
    more = (
        "operator: {name: \"The [[Group]] {{x}} '''y'''\", privacy_contact: a@b.example}\n"
        "policy: {story_hours: 71, nobody_yet_after_hours: 47}\n"
        "where_to_turn:\n"
        "- {kind: emergency, label: {en: Now}, mail: now@c.example, checked: 2026-11-01}\n"
        "- {kind: other, label: {en: Later}, url: 'https://d.example/x', checked: 2026-11-01}\n"
    )
    text = text_of("landing page", facts(tmp_path, more))
    assert "after 47 hours" in text
    assert "erased 71 hours after" in text
    assert "The &#91;&#91;Group&#93;&#93; &#123;&#123;x" in text
    assert "'''y'''" not in text
    danger, elsewhere = text.index("== In danger now?"), text.index("== Where else to turn")
    assert danger < text.index("[mailto:now@c.example now@c.example]") < elsewhere
    assert elsewhere < text.index("Later: ") < text.index("[https://d.example/x")


def test_blocks_and_names() -> None:
    """A block is for some words alone, and its other half for all others."""
    text = "a\n@IF x@\nb @N@\n@ELSE@\nc\n@END@\n@IF y@\nd\n@END@\ne\n"
    assert fitted(text, {}, {"N": "n"}, {"x"}, ()) == "a\nb n\ne"
    assert fitted(text, {}, {"N": "n"}, {"y"}, ()) == "a\nc\nd\ne"


@pytest.mark.parametrize(
    "marked",
    [
        "<!--T:1-->\nSome words.",
        "<!--T:1--> Some words.",
        "== Title == <!--T:2-->\n\n<!--T:1-->\nSome words.",
        "== Title ==\n<!--T:2-->\n\n<!--T:1-->\nSome words.",
    ],
)
def test_marks_as_translate_writes_them(marked: str) -> None:
    """Wherever it puts them, the text without is the one that was there before."""
    bare = without_unit_marks(marked).strip()
    assert bare in {"Some words.", "== Title ==\n\nSome words."}


def test_literal_text_can_not_open_anything() -> None:
    """No sign that wikitext or HTML reads is left."""
    hostile = "<b>[[x|y]]{{z}}''q''~~~~__TOC__</translate>\n* #"
    assert not re.search(r"[<>\[\]{}|~'*_\n]", literal(hostile))
    assert literal("a@b.example, Anna & Co") == "a@b.example, Anna &amp; Co"
    for text in (hostile.replace("\n", " "), "l'arbitrage, d'abord", 'the "A & B" #1', "&#39;"):
        assert html.unescape(literal(text)) == text, "as it is, and nothing more, is shown"


def test_the_intake_pages_own_text_asks_for_nothing(tmp_path: Path) -> None:
    """Read as the bot reads it, there is neither a request nor an envelope in it, nor prose."""
    header = intake_header()
    assert text_of("intake page, header", facts(tmp_path)) == header
    added = read_revision(header, header + "\n")
    assert (added.envelopes, added.plain, added.prose) == ((), (), False)


def test_the_form_to_write_by_hand_is_read_as_a_request(tmp_path: Path) -> None:
    """Filled in where it invites to, it is one; saved as it is, only the languages are missing."""
    page = text_of("request form", facts(tmp_path))
    form = page.partition("<includeonly>")[2].partition("</includeonly>")[0]
    offered = Published((), ("desk",), (), 1000, plain_requests=True)

    def read(text: str) -> PlainRequest | PlainProblem:
        added = read_revision(intake_header(), f"{intake_header()}\n{text}")
        assert not added.prose
        return read_plain(added.plain[0].text, offered)

    assert read(form) == PlainProblem(("languages",))
    filled = read(form.replace("languages = ", "languages = German, en"))
    assert isinstance(filled, PlainRequest)
    assert filled.languages == ("de", "en")


def test_the_manifest_names_files_that_are_shipped(tmp_path: Path) -> None:
    """Every text below `gadget/wiki` is part of some page."""
    given = facts(tmp_path)
    by_file = {file.name for file in (GADGET / "wiki").iterdir()} - {"pages.json", "i18n"}
    manifest = (GADGET / "wiki" / "pages.json").read_text()
    assert all(f'"wiki/{name}"' in manifest for name in by_file)
    assert {page.kept_by for page in pages(given)} == set(KeptBy)
    assert {page.part for page in pages(given)} == set(Part)
