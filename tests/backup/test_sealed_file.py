"""The file of a backup opens with the right key alone, and shows every byte that was changed, cut off or added."""

from __future__ import annotations

import io
import os
import random
import tracemalloc
from pathlib import Path

import pytest

from governance import sealing
from governance.backup import sealed_file
from governance.backup.sealed_file import BackupBroken

PAIR, SIGNER = sealing.new_pair(), sealing.new_signer()
CLEAR = {"day": "2026-11-28", "tables": "0007", "version": "0.1.0"}
LINES = [b"first", b"", *[os.urandom(40).hex().encode() for _ in range(4000)], b"last"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    out = io.BytesIO()
    sealed_file.write(out, PAIR.public, SIGNER.private, CLEAR, LINES)
    file = tmp_path / "one.backup"
    file.write_bytes(out.getvalue())
    return file


def test_what_was_written_is_read(path: Path) -> None:
    assert sealed_file.check(path) == CLEAR
    assert list(sealed_file.read(path, PAIR.private)) == LINES
    assert path.stat().st_size > 2 * sealed_file.PIECE, "more than one piece, or the test is of no use"


def test_nothing_of_it_is_in_the_clear(path: Path) -> None:
    content = path.read_bytes()
    assert b"first" not in content
    assert LINES[2] not in content


def test_another_key_opens_nothing(path: Path) -> None:
    with pytest.raises(BackupBroken, match="These shares do not open"):
        list(sealed_file.read(path, sealing.new_pair().private))


def test_each_changed_byte_is_seen_by_who_opens_nothing_and_by_who_opens(path: Path) -> None:
    whole = path.read_bytes()
    seeded = random.Random(7)
    hashed = len(whole) - sealed_file.SIGNATURE
    for at in [0, 25, 30, *seeded.sample(range(hashed), 10), hashed - 1]:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(BackupBroken):
            sealed_file.check(path)
        if at < hashed - sealed_file.HASH:
            with pytest.raises(BackupBroken):
                list(sealed_file.read(path, PAIR.private))


def test_a_piece_cut_off_doubled_or_moved_is_seen_though_somebody_hashed_it_anew(path: Path) -> None:
    with path.open("rb") as file:
        head, _ = sealed_file._head(path, file)
        key, *pieces = sealed_file._frames(path, file)
    for wrong in (pieces[:-1], [*pieces, pieces[-1]], [pieces[1], pieces[0], *pieces[2:]], []):
        path.write_bytes(head + framed([key, *wrong]) + sealed_file.END)
        with pytest.raises(BackupBroken):
            list(sealed_file.read(path, PAIR.private))


def test_who_knows_the_public_recovery_key_alone_can_sign_none(path: Path) -> None:
    whole = path.read_bytes()
    assert sealed_file.is_signed_by(path, SIGNER.public)
    forged = io.BytesIO()
    sealed_file.write(forged, PAIR.public, sealing.new_signer().private, CLEAR, LINES)
    for other in (forged.getvalue(), whole[:-1] + bytes([whole[-1] ^ 1])):
        path.write_bytes(other)
        assert sealed_file.check(path) == CLEAR
        assert not sealed_file.is_signed_by(path, SIGNER.public)


def framed(contents: list[bytes]) -> bytes:
    return b"".join(len(each).to_bytes(4, "big") + each for each in contents)


@pytest.mark.parametrize("content", [b"", b"garbage", sealed_file.MARK, sealed_file.MARK + b"[]\n", b"\xff" * 5000])
def test_what_is_no_backup_is_called_so(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x"
    file.write_bytes(content)
    for look in (sealed_file.check, lambda path: list(sealed_file.read(path, PAIR.private))):
        with pytest.raises(BackupBroken, match="is no backup"):
            look(file)
    with pytest.raises(BackupBroken, match="cannot be read"):
        sealed_file.check(tmp_path / "nowhere")


def test_a_long_row_is_put_together_once_and_one_without_an_end_fills_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, long = tmp_path / "long.backup", [b"before", b"0" * 20_000_000, b"after"]
    with path.open("wb") as out:
        sealed_file.write(out, PAIR.public, SIGNER.private, CLEAR, long)
    assert path.stat().st_size < sealed_file.PIECE * 4, "packed so well that a piece holds millions"
    tracemalloc.start()
    assert list(sealed_file.read(path, PAIR.private)) == long
    monkeypatch.setattr(sealed_file, "LONGEST_LINE", 1_000_000)
    tracemalloc.reset_peak()
    with pytest.raises(BackupBroken, match="more in one row than there can be"):
        list(sealed_file.read(path, PAIR.private))
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
