"""Running the checks one after the other; where one can not go on, the next ones still do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot import app, troubles
from bot.checks import desk, machine
from bot.checks.check import Check, OnWiki, Verdict
from bot.config import Config
from bot.faults import kind_and_place
from bot.problems import InputError
from bot.store.engine import place_of
from bot.store.keyring import WrongSecretError
from bot.store.store import Store, open_store
from bot.wiki import user_config
from bot.wiki.errors import ApiError, WikiError

Look = Callable[[], Iterable[Check]]


def run_checks(
    config_file: Path, config: Config, environ: Mapping[str, str], post_as: str | None
) -> Iterator[Check]:
    """Look at each precondition in turn, of this machine first."""
    yield Check("configuration", Verdict.PASSED, str(config_file))
    opened: list[Store] = []
    try:
        yield from _store(config_file, config, environ, opened)
        yield machine.modes(_private(config, environ))
        yield from desk.look(config.desk.url)
        yield from _on_wiki(config, opened[0] if opened else None, post_as)
    finally:
        for store in opened:
            store.close()


def exit_code(checks: Iterable[Check]) -> int:
    """Give 3 when wiki or store were out of reach, else 1 when a check failed, else 0.

    A warning changes nothing: whether a community protects its pages is its own choice.
    """
    verdicts = {check.verdict for check in checks}
    if Verdict.OUT_OF_REACH in verdicts:
        return 3
    return 1 if Verdict.FAILED in verdicts else 0


def _store(
    config_file: Path, config: Config, environ: Mapping[str, str], opened: list[Store]
) -> Iterator[Check]:
    def look() -> Iterator[Check]:
        keyring = app.open_keyring(config_file, environ)
        yield machine.secret(environ, app.secret_path(config_file))
        store = open_store(config.database_url, keyring)
        opened.append(store)
        yield machine.writable(store)

    place = place_of(make_url(config.database_url))
    for check in _guarded("store", look):
        away = check.verdict is Verdict.OUT_OF_REACH
        yield replace(check, found=f"{place}: {check.found}") if away else check


def _private(config: Config, environ: Mapping[str, str]) -> list[Path]:
    files = machine.store_files(config)
    try:
        file = user_config.find(environ, Path.cwd(), Path.home())
    except InputError:
        return files  # the log-in tells
    return files + user_config.private_files(file)


def _log_in(config: Config, found: list[OnWiki]) -> Iterator[Check]:
    wiki = app.open_wiki()
    from bot.wiki import intake, people  # noqa: PLC0415 - loads Pywikibot

    page = intake.Intake(wiki, config.wiki.intake, config.wiki.shutoff)
    found.append(OnWiki(config, wiki, people.People(wiki, app.clock), page, app.clock))
    yield Check("log-in", Verdict.PASSED, f"as {wiki.user}")


def _on_wiki(config: Config, store: Store | None, post_as: str | None) -> Iterator[Check]:
    found: list[OnWiki] = []
    yield from _guarded("log-in", lambda: _log_in(config, found))
    if not found:
        yield Check("all else", Verdict.NOT_TRIED, "the wiki comes after the log-in")
        return
    on = found[0]
    for name, look in _looks(on, store, post_as):
        gone = False
        for check in _guarded(name, look):
            gone = gone or check.verdict is Verdict.OUT_OF_REACH
            yield check
        if gone:
            yield Check("all else", Verdict.NOT_TRIED, "the wiki or the store has gone away")
            return


def _looks(on: OnWiki, store: Store | None, post_as: str | None) -> list[tuple[str, Look]]:
    from bot.checks import (  # noqa: PLC0415 - loads Pywikibot
        account,
        people,
        posting,
        protection,
        released,
        wiki_pages,
    )

    def public() -> bool:
        return machine.is_public(on.wiki.address_of(on.intake.title))

    def with_store(name: str, look: Callable[[OnWiki, Store], Iterable[Check]]) -> Look:
        if store is None:
            return lambda: [Check(name, Verdict.NOT_TRIED, "it comes after the store")]
        return lambda: look(on, store)

    def test_post() -> list[Check]:
        if post_as is None:
            return [posting.not_tried()]
        # The last one: it ends the bot's own session.
        return [posting.post(on.wiki, on.intake.title, app.open_wiki, post_as)]

    return [
        ("account", lambda: account.look(on)),
        ("intake page", lambda: wiki_pages.intake_page(on)),
        ("key page", with_store("key page", wiki_pages.key_page)),
        (released.NAME, lambda: released.released(on, store)),
        (protection.SHOWN, lambda: protection.protection(on)),
        ("coordinators", lambda: people.coordinators(on, store)),
        ("supporters", with_store("supporters", people.supporters)),
        ("operator", lambda: [machine.operator(on.config, public=public())]),
        ("desk address", lambda: [machine.https(on.config, public=public())]),
        (posting.NAME, test_post),
    ]


def _guarded(name: str, look: Look) -> Iterator[Check]:
    """Give what one part finds, or why it could not go on."""
    try:
        yield from look()
    except InputError as error:
        for problem in error.problems:
            yield Check(name, Verdict.FAILED, f"{problem.place}: {problem.what}", problem.mend)
    except ApiError as error:
        problem = troubles.of_wiki(error)
        yield Check(name, Verdict.FAILED, problem.what, problem.mend)
    except WikiError as error:
        problem = troubles.of_wiki(error)
        yield Check(name, Verdict.OUT_OF_REACH, problem.what, problem.mend)
    except DBAPIError as error:
        problem = troubles.of_store(error, "the store")
        yield Check(name, Verdict.OUT_OF_REACH, problem.what, problem.mend)
    except WrongSecretError:
        problem = troubles.of_seal("the store")
        yield Check(name, Verdict.FAILED, problem.what, problem.mend)
    except (LookupError, TypeError, ValueError) as error:
        # The wiki's answers are read as they should be; one that is not must not end the rest.
        found = f"this check could not be done: {kind_and_place(error)}"
        yield Check(name, Verdict.FAILED, found, "Please tell this project, with that line.")
