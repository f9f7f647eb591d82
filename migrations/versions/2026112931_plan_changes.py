"""Changes of the plan of a site, each from a day on."""

import sqlalchemy as sa
from alembic import op

revision = "2026112931_plan_changes"
down_revision = "2026112930_removals"

WHAT = ("closed_days", "working_days", "release_hour", "timezone", "names", "place")


def upgrade() -> None:
    op.create_table(
        "plan_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Enum(*WHAT, name="what", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_change")),
    )
