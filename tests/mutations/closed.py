"""A copy of the closed log of an election, as somebody makes one who has only what is served."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from governance.ballots.models import Ballot
from governance.ledger.tiles import WIDTH
from governance.storage.database import db


def closed_logs(app: Flask, folder: Path) -> list[Path]:
    """Copy each closed log that is public into a folder of its own below *folder*; return these."""
    with app.app_context():
        numbers = list(db.session.scalars(db.select(Ballot.number).order_by(Ballot.number)))
    client = app.test_client()
    return [each for number in numbers if (each := _copied(client, number, folder / str(number)))]


def _copied(client: FlaskClient, number: int, folder: Path) -> Path | None:
    head = client.get(f"/ledger/elections/{number}/checkpoint")
    if head.status_code != 200:
        return None
    size = int(head.text.splitlines()[1])
    assert 0 < size < WIDTH, "one tile holds it"
    for name in ("checkpoint", "key", f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(client.get(f"/ledger/elections/{number}/{name}").data)
    return folder
