"""The demo programme, loaded once for the whole run, as an app and as a server a browser can open."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from werkzeug.serving import make_server

from governance import create_app, database, sealing
from governance import demo as the_demo
from tests.databases import migrate
from tests.page import PageClient

# One person for each kind of work, so that together they can open every page.
CAST = ("Cricket", "Mo", "Half Moon", "Grandma Jo", "Alder", "Sorrel", "Fennel", "Yarrow")


@dataclass
class Demo:
    """The demo, where it is served, and the cards of its people."""

    app: Flask
    url: str
    cards: dict[str, str] = field(repr=False)

    def as_somebody(self, alias: str = "") -> PageClient:
        """Return a visitor, or somebody of the cast who has signed in with their card."""
        person = PageClient(self.app)
        if alias:
            answer = person.submit("/sign-in", "alias", alias=alias, passphrase=self.cards[alias])
            assert answer.status_code == 303, f"{alias}'s card does not open"
        return person


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Load the demo on SQLite and serve it on a free port of this machine."""
    home = tmp_path_factory.mktemp("demo")
    environ = {
        "GOVERNANCE_MODE": "demo",
        "GOVERNANCE_HOME": str(home),
        "GOVERNANCE_SECRET": "a-secret-for-the-demo-under-test-0123456789",
    }
    with sealing.cheap_for_tests():
        app = create_app(environ)
        app.testing = True
        printed = the_demo.load_once(app, lambda app: migrate(app.config["SQLALCHEMY_DATABASE_URI"]))
        cards = dict(re.findall(r"^  ([A-Z][\w -]*?)\s{2,}((?:[a-z]+ ){4}[a-z]+)$", printed, re.MULTILINE))
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Demo(app, f"http://127.0.0.1:{server.server_port}", cards)
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            database.db.engine.dispose()
