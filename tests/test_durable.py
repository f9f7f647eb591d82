"""A file is there whole or not at all, and a draft that a crash has left is swept; one that is being written is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from governance import durable
from governance.keyfolder import KeyFolder

DRAFT = ".pepper.0123456789ab"


def test_what_a_crash_has_left_is_swept_with_the_next_round(keys: KeyFolder) -> None:
    for folder in (keys.path, keys.escrow_path):
        (folder / DRAFT).write_bytes(b"half a secret")
    before = list(keys.names())
    keys.mend_escrow()
    assert not (keys.path / DRAFT).exists()
    assert not (keys.escrow_path / DRAFT).exists()
    assert list(keys.names()) == before
    assert (keys.path / ".in-escrow").exists()


def test_a_draft_that_is_being_written_stays(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from governance import durable
import fcntl
with durable._drafting(Path({str(tmp_path)!r}), fcntl.LOCK_SH):
    print("writing", flush=True)
    input()
"""
    (tmp_path / DRAFT).write_bytes(b"half a secret")
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writing:
        assert writing.stdout
        writing.stdout.readline()
        durable.sweep(tmp_path)
        assert (tmp_path / DRAFT).exists()
        writing.kill()
    durable.sweep(tmp_path)
    assert not (tmp_path / DRAFT).exists()


def test_only_one_makes_what_is_new(tmp_path: Path) -> None:
    assert durable.put_new(tmp_path / "a", b"first")
    assert not durable.put_new(tmp_path / "a", b"second")
    assert (tmp_path / "a").read_bytes() == b"first"
    durable.put(tmp_path / "a", b"third")
    assert (tmp_path / "a").read_bytes() == b"third"
    assert sorted(os.listdir(tmp_path)) == [".drafts", "a"]
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0
