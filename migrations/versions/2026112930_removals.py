"""Whose term a proposal asks to end before its day, and by which record that was done."""

import sqlalchemy as sa
from alembic import op

revision = "2026112930_removals"
down_revision = "2026112921_asking_back"


def upgrade() -> None:
    op.create_table(
        "removal",
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("record", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_removal_term_id")),
        sa.PrimaryKeyConstraint("matter", name=op.f("pk_removal")),
        sa.UniqueConstraint("record", name=op.f("uq_removal_record")),
    )
    op.add_column("theme", sa.Column("closed_by", sa.String(), nullable=True))
    before = (
        "ordinary", "charter_change", "removal", "losing_access", "overruling_a_chair", "second_look_above_director",
    )  # fmt: skip
    old, new = (
        sa.Enum(*words, name="kind", native_enum=False, create_constraint=True, length=40)
        for words in (before, (*before, "closing_themes"))
    )
    with op.batch_alter_table("proposal") as table:
        table.alter_column("kind", existing_type=old, type_=new)
