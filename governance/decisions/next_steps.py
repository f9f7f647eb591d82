"""What may I do now, once a vote has decided: go to its record, or give the seats or the role that it gave.

And on the page of a record: complete and publish a draft, or look again at what is published.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from governance.ruling.sentences import N_, Sentence
from governance.ruling.steps import Step, StepKind, with_one_main

TO_THE_ROLE = Step(StepKind.LINK, N_("Give the role to who was chosen"), "person", page="board.roles", is_main=True)


def after_the_count(
    vote: int,
    *,
    record: str | None,
    writes: bool,
    seats: Sequence[tuple[int, str]] = (),
    gives_role: bool = False,
) -> list[Step]:
    """Return the steps on the page of the *vote* of this number. *record*: the number of its record, once adopted.

    *writes*: whoever looks may write that record. *seats*: those that wait for whom the vote chose, by number and
    label, for who keeps the seats.
    *gives_role*: a role waits likewise, and its day has come.
    """
    if record:
        read = {"number": record}
        return with_one_main(
            [
                Step(StepKind.NOTE, N_("It is counted, and the decision is written down."), state="yes"),
                *(_to_the_seat(seat_id, label) for seat_id, label in seats),
                *([TO_THE_ROLE] if gives_role else []),
                Step(StepKind.LINK, N_("Read the decision"), "document", page="decisions.show", at=read, is_main=True),
            ]
        )
    found = [Step(StepKind.NOTE, N_("It is counted. Next comes the record of the decision."), state="yes")]
    if writes:
        draft = {"number": vote}
        found.append(
            Step(StepKind.POST, N_("Go to the record"), "document", page="decisions.draft", at=draft, is_main=True)
        )
    return found


def _to_the_seat(seat_id: int, label: str) -> Step:
    words = Sentence(N_("Give {seat} to who was chosen"), seat=label)
    return Step(StepKind.LINK, words, "person", page="board.seat", at={"seat_id": seat_id}, is_main=True)


# With a record


class RecordRequest(StrEnum):
    """What one of the board asked for, until a second person says yes or no."""

    LOOK = "look"
    CORRECTION = "correction"


@dataclass(frozen=True)
class Published:
    """What is known of a published record. *waits*: for a second yes. *replaced_by*: the number of a newer decision.

    *look_on*: the day of the next look at it; *is_near*: what came of it may be said now. *no_taker*: in words, each
    seat and role that its vote gave and that whom it chose cannot take.
    """

    waits: RecordRequest | None = None
    look_on: date | None = None
    is_near: bool = False
    replaced_by: str = ""
    no_taker: Sequence[tuple[Sentence, str]] = ()


@dataclass(frozen=True)
class Facts:
    """What is known of a record and of whoever looks. *published*: None of a draft.

    *missing*: what must be written before it can be published. *asked*: in words, that somebody asked to adopt it.
    *refused*: a form of it came back, with what was typed.
    """

    number: str
    published: Published | None = None
    missing: Sequence[Sentence | str] = ()
    asked: str = ""
    refused: bool = False
    writes: bool = False
    runs_board: bool = False


class Form(StrEnum):
    """What the page asks or shows for a step: `decisions/work.html` and `decisions/_dissent.html` draw each."""

    COMPLETE = "complete"
    MY_WORDS = "my_words"
    SPEAK = "speak"


def next_steps(facts: Facts) -> list[Step]:
    """Return what comes next with a record, under that heading of its page."""
    if facts.published is None:
        return list(_of_draft(facts))
    first, *beside = _row(facts, facts.published)
    without = [Step(StepKind.NOTE, words, "person", state) for words, state in facts.published.no_taker]
    return [replace(first, beside=tuple(beside)), *without, *_where_it_stands(facts.published)]


def to_complete(facts: Facts) -> list[Step]:
    """Return the form in which a draft is written, for who writes it. While its words wait for a yes there is none.

    What was typed before somebody asked is not lost: the form that came back stays.
    """
    found: list[Step] = []
    if facts.published is not None or not facts.writes:
        return found
    if not facts.runs_board:
        words = N_("The vote closed a week ago or more, and its record is not out. Anybody of us can finish it.")
        found.append(Step(StepKind.NOTE, words, "clock", "late"))
    if facts.refused or not facts.asked:
        found.append(Step(StepKind.FORM, "", state=Form.COMPLETE))
    return found


@dataclass(frozen=True)
class Mine:
    """How a member wants their disagreement to stand. *choice*: in words. *text*: what the record will say for them.

    *facilitator_speaks*: they asked for the facilitator's words.
    """

    choice: str
    text: str = ""
    facilitator_speaks: bool = False


def to_disagree(number: str, *, votes: bool, mine: Mine | None, speaks_for: int) -> list[Step]:
    """Return what is asked of who disagreed with a draft, and of who speaks for others.

    *votes*: whoever looks had a vote on the matter. *mine*: what they said so far. *speaks_for*: how many ask them, as
    the facilitator, to say it for them.
    """
    found = _of_mine(number, mine) if votes else []
    if speaks_for:
        found.append(Step(StepKind.FORM, N_("Someone asks you to say it for them"), state=Form.SPEAK))
    return found


def _of_mine(number: str, mine: Mine | None) -> list[Step]:
    page, at = "decisions.dissent", {"number": number}
    if mine is None:
        asked = N_("If you did, you choose how the record says so. Saying nothing is fine too.")
        return [Step(StepKind.TEXT, asked), Step(StepKind.LINK, N_("I disagreed"), "chat", page=page, at=at)]
    found = [Step(StepKind.TEXT, Sentence(N_("You chose: {choice}."), choice=Sentence(mine.choice)))]
    if mine.facilitator_speaks and not mine.text:
        find = N_("The facilitator writes it and reads it back to you. Find each other.")
        found.append(Step(StepKind.NOTE, find, state="not-yet"))
    if mine.text:
        found.append(Step(StepKind.FORM, mine.text, state=Form.MY_WORDS))
    back = Step(StepKind.POST, N_("Take it back"), page="decisions.take_back", at=at, is_quiet=True)
    return [*found, Step(StepKind.LINK, N_("Change it"), "pen", page=page, at=at, beside=(back,))]


def of_public_page(number: str, *, runs_board: bool, is_newest: bool) -> list[Step]:
    """Return what can be done on the public page of a record: only its newest version is corrected."""
    words = N_("Something is wrong here: write a correction")
    may_correct = runs_board and is_newest
    return [Step(StepKind.LINK, words, page="decisions.correct", at={"number": number})] if may_correct else []


def _of_draft(facts: Facts) -> Iterator[Step]:
    """Say what is missing; else ask to adopt it, unless somebody has asked."""
    if facts.missing:
        lines = tuple(Step(StepKind.TEXT, line) for line in facts.missing)
        yield Step(StepKind.LIST, N_("Before it can be published"), beside=lines)
        return
    ready = N_(
        "Nothing is missing. Read it aloud once, as it stands below. Once it is published, nothing in it is edited."
    )
    yield Step(StepKind.NOTE, ready, state="yes")
    if facts.asked:
        yield Step(StepKind.NOTE, facts.asked, "clock", "open")
    elif facts.writes:
        page = "responses.adopt" if facts.runs_board else "responses.adopt_left_lying"
        yield _step(facts, StepKind.POST, N_("Ask to adopt and publish"), page, "check", is_main=True)
        yield Step(StepKind.SMALL, N_("Another of the board reads it and agrees. Then it is public."))


def _row(facts: Facts, published: Published) -> Iterator[Step]:
    yield _step(facts, StepKind.LINK, N_("See it as the public does"), "decisions.show", "eye")
    if published.is_near and published.waits is not RecordRequest.LOOK:
        words = N_("Take it up again") if published.replaced_by else N_("Say what came of it")
        yield _step(facts, StepKind.LINK, words, "decisions.look_again", "clock")
    if facts.runs_board and not published.waits:
        yield _step(facts, StepKind.LINK, N_("Write a correction"), "decisions.correct", "pen", is_quiet=True)


WAITS = {
    RecordRequest.LOOK: N_("One of the board said what came of it. It waits for a second person, under “Second yes”."),
    RecordRequest.CORRECTION: N_("One of us wrote a correction. It waits for a second person, under “Second yes”."),
}


def _where_it_stands(published: Published) -> Iterator[Step]:
    if published.waits:
        yield Step(StepKind.NOTE, WAITS[published.waits], state="not-yet")
    elif published.replaced_by:
        over = Sentence(N_("It is over. Decision {number} took its place."), number=published.replaced_by)
        yield Step(StepKind.NOTE, over, state="not-yet")
        if published.is_near:
            yield Step(
                StepKind.TEXT, N_("Say that it stands, and it counts again too. Another of the board must say yes.")
            )
    elif published.look_on:
        yield Step(StepKind.SMALL, Sentence(N_("We look again on {day}."), day=published.look_on))


def _step(
    facts: Facts, kind: StepKind, words: str, page: str, icon: str, *, is_main: bool = False, is_quiet: bool = False
) -> Step:
    return Step(kind, words, icon, page=page, at={"number": facts.number}, is_main=is_main, is_quiet=is_quiet)
