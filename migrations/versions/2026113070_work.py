"""The marks of what came in a flood, and no device had worked for."""

import sqlalchemy as sa
from alembic import op

revision = "2026113070_work"
down_revision = "2026113060_looked_again"


def upgrade() -> None:
    op.create_table(
        "flood_mark",
        sa.Column("message_id", sa.Uuid(), primary_key=True),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_flood_mark_message_id")),
        sqlite_with_rowid=False,
    )
