"""Logging an account in: Pywikibot's session and password file, and one try with a named end.

Pywikibot's own log-in asks a terminal for another password when the wiki has throttled it, tries
again by itself, and takes every refusal for a wrong name. So the try is made here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pywikibot
from pywikibot.comms import http
from pywikibot.login import ClientLoginManager, LoginStatus
from pywikibot.tools import normalize_username

from bot.problems import InputError
from bot.wiki.errors import ApiError, WikiError
from bot.wiki.refused import Keyed, LogInError, Refusal, refusal_of
from bot.wiki.told import no_password, told

OAUTH = 4
"""So many values has OAuth in Pywikibot's `authenticate`; with two it is another way."""
Ask = Callable[..., dict[str, Any]]
"""Asks the wiki one thing, `post=` or not, while nobody is logged in."""


def mark_of(site: Any, keyed: Keyed) -> str:
    """Tell what an account logs in with from what it had before; empty: it cannot be read."""
    try:
        with told():
            if site.is_oauth_token_available():
                said = repr(http.get_authentication(site.base_url("")))
            else:
                manager = ClientLoginManager(site=site, user=site.username())
                said = repr((manager.login_name, manager.password))
    except (InputError, WikiError):
        return ""  # whoever logs in with these tells what is wrong
    return keyed(said).hex()


@contextmanager
def unsigned() -> Iterator[None]:
    """Let Pywikibot find the wiki without OAuth: it has one name for all that is refused there."""
    kept = pywikibot.config.authenticate
    pywikibot.config.authenticate = {key: one for key, one in kept.items() if len(one) != OAUTH}
    try:
        yield
    finally:
        pywikibot.config.authenticate = kept


def resume(site: Any, ask: Ask, *, again: bool) -> bool:
    """Go on with the session of the last time, or with OAuth; return whether the account is in.

    `again`: Pywikibot believes itself logged in, and is not.
    """
    with told():
        if again:
            del site.userinfo
            site._loginstatus = LoginStatus.NOT_LOGGED_IN  # noqa: SLF001 - there is no public way
        if site.is_oauth_token_available():
            _be_the_account_of_oauth(site, ask)
        site.login(cookie_only=True)
        return bool(site.logged_in())


def _be_the_account_of_oauth(site: Any, ask: Ask) -> None:
    """Ask whose the consumer is: Pywikibot takes every refusal for a missing account."""
    try:
        answer = ask({"action": "query", "meta": "userinfo"}, post=False)
    except ApiError as error:
        raise LogInError(refusal_of(error.code), error.code) from None
    if answer["query"]["userinfo"]["name"] != site.username():
        raise LogInError(Refusal.CONSUMER, "another-account")


def by_password_only(site: Any) -> None:
    """Leave out OAuth for a site: its consumer is another account's."""
    site._oauth_disabled = True  # noqa: SLF001 - Pywikibot's own way, for its `-user`


def log_in_by_password(site: Any, ask: Ask) -> None:
    """Log in with what the password file holds, in one try."""
    with told():
        if site.is_oauth_token_available():  # and did not let us in
            raise LogInError(Refusal.CONSUMER)
        manager = ClientLoginManager(site=site, user=site.username())
    if not manager.password:
        raise no_password(site.username())
    token = ask({"action": "query", "meta": "tokens", "type": "login"}, post=False)
    said = _said(manager, str(token["query"]["tokens"]["logintoken"]), ask)
    if said is not None:
        raise LogInError(refusal_of(said), said)
    with told():
        manager.storecookiedata()
        _ask_whether_in(site)


def _ask_whether_in(site: Any) -> None:
    del site.userinfo  # what it remembers is of before
    _ = site.userinfo
    if not site.logged_in():
        raise LogInError(Refusal.OTHER)
    site._loginstatus = LoginStatus.AS_USER  # noqa: SLF001 - there is no public way


def be_in_passwords(site: Any, user: str) -> None:
    """Refuse an account whose password the password file does not hold; the wiki is not asked."""
    with told():
        manager = ClientLoginManager(site=site, user=normalize_username(user) or user)
    if not manager.password:
        raise no_password(user, may_be_oauth=False)


def _said(manager: Any, token: str, ask: Ask) -> str | None:
    """Try once, and give the wiki's code for its refusal; None: the account is in."""
    by_bot_password = "@" in manager.login_name
    if by_bot_password:
        asked = {
            "action": "login",
            "lgname": manager.login_name,
            "lgpassword": manager.password,
            "lgtoken": token,
        }
    else:
        asked = {
            "action": "clientlogin",
            "username": manager.login_name,
            "password": manager.password,
            "loginreturnurl": "https://example.org/",
            "rememberMe": "1",
            "logintoken": token,
        }
    try:
        answer = ask(asked, post=True)[asked["action"]]
    except ApiError as error:
        return error.code
    if by_bot_password:
        if answer["result"] == "Success":
            return None
        reason = answer.get("reason")
        found = reason.get("code") if isinstance(reason, dict) else None
        return str(found or answer["result"]).casefold()
    if answer["status"] == "PASS":
        return None
    if answer["status"] == "UI":
        code = str(answer.get("messagecode", ""))
        return code if code.startswith("resetpass") else "api-login-fail-aborted"
    return str(answer.get("messagecode") or answer["status"])
