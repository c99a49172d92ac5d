"""What the desk needs: the conversation, complaints, links of accounts.

An offer can now outlive its case: what somebody had on their hands is remembered without saying
for whom. A table gets a key of its own by being copied, which every database can do.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# MariaDB finds rows only by bytes of a fixed number.
DIGEST = sa.LargeBinary(32).with_variant(mysql.BINARY(32), "mysql", "mariadb")
OFFER_COLUMNS = "case_id, supporter, state, made_at, sent_at, answer_by, reminded, ended_at"
NEW_IN_CASES = (
    "requester_rung",
    "supporter_rung",
    "complained",
    "reported",
    "pair_kept",
    "rated",
)


def upgrade() -> None:
    for name in NEW_IN_CASES:
        op.add_column(
            "cases", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    _offers_of_their_own()
    op.create_table(
        "talk",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("supporter", NUMBER, nullable=False),
        sa.Column("said_by", sa.String(length=12), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(length=65535), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("talk_by_case", "talk", ["case_id", "supporter"], unique=False)
    op.create_table(
        "complaints",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("ref", sa.String(length=8), nullable=False),
        sa.Column("said_by", sa.String(length=12), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "account_links",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("account_links_by_account", "account_links", ["door", "account"], unique=False)


def _offers_of_their_own() -> None:
    op.rename_table("offers", "offers_before")
    op.drop_index("offers_by_supporter", table_name="offers_before")
    op.create_table(
        "offers",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=True),
        sa.Column("supporter", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("answer_by", sa.BigInteger(), nullable=True),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "supporter", name="offers_once"),
    )
    op.create_index("offers_by_supporter", "offers", ["supporter", "state"], unique=False)
    op.execute(
        f"INSERT INTO offers ({OFFER_COLUMNS}) "  # noqa: S608 - names of columns
        f"SELECT {OFFER_COLUMNS} FROM offers_before"
    )
    op.drop_table("offers_before")
