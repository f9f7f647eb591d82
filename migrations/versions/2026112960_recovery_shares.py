"""The board's recovery shares, sealed, until each is with its holder. What was printed by an older `init` has no row."""

import sqlalchemy as sa
from alembic import op

revision = "2026112960_recovery_shares"
down_revision = "2026112940_moved_by_one"


def upgrade() -> None:
    op.create_table(
        "recovery_share",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("holder_id", sa.Integer(), sa.ForeignKey("account.id", ondelete="SET NULL"), nullable=True),
        sa.Column("of_board", sa.Boolean(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=True),
    )
