"""The duty to answer: its clocks, and what an answer must say. What becomes of it is `commitments.py`.

Sources: `docs/domain.md` R-LOOP-01, R-LOOP-02, 2.3, 3.1. "Answered" is not "done", and late shows as late.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

# How much may be typed, in letters: a form says so, and no more is stored.
LONGEST_BODY = 5000
LONGEST_TEXT = 1000
LONGEST_NOTE = 500
LONGEST_LINE = 160

# Clocks


@dataclass(frozen=True)
class Calendar:
    """The days a site works: weekdays (Monday is 0) less the dates on which it is closed."""

    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= set(range(7)):
            raise ValueError("A site works on at least one weekday, from 0 to 6.")

    def works_on(self, day: date) -> bool:
        """Whether the site works on *day*."""
        return day.weekday() in self.weekdays and day not in self.closed


@dataclass(frozen=True)
class Clocks:
    """Working days staff have, from the day the board decided. The first two are the charter's of that day.

    *more_time*: what a note that goes on the wall adds to the days for an answer.
    """

    first_word: int = 3
    answer: int = 15
    more_time: int = 5
    second_look: int = 20


def add_working_days(start: date, days: int, calendar: Calendar) -> date:
    """Return the *days*-th working day after *start*; *start* itself is never counted. No days: *start*."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= calendar.works_on(day)
    return day


@dataclass(frozen=True)
class Due:
    """The two days of a duty to answer."""

    first_word: date
    answer: date


def due_dates(start: date, calendar: Calendar, clocks: Clocks) -> Due:
    """Return by when staff owe a first word and an answer."""
    first, answer = (add_working_days(start, days, calendar) for days in (clocks.first_word, clocks.answer))
    return Due(first, answer)


def with_more_time(answer_due: date, calendar: Calendar, clocks: Clocks) -> date:
    """Return by when an answer is owed that was due on *answer_due*, where a note says why it takes longer."""
    return add_working_days(answer_due, clocks.more_time, calendar)


def days_late(due: date, today: date) -> int:
    """Return by how many calendar days *due* is past; 0 on the day itself and before."""
    return max(0, (today - due).days)


class DutyState(StrEnum):
    """Where a duty to answer stands. Computed, never stored."""

    WAITING_FIRST_WORD = "waiting_first_word"
    LATE_FIRST_WORD = "late_first_word"
    WAITING_ANSWER = "waiting_answer"
    LATE = "late"
    ANSWERED = "answered"


LATE = frozenset({DutyState.LATE_FIRST_WORD, DutyState.LATE})


def duty(due: Due, first_word_on: date | None, answered_on: date | None, today: date) -> DutyState:
    """Return where a duty stands today. *answered_on*: the day of an answer that ends it (`ends_the_duty`)."""
    if answered_on is not None:
        return DutyState.ANSWERED
    if days_late(due.answer, today):
        return DutyState.LATE
    if first_word_on is not None:
        return DutyState.WAITING_ANSWER
    return DutyState.LATE_FIRST_WORD if days_late(due.first_word, today) else DutyState.WAITING_FIRST_WORD


def duty_in_words(state: DutyState, due: Due, today: date) -> Sentence:
    """Return the line the public reads for *state*."""
    words = {
        DutyState.WAITING_FIRST_WORD: N_("Staff owe a first word by {first}."),
        DutyState.LATE_FIRST_WORD: N_("Staff have not said a first word yet. They are {first_late} days late."),
        DutyState.WAITING_ANSWER: N_("Staff owe an answer by {answer}."),
        DutyState.LATE: N_("Staff have not answered yet. They are {answer_late} days late."),
        DutyState.ANSWERED: N_("Staff have answered."),
    }
    return Sentence(
        words[state],
        first=due.first_word,
        answer=due.answer,
        first_late=days_late(due.first_word, today),
        answer_late=days_late(due.answer, today),
    )


# Answers


class Answer(StrEnum):
    """What staff say to the board."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_YET = "not_yet"


ANSWER_WORDS = {
    Answer.YES: N_("Yes"),
    Answer.PARTLY: N_("Partly"),
    Answer.NO: N_("No"),
    Answer.NOT_YET: N_("Not yet"),
}


def ends_the_duty(answer: Answer) -> bool:
    """Whether *answer* stops the clock. "Not yet" does not: it counts as a first word and no more."""
    return answer is not Answer.NOT_YET


class Reason(StrEnum):
    """The closed list of reasons for a no or a partly (docs/domain.md 2.3). Plain words are still needed beside it."""

    LAW = "law"
    FUNDER_OR_LICENSE = "funder_or_license"
    SAFETY = "safety"
    MONEY = "money"
    STAFFING = "staffing"
    BUILDING = "building"
    TIME = "time"
    ALREADY_DONE = "already_done"
    NEEDS_MORE_FACTS = "needs_more_facts"


REASON_WORDS = {
    Reason.LAW: N_("The law"),
    Reason.FUNDER_OR_LICENSE: N_("A rule of a funder or a license"),
    Reason.SAFETY: N_("Safety of people"),
    Reason.MONEY: N_("Money"),
    Reason.STAFFING: N_("Not enough workers"),
    Reason.BUILDING: N_("The building or the lease"),
    Reason.TIME: N_("Time"),
    Reason.ALREADY_DONE: N_("It is done already"),
    Reason.NEEDS_MORE_FACTS: N_("We need to find out more"),
}


@dataclass(frozen=True)
class CommitmentFacts:
    """A commitment as it is written: what, who does it, by when. *already_done* is for what staff did before."""

    what: str = ""
    who: str = ""
    by: date | None = None
    already_done: bool = False


@dataclass(frozen=True)
class AnswerFacts:
    """What an answer says before it is published. *more_on*: the day by which staff will say more."""

    answer: Answer
    words: str = ""
    reasons: frozenset[Reason] = frozenset()
    what_would_change_it: str = ""
    how_to_push_back: str = ""
    commitments: tuple[CommitmentFacts, ...] = ()
    more_on: date | None = None


def problems_with_answer(facts: AnswerFacts, today: date) -> list[str]:
    """Return what an answer lacks, in sentences; an empty list when it may be published."""
    turns_down = facts.answer in {Answer.NO, Answer.PARTLY}
    agrees = facts.answer in {Answer.YES, Answer.PARTLY}
    gives_day = facts.more_on or facts.answer is Answer.NOT_YET or Reason.NEEDS_MORE_FACTS in facts.reasons
    parts = (
        (bool(facts.words.strip()), N_("Say it in plain words.")),
        (bool(facts.reasons) or not turns_down, N_("Choose at least one reason from the list.")),
        (bool(facts.what_would_change_it.strip()) or not turns_down, N_("Say what would change this answer.")),
        (bool(facts.how_to_push_back.strip()) or not turns_down, N_("Say how people can push back.")),
        (bool(facts.commitments) or not agrees, N_("Promise at least one thing: what, who does it, and by when.")),
        (not gives_day or _is_ahead(facts.more_on, today), N_("Give the day by which you will say more.")),
    )
    problems = [words for is_there, words in parts if not is_there]
    return problems + [
        words for commitment in facts.commitments for words in _problems_with_commitment(commitment, today)
    ]


def _problems_with_commitment(commitment: CommitmentFacts, today: date) -> list[str]:
    parts = (
        (bool(commitment.what.strip()), N_("Say what will be done.")),
        (bool(commitment.who.strip()), N_("Say who does it. A role is enough, with no name.")),
        (commitment.by is not None, N_("Give the day by which it is done.")),
        (
            commitment.already_done or commitment.by is None or commitment.by >= today,
            N_("That day is past. Choose a day to come, or say that it is done already."),
        ),
    )
    return [words for is_there, words in parts if not is_there]


def check_role_only(role: str, aliases: Iterable[str]) -> None:
    """Refuse *role* when it is empty or holds somebody's name: answers and promises name roles, never people."""
    if not role.strip():
        raise RuleRefused(N_("Say who does it. A role is enough, with no name."))
    if any(re.search(rf"(?<!\w){re.escape(alias)}(?!\w)", role, re.IGNORECASE) for alias in aliases):
        raise RuleRefused(N_("Write the role, not the name: “the supply lead”. Names never go on the wall."))


def check_may_answer(answer: Answer, *, ended: bool) -> None:
    """Refuse to turn an answer back into "not yet": once given, it can be corrected and never taken back."""
    if ended and not ends_the_duty(answer):
        raise RuleRefused(N_("There is an answer already. It can be changed, but not back to “not yet”."))


def _is_ahead(day: date | None, today: date) -> bool:
    return day is not None and day > today


BOARD_YES_STAFF_NO = N_("Board said yes. Staff said no.")


def overruled(board_said_yes: bool, answer: Answer | None) -> str | None:
    """Return the label of a staff veto when there is one, so that it is never a quiet one (R-GOV-06), else None."""
    return BOARD_YES_STAFF_NO if board_said_yes and answer is Answer.NO else None
