"""Kinds of vote beside yes or no, and the whole account of a count."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KINDS = (
    "majority", "two_thirds", "consensus", "consensus_then_vote", "consent", "sense_check", "choose_one",
    "choose_several", "score", "dots", "budget", "ranked", "elect",
)  # fmt: skip
BEFORE = ("adopted", "not_adopted", "no_quorum", "needs_second_ballot", "blocked")
RESULTS = (*BEFORE, "needs_vote", "chosen", "heard")


def _enum(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


GOING_ON = """
    SELECT ballot.number FROM ballot LEFT JOIN count ON count.ballot_id = ballot.id
    WHERE count.ballot_id IS NULL AND ballot.cancelled_reason IS NULL ORDER BY ballot.number
"""


def upgrade() -> None:
    number = op.get_bind().execute(sa.text(GOING_ON)).scalar()
    if number is not None:  # Its manifest is in the ledger, in a form that this version cannot count by.
        raise SystemExit(f"Vote {number} is not counted. Count it or call it off with the version before, then come back.")
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(40), nullable=True))
    op.execute("UPDATE ballot SET kind = rule")
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(40), type_=_enum("kind", KINDS), nullable=False)
        batch_op.drop_column("rule")
    with op.batch_alter_table("count", schema=None) as batch_op:
        batch_op.add_column(sa.Column("account", sa.JSON(), server_default="{}", nullable=False))
        batch_op.alter_column("result", existing_type=_enum("result", BEFORE), type_=_enum("result", RESULTS))
    with op.batch_alter_table("count", schema=None) as batch_op:
        batch_op.alter_column("account", existing_type=sa.JSON(), server_default=None)
