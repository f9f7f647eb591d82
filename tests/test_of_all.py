"""What the processes of a run share: each makes it unless another has, and what failed is made again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.of_all import once


def test_what_a_run_needs_once_is_made_by_who_asks_first_and_what_failed_is_no_obstacle(tmp_path: Path) -> None:
    place, made = tmp_path / "pattern", []

    def fails(path: Path) -> None:
        path.write_text("half")
        raise OSError("cut short")

    def make(path: Path) -> None:
        made.append(path)
        path.write_text("whole")

    with pytest.raises(OSError, match="cut short"):
        once(place, fails)
    assert not place.exists()
    assert [once(place, make).read_text() for _ in range(3)] == ["whole"] * 3
    assert len(made) == 1
