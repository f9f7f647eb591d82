"""What needs me now, of proposals: concerns about what I wrote."""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.proposals import service
from governance.proposals.needs import Concerned, needs
from governance.proposals.rules import RemarkKind
from tests.board.factories import a_member
from tests.proposals.factories import DAY, WHOLE, in_talk


def test_each_proposal_with_a_concern_has_a_line() -> None:
    (line,) = needs([Concerned(4, "A bench")])
    assert (line.title, line.page, line.at) == ("A bench", "proposals.work", {"number": 4})


def test_a_concern_waits_for_the_writer_alone_and_until_it_is_met(session: Session, keys: KeyFolder) -> None:
    writer, other = a_member(session, keys, "Cricket"), a_member(session, keys, "Rook")
    proposal = in_talk(session, writer)
    service.remark(session, proposal, other, "A thought", DAY)
    service.remark(session, proposal, writer, "My own doubt", DAY, RemarkKind.CONCERN)
    assert service.with_concerns(session, writer) == []

    concern = service.remark(session, proposal, other, "It is cold", DAY, RemarkKind.CONCERN)
    assert [(each.proposal, each.words.title) for each in service.with_concerns(session, writer)] == [
        (proposal, WHOLE.title)
    ]
    assert service.with_concerns(session, other) == []

    service.settle_concern(session, proposal, concern.id, other, runs_board=False)
    assert service.with_concerns(session, writer) == []


def test_a_concern_about_what_was_taken_back_waits_for_nobody(session: Session, keys: KeyFolder) -> None:
    writer, other = a_member(session, keys, "Cricket"), a_member(session, keys, "Rook")
    proposal = in_talk(session, writer)
    service.remark(session, proposal, other, "It is cold", DAY, RemarkKind.CONCERN)
    service.withdraw(session, proposal, account_id=writer)
    assert service.with_concerns(session, writer) == []
