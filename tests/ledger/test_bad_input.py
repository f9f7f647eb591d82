"""What somebody with bad intent hands in: a clear refusal, no traceback, nothing that steers a terminal."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from governance import cli
from governance.keys.keyfolder import KeyFolder
from governance.ledger import note, policy, rules, service
from governance.ledger.models import Leaf
from governance.ledger.proof import Proof
from governance.ledger.witness import Memory
from governance.ruling.errors import NotReady
from governance.storage.leaves import NOT_AS_PUBLISHED
from tests.ledger import logs
from tests.ledger.test_publishing import grow

DEEP = "[" * 100_000


def verified(capsys: pytest.CaptureFixture[str], path: Path) -> tuple[int, str]:
    """Run `governance verify` on a file; return its status and all it printed."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["verify", str(path)])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out + said.err


def own_proof(tmp_path: Path, entry: str) -> Path:
    """A proof that holds, from a ledger of somebody's own."""
    root = rules.leaf_hash(entry.encode("utf-8", "surrogatepass"))
    head = note.sign(note.Checkpoint(logs.NAME, 1, root).text(), logs.NAME, logs.PRIVATE)
    extra = b64encode(json.dumps({"entry": entry, "key": str(logs.KEY)}).encode()).decode()
    lines = Proof(entry, str(logs.KEY), 0, (), head)
    path = tmp_path / "own.tlog-proof"
    path.write_text(f"c2sp.org/tlog-proof@v1\nextra {extra}\nindex 0\n\n{lines.checkpoint}", encoding="utf-8")
    return path


def test_a_proof_that_holds_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for entry in ("\x1b[2J\x1b[31mAll is well", "\x9b31m", "\u202eevil", "\ud800", "\x07\r\x08"):
        status, said = verified(capsys, own_proof(tmp_path, entry))
        assert status == 0
        assert all(letter.isprintable() or letter in "\n\ufffd" for letter in said), entry


def test_a_proof_nested_without_end_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = own_proof(tmp_path, "x").read_text()
    extra = b64encode(DEEP.encode()).decode()
    path = tmp_path / "deep.tlog-proof"
    path.write_text("\n".join(f"extra {extra}" if line.startswith("extra") else line for line in text.split("\n")))
    status, said = verified(capsys, path)
    assert (status, said.count("\n")) == (1, 1)
    assert "malformed" in said


def test_an_entry_nested_without_end_still_shows(client: Any, session: Session) -> None:
    service.append(session, "decisions", "record", {"number": "2026-014"})
    session.execute(update(Leaf).values(body=DEEP))
    session.commit()
    assert NOT_AS_PUBLISHED in client.get("/ledger").text


def test_a_policy_may_put_groups_into_groups_as_often_as_lines_allow() -> None:
    key = note.Key("w.example", note.COSIGNATURE, bytes(range(32)))
    chain = [f"group g{number} 1 {f'g{number - 1}' if number else 'w'}" for number in range(490)]
    read = policy.read("\n".join([f"witness w {key}", *chain, "quorum g489"]))
    assert read.depth() == 490
    assert not read.holds("x\n", [])
    assert isinstance(read.quorum_tree(), policy.QuorumTree)


def test_a_quorum_too_deep_to_show_is_not_taken(session: Session, keys: KeyFolder, tmp_path: Path) -> None:
    service.add_witness(session, "w", str(Memory(tmp_path).begin("w.example")), "")
    chain = [f"group g{number} 1 {f'g{number - 1}' if number else 'w'}" for number in range(5)]
    kept = [line for line in service.policy_text(session, keys).splitlines() if line.startswith(("log", "witness"))]
    with pytest.raises(NotReady, match="with fewer"):
        service.choose_quorum(session, keys, "\n".join([*kept, *chain, "quorum g4"]))
    service.choose_quorum(session, keys, "\n".join([*kept, *chain[:4], "quorum g3"]))


@pytest.mark.parametrize("broken", ["", "{", "\x00"])
def test_a_witness_whose_memory_is_damaged_signs_nothing(tmp_path: Path, broken: str) -> None:
    memory = Memory(tmp_path)
    memory.begin("w.example")
    memory.path.write_text(broken)
    with pytest.raises(NotReady, match="damaged"):
        memory.add_checkpoint(logs.request([b"x"], 0), 1_790_000_000)
    assert memory.path.read_text() == broken


def test_tiles_are_kept_in_memory_within_bounds_and_never_what_no_head_covers(
    client: Any, session: Session, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("governance.ledger.views.files.MOST_KEPT", 3)
    assert client.get("/ledger/decisions/tile/0/000.p/1").status_code == 404
    grow(session, keys, 9)
    for width in range(1, 10):
        answers = [client.get(f"/ledger/decisions/tile/0/000.p/{width}") for _ in range(2)]
        assert [len(answer.data) for answer in answers] == [32 * width] * 2
        assert len(client.application.extensions["kept tiles"]) <= 3
    monkeypatch.setattr("governance.ledger.views.files.LARGEST_KEPT", 64)
    assert client.get("/ledger/decisions/tile/0/000.p/3").status_code == 200
    assert ("decisions", "0/000.p/3") not in client.application.extensions["kept tiles"]
    assert client.get("/ledger/decisions/tile/0/000.p/10").status_code == 404
    assert client.get("/ledger/intake/tile/0/000.p/1").status_code == 404
