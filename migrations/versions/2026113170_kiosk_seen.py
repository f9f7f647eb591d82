"""The last day on which a kiosk was seen."""

import sqlalchemy as sa
from alembic import op

revision = "2026113170_kiosk_seen"
down_revision = "2026113160_notice_marks"


def upgrade() -> None:
    op.add_column("kiosk", sa.Column("seen_on", sa.Date(), nullable=True))
