"""Somebody at a kiosk may ask for a worker, where the site wants that; and what is kept of it for a short while."""

import sqlalchemy as sa
from alembic import op

revision = "2026112920_a_worker_comes"
down_revision = "2026112914_recordings"


def upgrade() -> None:
    op.add_column("programme", sa.Column("workers_come", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "kiosk_call",
        sa.Column("kiosk_id", sa.Uuid(), nullable=False),
        sa.Column("gone_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_the_way", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk.id"], name=op.f("fk_kiosk_call_kiosk_id")),
        sa.PrimaryKeyConstraint("kiosk_id", name=op.f("pk_kiosk_call")),
        sqlite_with_rowid=False,
    )
