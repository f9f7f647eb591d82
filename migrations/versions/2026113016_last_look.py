"""What was found, and when, by the looks that take long."""

import sqlalchemy as sa
from alembic import op

revision = "2026113016_last_look"
down_revision = "2026113014_hands"


def upgrade() -> None:
    op.create_table(
        "last_look",
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("at", name=op.f("pk_last_look")),
    )
