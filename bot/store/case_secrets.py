"""What is sealed for a case, each under a key of its own, which is destroyed when it goes."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from bot.casework.effects import Secret
from bot.store.schema import case_keys, case_secrets, cases, talk
from bot.store.store import Tx


@dataclass(frozen=True)
class Identity:
    """Who asked, and whom they want to avoid; sealed as long as the case is open.

    `no_way` are the ways to talk by which nothing reaches them, whether they chose them or not.
    """

    user_id: int
    name: str = field(repr=False)
    avoid: tuple[str, ...] = field(repr=False)
    no_way: tuple[str, ...] = ()

    def reached_by(self, channels: tuple[str, ...]) -> tuple[str, ...]:
        """Give those of the ways that they chose by which something reaches them."""
        return tuple(one for one in channels if one not in self.no_way)


@dataclass(frozen=True)
class Story:
    """What only the accepted supporter reads; `by_hand` says that it did not come sealed."""

    message: str = field(repr=False)
    contact: tuple[tuple[str, str], ...] = field(repr=False)
    words: tuple[str, ...] = field(repr=False)
    by_hand: bool = False


def put_identity(tx: Tx, case_id: int, identity: Identity) -> None:
    """Seal who asked."""
    _seal(tx, case_id, Secret.IDENTITY, dataclasses.asdict(identity))


def put_story(tx: Tx, case_id: int, story: Story) -> None:
    """Seal what was written."""
    _seal(tx, case_id, Secret.STORY, dataclasses.asdict(story))


def put_pair(tx: Tx, case_id: int, supporter: int) -> None:
    """Seal who supported a case that is being closed."""
    _seal(tx, case_id, Secret.PAIR, {"supporter": supporter})


def rename_identity(tx: Tx, case_id: int, name: str) -> bool:
    """Seal who asked under the name that their account has now; False where it is so already.

    An empty name is of an account that is no more: its old one can be anybody's by now.
    """
    identity = identity_of(tx, case_id)
    if identity is None or identity.name == name:
        return False
    key = key_of(tx, case_id, Secret.IDENTITY, 0)
    if key is None:
        return False
    data = json.dumps(dataclasses.asdict(dataclasses.replace(identity, name=name))).encode()
    sealed = tx.keyring.seal_under(key, data, _about(case_id, Secret.IDENTITY, 0))
    tx.erased = True  # the old name
    tx.connection.execute(
        update(case_secrets)
        .where(
            case_secrets.c.case_id == case_id,
            case_secrets.c.secret == Secret.IDENTITY.value,
            case_secrets.c.supporter == 0,
        )
        .values(sealed=sealed)
    )
    return True


def identity_of(tx: Tx, case_id: int) -> Identity | None:
    """Open who asked; None where it has been erased."""
    data = _open(tx, case_id, Secret.IDENTITY)
    if data is None:
        return None
    # Since some cannot be reached; rows from before it know of none.
    no_way = tuple(data.get("no_way", ()))
    return Identity(data["user_id"], data["name"], tuple(data["avoid"]), no_way)


def story_of(tx: Tx, case_id: int) -> Story | None:
    """Open what was written; None where it has been erased."""
    data = _open(tx, case_id, Secret.STORY)
    if data is None:
        return None
    contact = tuple((channel, address) for channel, address in data["contact"])
    return Story(data["message"], contact, tuple(data["words"]), data["by_hand"])


def pair_of(tx: Tx, case_id: int) -> int | None:
    """Open who supported a closed case; None where nobody did, or the time for it is over."""
    data = _open(tx, case_id, Secret.PAIR)
    return None if data is None else int(data["supporter"])


def erase(tx: Tx, case_id: int, secret: Secret, supporter: int | None = None) -> None:
    """Destroy a secret and its key; without a supporter, those of every supporter."""
    tx.erased = True
    for table in (case_keys, case_secrets):
        query = delete(table).where(table.c.case_id == case_id, table.c.secret == secret.value)
        if supporter is not None:
            query = query.where(table.c.supporter == supporter)
        tx.connection.execute(query)
    if secret is Secret.CONVERSATION:
        query = delete(talk).where(talk.c.case_id == case_id)
        if supporter is not None:
            query = query.where(talk.c.supporter == supporter)
        tx.connection.execute(query)
    if secret is Secret.IDENTITY:
        tx.connection.execute(
            update(cases).where(cases.c.id == case_id).values(requester_mark=None)
        )


def key_of(tx: Tx, case_id: int, secret: Secret, supporter: int) -> bytes | None:
    """Unwrap the key of a secret; None where it has been destroyed, or never was."""
    wrapped = tx.connection.scalar(
        select(case_keys.c.wrapped).where(
            case_keys.c.case_id == case_id,
            case_keys.c.secret == secret.value,
            case_keys.c.supporter == supporter,
        )
    )
    about = _about(case_id, secret, supporter)
    return None if wrapped is None else tx.keyring.unwrap(wrapped, about)


def new_key(tx: Tx, case_id: int, secret: Secret, supporter: int) -> bytes:
    """Draw the key of a secret and keep it wrapped."""
    key = tx.keyring.new_key()
    tx.connection.execute(
        insert(case_keys).values(
            case_id=case_id,
            secret=secret.value,
            supporter=supporter,
            wrapped=tx.keyring.wrap(key, _about(case_id, secret, supporter)),
        )
    )
    return key


def _seal(tx: Tx, case_id: int, secret: Secret, data: dict[str, Any]) -> None:
    key = new_key(tx, case_id, secret, 0)
    sealed = tx.keyring.seal_under(key, json.dumps(data).encode(), _about(case_id, secret, 0))
    place = {"case_id": case_id, "secret": secret.value, "supporter": 0}
    tx.connection.execute(insert(case_secrets).values(**place, sealed=sealed))


_SAME = ("case_id", "secret", "supporter")
_SEALED = select(case_keys.c.wrapped, case_secrets.c.sealed).where(
    *(case_keys.c[name] == case_secrets.c[name] for name in _SAME),
    case_keys.c.case_id == bindparam("of_case"),
    case_keys.c.secret == bindparam("of_secret"),
    case_keys.c.supporter == 0,
)


def _open(tx: Tx, case_id: int, secret: Secret) -> Any:
    place = {"of_case": case_id, "of_secret": secret.value}
    found = tx.connection.execute(_SEALED, place).one_or_none()
    if found is None:
        return None
    about = _about(case_id, secret, 0)
    key = tx.keyring.unwrap(found.wrapped, about)
    return json.loads(tx.keyring.open_under(key, found.sealed, about))


def _about(case_id: int, secret: Secret, supporter: int) -> str:
    return f"{secret.value}/{case_id}/{supporter}"
