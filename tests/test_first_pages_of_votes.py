"""Votes by state, and what was decided: each waits on the first page of whoever can take the next step, and no other.

A programme has a vote in each state. Then everyone signs in, and their first pages are compared (`test_first_pages`).
The control: once the step is taken, the line is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.ballots.models import Ballot
from governance.board import service as board
from governance.decisions import service as decisions
from governance.decisions.models import Record
from governance.feedback import service as feedback
from governance.feedback.rules import Lane
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.proposals import service as proposals
from governance.proposals.models import Proposal
from governance.proposals.rules import Kind, Power
from tests.ballots.factories import AFTER, CLOSES, NOW, OPENS, Vote
from tests.decisions.factories import WHOLE as RECORD
from tests.factories import Founded, an_open_programme
from tests.laid_out import emptied, prepared
from tests.proposals.factories import WHOLE, frozen
from tests.test_first_pages import EVERYBODY, first_page, they_lead_somewhere, who

LATER = CLOSES + timedelta(days=3, hours=1)
VOTERS = ("Ash", "Birch", "Cedar", "Dogwood", "Elder", "Fern", "Gorse", "Hazel", "Ivy")
READERS = {"Ash", "Birch", "Juniper", "Kelp", "Larch"}
HERE = (EVERYBODY | set(VOTERS)) - {"Sorrel", "Teasel", "Umber"}
FACILITATOR = {"Cedar"}

# A few words of the line of each kind, and who can do something about it.
KINDS = {
    ("Counted", "Begin the record"): FACILITATOR,
    ("No quorum", "Take the words back to the talk"): FACILITATOR,
    ("Left lying", "is not counted"): FACILITATOR,
    ("Fixed words", "Call the vote"): FACILITATOR,
    ("Four yes", "The board changed its charter"): FACILITATOR,
    ("Wet wipes", "The board voted to close this theme"): READERS,
    ("Opens soon", "Vote where no one looks. It opens"): set(VOTERS),
}
CALLED = ("Left lying", "Opens soon", "Counted", "No quorum")
CHARTER = replace(WHOLE, kind=Kind.CHARTER_CHANGE, power=Power.BOARD, charter_numbers=(("least_yes", 4),))


class Votes:
    """The votes of a programme, by their titles."""

    def __init__(self, founded: Founded) -> None:
        self.founded = founded
        self.members = [founded.account(alias) for alias in VOTERS]

    def ballot(self, title: str) -> Ballot:
        number = CALLED.index(title) + 1
        return self.founded.session.scalars(select(Ballot).where(Ballot.number == number)).one()

    def fixed(self, title: str, fields: Any = WHOLE) -> Proposal:
        return frozen(self.founded.session, self.members[3], replace(fields, title=title), self.founded.keys)

    def called(self, title: str, fields: Any = WHOLE, kind: str = "majority", **times: Any) -> Vote:
        session, keys, cards = self.founded.session, self.founded.keys, self.founded.cards
        tellers = [cards["Ash"], cards["Birch"]]
        proposal = self.fixed(title, fields)
        ballot = ballots.call_vote(
            session, keys, proposal, kind=kind, tellers=[each.account_id for each in tellers], now=NOW,
            **{"opens_at": OPENS, "closes_at": CLOSES, **times},
        )  # fmt: skip
        vote = Vote(session, keys, ballot, proposal, self.members, tellers, [])
        vote.print_cards()
        return vote

    def counted(self, title: str, *choices: str, **more: Any) -> Vote:
        vote = self.called(title, **more)
        vote.cast(*choices)
        vote.count()
        return vote

    def decided(self, title: str, **more: Any) -> Record:
        vote = self.counted(title, *("yes",) * 9, **more)
        record = decisions.draft_record(self.founded.session, vote.ballot, AFTER.date())
        decisions.complete(self.founded.session, record, RECORD)
        decisions.adopt(self.founded.session, self.founded.keys, record, AFTER.date())
        return record


def in_each_state(session: Session, keys: KeyFolder) -> Founded:
    """Found a programme and have a vote in each state, called in the order of `CALLED`."""
    with clock.stopped_everywhere(NOW):
        votes = Votes(an_open_programme(session, keys, NOW))
        theme = feedback.start_theme(session, "Wet wipes", "", Lane.SUGGESTION, NOW.date())
        votes.fixed("Fixed words")
        votes.called("Left lying")
        votes.called("Opens soon", opens_at=LATER + timedelta(days=1), closes_at=LATER + timedelta(days=4))
    closing = replace(WHOLE, kind=Kind.CLOSING_THEMES, power=Power.BOARD, themes=(theme.id,))
    votes.counted("Counted", *("yes",) * 9)
    votes.counted("No quorum", "yes")
    votes.decided("Close the wet wipes", fields=closing)
    votes.decided("Four yes", fields=CHARTER, kind="two_thirds")
    session.commit()
    return votes.founded


@pytest.fixture
def votes(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Votes]:
    """A programme with a vote in each state, three days after they closed."""
    emptied(keys)
    founded = prepared("a vote in each state", session, keys, lambda: in_each_state(session, keys))
    with clock.stopped_everywhere(LATER):
        yield Votes(founded)


def seen_by(app: Flask, founded: Founded) -> dict[tuple[str, ...], set[str]]:
    pages = {alias: first_page(app, founded, alias) for alias in HERE}
    return {
        kind: {alias for alias, lines in pages.items() if any(all(each in line for each in kind) for line in lines)}
        for kind in KINDS
    }


@pytest.mark.on_both
def test_each_state_waits_where_somebody_can_take_the_next_step(app: Flask, votes: Votes) -> None:
    assert seen_by(app, votes.founded) == KINDS


def test_once_the_step_is_taken_nothing_waits(app: Flask, votes: Votes) -> None:
    """The control."""
    session, keys, founded = votes.founded.session, votes.founded.keys, votes.founded
    today = LATER.date()
    decisions.draft_record(session, votes.ballot("Counted"), today)
    ballots.back_to_talk(session, votes.ballot("No quorum"), today)
    ballots.end_without_result(session, keys, votes.ballot("Left lying"), "Both tellers are ill.", LATER)
    fixed = proposals.by_number(session, 1)
    assert fixed
    proposals.back_to_discussion(session, fixed, "One word is wrong.", today)
    (theme,) = decisions.themes_to_close(session)
    cedar, ash = who(founded, "Cedar"), who(founded, "Ash")
    said = board.numbers_in_words({"least_yes": 4})[0]
    people.ask(session, keys, ash, "feedback.close_theme", said, today, subject=theme.id)
    people.ask(session, keys, cedar, "board.new_charter", said, today)
    for alias in VOTERS:
        ballots.sign_for(session, votes.ballot("Opens soon"), founded.account(alias), LATER)
    session.commit()
    assert seen_by(app, founded) == {kind: set() for kind in KINDS}


def test_what_is_in_force_or_closed_waits_for_nobody(app: Flask, votes: Votes) -> None:
    session, founded = votes.founded.session, votes.founded
    (theme,) = decisions.themes_to_close(session)
    said = board.numbers_in_words({"least_yes": 4})[0]
    feedback.close_theme(session, founded.keys, theme, said, LATER.date(), "2026-001")
    board.adopt_charter(session, board.charter_with(session, {"least_yes": 4}), LATER.date(), "2026-002")
    session.commit()
    seen = seen_by(app, founded)
    assert [kind for kind, found in seen.items() if not found] == [
        ("Four yes", "The board changed its charter"), ("Wet wipes", "The board voted to close this theme"),
    ]  # fmt: skip


def test_the_lines_lead_to_pages_that_whoever_finds_them_may_open(app: Flask, votes: Votes) -> None:
    they_lead_somewhere(app, votes.founded, FACILITATOR | READERS)
