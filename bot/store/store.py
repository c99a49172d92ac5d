"""The open store: an engine, the keyring, and the transactions that steps and pages work in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, bindparam, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from bot.problems import InputError, Problem
from bot.store.engine import (
    create_file,
    database_file,
    is_known,
    migrate,
    open_engine,
    schema_state,
    shown_place,
    truncate_journal,
)
from bot.store.keyring import OWN_KEYS, Keyring, WrongSecretError
from bot.store.mariadb import WRITER, be_the_writer, is_mariadb, named_lock, refusal
from bot.store.schema import settings

INIT_WAITS = 120
"""Seconds for which `init` waits for another one on the same server."""
SECRET_CHECK = "secret-check"  # noqa: S105 - the name of a row, not a secret
STATE = "state"
HEARTBEAT = "heartbeat"
LOG_IN = "log-in"
"""Why the wiki lets the worker's account not in, and until when it waits; empty: all is well."""
READ_UNTIL = "read-until"
"""The wiki's own time of the last look that read the intake page to its end."""
WIKI_AWAY_SINCE = "wiki-away-since"
"""Since when the wiki has not answered; empty or absent while it does."""
BANDS = "bands"
"""The bands of languages and channels as they were published last."""
LAST_TAMPERED = "tampered-last"
"""Which pages were changed: for the mail about it, also when it goes out after that is over."""
RENEW = "key-page-renew"
"""Not empty while the key page was found to be gone, changed, or saved last by another account."""
INTAKE_MOVED_TO = "intake-moved-to"
"""Where the intake page was moved, as its log says: for the mail about it."""
JOURNAL_TO_EMPTY = "journal-to-empty"
"""Not empty while something erased may be in the log beside an SQLite database."""
MAIL_PAGE = "mail-page"
"""The address of the wiki's form to write to NAME, noted by the worker for the desk."""


@dataclass
class Tx:
    """One transaction: what is done through it is done together or not at all.

    `erased` says that something was destroyed, of which no older copy may stay behind.
    """

    connection: Connection
    keyring: Keyring
    erased: bool = False


class DeposedError(Exception):
    """Another worker leads by now; what this one was about to do is the other's."""


class Store:
    """The database and the keys to it; `term` is that of a worker that leads, None for others."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self.engine = engine
        self.keyring = keyring
        self.term: str | None = None
        self._journal_to_empty = False

    @contextmanager
    def write(self, *, even_deposed: bool = False) -> Iterator[Tx]:
        """Begin a transaction that may change things; it is the only one while it lasts.

        A worker that was deposed gets a `DeposedError`, but for what stays true all the same.
        """
        with self.engine.begin() as connection:
            tx = Tx(connection, self.keyring)
            term = be_the_writer(connection) if is_mariadb(self.engine) else None
            if self.term is not None and not even_deposed:
                if term is None:
                    term = get_setting(tx, WRITER)
                if term != self.term:
                    raise DeposedError
            yield tx
        if tx.erased or self._journal_to_empty:
            self._journal_to_empty = not self._truncated()

    def empty_journal(self, *, at_start: bool = False) -> bool:
        """Let nothing that was erased stay in the log beside the database; False where it does.

        It stays while somebody reads from the log. Then a note asks every process to try again,
        for the one that erased it may be gone by then; `at_start` a process tries in any case, for
        one before it may have died between the two.
        """
        if is_mariadb(self.engine):
            return True  # its logs are the server's affair
        with self.read() as tx:
            note = get_setting(tx, JOURNAL_TO_EMPTY)
        if not note:
            return self._truncated() if at_start else True
        if not truncate_journal(self.engine):
            return False
        with self.engine.begin() as connection:
            tx = Tx(connection, self.keyring)
            if get_setting(tx, JOURNAL_TO_EMPTY) == note:  # and nothing more was erased meanwhile
                put_setting(tx, JOURNAL_TO_EMPTY, "")
        return True

    def _truncated(self) -> bool:
        """Empty the log; where somebody reads it, leave the note, and return False."""
        if is_mariadb(self.engine) or truncate_journal(self.engine):
            return True
        with self.engine.begin() as connection:
            put_setting(Tx(connection, self.keyring), JOURNAL_TO_EMPTY, self.keyring.new_token())
        return False

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Begin a transaction that only looks; it sees one moment and blocks nobody."""
        with self.engine.connect().execution_options(transaction="DEFERRED") as connection:
            yield Tx(connection, self.keyring)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def create_store(
    url: str, keyring: Keyring, while_waiting: Callable[[], None] | None = None
) -> None:
    """Make the store, or bring an older one forward; may be run again at any time.

    While another process does so, say it and wait; raise `LockTakenError` after `INIT_WAITS`.
    """
    store = Store(open_engine(url), keyring)
    try:
        create_file(store.engine)
        with _refusals_told(store):
            if is_mariadb(store.engine):
                # There changes of the schema end a transaction, so it cannot keep others out.
                with named_lock(store.engine, "init", while_waiting, INIT_WAITS):
                    _create(store)
            else:
                _create(store)
    finally:
        store.close()


@contextmanager
def _refusals_told(store: Store) -> Iterator[None]:
    """Tell as wrong what a server that was reached refuses: to wait for it would be in vain."""
    try:
        yield
    except OperationalError as error:
        refused = refusal(error)
        if refused is None:
            raise
        raise InputError([Problem(shown_place(store.engine), *refused)]) from None


def _create(store: Store) -> None:
    found, wanted = _schema(store)
    if found is not None:
        if not is_known(found):
            raise _other_release(store, found, wanted)
        _check_secret(store)  # before anything is changed
    keyring = store.keyring
    with store.engine.begin() as connection:
        migrate(connection)
        tx = Tx(connection, keyring)
        if get_setting(tx, SECRET_CHECK) is None:
            put_setting(tx, SECRET_CHECK, keyring.wrap(b"peer-support", SECRET_CHECK).hex())
        for purpose in OWN_KEYS:
            name = own_key_name(purpose)
            if get_setting(tx, name) is None:
                put_setting(tx, name, keyring.wrap(keyring.new_key(), name).hex())
        if get_setting(tx, WRITER) is None:
            put_setting(tx, WRITER, "")


def open_store(url: str, keyring: Keyring) -> Store:
    """Open a store that `create_store` made, or raise `InputError` with the mend."""
    store = Store(open_engine(url), keyring)
    try:
        path = database_file(store.engine)
        if path is not None and not path.exists():
            raise _no_store(store) if path.parent.is_dir() else _no_folder(path)
        with _refusals_told(store):
            found, wanted = _schema(store)
        if found is None:
            raise _no_store(store)
        if found != wanted:
            raise _other_release(store, found, wanted)
        _check_secret(store)
        _adopt_own_keys(store)
    except BaseException:
        store.close()
        raise
    return store


# Whoever made a new store here, while the disk with the old one is away, would lose requests.
_WHERE_IT_MAY_BE = (
    "If there was one before, its disk or share may be missing: mount that, or look at `database` "
    "in the configuration. If it is gone, `peer-support init` and then `peer-support store restore "
    "FILE` put a backup back. If there never was one, make it with `peer-support init`."
)


class NoStoreError(InputError):
    """There is no store at the place that the configuration names."""


def _no_store(store: Store) -> InputError:
    place = shown_place(store.engine)
    return NoStoreError([Problem(place, "There is no store here.", _WHERE_IT_MAY_BE)])


def _no_folder(file: Path) -> InputError:
    what = f"There is no folder {file.parent}, so there is no store in it."
    return NoStoreError([Problem(str(file), what, _WHERE_IT_MAY_BE)])


def _schema(store: Store) -> tuple[str | None, str | None]:
    try:
        return schema_state(store.engine)
    except OperationalError:
        raise  # out of reach, and perhaps only for now
    except DatabaseError:
        raise InputError(
            [
                Problem(
                    shown_place(store.engine),
                    "This file is no store, or it is damaged.",
                    "Look at `database` in the configuration; or put the last backup back.",
                )
            ]
        ) from None


def _other_release(store: Store, found: str, wanted: str | None) -> InputError:
    if is_known(found):
        what = f"The store is of an earlier release (schema {found}, this one has {wanted})."
        mend = "Bring it forward with `peer-support init`, which makes a copy first."
    else:
        what = f"The store is of a newer release (schema {found}, this one has {wanted})."
        mend = (
            "Go back to the newer release: an older one would lose what it cannot hold. Or put "
            "back the copy that was made before, and lose what came since. Nothing was changed."
        )
    return InputError([Problem(shown_place(store.engine), what, mend)])


def _check_secret(store: Store) -> None:
    with store.read() as tx:
        wrapped = get_setting(tx, SECRET_CHECK)
    try:
        store.keyring.unwrap(bytes.fromhex(wrapped or ""), SECRET_CHECK)
    except WrongSecretError:
        raise InputError(
            [
                Problem(
                    shown_place(store.engine),
                    "The master secret is not the one that this store was made with.",
                    "Put the right one back (PEER_SUPPORT_SECRET, or the file `secret` beside the "
                    "configuration). Nothing has been changed.",
                )
            ]
        ) from None


def own_key_name(purpose: str) -> str:
    """Name the setting that holds a key of the store's own, and what it is wrapped for."""
    return f"key-{purpose}"


def _adopt_own_keys(store: Store) -> None:
    with store.read() as tx:
        for purpose in OWN_KEYS:
            name = own_key_name(purpose)
            wrapped = bytes.fromhex(get_setting(tx, name) or "")
            store.keyring.adopt(purpose, store.keyring.unwrap(wrapped, name))


# Put together once: every transaction that writes asks it.
# Put together once: SQLAlchemy would do so again at each of thousands of looks.
_SETTING = select(settings.c.value).where(settings.c.name == bindparam("name"))
_CHANGE_SETTING = (
    update(settings).where(settings.c.name == bindparam("named")).values(value=bindparam("value"))
)


def get_setting(tx: Tx, name: str) -> str | None:
    """Read one small fact about the network."""
    return tx.connection.scalar(_SETTING, {"name": name})


def put_setting(tx: Tx, name: str, value: str) -> None:
    """Keep one small fact about the network."""
    changed = tx.connection.execute(_CHANGE_SETTING, {"named": name, "value": value})
    if changed.rowcount == 0:
        tx.connection.execute(insert(settings), {"name": name, "value": value})


def add_to_count(tx: Tx, name: str) -> None:
    """Add one to a count that belongs to nobody."""
    put_setting(tx, f"count-{name}", str(count_of(tx, name) + 1))


def count_of(tx: Tx, name: str) -> int:
    """Read such a count."""
    return int(get_setting(tx, f"count-{name}") or 0)


__all__ = [
    "HEARTBEAT",
    "MAIL_PAGE",
    "STATE",
    "IntegrityError",
    "Store",
    "Tx",
    "create_store",
    "open_store",
]
