"""The program behind a real address, in a thread of the test: for what only a browser can show."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from governance import clock, create_app
from governance.keys.keyfolder import KeyFolder
from governance.storage import database
from tests.factories import NOW, Founded, an_open_programme

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


Serve = Callable[[Flask], AbstractContextManager[str]]


@dataclass
class Live:
    """An open programme and its address. HTTP on 127.0.0.1 counts as a secure place for browsers."""

    app: Flask
    url: str
    founded: Founded


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Serve the test programme on SQLite, at noon of its first day. Which database it is no browser can tell."""
    from governance.packages import import_tables

    import_tables()
    with clock.stopped_everywhere(NOW), database.writing(), a_site(tmp_path_factory.mktemp("live")) as site:
        yield site


@contextmanager
def a_site(home: Path, serve: Serve | None = None, **more: str) -> Iterator[Live]:
    """Found the test programme in the folder *home*, and serve it for as long as the block runs.

    *serve* does that (by default `serving`); *more*: further settings.
    """
    environ = {
        "GOVERNANCE_MODE": "development",
        "GOVERNANCE_HOME": str(home),
        "GOVERNANCE_DATABASE": f"sqlite:///{home / 'live.db'}",
        "GOVERNANCE_SECRET": "Tq8rM-only-a-test-2vK9xB4nW7dJ3cH6pZ5yL1",
        **more,
    }
    app = create_app(environ)
    engine = create_engine(environ["GOVERNANCE_DATABASE"])
    database.prepare(engine)
    database.db.Model.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        founded = an_open_programme(session, KeyFolder(home / "keys", home / "escrow"))
        with (serve or serving)(app) as url:
            yield Live(app, url, founded)
    engine.dispose()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve *app* on a free port of this machine for as long as the block runs, and give its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, _whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    let_go(app)


def _whole(app: Flask) -> WSGIApplication:
    """Return *app* with each answer made and closed before it is sent.

    Where a browser goes away in the middle, the test server forgets to close the file it was sending.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            if hasattr(parts, "close"):
                parts.close()

    return answer


def let_go(app: Flask) -> None:
    """Close every connection of *app* to its database."""
    with app.app_context():
        database.db.engine.dispose()
