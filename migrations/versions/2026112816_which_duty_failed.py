"""Which duty failed, and on which day."""

import sqlalchemy as sa
from alembic import op


revision = "2026112816_which_duty_failed"
down_revision = "2026112816_batches_in_pieces"


def upgrade() -> None:
    op.create_table(
        "duty_failed",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_duty_failed")),
    )
