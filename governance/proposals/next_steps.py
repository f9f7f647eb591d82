"""What comes next, on the page of a proposal: what is missing, and what whoever looks can do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from governance.proposals.rules import Status
from governance.ruling.sentences import N_, Sentence
from governance.ruling.steps import Kind, Step, with_one_main


@dataclass(frozen=True)
class Facts:
    """What is known of a proposal, and of whoever looks. *missing*: what must be written first. *mine*: they wrote it.

    *votes*: the steps to a vote on it, which the package of votes knows.
    """

    number: int
    status: Status
    missing: Sequence[str | Sentence] = ()
    mine: bool = False
    writes: bool = False
    runs_board: bool = False
    votes: Sequence[Step] = ()


def next_steps(facts: Facts) -> list[Step]:
    """Return where the proposal stands, and one row of what can be done now."""
    row = tuple(_buttons(facts))
    return with_one_main([_where_it_stands(facts)] + ([replace(row[0], beside=row[1:])] if row else []))


STANDS = {
    Status.DRAFT: Step(Kind.NOTE, N_("It is ready for the talk."), state="yes"),
    Status.DISCUSSION: Step(
        Kind.NOTE, N_("Nothing is missing. When the talk is done, the words can be fixed."), state="yes"
    ),
    Status.FROZEN: Step(Kind.NOTE, N_("The words are fixed. The vote can be called."), "lock", "yes"),
    Status.BALLOT: Step(Kind.NOTE, N_("The board is voting. There is no count before the end."), "vote"),
    Status.PARKED: Step(Kind.NOTE, N_("It waits for later. It is not lost."), state="not-yet"),
    Status.DECIDED: Step(Kind.NOTE, N_("It is decided. The record says how and why."), state="yes"),
    Status.WITHDRAWN: Step(Kind.NOTE, N_("It was taken back.")),
}

BEFORE = {
    Status.DRAFT: N_("Before the talk can begin"),
    Status.DISCUSSION: N_("Before the words can be fixed"),
}


def _where_it_stands(facts: Facts) -> Step:
    if facts.missing and facts.status in BEFORE:
        lines = tuple(Step(Kind.TEXT, line) for line in facts.missing)
        return Step(Kind.LIST, BEFORE[facts.status], beside=lines)
    return STANDS[facts.status]


def _buttons(facts: Facts) -> Iterator[Step]:
    theirs = facts.mine or facts.runs_board
    if facts.status is Status.DRAFT and theirs and not facts.missing:
        yield _step(facts, Kind.POST, N_("Put it to the board"), "proposals.start", "send", is_main=True)
    if facts.runs_board:
        yield from _of_the_facilitator(facts)
    if facts.status in (Status.DRAFT, Status.DISCUSSION, Status.PARKED) and facts.writes and theirs:
        yield _step(facts, Kind.LINK, N_("Take it back"), "proposals.withdraw", is_quiet=True)


def _of_the_facilitator(facts: Facts) -> Iterator[Step]:
    if facts.status is Status.DISCUSSION and not facts.missing:
        yield _step(facts, Kind.POST, N_("Fix the words"), "proposals.freeze", "lock", is_main=True)
    yield from facts.votes
    if facts.status in (Status.FROZEN, Status.PARKED):
        yield _step(facts, Kind.LINK, N_("Back to the talk"), "proposals.back", "chat")
    if facts.status is Status.DISCUSSION:
        yield _step(facts, Kind.POST, N_("Park it"), "proposals.park", "clock")


def _step(
    facts: Facts, kind: Kind, words: str, page: str, icon: str = "", *, is_main: bool = False, is_quiet: bool = False
) -> Step:
    return Step(kind, words, icon, page=page, at={"number": facts.number}, is_main=is_main, is_quiet=is_quiet)
