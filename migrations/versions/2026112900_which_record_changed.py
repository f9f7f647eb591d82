"""which record changed the charter"""

import sqlalchemy as sa
from alembic import op

revision = "2026112900_which_record_changed"
down_revision = "2026112900_what_takes_two_people"


def upgrade() -> None:
    with op.batch_alter_table("charter_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("record", sa.String(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_charter_version_record"), ["record"])

