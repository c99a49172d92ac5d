"""How all pages of the release stand on the wiki, asked for in one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.wiki.errors import ApiError
from bot.wiki.session import Params, Wiki

AT_ONCE = 50
INTERFACE = 8
"""The number of the namespace of the wiki's interface."""
_REVISION = "ids|content|contentmodel|user|userid"


@dataclass(frozen=True)
class StandingPage:
    """A page as it stands: `text` None where there is none, `user` who saved it last.

    `model` is its content model; `may_save` says whether the account that asked may edit it, or
    make it.
    """

    title: str
    text: str | None
    revid: int
    user_id: int
    user: str
    may_save: bool
    model: str = "wikitext"


@dataclass(frozen=True)
class Survey:
    """The pages by their titles as asked, the wiki's extensions and language, the bot's user id.

    `others` are the interface's pages that begin as was asked, by their names without namespace.
    """

    pages: Mapping[str, StandingPage]
    extensions: frozenset[str]
    bot_id: int
    language: str
    others: frozenset[str] = frozenset()


def survey(wiki: Wiki, titles: Sequence[str], bot_name: str, beginning: str = "") -> Survey:
    """Look at up to fifty pages, with the eyes of the account that is logged in.

    `beginning` asks which pages of the wiki's interface begin like that.
    """
    if len(titles) > AT_ONCE:
        message = f"{len(titles)} pages do not fit into one request"
        raise ValueError(message)
    asked: dict[str, str | int | bool] = {
        "action": "query",
        "titles": "|".join(titles),
        "prop": "info|revisions",
        "intestactions": "edit|create",
        "rvprop": _REVISION,
        "rvslots": "main",
        "meta": "siteinfo",
        "siprop": "extensions|general",
        "list": "users",
        "ususers": bot_name,
    }
    if beginning:
        asked |= {"list": "users|allpages", "apprefix": beginning, "aplimit": "max"}
        asked["apnamespace"] = INTERFACE
    others = set[str]()
    found: dict[str, dict[str, Any]] = {}
    query: dict[str, Any] = {}
    rest: dict[str, str] | None = {}
    while rest is not None:  # a second time only where pages are too long for one answer
        answer = wiki.call({**asked, **rest})
        for page in answer["query"].get("pages", ()):
            found.setdefault(page["title"], {}).update(page)
        query |= answer["query"]
        also = answer["query"].get("allpages", ())
        others |= {page["title"].partition(":")[2] for page in also}
        rest = answer.get("continue") or None
    names = {one["from"]: one["to"] for one in query.get("normalized", ())}
    return Survey(
        pages={title: _page(title, found[names.get(title, title)]) for title in titles},
        extensions=frozenset(one["name"] for one in query["extensions"]),
        bot_id=int(query["users"][0].get("userid", 0)),
        language=str(query["general"]["lang"]),
        others=frozenset(others),
    )


def draw_anew(wiki: Wiki, titles: Sequence[str]) -> None:
    """Let the wiki render pages again: links to pages made a moment later are red until then."""
    # With `forcelinkupdate` it happens at once; without, what was rendered within the same second
    # passes for new.
    asked: Params = {"action": "purge", "titles": "|".join(titles), "forcelinkupdate": True}
    try:
        wiki.call(asked, post=True)
    except ApiError:
        return  # too often, or not allowed: they turn blue by themselves, only later


def _page(title: str, page: Mapping[str, Any]) -> StandingPage:
    actions = page["actions"]
    if page.get("missing"):
        return StandingPage(title, None, 0, 0, "", bool(actions["edit"] and actions["create"]))
    newest = page["revisions"][0]
    main = newest["slots"]["main"]
    return StandingPage(
        title=title,
        text=main.get("content", ""),  # without one, it was hidden
        revid=int(newest["revid"]),
        user_id=int(newest.get("userid", 0)),
        user=str(newest.get("user", "")),
        may_save=bool(actions["edit"]),
        model=str(main["contentmodel"]),
    )
