"""A file without ballots is read by no recount, so its manifest may say anything: the check says yes or no to each."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ballots import service
from governance.ballots.bundle import manifests
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import NOT_A_BUNDLE
from governance.ballots.bundle.verdict import report
from governance.ledger import note
from governance.ledger.rules import inclusion_proof, leaf_hash, origin, root_of

OURS, PRIVATE = origin("here", "decisions"), bytes(range(32))
HONEST = {"election": "here/ballot-1", "ballot": 1, "key_holders": manifests.ON_THE_SERVER, "named": False}
ROOT = manifests.root(())
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=20),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=8) | st.just("kind"), each, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["ballot", "cards", "disclosure", "election", "issuers", "key_holders", "named", "seal"])
HOSTILE: list[dict[str, Any]] = [
    {"issuers": [{}]},
    {"issuers": "x"},
    {"issuers": 1},
    {"cards": []},
    {"ballot": "1 are in the ledger.\nCounted again: 900 ballots"},
]


def an_outcome(changed: dict[str, Any], **more: Any) -> bytes:
    """A file without ballots of a ledger that somebody keeps for it: all that is signed holds."""
    manifest = {**HONEST, **changed}
    box = {"ballot": manifest["ballot"], "root": ROOT, "issued": ROOT}
    leaves = [leaf_hash(manifests.leaf_body(manifest)), leaf_hash(manifests.leaf_body(box, "box"))]
    head = note.Checkpoint(OURS, len(leaves), root_of(leaves)).text()
    entries = [{"number": at, "proof": [each.hex() for each in inclusion_proof(leaves, at)]} for at in (0, 1)]
    signed = {"checkpoint": note.sign(head, OURS, PRIVATE), "key": note.verifier_key(OURS, note.public_key(PRIVATE))}
    fixed = {"box_root": ROOT, "issued_root": ROOT, "result": "adopted", "whole": bytes(32).hex()}
    ledger = {"manifest": entries[0], "box": entries[1], **signed}
    return canonical({"v": 1, "kind": "outcome", "manifest": manifest, "ledger": ledger, **fixed, **more})


def test_an_honest_one_holds() -> None:
    """The control: what is refused below is refused for its manifest."""
    holds, lines = report(an_outcome({}))
    assert (holds, "does not prove its result (adopted)" in " ".join(lines)) == (True, True), lines


@pytest.mark.parametrize("changed", HOSTILE, ids=str)
def test_what_made_it_break_off_is_no_bundle(changed: dict[str, Any]) -> None:
    assert report(an_outcome(changed))[0] is False
    assert report(an_outcome(changed))[1] == [NOT_A_BUNDLE]


@pytest.mark.parametrize("more", [{"result": "adopted).\nProved"}, {"result": ["adopted"]}, {"whole": "AB\n"}], ids=str)
def test_what_is_printed_adds_no_line(more: dict[str, Any]) -> None:
    assert report(an_outcome({}, **more)) == (False, [NOT_A_BUNDLE])


@given(st.dictionaries(NAMES, ANY_JSON, max_size=4))
def test_whatever_a_manifest_says_the_check_says_yes_or_no(changed: dict[str, Any]) -> None:
    holds, lines = report(an_outcome(changed))
    assert holds in (True, False)
    assert lines
    assert [line for line in lines if "\n" in line] == []


@given(ANY_JSON)
def test_any_json_is_no_bundle(read: Any) -> None:
    assert report(json.dumps(read).encode()) == (False, [NOT_A_BUNDLE])


def test_the_verifier_in_one_file_says_it_too(tmp_path: Path) -> None:
    alone, file = tmp_path / "verifier.py", tmp_path / "outcome.json"
    alone.write_text(service.verifier(), encoding="utf-8")
    file.write_bytes(an_outcome(HOSTILE[0]))
    done = subprocess.run([sys.executable, "-I", str(alone), str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1:] == [NOT_A_BUNDLE]
    assert "Traceback" not in done.stderr
