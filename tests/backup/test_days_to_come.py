"""Backups of days to come go once there is one of today, and tomorrow is no day to come."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from governance.backup import making

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(("ahead", "stays"), [(-1, True), (1, True), (2, False), (365, False)])
def test_one_of_tomorrow_stays(tmp_path: Path, ahead: int, stays: bool) -> None:
    """Where a site has moved its zone back, it was made today: it may be the only one of the newest words."""
    (tmp_path / f"{TODAY}.backup").touch()
    other = tmp_path / f"{TODAY + timedelta(days=ahead)}.backup"
    other.touch()
    making.forget_to_come(tmp_path, TODAY)
    assert other.exists() is stays
