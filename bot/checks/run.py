"""Running the checks one after the other; where one cannot go on, the next ones still do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot import app, troubles
from bot.checks import desk, machine
from bot.checks.check import Cause, Check, OnWiki, Verdict
from bot.clock import clock
from bot.config import Config
from bot.faults import kind_and_place
from bot.network_state import NetworkState, network_state
from bot.problems import InputError
from bot.store.engine import place_of
from bot.store.keyring import WrongSecretError
from bot.store.store import NoStoreError, Store, open_store
from bot.user_agent import contact_in
from bot.wiki import user_config
from bot.wiki.errors import ApiError, WikiError
from bot.wiki.refused import LogInError

Look = Callable[[], Iterable[Check]]


def run_checks(
    config_file: Path, config: Config, environ: Mapping[str, str], post_as: str | None
) -> Iterator[Check]:
    """Look at each precondition in turn, of this machine first."""
    yield Check("configuration", Verdict.PASSED, str(config_file))
    found = _Found()
    try:
        yield from _store(config_file, config, environ, found)
        yield machine.modes(_private(config, environ))
        yield from desk.look(config.desk.url, contact_in(config.operator.privacy_contact))
        state = None if found.store is None else _state(found.store)
        if state is NetworkState.ENDED:
            yield from ended(config.retention.complaint_days)
            return
        yield from _on_wiki(config, found, post_as, is_ending=state is NetworkState.WINDING_DOWN)
    finally:
        if found.store is not None:
            found.store.close()


def ended(days: int) -> Iterator[Check]:
    """Say what is left of a network that was wound down: nothing that would begin it anew."""
    yield Check("network", Verdict.PASSED, "has ended: everybody was told, all is erased")
    left = (
        "Stop the worker, delete the backups, and have the gadget taken off the wiki. The desk and "
        f"the store have to stay for {days} days, so that every link says that it has ended."
    )
    yield Check("all else", Verdict.NOT_TRIED, "a network that has ended needs no more", left)


@dataclass
class _Found:
    """What the first checks have found for the later ones: the store, or where none is."""

    store: Store | None = None
    no_store_at: str = ""


def _state(store: Store) -> NetworkState:
    with store.read() as tx:
        return network_state(tx)


def exit_code(checks: Iterable[Check]) -> int:
    """Give 3 when wiki or store were out of reach, else 1 when a check failed, else 0.

    A warning changes nothing: whether a community protects its pages is its own choice.
    """
    verdicts = {check.verdict for check in checks}
    if Verdict.OUT_OF_REACH in verdicts:
        return 3
    return 1 if Verdict.FAILED in verdicts else 0


def _store(
    config_file: Path, config: Config, environ: Mapping[str, str], found: _Found
) -> Iterator[Check]:
    def look() -> Iterator[Check]:
        keyring = app.open_keyring(config_file, environ)
        yield machine.secret(environ, app.secret_path(config_file))
        try:
            found.store = open_store(config.database_url, keyring)
        except NoStoreError:
            found.no_store_at = place
            raise
        yield machine.writable(found.store)
        yield from machine.page_keys(found.store, clock())

    place = place_of(make_url(config.database_url))
    for check in _guarded("store", look):
        if check.verdict is Verdict.OUT_OF_REACH:
            check = replace(check, found=f"{place}: {check.found}")  # noqa: PLW2901
        yield replace(check, cause=Cause.STORE) if check.name == "store" else check


def _private(config: Config, environ: Mapping[str, str]) -> list[Path]:
    files = machine.store_files(config)
    try:
        file = user_config.find(environ, Path.cwd(), Path.home())
    except InputError:
        return files  # the log-in tells
    return files + user_config.private_files(file)


def _log_in(config: Config, found: list[OnWiki]) -> Iterator[Check]:
    wiki = app.open_wiki(config, anew=True)
    from bot.wiki import intake, people  # noqa: PLC0415 - loads Pywikibot

    page = intake.Intake(wiki, config.wiki.intake, config.wiki.shutoff)
    found.append(OnWiki(config, wiki, people.People(wiki, app.clock), page, app.clock))
    yield Check("log-in", Verdict.PASSED, f"as {wiki.user}")


def _on_wiki(
    config: Config, found: _Found, post_as: str | None, *, is_ending: bool
) -> Iterator[Check]:
    seen: list[OnWiki] = []
    yield from _guarded("log-in", lambda: _log_in(config, seen))
    if not seen:
        yield Check("all else", Verdict.NOT_TRIED, "the wiki comes after the log-in")
        return
    on = seen[0]
    looks = _looks(on, found, post_as)
    if is_ending:
        yield Check("network", Verdict.FAILED, *_BEING_ENDED)
        looks = [(name, look) for name, look in looks if name in _FOR_GOODBYES]
    for name, look in looks:
        gone = False
        for check in _guarded(name, look):
            gone = gone or check.verdict is Verdict.OUT_OF_REACH
            yield check
        if gone:
            yield Check("all else", Verdict.NOT_TRIED, "the wiki or the store has gone away")
            return


_FOR_GOODBYES = frozenset({"account", "desk address"})
_BEING_ENDED = (
    "is being ended: not everybody is told yet, and nothing is erased",
    "Run `peer-support wind-down` again; it goes on where it stopped.",
)


def _looks(on: OnWiki, found: _Found, post_as: str | None) -> list[tuple[str, Look]]:
    from bot.checks import (  # noqa: PLC0415 - loads Pywikibot
        account,
        people,
        posting,
        protection,
        released,
        wiki_pages,
    )

    store = found.store

    def lost_store() -> Iterable[Check]:
        return wiki_pages.lost_store(on, found.no_store_at) if found.no_store_at else ()

    def public() -> bool:
        return machine.is_public(on.wiki.address_of(on.intake.title))

    def with_store(name: str, look: Callable[[OnWiki, Store], Iterable[Check]]) -> Look:
        if store is None:
            found = "it comes after the store"
            return lambda: [Check(name, Verdict.NOT_TRIED, found, cause=Cause.STORE)]
        return lambda: look(on, store)

    def test_post() -> list[Check]:
        if post_as is None:
            return [posting.not_tried()]
        # The last one: it ends the bot's own session.
        return [posting.post(on.wiki, on.intake.title, partial(app.open_wiki, on.config), post_as)]

    return [
        ("lost store", lost_store),
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
    except LogInError as error:
        problem = troubles.of_wiki(error)
        waits = error.refusal.ends_by_itself
        verdict = Verdict.OUT_OF_REACH if waits else Verdict.FAILED
        yield Check(name, verdict, problem.what, problem.mend)
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
