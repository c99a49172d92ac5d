"""One logged-in session: each call is one request, and every way it can end has a name.

Pywikibot logs in and carries cookies and the user agent. Its `api.Request` is not used: it posts
again by itself and hides most outcomes from its caller, so that a mail could go out twice.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pywikibot
import requests
from pywikibot.comms import http

from bot import logs
from bot.wiki.errors import ApiError, NoAnswerError, WikiDownError, safe_code
from bot.wiki.told import told, wrong_password

Params = Mapping[str, str | int | bool]


# What the wiki says when it took nothing and will again later.
_NOT_NOW = frozenset({"maxlag", "readonly", "internal_api_error_DBReadOnlyError"})
_LOGGED_OUT = frozenset({"assertuserfailed", "assertnameduserfailed", "notloggedin"})

# What nearly every session needs comes along with its first question, whatever that is.
_ALONG = {"meta": "tokens|userinfo", "uiprop": "ratelimits"}


class Wiki:
    """The wiki as one account sees it; not for use by two threads."""

    def __init__(self, site: Any) -> None:
        self._site = site
        self._token: str | None = None
        self._ratelimits: dict[str, Any] | None = None
        self.requests = 0
        """How many requests `call` has made: bounds on it are tested."""

    @property
    def user(self) -> str:
        """The name of the account."""
        return str(self._site.username())

    @property
    def wiki_id(self) -> str:
        """The wiki's own id, `wgWikiID`."""
        return str(self._site.siteinfo["wikiid"])

    def full_title(self, title: str) -> str:
        """Give a title with the wiki's own name for its namespace."""
        return str(pywikibot.Page(self._site, title).title())

    def address_of(self, title: str) -> str:
        """Give the address of a page for people to follow."""
        page: Any = pywikibot.Page(self._site, title)
        return str(page.full_url())

    def namespace_and_name(self, title: str) -> tuple[int, str]:
        """Split a title into the number of its namespace and the rest."""
        page = pywikibot.Page(self._site, title)
        return int(page.namespace().id), str(page.title(with_ns=False))

    def call(self, params: Params, *, post: bool = False) -> dict[str, Any]:
        """Make one request as the logged-in account and give the answer, or raise a `WikiError`.

        Logged out meanwhile, it logs in and tries once more: the wiki has taken nothing then.
        """
        along = self._token is None and params["action"] == "query" and "meta" not in params
        if along:
            params = {**params, **_ALONG}
        try:
            answer = self._once(params, post=post)
        except ApiError as error:
            if error.code not in _LOGGED_OUT:
                raise
            self._token = None
            log_in(self._site, again=True)
            answer = self._once(params, post=post)
        if along:
            self._token = str(answer["query"]["tokens"]["csrftoken"])
            self._ratelimits = answer["query"]["userinfo"].get("ratelimits", {})
        return answer

    def call_with_token(self, params: Params) -> dict[str, Any]:
        """Post with an edit token; with a stale one nothing was done, so once more with a new."""
        try:
            return self.call({**params, "token": self.token()}, post=True)
        except ApiError as error:
            if error.code != "badtoken":
                raise
        self._token = None
        return self.call({**params, "token": self.token()}, post=True)

    def token(self) -> str:
        """Give the session's edit token, asked for once."""
        if self._token is None:
            answer = self.call({"action": "query", "meta": "tokens"})
            self._token = str(answer["query"]["tokens"]["csrftoken"])
        return self._token

    def ratelimits(self) -> dict[str, Any]:
        """Give our account's limits: once those that came along, and asked for from then on."""
        limits, self._ratelimits = self._ratelimits, None
        if limits is None:
            answer = self.call({"action": "query", "meta": "userinfo", "uiprop": "ratelimits"})
            limits = answer["query"]["userinfo"].get("ratelimits", {})
        return limits or {}

    def looking_only(self) -> Wiki:
        """Give the same session without hands: it reads for real, and saves nothing."""
        return _LookingWiki(self._site)

    def _once(self, params: Params, *, post: bool) -> dict[str, Any]:
        data = {name: _plain(value) for name, value in params.items() if value is not False}
        data |= {"format": "json", "formatversion": "2", "errorformat": "plaintext"}
        data |= {"assert": "user", "assertuser": self.user}
        self.requests += 1
        response = self._send(data, post=post)
        return _read(response)

    def _send(self, data: dict[str, str], *, post: bool) -> requests.Response:
        kept: list[requests.Response | Exception] = []

        def keep(response: requests.Response | Exception) -> None:
            kept.append(response)
            if isinstance(response, Exception):
                raise response

        try:
            http.request(
                self._site,
                uri=self._site.apipath(),
                method="POST" if post else "GET",
                default_error_handling=False,
                callbacks=[keep],
                charset="utf-8",
                **({"data": data} if post else {"params": data}),
            )
        except requests.exceptions.ConnectTimeout:
            raise WikiDownError("connect-timeout") from None
        except requests.exceptions.ConnectionError as error:
            if _never_connected(error):
                raise WikiDownError("no-connection") from None
            raise NoAnswerError("connection-lost") from None
        except requests.exceptions.Timeout:
            raise NoAnswerError("timeout") from None
        except requests.exceptions.RequestException as error:
            raise NoAnswerError(type(error).__name__) from None
        response = kept[0]
        if isinstance(response, Exception):  # `keep` has raised it
            raise NoAnswerError("no-response")
        return response


class _LookingWiki(Wiki):
    """A wiki on which nothing is done: every save says that nothing had to be changed."""

    def call_with_token(self, params: Params) -> dict[str, Any]:
        """Do nothing, and answer as the wiki does for a page that is as it should be."""
        if params["action"] != "edit":
            message = f"{params['action']} is not done here"
            raise AssertionError(message)
        return {"edit": {"result": "Success", "nochange": True}}


def _never_connected(error: Exception) -> bool:
    return "NewConnectionError" in str(error) or "NameResolutionError" in str(error)


def _read(response: requests.Response) -> dict[str, Any]:
    retry_after = response.headers.get("retry-after", "")
    wait = int(retry_after) if retry_after.isdigit() else None
    if response.status_code == requests.codes.too_many_requests:
        raise ApiError("ratelimited", wait)
    try:
        answer = json.loads(response.text)
    except ValueError:
        raise NoAnswerError(f"http-{response.status_code}") from None
    if not isinstance(answer, dict):
        raise NoAnswerError("not-an-object")
    errors = answer.get("errors")
    if errors:
        code = safe_code(errors[0].get("code"))
        if code in _NOT_NOW:
            raise WikiDownError(code)
        raise ApiError(code, wait)
    if response.status_code >= requests.codes.bad_request:
        raise NoAnswerError(f"http-{response.status_code}")
    return answer


def _plain(value: str | int | bool) -> str:
    return "1" if value is True else str(value)


def moment(text: str) -> datetime:
    """Read a time as the API writes it."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def log_in(site: Any, *, again: bool = False) -> None:
    """Log a Pywikibot site in, or raise `InputError` (a wrong password) or `WikiDownError`.

    `again` is for a session that the wiki has ended: Pywikibot believes itself logged in then.
    """
    with told():
        if again:
            site._relogin()  # noqa: SLF001 - its own way out, and there is no public one
        else:
            site.login()
        if not site.logged_in():
            raise wrong_password()


def connect(user: str | None = None) -> Wiki:
    """Log in to the wiki that `user-config.py` names, as its account or another it knows."""
    _be_brief()
    if user is not None:
        # The cookies are the whole process's: another account begins without this one's session.
        http.cookie_jar.clear()
    with told():
        site = pywikibot.Site(user=user)
    # Mail waits for nobody: Pywikibot's pauses between edits would hold it up as well.
    site.throttle.set_delays(delay=0, writedelay=0, absolute=True)
    log_in(site)
    with told():
        _ = site.siteinfo["wikiid"]  # asked for here, where a failure is told
    return Wiki(site)


@dataclass(frozen=True)
class About:
    """What a wiki says of itself: its name, its id, and the address of a page of it."""

    name: str
    wiki_id: str
    address: str


def about() -> About:
    """Ask the wiki that `user-config.py` names what it is, without logging in."""
    _be_brief()
    with told():
        site = pywikibot.Site()
        general = site.siteinfo["general"]
        return About(str(general["sitename"]), str(general["wikiid"]), str(general["base"]))


def _be_brief() -> None:
    # A worker that starts while the wiki is down should say so, not try for half an hour.
    pywikibot.config.max_retries = min(pywikibot.config.max_retries, 2)
    pywikibot.config.retry_wait = min(pywikibot.config.retry_wait, 2)


def _be_quiet() -> None:
    """Let Pywikibot print and log nothing: what fails is told by us, without what was sent."""
    config = pywikibot.config
    config.log, config.debug_log, config.verbose_output = [], [], 0
    pywikibot.bot.init_handlers()
    logs.hush()
    for name in ("pywiki", "py.warnings"):
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]  # with none at all it makes its own again
        logger.propagate = False


# At once, not when somebody logs in: what is loaded and never used writes its log all the same,
# when the program ends.
_be_quiet()
