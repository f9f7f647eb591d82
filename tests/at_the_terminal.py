"""Commands as an operator types them, without the start of Python: a process that holds the program forks for each.

Each command has a process of its own, with its own settings, input and output, and ends with its own status. What
differs from a true start is that modules are loaded already, which takes longer than most commands. That the program
starts from nothing is what tests/test_operating.py, tests/deploy and every server of a test see.

As a program (`python -m tests.at_the_terminal`) this is the process that forks. It reads one command a line, and says
how it ended.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

LONGEST = 300  # seconds. On a busy machine, a command that works on a year of messages takes one of them.
_forking: dict[str, subprocess.Popen[str]] = {}


def governance(
    arguments: Sequence[str], environ: Mapping[str, str], typed: str = "", at: str = "", *, cheap: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run a command with these settings and nothing else of the environment; return its end and what it said.

    *at*: by a clock that was set so (faketime) before the first such command of the run, and has gone on since.
    *cheap*: stretch passphrases as a test does. Nobody then signs in at a server that was really started.
    """
    forks = _forking.get(at) or _begin(at)
    assert forks.stdin
    assert forks.stdout
    with TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("typed", "said", "told")]
        files[0].write_text(typed, encoding="utf-8")
        asked = {"arguments": list(arguments), "environ": dict(environ), "files": list(map(str, files)), "cheap": cheap}
        forks.stdin.write(f"{json.dumps(asked)}\n")
        forks.stdin.flush()
        if not select.select([forks.stdout], [], [], LONGEST)[0]:
            forks.kill()
            raise TimeoutError(f"governance {' '.join(arguments)} did not end in {LONGEST} seconds.")
        status = int(forks.stdout.readline())
        said, told = (each.read_text(encoding="utf-8") for each in files[1:])
    return subprocess.CompletedProcess(["governance", *arguments], status, said, told)


def _begin(at: str) -> subprocess.Popen[str]:
    forks = subprocess.Popen(
        [*(["faketime", "-f", at] if at else []), sys.executable, "-m", "tests.at_the_terminal"],
        cwd=Path(__file__).parent.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    _forking[at] = forks
    atexit.register(forks.communicate)
    return forks


def _become(asked: Mapping[str, Any], environ: Mapping[str, str]) -> int:
    """Run a command in this process as if it had been started with it; return its status."""
    from governance import sealing
    from governance.cli import main

    of_the_clock = {name: value for name, value in os.environ.items() if name.startswith(("FAKETIME", "LD_PRELOAD"))}
    os.environ.clear()
    os.environ.update({**environ, **of_the_clock})
    time.tzset()
    for number, (name, how) in enumerate(zip(asked["files"], (os.O_RDONLY, WRITES, WRITES), strict=True)):
        os.dup2(os.open(name, how, 0o600), number)
    sys.stdin = os.fdopen(0, closefd=False)  # The one before has read ahead, of what was not typed here.
    try:
        with sealing.cheap_for_tests() if asked["cheap"] else nullcontext():
            main(asked["arguments"])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


WRITES = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def _fork_for_each() -> None:
    import governance.cli  # noqa: F401 - so that no fork has to load it

    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            status = _become(asked, asked["environ"])
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    _fork_for_each()
