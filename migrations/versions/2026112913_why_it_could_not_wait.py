"""Why two people let a vote open before its notice is over: on the proposal, and on the vote that was called so."""

import sqlalchemy as sa
from alembic import op

revision = "2026112913_why_it_could"
down_revision = "2026112912_since_it_stands"


def upgrade() -> None:
    op.add_column("proposal", sa.Column("hurry", sa.Text(), nullable=True))
    op.add_column("ballot", sa.Column("hurry", sa.Text(), nullable=True))
