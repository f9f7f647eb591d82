"""How many days staff have to answer is a number of the charter: the row of the programme holds none."""

from alembic import op

revision = "2026113017_days_of_staff"
down_revision = "2026113017_day_of_a_first_yes"


def upgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("answer_days")
        batch_op.drop_column("first_word_days")
