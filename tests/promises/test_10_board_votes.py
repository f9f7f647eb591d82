"""Promise 10, where two people are too few: a seat before its day and a theme that people brought take a vote.

The two who could do it yesterday press every button; then the vote is put in their way's place, and they can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.board import service as board
from governance.board.models import Seat, Term
from governance.board.views.door import RemovalDecided, removals_decided
from governance.decisions import service as decisions
from governance.decisions.models import Record
from governance.feedback import service as feedback
from governance.feedback.models import Theme, ThemeMessage
from governance.feedback.rules import Lane
from governance.feedback.views.door import closings_decided
from governance.keys.keyfolder import KeyFolder
from governance.ledger.models import Leaf
from governance.people.models import Account
from governance.permissions.roles import Role
from governance.programme import accounting
from governance.proposals import service as proposals
from governance.proposals.rules import Kind, Power
from governance.responses import service as responses
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import NOW as VOTED
from tests.ballots.factories import Vote, a_vote
from tests.decisions.factories import TODAY as DECIDED
from tests.decisions.factories import WHOLE as RECORD
from tests.decisions.factories import a_draft
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.feedback.messages import released
from tests.page import Page, PageClient
from tests.people.factories import told_to_members
from tests.proposals.factories import WHOLE, in_talk
from tests.responses.factories import a_site
from tests.second_yes import agree

Enter = Callable[[str], PageClient]
CARRY_OUT = "Carry out what was decided on Seat 2"
YES = ("yes", "yes", "yes", "no", "abstain")
NO = ("yes", "no", "no", "no", "abstain")


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Iterator[Founded]:
    with clock.stopped_at(NOW):
        founded = an_open_programme(session, keys)
        theme = feedback.start_theme(session, "Police across the street", "", Lane.SUGGESTION, TODAY)
        feedback.put_in(
            session, theme, released(founded, "They stand there each night"), feedback.Hand(founded.keys, TODAY)
        )
        feedback.start_theme(session, "Made by mistake", "", Lane.SUGGESTION, TODAY)
        session.commit()
        yield founded


def token(device: PageClient) -> dict[str, str]:
    """What any form of a signed-in person brings with it."""
    return {"csrf_token": device.form("/language")["fields"]["csrf_token"]}


def seat_of(session: Session, alias: str) -> int:
    account = session.scalars(select(Account.id).where(Account.alias == alias)).one()
    seat = board.seat_of(session, account, clock.today())
    session.rollback()
    assert seat
    return seat.seat_id


def sits(session: Session, founded: Founded, alias: str) -> bool:
    session.expire_all()
    found = board.seat_of(session, founded.account(alias), clock.today()) is not None
    session.rollback()
    return found


def try_to_remove(session: Session, founded: Founded, enter: Enter, alias: str) -> list[int]:
    """Two people press what ends a term, by each road there is; return how each was answered."""
    facilitator, seat, stays = enter("Cedar"), seat_of(session, alias), {"card": "stays"}
    answers = [
        facilitator.post(f"/board/seats/{seat}/end", data={**token(facilitator), **stays}),
        facilitator.post(f"/board/seats/{seat}/remove", data={**token(facilitator), "record": "2026-001", **stays}),
    ]
    admin = enter("Moss")
    answers.append(admin.post(f"/accounts/{founded.account(alias)}/end", data=token(admin)))
    for device in (enter("Dogwood"), enter("Ash")):
        for form in Page(device.get("/second-yes").text).forms:
            if form["action"].endswith("/agree"):
                device.post(form["action"], data=form["fields"])
    return [answer.status_code for answer in answers]


def test_two_people_take_nobodys_seat_while_the_term_runs(session: Session, founded: Founded, enter: Enter) -> None:
    assert try_to_remove(session, founded, enter, "Elder") == [409, 409, 409]
    assert sits(session, founded, "Elder")


@pytest.mark.of_one_database
def test_the_vote_is_what_stands_in_their_way(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with a record about this term the same two people do it."""
    term = board.running_term(session, seat_of(session, "Elder")).id
    board.ask_for_seat_openly(session, keys, "proposal:7", 7, term, TODAY)
    session.commit()
    monkeypatch.setattr(removals_decided, "_fillers", [lambda: [RemovalDecided("2026-001", "A seat", "proposal:7")]])
    assert try_to_remove(session, founded, enter, "Fern") == [409, 409, 409], "it is about another seat"
    assert try_to_remove(session, founded, enter, "Elder")[1] == 303
    assert not sits(session, founded, "Elder")


@pytest.mark.of_one_database
@pytest.mark.parametrize("days_off", [0, 30], ids=["without a break", "after a break"])
def test_whoever_is_chosen_again_meanwhile_does_not_escape_the_vote(
    session: Session, keys: KeyFolder, founded: Founded, days_off: int
) -> None:
    """Each term is a row of its own, and the board voted about who sits there. Who comes back later begins anew."""
    seat, elder = seat_of(session, "Elder"), founded.account("Elder")
    first = board.running_term(session, seat)
    board.ask_for_seat_openly(session, keys, "proposal:7", 7, first.id, TODAY)
    if days_off:
        board.end_term(session, seat, TODAY)
    again = Term(seat_id=seat, account_id=elder, begins=TODAY + timedelta(days=days_off or 20))
    first.ends = first.ends or again.begins
    session.add(again)
    session.flush()
    if days_off:
        with pytest.raises(RuleRefused, match="not about who sits here"):
            board.remove_member(session, "proposal:7", "2026-001", seat, TODAY)
        return
    board.remove_member(session, "proposal:7", "2026-001", seat, TODAY)
    assert (first.ends, again.ends) == (TODAY, again.begins), "neither is served on"


@pytest.mark.of_one_database
def test_once_its_days_are_over_two_people_end_a_term(session: Session, founded: Founded, enter: Enter) -> None:
    with clock.stopped_at(NOW + timedelta(days=366)):
        assert try_to_remove(session, founded, enter, "Elder")[0] == 303
        assert not sits(session, founded, "Elder")


@pytest.mark.of_one_database
def test_a_member_gives_their_own_seat_back_and_no_other(session: Session, founded: Founded, enter: Enter) -> None:
    member = enter("Elder")
    assert member.submit("/board", "give-back", card="stays").status_code == 303
    assert sits(session, founded, "Elder"), "it takes another of the board"
    assert agree(enter("Dogwood"), about="Elder gives Seat 5 back").status_code == 303
    assert not sits(session, founded, "Elder")
    assert "Elder asked, Dogwood agreed" in enter("Fern").get("/board").text
    assert member.post("/board/my-seat/give-back", data={**token(member), "card": "stays"}).status_code == 404


def wrong(session: Session, keys: KeyFolder) -> list[str]:
    """What the audit says of seats and of who was asked for."""
    kinds = [kind for kind in accounting.every_kind() if "removal" in kind.tables]
    return [each for each in accounting.differences(session, keys, clock.today(), kinds) if "is about" not in each]


# The whole way: a proposal, a vote, its record, and two who write it down


def removal_of(session: Session, keys: KeyFolder) -> Callable[[list[int]], Any]:
    """What asks for the seat of the second member."""

    def fields(members: list[int]) -> Any:
        board.tell_how_seats_stand(session, keys, VOTED.date())
        seat = board.seat_of(session, members[1], VOTED.date())
        assert seat
        title = "A seat is taken back"
        return replace(WHOLE, title=title, kind=Kind.REMOVAL, power=Power.BOARD, about_term=seat.term_id)

    return fields


def decided(
    session: Session, keys: KeyFolder, fields: Any, choices: tuple[str, ...] = YES, kind: str = "majority"
) -> tuple[Record, Vote]:
    """A proposal, its vote, and its record, adopted."""
    record, vote = a_draft(session, keys, choices, kind=kind, fields=fields)
    decisions.complete(session, record, replace(RECORD, result="The board has voted on it."))
    assert responses.adopt_and_start_clock(session, keys, record, DECIDED) is None, "staff have no say in it"
    assert responses.open_duties(session, DECIDED) == []
    session.commit()
    return record, vote


@pytest.mark.of_one_database
@pytest.mark.parametrize(("choices", "passes"), [(YES, True), (NO, False)])
def test_the_board_votes_and_two_write_it_down(
    session: Session, keys: KeyFolder, sign_in: Callable[..., PageClient], client: PageClient, choices: tuple[str, ...],
    passes: bool,
) -> None:  # fmt: skip
    a_site(session)
    record, vote = decided(session, keys, removal_of(session, keys), choices, "two_thirds")
    number, proposal, meant = record.number, vote.proposal.number, vote.members[1]
    alias, seat = "Chair2", "Seat 2"
    with clock.stopped_at(VOTED + timedelta(days=8)):
        facilitator, other = sign_in(Role.FACILITATOR), sign_in(Role.MEMBER, sits=True)
        assert f"take {seat} from {alias}" in other.get(f"/board/proposals/{proposal}").text
        page = facilitator.get(f"/board/seats/{seat_of(session, alias)}").text
        assert ("Ask to take the seat" in page) is passes
        data = {**token(facilitator), "record": number, "card": "stays"}
        assert (CARRY_OUT in facilitator.get("/board").text) is passes
        assert CARRY_OUT not in other.get("/board").text, "it waits for who keeps the seats"
        asked = facilitator.post(f"/board/seats/{seat_of(session, alias)}/remove", data=data)
        assert asked.status_code == (303 if passes else 409)
        assert CARRY_OUT not in facilitator.get("/board").text, "it was asked for, or there is nothing to do"
        if passes:
            assert agree(other, about=f"The board takes {seat} from {alias}").status_code == 303
        session.expire_all()
        assert (board.seat_of(session, meant, clock.today()) is None) is passes
        assert wrong(session, keys) == []
        session.rollback()
        again = facilitator.post(f"/board/seats/{2}/remove", data=data)
        assert again.status_code == 409
        addresses = (f"/proposals/{proposal}", f"/decisions/{number}", f"/decisions/{number}.json", "/ledger", "/")
        public = [client.get(address).text for address in addresses]
    public += [leaf.body for leaf in session.scalars(select(Leaf))]
    assert not [text for text in public if alias in text or seat in text]


@pytest.mark.of_one_database
def test_who_it_is_about_keeps_a_vote_and_the_page_says_so(
    session: Session, keys: KeyFolder, sign_in: Callable[..., PageClient]
) -> None:
    a_site(session)
    vote = a_vote(session, keys, "two_thirds", fields=removal_of(session, keys))
    assert vote.members[1] in [account for account, _class, _signed in ballots.the_roll(session, vote.ballot)]
    session.commit()
    with clock.stopped_at(VOTED):
        page = sign_in(Role.MEMBER, sits=True).get(f"/board/proposals/{vote.proposal.number}").text
    assert "Chair2 has a vote on this too, unless Chair2 steps out." in page


def test_whose_seat_it_is_about_is_told_to_all_and_cannot_be_changed_unseen(session: Session, keys: KeyFolder) -> None:
    record, vote = decided(session, keys, removal_of(session, keys), kind="two_thirds")
    members = vote.members
    told = told_to_members(session, 50)
    assert [line for line in told if "asks the board to take Seat 2 from Chair2" in line]
    with pytest.raises(RuleRefused, match="words are fixed"):
        proposals.revise(session, keys, vote.proposal, removal_of(session, keys)([0, members[2]]), "Another.", DECIDED)
    other = session.scalars(select(Term).where(Term.account_id == members[2])).one()
    with pytest.raises(RuleRefused, match="not about who sits here"):
        board.remove_member(session, vote.proposal.matter, record.number, other.seat_id, DECIDED)
    asked = board.seat_asked_for(session, vote.proposal.matter)
    assert asked
    board.ask_for_seat(session, vote.proposal.matter, other.id)  # As whoever owns the database could.
    assert any("removal proposal" in each for each in wrong(session, keys))


@pytest.mark.of_one_database
def test_a_change_of_whose_seat_begins_the_notice_anew(session: Session, keys: KeyFolder, founded: Founded) -> None:
    first, second = (board.running_term(session, seat_of(session, alias)).id for alias in ("Elder", "Fern"))
    own = replace(WHOLE, kind=Kind.REMOVAL, power=Power.BOARD, about_term=first)
    proposal = in_talk(session, founded.account("Ash"), own, keys)
    proposals.revise(session, keys, proposal, own, "Nothing changes.", TODAY)
    assert proposal.stands_since != TODAY
    proposals.revise(session, keys, proposal, replace(own, about_term=second), "It is about another seat.", TODAY)
    assert proposal.stands_since == TODAY
    said = told_to_members(session, 2)
    assert [name for name in ("Fern", "Elder") for line in said if name in line] == ["Fern", "Elder"]


# Themes


def try_to_close(enter: Enter, theme: int, record: str = "") -> list[int]:
    reader, data = enter("Ash"), {"record": record}
    answers = [
        reader.post(f"/desk/themes/{theme}/close", data={**token(reader), **data}),
        reader.post(f"/desk/themes/{theme}/close-empty", data=token(reader)),
    ]
    agree_all(enter("Juniper"))
    return [answer.status_code for answer in answers]


def agree_all(device: PageClient) -> None:
    for form in Page(device.get("/second-yes").text).forms:
        if form["action"].endswith("/agree"):
            device.post(form["action"], data=form["fields"])


def is_closed(session: Session, theme: int) -> bool:
    session.expire_all()
    closed = session.get_one(Theme, theme).closed_on is not None
    session.rollback()
    return closed


@pytest.mark.of_one_database
def test_two_readers_close_nothing_that_people_brought(
    session: Session, founded: Founded, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert try_to_close(enter, 1, "2026-001") == [409, 409]
    assert not is_closed(session, 1)
    assert try_to_close(enter, 2) == [409, 303]
    assert is_closed(session, 2), "what is empty takes two readers"
    monkeypatch.setattr(closings_decided, "_fillers", [lambda theme: [("2026-001", "It is done")]])
    assert try_to_close(enter, 1, "2026-001") == [303, 409]
    assert is_closed(session, 1), "the control: the vote is what was missing"


@pytest.mark.of_one_database
def test_what_was_on_the_agenda_is_never_empty(session: Session, founded: Founded) -> None:
    theme = session.get_one(Theme, 2)
    feedback.check_is_empty(session, theme)
    theme.agenda_on = TODAY
    with pytest.raises(RuleRefused, match="The board votes first"):
        feedback.check_is_empty(session, theme)


@pytest.mark.of_one_database
@pytest.mark.parametrize(("choices", "passes"), [(YES, True), (NO, False)])
def test_a_vote_closes_the_themes_it_names_and_no_others(
    session: Session, keys: KeyFolder, choices: tuple[str, ...], passes: bool
) -> None:
    named, other = (feedback.start_theme(session, title, "", Lane.SUGGESTION, TODAY) for title in ("Rain", "Heat"))
    own = replace(WHOLE, kind=Kind.CLOSING_THEMES, power=Power.BOARD, themes=(named.id,))
    record, _vote = decided(session, keys, own, choices)
    assert [each.number for each in decisions.decided(session, Kind.CLOSING_THEMES, named.id)] == (
        [record.number] if passes else []
    )
    assert decisions.decided(session, Kind.CLOSING_THEMES, other.id) == []


def test_a_theme_keeps_the_record_that_closed_it_and_the_ledger_too(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closings_decided, "_fillers", [lambda theme: [("2026-001", "It is done")]])
    try_to_close(enter, 1, "2026-001")
    assert list(accounting.differences(session, keys, TODAY)) == []
    session.get_one(Theme, 1).closed_by = "2026-002"
    session.flush()
    assert list(accounting.differences(session, keys, TODAY)) != []
    assert session.scalars(select(Seat.id)).first()
    assert session.scalars(select(ThemeMessage.theme_id)).first() == 1
