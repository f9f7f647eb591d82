"""Every command that a sentence of `docs/operating.md` names works too, on the day that the sentence speaks of."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from governance import assets, clock
from governance.ballots import service as ballots
from governance.programme import founding
from governance.storage import database
from tests.factories import Founded
from tests.server import Installation, free_port
from tests.soak.founding import an_open_vote
from tests.test_operating import Operator, lines


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """Somebody whose programme was founded and has had its first round. Each test goes on with a copy."""
    operator = Operator(tmp_path_factory.mktemp("settled"))
    operator.environ["GOVERNANCE_SECRET"] = "Tq8rM-only-a-test-2vK9xB4nW7dJ3cH6pZ5yL1"
    operator.type("governance init plan.toml")
    operator.type("governance tick")
    operator.type("governance shares")
    yield operator
    operator.leave()


@pytest.fixture
def operator(settled: Operator, tmp_path: Path) -> Iterator[Operator]:
    """Somebody whose programme was founded and has had its first round."""
    shutil.copytree(settled.folder, tmp_path, dirs_exist_ok=True)
    operator = Operator(tmp_path)
    operator.environ |= {name: each for name, each in settled.environ.items() if name.startswith("GOVERNANCE_")}
    operator.shares, operator.cards = list(settled.shares), dict(settled.cards)
    yield operator
    operator.leave()


def named() -> set[str]:
    """The commands that stand in sentences, and not in a block as well."""
    text = (assets.PACKAGE.parent / "docs/operating.md").read_text(encoding="utf-8")
    told = re.sub(
        "<!-- commands -->.*?<!-- end of commands -->", "", text, flags=re.DOTALL
    )  # Names, and no lines to type.
    return set(re.findall(r"`(governance [^`]+)`", told)) - set(lines())


def a_killed_init(operator: Operator) -> None:
    """`init` is killed while it founds; run again, it founds."""
    operator.environ |= {"GOVERNANCE_HOME": str(operator.folder / "again")}
    environ = operator.environ | {"PYTHONPATH": str(assets.PACKAGE.parent)}
    killed = subprocess.Popen(
        [sys.executable, "-m", "governance.cli", "init", "plan.toml"],
        cwd=operator.folder, env=environ, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    mark = operator.folder / "again" / "keys" / ".founding"
    while killed.poll() is None and not mark.exists():
        time.sleep(0.001)  # Waiting for another process to be where it can be hurt.
    os.killpg(killed.pid, signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert mark.exists()
    operator.type("governance init plan.toml")


def a_copy_of_last_week(operator: Operator) -> None:
    operator.type("governance ledger export copies/ledger")
    operator.type("governance verify copies/ledger")
    kept = operator.folder / "kept"
    shutil.copy(operator.folder / "copies/ledger/decisions/checkpoint", kept)
    operator.type("governance sign-in-card Moss")
    operator.type("governance tick")
    operator.type("governance ledger export copies/newer")
    operator.type(f"governance verify copies/newer --since {kept}")


def a_partner(operator: Operator) -> None:
    partner = operator.type("GOVERNANCE_HOME=partner governance witness begin witness.example.org")
    key = partner.strip().split(": ")[-1]
    operator.type(f"governance witness add partner {key} https://witness.example.org")
    assert "partner" in operator.type("governance witness list")
    operator.type("governance witness remove partner")
    assert "There is no witness yet" in operator.type("governance witness list")


def a_right_clock(operator: Operator) -> None:
    assert "It fits what was seen before." in operator.type("governance clock")
    operator.type("governance clock accept", "yes\n\n")


def an_older_copy(operator: Operator) -> None:
    """The database of an hour ago lies there, and more was signed since."""
    here = Installation(operator.folder / "with a vote", free_port())
    with a_larger_programme(operator, here) as founded:
        database.db.session.commit()
        older = operator.folder / "older.db"
        with closing(sqlite3.connect(here.home / "programme.db")) as now, closing(sqlite3.connect(older)) as then:
            now.backup(then)
        with database.writing():
            an_open_vote(founded, clock.now())
            founded.session.commit()
    operator.type("governance tick")
    for end in ("-wal", "-shm"):
        (here.home / f"programme.db{end}").unlink(missing_ok=True)
    shutil.copy(older, here.home / "programme.db")
    with pytest.raises(AssertionError, match="governance gap"):
        operator.type("governance tick")
    assert "It stands in the ledger of decisions" in operator.type("governance gap")
    operator.type("governance tick")


def a_line_that_somebody_changed(operator: Operator) -> None:
    """A copy was made; then the owner of the database writes into a line."""
    operator.type("governance ledger export copies/ledger")
    with closing(sqlite3.connect(operator.folder / "var" / "programme.db")) as database_, database_:
        database_.execute("UPDATE leaf SET body = '{}' WHERE log = 'decisions' AND number = 0")
    with pytest.raises(AssertionError, match="does not say what it said"):
        operator.type("governance ledger audit")
    assert "decisions: 1 line (0) brought back" in operator.type("governance ledger mend copies/ledger")
    operator.type("governance ledger audit")


def a_lost_teller(operator: Operator) -> None:
    """A vote is over, one teller has handed in a part, and the other is gone."""
    now = clock.now()
    with a_larger_programme(operator, Installation(operator.folder / "with a vote", free_port())) as founded:
        with database.writing():
            vote = an_open_vote(founded, now - timedelta(days=4))
            founded.session.commit()
            ash = founding.open_with_card(founded.session, founded.keys, founded.cards["Ash"], now)
            assert ballots.hand_in_part(founded.session, founded.keys, vote, ash, now) is None
            founded.session.commit()
        number = vote.number
    assert "is open and counted" in operator.type(f"governance ballot recover {number}")


@contextmanager
def a_larger_programme(operator: Operator, here: Installation) -> Iterator[Founded]:
    """Have another programme, of nine seats and ten days old, and let the operator work on it after the block."""
    here.home.mkdir(mode=0o700)
    with clock.stopped_everywhere(clock.now() - timedelta(days=10)):
        founded, _ = here.found()
    yield founded
    database.db.session.remove()
    database.db.engine.dispose()
    here.close()
    operator.environ |= {name: value for name, value in here.environ.items() if name.startswith("GOVERNANCE_")}
    operator.shares = [share.text for share in founded.shares]


def _two_cards(operator: Operator) -> str:
    """What two people type: who keeps the places, and one of the board."""
    cards = ""
    for alias in ("Moss", "Ash"):
        found = re.search(rf"^{alias}: (.+)$", operator.type(f"governance sign-in-card {alias}"), re.MULTILINE)
        assert found
        operator.cards[alias] = found[1]
        cards += f"{alias}\n{operator.makes_own_words(alias)}\n"
    return cards


def another_plan(operator: Operator) -> None:
    """Two people with their cards change the hour at which words are let out."""
    assert "18:00" in operator.type("governance plan")
    cards = _two_cards(operator)
    said = operator.type("governance plan change release_hour 9", cards)
    assert "9:00. Every member is told." in said
    assert "Every member is told." in operator.type('governance plan change place_name "Drop-in=The Hall"', cards)


def a_voice(operator: Operator) -> None:
    """Where the program that speaks is not installed, one line says so. With it: tests/commands/test_words_aloud.py."""
    with pytest.raises(AssertionError, match="espeak-ng"):
        operator.type(f"PATH={operator.folder} governance words speak")


def a_tablet_that_may_have_died(operator: Operator) -> None:
    """Each screen with the day on which it was seen; or that there is none yet."""
    assert "There is no screen yet" in operator.type("governance kiosk list")


def another_language(operator: Operator) -> None:
    """Which languages are offered, by two with their cards; it says what a language waits for."""
    assert "Offered: English" in operator.type("governance words offer en es", _two_cards(operator))


DAYS: dict[Callable[[Operator], None], set[str]] = {
    a_killed_init: {"governance init"},
    a_copy_of_last_week: {
        "governance ledger export DIR", "governance verify DIR", "governance verify DIR --since FILE",
    },
    a_partner: {"governance witness add NAME VKEY URL", "governance witness remove NAME"},
    a_right_clock: {"governance clock", "governance clock accept"},
    an_older_copy: {"governance gap"},
    a_line_that_somebody_changed: {"governance ledger mend COPY"},
    a_lost_teller: {"governance ballot recover NUMBER"},
    another_plan: {
        "governance plan", "governance plan change", 'governance plan change place_name "Drop-in=The Hall"',
    },
    a_voice: {"governance words speak"},
    another_language: {"governance words offer"},
    a_tablet_that_may_have_died: {"governance kiosk list"},
}  # fmt: skip


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.__name__)
def test_what_a_sentence_names_works_on_its_day(operator: Operator, day: Callable[[Operator], None]) -> None:
    day(operator)


def test_each_command_that_a_sentence_names_is_typed_here_or_in_a_block() -> None:
    assert named() == set().union(*DAYS.values())
