"""Since when a proposal asks for the same: the days of notice count from there."""

import sqlalchemy as sa
from alembic import op

revision = "2026112912_since_it_stands"
down_revision = "2026112911_last_here"


def upgrade() -> None:
    op.add_column("proposal", sa.Column("stands_since", sa.Date(), nullable=True))
    op.execute("UPDATE proposal SET stands_since = opened_on")
