"""Checking a copy of a log, or one proof, without the programme: the first thing wrong is named."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from governance.ledger import note, policy, verifying
from governance.ledger.verifying import Trust
from tests.ledger import logs

ENTRIES = [logs.entry(number) for number in range(300)]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A static copy of 300 entries."""
    return logs.write(tmp_path / "decisions", ENTRIES)


def check(copy: Path, **trust: object) -> list[str]:
    return verifying.check_log(verifying.folder(copy), Trust(**trust))  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 513, 1030])
def test_a_whole_copy_of_any_size_holds(tmp_path: Path, size: int) -> None:
    seen: list[tuple[int, int]] = []
    copy = logs.write(tmp_path, [logs.entry(number) for number in range(size)])
    found = verifying.check_log(verifying.folder(copy), Trust(logs.KEY), lambda *at: seen.append(at))
    assert found[0].startswith(f"{size} {'entry' if size == 1 else 'entries'} of real-voice/test/decisions")
    assert seen[-1:] == ([(size, size)] if size else [])


def test_without_a_key_it_says_which_one_it_took(copy: Path) -> None:
    assert str(logs.KEY) in check(copy)[1]


def change(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    ("file", "at", "said"),
    [
        ("tile/entries/000", 20, "Entry 0 does not fit"),
        ("tile/entries/001.p/44", -5, "Entry 299 does not fit"),
        ("tile/0/000", 32 * 7, "Entry 7 does not fit"),
        ("tile/0/001.p/44", 0, "Entry 256 does not fit"),
        ("tile/1/000.p/1", 0, "Hash 0 in tile/1/000.p/1"),
        ("checkpoint", 60, "signature does not fit|not signed|malformed|not base64"),
    ],
)
def test_one_changed_byte_is_named(copy: Path, file: str, at: int, said: str) -> None:
    change(copy / file, at)
    with pytest.raises(note.NoteBroken, match=said):
        check(copy, key=logs.KEY)


@pytest.mark.parametrize("file", ["checkpoint", "tile/entries/000", "tile/entries/001.p/44", "tile/0/001.p/44"])
def test_a_file_that_is_missing_or_cut_short_is_named(copy: Path, file: str) -> None:
    whole = (copy / file).read_bytes()
    (copy / file).write_bytes(whole[:-1])
    with pytest.raises(note.NoteBroken):
        check(copy, key=logs.KEY)
    (copy / file).unlink()
    with pytest.raises(note.NoteBroken, match=r"missing|no checkpoint"):
        check(copy, key=logs.KEY)


def test_what_is_wrong_in_a_tile_itself_is_told_from_what_lies_in_it(copy: Path) -> None:
    tile = copy / "tile/entries/001.p/44"
    whole = tile.read_bytes()
    tile.write_bytes(whole + b"\0\4more")
    with pytest.raises(note.NoteBroken, match="holds 45 entries and not 44"):
        check(copy, key=logs.KEY)
    tile.write_bytes(whole)
    for file, said in (("tile/0/001.p/44", "has the wrong length"), ("tile/1/000.p/1", "is missing")):
        kept = (copy / file).read_bytes()
        (copy / file).write_bytes(kept[:-1]) if "length" in said else (copy / file).unlink()
        with pytest.raises(note.NoteBroken, match=f"{file} {said}"):
            check(copy, key=logs.KEY)
        (copy / file).write_bytes(kept)


def test_a_head_over_other_entries_than_those_here_is_refused(copy: Path) -> None:
    forged = logs.checkpoint([*ENTRIES[:299], b"other"])
    (copy / "checkpoint").write_text(forged, encoding="utf-8")
    with pytest.raises(note.NoteBroken):
        check(copy, key=logs.KEY)


def test_a_head_that_says_another_name_than_its_key_is_refused(copy: Path) -> None:
    said = note.read_checkpoint(note.split(logs.checkpoint(ENTRIES))[0])
    other = note.Checkpoint("real-voice/others/decisions", said.size, said.root)
    (copy / "checkpoint").write_text(note.sign(other.text(), logs.NAME, logs.PRIVATE), encoding="utf-8")
    with pytest.raises(note.NoteBroken, match="belongs to another ledger than the key"):
        check(copy, key=logs.KEY)


@pytest.mark.server
def test_a_site_that_does_not_answer_is_named() -> None:
    with pytest.raises(note.NoteBroken, match="does not answer"):
        verifying.check_log(verifying.address("http://127.0.0.1:9"), Trust())


@pytest.fixture
def served(copy: Path) -> Iterator[str]:
    """The address of a web server that knows nothing of logs and serves the copy."""

    class Files(SimpleHTTPRequestHandler):
        def log_message(self, *said: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(copy)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_a_copy_that_is_served_holds_and_what_lacks_is_named(copy: Path, served: str) -> None:
    there = verifying.address(served)
    assert verifying.check_log(there, Trust(logs.KEY)) == check(copy, key=logs.KEY)
    (copy / "tile/entries/000").unlink()
    with pytest.raises(note.NoteBroken, match="tile/entries/000"):
        verifying.check_log(there, Trust(logs.KEY))


def test_a_full_tile_stands_in_for_the_partial_one_that_grew_into_it(tmp_path: Path) -> None:
    copy = logs.write(tmp_path, ENTRIES)
    logs.write(tmp_path, [logs.entry(number) for number in range(600)])
    (copy / "checkpoint").write_text(logs.checkpoint(ENTRIES), encoding="utf-8")
    for path in ("tile/entries/001.p/44", "tile/0/001.p/44"):
        (copy / path).unlink()
    assert check(copy, key=logs.KEY)


def test_a_kept_checkpoint_shows_what_was_rewritten(copy: Path) -> None:
    kept = logs.checkpoint(ENTRIES[:100])
    assert "continues the 100 entries" in check(copy, key=logs.KEY, kept=kept)[-1]
    forged = [*ENTRIES[:50], b"other", *ENTRIES[51:]]
    with pytest.raises(note.NoteBroken, match="first 100 entries are not those"):
        check(copy, key=logs.KEY, kept=logs.checkpoint(forged[:100]))
    with pytest.raises(note.NoteBroken, match="prove that the history was rewritten"):
        check(copy, key=logs.KEY, kept=logs.checkpoint(forged))
    with pytest.raises(note.NoteBroken, match="counts 301 entries, and here: 300"):
        check(copy, key=logs.KEY, kept=logs.checkpoint([*ENTRIES, b"more"]))


def test_one_entry_is_one_entry(tmp_path: Path) -> None:
    one, other = [b"one"], logs.checkpoint([b"other"])
    copy, kept = logs.write(tmp_path, one), logs.checkpoint(one)
    said = check(copy, key=logs.KEY, kept=kept) + verifying.check_head(kept, Trust(logs.KEY))
    for entries, against in ((one, other), ([], kept), ([b"one", b"more"], other)):
        with pytest.raises(note.NoteBroken) as broken:
            check(logs.write(tmp_path, entries), key=logs.KEY, kept=against)
        said.append(str(broken.value))
    assert said[0] == "1 entry of real-voice/test/decisions is as it was signed."
    assert sum("1 entry" in each for each in said) == 5, said
    assert not any("1 entries" in each or "entry are" in each for each in said), said


def test_a_key_or_policy_of_others_is_refused(copy: Path) -> None:
    with pytest.raises(note.NoteBroken, match="has not signed"):
        check(copy, key=note.Key(logs.NAME, note.ED25519, note.public_key(bytes(32))))
    other = note.Key("other/log", note.ED25519, logs.KEY.public)
    with pytest.raises(note.NoteBroken, match="does not name this ledger"):
        check(copy, policy=policy.read(f"log {other}\nquorum none\n"))


def test_the_quorum_of_a_policy_must_be_there(copy: Path) -> None:
    private = bytes([7]) * 32
    witness = note.Key("w.example", note.COSIGNATURE, note.public_key(private))
    ours = policy.read(f"log {logs.KEY}\nwitness W {witness}\nquorum W\n")
    with pytest.raises(note.NoteBroken, match="not yet witnessed"):
        check(copy, policy=ours)
    head = logs.checkpoint(ENTRIES)
    line = note.cosign(note.split(head)[0], "w.example", private, 1_700_000_000)
    (copy / "checkpoint").write_text(f"{head}{line}\n", encoding="utf-8")
    assert check(copy, policy=ours)[-1] == "The witnesses in your policy have seen it."


# The two logs of a programme, side by side

INTAKE = "real-voice/test/intake"


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """A static copy of both logs."""
    logs.write(tmp_path / "decisions", ENTRIES)
    logs.write(tmp_path / "intake", ENTRIES[:20], INTAKE)
    return tmp_path


def check_both(both: Path, **trust: object) -> list[str]:
    return verifying.check_logs(lambda log: verifying.folder(both / log), Trust(**trust))  # type: ignore[arg-type]


def test_a_key_or_a_kept_checkpoint_of_one_log_is_for_that_log(both: Path) -> None:
    intake = note.Key(INTAKE, note.ED25519, logs.KEY.public)
    kept = logs.checkpoint(ENTRIES[:10], name=INTAKE)
    found = check_both(both, key=logs.KEY, kept=kept)
    assert [line.partition(" ")[0] for line in found] == ["300", "Checked", "20", "Checked", "This"]
    assert found[1] == "Checked with the key that you gave."
    assert str(intake) in found[3]
    with pytest.raises(note.NoteBroken, match="In “intake”: The first 10 entries are not those"):
        check_both(both, kept=logs.checkpoint(ENTRIES[1:11], name=INTAKE))
    with pytest.raises(note.NoteBroken, match="In “intake”: The checkpoint that you kept is no signed head"):
        check_both(both, kept=logs.checkpoint(ENTRIES[:10], bytes(32), INTAKE))
    with pytest.raises(note.NoteBroken, match="No ledger here is that of the checkpoint"):
        check_both(both, kept=logs.checkpoint(ENTRIES[:10], name="elsewhere"))
    with pytest.raises(note.NoteBroken, match="No ledger here is that of the key"):
        check_both(both, key=note.Key("elsewhere", note.ED25519, logs.KEY.public))


@pytest.mark.parametrize("log", ["decisions", "intake"])
def test_a_log_without_its_checkpoint_is_missed(both: Path, log: str) -> None:
    (both / log / "checkpoint").unlink()
    with pytest.raises(note.NoteBroken, match=f"“{log}” has no checkpoint here"):
        check_both(both)


@pytest.mark.parametrize("log", ["decisions", "intake"])
@pytest.mark.parametrize("other", ["decisions", "intake", "elections/1", "nodecisions"])
def test_a_log_lies_under_its_own_name_or_is_refused(both: Path, log: str, other: str) -> None:
    logs.write(both / log, ENTRIES[:20], f"real-voice/test/{other}")
    if other == log:
        assert check_both(both)
        return
    with pytest.raises(note.NoteBroken, match=f"lies here as “{log}” is another ledger"):
        check_both(both)


def test_a_log_alone_under_the_name_of_another_is_refused(tmp_path: Path) -> None:
    logs.write(tmp_path / "decisions", ENTRIES[:20], INTAKE)
    with pytest.raises(note.NoteBroken, match="is another ledger"):
        check_both(tmp_path)


def test_a_log_of_another_programme_beside_ours_is_refused(both: Path) -> None:
    logs.write(both / "intake", ENTRIES[:20], "real-voice/others/intake")
    with pytest.raises(note.NoteBroken, match="of different programmes"):
        check_both(both)


def test_every_log_that_the_policy_names_must_be_there(both: Path) -> None:
    intake = note.Key(INTAKE, note.ED25519, logs.KEY.public)  # One key may sign both only here in the tests.
    others = note.Key("real-voice/others/intake", note.ED25519, logs.KEY.public)
    named = ([logs.KEY, others], [logs.KEY, intake, others])
    ours, of_both = (policy.Policy(each, quorum="none") for each in named)
    assert check_both(both, policy=of_both)
    for name in ("checkpoint", "key"):
        (both / "intake" / name).unlink()
    assert check_both(both, policy=ours)
    with pytest.raises(note.NoteBroken, match="Your policy names a ledger that is not here: real-voice/test/intake"):
        check_both(both, policy=of_both)


def test_what_is_wrong_names_its_log(both: Path) -> None:
    (both / "intake" / "key").unlink()
    with pytest.raises(note.NoteBroken, match="In “intake”: The key of this ledger is missing here"):
        check_both(both)
    (both / "intake" / "checkpoint").write_bytes(f"{INTAKE}\n".encode() + b"\xff\n\n")
    with pytest.raises(note.NoteBroken, match="In “intake”: This is not text"):
        check_both(both)


def test_a_file_that_cannot_be_read_is_named(copy: Path) -> None:
    (copy / "checkpoint").unlink()
    (copy / "checkpoint").symlink_to("checkpoint")
    with pytest.raises(note.NoteBroken, match="checkpoint cannot be read"):
        check(copy, key=logs.KEY)
