"""Definitions of gadgets: what a wiki may choose for itself, and what is another program."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.publishing.gadget_lines import OurLines, read_line

ENTRY = "* ours[ResourceLoader|package|default|type=general|supportsUrlLoad|dependencies=mediawiki.util]|a.js|b.js"  # noqa: E501
ROOM = "* ours-room[ResourceLoader|package|hidden|dependencies=vue,mediawiki.api]|room.js|b.js"
LINES = (ENTRY, ROOM)
OURS = OurLines(LINES)
OTHER = "* other[ResourceLoader]|other.js"
PAGE = f"Text.\n\n== tools ==\n{OTHER}\n\n== ours ==\n{ENTRY}\n{ROOM}"


@pytest.mark.parametrize(
    "there",
    [
        PAGE,
        PAGE.replace("|default", ""),
        PAGE.replace("|default", "|rights=editinterface"),
        PAGE.replace("|default", "|skins=vector,vector-2022|namespaces=4|actions=view"),
        PAGE.replace("|default", "|categories=A|contentModels=wikitext|hidden"),
        PAGE.replace("|hidden", ""),
        PAGE.replace("== ours ==\n", ""),
        PAGE.replace("vue,mediawiki.api", "mediawiki.api, vue"),
        PAGE.replace("* ours[", "** ours [ ").replace("|a.js|", " | a.js | "),
        PAGE.replace("\n", "\r\n"),
        f"{ROOM}\n== our tools ==\n{ENTRY}\n{OTHER}",
        f"<!-- * ours|evil.js -->\n{PAGE}",
        f"<!--\n* ours|evil.js\n-->{PAGE}",
        f"{PAGE}\n* [ours]|evil.js\nours|evil.js\n * ours|evil.js\n* ours[x|evil.js",
        f"{PAGE}\n* evil[dependencies=ext.gadget.ours]|evil.js",
    ],
)
def test_a_choice_of_the_wikis_runs_the_same(there: str) -> None:
    """Not for everybody, for a right, in another section, in another order, beside others."""
    assert OURS.stand_in(there)
    assert OURS.put_into(there, "ours", keep_choices=True).splitlines() == there.splitlines()


ATTACKS = {
    "another file": PAGE.replace("a.js", "evil.js"),
    "another order": PAGE.replace("a.js|b.js", "b.js|a.js"),
    "a file more": PAGE.replace("|b.js\n", "|b.js|evil.js\n", 1),
    "data": PAGE.replace("|b.js\n", "|b.js|evil.json\n", 1),
    "styles": PAGE.replace("|b.js\n", "|b.js|evil.css\n", 1),
    "a file less": PAGE.replace("|b.js\n", "\n", 1),
    "a need": PAGE.replace("mediawiki.util", "mediawiki.util,ext.gadget.evil"),
    "a second need": PAGE.replace("util]", "util|dependencies=ext.gadget.evil]"),
    "no need": PAGE.replace("|dependencies=mediawiki.util", ""),
    "another type": PAGE.replace("|type=general", "|type=styles"),
    "no type": PAGE.replace("|type=general", ""),
    "no package": PAGE.replace("|package|hidden", "|hidden"),
    "no ResourceLoader": PAGE.replace("ResourceLoader|package|default", "package|default"),
    "peers": PAGE.replace("|type=general", "|type=general|peers=evil"),
    "not by its address": PAGE.replace("|supportsUrlLoad", "|supportsUrlLoad=false"),
    "by its address": PAGE.replace("|hidden", "|hidden|supportsUrlLoad"),
    "unchecked": PAGE.replace("|type=general", "|type=general|requiresES6"),
    "what is new": PAGE.replace("|type=general", "|type=general|loadsFrom=evil"),
    "one gone": PAGE.replace(ROOM, ""),
    "all gone": "",
    "in a comment": PAGE.replace(ENTRY, f"<!-- {ENTRY} -->"),
    "over lines in a comment": PAGE.replace(ENTRY, f"<!--\n{ENTRY}\n-->"),
    "a comment that ends later": PAGE.replace(ENTRY, f"<!--{ENTRY}").replace(ROOM, f"-->{ROOM}"),
    "out of a comment": PAGE.replace(ENTRY, f"{ENTRY}\n<!-- -->* ours|evil.js"),
    "a comment within": PAGE.replace("a.js", "a<!-- -->.js|evil.js"),
    "indented": PAGE.replace(ENTRY, f" {ENTRY}"),
    "nowiki": PAGE.replace(ENTRY, f"<nowiki>{ENTRY}</nowiki>"),
    "once more below": f"{PAGE}\n* ours|evil.js",
    "once more above": f"* ours|evil.js\n{PAGE}",
    "twice the same": f"{PAGE}\n{ENTRY}",
    "elsewhere": f"== tools ==\n* ours|evil.js\n{PAGE.replace(ENTRY, '')}",
    "after an old line end": f"{PAGE}\r* ours|evil.js",
    "as one line": PAGE.replace("|b.js\n", "|b.js\u2028|evil.js\n", 1),
    "form feed": PAGE.replace("|b.js\n", "|b.js\f|evil.js\n", 1),
    "other brackets": PAGE.replace("util]", "util]x]"),
    "a gadget with ours": f"{PAGE}\n* x[ResourceLoader|package|default]|evil.js|a.js|b.js",
    "with ours by number": f"{PAGE}\n* x[ResourceLoader|package]|evil.js|a&#46;js",
    "with ours by part": f"{PAGE}\n* x[ResourceLoader|package]|evil.js|a.js#.js",
    "with ours and a mark": f"{PAGE}\n* x[ResourceLoader|package]|evil.js|a.js\u200e",
    "only styles of ours": f"{PAGE}\n* x|room.js",
}


@pytest.mark.parametrize("there", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("keep", [True, False], ids=["choices kept", "all as released"])
def test_another_program_is_told_and_put_right(there: str, keep: bool) -> None:
    """Other files, needs or ways to load; gone, or defined once more: and what is of others stays.

    What is put right once is right, and is not changed again.
    """
    assert not OURS.stand_in(there)
    done = OURS.put_into(there, "ours", keep_choices=keep)
    assert OURS.stand_in(done)
    assert OURS.put_into(done, "ours", keep_choices=keep) == done
    assert (OTHER in done) == (OTHER in there)


def test_the_lines_are_put_among_others() -> None:
    """On an empty page, and on one without ours: nothing of others is touched."""
    assert OURS.put_into("", "ours", keep_choices=False) == f"== ours ==\n{ENTRY}\n{ROOM}"
    others = f"intro\n\n== tools ==\n{OTHER}"
    expected = f"{others}\n== ours ==\n{ENTRY}\n{ROOM}"
    assert OURS.put_into(others, "ours", keep_choices=False) == expected
    before = f"== ours ==\n<!-- ours -->\n{OTHER}"
    expected = f"== ours ==\n{ENTRY}\n{ROOM}\n<!-- ours -->\n{OTHER}"
    assert OURS.put_into(before, "ours", keep_choices=True) == expected
    hidden = "<!--\n== ours ==\n-->"
    expected = f"{hidden}\n== ours ==\n{ENTRY}\n{ROOM}"
    assert OURS.put_into(hidden, "ours", keep_choices=True) == expected


def test_choices_are_kept_while_code_is_brought_to_the_release() -> None:
    """Somebody's `rights` and section stay; the file of theirs does not."""
    theirs = PAGE.replace("|default", "|rights=editinterface").replace("a.js", "evil.js")
    done = OURS.put_into(theirs, "ours", keep_choices=True)
    assert OURS.choices_in(done) == ["ours: not default, rights=editinterface"]
    assert "evil" not in done
    moved = f"* x|x.js\n{ENTRY.replace('b.js', 'c.js')}\n== later ==\n* y|y.js"
    lines = OURS.put_into(moved, "ours", keep_choices=True).splitlines()
    assert (lines[0], lines[2:4]) == ("* x|x.js", ["== later ==", "* y|y.js"])
    assert lines[1].startswith("* ours["), "where it was"


def test_what_was_chosen_is_told() -> None:
    """A gadget each; and nothing where all is as released."""
    assert OURS.choices_in(PAGE) == []
    there = PAGE.replace("|default", "").replace("|hidden", "|rights=a,b")
    assert OURS.choices_in(there) == ["ours: not default", "ours-room: not hidden, rights=a,b"]
    assert OURS.put_into(there, "ours", keep_choices=False) == PAGE


@pytest.mark.parametrize("line", ["", "== ours ==", "text", "* ours", "*", "* [x]|a.js", "o|a.js"])
def test_what_is_no_definition(line: str) -> None:
    """As MediaWiki has it, a line without a star, a name or a file defines nothing."""
    assert read_line(line) is None


def test_a_line_is_read_and_written() -> None:
    """Nothing gets lost on the way."""
    one = read_line(ENTRY)
    assert one is not None
    assert one.line() == ENTRY
    assert one.files == ("a.js", "b.js")


def test_a_value_may_hold_an_equals_sign() -> None:
    """As the wiki has it, only the first one divides; a blank in a name is an underscore."""
    one = read_line("* our tools[rights=a=b,c|default]|a.js")
    assert one is not None
    assert one.options == {"rights": ("a=b", "c"), "default": ()}
    assert one.name == "our_tools"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", range(4))
def test_comments_of_others_stay(end: str, before: int) -> None:
    """Lines in them define nothing, and are nobody's but theirs, however far down they stand."""
    lines = ["x"] * 30 + ["y" * before, "<!--", "* ours|old.js", "-->"]
    there = end.join([*lines, *PAGE.replace("a.js", "evil.js").splitlines()])
    done = OURS.put_into(there, "ours", keep_choices=True).splitlines()
    assert done[: len(lines)] == lines
    assert OURS.stand_in("\n".join(done))


PIECES = (
    ENTRY,
    ROOM,
    OTHER,
    "<!--",
    "-->",
    "\n",
    "\r\n",
    "\r",
    "* ours|evil.js",
    "== ours ==",
    " ",
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.booleans())
def test_whatever_is_there_is_put_right(there: str, keep: bool) -> None:
    """However pieces of it are put together: right afterwards, and then left alone."""
    done = OURS.put_into(there, "ours", keep_choices=keep)
    assert OURS.stand_in(done)
    assert OURS.put_into(done, "ours", keep_choices=keep) == done
