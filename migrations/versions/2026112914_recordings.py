"""Recordings of the lines that are read aloud."""

import sqlalchemy as sa
from alembic import op

revision = "2026112914_recordings"
down_revision = "2026112913_why_it_could"


def upgrade() -> None:
    op.create_table(
        "recording",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("wav", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_recording")),
    )
