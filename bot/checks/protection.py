"""Whether an ordinary account could change what is shown around a request, or which code runs."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from bot.checks.check import Cause, Check, OnWiki, Verdict, listed
from bot.checks.wiki_pages import key_page_title
from bot.publishing.published import facts_of
from bot.publishing.release import KeptBy, Part, is_interface, pages
from bot.wiki.people import AT_ONCE
from bot.wiki.session import Wiki

CODE, SHOWN = "gadget and key page", "pages people trust"
_USER, _INTERFACE = 2, 8
_NEWCOMERS = frozenset({"*", "user", "named"})
_SETTLED = _NEWCOMERS | {"autoconfirmed"}
# The wiki's own two names for levels whose rights are called otherwise.
_RIGHT_OF_LEVEL = {"sysop": "editprotected", "autoconfirmed": "editsemiprotected"}
_MODELS = {"javascript": "js", "css": "css", "json": "json"}
_MEND_CODE = (
    "Ask those who run the wiki, at once: on Special:ListGroupRights the rights editinterface, "
    "editsitejs, editsitecss and edituserjson belong to no group that every account is in. If it "
    "is the key page alone, its content model has to be JSON: let an administrator delete it, and "
    "run `peer-support publish`."
)
_MEND_SHOWN = (
    "Ask an administrator to protect these pages, so that only administrators or editors of "
    "templates can edit them."
)
_PAUSES = " A change to a request template pauses the network."
_AFTERWARDS = " After an update, one of them runs `peer-support publish --as NAME`."


@enum.unique
class Reach(enum.Enum):
    """Which of the accounts that nobody has chosen could save a page."""

    EVERYBODY = "any account"
    SETTLED = "any account of a few days and edits"
    NOBODY = "none"


def protection(on: OnWiki) -> Iterator[Check]:
    """Look at every page that people trust, but for the intake page, which is for everybody."""
    facts = facts_of(on.config, on.wiki, on.intake.title)
    key_page = key_page_title(on.wiki)
    ours = [page for page in pages(facts) if page.part is not Part.BEGINNING]
    reach = _ask(on.wiki, [key_page, *(page.title for page in ours)])
    code = [key_page, *(page.title for page in ours if is_interface(page.title))]
    shown = [page.title for page in ours if page.title not in code]
    yield _judged(CODE, reach, code, Verdict.FAILED, _MEND_CODE)
    released = [page.title for page in ours if page.kept_by is KeptBy.RELEASE]
    stops = _PAUSES if _open(reach, released) else ""
    yield _judged(SHOWN, reach, shown, Verdict.WARNED, f"{_MEND_SHOWN}{stops}{_AFTERWARDS}")


def _judged(
    name: str, reach: Mapping[str, Reach], titles: Collection[str], wrong: Verdict, mend: str
) -> Check:
    if reach.keys().isdisjoint(titles):
        found, mend_first = "none of them is there yet", "Publish them first."
        return Check(name, Verdict.NOT_TRIED, found, mend_first, Cause.PUBLISH)
    if not _open(reach, titles):
        return Check(name, Verdict.PASSED, "no ordinary account could change them")
    return Check(name, wrong, f"could be changed: {_told(reach, titles)}", mend)


def reach_of(
    page: Mapping[str, Any],
    namespaces: Mapping[str, Mapping[str, Any]],
    groups: Iterable[Mapping[str, Any]],
) -> Reach:
    """Hold the rights that saving a page takes against those of every account."""
    needed = _needed(page, namespaces[str(page["ns"])])
    rights = {str(group["name"]): frozenset(group.get("rights", ())) for group in groups}
    if needed <= _held(rights, _NEWCOMERS):
        return Reach.EVERYBODY
    return Reach.SETTLED if needed <= _held(rights, _SETTLED) else Reach.NOBODY


def _needed(page: Mapping[str, Any], namespace: Mapping[str, Any]) -> set[str]:
    needed = {right for right in str(namespace.get("namespaceprotection", "")).split("|") if right}
    needed |= {
        _RIGHT_OF_LEVEL.get(one["level"], str(one["level"]))
        for one in page.get("protection", ())
        if one["type"] == "edit"
    }
    kind = _MODELS.get(page.get("contentmodel", "wikitext"))
    if kind is not None and page["ns"] == _INTERFACE:
        needed.add(f"editsite{kind}")
    if kind is not None and page["ns"] == _USER and "/" in page["title"]:
        needed.add(f"edituser{kind}")
    return {"edit", *needed}


def _held(rights: Mapping[str, frozenset[str]], groups: Collection[str]) -> frozenset[str]:
    return frozenset().union(*(rights.get(name, frozenset()) for name in groups))


def _ask(wiki: Wiki, titles: list[str]) -> dict[str, Reach]:
    """Ask about all of them, as many at once as a wiki answers; one that is missing is absent."""
    reach: dict[str, Reach] = {}
    for start in range(0, len(titles), AT_ONCE):
        query = wiki.call(
            {
                "action": "query",
                "titles": "|".join(titles[start : start + AT_ONCE]),
                "prop": "info",
                "inprop": "protection",
                "meta": "siteinfo",
                "siprop": "namespaces|usergroups",
            }
        )["query"]
        asked = {one["to"]: one["from"] for one in query.get("normalized", ())}
        for page in query["pages"]:
            if page.get("missing"):
                continue
            title = asked.get(page["title"], page["title"])
            reach[title] = reach_of(page, query["namespaces"], query["usergroups"])
    return reach


def _open(reach: Mapping[str, Reach], titles: Iterable[str]) -> list[str]:
    return [title for title in titles if reach.get(title, Reach.NOBODY) is not Reach.NOBODY]


def _told(reach: Mapping[str, Reach], titles: Iterable[str]) -> str:
    there = _open(reach, titles)
    by_reach = {one: [title for title in there if reach[title] is one] for one in Reach}
    return "; ".join(f"by {one.value}: {listed(of)}" for one, of in by_reach.items() if of)
