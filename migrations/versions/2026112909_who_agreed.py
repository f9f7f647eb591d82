"""Who agreed to a request that whoever asked still has to finish: a card is drawn when they make it, and not before."""

import sqlalchemy as sa
from alembic import op

revision = "2026112909_who_agreed"
down_revision = "2026112908_one_second_yes"


def upgrade() -> None:
    with op.batch_alter_table("asked", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agreed_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_asked_agreed_by"), "account", ["agreed_by"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    with op.batch_alter_table("asked", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_asked_agreed_by"), type_="foreignkey")
        batch_op.drop_column("agreed_by")
