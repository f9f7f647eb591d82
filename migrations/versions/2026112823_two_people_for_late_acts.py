"""Once a vote is over two people change its sheet, or end it: what one asked for waits, and names taken off are told."""

import sqlalchemy as sa
from alembic import op

revision = "2026112823_two_people"
down_revision = "2026112821_who_stands_by_letter"

ACTS = sa.Enum(
    "take_mark_back", "end_without_result", name="lateact", native_enum=False, create_constraint=True, length=40
)


def upgrade() -> None:
    op.add_column("ballot", sa.Column("marks_back", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "countersign",
        sa.Column("ballot_id", sa.Integer(), sa.ForeignKey("ballot.id", name="fk_countersign_ballot_id")),
        sa.Column("act", ACTS),
        sa.Column("about", sa.Integer()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), sa.ForeignKey("account.id", name="fk_countersign_asked_by"), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "act", "about", name="pk_countersign"),
    )
