"""A place keeps its first name and can be closed; the ledger says how places began; a question has more languages."""

import sqlalchemy as sa
from alembic import op

revision = "2026113010_places_change"
down_revision = "2026112960_recovery_shares"

BEFORE = ("closed_days", "working_days", "release_hour", "timezone", "names", "place")


def upgrade() -> None:
    op.add_column("question", sa.Column("others", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("programme", sa.Column("places_leaf", sa.Integer(), nullable=True))
    op.add_column("place", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("place", sa.Column("first_name", sa.String(), nullable=True))
    op.execute("UPDATE place SET first_name = name")
    with op.batch_alter_table("place") as table:
        table.alter_column("first_name", existing_type=sa.String(), nullable=False)
        table.create_unique_constraint(op.f("uq_place_first_name"), ["first_name"])
    old, new = (
        sa.Enum(*words, name="what", native_enum=False, create_constraint=True, length=40)
        for words in (BEFORE, (*BEFORE, "place_name", "place_open"))
    )
    with op.batch_alter_table("plan_change") as table:
        table.alter_column("what", existing_type=old, type_=new)
