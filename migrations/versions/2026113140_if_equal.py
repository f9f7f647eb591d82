"""A vote that was equal, and goes back to the talk because its board chose that beforehand."""

import sqlalchemy as sa
from alembic import op

revision = "2026113140_if_equal"
down_revision = "2026113110_alert_lines"

BEFORE = (
    "adopted", "not_adopted", "no_quorum", "needs_second_ballot", "blocked", "needs_vote", "chosen", "heard",
)  # fmt: skip
AFTER = (*BEFORE, "equal")


def _enum(values):
    return sa.Enum(*values, name="result", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    with op.batch_alter_table("count", schema=None) as batch_op:
        batch_op.alter_column("result", existing_type=_enum(BEFORE), type_=_enum(AFTER))
