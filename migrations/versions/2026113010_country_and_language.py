"""The country a help card is for, and the language of a drug alert: none for those of before, whose lines say none."""

import sqlalchemy as sa
from alembic import op

revision = "2026113010_country_and_language"
down_revision = "2026113010_seat_and_card"


def upgrade() -> None:
    with op.batch_alter_table("help_card", schema=None) as batch_op:
        batch_op.add_column(sa.Column("country", sa.String(), server_default="", nullable=False))
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(), nullable=True))
