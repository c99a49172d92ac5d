"""The tables; PROTOCOL and DESIGN say what each is for, migrations bring them into being.

Times are whole seconds of UTC. What a person wrote, or who they are, is only ever in a `sealed`
column.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BINARY,
    JSON,
    VARBINARY,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

Number = BigInteger().with_variant(Integer, "sqlite")
"""An id; SQLite numbers rows by itself only in a column of exactly this type."""


Digest = LargeBinary(32).with_variant(BINARY(32), "mysql", "mariadb")
"""A SHA-256 or an HMAC of it; MariaDB finds rows only by bytes of a fixed number."""


Short = LargeBinary(255).with_variant(VARBINARY(255), "mysql", "mariadb")
"""A key, wrapped or public."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, kept as whole seconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse a naive time: it would be wrong by hours, silently."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a time without a zone"
            raise ValueError(message)
        return int(value.timestamp())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Give the time back as aware UTC."""
        return None if value is None else datetime.fromtimestamp(int(value), UTC)


metadata = MetaData()

settings = Table(
    "settings",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

page_keys = Table(
    "page_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("public", Short, nullable=False),
    Column("wrapped", Short),  # null: destroyed
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("destroyed_at", Moment),
)

revisions = Table(
    "revisions",
    metadata,
    Column("revid", Number, primary_key=True, autoincrement=False),
    Column("saved_at", Moment, nullable=False),
    Column("read_at", Moment, nullable=False),
    Column("readable", Boolean, nullable=False),
    Index("revisions_by_time", "saved_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Number, primary_key=True),
    Column("revid", Number, nullable=False),
    Column("place", Integer, nullable=False),
    Column("sealed_envelope", Boolean, nullable=False),
    Column("digest", Digest),  # null: gone with the key
    Column("key_id", String(32)),
    Column("outcome", String(20), nullable=False),
    Column("reason", String(60), nullable=False),
    Column("recorded_at", Moment, nullable=False),
    UniqueConstraint("revid", "place", name="messages_once"),
    Index("messages_by_digest", "digest"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Number, primary_key=True),
    Column("ref", String(8), nullable=False, unique=True),
    Column("state", String(12), nullable=False),
    Column("due_at", Moment),
    # What was asked for, as far as matching and an offer need it.
    Column("locale", String(40), nullable=False),
    Column("languages", JSON, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("channels", JSON, nullable=False),
    Column("prefer", JSON, nullable=False),
    # An HMAC of the account, for the limits; goes with the identity.
    Column("requester_mark", Digest),
    # The rest is `casework.states.Case`, field by field.
    Column("notify", Boolean, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("waiting_since", Moment, nullable=False),
    Column("look_at", Moment),
    Column("begun_at", Moment),
    Column("supporter", Number),
    Column("accepted_at", Moment),
    Column("taken", Boolean, nullable=False),
    Column("contact_by", Moment),
    Column("nudged", Boolean, nullable=False),
    Column("more_time", Boolean, nullable=False),
    Column("contacted_at", Moment),
    Column("story_gone", Boolean, nullable=False),
    Column("last_sign_at", Moment),
    Column("silence_told", Boolean, nullable=False),
    Column("nobody_else", Boolean, nullable=False),
    Column("nobody_could_told", Boolean, nullable=False),
    Column("nobody_yet_told", Boolean, nullable=False),
    Column("requester_rung", Boolean, nullable=False, server_default=false()),
    Column("supporter_rung", Boolean, nullable=False, server_default=false()),
    Column("complained", Boolean, nullable=False, server_default=false()),
    Column("reported", Boolean, nullable=False, server_default=false()),
    Column("pair_kept", Boolean, nullable=False, server_default=false()),
    Column("rated", Boolean, nullable=False, server_default=false()),
    Column("outcome", String(12)),
    Column("closed_at", Moment),
    Index("cases_by_due", "state", "due_at"),
    Index("cases_by_look", "state", "look_at"),
    Index("cases_by_mark", "requester_mark"),
    Index("cases_by_begin", "begun_at"),
)

offers = Table(
    "offers",
    metadata,
    Column("id", Number, primary_key=True),
    # Null: its case is closed, and this tells only what somebody had on their hands.
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE")),
    Column("supporter", Number, nullable=False),
    Column("state", String(16), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("answer_by", Moment),
    Column("reminded", Boolean, nullable=False),
    Column("ended_at", Moment),
    UniqueConstraint("case_id", "supporter", name="offers_once"),
    Index("offers_by_supporter", "supporter", "state"),
)

case_keys = Table(
    "case_keys",
    metadata,
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("secret", String(16), nullable=False),
    Column("supporter", Number, nullable=False),  # 0: of the case, not of one supporter
    Column("wrapped", Short, nullable=False),
    PrimaryKeyConstraint("case_id", "secret", "supporter"),
)

case_secrets = Table(
    "case_secrets",
    metadata,
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("secret", String(16), nullable=False),
    Column("supporter", Number, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("case_id", "secret", "supporter"),
)

talk = Table(
    "talk",
    metadata,
    Column("id", Number, primary_key=True),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("supporter", Number, nullable=False),
    Column("said_by", String(12), nullable=False),
    Column("at", Moment, nullable=False),
    Column("sealed", LargeBinary(65535), nullable=False),
    Index("talk_by_case", "case_id", "supporter"),
)

complaints = Table(
    "complaints",
    metadata,
    Column("id", Number, primary_key=True),
    Column("ref", String(8), nullable=False),
    Column("said_by", String(12), nullable=False),
    Column("sealed", LargeBinary),  # null: decided, and whom it was about is gone
    Column("made_at", Moment, nullable=False),
    Column("decided_at", Moment),
    Column("decision", String(16)),
)

supporters = Table(
    "supporters",
    metadata,
    Column("user_id", Number, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Number, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("role", String(16), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE")),
    Column("recipient", Number),  # a user id; null for a requester: that is sealed
    Column("coordinator", String(255)),  # a name from the configuration
    Column("reason", String(60)),
    Column("state", String(12), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("not_before", Moment),
    Column("posts", Integer, nullable=False),
    Column("posted_at", Moment),
    Column("outcome", String(60)),
    Column("ended_at", Moment),
    Index("outbox_by_state", "state", "priority"),
    Index("outbox_by_case", "case_id"),
    Index("outbox_by_post", "posted_at"),
)

links = Table(
    "links",
    metadata,
    Column("digest", Digest, primary_key=True),
    Column("door", String(12), nullable=False),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("supporter", Number),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("ended_at", Moment),
    Index("links_by_case", "case_id", "door"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", Number, primary_key=True),
    Column("door", String(12), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the name that somebody entered
    Column("made_at", Moment, nullable=False),
)

account_links = Table(
    "account_links",
    metadata,
    Column("digest", Digest, primary_key=True),
    Column("door", String(12), nullable=False),
    Column("account", Number, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # its name
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("account_links_by_account", "door", "account"),
)

marks = Table(
    "marks",
    metadata,
    Column("id", Number, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("mark", Digest, nullable=False),
    Column("detail", Digest),
    Column("at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("marks_by_mark", "kind", "mark"),
)

events = Table(
    "events",
    metadata,
    Column("id", Number, primary_key=True),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("name", String(40), nullable=False),
    Index("events_by_case", "case_id"),
)

tallies = Table(
    "tallies",
    metadata,
    Column("quarter", String(8), nullable=False),
    Column("dimension", String(12), nullable=False),
    Column("value", String(64), nullable=False),
    Column("cases", Integer, nullable=False),
    PrimaryKeyConstraint("quarter", "dimension", "value"),
)
