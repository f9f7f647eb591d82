"""The unavoidable part, in bare Flask: one durable insert, and a page of any size made from twenty rows.

For the desk there is one more: who is signed in, the key that the cookie's secret unlocks, as many sealed rows as the
desk shows, each opened with it, and a page of that size made from them.

It has no form token, no seal, no languages, no sign-in and no strict headers. Both its database and its server are
set as ours are, so what is measured is what the product adds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask, render_template, request
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Mapped, mapped_column

from governance import sealing
from governance.storage.database import PRAGMAS

ROWS = 20
# Every process of the server needs the same ones.
SECRET = bytes(32)  # What the cookie of somebody signed in would hold.
PRIVATE = bytes(range(32))
PUBLIC = X25519PrivateKey.from_private_bytes(PRIVATE).public_key().public_bytes_raw()
db = SQLAlchemy()


class Note(db.Model):  # type: ignore[name-defined]
    """What is posted."""

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str]


class SignIn(db.Model):  # type: ignore[name-defined]
    """Somebody who is signed in, and their key, locked."""

    id: Mapped[int] = mapped_column(primary_key=True)
    alias: Mapped[str]
    locked: Mapped[bytes]


class Sealed(db.Model):  # type: ignore[name-defined]
    """One message as it is kept."""

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]


class Line(db.Model):  # type: ignore[name-defined]
    """What the page of one size shows."""

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(index=True)
    title: Mapped[str]
    words: Mapped[str]


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Page</title></head>
<body><main><h1>Page</h1>
{% for line in lines %}<article><h2>{{ line.title }}</h2>
<p>{{ line.words }}</p></article>
{% endfor %}</main></body></html>
"""


def create_app() -> Flask:
    """Return the bare app on the database in BARE_DATABASE."""
    app = Flask(__name__, static_folder=os.environ.get("BARE_FILES"), static_url_path="/static")
    app.jinja_loader = DictLoader({"page.html": PAGE})
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["BARE_DATABASE"]
    db.init_app(app)
    with app.app_context():
        _durable(db.engine)
    app.add_url_rule("/note", view_func=note, methods=["POST"])
    app.add_url_rule("/page/<int:size>", view_func=page)
    app.add_url_rule("/opening/<int:seals>/page/<int:size>", view_func=opening)
    return app


def _durable(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: object, record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def on_begin(connection: object) -> None:
        writes = request and request.method == "POST"
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")  # type: ignore[attr-defined]


def note() -> str:
    """Keep what was posted."""
    db.session.add(Note(words=request.form["words"]))
    db.session.commit()
    return "Thank you."


def opening(seals: int, size: int) -> str:
    """Return a page of about *size* bytes, made from *seals* messages that the key of who is signed in opens."""
    who = db.session.scalars(select(SignIn).where(SignIn.id == 1)).one()
    opened = sealing.opener(sealing.unlock(SECRET, who.locked, b"bench"), b"bench")
    rows = db.session.scalars(select(Sealed).order_by(Sealed.id).limit(seals)).all()
    said = [json.loads(opened(row.sealed)) for row in rows]
    rest = max(0, size - seals * 120) // seals
    lines = [{"title": each["title"], "words": each["words"][:90] + "w" * rest} for each in said]
    return render_template("page.html", lines=lines)


def page(size: int) -> str:
    """Return a page of exactly *size* bytes."""
    return render_template("page.html", lines=db.session.scalars(select(Line).where(Line.size == size)).all())


def fill(app: Flask, sizes: Iterable[int]) -> None:
    """Make the tables, and the rows of a page of each size."""
    with app.app_context():
        db.create_all()
        db.session.add(SignIn(alias="Somebody", locked=sealing.lock(SECRET, PRIVATE, b"bench")))
        words = json.dumps({"title": "A message", "words": "w" * 270}).encode()
        db.session.add_all(Sealed(sealed=sealing.seal(PUBLIC, words, b"bench")) for _ in range(100))
        for size in sizes:
            with app.test_request_context():
                room = size - len(render_template("page.html", lines=[Line(title="Line 00", words="")] * ROWS))
            each, rest = divmod(max(0, room), ROWS)
            lengths = [each + rest, *[each] * (ROWS - 1)]
            db.session.add_all(
                Line(size=size, title=f"Line {place:02}", words="w" * length) for place, length in enumerate(lengths)
            )
            db.session.commit()
        db.engine.dispose()
