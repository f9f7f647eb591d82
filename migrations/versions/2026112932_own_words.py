"""Whether the words of an account are its owner's own, which nobody else printed."""

import sqlalchemy as sa
from alembic import op

revision = "2026112932_own_words"
down_revision = "2026112931_plan_changes"


def upgrade() -> None:
    op.add_column("account", sa.Column("own_words", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("account") as table:
        table.alter_column("own_words", existing_type=sa.Boolean(), server_default=None)
