"""From when on the doctor calls something late: long enough for a slow night, and early enough to mend it."""

from datetime import timedelta

from governance.health.rules import CERTIFICATE_RENEWED, LONGEST_ROUND, OLDEST_BACKUP


def test_what_is_late_is_told_from_these_hours_on() -> None:
    assert timedelta(minutes=15) == LONGEST_ROUND
    assert timedelta(days=2) == OLDEST_BACKUP
    assert timedelta(days=10) == CERTIFICATE_RENEWED
