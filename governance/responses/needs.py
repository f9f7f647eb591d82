"""What needs me now, of answers: what staff owe, what they say is kept, what came, and grievances with their clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from governance.board.needs import Need, Rank
from governance.feedback.rules import Lane
from governance.people.rules import is_new
from governance.responses import grievances, rules
from governance.ruling.sentences import N_, Sentence

PAGE = "responses.what_staff_promised"


@dataclass(frozen=True)
class KeptCommitment:
    """A promise that staff say is kept, and what the answer it belongs to is about."""

    promise: str
    about: str


@dataclass(frozen=True)
class Late:
    """What an answer is owed to, and how many days it is late."""

    title: str
    days: int


def needs(kept: Iterable[KeptCommitment], late: Iterable[Late]) -> list[Need]:
    """Return a line for each, for members: they say whether a promise was kept, and ask again."""
    return [
        *(Need(Rank.AN_ANSWER, each.promise, each.about, N_("Staff say it is done"), "open", PAGE) for each in kept),
        *(
            Need(Rank.AN_ANSWER, each.title, N_("Ask again, so that it shows."), _how_late(each.days), "late", PAGE)
            for each in late
        ),
    ]


def _how_late(days: int) -> Sentence:
    return Sentence(N_("{num} day late") if days == 1 else N_("{num} days late"), num=days)


@dataclass(frozen=True)
class Owed:
    """An answer that staff owe: its duty, what it is about, where it stands, and by when what comes next is due."""

    duty_id: int
    title: str
    state: rules.DutyState
    due: date
    days_late: int = 0


@dataclass(frozen=True)
class Promised:
    """A promise whose day has come, and that staff have not said is kept."""

    duty_id: int
    promise: str
    due: date


@dataclass(frozen=True)
class LookAgain:
    """A second look that this person may give, and by when."""

    duty_id: int
    title: str
    due: date


def of_staff(owed: Iterable[Owed], promised: Iterable[Promised], again: Iterable[LookAgain], today: date) -> list[Need]:
    """Return what whoever answers owes: what is late first, then by the day it is due."""
    answers = sorted(owed, key=lambda each: (not each.days_late, each.due))
    return [
        *(_owed(each) for each in answers),
        *(_again(each, today) for each in again),
        *(_promised(each, today) for each in promised if each.due <= today),
    ]


def _owed(each: Owed) -> Need:
    first = each.state in {rules.DutyState.WAITING_FIRST_WORD, rules.DutyState.LATE_FIRST_WORD}
    why = N_("Say a first word by {day}.") if first else N_("Answer by {day}.")
    word, state = (_how_late(each.days_late), "late") if each.days_late else (N_("We owe"), "open")
    return _at_duty(each.duty_id, each.title, Sentence(why, day=each.due), word, state)


def _again(each: LookAgain, today: date) -> Need:
    why = Sentence(N_("The board asks for a second look. Answer by {day}."), day=each.due)
    late = rules.days_late(each.due, today)
    word, state = (_how_late(late), "late") if late else (N_("Second look"), "open")
    return _at_duty(each.duty_id, each.title, why, word, state)


def _promised(each: Promised, today: date) -> Need:
    why = Sentence(N_("Promised by {day}. If it is done, say so. The board checks."), day=each.due)
    late = rules.days_late(each.due, today)
    word, state = (_how_late(late), "late") if late else (N_("Today"), "open")
    return _at_duty(each.duty_id, each.promise, why, word, state)


def _at_duty(duty_id: int, title: str, why: Sentence, word: Sentence | str, state: str) -> Need:
    return Need(Rank.AN_ANSWER, title, why, word, state, "responses.duty", {"duty_id": duty_id})


def of_grievances(waiting: Iterable[grievances.WaitingGrievances], today: date) -> list[Need]:
    """Return a line for each box and each theme in which somebody waits; none tells what was said, or when."""
    return [_grieved(each, rules.days_late(each.due, today)) for each in waiting]


def _grieved(each: grievances.WaitingGrievances, late: int) -> Need:
    word, state = (_how_late(late), "late") if late else (N_("Wrong was done"), "open")
    if each.theme:
        theme_id, title = each.theme
        why = Sentence(N_("Staff should answer by {day}. Start the clock, so that everyone sees it."), day=each.due)
        return Need(Rank.AN_ANSWER, title, why, word, state, "feedback.theme", {"theme_id": theme_id})
    said = (
        N_("{num} message says that wrong was done")
        if each.number == 1
        else N_("{num} messages say that wrong was done")
    )
    why = Sentence(N_("Read it, and put it into a theme by {day}. That is the first word."), day=each.due)
    at = {"box": each.audience.value} | ({"lane": Lane.GRIEVANCE.value} if each.is_sorted else {})
    return Need(Rank.AN_ANSWER, Sentence(said, num=each.number), why, word, state, "feedback.desk", at)


@dataclass(frozen=True)
class Came:
    """An answer that staff gave: its duty, what it is about, and the day."""

    duty_id: int
    title: str
    day: date


def came(answers: Iterable[Came], here_before: date | None) -> list[Need]:
    """Return a line for each answer that came since somebody was last here, the newest first."""
    return [
        Need(
            Rank.THE_BOARD, each.title, Sentence(N_("Staff answered on {day}. Read it."), day=each.day),
            N_("Answered"), "new", "responses.duty", {"duty_id": each.duty_id},
        )
        for each in sorted(answers, key=lambda each: each.day, reverse=True)
        if is_new(each.day, here_before)
    ]  # fmt: skip
