"""What was published is held against the ledger: pages make their HTML from the words themselves."""

import json

import sqlalchemy as sa
from alembic import op

revision = "2026112820_words_held_to_leaves"
down_revision = "2026112820_figures_of_a_day"


def upgrade() -> None:
    op.add_column("count", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.add_column("duty", sa.Column("leaf", sa.Integer(), nullable=True))
    op.drop_column("record", "asked_html")
    op.drop_column("record", "why_html")
    op.drop_column("response", "body_html")
    op.add_column("commitment", sa.Column("done_before", sa.Boolean(), server_default=sa.false(), nullable=False))
    note_what_was_done_before()


def note_what_was_done_before() -> None:
    """Take from the line of each answer which of its promises were done when it was given."""
    connection = op.get_bind()
    answers = connection.execute(sa.text(
        "SELECT response.id, leaf.body FROM response JOIN leaf ON leaf.log = 'decisions' AND leaf.number = response.leaf"
    )).all()  # fmt: skip
    mine = sa.text("SELECT id FROM commitment WHERE response_id = :answer ORDER BY id")
    done = sa.text("UPDATE commitment SET done_before = :yes WHERE id = :id")
    for answer, body in answers:
        try:
            promised = json.loads(body).get("commitments", [])
        except (ValueError, AttributeError):
            continue  # Somebody wrote over the line: the audit says so.
        for row, said in zip(connection.scalars(mine, {"answer": answer}).all(), promised, strict=False):
            connection.execute(done, {"id": row, "yes": said.get("state") == "reported_done"})
