"""The last two days on which an account signed in, so that what came since can be marked as new. Never an hour."""

import sqlalchemy as sa
from alembic import op

revision = "2026112911_last_here"
down_revision = "2026112910_drafts"


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("here_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("here_before", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("here_before")
        batch_op.drop_column("here_on")
