"""Promise 13 for what somebody typed: whatever fails at the end of sending, the form comes back with the words.

The real server, and real faults: a disk that is full, a database that refuses at COMMIT, a key that is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg

from governance.storage import database
from tests.databases import PostgreSQL
from tests.promises.participant import come_to_words, thanked
from tests.server import Installation, free_port
from tests.visitor import Answer, Visitor, posting_form

WORDS = "the kettle is cold since May"
REFUSED_AT_COMMIT = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
CREATE CONSTRAINT TRIGGER refused AFTER INSERT ON held DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION refuse();
"""


def begin(home: Path, url: str) -> Installation:
    installation = Installation(home, free_port(), url, workers=1)
    installation.found()
    database.db.session.remove()
    database.db.engine.dispose()
    installation.close()
    installation.start()
    return installation


def fill(disk: Path) -> None:
    """Write until nothing more fits."""
    with (disk / "full").open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return


def sent_again(answer: Answer, visitor: Visitor) -> Answer:
    """Press send on the page that came back."""
    address, fields = posting_form(answer.page, "/kiosk", "so_far")
    return visitor.post(address, {**fields, "go": "send"})


def came_back(answer: Answer) -> bool:
    return answer.status in (500, 503) and WORDS in answer.text and "Nothing was kept yet." in answer.text


def test_a_full_disk_gives_the_words_back(a_disk: Callable[[int], Path], tmp_path: Path) -> None:
    small_disk = a_disk(8)
    installation = begin(tmp_path / "home", f"sqlite:///{small_disk / 'programme.db'}")
    try:
        visit = come_to_words(Visitor(installation.port))
        assert Visitor(installation.port).get("/readyz").status == 200
        fill(small_disk)
        assert Visitor(installation.port).get("/readyz").status == 503
        answer = visit.send(WORDS)
        assert came_back(answer), (answer.status, answer.text)
        assert came_back(sent_again(answer, visit.visitor))
        (small_disk / "full").unlink()
        assert Visitor(installation.port).get("/readyz").status == 200
        assert thanked(sent_again(answer, visit.visitor))
    finally:
        installation.stop()


def test_an_error_at_commit_gives_the_words_back(postgresql: PostgreSQL, tmp_path: Path) -> None:
    url = postgresql.fresh()
    installation = begin(tmp_path / "home", url)
    try:
        visit = come_to_words(Visitor(installation.port))
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(REFUSED_AT_COMMIT)
            answer = visit.send(WORDS)
            assert came_back(answer), (answer.status, answer.text)
            connection.execute("DROP TRIGGER refused ON held")
        assert thanked(sent_again(answer, visit.visitor))
    finally:
        installation.stop()
        postgresql.drop()


def test_a_missing_key_gives_the_words_back(tmp_path: Path) -> None:
    installation = begin(tmp_path / "home", f"sqlite:///{tmp_path / 'programme.db'}")
    try:
        visit = come_to_words(Visitor(installation.port))
        away = installation.home / "away"
        (installation.home / "keys").rename(away)
        assert Visitor(installation.port).get("/readyz").status == 503
        answer = visit.send(WORDS)
        assert WORDS in answer.text, (answer.status, answer.text)
        away.rename(installation.home / "keys")
        assert thanked(sent_again(answer, visit.visitor))
    finally:
        installation.stop()


def test_the_check_sees_words_that_are_gone() -> None:
    kept = Answer(503, {}, f"<textarea>{WORDS}</textarea> Nothing was kept yet.".encode())
    assert came_back(kept)
    assert not came_back(replace(kept, body=b"Nothing was kept yet."))
    assert not came_back(replace(kept, status=200))
