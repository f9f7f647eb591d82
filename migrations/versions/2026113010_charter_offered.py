"""Which numbers of the charter a version of a proposal changes, and to what."""

import sqlalchemy as sa
from alembic import op

revision = "2026113010_charter_offered"
down_revision = "2026113010_country_and_language"


def upgrade() -> None:
    op.add_column("proposal_version", sa.Column("charter_numbers", sa.JSON(none_as_null=True), nullable=True))
