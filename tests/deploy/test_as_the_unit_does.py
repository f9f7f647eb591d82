"""The real server under what the unit of systemd forbids: sign-in, codes and words work, and many phones at once."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from governance.frame import slow_lane
from tests.deploy.as_the_unit_does import said, started_by
from tests.deploy.test_unit_and_image import UNIT
from tests.frame.test_gateway import HALF_SENT, seconds_for
from tests.promises.participant import come_to_words, thanked, with_code
from tests.server import Installation, free_port
from tests.visitor import Answer, Visitor, posting_form

STEPS_BACK = "SystemCallFilter=setpriority\n"
NICE = 16  # Where proc(5) has how far a thread steps back, counted after its name.
HALF = 1_500  # Half-sent requests: more than a process has files without a limit of the unit's own.
WORDS = "the kettle is cold since May"
Start = Callable[[str], Installation]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Start]:
    """Start the server as a unit of this text would."""
    begun: list[Installation] = []

    def start(unit: str) -> Installation:
        file = tmp_path / "governance.service"
        file.write_text(unit, encoding="utf-8")
        here = Installation(tmp_path / "home", free_port(), workers=1, typed_before=started_by(file))
        here.found()
        here.close()
        begun.append(here)
        here.start()
        return here

    yield start
    for each in begun:
        each.stop()


def in_the_lane(site: Installation) -> list[Answer]:
    """What is answered to a sign-in and to a code that nobody has."""
    visitor = Visitor(site.port)
    answers = []
    for path, typed in (("/sign-in", {"alias": "Wren", "passphrase": "one two"}), ("/code", {"code": "1" * 20})):
        address, fields = posting_form(visitor.get(path).page, path, next(reversed(typed)))
        answers.append(visitor.post(address, fields | typed))
    return answers


def test_sign_in_codes_and_words_work_under_the_unit(started: Start) -> None:
    site = started(UNIT.read_text())
    assert [each.status for each in in_the_lane(site)] == [422, 422]
    assert thanked(come_to_words(Visitor(site.port)).send(WORDS))
    assert thanked(with_code(Visitor(site.port)))
    assert Visitor(site.port).get("/readyz").status == 200
    assert steps_back(site), "the lane's thread goes behind the others"


def test_where_it_may_not_step_back_the_lane_is_there_still(started: Start) -> None:
    """The unit of before, as it lies on many machines."""
    site = started(UNIT.read_text().replace(STEPS_BACK, ""))
    assert [each.status for each in in_the_lane(site)] == [422, 422]
    assert not steps_back(site)


def steps_back(site: Installation) -> bool:
    """Whether some thread of the server has given its turn away."""
    assert site.process
    threads = [
        each for one in psutil.Process(site.process.pid).children() for each in Path(f"/proc/{one.pid}/task").iterdir()
    ]
    given = {int((each / "stat").read_text().rpartition(")")[2].split()[NICE]) for each in threads}
    return slow_lane.BEHIND_OTHERS in given


def test_what_the_unit_forbids_is_refused(tmp_path: Path) -> None:
    """The control: under it a program may not do what the unit says that it may not."""
    tries = (
        "import os, socket, mmap\n"
        "def works(does, *given):\n"
        "    try: does(*given); return 1\n"
        "    except OSError: return 0\n"
        "print(works(os.setpriority, 0, 0, 5), works(os.chown, '/tmp', 0, 0), works(os.sched_setaffinity, 0, {0}),\n"
        "      works(socket.socket, socket.AF_NETLINK, socket.SOCK_RAW), works(socket.socket, socket.AF_INET),\n"
        "      works(mmap.mmap, -1, 99, mmap.MAP_PRIVATE, 7))\n"
    )
    free = [sys.executable, "-c", tries]
    bound = [*started_by(UNIT), *free]
    assert [subprocess.check_output(each, text=True).split() for each in (bound, free)] == [
        ["1", "0", "0", "0", "1", "0"], ["1"] * 6,
    ]  # fmt: skip


def test_fifteen_hundred_phones_that_stop_half_way_stop_nobody_under_the_unit(started: Start) -> None:
    site = started(UNIT.read_text())
    with ExitStack() as lines:
        for at in range(HALF):
            phone = lines.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            phone.sendall(HALF_SENT[at % len(HALF_SENT)])
        assert max(seconds_for(site.address + page) for page in ("/say", "/help-now", "/", "/healthz") * 5) < 10
    assert "Too many open files" not in site.log.read_text()


def test_the_unit_says_how_many_files_may_be_open() -> None:
    assert int(said(UNIT, "LimitNOFILE")[0]) >= 65_536
