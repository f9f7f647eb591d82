"""A copy in a folder holds the ledger and nothing beside it: no file, no byte and no line more than its names say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from governance.ledger import copies, note
from tests.ledger import logs

ENTRIES = [logs.entry(number) for number in range(300)]
PRIVATE_OF_INTAKE = bytes([9]) * 32
INTAKE = note.Key("real-voice/test/intake", note.ED25519, note.public_key(PRIVATE_OF_INTAKE))
SEES, PRIVATE_OF_W = 1_700_000_000, bytes([7]) * 32
WITNESS = note.Key("w.example", note.COSIGNATURE, note.public_key(PRIVATE_OF_W))
NAMED = f"log {logs.KEY}\nlog {INTAKE}\nwitness W {WITNESS}\nquorum W\n"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Both logs with their policy; a witness has signed the head of one."""
    logs.write(tmp_path / "decisions", ENTRIES)
    logs.write(tmp_path / "intake", ENTRIES[:20], INTAKE.name, PRIVATE_OF_INTAKE)
    (tmp_path / "policy").write_text(copies.signed_policy(NAMED, logs.NAME, logs.PRIVATE), encoding="utf-8")
    under_the_head(tmp_path, note.cosign(head_of(tmp_path), WITNESS.name, PRIVATE_OF_W, SEES))
    return tmp_path


def head_of(copy: Path) -> str:
    return note.split((copy / "decisions/checkpoint").read_text(encoding="utf-8"))[0]


def under_the_head(copy: Path, line: str) -> None:
    with (copy / "decisions/checkpoint").open("a", encoding="utf-8") as head:
        head.write(f"{line}\n")


def put(path: str, content: bytes) -> Callable[[Path], object]:
    return lambda copy: (copy / path).write_bytes(content)


def more(path: str, content: bytes) -> Callable[[Path], object]:
    return lambda copy: (copy / path).write_bytes((copy / path).read_bytes() + content)


def policy_of(text: str, name: str = logs.NAME, private: bytes = logs.PRIVATE) -> Callable[[Path], object]:
    return put("policy", copies.signed_policy(text, name, private).encode())


def by_nobody(copy: Path) -> None:
    under_the_head(copy, note.cosign(head_of(copy), "other.example", bytes(32), SEES))


def by_the_log_twice(copy: Path) -> None:
    under_the_head(copy, note.split((copy / "decisions/checkpoint").read_text(encoding="utf-8"))[1][0])


def by_the_witness_twice(copy: Path) -> None:
    under_the_head(copy, note.cosign(head_of(copy), WITNESS.name, PRIVATE_OF_W, SEES + 1))


def earlier(copy: Path, content: bytes) -> None:
    """The tile of the first 20 hashes of the second place, as it was when the ledger had 276 entries."""
    folder = copy / "decisions/tile/0/001.p"
    (folder / "20").write_bytes(content)


def test_a_copy_of_both_logs_holds(copy: Path) -> None:
    assert copies.check_copy(copy) == []
    full = (copy / "decisions/tile/0/001.p/44").read_bytes()
    earlier(copy, full[: 20 * 32])
    entries = copy / "decisions/tile/entries/001.p"
    (entries / "1").write_bytes((entries / "44").read_bytes()[: 2 + len(ENTRIES[256])])
    assert copies.check_copy(copy) == []


def test_a_copy_without_a_policy_says_that_it_is_missing(copy: Path) -> None:
    (copy / "policy").unlink()
    (copy / "intake/key").unlink()
    assert copies.check_copy(copy) == ["No policy lies here: whose witnesses to ask, you must know another way."]


def test_a_log_alone_is_held_to_the_key_that_was_given(copy: Path) -> None:
    copies.check_log_copy(copy / "decisions", logs.KEY)
    with pytest.raises(note.NoteBroken, match="is another key than the one you gave"):
        copies.check_log_copy(copy / "decisions", INTAKE)


@pytest.mark.parametrize("twice", [by_the_log_twice, by_the_witness_twice])
def test_a_log_alone_has_each_line_under_its_head_once(copy: Path, twice: Callable[[Path], None]) -> None:
    """No policy lies beside the closed log of an election, so nothing else would name a line more."""
    copies.check_log_copy(copy / "decisions")
    twice(copy)
    with pytest.raises(note.NoteBroken, match="has signed twice"):
        copies.check_log_copy(copy / "decisions")


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file more": (put("notes.txt", b""), "notes.txt has no place here"),
    "a file beside a log": (put("decisions/more", b""), "more has no place here"),
    "a file where a folder should be": (lambda copy: (copy / "decisions/tile").rename(copy / "x"), "x has no place"),
    "an empty folder": (lambda copy: (copy / "decisions/tile/9").mkdir(), "9 has no place here"),
    "a tile of no ledger": (put("decisions/tile/0/1000", b""), "1000 has no place here"),
    "a tile past the end": (put("decisions/tile/0/001.p/45", b""), "45 has no place here"),
    "a key spelled otherwise": (more("decisions/key", b" \n"), "holds more than a key"),
    "an earlier tile": (lambda copy: earlier(copy, bytes(20 * 32)), "does not hold what the ledger had then"),
    "a policy of nobody": (put("policy", NAMED.encode()), "is not signed by this ledger"),
    "a policy of another": (policy_of(NAMED, "real-voice/others/decisions"), "is not signed by this ledger"),
    "a policy with another signature": (policy_of(NAMED, private=bytes(32)), "not signed|does not fit"),
    "a policy without a log": (policy_of(f"log {logs.KEY}\nquorum none\n"), "does not name the ledgers that lie here"),
    "a policy that is no text": (put("policy", b"\xff"), "is not text"),
    "a line of nobody": (by_nobody, "stands a line of nobody"),
    "a line twice": (by_the_log_twice, "has signed twice"),
    "a line of a witness twice": (by_the_witness_twice, "has signed twice"),
}


@pytest.mark.parametrize("what", WRONG)
def test_whatever_lies_there_too_is_named(copy: Path, what: str) -> None:
    change, said = WRONG[what]
    change(copy)
    with pytest.raises(note.NoteBroken, match=said):
        copies.check_copy(copy)


def test_a_file_that_cannot_be_read_is_named(copy: Path) -> None:
    (copy / "decisions/key").unlink()
    (copy / "decisions/key").mkdir()
    with pytest.raises(note.NoteBroken, match="key has no place here"):
        copies.check_copy(copy)
    (copy / "decisions/key").rmdir()
    (copy / "decisions/checkpoint").unlink()
    with pytest.raises(note.NoteBroken, match="checkpoint cannot be read"):
        copies.check_log_copy(copy / "decisions")


def test_an_earlier_tile_without_the_one_it_grew_into_is_held_to_nothing_and_refused(copy: Path) -> None:
    earlier(copy, bytes(20 * 32))
    (copy / "decisions/tile/0/001.p/44").unlink()
    with pytest.raises(note.NoteBroken, match="does not hold what the ledger had then"):
        copies.check_copy(copy)
