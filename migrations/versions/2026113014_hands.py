"""A kind of proposal for a small matter of the board's own: it needs no more than a title and what it asks."""

import sqlalchemy as sa
from alembic import op

revision = "2026113014_hands"
down_revision = "2026113014_marks"


def upgrade() -> None:
    before = (
        "ordinary", "charter_change", "removal", "losing_access", "overruling_a_chair", "second_look_above_director",
        "closing_themes",
    )  # fmt: skip
    old, new = (
        sa.Enum(*words, name="kind", native_enum=False, create_constraint=True, length=40)
        for words in (before, (*before, "small"))
    )
    with op.batch_alter_table("proposal") as table:
        table.alter_column("kind", existing_type=old, type_=new)
