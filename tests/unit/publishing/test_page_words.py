"""Published pages are in the wiki's language, whole, and say which language they are in."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from bot.config import load
from bot.publishing.page_words import GADGET, LANGUAGES, language_of_pages, page_words
from bot.publishing.release import Facts, ReleasePage, farewell, intake_header, pages, says_ended
from bot.publishing.standing import Record, Standing, digest, standing
from bot.request.page import read_revision
from bot.request.plain import PlainProblem, PlainRequest, read_plain
from bot.request.request import Published

I18N = GADGET / "wiki" / "i18n"
OTHERS = [code for code in LANGUAGES if code != "en"]
ALL = frozenset({"Gadgets", "InputBox", "TemplateData", "Translate"})
NAMES = re.compile(r"@[A-Z_]+@")
# Words that each reader of these pages meets in English, or that are the same in both languages.
SAME = {"envelope-data-version", "request-data-message", "elsewhere-place"}
MORE = """
where_to_turn:
- {kind: emergency, label: {en: Now, ar: الآن, de: Jetzt}, mail: now@c.example, checked: 2026-11-01}
- {kind: other, label: {en: Later}, url: 'https://d.example/x', checked: 2026-11-01}
"""


@cache
def read(language: str) -> dict[str, str]:
    """Read a message file as it is."""
    messages: dict[str, str] = json.loads((I18N / f"{language}.json").read_text("utf-8"))
    return messages


def facts(
    folder: Path, language: str, extensions: frozenset[str] = frozenset(), more: str = ""
) -> Facts:
    """Give the facts of a small network on a wiki in this language."""
    file = folder / "peer-support.yaml"
    file.write_text(f'wiki: {{intake: "Project:In"}}\ncoordinators: [Coral]\n{more}{MORE}')
    config = load(file, {})
    return Facts(config, "Wiki:Help & rest", "Wiki:In", "User:B/stop", "B", 5, extensions, language)


def wikitext(given: Facts) -> dict[str, ReleasePage]:
    """Give the pages of prose, by name."""
    return {page.name: page for page in pages(given) if page.model == "wikitext"}


# The files


@pytest.mark.parametrize("language", ["qqq", *LANGUAGES])
def test_a_file_is_whole_and_written_as_translatewiki_writes_it(language: str) -> None:
    """Each language says everything, in the order of the English file."""
    text = (I18N / f"{language}.json").read_text("utf-8")
    assert text == json.dumps(read(language), indent="\t", ensure_ascii=False) + "\n"
    assert read(language)["@metadata"]
    assert list(read(language)) == list(read("en"))
    assert {file.stem for file in I18N.iterdir()} == {"qqq", *LANGUAGES}


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_names_links_and_markup(language: str) -> None:
    """Nothing that is filled in, linked or opened is lost, and nothing is left in English."""
    for key, english in page_words("en").items():
        text = page_words(language)[key]
        assert text == text.strip(), key
        assert sorted(NAMES.findall(text)) == sorted(NAMES.findall(english)), key
        for sign in ("[[", "]]", "{{", "}}", "'''", "<span", "</span>", "|"):
            assert text.count(sign) == english.count(sign), (key, sign)
        links = r"\[\[([^|\]]*)|class=\"[^\"]*\"|\[(@[A-Z_]+@) "
        assert sorted(re.findall(links, text)) == sorted(re.findall(links, english)), key
        assert "--" not in text, key
        assert text != english or key in SAME, key


def test_what_is_filled_in_is_documented() -> None:
    """Each name in a message is told to its translators; each message is used by some page."""
    used = "".join(file.read_text("utf-8") for file in (GADGET / "wiki").glob("*.wikitext"))
    code = (Path(__file__).parents[3] / "bot/publishing/release.py").read_text("utf-8")
    for key, english in page_words("en").items():
        assert set(NAMES.findall(read("qqq")[key])) == set(NAMES.findall(english)), key
        assert f"@T {key}@" in used or f'"{key}"' in code or f"'{key}'" in code, key


@pytest.mark.parametrize("language", ["fr", "es", "de", "ar"])
def test_typography(language: str) -> None:
    """Quotation marks and spaces are the language's own."""
    text = re.sub(r"<[^>]*>|'{2,}", "", "\n".join(page_words(language).values()))
    assert '"' not in text
    assert "'" not in text
    if language == "fr":
        assert not re.search(
            r"(?<!\u00a0)[;?!»]| :|(?<=\w):(?!\w| |@)", re.sub(r"\[\[[^|\]]*", "", text)
        )
    if language == "ar":
        assert not re.search(r"(?<=[\u0600-\u06ff])[,;?]", text)


# The pages


@pytest.mark.parametrize(
    ("content", "ours"),
    [("ar", "ar"), ("arz", "ar"), ("de-at", "de"), ("br", "fr"), ("gn", "es"), ("fi", "en")],
)
def test_which_language(content: str, ours: str) -> None:
    """The wiki's own where we have it, else what MediaWiki itself would show there."""
    assert language_of_pages(content) == ours


@pytest.mark.parametrize("by_hand", ["true", "false"])
@pytest.mark.parametrize("extensions", [frozenset(), ALL])
@pytest.mark.parametrize("language", [*LANGUAGES, "fi", "he"])
def test_each_page_is_filled_in_and_marked(
    tmp_path: Path, language: str, extensions: frozenset[str], by_hand: str
) -> None:
    """No page has a hole, an open tag or a text without its language around it."""
    given = facts(tmp_path, language, extensions, f"plain_requests: {by_hand}\n")
    ours = language_of_pages(language)
    mark = f' lang="{ours}" dir="{"rtl" if ours == "ar" else "ltr"}"'
    for name, page in wikitext(given).items():
        text = page.text
        assert not re.search(r"@[A-Z_]{2,}@|@IF|@E|@T ", text), name
        for tag in ("div", "span", "p", "noinclude", "includeonly", "translate", "tvar"):
            assert len(re.findall(rf"<{tag}\b[^>/]*>", text)) == text.count(f"</{tag}>"), name
        assert text.count("[[") == text.count("]]"), name
        assert text.count("{{") == text.count("}}"), name
        if name not in {"gadget definition", "gadget section", "intake page, header"}:
            translated = name == "landing page" and "Translate" in extensions and ours == language
            assert (mark in text) is not translated, name
        if data := re.search(r"<templatedata>(.*?)</templatedata>", text, re.DOTALL):
            read_back = json.loads(data[1])
            assert read_back["description"] in page_words(ours).values()


def test_only_words_differ_between_languages(tmp_path: Path) -> None:
    """Units have the same numbers and variables, so translations made on one wiki serve another."""
    english = wikitext(facts(tmp_path, "en", ALL))["landing page"].text
    for language in OTHERS:
        text = wikitext(facts(tmp_path, language, ALL))["landing page"].text
        for what in (r"<!--T:[\w-]+-->", r"<tvar name=\"\w+\">.*?</tvar>", r"(?m)^[=*]+"):
            found, there = re.findall(what, text), re.findall(what, english)
            hidden = ("not named yet", "nobody is named yet")
            if "tvar" in what:
                found = [one.split(">")[0] for one in found]
                there = [one.split(">")[0] for one in there]
            assert sorted(found) == sorted(there), (language, what)
            assert not any(one in text for one in hidden)


def test_labels_are_in_the_pages_language_or_say_which(tmp_path: Path) -> None:
    """A place to turn to is named as the reader would, and marked where it cannot be."""
    text = wikitext(facts(tmp_path, "ar"))["landing page"].text
    assert "* الآن: " in text
    assert '* <span lang="en" dir="ltr">Later</span>: ' in text
    french = wikitext(facts(tmp_path, "fr"))["landing page"].text
    assert '* <span lang="en" dir="ltr">Now</span>\u00a0: ' in french


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_by_hand_is_still_read(tmp_path: Path, language: str) -> None:
    """The form is a request once filled in, and so is the example that the template shows."""
    given = wikitext(facts(tmp_path, language))
    form = given["request form"].text.partition("<includeonly>")[2].partition("</includeonly>")[0]
    example = given["request template"].text.partition("<pre>")[2].partition("</pre>")[0]
    offered = Published((), ("desk",), (), 1000, plain_requests=True)

    def taken(text: str) -> PlainRequest | PlainProblem:
        added = read_revision(intake_header(), f"{intake_header()}\n{text}")
        assert not added.prose
        return read_plain(added.plain[0].text, offered)

    assert taken(form) == PlainProblem(("languages",))
    found = taken(example)
    assert isinstance(found, PlainRequest)
    assert found.languages == (language,)


def test_an_earlier_page_in_english_is_ours_and_a_changed_one_is_not(tmp_path: Path) -> None:
    """What was published before is renewed in the wiki's language; a community's words stay."""
    page = wikitext(facts(tmp_path, "ar"))["landing page"]
    before = wikitext(facts(tmp_path, "en"))["landing page"].text
    record = Record(digest(before), 3, 5)
    assert standing(page, before, record) is Standing.EARLIER
    assert standing(page, before + "\nOurs.", record) is Standing.CHANGED
    assert standing(page, page.text, record) is Standing.AS_RELEASED


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_end_is_told_in_the_wikis_language(tmp_path: Path, language: str) -> None:
    """It is known again, whichever language it was left in, and it is marked."""
    notice = farewell(facts(tmp_path, language).config, language)
    assert page_words(language)["farewell-ended"] in notice
    assert says_ended(notice)
    assert notice.startswith(f'<div lang="{language}" dir=')
    assert "@" not in notice.replace("now@c.example", "")
    assert not says_ended(wikitext(facts(tmp_path, language))["landing page"].text)
