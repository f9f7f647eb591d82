"""A small invented programme, made only through the services, with the clock stood at each day of its past.

No path, key or secret here is the demo's own: it founds a programme as `init` does, signs in with the cards that
were made, and does what people do on the pages, each act in its own commit.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from governance.config import Config
from governance.ruling.errors import NotReady
from governance.storage.database import db

SECRET_FILE, CARDS_FILE = "cookies.secret", "cards.txt"


def secret_of_this_demo(home: Path) -> str:
    """Return the random secret that seals this demo's cookies, made when it is first asked for."""
    path = home / SECRET_FILE
    if not path.exists():
        _write(path, secrets.token_urlsafe(32))
    return path.read_text(encoding="utf-8")


def load_once(app: Flask, migrate_to_newest: Callable[[Flask], None]) -> str:
    """Load the demo, unless it is there, and return what to print: the cards, or where they lie.

    One that was killed while it loaded is thrown away and loaded anew. Raises NotReady for anything else that is here.
    """
    # Here, for a quick start: most commands do without it.
    from governance.demo import cut_short
    from governance.places.service import programme

    cards: Path = app.config["SETTINGS"].home / CARDS_FILE
    if not cards.exists():
        cut_short.throw_away(app)
    migrate_to_newest(app)
    with app.app_context():
        there = programme(db.session) is not None
    if there and not cards.exists():
        raise NotReady(cut_short.not_whole(app))
    if there:
        return f"The demo is loaded. Its cards and codes are in {cards}"
    cut_short.refuse_what_is_not_whole(app)
    # Here, for a quick start: most commands do without it.
    from governance.demo import loading

    printed = loading.load(app)
    _write(cards, printed + "\n")
    cut_short.unmark(app)
    return f"{printed}\nAll of this is kept in {cards}, for this demo only."


def addresses(settings: Config) -> str:
    """Return where to look."""
    # Here, for a quick start: most commands do without it.
    from governance.demo import printing

    return printing.addresses(settings)


@contextmanager
def witnessed(settings: Config, app: Flask) -> Iterator[str]:
    """Run a partner beside this block who witnesses the demo's ledgers; yield what to print of it."""
    # Here, for a quick start: most commands do without it.
    from governance.demo import next_door

    with next_door.opened(settings.home) as partner:
        yield partner.meet(app) if partner else next_door.WITHOUT


def _write(path: Path, text: str) -> None:
    """Write a file that only this account can read, whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
