"""A whole machine is brought back as it was, key folder and all: a witness knows more, and nothing is signed again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from governance.ledger import service as ledger
from governance.ledger.witness import Memory
from governance.storage import database
from tests import at_the_terminal
from tests.ledger.test_slow_answers import answering, refusing
from tests.ledger.test_witnessing import serving
from tests.server import Installation, free_port


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    """A programme whose witness has signed its heads; beside it, as `old`, the machine as it was before the last."""
    here = Installation(tmp_path / "home", free_port(), workers=1)
    founded, session = here.found()
    shares = "".join(f"{share.text}\n" for share in founded.shares[:2])
    memory = Memory(tmp_path / "partner")
    key = str(memory.begin("witness.example.org"))
    for log in ("decisions", "intake"):
        memory.trust(ledger.verifier_key(here.keys(), log))
    session.commit()
    let_go(here)
    with serving(memory) as url:
        assert governance(here, "witness", "add", "partner", key, url).returncode == 0
        assert governance(here, "tick").returncode == 0
        shutil.copytree(here.home, tmp_path / "old")
        assert governance(here, "sign-in-card", "Ash", typed=shares).returncode == 0
        assert governance(here, "tick").returncode == 0
        yield here
    here.stop()


def let_go(here: Installation) -> None:
    database.db.session.remove()
    database.db.engine.dispose()
    here.close()


def governance(site: Installation, *arguments: str, typed: str = "") -> CompletedProcess[str]:
    return at_the_terminal.governance(arguments, site.environ, typed)


def bring_back(site: Installation) -> None:
    shutil.rmtree(site.home)
    shutil.copytree(site.home.parent / "old", site.home)


def test_neither_a_round_nor_the_server_goes_on_with_an_old_copy(site: Installation) -> None:
    bring_back(site)
    told = governance(site, "tick")
    assert told.returncode == 1
    assert "The witness “partner” has seen" in told.stderr
    assert "restore a newer one" in told.stderr
    assert "governance witness remove partner" in told.stderr
    with pytest.raises(RuntimeError, match="The witness “partner” has seen"):
        site.start()
    site.process = None


def test_the_same_machine_as_it_is_goes_on(site: Installation) -> None:
    """The control."""
    assert governance(site, "tick").returncode == 0
    site.start()


def test_a_witness_that_is_wrong_can_be_sent_away(site: Installation) -> None:
    bring_back(site)
    assert governance(site, "witness", "remove", "partner").returncode == 0
    assert governance(site, "tick").returncode == 0


def test_whoever_stands_on_the_line_stops_nobody_with_a_number(site: Installation) -> None:
    """Nothing is an old copy here; what answers in place of the witness says that it has seen a thousand million."""
    with answering(refusing("409 Conflict", b"999999999\n")) as line:
        key = Memory(site.home.parent / "partner").key()
        assert governance(site, "witness", "add", "partner", str(key), line).returncode == 0
        told = governance(site, "tick")
        assert told.returncode == 0
        assert "The witness “partner” says that it has seen 999999999 entries" in told.stderr
        assert "shows no proof" in governance(site, "doctor").stdout
        site.start()
