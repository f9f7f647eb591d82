"""What a witness shows to prove that it has seen more: only a head that our own key signed, and that is not of here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import network, note, service, witness
from governance.ledger.note import Checkpoint
from governance.ledger.witness import Memory
from tests.ledger.test_witnessing import NOW, grow, serving

pytestmark = pytest.mark.of_one_database
OTHER = bytes(range(32))
Shown = Callable[[str, bytes, str], str]  # Our name, our key, and our head of 3 entries.


def signed(name: str, key: bytes, size: int, root: bytes = OTHER) -> str:
    return note.sign(Checkpoint(name, size, root).text(), name, key)


@pytest.mark.parametrize(
    ("shown", "proves"),
    [
        (lambda name, key, _: signed(name, key, 300), (3, 300)),
        (lambda name, key, _: signed(name, key, 3), (3, 3)),
        (lambda name, key, _: signed(name, key, 2), (3, 2)),
        (lambda *ours: ours[2], None),  # What is here.
        (lambda name, _, __: signed(name, OTHER, 300), None),
        (lambda _, key, __: signed("ledger.example.org", key, 300), None),  # A name from before.
        (lambda *ours: ours[2].replace("\n3\n", "\n300\n"), None),
        (lambda *_: "300\n", None),
        (lambda *_: "", None),
    ],
)
def test_it_proves_what_our_own_key_signed(
    session: Session, keys: KeyFolder, shown: Shown, proves: tuple[int, int] | None
) -> None:
    grow(session, keys, 3)
    head = service.head(session, "decisions")
    assert head is not None
    said = shown(service.origin(keys, "decisions"), service.private(keys, "decisions"), head.note)
    found = service.behind_shown(session, keys, "decisions", said)
    assert (found and (found.here, found.signed)) == proves


def test_a_witness_shows_the_newest_head_it_signed_and_of_a_stranger_nothing(
    session: Session, keys: KeyFolder, tmp_path: Path
) -> None:
    memory = Memory(tmp_path / "partner")
    memory.begin("witness.example.org")
    memory.trust(service.verifier_key(keys, "decisions"))
    name = service.origin(keys, "decisions")
    grow(session, keys, 3)
    with serving(memory) as url:
        assert witness.ask_for_proof(url, name) == "", "it has signed nothing yet"
        request = service.request_text(session, "decisions", 3, 0)
        assert memory.add_checkpoint(request, NOW).status == 200
        head = service.head(session, "decisions")
        assert head is not None
        assert witness.ask_for_proof(url, name) == head.note
        assert witness.ask_for_proof(url, "another") == ""
        assert network.send(f"{url}/checkpoint/../witness.json")[0] == 404
