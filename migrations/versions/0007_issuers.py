"""Boxes opened with the board's recovery part."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("count", schema=None) as batch_op:
        batch_op.add_column(sa.Column("with_recovery", sa.Boolean(), nullable=False, server_default=sa.false()))
