"""What the clock said, beside how long the machine had been up."""

import sqlalchemy as sa
from alembic import op

revision = "2026112814_the_clock_is_held"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "time_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("boot", sa.String(), nullable=False),
        sa.Column("up", sa.Double(), nullable=False),
        sa.Column("last", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroying_waits", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_mark")),
    )
