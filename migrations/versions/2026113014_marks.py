"""The mark of a first yes: to a reader or a card, to hiding a message, and that a member has read a drug alert.

What waits from before has no mark, as nobody could vouch for it: it is asked for, or read, once more.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026113014_marks"
down_revision = "2026113010_charter_offered"


def upgrade() -> None:
    for table in ("enrolment", "hide_request", "alert_reader"):
        op.add_column(table, sa.Column("mark", sa.LargeBinary(), nullable=True))
