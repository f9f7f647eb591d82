"""A code opens a screen once, until the day after it was made; the key is in the screen's cookie alone.

Keys that were shown before open nothing more. A screen that was opened with one stays open.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026113010_kiosk_codes"
down_revision = "2026113180_role_by_record"


def upgrade() -> None:
    with op.batch_alter_table("kiosk") as table:
        table.drop_constraint("uq_kiosk_key_hash", type_="unique")
        table.alter_column("key_hash", new_column_name="code_hash", existing_type=sa.LargeBinary(), nullable=True)
        table.add_column(sa.Column("code_until", sa.Date(), nullable=True))
    with op.batch_alter_table("kiosk") as table:
        table.create_unique_constraint("uq_kiosk_code_hash", ["code_hash"])
    op.execute("UPDATE kiosk SET code_hash = NULL")
