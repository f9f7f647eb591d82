"""Every line of the log tells a day, a kind of error and a line of code, and repeats nothing of what it was about."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

TYPED = "zq-what-somebody-typed"
LINE = re.compile(r"\[\d{4}-\d\d-\d\d\] ERROR: .*ValueError at <string>:\d+\)?")
PROGRAM = """
import logging, sys, threading
from granian.log import LogLevels, configure_logging
from governance.frame import error_log

def fail():
    raise ValueError(sys.argv[2])

def with_its_traceback(name):
    try:
        fail()
    except ValueError as error:
        logging.getLogger(name).exception("It did not work.", stack_info=True)

configure_logging(LogLevels.warning, error_log.SERVER)
error_log.init_app()
error_log.init_process()
if sys.argv[1] == "thread":
    threading.Thread(target=fail).start()
elif sys.argv[1] == "broken line":
    try:
        fail()
    except ValueError as error:
        logging.getLogger("asyncio").error("%d", sys.argv[2])
        error_log.log_outside_pages(error)
elif sys.argv[1] == "nobody":
    fail()
elif sys.argv[1] == "another form":
    error_log.default_handler.setFormatter(logging.Formatter("%(message)s"))
    with_its_traceback("asyncio")
else:
    with_its_traceback(sys.argv[1])
"""


def written(way: str) -> str:
    """What a process of its own writes when it fails in this *way*."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, way, TYPED], capture_output=True, text=True, timeout=30)
    return done.stdout + done.stderr


@pytest.mark.parametrize("way", ["thread", "broken line", "nobody", "asyncio", "governance", "_granian"])
def test_an_error_is_one_line_without_what_it_says(way: str) -> None:
    said = written(way)
    assert [line for line in said.splitlines() if not LINE.fullmatch(line)] == []
    assert len(said.splitlines()) == 1
    assert TYPED not in said


def test_in_another_form_it_would_repeat_what_was_typed() -> None:
    assert TYPED in written("another form")
