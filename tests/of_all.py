"""What the processes of a run make once for all of them: each is the first to ask for something."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def place_of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of this run share."""
    ours = tmp_path_factory.getbasetemp()
    return ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours


@contextmanager
def one_of_all(lock: Path) -> Iterator[None]:
    """Be the only process of the run that is here: whoever comes second waits."""
    with open(lock, "w", encoding="ascii") as only_one:
        fcntl.flock(only_one, fcntl.LOCK_EX)
        yield


def once(place: Path, make: Callable[[Path], object]) -> Path:
    """Return *place*, where the first process that asks has let *make* put a file or a folder.

    It is whole, or not there: what fails leaves nothing in the way of whoever asks next, and fails there as well.
    """
    if not place.exists():
        with one_of_all(place.with_name(f"making {place.name}")):
            if not place.exists():
                fresh = Path(tempfile.mkdtemp(dir=place.parent)) / place.name
                make(fresh)
                fresh.rename(place)
    return place
