"""The number and the mark of a notice, and the mark that a member has read it.

Those from before are numbered here in their order. Their marks are made with the key folder, by the program.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026113160_notice_marks"
down_revision = "2026113150_pictures"


def upgrade() -> None:
    op.add_column("told_seen", sa.Column("mark", sa.LargeBinary(), nullable=True))
    op.add_column("told", sa.Column("mark", sa.LargeBinary(), nullable=True))
    op.add_column("told", sa.Column("number", sa.Integer(), nullable=True))
    op.execute("UPDATE told SET number = (SELECT count(*) FROM told AS older WHERE older.id <= told.id)")
    with op.batch_alter_table("told") as table:
        table.alter_column("number", existing_type=sa.Integer(), nullable=False)
        table.create_unique_constraint(op.f("uq_told_number"), ["number"])
