"""`governance tick` tells the truth of its round: what was done, what failed, and that another process leads."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from governance.clockwork.lease import Lease
from governance.clockwork.rounds import DutyFailed
from governance.programme import schedule, witnessing
from governance.ruling.errors import NotReady
from tests.commands.conftest import Run
from tests.factories import NOW, Founded

NAMES = [duty.name for duty in schedule.DUTIES]
DAILY = {duty.name for duty in schedule.DUTIES if duty.daily}
NOON = [name for name in NAMES if name not in DAILY]  # The release hour has not come.


def fails(*_: object) -> Iterator[Any]:
    """What goes wrong before the first piece."""
    raise OperationalError("", None, OSError())


def fails_later(*_: object) -> Iterator[Any]:
    """What goes wrong in the second transaction."""
    yield lambda session: None
    raise NotReady("Something is gone.")


def let_fail(monkeypatch: pytest.MonkeyPatch, names: list[str], how: Callable[..., Any] = fails) -> None:
    """Have the duties of these *names* fail, at whatever hour."""
    broken = [replace(duty, pieces=how, daily=False) if duty.name in names else duty for duty in schedule.DUTIES]
    monkeypatch.setattr(schedule, "DUTIES", tuple(broken))


def noted(founded: Founded) -> set[str]:
    """The duties of which it is noted that they failed."""
    founded.session.rollback()
    failed = {each.name for each in founded.session.query(DutyFailed)}
    founded.session.rollback()
    return failed


def test_a_round_that_went_well_says_what_was_done(founded: Founded, run: Run) -> None:
    assert run("tick") == (0, f"Done: {', '.join(NOON)}.")


@pytest.mark.parametrize("how", [fails, fails_later])
def test_when_all_duties_fail_all_are_named_and_the_status_says_so(
    founded: Founded, run: Run, monkeypatch: pytest.MonkeyPatch, how: Callable[..., Any]
) -> None:
    let_fail(monkeypatch, NAMES, how)
    status, said = run("tick")
    assert status == 1
    assert "Done: nothing was due." in said
    assert f"Not done: {', '.join(NAMES)}. Run: governance doctor" in said
    assert "Another process" not in said
    assert noted(founded) == set(NAMES)
    told = run("doctor")[1]
    assert [name for name in NAMES if f"MEND  “{name}” failed on {NOW.date()}." not in told] == []


@pytest.mark.of_one_database
def test_when_one_duty_fails_it_alone_is_named_and_all_others_are_done(
    founded: Founded, run: Run, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    """Each of them, one round after another: what failed in the round before is done in this one."""
    for name in NAMES:
        with subtests.test(name=name), monkeypatch.context() as for_a_round:
            let_fail(for_a_round, [name])
            status, said = run("tick")
            assert status == 1
            assert f"Not done: {name}. Run: governance doctor" in said
            assert f"Done: {', '.join(each for each in NOON if each != name)}." in said
            failed = noted(founded)
            assert name in failed
            assert not failed & set(NOON) - {name}, "what was mended is forgotten"
    told = run("doctor")[1]
    assert [name for name in noted(founded) if f"MEND  “{name}” failed on {NOW.date()}." not in told] == []


@pytest.mark.of_one_database
def test_witnesses_that_cannot_be_asked_are_named_too(
    founded: Founded, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witnessing, "ask_all", fails)
    status, said = run("tick")
    assert (status, f"Not done: {schedule.ASK_WITNESSES}." in said) == (1, True)


def test_while_another_process_leads_nothing_is_done_and_nothing_is_wrong(founded: Founded, run: Run) -> None:
    founded.session.merge(Lease(name="tick", holder="another", until=NOW + timedelta(minutes=2)))
    founded.session.commit()
    assert run("tick") == (0, "Another process leads just now. Nothing to do.")
    founded.session.merge(Lease(name="tick", holder="another", until=NOW - timedelta(seconds=1)))
    founded.session.commit()
    assert run("tick")[1].startswith("Done: ")


@pytest.mark.of_one_database
def test_a_command_that_is_done_leads_no_longer(founded: Founded, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the second try after a failure would say for three minutes that another process leads."""
    with monkeypatch.context() as for_a_while:
        let_fail(for_a_while, ["publish"])
        assert run("tick")[0] == 1
    assert run("tick") == (0, f"Done: {', '.join(NOON)}.")


def test_who_loses_the_lease_in_the_middle_says_where_it_stopped(
    founded: Founded, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine slept for longer than its lease, and another process leads since."""

    def asleep(*_: object) -> Iterator[Any]:
        yield lambda session: session.merge(Lease(name="tick", holder="another", until=NOW + timedelta(minutes=2)))
        raise schedule.NoLongerLeads

    let_fail(monkeypatch, ["start clocks"], asleep)
    status, said = run("tick")
    assert (status, "Not done: start clocks." in said) == (1, True)
    before = NOON[: NOON.index("start clocks")]
    assert f"Done: {', '.join(before)}." in said


@pytest.mark.of_one_database
def test_a_round_on_a_full_disk_does_not_say_that_all_is_well(
    founded: Founded, run: Run, monkeypatch: pytest.MonkeyPatch, a_disk: Callable[[int], Path]
) -> None:
    """The real fault: neither the database nor the key folder takes one more byte."""
    url = str(founded.session.get_bind().url)  # type: ignore[union-attr]
    founded.session.close()
    small = a_disk(4)
    shutil.copytree(founded.keys.path.parent, small / "home", ignore=shutil.ignore_patterns("disk*"))
    with (
        closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as here,
        closing(sqlite3.connect(small / "programme.db")) as there,
    ):
        here.backup(there)
    monkeypatch.setenv("GOVERNANCE_HOME", str(small / "home"))
    monkeypatch.setenv("GOVERNANCE_DATABASE", f"sqlite:///{small / 'programme.db'}")
    assert run("tick") == (0, f"Done: {', '.join(NOON)}.")
    with suppress(OSError), (small / "filler").open("wb", buffering=0) as filler:
        while filler.write(bytes(4096)):
            pass
    status, said = run("tick")
    assert (status, "Done: " in said) == (1, False), said
    (small / "filler").unlink()
    assert run("tick")[0] == 0
