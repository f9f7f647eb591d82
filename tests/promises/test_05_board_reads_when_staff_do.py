"""Promise 5: no role can open a message before the board's readers can."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import sealing
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import Held
from governance.feedback.rules import Audience
from governance.feedback.service import payload
from governance.feedback.service.release import without_outer_seal
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import IntakeKey, KeyWrap
from governance.people.rules import ReaderFacts
from governance.ruling.errors import RuleRefused
from tests.databases import on_both
from tests.factories import TODAY, Founded, an_open_programme

SAID = "the light by the back door is broken"
READERS = ("Ash", "Birch", "Juniper", "Kelp", "Larch")
BOARD = frozenset({"Ash", "Birch"})
BY_AUDIENCE = {
    Audience.EVERYONE: feedback.Submission(token=b"", words=SAID, lane=rules.Lane.SUGGESTION),
    Audience.GRIEVANCE: feedback.Submission(token=b"", words=SAID, about=rules.About.WORKER),
    Audience.MANAGER: feedback.Submission(token=b"", words=SAID, about=rules.About.MANAGER),
    Audience.URGENT: feedback.Submission(token=b"", words=SAID, lane=rules.Lane.URGENT),
}


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Founded:
    """An open programme with readers of the board and of the staff."""
    return an_open_programme(session, keys)


def send(founded: Founded, audience: Audience, route: rules.Route) -> None:
    said = replace(BY_AUDIENCE[audience], token=secrets.token_bytes(16), route=route)
    feedback.take(founded.session, founded.keys, said, TODAY)
    founded.session.commit()


def who_reads(founded: Founded, audience: Audience) -> set[str]:
    """Everyone who finds the words in their inbox."""
    found = set()
    for alias in READERS:
        try:
            page = feedback.inbox(founded.session, founded.keys, founded.reader(alias), audience)
        except RuleRefused:
            continue
        if any(message.words == SAID for message in page.messages):
            found.add(alias)
    return found


@pytest.mark.parametrize("audience", on_both(Audience, [Audience.EVERYONE]))
@pytest.mark.parametrize("route", [rules.Route.LATER, rules.Route.NOW, rules.Route.PAPER])
def test_nobody_reads_before_it_is_let_out_and_then_the_board_does_at_once(
    founded: Founded, audience: Audience, route: rules.Route
) -> None:
    send(founded, audience, route)
    assert who_reads(founded, audience) == set()
    if route is rules.Route.NOW:
        feedback.release_now(founded.session, founded.keys, TODAY)
    else:
        feedback.release(founded.session, founded.keys, TODAY + timedelta(days=3))
    founded.session.commit()
    reading = who_reads(founded, audience)
    assert reading >= BOARD
    assert reading > BOARD or audience is Audience.URGENT


def by_hand(founded: Founded, alias: str, held: Held, sealed: bytes) -> payload.Facts:
    """Open *sealed* with the key of *alias*, past every page. Raises SealBroken."""
    key = founded.session.get_one(IntakeKey, held.intake_key_id)
    private = people.intake_private(founded.session, founded.keys, founded.reader(alias), key.id)
    return payload.opener(private, founded.keys, key.period, key.audience)(sealed)


@pytest.mark.parametrize("alias", on_both(READERS, ["Ash"]))
def test_a_held_message_opens_to_no_reader_even_by_hand(founded: Founded, alias: str) -> None:
    send(founded, Audience.EVERYONE, rules.Route.LATER)
    held = founded.session.scalars(select(Held)).one()
    with pytest.raises(sealing.SealBroken):
        by_hand(founded, alias, held, held.sealed)


@pytest.mark.of_one_database
@pytest.mark.parametrize("alias", READERS)
def test_with_the_outer_seal_off_the_same_hand_opens_it(founded: Founded, alias: str) -> None:
    """The control: it is the outer seal that keeps what is held from a worker who has the key."""
    send(founded, Audience.EVERYONE, rules.Route.LATER)
    held = founded.session.scalars(select(Held)).one()
    inner = without_outer_seal(founded.keys.need("held.key"), held)
    assert inner is not None
    assert by_hand(founded, alias, held, inner)["words"] == SAID


def holders(session: Session, readers: dict[int, ReaderFacts], key: IntakeKey) -> tuple[int, int]:
    """How many readers of the board, and how many others, hold a key."""
    ids = session.scalars(select(KeyWrap.account_id).where(KeyWrap.intake_key_id == key.id)).all()
    board = sum(readers[account_id].board for account_id in ids)
    return board, len(ids) - board


def test_whoever_holds_a_key_two_readers_of_the_board_hold_it_too(founded: Founded) -> None:
    readers = people.readers(founded.session, founded.keys)
    keys = founded.session.scalars(select(IntakeKey)).all()
    assert {key.audience for key in keys} == set(Audience)
    assert all(holders(founded.session, readers, key)[0] >= 2 for key in keys)


def test_a_message_moved_to_other_readers_is_open_to_the_board_there_as_well(founded: Founded) -> None:
    send(founded, Audience.EVERYONE, rules.Route.LATER)
    feedback.release(founded.session, founded.keys, TODAY + timedelta(days=3))
    staff = founded.reader("Juniper")
    message = feedback.inbox(founded.session, founded.keys, staff, Audience.EVERYONE).messages[0]
    feedback.move(founded.session, founded.keys, staff, message.id, Audience.GRIEVANCE, TODAY)
    assert who_reads(founded, Audience.GRIEVANCE) >= BOARD
    assert "Juniper" not in who_reads(founded, Audience.GRIEVANCE)


def test_the_last_reader_of_the_board_cannot_be_removed(founded: Founded) -> None:
    session, keys = founded.session, founded.keys
    first, second = founded.reader("Ash"), founded.reader("Kelp")
    asked = people.propose_removal(session, keys, first, founded.account("Birch"), TODAY)
    people.confirm_removal(session, keys, second, asked.id, TODAY)
    third = founded.reader("Juniper")
    with pytest.raises(RuleRefused):
        people.propose_removal(session, keys, third, founded.account("Ash"), TODAY)
    readers = people.readers(session, keys)
    for key in session.scalars(select(IntakeKey)).all():
        assert holders(session, readers, key)[0] >= 1
