"""The day on which something about a reader or a card was asked for: a first yes ends after two weeks."""

import sqlalchemy as sa
from alembic import op

revision = "2026113017_day_of_a_first_yes"
down_revision = "2026113016_last_look"


def upgrade() -> None:
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("day", sa.Date(), nullable=True))
