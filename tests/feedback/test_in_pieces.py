"""A large day is let out, and later forgotten, piece by piece: writers go on, and a killed server goes on too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from governance.clockwork.rounds import Moment
from governance.clockwork.timekeeping import Doubt
from governance.feedback import rounds, rules
from governance.feedback import service as feedback
from governance.feedback.models import Batch, BatchMessage, Held, IntakeLeaf, Message
from governance.feedback.service.release import _forget_batch
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.programme import schedule
from governance.storage.database import Piece
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.feedback.messages import a_code, send, words_read
from tests.soak.large import hold_many

MANY = 40
FEW = 8
LATER = TODAY + timedelta(days=400)


@pytest.fixture
def founded(session: Session, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch) -> Founded:
    """A programme in which a piece is small and much is held."""
    for name in ("release", "retention", "shuffling"):
        monkeypatch.setattr(import_module(f"governance.feedback.service.{name}"), "AT_ONCE", FEW)
    founded = an_open_programme(session, keys)
    hold_many(session, keys, MANY, TODAY)
    return founded


def shown(session: Session) -> int:
    """How many messages for everyone readers see."""
    return sum(feedback.box_counts(session, [rules.Audience.EVERYONE], rules.Audience.EVERYONE).values())


def next_piece(pieces: Iterator[Piece], session: Session) -> bool:
    """Do one piece as a process would that dies after it; return whether there was one."""
    piece = next(iter(pieces), None)
    if piece is not None:
        piece(session)
        session.commit()
        session.expire_all()
    return piece is not None


@pytest.mark.on_both
def test_a_batch_is_seen_whole_or_not_at_all_whenever_the_server_dies(founded: Founded) -> None:
    session, keys = founded.session, founded.keys
    code = a_code(founded)
    send(founded, "mine", code=code)
    assert next_piece(feedback.release_in_pieces(session, keys, TODAY), session)
    send(founded, "came meanwhile")
    session.commit()
    seen, deaths = 0, 0
    while not seen:
        assert next_piece(feedback.end_release_in_pieces(session, keys), session), "each time a new process goes on"
        deaths += 1
        seen = shown(session)
        page = feedback.look_up(session, keys, code.keys)
        assert page
        assert (page.state == "live") == (seen > 0)
        assert (words_read(founded) == []) == (seen == 0)
        assert feedback.audit(session, keys, TODAY) == []
    assert deaths == (MANY + FEW) // FEW
    assert session.scalar(select(func.count()).select_from(Message)) == MANY + 1
    assert session.scalar(select(func.count()).select_from(Held)) == 1, "what came meanwhile waits for another day"
    while session.scalar(select(func.count()).select_from(BatchMessage)):
        next_piece(feedback.end_release_in_pieces(session, keys), session)
    assert len(list(ledger.leaves(session, "intake"))) == MANY + FEW
    assert feedback.was_let_out_on(session, TODAY)
    assert ledger.check(session, keys, "intake") == []


@pytest.mark.on_both
def test_a_period_is_emptied_to_its_end_whenever_the_server_dies(founded: Founded) -> None:
    session, keys = founded.session, founded.keys
    feedback.release(session, keys, TODAY)
    session.commit()
    while next_piece(feedback.retire_in_pieces(session, keys, LATER), session):
        assert feedback.audit(session, keys, LATER) == []
    assert set(session.scalars(select(Message.state))) == {rules.MessageState.EXPIRED}
    assert rules.Fate.MESSAGE not in set(session.scalars(select(IntakeLeaf.fate)))


def test_no_transaction_writes_more_than_a_few_rows(founded: Founded) -> None:
    session, keys = founded.session, founded.keys
    written: list[int] = []

    @event.listens_for(session.get_bind(), "after_cursor_execute")
    def count(connection: Any, cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written[-1] += max(cursor.rowcount, 0)

    for pieces in (
        feedback.release_now_in_pieces(session, keys),
        feedback.release_in_pieces(session, keys, TODAY),
        feedback.retire_in_pieces(session, keys, LATER),
    ):
        written.append(0)
        while next_piece(pieces, session):
            written.append(0)
    assert len(written) > MANY // FEW * 4
    assert max(written) <= 6 * FEW


@pytest.mark.on_both
def test_a_row_that_cannot_go_out_holds_up_nobody_and_the_audit_says_so(founded: Founded) -> None:
    """Its tag was set to that of a message: for ever nothing went out, what was urgent least of all."""
    session, keys = founded.session, founded.keys
    for piece in feedback.release_in_pieces(session, keys, TODAY):
        piece(session)
    send(founded, "the kettle")
    send(founded, "now, please", route=rules.Route.NOW)
    session.scalars(select(Held).where(Held.route != rules.Route.NOW)).first().tag = session.scalars(  # type: ignore[union-attr]
        select(Message.tag)
    ).first()
    session.commit()
    for piece in feedback.release_now_in_pieces(session, keys):
        piece(session)
    assert session.scalar(select(func.count()).where(Held.route == rules.Route.NOW)) == 0
    for piece in feedback.release_in_pieces(session, keys, TODAY + timedelta(days=4)):
        piece(session)
    assert session.scalar(select(func.count()).select_from(Batch)) == 0
    assert feedback.audit(session, keys, TODAY) == ["1 held messages were changed and do not open."]


def test_nobody_hides_a_message_by_putting_it_into_a_batch(founded: Founded) -> None:
    """Two rows by hand, and readers saw it no more. The audit names it, and the next round ends it."""
    session, keys = founded.session, founded.keys
    for piece in feedback.release_in_pieces(session, keys, TODAY):
        piece(session)
    seen = shown(session)
    message = session.scalars(select(Message.id)).first()
    later = TODAY + timedelta(days=1)
    session.add_all([Batch(number=0, day=later, names=bytes(17)), BatchMessage(message_id=message)])
    session.commit()
    assert shown(session) == seen - 1
    told = feedback.audit(session, keys, later)
    assert told == ["1 messages were put into a batch that is not theirs."]
    assert "was never ended" in feedback.audit(session, keys, later + timedelta(days=1))[0]

    for piece in feedback.end_release_in_pieces(session, keys):
        piece(session)
    assert shown(session) == seen
    assert not [each for each in feedback.audit(session, keys, later) if "batch" in each and "Leaf" not in each]


def test_two_leaders_who_drew_the_same_day_let_out_one_batch(founded: Founded) -> None:
    """One was asleep for longer than its lease, and goes on where it was."""
    session, keys = founded.session, founded.keys
    asleep = feedback.release_in_pieces(session, keys, TODAY)
    begins = next(asleep)
    for piece in feedback.release_in_pieces(session, keys, TODAY):
        piece(session)
    before = len(list(ledger.leaves(session, "intake")))
    begins(session)
    for piece in asleep:
        piece(session)
    assert (len(list(ledger.leaves(session, "intake"))), shown(session)) == (before, MANY)


def test_a_batch_is_not_forgotten_while_another_goes_out(founded: Founded) -> None:
    session, keys = founded.session, founded.keys
    pieces = feedback.release_in_pieces(session, keys, TODAY)
    while not session.scalar(select(func.count()).select_from(BatchMessage)):
        assert next_piece(pieces, session)
    names = session.scalars(select(BatchMessage.message_id)).all()
    _forget_batch(session, names)
    assert (shown(session), len(session.scalars(select(BatchMessage)).all())) == (0, len(names))


def test_a_clock_in_doubt_stops_the_rest_of_a_batch_and_nothing_urgent(founded: Founded) -> None:
    session, keys = founded.session, founded.keys
    assert next_piece(feedback.release_in_pieces(session, keys, TODAY), session)
    send(founded, "now, please", route=rules.Route.NOW)
    session.commit()
    in_doubt = [duty.pieces for duty in schedule.due(Doubt.JUMPED, may_destroy=False) if duty in rounds.DUTIES]
    for pieces in in_doubt:
        for piece in pieces(session, keys, Moment(NOW, TODAY, True)):
            piece(session)
    assert shown(session) == 1, "what was urgent"
    assert session.scalar(select(func.count()).select_from(Batch)) == MANY // FEW
    for piece in rounds.end_release(session, keys, Moment(NOW, TODAY, True)):
        piece(session)
    assert shown(session) == MANY + 1
