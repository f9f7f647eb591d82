"""Who said that a concern is met, so that whoever raised it is told, and can raise it again."""

import sqlalchemy as sa
from alembic import op

revision = "2026113010_seat_and_card"
down_revision = "2026113010_words_fixed"


def upgrade() -> None:
    with op.batch_alter_table("remark", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_remark_settled_by"), "account", ["settled_by"], ["id"])
    # What was said to be met before was said by whoever raised it, as far as anybody knows.
    op.execute("UPDATE remark SET settled_by = account_id WHERE resolved")
