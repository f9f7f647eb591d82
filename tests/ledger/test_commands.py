"""The commands of the ledger as somebody types them: one line when something is wrong, and a status that says so."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from governance import cli
from governance.keys.keyfolder import KeyFolder
from governance.ledger import rules, service, verifying
from governance.ledger.models import Head, Leaf, Log, TileRow
from governance.ledger.service import growing
from governance.ledger.witness import Memory
from governance.storage import database
from tests.ledger import logs

MONDAY = date(2026, 11, 23)


@pytest.fixture
def programme(
    session: Session, keys: KeyFolder, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Path:
    """A programme with 300 signed entries, as the environment names it; the folder to work in."""
    service.append_many(session, "decisions", [("record", {"number": str(number)}) for number in range(300)])
    service.publish_head(session, keys, "decisions", date(2026, 11, 23))
    session.commit()
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run a command; return its status and everything it printed."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    said = capsys.readouterr()
    return int(ended.value.code or 0), (said.out + said.err).strip()


def test_copy_check_and_keep_a_checkpoint(
    programme: Path, session: Session, keys: KeyFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = run(capsys, "ledger", "export", "copy")
    assert (status, said.splitlines()[:2]) == (0, ["decisions: 300 entries", "intake: nothing is signed yet"])
    status, said = run(capsys, "verify", "copy")
    assert (status, said.startswith("300 entries of real-voice/test-programme/decisions")) == (0, True)
    Path("kept").write_bytes(Path("copy/decisions/checkpoint").read_bytes())
    key = service.verifier_key(keys, "decisions")
    assert run(capsys, "verify", "copy/decisions", "--key", key, "--since", "kept", "--policy", "copy/policy")[0] == 0
    session.execute(update(Leaf).where(Leaf.number == 3).values(body="{}"))
    session.commit()
    status, said = run(capsys, "ledger", "audit")
    assert (status, "Entry 3 does not say" in said) == (1, True)
    status, said = run(capsys, "ledger", "export", "copy")
    assert (status, said.count("\n")) == (1, 0)


def test_lines_come_back_from_a_copy(
    programme: Path, session: Session, keys: KeyFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    service.keep_heads(session, keys)
    session.commit()
    assert run(capsys, "ledger", "export", "copy")[0] == 0
    session.execute(delete(Leaf).where(Leaf.number == 7))
    session.execute(update(Leaf).where(Leaf.number == 3).values(body="{}", hash=rules.leaf_hash(b"{}")))
    session.commit()
    status, said = run(capsys, "ledger", "mend")
    assert (status, "governance ledger mend COPY" in said) == (1, True)
    key = Path("copy/decisions/tile/entries/000")
    whole = key.read_bytes()
    key.write_bytes(whole[:-1])
    status, said = run(capsys, "ledger", "mend", "copy")
    assert (status, "is no copy of this ledger" in said) == (1, True)
    key.write_bytes(whole)
    status, said = run(capsys, "ledger", "mend", "copy")
    assert (status, said.splitlines()[:2]) == (
        0,
        ["decisions: 2 lines (3, 7) brought back", "intake: 0 lines brought back"],
    )
    session.rollback()
    session.expire_all()
    assert service.check(session, keys, "decisions") == []
    assert service.leaf(session, "decisions", 3).facts["number"] == "3"
    assert service.leaf(session, "decisions", 300).facts["lines"] == [3, 7]


def test_a_copy_that_answers_otherwise_the_second_time_brings_in_what_was_checked(
    programme: Path, session: Session, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """A mirror in strange hands: once it was checked, it says something else, and more than was ever signed."""
    service.keep_heads(session, keys)
    session.commit()
    assert run(capsys, "ledger", "export", "copy")[0] == 0
    signed = [body.encode() for _, body, _ in growing.rows(session, "decisions", 0)]
    logs.write(Path("other"), [*signed, b"made up", b"made up"])
    service.append_many(session, "decisions", [("record", {"number": f"new {number}"}) for number in range(2)])
    session.execute(update(Leaf).where(Leaf.number == 3).values(body="{}", hash=rules.leaf_hash(b"{}")))
    session.commit()
    twice = set[str]()

    def folder(path: Path) -> verifying.Read:
        asked = set[str]()

        def read(name: str) -> bytes | None:
            again = "tile/entries/000" in asked if name == "checkpoint" else name in asked
            twice.update({name} if again else ())
            asked.add(name)
            file = (Path("other") if again else path) / name
            return file.read_bytes() if file.is_file() else None

        return read

    monkeypatch.setattr(verifying, "folder", folder)
    assert run(capsys, "ledger", "mend", "copy")[0] == 0
    assert not twice, "what was read is held against what was signed, and is what comes in"
    session.expire_all()
    numbers = [service.leaf(session, "decisions", number).facts["number"] for number in (3, 300, 301)]
    assert numbers == ["3", "new 0", "new 1"]


def test_a_copy_is_taken_as_far_as_what_was_signed_and_not_at_all_where_nothing_says_what_was(
    programme: Path, session: Session, keys: KeyFolder
) -> None:
    copy = [body.encode() for _, body, _ in growing.rows(session, "decisions", 0)]
    made_up = [*copy, b"made up"]
    assert service.to_bring_back(session, keys, "decisions", [b"made up"] * 300).back == {}
    service.keep_heads(session, keys)
    service.append(session, "decisions", "record", {"number": "new"})
    assert service.to_bring_back(session, keys, "decisions", made_up).back == {}
    session.execute(update(Leaf).where(Leaf.number == 3).values(body="{}"))
    assert service.to_bring_back(session, keys, "decisions", made_up).back == {3: copy[3]}


@pytest.mark.of_one_database
def test_the_closed_log_of_an_election_is_no_copy_of_ours_though_our_key_signs_it(
    programme: Path, keys: KeyFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    name, private = "real-voice/test-programme/election/1", service.private(keys, "decisions")
    logs.write(Path("copy/decisions"), [b"a", b"b"], name, private)
    status, said = run(capsys, "ledger", "mend", "copy")
    assert (status, "It is another list. Nothing was changed." in said) == (1, True)


@pytest.mark.parametrize("written", [3, 12])
def test_what_was_written_after_a_cut_is_not_taken_away_to_bring_the_end_back(
    programme: Path, session: Session, keys: KeyFolder, capsys: pytest.CaptureFixture[str], written: int
) -> None:
    """Whoever owns the database cuts the end off, as if it had never been; and people go on, on the same evening."""
    service.keep_heads(session, keys)
    session.commit()
    assert run(capsys, "ledger", "export", "copy")[0] == 0
    edge = rules.Edge()
    for _, body, _ in list(growing.rows(session, "decisions", 0))[:290]:
        edge.add(rules.leaf_hash(body.encode()))
    session.execute(delete(Leaf).where(Leaf.number >= 290))
    session.execute(delete(Head))
    session.execute(update(Log).values(size=290, root=edge.root(), frontier=growing.as_hex(edge)))
    session.expire_all()
    service.append_many(session, "decisions", [("record", {"number": f"new {each}"}) for each in range(written)])
    session.commit()
    status, said = run(capsys, "ledger", "mend", "copy")
    assert (status, f"lines 290 to {min(299, 289 + written)} were written in its place" in said) == (1, True)
    assert "Nobody can tell who wrote these" in said, "the program, or whoever owns the database: no line says it"
    assert "governance gap" in said
    session.rollback()
    session.expire_all()
    assert service.leaf(session, "decisions", 290).facts["number"] == "new 0"


def test_whoever_writes_meanwhile_waits_for_no_walk_and_what_they_add_stays(
    programme: Path, session: Session, keys: KeyFolder
) -> None:
    """What is to come back is looked for without a lock: another one writes, and it is put back over what is here."""
    service.keep_heads(session, keys)
    copy = [body.encode() for _, body, _ in growing.rows(session, "decisions", 0)]
    tile = session.get_one(TileRow, ("decisions", 0, 0)).hashes
    session.execute(update(Leaf).where(Leaf.number == 3).values(body="{}", hash=rules.leaf_hash(b"{}")))
    session.execute(update(TileRow).values(hashes=bytes(8_192)))
    session.commit()
    with Session(session.get_bind()) as walking:
        with not_written():
            found = service.to_bring_back(walking, keys, "decisions", copy)
        service.append(session, "decisions", "record", {"number": "new"})
        session.commit()
        walking.rollback()
    assert service.bring_back(session, found, MONDAY).back == [3]
    session.commit()
    session.expire_all()
    assert service.check(session, keys, "decisions") == []
    assert service.leaf(session, "decisions", 300).facts["number"] == "new"
    assert session.get_one(TileRow, ("decisions", 0, 0)).hashes == tile, "the tiles over it are made anew"


@contextmanager
def not_written() -> Iterator[None]:
    """Within this block a transaction that begins takes no lock on SQLite."""
    database.expect(writes=False)
    try:
        yield
    finally:
        database.expect(writes=True)


def test_a_line_that_was_written_meanwhile_is_looked_at_again(
    programme: Path, session: Session, keys: KeyFolder
) -> None:
    service.keep_heads(session, keys)
    copy = [body.encode() for _, body, _ in growing.rows(session, "decisions", 0)]
    session.execute(update(Leaf).where(Leaf.number == 3).values(body="{}"))
    found = service.to_bring_back(session, keys, "decisions", copy)
    session.execute(update(Leaf).where(Leaf.number == 3).values(body="[]"))
    with pytest.raises(service.LedgerBroken, match="Run it again"):
        service.bring_back(session, found, MONDAY)


def test_the_audit_counts_every_line_and_names_one_that_nothing_stands_behind(
    programme: Path, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    service.append(session, "intake", "summary", {"month": "2026-10", "messages": "<5"})
    session.commit()
    status, said = run(capsys, "ledger", "audit")
    counted = ["live: 0", "tombstone: 0", "expired: 0", "dummy: 0", "monthly count: 1"]
    assert (status, said.splitlines()[:5]) == (1, counted)
    assert said.count("is about something that is not here.") == 300, "nobody decided any of these"


def test_a_proof_file(programme: Path, session: Session, keys: KeyFolder, capsys: pytest.CaptureFixture[str]) -> None:
    text = service.proof_of(session, keys, "decisions", 7)
    assert text
    Path("7.tlog-proof").write_text(text, encoding="utf-8")
    assert run(capsys, "verify", "7.tlog-proof")[0] == 0
    Path("7.tlog-proof").write_text(text.replace("index 7", "index 8"), encoding="utf-8")
    assert run(capsys, "verify", "7.tlog-proof") == (
        1, "Wrong: Entry 8 of the signed ledger is not the one in this file.",
    )  # fmt: skip


@pytest.mark.of_one_database
def test_a_file_under_another_name_is_known_by_what_is_in_it(
    programme: Path, session: Session, keys: KeyFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("proof.txt").write_text(service.proof_of(session, keys, "decisions", 7) or "", encoding="utf-8")
    assert run(capsys, "verify", "proof.txt")[1].startswith("This is entry 7 of real-voice/test-programme/decisions")
    Path("checkpoint.txt").write_text(logs.checkpoint([b"a"]), encoding="utf-8")
    assert run(capsys, "verify", "checkpoint.txt", "--key", str(logs.KEY))[1].startswith("The head of 1 entry")
    Path("bundle.txt").write_text("{}", encoding="utf-8")
    assert "Nothing was checked" not in run(capsys, "verify", "bundle.txt")[1]
    Path("letter.txt").write_text("Dear all", encoding="utf-8")
    assert "Nothing was checked" in run(capsys, "verify", "letter.txt")[1]


@pytest.mark.of_one_database
def test_two_heads_by_themselves(programme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = str(logs.KEY)
    for name, entries in (("old", [b"a"]), ("new", [b"a", b"b"]), ("other", [b"a", b"c"])):
        Path(f"{name}.checkpoint").write_text(logs.checkpoint(entries))
    status, said = run(capsys, "verify", "new.checkpoint")
    assert (status, said.count("\n"), "--key" in said) == (1, 0, True)
    assert run(capsys, "verify", "new.checkpoint", "--key", key, "--since", "old.checkpoint")[0] == 0
    assert run(capsys, "verify", "new.checkpoint", "--key", key, "--since", "new.checkpoint")[0] == 0
    status, said = run(capsys, "verify", "new.checkpoint", "--key", key, "--since", "other.checkpoint")
    assert (status, "prove that the history was rewritten" in said) == (1, True)
    status, said = run(capsys, "verify", "old.checkpoint", "--key", key, "--since", "new.checkpoint")
    assert (status, "old copy" in said) == (1, True)


CONNECTS = pytest.param(["verify", "http://127.0.0.1:9/ledger"], marks=pytest.mark.server)
OPENS_THE_DATABASE = pytest.param(["ledger", "export", "empty/x"], marks=pytest.mark.server)


@pytest.mark.of_one_database
@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "nothing-here"], ["verify", "."], CONNECTS, ["verify", "empty"],
        ["verify", "http://[::1"], ["verify", "copy", "--key", "x"], ["verify", "copy", "--policy", "empty"],
        ["verify", "copy", "--since", "empty"],
        ["witness", "add", "w", "x"], ["witness", "remove", "w"], ["witness", "trust", "x"], ["witness", "retire"],
        ["witness", "begin", "two words"], ["witness", "accept", "empty"], ["witness", "sign", "empty"],
        ["verify", "binary.tlog-proof"], OPENS_THE_DATABASE, ["witness", "policy", "empty"],
    ],
)  # fmt: skip
def test_every_failure_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOVERNANCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GOVERNANCE_MODE", "development")
    logs.write(tmp_path / "copy", [logs.entry(number) for number in range(3)])
    Path("empty").write_bytes(b"")
    Path("binary.tlog-proof").write_bytes(b"\xff\xfe")
    status, said = run(capsys, *arguments)
    assert status in (1, 2)
    assert said
    assert "\n" not in said


@pytest.mark.of_one_database
def test_a_witness_without_a_network(programme: Path, keys: KeyFolder, capsys: pytest.CaptureFixture[str]) -> None:
    vkey = run(capsys, "witness", "begin", "witness.example.org")[1].rpartition(" ")[2]
    assert run(capsys, "witness", "list")[1].startswith("There is no witness yet.")
    status, said = run(capsys, "witness", "add", "partner", vkey)
    assert (status, service.verifier_key(keys, "decisions") in said) == (0, True)
    assert run(capsys, "witness", "trust", service.verifier_key(keys, "decisions"))[0] == 0
    assert run(capsys, "witness", "request", "partner", "out")[0] == 0
    assert run(capsys, "witness", "sign", "out/decisions-300.request")[0] == 0
    assert run(capsys, "witness", "accept", "out/decisions-300.answer")[1].endswith("signed by partner")
    assert "decisions: 300 entries" in run(capsys, "witness", "list")[1]
    assert run(capsys, "witness", "request", "nobody", "out") == (
        1, "There is no witness called “nobody”. See them with: governance witness list",
    )  # fmt: skip
    assert "has signed all there is" in run(capsys, "witness", "request", "partner", "out")[1]
    status, said = run(capsys, "witness", "sign", "out/decisions-300.request")
    assert (status, "(409)" in said) == (1, True)
    assert "must take the new one" in run(capsys, "witness", "retire")[1]


@pytest.mark.of_one_database
def test_a_witness_that_cannot_be_says_why(programme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vkey = run(capsys, "witness", "begin", "witness.example.org")[1].rpartition(" ")[2]
    for name, key, said in (
        ("two words", vkey, "The name of a witness is one word, like: neighbours"),
        ("", vkey, "The name of a witness is one word, like: neighbours"),
        ("none", vkey, "The name “none” is taken."),
        ("w", str(logs.KEY), "This kind of key has no place here."),
    ):
        assert run(capsys, "witness", "add", name, key) == (1, said)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, said = run(capsys, "witness", "serve", "--port", str(port))
    assert (status, said.startswith(f"No answers at 127.0.0.1:{port}: ")) == (1, True)
    assert "answers at http" not in said


@pytest.mark.of_one_database
def test_a_site_chooses_its_quorum(programme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("ann", "ben"):
        vkey = Memory(Path(name)).begin(f"{name}.example.org")
        assert run(capsys, "witness", "add", name, str(vkey))[0] == 0
    status, shown = run(capsys, "witness", "policy")
    assert (status, shown.splitlines()[-2:]) == (0, ["group most-witnesses 2 ann ben", "quorum most-witnesses"])
    Path("policy").write_text(
        shown.replace("group most-witnesses 2", "group either any").replace("most-witnesses", "either")
    )
    status, shown = run(capsys, "witness", "policy", "policy")
    assert (status, shown.splitlines()[-2:]) == (0, ["group either any ann ben", "quorum either"])
    assert run(capsys, "witness", "policy")[1] == shown
    Path("policy").write_text("quorum nobody")
    status, said = run(capsys, "witness", "policy", "policy")
    assert (status, said.count("\n")) == (1, 0)
    status, said = run(capsys, "witness", "remove", "ann")
    assert (status, "counts on “ann”" in said) == (1, True)
    assert run(capsys, "witness", "policy", "--most")[1].endswith("quorum most-witnesses")
    assert run(capsys, "witness", "remove", "ann")[0] == 0


@pytest.mark.of_one_database
def test_what_serves_no_page_asks_for_no_secret_of_cookies(
    programme: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GOVERNANCE_SECRET")
    assert run(capsys, "ledger", "export", "copy")[0] == 0
    assert run(capsys, "verify", "copy")[0] == 0
    for command in (["ledger", "audit"], ["witness", "list"], ["cards", "9"], ["issuer", "signed", "9"], ["tick"]):
        assert "GOVERNANCE_SECRET" not in run(capsys, *command)[1]
    for command in (["doctor"], ["serve"]):
        status, said = run(capsys, *command)
        assert (status, said.startswith("GOVERNANCE_SECRET is missing.")) == (1, True)
