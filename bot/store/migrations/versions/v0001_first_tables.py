"""The first tables.

Written from the first day on as migrations, so that every store ever made can be brought forward.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only in a column of exactly this type.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SHORT = sa.LargeBinary(255).with_variant(mysql.VARBINARY(255), "mysql", "mariadb")
# MariaDB finds rows only by bytes of a fixed number.
DIGEST = sa.LargeBinary(32).with_variant(mysql.BINARY(32), "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("ref", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("locale", sa.String(length=40), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("prefer", sa.JSON(), nullable=False),
        sa.Column("requester_mark", DIGEST, nullable=True),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("waiting_since", sa.BigInteger(), nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.Column("supporter", NUMBER, nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("contact_by", sa.BigInteger(), nullable=True),
        sa.Column("nudged", sa.Boolean(), nullable=False),
        sa.Column("more_time", sa.Boolean(), nullable=False),
        sa.Column("contacted_at", sa.BigInteger(), nullable=True),
        sa.Column("story_gone", sa.Boolean(), nullable=False),
        sa.Column("last_sign_at", sa.BigInteger(), nullable=True),
        sa.Column("silence_told", sa.Boolean(), nullable=False),
        sa.Column("nobody_else", sa.Boolean(), nullable=False),
        sa.Column("nobody_could_told", sa.Boolean(), nullable=False),
        sa.Column("nobody_yet_told", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("cases_by_due", "cases", ["state", "due_at"], unique=False)
    op.create_index("cases_by_look", "cases", ["state", "look_at"], unique=False)
    op.create_index("cases_by_mark", "cases", ["requester_mark"], unique=False)
    op.create_table(
        "marks",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("mark", DIGEST, nullable=False),
        sa.Column("detail", DIGEST, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("marks_by_mark", "marks", ["kind", "mark"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("revid", NUMBER, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sealed_envelope", sa.Boolean(), nullable=False),
        sa.Column("digest", DIGEST, nullable=True),
        sa.Column("key_id", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("revid", "place", name="messages_once"),
    )
    op.create_index("messages_by_digest", "messages", ["digest"], unique=False)
    op.create_table(
        "page_keys",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("public", SHORT, nullable=False),
        sa.Column("wrapped", SHORT, nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("destroyed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "revisions",
        sa.Column("revid", NUMBER, autoincrement=False, nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.Column("readable", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("revid"),
    )
    op.create_index("revisions_by_time", "revisions", ["saved_at"], unique=False)
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "supporters",
        sa.Column("user_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
    )
    op.create_table(
        "case_keys",
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("secret", sa.String(length=16), nullable=False),
        sa.Column("supporter", NUMBER, nullable=False),
        sa.Column("wrapped", SHORT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "secret", "supporter"),
    )
    op.create_table(
        "case_secrets",
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("secret", sa.String(length=16), nullable=False),
        sa.Column("supporter", NUMBER, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "secret", "supporter"),
    )
    op.create_table(
        "events",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("events_by_case", "events", ["case_id"], unique=False)
    op.create_table(
        "links",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("supporter", NUMBER, nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("links_by_case", "links", ["case_id", "door"], unique=False)
    op.create_table(
        "offers",
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("supporter", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("answer_by", sa.BigInteger(), nullable=True),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "supporter"),
    )
    op.create_index("offers_by_supporter", "offers", ["supporter", "state"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("case_id", NUMBER, nullable=True),
        sa.Column("recipient", NUMBER, nullable=True),
        sa.Column("coordinator", sa.String(length=255), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("outbox_by_case", "outbox", ["case_id"], unique=False)
    op.create_index("outbox_by_post", "outbox", ["posted_at"], unique=False)
    op.create_index("outbox_by_state", "outbox", ["state", "priority"], unique=False)
