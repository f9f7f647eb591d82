"""Promise 1: no address, device, account or clock time of a participant is stored or logged.

Everything a browser or a proxy could tell goes through the real server, errors included. Then every file under the
home folder, every column of every table and everything the server printed is searched for it. Words written there on
purpose must be found by the same search, or the search would prove nothing.
"""

from __future__ import annotations

import re
import secrets
import tempfile
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
from flask import Request
from sqlalchemy import DateTime, Time, create_engine, inspect, text
from werkzeug import formparser

from governance import assets, clock
from governance.ballots import models as ballots_models
from governance.feedback import models as feedback_models
from governance.feedback import service as feedback
from governance.frame.incoming import InMemoryRequest
from governance.proposals import service as proposals
from governance.sealing import codes
from governance.storage import database
from tests.factories import Founded
from tests.promises.conftest import Served
from tests.promises.participant import PAGE, come_to_words, multipart, thanked
from tests.promises.traces import files_under, found_in, rows_of, ways_to_write
from tests.visitor import Visitor, posting_form

MARK = "zq" + secrets.token_hex(6)  # In everything sent: words, names of files, the browser's own headers.
ADDRESS, ADDRESS_6 = "203.0.113.77", "2001:db8:7ace:51de:a11:0f:7e57:1"
ON_PURPOSE = "zk" + secrets.token_hex(6)
TELLING = {
    "X-Forwarded-For": f"{ADDRESS}, {ADDRESS_6}",
    "Forwarded": f'for="[{ADDRESS_6}]";by={ADDRESS};host={MARK}.example',
    "X-Real-IP": ADDRESS,
    "User-Agent": f"Mozilla/5.0 ({MARK} tablet)",
    "Referer": f"https://{MARK}.example/came/from",
    "Accept-Language": f"en-{MARK[:8]}, es;q=0.5, {MARK};q=0.1",
    "Cookie": f"other={MARK}",
}


def a_participant(served: Served) -> Visitor:
    return Visitor(served.port, dict(TELLING))


# What is sent


def give_feedback(served: Served) -> str:
    """Send a message twice, as a double click does, and return its follow-up code."""
    visit = come_to_words(a_participant(served))
    address, fields = posting_form(visit.visitor.post(PAGE, {**visit.fields, "words": MARK, "go": "next"}).page, PAGE)
    for _ in range(2):
        answer = visit.visitor.post(address, {**fields, "wants_code": "y", "go": "send"})
        assert thanked(answer)
    digits = re.search(r">(\d{4}(?: \d{4}){4})<", answer.text)
    assert digits
    return digits[1]


def send_a_file(served: Served) -> None:
    """Post the form with a file nobody asked for, once small and once so large that it is refused."""
    visit = come_to_words(a_participant(served))
    for size, status in ((200, 200), (300_000, 413)):
        files = {"file": (f"{MARK}.jpg", MARK.encode() + b"\xff" * size)}
        body, kind = multipart({**visit.fields, "words": MARK, "go": "send"}, files)
        assert visit.visitor.ask("POST", PAGE, body, Content_Type=kind).status == status


def follow_up(served: Served, code: str) -> None:
    """Look the word up, add to it, and try a code that is none."""
    visitor = a_participant(served)
    page = visitor.post(*filled(visitor, "/code", "code", code)).page
    address, fields = posting_form(page, "/code", "words")
    assert visitor.post(address, {**fields, "words": f"more {MARK}"}).status == 200
    assert visitor.post(*filled(visitor, "/code", "code", f"{MARK} {MARK} one two three")).status == 422


def filled(visitor: Visitor, path: str, name: str, value: str) -> tuple[str, dict[str, str]]:
    address, fields = posting_form(visitor.get(path).page, path, name)
    return address, {**fields, name: value}


def do_everything_wrong(served: Served) -> None:
    """Wrong methods, wrong addresses, broken text, bodies too large, forms without their token."""
    visitor, form = a_participant(served), "application/x-www-form-urlencoded"
    typed = f"words={MARK}&go=send&lane={MARK}&trap={MARK}".encode()
    statuses = {
        "wrong method": visitor.ask("PUT", "/say", typed).status,
        "no such page": visitor.ask("GET", f"/{MARK}/{MARK}?q={MARK}").status,
        "no such word": visitor.ask("GET", f"/decisions/{MARK}").status,
        "a search": visitor.ask("GET", f"/decisions?q={MARK}").status,
        "broken address": visitor.ask("GET", f"/%ff%fe{MARK}?x=%00{MARK}").status,
        "broken words": visitor.ask("POST", PAGE, b"words=%ff%fe\xff" + typed, Content_Type=form).status,
        "no token": visitor.ask("POST", "/code", f"code={MARK}".encode(), Content_Type=form).status,
        "too large": visitor.ask("POST", "/say", typed + b"x" * 300_000, Content_Type=form).status,
        "a name as a card": visitor.post(*filled(visitor, "/sign-in", "alias", MARK)).status,
        "a cookie of their own": Visitor(served.port, {**TELLING, "Cookie": f"voice={MARK}"}).ask("GET", "/say").status,
        "broken body": visitor.ask("POST", "/say", typed, Content_Type=f"multipart/form-data; boundary={MARK}").status,
    }
    assert {what: status for what, status in statuses.items() if status >= 500} == {}
    assert statuses["too large"] == 413
    assert statuses["no such page"] == 404


def break_the_server(served: Served) -> None:
    """Take a key away, so that sending fails as nobody foresaw: the log says the kind of error and nothing else."""
    visit = come_to_words(a_participant(served))
    key = served.home / "keys" / "held.key"
    key.rename(key.with_suffix(".away"))
    assert visit.send(MARK).status == 500
    key.with_suffix(".away").rename(key)
    log = served.installation.log.read_text()
    assert "NotReady" in log  # So what the server prints does reach this log.
    assert [line for line in log.splitlines() if not re.match(r"\[\d{4}-\d\d-\d\d\] [A-Z]+: ", line)] == []
    assert not re.search(r"\d\d:\d\d", log)  # No hour, for it would be the hour of somebody's visit.


def ways_to_say(code: str) -> list[str]:
    """The same follow-up code in digits and in words."""
    digits = code.replace(" ", "")
    return [code, digits, *(codes.in_words(int(digits), language) for language in ("en", "es"))]


# Where it is looked for


def everywhere(served: Served) -> Iterator[tuple[str, bytes]]:
    yield from files_under(served.home)
    yield from rows_of(database.db.engine)
    yield from files_of_postgresql((served.home / "keys" / "programme").stat().st_mtime)  # As it was founded.


def files_of_postgresql(since: float) -> Iterator[tuple[str, bytes]]:
    """The server's own files of this database, its own log, and of its write-ahead log what was written since."""
    if database.db.engine.dialect.name != "postgresql":
        return
    with database.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        number = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar_one()
    yield from files_under(folder / "base" / str(number))
    yield from files_under(folder / "pg_wal", since)
    yield from ((path.name, path.read_bytes()) for path in folder.iterdir() if path.is_file())


def write_on_purpose(founded: Founded) -> None:
    """Let a member write the control word into a proposal, as members do."""
    fields = proposals.ProposalFields(title=f"More hours {ON_PURPOSE}", ask="Open on Sunday.")
    with database.writing():
        proposals.draft(founded.session, founded.account("Cedar"), fields, clock.today())
        founded.session.commit()


def release_everything(founded: Founded) -> None:
    with database.writing():
        founded.session.rollback()
        assert feedback.release(founded.session, founded.keys, clock.today() + timedelta(days=400)) >= 2
        founded.session.commit()


def test_nothing_that_tells_who_it_was_is_left_anywhere(served: Served) -> None:
    code = give_feedback(served)
    send_a_file(served)
    follow_up(served, code)
    do_everything_wrong(served)
    break_the_server(served)
    write_on_purpose(served.founded)
    looked_for = [MARK, ADDRESS, ADDRESS_6, *ways_to_say(code)]
    places = list(everywhere(served))
    found_on_purpose = found_in([ON_PURPOSE], places)
    assert any("proposal_version.title" in place for place in found_on_purpose), "The rows were not searched."
    assert len(found_on_purpose) > 1, "The files of the database were not searched."
    assert found_in(looked_for, places) == []
    release_everything(served.founded)
    served.installation.stop()
    assert found_in(looked_for, everywhere(served)) == []


@pytest.mark.parametrize("way", ways_to_write(ON_PURPOSE))
def test_the_search_knows_every_way_of_writing_a_word(tmp_path: Path, way: str) -> None:
    hidden = tmp_path / "tmp" / ".spool"
    hidden.parent.mkdir()
    hidden.write_bytes(b"\xfe before" + ways_to_write(ON_PURPOSE)[way] + b"after \xff")
    assert any(f"({way})" in hit for hit in found_in([ON_PURPOSE], files_under(tmp_path)))
    assert found_in([MARK], files_under(tmp_path)) == []


def test_the_search_knows_an_address_in_bytes(tmp_path: Path) -> None:
    (tmp_path / "rows").write_bytes(b"\0\0" + ways_to_write(ADDRESS_6)["packed"])
    assert found_in([ADDRESS_6], files_under(tmp_path)) == [f"{ADDRESS_6} (packed) in rows"]


@pytest.mark.parametrize(("kind_of_request", "spools"), [(Request, True), (InMemoryRequest, False)])
def test_a_body_of_unknown_length_touches_no_temporary_file(
    kind_of_request: type[Request], spools: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    for name in ("TemporaryFile", "SpooledTemporaryFile"):
        spool = getattr(tempfile, name)
        monkeypatch.setattr(
            formparser, name, lambda *a, name=name, spool=spool, **k: made.append(name) or spool(*a, **k), raising=False
        )
    body, kind = multipart({"words": MARK}, {"file": (f"{MARK}.jpg", MARK.encode())})
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": kind,
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
    }
    with kind_of_request(environ) as request:
        assert request.files["file"].filename == f"{MARK}.jpg"
    assert bool(made) is spools  # Werkzeug's own request does it: what our one must never do.


# The reviewed list of what is stored

STORED = tomllib.loads((assets.PACKAGE / "data" / "stored.toml").read_text(encoding="utf-8"))
INTAKE = frozenset(
    {"held", "message", "intake_leaf", "form_token", "taken_once", "follow_up", "reply", "quote", "theme_message"}
)
FINEST = {"none", "month", "week", "day"}


def tables_of(*packages: ModuleType) -> set[str]:
    """The tables these modules declare, whatever they are called."""
    return {
        model.__tablename__
        for package in packages
        for model in vars(package).values()
        if getattr(model, "__module__", "") == package.__name__ and hasattr(model, "__tablename__")
    }


def test_every_stored_column_is_on_the_reviewed_list_and_no_other(database_url: str) -> None:
    engine = create_engine(database_url)
    tables = inspect(engine)
    kept = {table: {c["name"] for c in tables.get_columns(table)} for table in tables.get_table_names()}
    listed = {table: set(facts["columns"]) for table, facts in STORED.items()}
    engine.dispose()
    # What waits for a second yes, is being written, which screens there are, asks for a worker, or is asked back.
    beside = {"asked", "draft", "kiosk", "kiosk_call", "question"}
    assert set(listed) == tables_of(feedback_models, ballots_models) | beside
    assert listed == {table: kept.get(table, set()) for table in listed}


def test_what_participants_leave_has_no_clock_time_and_no_counter(database_url: str) -> None:
    engine = create_engine(database_url)
    tables = inspect(engine)
    fine, counted = [], []
    for table in sorted(INTAKE):
        for column in tables.get_columns(table):
            name = f"{table}.{column['name']}"
            fine += [name] if isinstance(column["type"], DateTime | Time) else []
            counted += [name] if column.get("autoincrement") is True or "nextval" in str(column.get("default")) else []
    engine.dispose()
    assert fine == []
    assert counted == []


def test_the_list_says_what_each_column_means_and_how_fine_its_time_is() -> None:
    unsaid = [
        f"{table}.{column}"
        for table, facts in STORED.items()
        for column, said in facts["columns"].items()
        if not said["means"].strip() or (table in INTAKE and said.get("time", "none") not in FINEST)
    ]
    assert unsaid == []
