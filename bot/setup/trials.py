"""The trials as they are: the wiki in a child process, the database and the desk from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.checks import desk as desk_check
from bot.checks.check import Check, Verdict
from bot.problems import InputError
from bot.setup import child, store_trial
from bot.setup.answers import Answers
from bot.setup.child import Job
from bot.setup.found import Found
from bot.user_agent import contact_in


class RealTrials:
    """Tries answers for real; `settings` is the configuration as it stands so far.

    `files` is a folder of Pywikibot's files to use as they are, or nothing; `address_of` gives the
    whole address of a database, credentials included.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        settings: Mapping[str, Any],
        files: str,
        address_of: Callable[[str], str],
        secret: Path | None,
    ) -> None:
        self._environ = environ
        self._settings = settings
        self._files = files
        self._address_of = address_of
        self._secret = secret

    def wiki(self, answers: Answers) -> Found:
        """Look whether the wiki is there."""
        return self._on_wiki("wiki", answers)

    def account(self, answers: Answers) -> Found:
        """Log in, and look what the account may do."""
        return self._on_wiki("account", answers)

    def coordinators(self, answers: Answers) -> Found:
        """Look whether they can be written to."""
        return self._on_wiki("coordinators", answers)

    def mail(self, answers: Answers, to: str) -> Found:
        """Send one mail."""
        return self._on_wiki("mail", answers, to)

    def database(self, answers: Answers) -> Found:
        """Look whether the store can be there."""
        try:
            url = self._address_of(answers.database)
        except InputError as error:
            name = store_trial.NAME
            checks = (Check(name, Verdict.FAILED, one.what, one.mend) for one in error.problems)
            return Found(tuple(checks))
        return Found(tuple(store_trial.look(url, self._secret)))

    def desk(self, answers: Answers, *, public: bool) -> Found:
        """Look whether the desk is reached, and how; that it does not run yet is no mistake."""
        sealed = answers.desk.startswith("https://")
        if public and not sealed:
            found = f"{answers.desk} is not https, so nobody but this machine may use it"
            mend = "Serve the desk over https, and give that address: a link opens a case."
            return Found((Check("desk address", Verdict.FAILED, found, mend),))
        return Found(
            tuple(
                _not_yet(one)
                for one in desk_check.look(answers.desk, contact_in(answers.privacy_contact))
            )
        )

    def _on_wiki(self, do: str, answers: Answers, to: str = "") -> Found:
        job = Job(
            do=do,
            settings=self._for_job(answers),
            wiki=answers.wiki,
            name="" if do == "wiki" else answers.account,
            suffix="" if do == "wiki" else answers.suffix,
            password="" if do == "wiki" else answers.password,
            files=self._files,
            to=to,
        )
        return child.do(job, self._environ)

    def _for_job(self, answers: Answers) -> dict[str, Any]:
        """Give the child what it looks at, and no more of the configuration."""
        pages = {
            "intake": answers.intake,
            "landing": answers.landing,
            "shutoff": answers.shutoff or None,
        }
        return {
            "wiki": pages,
            # Before they are asked for, a name that no check looks at.
            "coordinators": list(answers.coordinators) or ["Nobody"],
            "policy": self._settings.get("policy"),
            "locale": self._settings.get("locale"),
            "operator": {
                "name": answers.operator or None,
                "privacy_contact": answers.privacy_contact or None,
            },
        }


def _not_yet(one: Check) -> Check:
    if not one.found.startswith((desk_check.NOTHING, desk_check.NO_WORKER)):
        return one
    later = "If it has not been started yet, that is fine: `peer-support check` looks again."
    return Check(one.name, Verdict.NOT_TRIED, one.found, later)
