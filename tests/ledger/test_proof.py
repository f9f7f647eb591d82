"""A proof file comes back as it was written; whatever else it says is refused in a sentence."""

from __future__ import annotations

from base64 import b64encode

import pytest

from governance.ledger import note, proof, rules
from governance.ledger.proof import FIRST_LINE, MOST_HASHES, Proof

WHOLE = Proof("an entry", "a key", 7, (b"h" * 32, b"i" * 32), "the checkpoint\n")


def test_a_proof_comes_back_as_it_was_written() -> None:
    assert proof.read(WHOLE.text()) == WHOLE


@pytest.mark.parametrize("hashes", [MOST_HASHES - 1, MOST_HASHES])
def test_the_longest_proof_is_read(hashes: int) -> None:
    assert len(proof.read(Proof("", "", 0, (b"h" * 32,) * hashes, "").text()).hashes) == hashes


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (WHOLE.text().replace(FIRST_LINE, "another file"), "not a proof file"),
        (WHOLE.text().replace("\n\n", "\n"), "not a proof file"),
        (f"{FIRST_LINE}\n\n", "which entry"),
        (WHOLE.text().replace("index 7", "place 7"), "which entry"),
        (WHOLE.text().replace("index 7", "index seven"), "which entry"),
        (WHOLE.text().replace("index 7", "index \u0667"), "which entry"),
        (WHOLE.text().replace("index 7", "index 07"), "which entry"),
        (WHOLE.text().replace("index 7", f"index {10**20}"), "which entry"),
        (Proof("", "", 0, (b"h" * 32,) * (MOST_HASHES + 1), "").text(), "too long"),
        (WHOLE.text().replace("extra ", "extra !"), "malformed"),
        (f"{FIRST_LINE}\nextra W10=\nindex 7\n\n", "malformed"),
    ],
)
def test_what_is_no_proof_is_refused(text: str, why: str) -> None:
    with pytest.raises(note.NoteBroken, match=why):
        proof.read(text)


def test_the_largest_number_has_twenty_digits() -> None:
    assert proof.read(WHOLE.text().replace("index 7", f"index {10**20 - 1}")).number == 10**20 - 1


def test_a_checkpoint_of_another_ledger_proves_nothing_even_under_the_same_key() -> None:
    private = bytes(32)
    public = note.public_key(private)
    key = note.read_key(note.verifier_key("real-voice/ours", public))
    root = rules.leaf_hash(b"an entry")
    for origin, holds in (("real-voice/ours", True), ("real-voice/theirs", False)):
        signed = note.sign(f"{origin}\n1\n{b64encode(root).decode()}\n", key.name, private)
        said = Proof("an entry", "", 0, (), signed)
        if holds:
            assert proof.check(said, key).root == root
        else:
            with pytest.raises(note.NoteBroken, match="another ledger"):
                proof.check(said, key)
