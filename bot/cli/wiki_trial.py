"""The process in which `setup` tries one thing on the wiki: a job in, what was found out.

It reads its standard input and writes its standard output, both JSON; see `bot.setup.child`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import TYPE_CHECKING

from bot import app, i18n, logs, troubles
from bot.casework.mails import Facts, compose_trial
from bot.checks import Check, Verdict
from bot.checks.check import OnWiki
from bot.checks.machine import is_public
from bot.config import Config, read
from bot.faults import kind_and_place
from bot.problems import InputError
from bot.setup.child import Job
from bot.setup.mail import told
from bot.user_agent import contact_in
from bot.wiki import account_files
from bot.wiki.account_files import BotAccount
from bot.wiki.errors import ApiError, WikiError
from bot.wiki.refused import LogInError, Refusal
from bot.wiki.user_config import VARIABLE

if TYPE_CHECKING:
    from bot.wiki.session import Wiki

Known = dict[str, str]

_WIKI_MEND = (
    "Open the wiki in a browser on this machine and compare. Pywikibot's names are like "
    "wikipedia:de; the address of the api.php stands on the wiki's Special:Version."
)
_LOG_IN_MEND = (
    "Look at Special:BotPasswords: is the name before the @ this account, and the one after it "
    "that of the bot password? The wiki shows a password once; “reset” there makes a new one. "
    "After several wrong ones the wiki takes none for some minutes."
)


def main() -> None:
    """Do the job."""
    logs.begin("ERROR")
    # A terminal that goes away, or `setup` itself, must not keep us from removing the folder.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    job = Job(**json.load(sys.stdin))
    try:
        checks, facts = _done(job)
    finally:
        shutil.rmtree(job.folder, ignore_errors=True)
    said = {"checks": [_plain(one) for one in checks], "facts": facts}
    with suppress(BrokenPipeError):  # nobody waits for it any more
        sys.stdout.write(json.dumps(said))
        sys.stdout.flush()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


def _done(job: Job) -> tuple[list[Check], Known]:
    facts: Known = {}
    checks: list[Check] = []
    name, mend = ("wiki", _WIKI_MEND) if job.do == "wiki" else ("log-in", _LOG_IN_MEND)
    try:
        os.environ[VARIABLE] = job.files or _files(job)
        for check in _LOOKS[job.do](job, facts):
            name, mend = "the wiki", ""
            checks.append(check)
    except InputError as error:
        checks += [
            Check(name, Verdict.FAILED, one.what, mend or one.mend) for one in error.problems
        ]
    except LogInError as error:
        problem = troubles.of_wiki(error)
        wrong = error.refusal is Refusal.WRONG
        waits = error.refusal.ends_by_itself
        verdict = Verdict.OUT_OF_REACH if waits else Verdict.FAILED
        checks.append(Check(name, verdict, problem.what, _LOG_IN_MEND if wrong else problem.mend))
    except ApiError as error:
        problem = troubles.of_wiki(error)
        checks.append(Check(name, Verdict.FAILED, problem.what, problem.mend))
    except WikiError as error:
        problem = troubles.of_wiki(error)
        checks.append(Check(name, Verdict.OUT_OF_REACH, problem.what, _WIKI_MEND))
    except Exception as error:  # noqa: BLE001 - its text can hold what was typed
        found = f"this could not be tried: {kind_and_place(error)}"
        checks.append(Check(name, Verdict.OUT_OF_REACH, found, "Please tell this project."))
    return checks, facts


def _files(job: Job) -> str:
    folder = Path(job.folder)
    for file, text in (
        (account_files.CONFIG, account_files.user_config(job.wiki, job.name)),
        (
            account_files.PASSWORDS,
            account_files.user_password(BotAccount(job.wiki, job.name, job.suffix, job.password)),
        ),
    ):
        path = folder / file
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    return str(folder)


def _wiki(job: Job, facts: Known) -> Iterator[Check]:
    from bot.wiki import session  # noqa: PLC0415 - loads Pywikibot

    about = session.about(contact_in(_config(job).operator.privacy_contact))
    facts |= {"name": about.name, "id": about.wiki_id}
    if is_public(about.address):
        facts["public"] = "yes"
    yield Check("wiki", Verdict.PASSED, f"{about.name} ({about.wiki_id})")


def _account(job: Job, facts: Known) -> Iterator[Check]:
    wiki = app.open_wiki(_config(job))
    facts["user"] = wiki.user
    yield Check("log-in", Verdict.PASSED, f"as {wiki.user}")
    from bot.checks import account  # noqa: PLC0415 - loads Pywikibot

    yield from account.look(_on(job, wiki))


def _coordinators(job: Job, _facts: Known) -> Iterator[Check]:
    on = _on(job, app.open_wiki(_config(job)))
    from bot.checks import people  # noqa: PLC0415 - loads Pywikibot

    yield from people.coordinators(on, None)


def _mail(job: Job, _facts: Known) -> Iterator[Check]:
    wiki = app.open_wiki(_config(job))
    from bot.wiki import wikimail  # noqa: PLC0415 - loads Pywikibot

    config = _config(job)
    letter = compose_trial(Facts(config.locale, config.operator.name), i18n.load())
    yield told(job.to, wikimail.post(wiki, job.to, letter.subject, letter.text, app.clock()))


def _on(job: Job, wiki: Wiki) -> OnWiki:
    from bot.wiki import intake, people  # noqa: PLC0415 - loads Pywikibot

    config = _config(job)
    page = intake.Intake(wiki, config.wiki.intake, config.wiki.shutoff)
    return OnWiki(config, wiki, people.People(wiki, app.clock), page, app.clock)


def _config(job: Job) -> Config:
    return read(json.dumps(job.settings), Path(job.folder) / "peer-support.yaml", {})


def _plain(one: Check) -> dict[str, str]:
    return {
        "name": one.name,
        "verdict": one.verdict.value,
        "found": one.found,
        "mend": one.mend,
    }


_LOOKS: Mapping[str, Callable[[Job, Known], Iterator[Check]]] = MappingProxyType(
    {"wiki": _wiki, "account": _account, "coordinators": _coordinators, "mail": _mail}
)

if __name__ == "__main__":
    main()
