"""All pages in one request; a second one only where the wiki says that there is more."""

from __future__ import annotations

from typing import Any

import pytest

from bot.wiki.survey import survey
from tests.unit.wiki.scripted import ScriptedWiki, answer

ACTIONS = {"edit": True, "create": True}
SITE = {
    "extensions": [{"name": "Gadgets"}],
    "general": {"lang": "ar"},
    "users": [{"userid": 5, "name": "PeerSupportBot"}],
    "normalized": [{"from": "Project:A", "to": "Wiki:A"}],
}


def revision(text: str | None) -> dict[str, Any]:
    """Give a revision as the API writes it; None: hidden."""
    main = {"texthidden": True} if text is None else {"content": text}
    slots = {"main": main | {"contentmodel": "javascript"}}
    return {"revid": 9, "userid": 3, "user": "Iface", "slots": slots}


def test_an_answer_in_two_parts() -> None:
    """What did not fit comes with the next answer, and nothing is taken for missing."""
    first = [
        {"title": "Wiki:A", "actions": ACTIONS, "revisions": [revision("a")]},
        {"title": "B", "actions": ACTIONS},
        {"title": "C", "missing": True, "actions": ACTIONS | {"create": False}},
    ]
    second = [{"title": "Wiki:A"}, {"title": "B", "revisions": [revision("b")]}, {"title": "C"}]
    wiki = ScriptedWiki(
        ("query", answer({"continue": {"rvcontinue": "2|9"}, "query": SITE | {"pages": first}})),
        ("query", answer({"query": {"pages": second}})),
    )
    found = survey(wiki, ["Project:A", "B", "C"], "PeerSupportBot")
    assert {title: page.text for title, page in found.pages.items()} == {
        "Project:A": "a",
        "B": "b",
        "C": None,
    }
    assert [page.model for page in found.pages.values()] == ["javascript", "javascript", "wikitext"]
    assert "contentmodel" in str(wiki.calls[0]["rvprop"])
    assert [page.may_save for page in found.pages.values()] == [True, True, False]
    assert (found.bot_id, found.extensions) == (5, frozenset({"Gadgets"}))
    assert found.language == "ar"
    assert "rvcontinue" not in wiki.calls[0]
    assert wiki.calls[1]["rvcontinue"] == "2|9"


def test_a_hidden_text_is_not_a_missing_page() -> None:
    """It exists, and says nothing."""
    page = {"title": "B", "actions": ACTIONS, "revisions": [revision(None)]}
    wiki = ScriptedWiki(("query", answer({"query": SITE | {"pages": [page]}})))
    assert survey(wiki, ["B"], "PeerSupportBot").pages["B"].text == ""


def test_more_than_the_wiki_answers_at_once() -> None:
    """It would leave pages out in silence."""
    with pytest.raises(ValueError, match="51 pages"):
        survey(ScriptedWiki(), [str(number) for number in range(51)], "PeerSupportBot")


def test_pages_that_begin_alike_are_listed_with_it() -> None:
    """By their names, whatever the wiki calls its interface; none where nobody asked."""
    page = {"title": "B", "missing": True, "actions": ACTIONS}
    also = [
        {"ns": 8, "title": "ميدياويكي:Gadgets/a.json"},
        {"ns": 8, "title": "MediaWiki:Gadgets/b"},
    ]
    given = answer({"query": SITE | {"pages": [page], "allpages": also}})
    wiki = ScriptedWiki(("query", given), ("query", answer({"query": SITE | {"pages": [page]}})))
    found = survey(wiki, ["B"], "PeerSupportBot", "Gadgets/")
    assert found.others == {"Gadgets/a.json", "Gadgets/b"}
    assert survey(wiki, ["B"], "PeerSupportBot").others == frozenset()
    assert [one["list"] for one in wiki.calls] == ["users|allpages", "users"]
