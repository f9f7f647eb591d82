"""The line of the ledger that holds each word of a drug alert; and finding which proposal changes a decision."""

import sqlalchemy as sa
from alembic import op

revision = "2026113110_alert_lines"
down_revision = "2026113070_work"


def upgrade() -> None:
    op.create_index(op.f("ix_proposal_changes_record"), "proposal", ["changes_record"])
    op.add_column("alert", sa.Column("leaf", sa.Integer(), nullable=True))
