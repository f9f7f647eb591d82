"""Recordings that wait for a second yes. Those that are played already stay."""

import sqlalchemy as sa
from alembic import op

revision = "2026113050_waiting_recordings"
down_revision = "2026113040_outbox"


def upgrade() -> None:
    op.create_table(
        "waiting_recording",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("wav", sa.LargeBinary(), nullable=False),
    )
