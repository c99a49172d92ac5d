"""When supporters were first looked for: new cases wait in line when very many come.

A case from before this had its beginning as soon as it came.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("begun_at", sa.BigInteger(), nullable=True))
    op.create_index("cases_by_begin", "cases", ["begun_at"], unique=False)
    op.execute("UPDATE cases SET begun_at = received_at")
