"""Pages the network keeps on the wiki: read many at once, save one."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from bot.wiki.errors import ApiError
from bot.wiki.people import AT_ONCE
from bot.wiki.session import Wiki


@dataclass(frozen=True)
class FoundPage:
    """A page as it stands: its text, its newest revision and who saved that (0: unknown)."""

    title: str
    text: str
    revid: int
    user_id: int
    model: str


@enum.unique
class Saving(enum.Enum):
    """How saving a page ended."""

    SAVED = "saved"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"  # somebody saved it meanwhile
    NOT_ALLOWED = "not allowed"
    REFUSED = "refused"


_CONFLICT = frozenset({"editconflict", "missingtitle", "articleexists"})
_NOT_ALLOWED = frozenset(
    {
        "protectedpage",
        "protectednamespace",
        "protectednamespace-interface",
        "protectedtitle",
        "cascadeprotected",
        "permissiondenied",
        "sitejsonprotected",
        "sitejsprotected",
        "sitecssprotected",
        "customjsonprotected",
        "noedit",
        "cantcreate",
        "nocreate-loggedin",
    }
)


def read(wiki: Wiki, titles: Sequence[str]) -> dict[str, FoundPage]:
    """Read pages by title as asked; one that does not exist is absent."""
    found: dict[str, FoundPage] = {}
    for start in range(0, len(titles), AT_ONCE):
        some = titles[start : start + AT_ONCE]
        answer = wiki.call(
            {
                "action": "query",
                "titles": "|".join(some),
                "prop": "revisions",
                "rvprop": "ids|content|userid",
                "rvslots": "main",
            }
        )["query"]
        asked = {entry["to"]: entry["from"] for entry in answer.get("normalized", [])}
        for page in answer["pages"]:
            if page.get("missing") or "revisions" not in page:
                continue
            newest = page["revisions"][0]
            main = newest["slots"]["main"]
            title = asked.get(page["title"], page["title"])
            found[title] = FoundPage(
                title=title,
                text=main.get("content", ""),
                revid=int(newest["revid"]),
                user_id=int(newest.get("userid", 0)),
                model=main.get("contentmodel", "wikitext"),
            )
    return found


def save(
    wiki: Wiki,
    title: str,
    text: str,
    summary: str,
    *,
    model: str = "wikitext",
    base_revid: int | None = None,
) -> tuple[Saving, str]:
    """Save a page, over nothing but `base_revid` where that is given; with the wiki's own code.

    0 stands for no revision at all: the page is made, if nobody has made it meanwhile.
    """
    params: dict[str, str | int | bool] = {
        "action": "edit",
        "title": title,
        "text": text,
        "summary": summary,
        "contentmodel": model,
        "watchlist": "nochange",
        "bot": True,
    }
    if base_revid == 0:
        params |= {"createonly": True}
    elif base_revid is not None:
        params |= {"baserevid": base_revid, "nocreate": True}
    try:
        answer = wiki.call_with_token(params)["edit"]
    except ApiError as error:
        if error.code in _CONFLICT:
            return Saving.CONFLICT, error.code
        if error.code in _NOT_ALLOWED:
            return Saving.NOT_ALLOWED, error.code
        return Saving.REFUSED, error.code
    if answer.get("result") != "Success":
        return Saving.REFUSED, "failure"
    return (Saving.UNCHANGED if answer.get("nochange") else Saving.SAVED), "success"
