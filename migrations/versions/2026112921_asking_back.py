"""A question of the board at the kiosks of a place, and the sealed sum of its answers."""

import sqlalchemy as sa
from alembic import op

revision = "2026112921_asking_back"
down_revision = "2026112920_a_worker_comes"


def upgrade() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("tally", sa.LargeBinary(), nullable=True),
        sa.Column("told", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("asked_leaf", sa.Integer(), nullable=True),
        sa.Column("told_leaf", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_question_account_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_question_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
