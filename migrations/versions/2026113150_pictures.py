"""A picture beside each step of a help card."""

import sqlalchemy as sa
from alembic import op

revision = "2026113150_pictures"
down_revision = "2026113140_if_equal"


def upgrade() -> None:
    op.add_column("help_card", sa.Column("pictures", sa.JSON(), server_default="{}", nullable=False))
