"""Where a vote chooses among members, letters stand for them; their names are kept beside it for members alone."""

import sqlalchemy as sa
from alembic import op

revision = "2026112821_who_stands_by_letter"
down_revision = "2026112820_which_answer_is_meant"


def upgrade() -> None:
    op.add_column("ballot", sa.Column("standing", sa.JSON(), nullable=True))
