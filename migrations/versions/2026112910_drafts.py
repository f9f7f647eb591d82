"""What somebody wrote in a long form and did not send yet, locked with their card."""

import sqlalchemy as sa
from alembic import op

revision = "2026112910_drafts"
down_revision = "2026112909_who_agreed"


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_day"), ["day"], unique=False)


def downgrade() -> None:
    op.drop_table("draft")
