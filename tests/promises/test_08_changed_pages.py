"""Promise 8 on the pages: words that were changed in the database are not shown as those that were published."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from governance.storage import database, leaves
from governance.storage.database import db
from tests.demo.served import Demo

FORGED = "Forged by whoever owns the database."
PROOF = "Nobody can make it fit if a word is changed"
TITLE = "UPDATE record SET title = :forged, result = :forged, why = :forged WHERE id = :id"
WHOLE = 'UPDATE record SET title = :forged, result = :forged, published = \'{"number": "x"}\' WHERE id = :id'
ANSWER = (
    "UPDATE response SET short = :forged, body = :forged WHERE duty_id = (SELECT id FROM duty WHERE record_id = :id)"
)
PROMISE = "UPDATE commitment SET text = :forged WHERE duty_id = (SELECT id FROM duty WHERE record_id = :id)"
DONE = "UPDATE commitment SET state = 'done' WHERE duty_id = (SELECT id FROM duty WHERE record_id = :id)"
# A record with an answer that promises something, which the board has not checked.
ONE = """SELECT record.id, record.number FROM record JOIN duty ON duty.record_id = record.id
  JOIN commitment ON commitment.duty_id = duty.id WHERE commitment.state != 'done' ORDER BY record.id"""


Pages = tuple[str, str, str, str, str]


@pytest.fixture
def forge(demo_to_spoil: Demo) -> Iterator[Callable[[str], Pages]]:
    """Change the rows of one record, or of its answer; return the pages that show it, as plain text.

    These are its own page, the list, the wall, its year and the principles. What was changed is put back.
    """
    tables = ("record", "response", "commitment")
    with demo_to_spoil.app.app_context(), db.engine.begin() as connection:
        kept = {name: connection.execute(text(f"SELECT * FROM {name}")).mappings().all() for name in tables}
        one = connection.execute(text(ONE)).first()
        assert one is not None

    def forge(sql: str) -> Pages:
        with demo_to_spoil.app.app_context(), database.writing():
            db.session.execute(text(sql), {"forged": FORGED, "id": one.id})
            db.session.commit()
        demo_to_spoil.app.extensions.get("kept pages", {}).clear()  # They are five seconds old at most.
        visitor = demo_to_spoil.as_somebody()
        pages = (
            visitor.get(url).text
            for url in (f"/decisions/{one.number}", "/decisions", "/", f"/years/{one.number[:4]}", "/principles")
        )
        return tuple(_plain(page) for page in pages)

    yield forge
    with demo_to_spoil.app.app_context(), database.writing():
        for name, rows in kept.items():
            for row in rows:
                columns = ", ".join(f"{column} = :{column}" for column in row)
                db.session.execute(text(f"UPDATE {name} SET {columns} WHERE id = :id"), dict(row))
        db.session.commit()


def _plain(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(page))


def test_an_honest_page_offers_its_proof(forge: Callable[[str], Pages]) -> None:
    """The control: nothing was changed, and nothing is said to be doubtful."""
    page, found, wall, year, served = forge("UPDATE record SET title = title WHERE id = :id AND :forged = :forged")
    assert page.count(PROOF) == 2, "that of the record, and that of its answer"
    assert not any(doubt in each for each in (page, found, wall, year, served) for doubt in (*DOUBTS,))


DOUBTS = (leaves.CHANGED_SINCE, leaves.NOT_AS_PUBLISHED)


@pytest.mark.parametrize("sql", [TITLE, ANSWER, PROMISE], ids=["record", "answer", "promise"])
def test_what_was_published_comes_back_and_the_page_says_why(forge: Callable[[str], Pages], sql: str) -> None:
    page, found, wall, year, served = forge(sql)
    assert leaves.CHANGED_SINCE in page
    assert not any(FORGED in each for each in (page, found, wall, year, served))
    if sql != PROMISE:
        assert leaves.CHANGED_SINCE in wall
        assert leaves.CHANGED_SINCE in year
    if sql == TITLE:
        assert leaves.CHANGED_SINCE in found
        assert leaves.CHANGED_SINCE in served


@pytest.mark.parametrize(("sql", "proofs"), [(WHOLE, 0), (DONE, 1)], ids=["record", "promise"])
def test_where_nothing_is_left_to_go_by_the_page_says_so_and_offers_no_proof(
    forge: Callable[[str], Pages], sql: str, proofs: int
) -> None:
    page, _, _, year, served = forge(sql)
    assert leaves.NOT_AS_PUBLISHED in page
    assert leaves.NOT_AS_PUBLISHED in year
    assert (leaves.NOT_AS_PUBLISHED in served) == (sql == WHOLE)
    assert page.count(PROOF) == proofs, "that of the record still holds where only its answer was changed"
