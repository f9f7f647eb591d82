"""Which witnesses make a head witnessed: more than half of them, or what the site chose in a policy file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import note, policy, service, verifying
from governance.ledger.verifying import Trust
from governance.ledger.witness import Memory
from governance.ruling.errors import NotReady

MONDAY, NOW = date(2026, 11, 23), 1_790_000_000
NAMES = ("ann", "ben", "cee", "dot")
CHOSEN = """
group neighbours 1 ann ben
group  far\tall cee dot
group both 2 neighbours far
quorum both
"""


@pytest.fixture
def memories(session: Session, keys: KeyFolder, tmp_path: Path) -> dict[str, Memory]:
    """A signed head, and four witnesses of ours that know the ledger."""
    service.append(session, "decisions", "record", {"number": "2026-014"})
    service.publish_head(session, keys, "decisions", MONDAY)
    made = {name: Memory(tmp_path / name) for name in NAMES}
    for name, memory in made.items():
        service.add_witness(session, name, str(memory.begin(f"{name}.example.org")), "")
        memory.trust(service.verifier_key(keys, "decisions"))
    session.commit()
    return made


def file(session: Session, keys: KeyFolder, ending: str) -> str:
    """Return the policy of the site with other last lines, as somebody edits it."""
    kept = [line for line in service.policy_text(session, keys).splitlines() if line.startswith(("log", "witness"))]
    return "\n".join(["# our own choice", *kept, ending])


def signed_by(session: Session, memories: dict[str, Memory], *names: str) -> None:
    """Have these witnesses sign the head."""
    for name in names:
        answer = memories[name].add_checkpoint(service.request_text(session, "decisions", 1, 0), NOW)
        assert service.accept(session, "decisions", 1, answer.text) == [name]


def witnessed(session: Session, keys: KeyFolder) -> bool:
    return service.is_witnessed(session, keys, service.head(session, "decisions"))


def test_the_chosen_groups_decide(session: Session, keys: KeyFolder, memories: dict[str, Memory]) -> None:
    service.choose_quorum(session, keys, file(session, keys, CHOSEN))
    for names, enough in ((("ann", "ben"), False), (("cee",), False), (("dot",), True)):
        signed_by(session, memories, *names)
        assert witnessed(session, keys) is enough
    ours = policy.read(service.policy_text(session, keys))
    proof = service.proof_of(session, keys, "decisions", 0)
    assert proof
    assert "seen it" in verifying.check_proof(proof, Trust(policy=ours))[-1]
    neighbours, far = policy.QuorumTree(1, ("ann", "ben")), policy.QuorumTree(2, ("cee", "dot"))
    assert service.quorum_tree(session, keys) == policy.QuorumTree(2, (neighbours, far))


def test_one_witness_can_be_enough_and_more_than_half_is_the_rule(
    session: Session, keys: KeyFolder, memories: dict[str, Memory]
) -> None:
    signed_by(session, memories, "ben", "cee")
    assert not witnessed(session, keys)
    service.choose_quorum(session, keys, file(session, keys, "quorum ben"))
    assert witnessed(session, keys)
    service.forget_quorum(session)
    assert not witnessed(session, keys)
    signed_by(session, memories, "ann")
    assert witnessed(session, keys)


def test_a_witness_that_the_quorum_counts_on_is_not_removed(
    session: Session, keys: KeyFolder, memories: dict[str, Memory]
) -> None:
    service.choose_quorum(session, keys, file(session, keys, "group g any ann ben\nquorum g"))
    with pytest.raises(NotReady, match="counts on “ann”"):
        service.remove_witness(session, "ann")
    service.remove_witness(session, "dot")
    assert policy.read(service.policy_text(session, keys)).quorum == "g"


def test_the_usual_quorum_is_back_when_the_chosen_one_is_forgotten(
    session: Session, keys: KeyFolder, memories: dict[str, Memory]
) -> None:
    usual = service.policy_text(session, keys)
    service.forget_quorum(session)  # None was chosen, so nothing changes.
    service.choose_quorum(session, keys, file(session, keys, "quorum ann"))
    assert service.policy_text(session, keys) != usual
    service.forget_quorum(session)
    assert service.policy_text(session, keys) == usual


def test_what_is_no_policy_of_ours_changes_nothing(
    session: Session, keys: KeyFolder, memories: dict[str, Memory], tmp_path: Path
) -> None:
    before = service.policy_text(session, keys)
    other = Memory(tmp_path / "other").begin("other.example.org")
    log = note.Key("real-voice/other/decisions", note.ED25519, bytes(32))
    whole = file(session, keys, "")
    for text in (
        "", "\x00", "quorum", "quorum nobody", f"{whole}quorum none", f"{whole}quorum ann\nquorum ben",
        f"{whole}group g 3 ann ben\nquorum g", f"{whole}group g 1 ann ann\nquorum g",
        f"{whole}group ann 1 ben\nquorum ann",
        f"{whole}witness eve {other}\nquorum eve", f"witness ann {other}\nquorum ann",
        f"log {log}\n{file(session, keys, 'quorum ann')}", "group g 1 g\nquorum g", f"{whole}\n" * 200 + "quorum ann",
    ):  # fmt: skip
        with pytest.raises(NotReady):
            service.choose_quorum(session, keys, text)
    assert service.policy_text(session, keys) == before


def test_a_visitor_sees_whom_the_site_asks(
    client: Any, session: Session, keys: KeyFolder, memories: dict[str, Memory]
) -> None:
    service.choose_quorum(session, keys, file(session, keys, CHOSEN))
    signed_by(session, memories, "ann", "cee", "dot")
    session.commit()
    page = client.get("/ledger").text
    assert "Signed by people outside too" in page
    assert "All 2 of these:" in page
    assert "1 of these 2:" in page
    assert policy.read(client.get("/ledger/policy").text).quorum == "both"
