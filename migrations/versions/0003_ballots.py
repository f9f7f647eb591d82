"""Drawn cards, the manifest kept whole, and the result bundle."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.add_column(sa.Column("manifest", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("voters_salt", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("box_leaf", sa.Integer(), nullable=True))
    with op.batch_alter_table("count", schema=None) as batch_op:
        batch_op.drop_column("salt")  # The digest in the ledger is that of the bundle, which has a salt in it.
    for table in ("card_drop", "card_key"):
        op.create_table(
            table,
            sa.Column("ballot_id", sa.Integer(), nullable=False),
            sa.Column("tag", sa.LargeBinary(), nullable=False),
            sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f(f"fk_{table}_ballot_id")),
            sa.PrimaryKeyConstraint("ballot_id", "tag", name=op.f(f"pk_{table}")),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "voided_card",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_voided_card_ballot_id")),
        sa.PrimaryKeyConstraint("ballot_id", "code", name=op.f("pk_voided_card")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paper_entry",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("drop_tag", sa.LargeBinary(), nullable=False),
        sa.Column("teller_id", sa.Integer(), nullable=False),
        sa.Column("check", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_paper_entry_ballot_id")),
        sa.ForeignKeyConstraint(["teller_id"], ["account.id"], name=op.f("fk_paper_entry_teller_id")),
        sa.PrimaryKeyConstraint("ballot_id", "drop_tag", "teller_id", name=op.f("pk_paper_entry")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bundle",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("whole", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_bundle_ballot_id")),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_bundle")),
    )

