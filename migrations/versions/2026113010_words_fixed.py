"""The words of a proposal are drawn from what was typed: the HTML that lay beside it, held by nothing, goes."""

from alembic import op

revision = "2026113010_words_fixed"
down_revision = "2026113010_kiosk_codes"


def upgrade() -> None:
    with op.batch_alter_table("proposal_version", schema=None) as batch_op:
        batch_op.drop_column("ask_html")
        batch_op.drop_column("why_html")
