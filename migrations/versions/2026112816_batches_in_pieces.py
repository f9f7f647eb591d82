"""A day's batch is let out, and a period emptied, piece by piece."""

import sqlalchemy as sa
from alembic import op

revision = "2026112816_batches_in_pieces"
down_revision = "2026112814_the_clock_is_held"


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_batch")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch_message",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_batch_message")),
        sqlite_with_rowid=False,
    )
    op.add_column("intake_key", sa.Column("emptied_on", sa.Date(), nullable=True))
    op.execute("UPDATE intake_key SET emptied_on = destroyed_on")
