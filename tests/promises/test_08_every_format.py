"""Promise 8 in every format: a file and a feed say what their page says, or they are not given out.

Each public route that answers with something else than a page is in one of the two tables below. The rows behind each
one are changed by SQL: what is not what was published is refused, or left out. The control is the honest file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots.models import Ballot, Bundle, Count
from governance.decisions import service as decisions
from governance.decisions.models import LookedAgain, Record
from governance.decisions.service import published as words_published
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.proposals.models import ProposalVersion
from tests.ballots.test_box_told import TWELVE
from tests.decisions.factories import a_record
from tests.decisions.test_looking_again import STANDS, THE_DAY, at
from tests.promises.outsider import public_rules
from tests.responses.factories import a_site

FORGED = "Forged by whoever owns the database."
ALL_YES = ("yes",) * 11 + ("no",)
pytestmark = pytest.mark.of_one_database

# What a visitor may fetch as a file, and what it is made of. These are held below.
HELD = {
    "/decisions/<number>.json", "/decisions/<number>.tlog-proof", "/decisions/<number>/looked-again.json",
    "/decisions.atom", "/ballots/<number:number>/bundle.json", "/ballots/<number:number>/words.json",
}  # fmt: skip
# These say nothing of a record or a vote, or are the ledger itself, which whoever fetches them checks.
ELSEWHERE = {
    "/ballots/<number:number>/wall-list": "a page to print: `test_08_lines_shown.py`",
    "/verifier.py": "a file of the program",
    "/kiosk/worker.js": "a file of the program",
    "/aloud/<language>/<key>.wav": "sounds: docs/threats.md says that no line holds them",
    "/ledger/<log>/<number>.tlog-proof": "a proof, which proves itself",
    "/ledger/<log>/tile/<path:rest>": "the lines themselves, under signed heads",
    "/ledger/elections/<number:number>/tile/<path:rest>": "the closed log of a vote, under its signed head",
}


def of_record(**values: Any) -> Callable[[Session], None]:
    return lambda session: session.execute(update(Record).values(**values))


def of_vote(table: type[Any], **values: Any) -> Callable[[Session], None]:
    return lambda session: session.execute(update(table).values(**values))


def a_look_put_in(session: Session) -> None:
    """With another line of the ledger, so that it has one."""
    look = session.scalars(select(LookedAgain)).one()
    kept = {column.key: getattr(look, column.key) for column in LookedAgain.__table__.columns}
    session.execute(insert(LookedAgain).values(**kept | {"id": 77, "why": FORGED, "leaf": 0}))


def forge_line(kind: str, old: str) -> Callable[[Session], None]:
    """Write other words into the text of the line alone."""

    def forge(session: Session) -> None:
        lines = session.scalars(select(Leaf).where(Leaf.log == "decisions", Leaf.body.contains(f'"kind":"{kind}"')))
        for line in lines.all():
            assert old in line.body
            values = {"body": line.body.replace(old, FORGED)}
            session.execute(update(Leaf).where(Leaf.log == line.log, Leaf.number == line.number).values(**values))

    return forge


JSON, PROOF, LOOKS, ATOM = (
    "/decisions/2026-001.json", "/decisions/2026-001.tlog-proof", "/decisions/2026-001/looked-again.json",
    "/decisions.atom",
)  # fmt: skip
BUNDLE, WORDS = "/ballots/1/bundle.json", "/ballots/1/words.json"
WHOLE_TEXT = f'{{"number":"2026-001","result":"{FORGED}"}}'
# Where the row was changed and the text that was published was not, the published words are given out.
ATTACKS: dict[str, tuple[Callable[[Session], Any], tuple[str, ...]]] = {
    "the text of a record": (of_record(published=WHOLE_TEXT), (JSON, PROOF, ATOM)),
    "a record and its text": (of_record(result=FORGED, why=FORGED, published=WHOLE_TEXT), (JSON, PROOF, ATOM)),
    "a record on another line": (of_record(result=FORGED, leaf=0), (JSON, PROOF, ATOM)),
    "a record's row": (of_record(result=FORGED, why=FORGED, title=FORGED), ()),
    "a look put in": (a_look_put_in, ()),
    "a look's row": (of_vote(LookedAgain, why=FORGED), ()),
    "the line of a look": (forge_line("looked-again", STANDS.why), ()),
    "a bundle": (of_vote(Bundle, public=FORGED.encode()), (BUNDLE,)),
    "a result": (of_vote(Count, result="not_adopted"), (BUNDLE,)),
    "a result on another line": (of_vote(Count, leaf=0), (BUNDLE,)),
    "the words of a vote": (of_vote(ProposalVersion, ask=FORGED), (WORDS,)),
    "a vote put in": (of_vote(Ballot, number=7), ()),
}
REFUSED = (404, 409)


@pytest.fixture
def published(session: Session, keys: KeyFolder) -> Iterator[None]:
    """A vote of which everybody sees the ballots, its record, and what came of looking at it again."""
    a_site(session)
    record, _ = a_record(session, keys, ALL_YES, classes=TWELVE)
    with clock.stopped_at(at(THE_DAY)):
        decisions.look_again(session, record, STANDS, THE_DAY)
        ledger.publish_head(session, keys, "decisions", THE_DAY)
        session.commit()
        yield


def changed(app: Flask, session: Session, forge: Callable[[Session], Any]) -> None:
    forge(session)
    session.commit()
    session.expire_all()
    app.extensions.get("kept pages", {}).clear()


def test_each_public_file_is_in_one_of_the_tables(app: Flask) -> None:
    files = {
        rule for rule in public_rules(app)
        if "." in rule.rpartition("/")[2] or rule.endswith("wall-list") or "path:" in rule
    }  # fmt: skip
    assert files == HELD | ELSEWHERE.keys()


def test_the_honest_files_are_given_out(published: None, client: Any) -> None:
    for url in (JSON, PROOF, LOOKS, ATOM, BUNDLE, WORDS):
        assert client.get(url).status_code == 200, url
    assert STANDS.why in client.get(LOOKS).text
    assert STANDS.why in client.get(ATOM).text
    assert client.get("/ballots/7/bundle.json").status_code == 404


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_format_gives_out_what_was_not_published(
    published: None, app: Flask, session: Session, client: Any, attack: str
) -> None:
    forge, refused = ATTACKS[attack]
    changed(app, session, forge)
    number = 7 if attack == "a vote put in" else 1
    every = [url.replace("/ballots/1/", f"/ballots/{number}/") for url in (JSON, PROOF, LOOKS, ATOM, BUNDLE, WORDS)]
    answers = {url: client.get(url) for url in every}
    assert not [url for url, answer in answers.items() if FORGED in answer.text]
    for url in refused:
        if url == ATOM:
            assert "2026-001.json" not in answers[url].text, "it is left out"
        else:
            assert answers[url].status_code in REFUSED, url
    if attack == "a vote put in":
        assert [answers[url].status_code for url in every[4:]] == [409, 409]


def test_where_no_file_looks_at_its_line_the_forged_text_is_given_out(
    published: None, app: Flask, session: Session, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words_published, "shown", lambda record, line: words_published.ShownRecord(record))
    changed(app, session, ATTACKS["a record and its text"][0])
    assert FORGED in client.get(JSON).text
    assert FORGED in client.get(ATOM).text
