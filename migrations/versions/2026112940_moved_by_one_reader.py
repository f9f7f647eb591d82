"""The mark of a message that one reader moved: from where to where, in which week, and in which line of the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "2026112940_moved_by_one"
down_revision = "2026112932_own_words"

WHAT = sa.Enum(
    "passed_on", "sorted_again", "taken_out", name="move", native_enum=False, create_constraint=True, length=40
)


def upgrade() -> None:
    op.create_table(
        "moved",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("what", WHAT, nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("leaf", sa.Integer(), nullable=True),
        sqlite_with_rowid=False,
    )
