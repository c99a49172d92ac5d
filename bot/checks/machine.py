"""This machine: file modes, the store, and what the configuration says of people and places."""

from __future__ import annotations

import ipaddress
import stat
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from bot.checks.check import Check, Verdict, judged, listed
from bot.config import Config
from bot.config_place import SECRET_VARIABLE as VARIABLE
from bot.store import intake
from bot.store.intake import unreadable_keys
from bot.store.store import Store, Tx, put_setting
from bot.user_agent import contact_in

FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LAST_CHECK = "last-check"


def secret(environ: Mapping[str, str], file: Path) -> Check:
    """Say where the master secret came from; reading it has looked at its mode."""
    place = f"from {VARIABLE}" if environ.get(VARIABLE) else f"{file}, for its owner alone"
    return Check("master secret", Verdict.PASSED, place)


def writable(store: Store) -> Check:
    """Write to the store and take it back."""
    with store.engine.connect() as connection:
        put_setting(Tx(connection, store.keyring), _LAST_CHECK, "")
        connection.rollback()
    return Check("store", Verdict.PASSED, "of this release, and can be written")


def page_keys(store: Store, now: datetime) -> Iterator[Check]:
    """Tell of page keys that do not open, and of such that end too late to be published."""
    with store.read() as tx:
        closed = unreadable_keys(tx)
        late = [key.id for key in intake.keys(tx) if key.expires_at > now + intake.LONGEST_KEY]
    if late:
        found = f"{listed(late)}: ends later than three days from now, so the form refuses it"
        mend = (
            "Look at this machine's clock and at who can write to the store. The worker leaves "
            "such a key out, and makes another one."
        )
        yield Check("page keys in the store", Verdict.FAILED, found, mend)
    if not closed:
        return
    waiting = sum(closed.values())
    count = "1 message waits" if waiting == 1 else f"{waiting} messages wait"
    found = f"{listed(closed)}: does not open, and {count} for that"
    mend = (
        "Whoever wrote was told to write again, and a new key is in use. A backup of the store "
        "that was made with keys brings this one back, until it goes at its time."
    )
    yield Check("page keys in the store", Verdict.FAILED, found, mend)


def modes(private: Iterable[Path]) -> Check:
    """Look whether others on this machine can read what is not for them."""
    loose = [
        file
        for file in private
        if file.is_file() and stat.S_IMODE(file.stat().st_mode) & FOR_OTHERS
    ]
    return judged(
        "file modes",
        not loose,
        "for the owner alone"
        if not loose
        else f"others on this machine can read {listed(str(file) for file in loose)}",
        f"chmod 600 {' '.join(str(file) for file in loose)}",
    )


def store_files(config: Config) -> list[Path]:
    """List the files that the store lies in; none where it is elsewhere."""
    url = make_url(config.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return []
    return [Path(url.database + end) for end in ("", "-wal", "-shm")]


_NO_ADDRESS = (
    "operator.privacy_contact has no mail address and no page's address in it",
    (
        "Write one into it: each request to the wiki says how to reach whoever runs the bot, as "
        "Wikimedia's User-Agent policy asks, and has the bot's user page alone to name."
    ),
)


def operator(config: Config, *, public: bool) -> Check:
    """Look whether people can learn who runs this, once it is more than a trial."""
    said = {
        "name": config.operator.name,
        "privacy_contact": config.operator.privacy_contact,
        "hosting_permission": config.operator.hosting_permission,
    }
    lacking = [f"operator.{name}" for name, value in said.items() if not value]
    if not public:
        return Check("operator", Verdict.PASSED, "a trial on this machine: nobody has to know")
    if not lacking and not contact_in(config.operator.privacy_contact):
        return Check("operator", Verdict.WARNED, *_NO_ADDRESS)
    return judged(
        "operator",
        not lacking,
        "named" if not lacking else f"not set: {listed(lacking)}",
        "Set them in the configuration: people must be able to learn who reads their mail, whom "
        "to ask, and who allowed personal data on this host; and the wiki, with each request, how "
        "to reach whoever runs the bot.",
    )


def https(config: Config, *, public: bool) -> Check:
    """Look whether links in mails can be read on their way."""
    sealed = config.desk.url.startswith("https://")
    return judged(
        "desk address",
        sealed or not public,
        config.desk.url if sealed or not public else f"{config.desk.url} is not https",
        "Serve the desk over https, and write that into desk.url: a link opens a case.",
    )


def is_public(address: str) -> bool:
    """Say whether a wiki's address leads off this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")
