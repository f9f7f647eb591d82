"""Tablets that may be without a network, and that what they bring is taken once."""

import sqlalchemy as sa
from alembic import op

revision = "2026113040_outbox"
down_revision = "2026113020_whose_words"


def upgrade() -> None:
    with op.batch_alter_table("kiosk") as table:
        table.add_column(sa.Column("goes_without", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "taken_once",
        sa.Column("hash", sa.LargeBinary(), primary_key=True),
        sa.Column("month", sa.Date(), nullable=False),
        sqlite_with_rowid=False,
    )
