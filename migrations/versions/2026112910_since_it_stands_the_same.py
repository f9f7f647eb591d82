"""Since when a proposal asks for the same: the days of notice count from there."""

import sqlalchemy as sa
from alembic import op

revision = "2026112910_since_it_stands"
down_revision = "2026112909_who_agreed"


def upgrade() -> None:
    op.add_column("proposal", sa.Column("stands_since", sa.Date(), nullable=True))
    op.execute("UPDATE proposal SET stands_since = opened_on")
