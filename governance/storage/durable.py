"""Files that are there whole or not at all, whenever the power goes, and that only this account can read."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DRAFT = re.compile(r"\..+\.[0-9a-f]{12}")  # What is written before it takes the name of a file.


def put(path: Path, content: bytes) -> None:
    """Write *content* to *path*, in the place of what was there. Raises OSError where it does not read back as that."""
    with _drafting(path.parent, fcntl.LOCK_SH):
        draft = _draft(path, content)
        if draft.read_bytes() != content:
            draft.unlink()
            raise OSError(errno.EIO, "What was written does not read back", str(path))
        draft.replace(path)
    make_lasting(path.parent)


def put_new(path: Path, content: bytes) -> bool:
    """Write *content* unless something is there. Only one of several can win, and nobody reads half of it."""
    with _drafting(path.parent, fcntl.LOCK_SH):
        draft = _draft(path, content)
        try:
            os.link(draft, path)
        except FileExistsError:
            return False
        finally:
            draft.unlink()
    make_lasting(path.parent)
    return True


def destroy(path: Path) -> None:
    """Overwrite *path* with noise and delete it."""
    path.write_bytes(os.urandom(path.stat().st_size))
    path.unlink()
    make_lasting(path.parent)


def sweep(folder: Path) -> None:
    """Destroy the drafts that a crash has left in *folder*, unless somebody writes one just now."""
    if not folder.is_dir():
        return
    try:
        with _drafting(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
            for left in [each for each in folder.iterdir() if DRAFT.fullmatch(each.name)]:
                destroy(left)
    except BlockingIOError:
        return


def make_lasting(folder: Path) -> None:
    """Have the folder's own list on the disk, so that no name comes back or goes away with the power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _drafting(folder: Path, how: int) -> Iterator[None]:
    """Hold the lock of a folder's drafts: shared by whoever writes one, alone by who sweeps. A crash lets go of it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    turn = os.open(folder / ".drafts", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(turn, how)
        yield
    finally:
        os.close(turn)


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft
