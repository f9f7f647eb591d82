"""Every line of `docs/operating.md` that is to be typed is typed, in order, in a fresh place, and works."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from governance import assets, create_app
from tests.at_the_terminal import for_a_shell
from tests.hand_over import own_words_of
from tests.plan import PLAN
from tests.server import free_port

HOLDERS = ("Ash", "Birch", "Moss")
HOME = ("GOVERNANCE_HOME", "var")
WORDS = "The disk broke. What came after the backup is lost."


def lines() -> list[str]:
    """The lines to type, in their order."""
    text = (assets.PACKAGE.parent / "docs/operating.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]


class Operator:
    """Somebody at a terminal who does what the page says, and whose machine has the bad days it speaks of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.environ = {"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(folder), "PORT": str(self.port)}
        self.environ |= {"GOVERNANCE_HTTPS": "0", "GOVERNANCE_WORKERS": "1"}
        self.serving: subprocess.Popen[bytes] | None = None
        self.shares: list[str] = []
        self.cards: dict[str, str] = {}
        self.terminal = ExitStack()
        self.terminal.enter_context(for_a_shell(folder / "governance"))
        (folder / "plan.toml").write_text(PLAN, encoding="utf-8")

    def type(self, line: str, typed: str | None = None) -> str:
        """Type *line* and what it asks for: two shares and the board's words, or what is given. Return its answer."""
        self.meet(line)
        if line == "governance serve":
            self.serve()
            return ""
        if line == "governance shares":
            typed = "".join(f"{alias}\n{self.makes_own_words(alias)}\n" for alias in HOLDERS)
        typed = typed or "".join(f"{share}\n" for share in self.shares[:2]) + f"{WORDS}\n"
        shell = ["bash", "-c", f"{line}\nstatus=$?\nprintf '\\0'\nenv -0\nexit $status"]
        answer = subprocess.run(
            shell, cwd=self.folder, env=self.environ, input=typed, capture_output=True, text=True, check=False
        )
        said, _, environ = answer.stdout.partition("\0")
        assert answer.returncode == 0, f"{line}: {said}{answer.stderr}"
        self.environ = dict(each.partition("=")[::2] for each in environ.strip("\0").split("\0"))
        self.shares = (
            re.findall(r"^ *Share \d of 3.*?\n* *((?:[A-Z2-7]{1,4} ?){8,}) *$", said, re.MULTILINE) or self.shares
        )
        self.cards |= dict(re.findall(r"^  (\w+)\n  ((?:[a-z]+ ){4}[a-z]+)$", said, re.MULTILINE))
        return said

    def makes_own_words(self, alias: str) -> str:
        """Have *alias* sign in on the page with the card that was printed, and make their own words; return those."""
        app = create_app({**self.environ, "GOVERNANCE_HOME": str(self.folder / self.environ.get(*HOME))})
        self.cards[alias] = own_words_of(app, alias, self.cards[alias])
        return self.cards[alias]

    def meet(self, line: str) -> None:
        """Have the day on which this line is needed."""
        home = self.folder / "var"
        if line == "governance serve":
            self.type("governance tick")
        if line.startswith(("governance restore", "governance move", "governance recover")):
            self.stop()
        if line.startswith("governance restore"):
            shutil.rmtree(home)
        if line == "governance recover":
            shutil.rmtree(home / "keys")

    def serve(self) -> None:
        """Start the server and wait until it answers."""
        self.serving = subprocess.Popen(
            [str(self.folder / "governance"), "serve"], cwd=self.folder, env=self.environ, start_new_session=True
        )
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2)
                return
            except OSError:
                time.sleep(0.1)  # Waiting for another process to listen.
        raise RuntimeError("The server did not answer.")

    def leave(self) -> None:
        """Leave the terminal, and nothing running."""
        self.stop()
        self.terminal.close()

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self.serving:
            self.serving.send_signal(signal.SIGTERM)
            self.serving.wait(20)
            self.serving = None


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    operator = Operator(tmp_path)
    yield operator
    operator.leave()


def test_every_line_of_the_page_works_in_its_order(operator: Operator) -> None:
    typed = lines()
    assert len(typed) > 15
    for line in typed:
        operator.type(line)
    assert (operator.folder / "moved.db").exists()
    assert (operator.folder / "copies" / "last" / "decisions" / "checkpoint").exists()
