"""A proposal that asks for a second look above the director names the answer that it is about."""

import sqlalchemy as sa
from alembic import op

revision = "2026112820_which_answer_is_meant"
down_revision = "2026112820_words_held_to_leaves"


def upgrade() -> None:
    op.add_column("proposal", sa.Column("about_answer", sa.String(), server_default="", nullable=False))
