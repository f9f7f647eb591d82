"""From when on the doctor calls something late: long enough for a slow night, and early enough to mend it."""

from datetime import timedelta

from governance.health.rules import CERTIFICATE_RENEWED, COPY_SEALED, LONGEST_ROUND, LOOKED_AGAIN, OLDEST_BACKUP


def test_what_is_late_is_told_from_these_hours_on() -> None:
    assert timedelta(minutes=15) == LONGEST_ROUND
    assert timedelta(days=2) == OLDEST_BACKUP
    assert timedelta(days=10) == CERTIFICATE_RENEWED
    assert timedelta(days=1) == COPY_SEALED
    assert timedelta(days=7) == LOOKED_AGAIN
