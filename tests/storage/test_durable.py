"""A file is there whole or not at all, and a draft that a crash has left is swept; one that is being written is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from governance.keys.escrow import EscrowBroken
from governance.keys.keyfolder import KeyFolder
from governance.storage import durable

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
import pytest

from governance.storage import durable
from governance.keys.escrow import EscrowBroken
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


def test_what_does_not_read_back_takes_the_place_of_nothing(keys: KeyFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that loses bytes: the older escrow stays, and can be read."""
    keys.rewrite_escrow()
    before = keys.escrow_file.read_bytes()
    draft = durable._draft

    def loses_bytes(path: Path, content: bytes) -> Path:
        return draft(path, content[:-1])

    with monkeypatch.context() as on_a_bad_disk:
        on_a_bad_disk.setattr(durable, "_draft", loses_bytes)
        with pytest.raises(OSError, match="does not read back"):
            keys.rewrite_escrow()
    assert keys.escrow_file.read_bytes() == before
    assert keys.escrow_can_be_read()
    assert not [each for each in keys.escrow_path.iterdir() if durable.DRAFT.fullmatch(each.name)]


def test_an_escrow_of_a_backup_takes_the_place_of_none_that_can_be_read(keys: KeyFolder) -> None:
    keys.rewrite_escrow()
    good = keys.escrow_file.read_bytes()
    keys.put_escrow(b"garbage")
    assert keys.escrow_file.read_bytes() == good
    keys.escrow_file.write_bytes(b"not readable here")
    with pytest.raises(EscrowBroken):
        keys.put_escrow(b"garbage")
    assert keys.escrow_file.read_bytes() == b"not readable here"
    keys.put_escrow(good)
    assert keys.escrow_file.read_bytes() == good
