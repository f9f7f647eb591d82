"""A partner that signs passes too, and boxes opened with the board's recovery part."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "co_signed",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "leaf", name=op.f("pk_co_signed")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.add_column(sa.Column("partner", sa.JSON(), nullable=True))
    with op.batch_alter_table("count", schema=None) as batch_op:
        batch_op.add_column(sa.Column("with_recovery", sa.Boolean(), nullable=False, server_default=sa.false()))
