"""The pages on the wiki that requests need: intake and keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bot.checks.check import Cause, Check, OnWiki, Verdict, judged, listed
from bot.network_state import network_state
from bot.request.envelope import encode_base64url
from bot.steps.take_in import INTAKE_TROUBLE
from bot.store import intake as intake_store
from bot.store.intake import PageKey
from bot.store.store import Store, get_setting
from bot.wiki import pages
from bot.wiki.intake import ask_where_moved
from bot.wiki.session import Wiki

LOST = (
    "Look for it before a new one is made: what is sealed to those keys opens with it alone. Its "
    "disk or share may be missing, or `database` name another place. If it is gone: `peer-support "
    "init`, then `peer-support store restore FILE` with the last backup, then `peer-support "
    "publish`."
)
MAKE_IT = "Let `peer-support publish` make it."
MOVED = (
    "Ask an administrator to move it back, without leaving a redirect. If it is to stay there, "
    "name its new title in wiki.intake, and run `peer-support publish`. What was saved on it is "
    "read then."
)
PUBLISH = "Run `peer-support publish`, or let the worker run."


def key_page_title(wiki: Wiki) -> str:
    """Give the title of the bot's own public page."""
    return f"User:{wiki.user}/peer-support.json"


def intake_page(on: OnWiki) -> Iterator[Check]:
    """Look whether somebody with a new account could write on the intake page."""
    title = on.intake.title
    query = on.wiki.call(
        {
            "action": "query",
            "titles": title,
            "prop": "info",
            "inprop": "protection",
            "meta": "siteinfo",
            "siprop": "namespaces",
        }
    )["query"]
    page = query["pages"][0]
    namespace = query["namespaces"][str(page["ns"])]
    wrong = unfit(page, namespace)
    if page.get("missing") or page.get("redirect"):
        moved_to = ask_where_moved(on.wiki, title)
        wrong = (f"was moved to {moved_to}", MOVED) if moved_to else wrong
    if wrong is None:
        fine = f"{title}: open to everybody with an account"
        yield Check("intake page", Verdict.PASSED, fine)
    else:
        cause = Cause.PUBLISH if wrong[1] == MAKE_IT else None
        yield Check("intake page", Verdict.FAILED, f"{title} {wrong[0]}", wrong[1], cause)


def unfit(page: dict[str, Any], namespace: dict[str, Any]) -> tuple[str, str] | None:
    """Say what keeps newcomers from writing on a page, and the mend; None when nothing does."""
    if page.get("missing"):
        return "does not exist", MAKE_IT
    if page.get("redirect"):
        return "is a redirect", "Move the page back, or name the new title in wiki.intake."
    if page.get("contentmodel", "wikitext") != "wikitext":
        return "is no wikitext", "Ask an administrator to change its content model."
    levels = sorted({one["level"] for one in page.get("protection", ()) if one["type"] == "edit"})
    if levels:
        newcomers = "new accounts" if levels == ["autoconfirmed"] else "most people"
        mend = (
            "Ask an administrator to take the protection off: whoever asks for support may have "
            "made an account today."
        )
        return f"is protected ({listed(levels)}): {newcomers} cannot write there", mend
    if needed := namespace.get("namespaceprotection"):
        return (
            f"is where only accounts with the right {needed} can write",
            "Choose a title in another namespace for wiki.intake, such as Project:.",
        )
    return None


def key_page(on: OnWiki, store: Store) -> Iterator[Check]:
    """Look whether the gadget would believe the key page and seal to a key that we hold."""
    title = key_page_title(on.wiki)
    page = pages.read(on.wiki, [title]).get(title)
    if page is None:
        missing = f"{title} does not exist"
        yield Check("key page", Verdict.FAILED, missing, PUBLISH, Cause.PUBLISH)
        return
    if page.user_id != on.people.by_name([on.wiki.user])[on.wiki.user].user_id:
        mend = (
            "The gadget does not believe it now. The worker saves it anew within a quarter of an "
            "hour, and `peer-support publish` at once. Ask who did it and why: protecting a page "
            "does it, too."
        )
        yield Check("key page", Verdict.FAILED, f"{title}: somebody else saved it last", mend)
        return
    with store.read() as tx:
        is_open = network_state(tx).acts and not get_setting(tx, INTAKE_TROUBLE)
        mine = [
            key
            for key in intake_store.keys(tx)
            if key.private is not None and key.expires_at > on.clock()
        ]
    found, well = read_keys(page.text, mine, is_open=is_open)
    yield judged("key page", well, f"{title}: {found}", PUBLISH, Cause.PUBLISH)


def lost_store(on: OnWiki, place: str) -> Iterator[Check]:
    """Look whether a network whose store is not at its place has run before: then it had one."""
    title = key_page_title(on.wiki)
    page = pages.read(on.wiki, [title]).get(title)
    if page is None or '"keys"' not in page.text:
        return
    found = f"{title} offers keys, so this network has had a store, and it is not at {place}"
    yield Check("lost store", Verdict.FAILED, found, LOST, Cause.STORE)


def read_keys(text: str, mine: list[PageKey], *, is_open: bool) -> tuple[str, bool]:
    """Say what the key page offers, and whether that is what the store has."""
    try:
        said: Any = json.loads(text)
        offered = {str(key["id"]): key["public"] for key in said["keys"]}
        state = said["state"]
    except (ValueError, KeyError, TypeError):
        return "it cannot be read", False
    wanted = "open" if is_open else "paused"
    ours = {key.id: encode_base64url(key.public) for key in mine}
    if not ours:
        return "no key is in use any more", False
    if not offered.items() >= ours.items():
        return "a key in use is not on it", False
    if state != wanted:
        return f"it says {state}, but the network is {wanted}", False
    return f"{state}, {len(ours)} keys in use" if len(ours) > 1 else f"{state}, a key in use", True
