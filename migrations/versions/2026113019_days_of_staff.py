"""How many days staff have to answer is a number of the charter: the row of the programme holds none."""

from alembic import op

revision = "2026113019_days_of_staff"
down_revision = "2026113014_hands"


def upgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("answer_days")
        batch_op.drop_column("first_word_days")
