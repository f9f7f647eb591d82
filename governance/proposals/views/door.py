"""What every proposal page needs: the blueprint, and finding the proposal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort

from governance.board import service as board
from governance.frame.narrowed import Told
from governance.frame.slots import Slot
from governance.frame.thread import StopOnPage
from governance.proposals import service
from governance.proposals.models import Proposal, ProposalVersion
from governance.proposals.rules import Status
from governance.ruling.sentences import Sentence
from governance.ruling.steps import Step
from governance.storage.database import db

bp = Blueprint("proposals", __name__)

# The kind of mark that says where a proposal is, on members' pages.
KINDS = {
    Status.DRAFT: "draft", Status.BALLOT: "open", Status.FROZEN: "held", Status.DISCUSSION: "new",
    Status.PARKED: "not-yet", Status.DECIDED: "done", Status.WITHDRAWN: "closed",
}  # fmt: skip

steps_to_a_vote: Slot[[Proposal], Step] = Slot()
holds_its_vote: Slot[[Proposal], Sentence] = Slot()  # Why no vote on its fixed words can be called now.
vote_opens_later: Slot[[Proposal], bool] = Slot()  # Whether a vote on it was called, and has not opened.
hold_its_vote: Slot[[Proposal], Sentence] = Slot()  # Holds a vote that has not opened, for a concern; says what came.
answers_above: Slot[[], tuple[str, str]] = Slot()  # Answers that only somebody above the director can look at again.
records_to_change: Slot[[], tuple[str, str]] = Slot()  # Decisions of which the board said that they are to be changed.
replaced_if_yes: Slot[[Proposal], str] = Slot()  # The decision whose place it takes, as the papers of its votes say.
words_in_doubt: Slot[[Proposal], str] = Slot()  # What is wrong with its words, where they are not those of its votes.
thread_of_proposal: Slot[[Proposal], StopOnPage] = Slot()


def told_of(each: service.Listed) -> Told:
    """Return what *each* row of a list of proposals says, and the states it is in: for looking through the list."""
    proposal, words = each
    return f"{proposal.number} {words.title} {words.ask}", [proposal.status]


def takes_place_of(proposal: Proposal) -> str:
    """Return the number of the decision whose place *proposal* takes if the board says yes, or an empty one.

    Once it is voted on, that is what its paper says. Once that is over, its record says what came of it.
    """
    if proposal.status is Status.BALLOT:
        return next(iter(replaced_if_yes(proposal)), "")
    return "" if proposal.status is Status.DECIDED else proposal.changes_record


def doubt_of_words(proposal: Proposal) -> str:
    """Return what is wrong with the words of *proposal*, where they are not those that were fixed, or an empty text."""
    return service.words_doubt(db.session, proposal) or next(iter(words_in_doubt(proposal)), "")


def words_shown(proposal: Proposal, versions: Sequence[ProposalVersion]) -> dict[str, Any]:
    """Return what every page of *proposal* shows of its words: the newest of *versions*, and how they changed."""
    return {
        "words": versions[0],
        "takes_place_of": takes_place_of(proposal),
        "charter_lines": service.charter_asked(db.session, proposal, versions[0]),
        "words_doubt": doubt_of_words(proposal),
        "changes": service.how_words_changed(versions),
        "numbers_in_words": board.numbers_in_words,
    }


def find(number: int) -> Proposal:
    """Return the proposal of this number, or answer 404."""
    return service.by_number(db.session, number) or abort(404)
