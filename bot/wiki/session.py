"""One logged-in session: each call is one request, and every way it can end has a name.

Pywikibot logs in and carries cookies and the user agent. Its `api.Request` is not used: it posts
again by itself and hides most outcomes from its caller, so that a mail could go out twice.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pywikibot
import requests
from pywikibot.comms import http
from pywikibot.tools import normalize_username

from bot import logs
from bot.problems import InputError
from bot.user_agent import user_agent
from bot.wiki.errors import ApiError, NoAnswerError, WikiDownError, safe_code
from bot.wiki.failed_requests import failure_of, was_sent_on
from bot.wiki.log_in import (
    be_in_passwords,
    by_password_only,
    log_in_by_password,
    mark_of,
    resume,
    unsigned,
)
from bot.wiki.refused import LogInError, Patience, Refusal, is_consumer, refusal_of
from bot.wiki.told import told

Params = Mapping[str, str | int | bool]


# What the wiki says when it took nothing and will again later.
_NOT_NOW = frozenset({"maxlag", "readonly", "internal_api_error_DBReadOnlyError"})
_LOGGED_OUT = frozenset({"assertuserfailed", "assertnameduserfailed", "notloggedin"})

# What nearly every session needs comes along with its first question, whatever that is.
_ALONG = {"meta": "tokens|userinfo|siteinfo", "uiprop": "ratelimits", "siprop": "extensions"}


class Wiki:
    """The wiki as one account sees it; not for use by two threads."""

    def __init__(
        self,
        site: Any,
        clock: Callable[[], datetime],
        patience: Patience | None = None,
    ) -> None:
        self._site = site
        self.clock = clock
        self.patience = patience or Patience()
        self._token: str | None = None
        self._ratelimits: dict[str, Any] | None = None
        self._extensions: frozenset[str] | None = None
        self.requests = 0
        """How many requests `call` has made: bounds on it are tested."""

    @property
    def user(self) -> str:
        """The name of the account."""
        return str(self._site.username())

    def log_in(self, *, again: bool = False) -> None:
        """Log in, or raise `LogInError`, `InputError` (wrong files) or `WikiDownError`.

        `again` is for a session that the wiki has ended. What was refused is tried again after
        minutes only, unless the credentials are others by now.
        """
        mark = mark_of(self._site, self.patience.keyed)
        self.patience.be_patient(self.clock(), mark)
        try:
            if not resume(self._site, self._ask, again=again):
                log_in_by_password(self._site, self._ask)
        except LogInError as error:
            self.patience.refused(error, self.clock(), mark)
            raise
        except InputError as error:
            if not again:
                raise
            refused = LogInError(Refusal.FILES)
            self.patience.refused(refused, self.clock(), mark)
            raise refused from error
        self.patience.done()

    @property
    def wiki_id(self) -> str:
        """The wiki's own id, `wgWikiID`."""
        return str(self._site.siteinfo["wikiid"])

    @property
    def account_page(self) -> str:
        """The address of the account's user page; the wiki need not be asked for it."""
        return _user_page(self.user)

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
        if self.patience.refusal is not None:
            self.log_in(again=True)
        try:
            answer = self._once(params, post=post)
        except ApiError as error:
            if is_consumer(error.code):
                raise self._consumer_refused(error.code) from None
            if error.code not in _LOGGED_OUT:
                raise
            self._token = None
            self.log_in(again=True)
            answer = self._once(params, post=post)
        if along:
            self._note(answer)
        return answer

    def _note(self, answer: dict[str, Any]) -> None:
        self._token = str(answer["query"]["tokens"]["csrftoken"])
        self._ratelimits = answer["query"]["userinfo"].get("ratelimits", {})
        self._extensions = _extensions(answer)

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
            asked: Params = {"action": "query", "meta": "tokens|siteinfo", "siprop": "extensions"}
            answer = self.call(asked)
            self._token = str(answer["query"]["tokens"]["csrftoken"])
            if "extensions" in answer["query"]:
                self._extensions = _extensions(answer)
        return self._token

    def ratelimits(self) -> dict[str, Any]:
        """Give our account's limits: once those that came along, and asked for from then on."""
        limits, self._ratelimits = self._ratelimits, None
        if limits is None:
            answer = self.call({"action": "query", "meta": "userinfo", "uiprop": "ratelimits"})
            limits = answer["query"]["userinfo"].get("ratelimits", {})
        return limits or {}

    def extensions(self) -> frozenset[str]:
        """Give the names of the wiki's extensions: they came along, or are asked for once."""
        if self._extensions is None:
            asked: Params = {"action": "query", "meta": "siteinfo", "siprop": "extensions"}
            self._extensions = _extensions(self.call(asked))
        return self._extensions

    def language(self) -> str:
        """Ask for the code of the wiki's content language."""
        asked: Params = {"action": "query", "meta": "siteinfo", "siprop": "general"}
        return str(self.call(asked)["query"]["general"]["lang"])

    def looking_only(self) -> Wiki:
        """Give the same session without hands: it reads for real, and saves nothing."""
        return LookingOnly(self._site, self.clock)

    def _consumer_refused(self, code: str) -> LogInError:
        error = LogInError(refusal_of(code), code)
        self._token = None
        self.patience.refused(error, self.clock(), mark_of(self._site, self.patience.keyed))
        return error

    def _ask(self, data: Mapping[str, str], *, post: bool) -> dict[str, Any]:
        """Ask while nobody is logged in yet."""
        more = {"format": "json", "formatversion": "2", "errorformat": "plaintext"}
        return _read(self._send({**data, **more}, post=post), data["action"])

    def _once(self, params: Params, *, post: bool) -> dict[str, Any]:
        data = {name: _plain(value) for name, value in params.items() if value is not False}
        data |= {"format": "json", "formatversion": "2", "errorformat": "plaintext"}
        data |= {"assert": "user", "assertuser": self.user}
        self.requests += 1
        response = self._send(data, post=post)
        if post and was_sent_on(response):
            raise WikiDownError("redirected")
        return _read(response, str(params["action"]))

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
        except OSError as error:  # the library's own are among them
            raise failure_of(error) from None
        response = kept[0]
        if isinstance(response, Exception):  # `keep` has raised it
            raise NoAnswerError("no-response")
        return response


class LookingOnly(Wiki):
    """A wiki on which nothing is done: it is asked, and every save finds nothing to change."""

    def call_with_token(self, params: Params) -> dict[str, Any]:
        """Do nothing, and answer as the wiki does for a page that is as it should be."""
        if params["action"] != "edit":
            message = f"{params['action']} is not done here"
            raise AssertionError(message)
        return {"edit": {"result": "Success", "nochange": True}}

    def _once(self, params: Params, *, post: bool) -> dict[str, Any]:
        # Whatever is added later and posts past `call_with_token` ends here.
        if post or params["action"] != "query":
            message = f"{params['action']} is not asked here"
            raise AssertionError(message)
        return super()._once(params, post=post)


def _extensions(answer: dict[str, Any]) -> frozenset[str]:
    return frozenset(str(one["name"]) for one in answer["query"]["extensions"])


def _read(response: requests.Response, action: str) -> dict[str, Any]:
    retry_after = response.headers.get("retry-after", "")
    wait = int(retry_after) if retry_after.isdigit() else None
    if response.status_code == requests.codes.too_many_requests:
        raise ApiError("ratelimited", wait)
    try:
        answer = json.loads(response.text)
    except ValueError:
        answer = None
    turned_away = 400 <= response.status_code < 500
    if turned_away and not (isinstance(answer, dict) and {"errors", action} & answer.keys()):
        # Something in front of the wiki did not let the request through: the wiki itself says
        # what it refuses in its own words, and what it has done under the action's name.
        raise WikiDownError(f"http-{response.status_code}")
    if answer is None:
        raise NoAnswerError(f"http-{response.status_code}")
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


def leave_saved_sessions() -> None:
    """Let this process neither take up a session from Pywikibot's cookie files nor keep one there.

    Such a session goes on for weeks after the password file has gone wrong: only a log-in without
    it shows whether the worker could start again once the wiki has ended it. And the files are
    left to the worker: a look must not take away what it still goes on with.
    """

    def nothing(*_args: object, **_kwargs: object) -> None:
        pass

    jar: Any = http.cookie_jar  # Pywikibot has no setting for it
    jar.load = jar.save = nothing


def _site(user: str | None = None) -> Any:
    """Make Pywikibot's site, which looks into its file of cookies at once."""
    try:
        return pywikibot.Site(user=user)
    except UnicodeDecodeError:
        # What a crash or a full disk has left of that file, which is a copy and no more.
        if http.cookie_jar.filename:
            Path(http.cookie_jar.filename).unlink(missing_ok=True)
        return pywikibot.Site(user=user)


def be_known(wiki: Wiki, user: str) -> None:
    """Refuse an account that could not be logged in, before anything is done as another one."""
    if normalize_username(user) != wiki.user:
        be_in_passwords(wiki._site, user)  # noqa: SLF001 - of this module


def connect(
    clock: Callable[[], datetime],
    contact: str = "",
    *,
    user: str | None = None,
    patience: Patience | None = None,
) -> Wiki:
    """Log in to the wiki that `user-config.py` names, as its account or another it knows.

    `contact` is how to reach the operator, for the user agent; `patience` is what is known of
    log-ins that the wiki has refused.
    """
    _be_brief()
    if user is not None:
        # The cookies are the whole process's: another account begins without this one's session.
        http.cookie_jar.clear()
    with told():
        _introduce(_user_page(user), contact)
        with unsigned():
            site = _site(user)  # asks the wiki already
        if user not in {None, _configured()}:
            by_password_only(site)  # OAuth would log in the bot
    # Mail waits for nobody: Pywikibot's pauses between edits would hold it up as well.
    site.throttle.set_delays(delay=0, writedelay=0, absolute=True)
    wiki = Wiki(site, clock, patience)
    wiki.log_in()
    with told():
        _ = site.siteinfo["wikiid"]  # asked for here, where a failure is told
    return wiki


@dataclass(frozen=True)
class About:
    """What a wiki says of itself: its name, its id, and the address of a page of it."""

    name: str
    wiki_id: str
    address: str


def about(contact: str = "") -> About:
    """Ask the wiki that `user-config.py` names what it is, without logging in."""
    _be_brief()
    _introduce(contact)
    with told():
        site = _site()
        general = site.siteinfo["general"]
        return About(str(general["sitename"]), str(general["wikiid"]), str(general["base"]))


def _introduce(*contacts: str) -> None:
    """Let each request of Pywikibot say what we are, and how to reach whoever runs it."""
    said = user_agent(contacts).replace("{", "{{").replace("}", "}}")
    pywikibot.config.user_agent_format = f"{said} {{pwb}} {{http_backend}} {{python}}"


def _configured() -> str | None:
    """Give the account that `usernames` names for the wiki."""
    family, code = pywikibot.config.family, pywikibot.config.mylang
    known: Any = pywikibot.config.usernames
    name = {**known["*"], **known[family]}.get(code) or known[family].get("*")
    return str(name) if name else None


def _user_page(name: str | None) -> str:
    """Give the address of an account's page from the settings alone; None: the configured one's."""
    family, code = pywikibot.config.family, pywikibot.config.mylang
    name = name or _configured()
    if not name:
        return ""
    wiki: Any = pywikibot.family.Family.load(family)
    title = quote(f"User:{name}".replace(" ", "_"), safe=":")
    return f"{wiki.base_url(code, wiki.path(code))}?title={title}"


def _be_brief() -> None:
    # A worker that starts while the wiki is down should say so, not try for half an hour.
    pywikibot.config.max_retries = min(pywikibot.config.max_retries, 2)
    pywikibot.config.retry_wait = min(pywikibot.config.retry_wait, 2)


def _asked_nobody(*_args: object, **_kwargs: object) -> str:
    raise EOFError  # which `told` turns into words


def _be_quiet() -> None:
    """Let Pywikibot print and log nothing: what fails is told by us, without what was sent."""
    config = pywikibot.config
    config.log, config.debug_log, config.verbose_output = [], [], 0
    pywikibot.bot.init_handlers()
    # On a wiki that only accounts may read it would ask a terminal for a password by itself.
    interface: Any = pywikibot.bot.ui
    interface.input = _asked_nobody
    logs.hush()
    for name in ("pywiki", "py.warnings"):
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]  # with none at all it makes its own again
        logger.propagate = False


# At once, not when somebody logs in: what is loaded and never used writes its log all the same,
# when the program ends.
_be_quiet()
