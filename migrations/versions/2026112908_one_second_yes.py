"""What two people do to a vote that is over is asked for as every other act for two: a table of its own goes.

What waited in it goes too. A request stands only with a mark that the program makes with a secret outside the
database, and no migration has that secret. So whoever asked asks again, and nothing was done by it yet.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026112908_one_second_yes"
down_revision = "2026112907_requests_vouched_for"


def upgrade() -> None:
    op.drop_table("countersign")


def downgrade() -> None:
    acts = sa.Enum(
        "take_mark_back", "end_without_result", name="lateact", native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        "countersign",
        sa.Column("ballot_id", sa.Integer(), sa.ForeignKey("ballot.id", name="fk_countersign_ballot_id")),
        sa.Column("act", acts),
        sa.Column("about", sa.Integer()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), sa.ForeignKey("account.id", name="fk_countersign_asked_by"), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "act", "about", name="pk_countersign"),
    )
