"""What one person asked for and a second one agrees to, and what members are told of it, until each has seen it."""

import sqlalchemy as sa
from alembic import op

revision = "2026112900_what_takes_two_people"
down_revision = "2026112823_two_people"


def upgrade() -> None:
    op.create_table(
        "told",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("leaf", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told")),
    )
    with op.batch_alter_table("told", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_told_day"), ["day"], unique=False)

    op.create_table(
        "asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["about_id"], ["account.id"], name=op.f("fk_asked_about_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_asked_asked_by"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked")),
        sa.UniqueConstraint("act", "subject", name=op.f("uq_asked_act")),
    )
    op.create_table(
        "told_seen",
        sa.Column("told_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_told_seen_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["told_id"], ["told.id"], name=op.f("fk_told_seen_told_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("told_id", "account_id", name=op.f("pk_told_seen")),
    )
