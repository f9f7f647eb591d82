"""A second small programme beside the demo: a partner next door who watches its ledgers, and signs their heads.

It is a process of its own, with a folder and a key of its own, as a partner's would be (`governance witness serve`). It
ends when the demo does, whichever way that ends: the line between the two is cut then.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from governance import clock
from governance.ledger import rules, witness_server
from governance.ledger import service as ledger
from governance.ledger.witness import Memory
from governance.programme import witnessing
from governance.ruling.errors import NotReady
from governance.storage import database

NAME, FOLDER = "next-door", "next-door"
WITH_IT = "The programme next door signs what is added to the ledger. See /ledger."
WITHOUT = "The programme next door did not start. So no one outside signs the ledger of this demo."


@dataclass(frozen=True)
class NextDoor:
    """The partner as the demo knows it: what it remembers, and where it answers."""

    memory: Memory
    url: str

    def meet(self, app: Flask) -> str:
        """Let it watch both ledgers of *app* and sign what is there now; return what to print."""
        with app.app_context():
            with database.transaction() as session:
                for log in rules.LOGS:
                    self.memory.trust(ledger.verifier_key(app.extensions["keyfolder"], log))
                ledger.add_witness(session, NAME, str(self.memory.key()), self.url)
            unsigned = witnessing.ask_all()
        return WITHOUT if unsigned else WITH_IT


@contextmanager
def opened(home: Path) -> Iterator[NextDoor | None]:
    """Run it beside this block, with its folder in *home*; None where it does not start, which keeps no demo up."""
    command = [sys.executable, "-m", "governance.demo.next_door", str(home / FOLDER)]
    try:
        partner = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    except OSError:
        yield None
        return
    with partner:
        url = partner.stdout.readline().strip() if partner.stdout else ""
        try:
            yield NextDoor(Memory(home / FOLDER), url) if url else None
        finally:
            partner.terminate()


def main(folder: Path) -> None:
    """Be that partner: answer on a free port, say where, and end with whoever started this."""
    memory = Memory(folder)
    memory.begin(NAME)
    with witness_server.server(memory, "127.0.0.1", 0, lambda: int(clock.now().timestamp())) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except (KeyboardInterrupt, NotReady, OSError):
        sys.exit(1)
