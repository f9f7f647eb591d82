"""Promise 13, the part of the lost key folder: two people with their recovery shares bring every message back.

On the real command line and the real server: people send, the key folder is gone, `governance recover` is given two
shares, and a reader opens every message that was answered with thanks.
"""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.at_the_terminal import governance
from tests.promises.conftest import Served
from tests.promises.participant import come_to_words, thanked
from tests.promises.test_13_nothing_lost import kept_by
from tests.visitor import Visitor

SAID = ["the kettle", "the chair by the door", "the opening hours"]


@pytest.fixture
def workers() -> int:
    return 1


def command(served: Served, name: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command as an operator would, and wait for its end."""
    return governance([name], served.installation.environ, typed)


def refused(answer: subprocess.CompletedProcess[str], sentence: str) -> None:
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1), answer.stderr
    assert sentence in answer.stderr


@pytest.mark.of_one_database
def test_a_lost_key_folder_loses_no_message(served: Served) -> None:
    for words in SAID:
        assert thanked(come_to_words(Visitor(served.port)).send(words))
    served.installation.stop()
    shutil.rmtree(served.home / "keys")
    refused(command(served, "serve"), "Bring the keys back: governance recover")
    shares = [share.text for share in served.founded.shares]
    refused(command(served, "recover", f"{shares[0]}\n{shares[0]}\n"), "Give two or more different shares.")
    assert not (served.home / "keys" / "pepper").exists()
    back = command(served, "recover", f"{shares[2]}\n{shares[0]}\n")
    assert (back.returncode, back.stderr, "Nothing is missing." in back.stdout) == (0, "", True)
    refused(command(served, "recover"), "Nothing is missing that the escrow holds.")
    served.installation.start()
    assert thanked(come_to_words(Visitor(served.port)).send("and one more"))
    served.installation.stop()
    assert sorted(kept_by(served.founded)) == sorted([*SAID, "and one more"])


@pytest.mark.of_one_database
def test_without_the_escrow_the_keys_stay_lost(founded_here: Served) -> None:
    """The control: it is the escrow and the shares that bring them back."""
    served = founded_here
    shutil.rmtree(served.home / "keys")
    shutil.rmtree(served.home / "escrow")
    shares = [share.text for share in served.founded.shares]
    refused(command(served, "recover", f"{shares[0]}\n{shares[1]}\n"), "There is no escrow")
    refused(command(served, "serve"), "Bring the keys back: governance recover")
