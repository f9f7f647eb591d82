"""One number for a day of how it goes: what was refused, what failed, what waited."""

import sqlalchemy as sa
from alembic import op


revision = "2026112820_figures_of_a_day"
down_revision = "2026112816_which_duty_failed"


def upgrade() -> None:
    op.create_table(
        "daily_figure",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "what", name=op.f("pk_daily_figure")),
    )
