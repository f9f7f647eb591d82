"""What came of looking at a record again, and which record a proposal is to change."""

import sqlalchemy as sa
from alembic import op

revision = "2026113060_looked_again"
down_revision = "2026113050_waiting_recordings"

UPSHOTS = ("stands", "to_change", "over")


def upgrade() -> None:
    op.create_table(
        "looked_again",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column(
            "upshot",
            sa.Enum(*UPSHOTS, name="upshot", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("leaf", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_looked_again_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looked_again")),
    )
    op.create_index(op.f("ix_looked_again_record_id"), "looked_again", ["record_id"])
    op.create_index("ix_looked_again_leaf", "looked_again", ["leaf"], unique=True)
    op.add_column("proposal", sa.Column("changes_record", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("proposal") as table:
        table.alter_column("changes_record", server_default=None)
