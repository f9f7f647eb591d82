"""By which record of the board somebody has a role, so that each vote gives a role once."""

import sqlalchemy as sa
from alembic import op

revision = "2026113180_role_by_record"
down_revision = "2026113170_kiosk_seen"


def upgrade() -> None:
    with op.batch_alter_table("account_role", schema=None) as batch_op:
        batch_op.add_column(sa.Column("record", sa.String(), nullable=True))
