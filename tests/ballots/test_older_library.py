"""The verifier in one file with the library that a system brings: what that lacks is never called a changed vote."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import NOT_A_BUNDLE, check_bundle
from governance.ballots.passes import credential
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import NotReady
from tests.promises.test_07_voided import a_closed_vote, whole_of

OLDEST = 38  # As Debian 12 has it.
LATER = {"public_bytes_raw", "private_bytes_raw"}  # The library has them since version 40.


@pytest.fixture
def whole(session: Session, keys: KeyFolder) -> bytes:
    """A bundle with a card that was handed back: its key is made again by the check."""
    vote = a_closed_vote(session, keys)
    vote.count()
    return whole_of(vote)


def used_in(source: str) -> set[str]:
    """Return the names that a source takes from things."""
    return {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}


def carried() -> list[str]:
    """Return each source that the verifier carries."""
    tree = ast.parse(service.verifier())
    kept = [each for each in tree.body if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Subscript)]
    return [str(each.value.value) for each in kept if isinstance(each.value, ast.Constant)]


def test_it_carries_no_call_that_an_older_library_does_not_know() -> None:
    sources = carried()
    assert len(sources) > 40
    assert [name for source in sources for name in used_in(source) & LATER] == []
    assert used_in("key.public_bytes_raw()") & LATER, "the search finds one"


def test_an_older_library_is_told_in_one_line(tmp_path: Path) -> None:
    """Before anything is read, with the version that was found and what to do."""
    alone, library = tmp_path / "verifier.py", tmp_path / "older" / "cryptography"
    alone.write_text(service.verifier(), encoding="utf-8")
    library.mkdir(parents=True)
    for version, is_told in (("3.4.8", True), ("37.0.1", True), (f"{OLDEST}.0.4", False), ("100.0.0", False)):
        (library / "__init__.py").write_text(f"__version__ = {version!r}\n", encoding="utf-8")
        told = subprocess.run(
            [sys.executable, str(alone), "-h"], capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(library.parent)},
        )  # fmt: skip
        said = f"This needs the package cryptography, {OLDEST} or newer, and found {version}. Get it with: "
        assert told.stderr.startswith(said) is is_told
        assert told.stderr.count("\n") == 1 or not is_told
        assert "Traceback" not in told.stderr or not is_told


class OfAnOlder:
    """A key as a library has it that lacks the call."""

    __module__ = "cryptography.hazmat.primitives.asymmetric.ed25519"

    @classmethod
    def from_private_bytes(cls, seed: bytes) -> OfAnOlder:
        Ed25519PrivateKey.from_private_bytes(seed)
        return cls()


@pytest.mark.parametrize("lacks", [OfAnOlder, ModuleType("ed25519")])
def test_what_the_library_lacks_is_never_called_changed(
    whole: bytes, lacks: object, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """An honest vote was called changed by it: nothing is said of a vote then."""
    assert check_bundle(whole) == []
    if isinstance(lacks, ModuleType):
        monkeypatch.setattr(credential, "public_bytes", lambda key: lacks.raw(key))  # type: ignore[attr-defined]
    else:
        monkeypatch.setattr(credential, "Ed25519PrivateKey", lacks)
    with pytest.raises(NotReady, match="This says nothing of the vote"):
        check_bundle(whole)


def test_what_a_file_lacks_still_is(whole: bytes) -> None:
    """The control: a word in the place of a part has no parts either, and that is the file's own fault."""
    read = json.loads(whole)
    for changed in ({"roll": {**read["roll"], "active": "x"}}, {"manifest": "x"}, {"ledger": []}):
        assert check_bundle(canonical({**read, **changed})) == [NOT_A_BUNDLE]
