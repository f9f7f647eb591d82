"""A request for a second yes carries a mark that only the program can make. What waited is asked for again."""

import sqlalchemy as sa
from alembic import op

revision = "2026112907_requests_vouched_for"
down_revision = "2026112900_which_record_changed"


def upgrade() -> None:
    op.execute("DELETE FROM asked")
    with op.batch_alter_table("asked", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mac", sa.LargeBinary(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("asked", schema=None) as batch_op:
        batch_op.drop_column("mac")
