"""Since when own words stand, and how many shares of the key before are out while new ones are handed over."""

import sqlalchemy as sa
from alembic import op

revision = "2026113020_whose_words"
down_revision = "2026113010_places_change"


def upgrade() -> None:
    op.add_column("account", sa.Column("own_words_since", sa.Date(), nullable=True))
    op.add_column("recovery_share", sa.Column("old_out", sa.Integer(), nullable=True))
