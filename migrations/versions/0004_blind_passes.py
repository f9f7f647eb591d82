"""Passes that are signed blind, and counting keys that are made away from the server."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tellers", sa.JSON(), nullable=True))
    with op.batch_alter_table("roll", schema=None) as batch_op:
        batch_op.add_column(sa.Column("issued", sa.LargeBinary(), nullable=True))
