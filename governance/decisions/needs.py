"""What needs me now, of records: drafts to finish or to disagree with, and days on which to look again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from governance.board.needs import Need, Rank, to_put_into_effect
from governance.decisions import rules
from governance.ruling.sentences import N_, Sentence


@dataclass(frozen=True)
class Drafted:
    """A record that is not out yet: whether this member may still disagree in it, and has not said how so far.

    *lies*: it is of a vote on who sits or has a role, and so late that anybody of the board may finish it.
    """

    number: str
    title: str
    may_disagree: bool = False
    lies: bool = False


@dataclass(frozen=True)
class InForce:
    """A record that is out, as it holds now, and the day on which the board said it would look again."""

    number: str
    title: str
    look_again_on: date | None = None


def needs(drafts: Iterable[Drafted], kept: Iterable[InForce], today: date, *, runs_board: bool) -> list[Need]:
    """Return a line for each: to finish for whoever runs the board, to disagree for voters, to look again for all."""
    found = [line for each in drafts for line in _of_draft(each, runs_board=runs_board)]
    return found + [_again(each, today) for each in kept if rules.is_to_look_again(each.look_again_on, today)]


LIES = N_("The vote closed a week ago or more, and its record is not out. Anybody of us can finish it.")


def to_begin(votes: Iterable[tuple[int, str]]) -> list[Need]:
    """Return a line for each of the *votes*, by number and question, that lie a week and have no record so far."""
    return [
        Need(Rank.AN_ANSWER, question, LIES, N_("Record"), "late", "ballots.work", {"number": number})
        for number, question in votes
    ]


@dataclass(frozen=True)
class Counted:
    """A vote that decided, and of which no record was begun: its number and its question."""

    number: int
    question: str


def to_record(counted: Iterable[Counted]) -> list[Need]:
    """Return a line for each vote that decided and of which nothing is written down, for whoever runs the board."""
    why = N_("It is counted. Begin the record of the decision.")
    return [
        Need(Rank.AN_ANSWER, each.question, why, N_("Record"), "open", "ballots.work", {"number": each.number})
        for each in counted
    ]


@dataclass(frozen=True)
class ToClose:
    """A theme that the board voted to close, and that is open. *asked*: one person asked for it already."""

    theme_id: int
    title: str
    asked: bool = False


def to_close(themes: Iterable[ToClose]) -> list[Need]:
    """Return a line for each theme that the board voted to close, until a reader asks for it."""
    why = N_("The board voted to close this theme. It closes once two people say so.")
    return [
        to_put_into_effect(each.title, why, "feedback.theme", {"theme_id": each.theme_id})
        for each in themes
        if not each.asked
    ]


def to_change(records: Iterable[InForce]) -> list[Need]:
    """Return a line for each record of which the board said that it is to be changed, until a proposal does it."""
    why = N_("We looked again, and it is to be changed. Write how.")
    return [
        Need(
            Rank.THE_BOARD, each.title, why, N_("To change"), "open", "proposals.new", {"changes_record": each.number}
        )
        for each in records
    ]  # fmt: skip


def _of_draft(draft: Drafted, *, runs_board: bool) -> list[Need]:
    at = {"number": draft.number}
    lines = []
    if runs_board:
        why = N_("The record is not out yet. Finish it, then a second person says yes.")
        lines.append(Need(Rank.AN_ANSWER, draft.title, why, N_("Record"), "open", "decisions.work", at))
    elif draft.lies:
        lines.append(Need(Rank.AN_ANSWER, draft.title, LIES, N_("Record"), "late", "decisions.work", at))
    if draft.may_disagree:
        why = N_("If you did not agree, you can say so in the record before it is out.")
        lines.append(Need(Rank.THE_BOARD, draft.title, why, N_("Record"), "new", "decisions.dissent", at))
    return lines


def _again(record: InForce, today: date) -> Need:
    why = Sentence(N_("We said we would look at it again on {day}."), day=record.look_again_on)
    state = "late" if rules.days_overdue(record.look_again_on, today) else "not-yet"
    at = {"number": record.number}
    return Need(Rank.THE_BOARD, record.title, why, N_("Look again"), state, "decisions.look_again", at)
