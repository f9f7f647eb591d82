"""A proposal that changes the charter says which number and to what: as data, fixed with its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.board import service as board
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.proposals import service
from governance.proposals.models import Proposal
from governance.proposals.rules import Kind, Power
from governance.ruling.errors import RuleRefused
from tests.board.factories import a_board
from tests.page import PageClient
from tests.proposals.factories import DAY, WHOLE, in_talk

SignIn = Callable[..., PageClient]
CHANGE = replace(WHOLE, kind=Kind.CHARTER_CHANGE, power=Power.BOARD, charter_numbers=(("notice_days", 5),))


def numbers(session: Session, proposal: Proposal) -> dict[str, Any] | None:
    return service.current(session, proposal).charter_numbers


def test_only_what_is_another_than_now_is_a_change(session: Session, keys: KeyFolder) -> None:
    writer = a_board(session, keys)[0]
    asked = (("notice_days", 5), ("least_yes", 3), ("quorum_share", "2/4"), ("votes_by_name", True))
    proposal = service.draft(session, writer, replace(CHANGE, charter_numbers=asked), DAY)
    assert numbers(session, proposal) == {"notice_days": 5, "votes_by_name": True}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ((("notice_days", 31),), "choose from 1 to 30"),
        ((("family_seats", 9),), "It must be 51% or more"),
        ((("chair_months", 6),), "no number of that name"),
    ],
)
def test_what_the_charter_does_not_allow_is_not_written(
    session: Session, keys: KeyFolder, asked: Any, says: str
) -> None:
    writer = a_board(session, keys)[0]
    with pytest.raises(RuleRefused, match=says):
        service.draft(session, writer, replace(CHANGE, charter_numbers=asked), DAY)
    proposal = in_talk(session, writer, CHANGE)
    with pytest.raises(RuleRefused, match=says):
        service.revise(session, keys, proposal, replace(CHANGE, charter_numbers=asked), "More.", DAY)


def test_another_number_is_a_new_version_and_its_notice_begins_again(session: Session, keys: KeyFolder) -> None:
    writer = a_board(session, keys)[0]
    proposal = in_talk(session, writer, CHANGE)
    service.revise(session, keys, proposal, replace(CHANGE, charter_numbers=(("notice_days", 6),)), "More.", DAY)
    newest, first = service.versions(session, proposal)
    assert (first.charter_numbers, newest.charter_numbers) == ({"notice_days": 5}, {"notice_days": 6})
    assert proposal.stands_since == DAY


def test_an_item_of_another_kind_changes_no_number(session: Session, keys: KeyFolder) -> None:
    writer = a_board(session, keys)[0]
    proposal = in_talk(session, writer, CHANGE)
    service.revise(session, keys, proposal, replace(CHANGE, kind=Kind.ORDINARY), "Not now.", DAY)
    assert numbers(session, proposal) is None


def test_its_words_are_fixed_only_once_it_says_which_number(session: Session, keys: KeyFolder) -> None:
    """The board's first charter is the control: it may be taken on as it stands."""
    writer = a_board(session, keys)[0]
    says_nothing = replace(CHANGE, charter_numbers=())
    service.freeze(session, in_talk(session, writer, says_nothing))
    board.adopt_charter(session, replace(board.charter(session), least_yes=4), DAY, "2026-001")
    proposal = in_talk(session, writer, says_nothing)
    with pytest.raises(RuleRefused, match="Say which number of the charter changes"):
        service.freeze(session, proposal)
    service.revise(session, keys, proposal, CHANGE, "It says which.", DAY)
    service.freeze(session, proposal)


def test_what_was_written_before_proposals_named_numbers_is_not_fixed_and_does_not_say_that_none_change(
    session: Session, keys: KeyFolder
) -> None:
    """What it asks for stands in its prose: it must not read as if the charter stayed as it is."""
    proposal = in_talk(session, a_board(session, keys)[0], CHANGE)
    service.current(session, proposal).charter_numbers = None
    assert service.charter_asked(session, proposal, service.current(session, proposal)) == []
    with pytest.raises(RuleRefused, match="Say which number of the charter changes"):
        service.freeze(session, proposal)


def test_numbers_that_no_longer_fit_are_not_fixed(session: Session, keys: KeyFolder) -> None:
    writer = a_board(session, keys)[0]
    proposal = in_talk(session, writer, replace(CHANGE, charter_numbers=(("fewest_to_decide", 9),)))
    board.adopt_charter(session, replace(board.charter(session), lived_seats=5), DAY, "2026-001")
    with pytest.raises(RuleRefused, match="there are only 7 seats"):
        service.freeze(session, proposal)


def test_the_page_says_what_is_now_and_keeps_what_was_typed(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    a_board(session, keys, day=clock.today())
    session.commit()
    member = sign_in(Role.MEMBER)
    page = member.get("/board/proposals/new").text
    assert "Now: 3 · It can be from 1 to 30." in page
    typed = {"title": "More notice", "ask": "Five days.", "charter_notice_days": "5", "charter_two_thirds": "70 %"}
    forgot = member.submit("/board/proposals/new", **typed)
    assert forgot.status_code == 422
    assert "You filled in a number of the charter" in forgot.text.replace("&#39;", "'")
    beyond = member.submit("/board/proposals/new", **{**typed, "charter_notice_days": "31"}, kind="charter_change")
    assert beyond.status_code == 409
    assert 'value="31"' in beyond.text
    kept = member.submit("/board/proposals/new", **typed, charter_second_check="no", kind="charter_change")
    assert kept.status_code == 303
    shown = member.get("/board/proposals/1").text
    for line in ("Days of notice: 5 (now 3)", "Share of yes for the big items: 70% (now 2/3)", "no second check"):
        assert line in shown
    fields = member.form("/board/proposals/1/edit", "charter_notice_days")["fields"]
    told = {name: value for name, value in fields.items() if name.startswith("charter_") and value}
    assert told == {"charter_notice_days": "5", "charter_two_thirds": "70%", "charter_second_check": "no"}


def test_none_of_a_kind_of_seat_is_a_number_that_is_filled_in(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    a_board(session, keys, day=clock.today())
    session.commit()
    member = sign_in(Role.MEMBER)
    assert "filled in" not in fold_of_numbers(member.get("/board/proposals/new").text)
    typed = {"title": "No alternates", "ask": "Nobody sits in.", "charter_alternates": "0"}
    assert "1 filled in" in fold_of_numbers(member.submit("/board/proposals/new", **typed).text)


def fold_of_numbers(page: str) -> str:
    """Return what stands on the fold of the numbers while it is shut."""
    return page.split("If it changes our charter: which numbers")[1].split("</summary>")[0]
