"""The program as an operator runs it, beside a test: nginx from deploy/ speaks HTTPS, granian makes the pages behind.

Settings are those of production: the cookies are `__Host-`, travel over HTTPS alone, and every answer says that the
site is there over HTTPS only. All of it runs in a thread, so that the test can stand the clock.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from flask import Flask
from granian.server.embed import Server

from governance.frame.gateway import Gateway
from governance.frame.incoming import most_read
from governance.frame.slow_lane import is_slow
from tests.deploy.front import nginx
from tests.live import Live, a_site, let_go
from tests.server import free_port


@contextmanager
def a_site_over_https(home: Path, trusted: tuple[Path, Path]) -> Iterator[Live]:
    """Found the test programme in the folder *home* and serve it at `https://localhost:PORT`, as its address says."""
    port = free_port()
    in_front = home / "nginx"
    in_front.mkdir()
    for path in trusted:
        (in_front / path.name).symlink_to(path)
    address = f"https://localhost:{port}"
    more = {"GOVERNANCE_MODE": "production", "GOVERNANCE_ADDRESS": address}
    with a_site(home, partial(_behind_nginx, in_front, port), **more) as site:
        yield site


@contextmanager
def _behind_nginx(folder: Path, port: int, app: Flask) -> Iterator[str]:
    """Serve *app* through nginx, and give its public address."""
    behind = free_port()
    front = nginx(folder, port, free_port(), behind)
    with _granian(app, behind):
        front.start()
        try:
            yield _once_it_answers(f"https://localhost:{port}", folder / "certificate.pem")
        finally:
            front.stop()
            let_go(app)


@contextmanager
def _granian(app: Flask, port: int) -> Iterator[None]:
    """Run the program's own server in a thread, with its gateway, as `governance serve` sets it up in each process."""
    gateway = Gateway(app.wsgi_app, 4, partial(most_read, app), partial(is_slow, app))
    server = Server(gateway, address="127.0.0.1", port=port, log_enabled=False)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(),), daemon=True)
    thread.start()
    yield
    loop.call_soon_threadsafe(server.stop)
    thread.join()
    loop.close()


def _once_it_answers(url: str, certificate: Path) -> str:
    trust = ssl.create_default_context(cafile=certificate)
    for _ in range(100):
        try:
            urlopen(url + "/healthz", context=trust, timeout=10).close()
        except (URLError, ConnectionError):
            time.sleep(0.1)  # Waiting for another thread to listen; no test's outcome hangs on it.
        else:
            return url
    raise RuntimeError("It did not answer within ten seconds.")
