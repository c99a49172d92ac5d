"""Posting a decoy as an ordinary account: private filters cannot be read, only tried."""

from __future__ import annotations

import json
from collections.abc import Callable

from bot.checks.check import Check, Verdict, listed
from bot.checks.wiki_pages import key_page_title
from bot.publishing.release import SUMMARY
from bot.request.envelope import decode_base64url, envelope_wikitext, info, seal
from bot.wiki import pages
from bot.wiki.errors import ApiError
from bot.wiki.session import Wiki, moment

NAME = "test post"
ORDINARY = frozenset({"*", "user", "named"})
_BLOCKED = frozenset({"blocked", "autoblocked"})
_FILTERS = (
    f"Ask those who keep the wiki's filters to let edits to this page with the summary “{SUMMARY}” "
    "pass. Their log shows this attempt."
)


def not_tried() -> Check:
    """Say how to try it."""
    mend = (
        "`peer-support check --post-as NAME` posts an envelope without a request in it, as an "
        "ordinary account whose password stands in the password file of user-config.py."
    )
    return Check(NAME, Verdict.NOT_TRIED, "whether the wiki's filters let a request pass", mend)


def post(bot: Wiki, intake: str, connect: Callable[[str], Wiki], user: str) -> Check:
    """Post a decoy as this account, and say what the wiki answered."""
    title = key_page_title(bot)
    page = pages.read(bot, [title]).get(title)
    wiki: Wiki = connect(user)
    about = wiki.call(
        {"action": "query", "curtimestamp": True, "meta": "userinfo", "uiprop": "groups|blockinfo"}
    )
    me = about["query"]["userinfo"]
    key = None if page is None else _key(page.text, about["curtimestamp"])
    if key is None:
        return Check(NAME, Verdict.NOT_TRIED, "there is no key to seal to", "Mend the key page.")
    key_id, public = key
    sealed = seal(b'{"type":"decoy"}', public, info(wiki.wiki_id, int(me["id"]), key_id))
    try:
        answer = wiki.call_with_token(
            {
                "action": "edit",
                "title": intake,
                "appendtext": envelope_wikitext(key_id, sealed),
                "summary": SUMMARY,
                "nocreate": True,
                "watchlist": "nochange",
            }
        )["edit"]
    except ApiError as error:
        return refused(error.code, user)
    if answer.get("result") != "Success":
        return refused("captcha" if "captcha" in answer else "failure", user)
    return took(user, sorted(set(me["groups"]) - ORDINARY))


def _key(text: str, now: str) -> tuple[str, bytes] | None:
    try:
        for key in json.loads(text)["keys"]:
            public = decode_base64url(key["public"])
            if public is not None and moment(key["expires"]) > moment(now):
                return str(key["id"]), public
    except (ValueError, KeyError, TypeError):
        pass
    return None


def took(user: str, groups: list[str]) -> Check:
    """Say that the post was taken, and whether the account is like a newcomer's."""
    if not groups:
        return Check(NAME, Verdict.PASSED, f"the wiki took a request without content from {user}")
    return Check(
        NAME,
        Verdict.PASSED,
        f"the wiki took one from {user}, who is more than a newcomer ({listed(groups)}); filters "
        "may treat others differently",
    )


def refused(code: str, user: str) -> Check:
    """Judge the wiki's refusal of a test post."""
    if code.startswith("abusefilter"):
        return Check(NAME, Verdict.FAILED, f"a filter stopped it ({code})", _FILTERS)
    if code in _BLOCKED:
        mend = "Name an account that is not blocked."
        return Check(NAME, Verdict.NOT_TRIED, f"{user} is blocked ({code})", mend)
    if code == "captcha":
        mend = "Ask the wiki's administrators to except the intake page from captchas."
        return Check(NAME, Verdict.FAILED, "the wiki wants a captcha solved, in each request", mend)
    mend = "Ask the wiki's administrators what stands in the way of new accounts on this page."
    return Check(NAME, Verdict.FAILED, f"the wiki refused it ({code})", mend)
