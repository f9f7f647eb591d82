"""Commands as an operator types them, without the start of Python: a process that holds the program forks for each.

Each command has a process of its own, with its own settings, input and output, and ends with its own status. What
differs from a true start is that modules are loaded already, which takes longer than most commands. That the program
starts from nothing is what tests/test_operating.py, tests/deploy and every server of a test see.

As a program (`python -m tests.at_the_terminal`) this is the process that forks. It reads one command a line, and says
how it ended; or it listens at a DOOR for what is typed in a shell, at a `governance` that `for_a_shell` has put there.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import select
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parent.parent
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
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    _forking[at] = forks
    atexit.register(forks.communicate)
    return forks


# What a shell calls: it hands over its input, its outputs and its settings, and ends as the command did.
IN_A_SHELL = """#!{python} -IS
import json, os, socket, sys

with socket.socket(socket.AF_UNIX) as there:
    there.connect({door!r})
    asked = {{"arguments": sys.argv[1:], "environ": dict(os.environ), "folder": os.getcwd()}}
    socket.send_fds(there, [json.dumps(asked).encode()], [0, 1, 2])
    sys.exit(int(there.recv(9)))
"""


@contextmanager
def for_a_shell(command: Path) -> Iterator[None]:
    """Put at *command* what a shell can call as `governance` within this block.

    `serve` is started as it is where people serve: it does not end, and is told to by its process.
    """
    with TemporaryDirectory(prefix="realvoice-") as folder:  # Short: a socket's path may have 107 characters.
        door, client = Path(folder) / "door", Path(folder) / "calls"
        client.write_text(IN_A_SHELL.format(python=sys.executable, door=str(door)), encoding="utf-8")
        client.chmod(0o700)
        really = f"PYTHONPATH={ROOT} exec {sys.executable} -m governance.cli"
        command.write_text(f'#!/bin/sh\n[ "$1" = serve ] && {really} "$@"\nexec {client} "$@"\n', encoding="utf-8")
        command.chmod(0o700)
        with subprocess.Popen([sys.executable, "-m", "tests.at_the_terminal", str(door)], cwd=ROOT) as forks:
            while forks.poll() is None and not door.exists():
                time.sleep(0.01)  # Waiting for another process to listen.
            yield
            forks.terminate()


def _become(asked: Mapping[str, Any], environ: Mapping[str, str], files: Sequence[int]) -> int:
    """Run a command in this process as if it had been started with it and these *files*; return its status."""
    from governance import sealing
    from governance.cli import main

    of_the_clock = {name: value for name, value in os.environ.items() if name.startswith(("FAKETIME", "LD_PRELOAD"))}
    os.environ.clear()
    os.environ.update({**environ, **of_the_clock})
    time.tzset()
    for number, file in enumerate(files):
        os.dup2(file, number)
    sys.stdin = os.fdopen(0, closefd=False)  # The one before has read ahead, of what was not typed here.
    try:
        with sealing.cheap_for_tests() if asked.get("cheap") else nullcontext():
            main(asked["arguments"])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


HOW = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)


def _forked(command: Callable[[], int]) -> int:
    """Do *command* in a process of its own; return how it ended."""
    child = os.fork()
    if not child:
        status = command()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _load() -> None:
    """Load the program, so that no fork has to."""
    from governance.packages import PACKAGES

    for name in ("governance.cli", "flask_migrate", *(f"governance.{each}.views" for each in PACKAGES)):
        importlib.import_module(name)


def _fork_for_each() -> None:
    for line in sys.stdin:
        asked = json.loads(line)

        def command(asked: dict[str, Any] = asked) -> int:
            files = [os.open(name, how, 0o600) for name, how in zip(asked["files"], HOW, strict=True)]
            return _become(asked, asked["environ"], files)

        print(_forked(command), flush=True)


def _fork_for_whoever_calls(door: str) -> None:
    with socket.socket(socket.AF_UNIX) as listens:
        listens.bind(f"{door}.new")
        listens.listen()
        Path(f"{door}.new").rename(door)  # Who sees it there may call.
        while True:
            calls, _ = listens.accept()
            with calls:
                said, files, *_ = socket.recv_fds(calls, 1_000_000, 3)
                asked = json.loads(said)

                def command(asked: dict[str, Any] = asked, files: list[int] = files) -> int:
                    os.chdir(asked["folder"])
                    return _become(asked, asked["environ"], files)

                status = _forked(command)
                for file in files:
                    os.close(file)
                calls.sendall(str(status).encode())


if __name__ == "__main__":
    _load()
    if len(sys.argv) > 1:
        _fork_for_whoever_calls(sys.argv[1])
    _fork_for_each()
