"""Disks that are small and true: what is written to a full one fails as it would anywhere. It takes root (as in CI)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture
def a_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Make a disk of so many megabytes, and return its folder."""
    made: list[Path] = []

    def a_disk(megabytes: int) -> Path:
        folder = tmp_path / f"disk {len(made)}"
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
        made.append(folder)
        return folder

    yield a_disk
    for folder in made:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
