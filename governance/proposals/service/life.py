"""The life of a proposal, from draft to decided. Every step is checked against `rules.STEPS`."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from governance.board import service as board
from governance.board.rules import AgendaKind, AgendaState, check_says_why
from governance.keys.keyfolder import KeyFolder
from governance.proposals import rules
from governance.proposals.models import Proposal
from governance.proposals.rules import Status
from governance.proposals.service import words_line
from governance.proposals.service.reading import current, missing
from governance.proposals.service.turns import lock
from governance.proposals.service.writing import same_words_again
from governance.ruling.errors import RuleRefused
from governance.ruling.lifecycle import check_step
from governance.ruling.sentences import N_, Sentence, together

NOT_READY = N_("It is not ready yet. {missing}")


def start_discussion(
    session: Session, keys: KeyFolder, proposal: Proposal, today: date, *,
    account_id: int | None = None, runs_board: bool = False,
) -> None:  # fmt: skip
    """Put a draft to the board. From here on it is public, without the name of its writer.

    *account_id* is who asks; None stands for the writer.
    """
    lock(session, proposal)
    rules.check_may_begin_talk(writer=account_id in (None, proposal.author_account_id), runs_board=runs_board)
    check_step(rules.STEPS, proposal.status, Status.DISCUSSION)
    if proposal.status is not Status.DRAFT:
        raise RuleRefused(N_("Its talk has begun before. Say why it goes back to the talk."))
    words = current(session, proposal)
    _refuse_missing(missing(session, proposal))
    proposal.status, proposal.opened_on, proposal.stands_since = Status.DISCUSSION, today, today
    board.add_agenda_item(session, AgendaKind.PROPOSAL, str(proposal.number), words.title, today)
    asked = board.seat_asked_for(session, proposal.matter)
    board.ask_for_seat_openly(session, keys, proposal.matter, proposal.number, asked.term_id if asked else None, today)
    session.flush()


def freeze(session: Session, proposal: Proposal) -> None:
    """Fix the words, so that everyone votes on the same ones: the ledger has their hash from now on.

    Refuses with the list of what is missing.
    """
    lock(session, proposal)
    check_step(rules.STEPS, proposal.status, Status.FROZEN)
    _refuse_missing(missing(session, proposal))
    proposal.status = Status.FROZEN
    words_line.tell(session, proposal)
    session.flush()


def back_to_discussion(session: Session, proposal: Proposal, reason: str, today: date) -> None:
    """Open the words again: fixed, parked, or of a vote that was called off. The reason becomes part of the proposal.

    What is being voted on goes back only through ballots, which calls the vote off first.
    """
    lock(session, proposal)
    if proposal.status not in (Status.FROZEN, Status.PARKED, Status.BALLOT):
        raise RuleRefused(N_("Only fixed or parked words can go back to the talk. Look at the page again."))
    _reopen(session, proposal, reason, today)


def try_again(session: Session, proposal: Proposal, reason: str, today: date) -> None:
    """Take a proposal that did not pass back to the talk, for a second try with better words."""
    lock(session, proposal)
    if proposal.status is not Status.BALLOT:
        raise RuleRefused(N_("Only what was voted on can be tried again. Look at the page again."))
    _reopen(session, proposal, reason, today)


def _reopen(session: Session, proposal: Proposal, reason: str, today: date) -> None:
    rules.check_back_to_discussion(proposal.status, reason)
    if reason.strip():
        same_words_again(session, proposal, reason, today)
    proposal.status, proposal.hurry = Status.DISCUSSION, None
    _on_agenda(session, proposal, AgendaState.WAITING)
    session.flush()


def park(session: Session, keys: KeyFolder, proposal: Proposal, reason: str, today: date, *, by: str) -> None:
    """Put it aside for later. Nothing is lost, everyone can see that it waits, and members read who put it there.

    *reason*: why, in one sentence. *by*: the name of whoever does it. Raises RuleRefused where there is no reason.
    """
    check_says_why(reason)
    _step(session, proposal, Status.PARKED, AgendaState.PARKED)
    title = current(session, proposal).title
    board.tell_it_left(session, keys, title, AgendaState.PARKED, reason=reason, by=by, today=today)


def withdraw(session: Session, proposal: Proposal, *, account_id: int | None = None, by_two: bool = False) -> None:
    """Take it back. *account_id* is who asks; None stands for the writer. What was public stays readable.

    *by_two*: two people agreed to it, whoever wrote it.
    """
    lock(session, proposal)
    rules.check_may_take_back(writer=account_id in (None, proposal.author_account_id), by_two=by_two)
    _step(session, proposal, Status.WITHDRAWN, AgendaState.CLOSED)


def check_may_withdraw(session: Session, proposal: Proposal) -> None:
    """Refuse to ask for the end of a proposal that is at a vote, decided, or taken back already. Raises RuleRefused."""
    lock(session, proposal)
    check_step(rules.STEPS, proposal.status, Status.WITHDRAWN)


def mark_in_ballot(session: Session, proposal: Proposal) -> None:
    """Its ballot was opened (called by ballots). A second ballot on the same words is no new step."""
    if proposal.status is not Status.BALLOT:
        _step(session, proposal, Status.BALLOT, None)


def mark_decided(session: Session, proposal: Proposal) -> None:
    """Its decision record was adopted (called by decisions)."""
    _step(session, proposal, Status.DECIDED, AgendaState.CLOSED)


def _step(session: Session, proposal: Proposal, there: Status, agenda: AgendaState | None) -> None:
    lock(session, proposal)
    check_step(rules.STEPS, proposal.status, there)
    proposal.status = there
    if agenda:
        _on_agenda(session, proposal, agenda)
    session.flush()


def _on_agenda(session: Session, proposal: Proposal, state: AgendaState) -> None:
    board.follow_on_agenda(session, AgendaKind.PROPOSAL, str(proposal.number), state)


def _refuse_missing(lacks: list[str | Sentence]) -> None:
    if lacks:
        raise RuleRefused(Sentence(NOT_READY, missing=together(lacks)))
