"""The conversation: one question at a time, each answer tried at once, and asked again if it fails.

It knows neither terminal nor wiki; both are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from sqlalchemy.engine import make_url

from bot.checks.check import Check, Verdict
from bot.problems import InputError
from bot.setup import judging, log_in
from bot.setup.answers import Answers, shutoff_of
from bot.setup.asking import Asking, Terminal, wrong
from bot.setup.found import Found
from bot.setup.log_in import LogIn
from bot.setup.questions import Ask


class Trials(Protocol):
    """What can be tried of an answer."""

    def wiki(self, answers: Answers) -> Found:
        """Look whether the wiki is there."""

    def account(self, answers: Answers) -> Found:
        """Log in, and look what the account may do."""

    def coordinators(self, answers: Answers) -> Found:
        """Look whether they can be written to."""

    def mail(self, answers: Answers, to: str) -> Found:
        """Send one mail."""

    def database(self, answers: Answers) -> Found:
        """Look whether the store can be there."""

    def desk(self, answers: Answers, *, public: bool) -> Found:
        """Look whether the desk is reached, and how."""


@dataclass(frozen=True)
class Circumstances:
    """What is so already: files of Pywikibot's that stay, a database that the environment names."""

    families: frozenset[str]
    judge_database: Callable[[str], str]
    own_files: bool = False
    database_named: bool = False
    pages: bool = False


class Dialogue:
    """Asks for everything, beginning from what is known, and gives the answers."""

    def __init__(
        self, terminal: Terminal, trials: Trials, known: Answers, about: Circumstances
    ) -> None:
        self._terminal = terminal
        self._asking = Asking(terminal)
        self._trials = trials
        self._answers = known
        self._about = about
        self._public = True
        self._logged_in = False

    def hold(self) -> Answers:
        """Go through all questions."""
        self._ask_wiki_and_account()
        if self._about.pages:
            self._ask_pages()
        self._ask_coordinators()
        self._ask_operator()
        self._ask_database()
        self._ask_desk()
        return self._answers

    def _ask_wiki_and_account(self) -> None:
        if self._about.own_files:
            self._terminal.tell(
                "Pywikibot's files say more here than setup writes, so they stay as they are."
            )
            self._asking.tried(lambda: self._try_wiki(self._answers.wiki))
            self._asking.tried(self._try_account)
            return
        judge = partial(judging.wiki, place=Ask.WIKI.value.name, families=self._about.families)
        self._take(
            wiki=self._asking.asked(Ask.WIKI.value, self._answers.wiki, judge, self._try_wiki)
        )
        before = self._answers.account
        self._ask_account()
        if self._answers.shutoff in {"", shutoff_of(before)}:
            self._take(shutoff=shutoff_of(self._answers.account))

    def _try_wiki(self, wiki: str) -> Iterable[Check]:
        found = self._trials.wiki(replace(self._answers, wiki=wiki))
        self._public = found.public
        return found.checks

    def _try_account(self) -> Iterable[Check]:
        found = self._trials.account(self._answers)
        self._logged_in = "user" in found.facts
        if not self._answers.shutoff and self._logged_in:
            self._take(shutoff=shutoff_of(found.facts["user"]))
        return found.checks

    def _ask_account(self) -> None:
        """Ask for account and password together: the wiki does not say which of them is wrong."""
        tried = False
        self._asking.explain(Ask.ACCOUNT.value)
        while True:
            known = LogIn(self._answers.account, self._answers.suffix, self._answers.password)
            self._asking.typed = False
            said = self._log_in(known)
            self._take(account=said.name, suffix=said.suffix, password=said.password)
            if tried and not self._asking.typed:
                return
            if not wrong(self._asking.tried(self._try_account)):
                return
            tried = True
            self._terminal.tell("Answer anew, or press Enter each time to go on with it as it is.")

    def _log_in(self, known: LogIn) -> LogIn:
        account, secret = Ask.ACCOUNT.value, Ask.PASSWORD.value
        while True:
            shown = f"{known.name}@{known.suffix}" if known.suffix else known.name
            asked = self._asking.answered(
                account, shown, known, lambda typed: log_in.find(typed, account.name)
            )
            if asked.name != known.name or asked.suffix not in {"", known.suffix}:
                known = LogIn()
            if asked.password and asked != known:
                self._terminal.tell("The password was visible just now: clear the screen later.")
                pasted = asked
            else:
                self._asking.explain(secret)
                pasted = self._asking.answered(
                    secret,
                    "the one there is" if known.password else "",
                    LogIn(password=known.password),
                    lambda typed: log_in.password(typed, secret.name),
                    hidden=True,
                )
            try:
                found = log_in.together(asked, pasted, account.name)
            except InputError as error:
                self._terminal.complain(error.problems)
                continue
            if not found.suffix:
                self._asking.explain(Ask.SUFFIX.value)
                suffix = self._asking.answered(
                    Ask.SUFFIX.value,
                    known.suffix,
                    known.suffix,
                    lambda typed: log_in.find(f"@{typed.lstrip('@')}", "").suffix,
                )
                found = replace(found, suffix=suffix)
            return found

    def _ask_pages(self) -> None:
        for ask in (Ask.INTAKE, Ask.LANDING, Ask.SHUTOFF):
            name = ask.name.lower()
            known = getattr(self._answers, name)
            judge = partial(judging.page, place=ask.value.name)
            self._take(**{name: self._asking.asked(ask.value, known, judge)})

    def _ask_coordinators(self) -> None:
        def judge(typed: str) -> tuple[str, ...]:
            return judging.names(typed, Ask.COORDINATORS.value.name)

        def attempt(names: tuple[str, ...]) -> Iterable[Check]:
            if not self._logged_in:
                return [_not_tried("coordinators")]
            return self._trials.coordinators(replace(self._answers, coordinators=names)).checks

        known = self._answers.coordinators
        ask = Ask.COORDINATORS.value
        self._take(coordinators=self._asking.asked(ask, known, judge, attempt, ", ".join))
        if self._logged_in:
            self._offer_mail()

    def _offer_mail(self) -> None:
        ask = Ask.MAIL_TO.value
        self._asking.explain(ask)
        to = self._asking.answered(ask, "", "", lambda typed: judging.account_name(typed, ask.name))
        if to:
            self._asking.tried(lambda: self._trials.mail(self._answers, to).checks)

    def _ask_operator(self) -> None:
        if not self._public:
            self._terminal.tell(
                "The wiki is on this machine, so this is a trial: who runs it can wait."
            )
            return
        for ask in (Ask.OPERATOR, Ask.PRIVACY_CONTACT, Ask.HOSTING_PERMISSION):
            name = ask.name.lower()
            known = getattr(self._answers, name)
            judge = partial(judging.line, place=ask.value.name)
            answer = self._asking.asked(ask.value, known, judge)
            if not answer:
                self._terminal.tell("Left for later; `peer-support check` will remind you.")
            self._take(**{name: answer})

    def _ask_database(self) -> None:
        ask = Ask.DATABASE.value

        def attempt(url: str) -> Iterable[Check]:
            return self._trials.database(replace(self._answers, database=url)).checks

        if self._about.database_named:
            self._terminal.tell("The database is the one that PEER_SUPPORT_DATABASE names.")
            self._asking.tried(lambda: attempt(self._answers.database))
            return
        known, judge = self._answers.database, self._about.judge_database
        self._take(database=self._asking.asked(ask, known, judge, attempt, _without_password))

    def _ask_desk(self) -> None:
        ask = Ask.DESK.value

        def attempt(url: str) -> Iterable[Check]:
            found = self._trials.desk(replace(self._answers, desk=url), public=self._public)
            return found.checks

        def judge(typed: str) -> str:
            url = judging.desk(typed, ask.name)
            if url != typed:
                self._terminal.tell(f"Taken as {url}: the desk is the whole of an address.")
            return url

        self._take(desk=self._asking.asked(ask, self._answers.desk, judge, attempt))

    def _take(self, **answers: str | tuple[str, ...]) -> None:
        self._answers = replace(self._answers, **answers)  # type: ignore[arg-type]


def _without_password(database: str) -> str:
    return make_url(database).render_as_string(hide_password=True)


def _not_tried(name: str) -> Check:
    return Check(name, Verdict.NOT_TRIED, "it comes after the log-in")
