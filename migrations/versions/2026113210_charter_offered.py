"""Which numbers of the charter a version of a proposal changes, and to what."""

import sqlalchemy as sa
from alembic import op

revision = "2026113210_charter_offered"
down_revision = "2026113180_role_by_record"


def upgrade() -> None:
    op.add_column("proposal_version", sa.Column("charter_numbers", sa.JSON(none_as_null=True), nullable=True))
