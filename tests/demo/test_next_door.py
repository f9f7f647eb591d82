"""The demo has a partner next door who signs its ledgers: a process of its own, which ends with the demo."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from governance import clock
from governance.demo import next_door
from governance.ledger import service as ledger
from governance.ledger.witness import Memory
from governance.programme import schedule
from governance.storage import database
from tests.demo.served import Loaded, an_app
from tests.page import PageClient

SIGNED = "Signed by people outside too"


def answers(url: str) -> bool:
    where = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((where.hostname, where.port)) == 0


def test_the_ledger_is_signed_next_door_and_so_is_what_is_added(loaded: Loaded, tmp_path: Path) -> None:
    home = loaded.copied(tmp_path)
    app = an_app(home)
    visitor = PageClient(app)
    assert SIGNED not in visitor.get("/ledger").text
    with next_door.opened(home) as partner:
        assert partner
        assert answers(partner.url)
        assert partner.meet(app) == next_door.WITH_IT
        page = visitor.get("/ledger").text
        assert page.count(SIGNED) == 2
        assert "next-door signed for" in page
        with app.app_context(), database.transaction() as session:
            ledger.append(session, "decisions", "correction", {"decision": "2026-001", "why": "A test."})
            ledger.publish_head(session, app.extensions["keyfolder"], "decisions", clock.today())
        assert visitor.get("/ledger").text.count(SIGNED) == 1
        schedule.tick(app)
        assert visitor.get("/ledger").text.count(SIGNED) == 2
    assert not answers(partner.url)
    with next_door.opened(home) as again:  # The next day: the same partner, at another address.
        assert again
        assert again.meet(app) == next_door.WITH_IT
        assert Memory(home / next_door.FOLDER).key() == partner.memory.key()
    with app.app_context():
        database.db.engine.dispose()


def test_it_ends_when_the_demo_was_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "governance.demo.next_door", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as partner:
        assert partner.stdin
        assert partner.stdout
        url = partner.stdout.readline().strip()
        assert answers(url)
        partner.stdin.close()  # As the system does when the demo's process is gone.
        assert partner.wait(timeout=30) == 0
    assert not answers(url)


def test_a_demo_goes_on_where_the_partner_does_not_start(loaded: Loaded, tmp_path: Path) -> None:
    home = loaded.copied(tmp_path)
    (home / next_door.FOLDER).write_text("no folder")
    with next_door.opened(home) as partner:
        assert partner is None
