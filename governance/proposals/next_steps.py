"""What comes next, on the page of a proposal: what is missing, and what whoever looks can do.

With the proposal itself, with its words, in its talk, and about a tie to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from governance.proposals.rules import BEFORE_THE_VOTE, OPEN_TO_TALK, UNTIL_DECIDED, RemarkKind, Status, is_open_to_talk
from governance.ruling.sentences import N_, Sentence
from governance.ruling.steps import Step, StepKind, with_one_main


@dataclass(frozen=True)
class Facts:
    """What is known of a proposal, and of whoever looks. *missing*: what must be written first. *mine*: they wrote it.

    *votes*: the steps to a vote on it, which the package of votes knows. *may_vote*, *stepped_out*: whoever looks.
    *alternates*: somebody can be called in. *is_small*: it is a small matter. *held*: why its vote cannot be called.
    *opens_later*: a vote on it was called, and has not opened.
    """

    number: int
    status: Status
    missing: Sequence[str | Sentence] = ()
    mine: bool = False
    writes: bool = False
    runs_board: bool = False
    votes: Sequence[Step] = ()
    may_vote: bool = False
    stepped_out: bool = False
    alternates: bool = False
    is_small: bool = False
    held: Sentence | None = None
    opens_later: bool = False


def next_steps(facts: Facts) -> list[Step]:
    """Return where the proposal stands, and one row of what can be done now."""
    row = tuple(_buttons(facts))
    return with_one_main([_where_it_stands(facts)] + ([replace(row[0], beside=row[1:])] if row else []))


STANDS = {
    Status.DRAFT: Step(StepKind.NOTE, N_("It is ready for the talk."), state="yes"),
    Status.DISCUSSION: Step(
        StepKind.NOTE, N_("Nothing is missing. When the talk is done, the words can be fixed."), state="yes"
    ),
    Status.FROZEN: Step(StepKind.NOTE, N_("The words are fixed. The vote can be called."), "lock", "yes"),
    Status.BALLOT: Step(StepKind.NOTE, N_("The board is voting. There is no count before the end."), "vote"),
    Status.PARKED: Step(StepKind.NOTE, N_("It waits for later. It is not lost."), state="not-yet"),
    Status.DECIDED: Step(StepKind.NOTE, N_("It is decided. The record says how and why."), state="yes"),
    Status.WITHDRAWN: Step(StepKind.NOTE, N_("It was taken back.")),
}

BEFORE = {
    Status.DRAFT: N_("Before the talk can begin"),
    Status.DISCUSSION: N_("Before the words can be fixed"),
}


def _where_it_stands(facts: Facts) -> Step:
    if facts.missing and facts.status in BEFORE:
        lines = tuple(Step(StepKind.TEXT, line) for line in facts.missing)
        return Step(StepKind.LIST, BEFORE[facts.status], beside=lines)
    if facts.held:
        return Step(StepKind.NOTE, facts.held, "lock", "not-yet")
    return STANDS[facts.status]


def _buttons(facts: Facts) -> Iterator[Step]:
    theirs = facts.mine or facts.runs_board
    if facts.status is Status.DRAFT and theirs and not facts.missing:
        yield _step(facts, StepKind.POST, N_("Put it to the board"), "proposals.start", "send", is_main=True)
    if facts.runs_board:
        yield from _of_the_facilitator(facts)
    if facts.status in (Status.DRAFT, Status.DISCUSSION, Status.PARKED) and facts.writes and theirs:
        yield _step(facts, StepKind.LINK, N_("Take it back"), "proposals.withdraw", is_quiet=True)


def _of_the_facilitator(facts: Facts) -> Iterator[Step]:
    if facts.status is Status.DISCUSSION and not facts.missing:
        yield _step(facts, StepKind.POST, N_("Fix the words"), "proposals.freeze", "lock", is_main=True)
    yield from facts.votes
    if facts.status in (Status.FROZEN, Status.PARKED):
        yield _step(facts, StepKind.LINK, N_("Back to the talk"), "proposals.back", "chat")
    if facts.status is Status.DISCUSSION:
        yield _step(facts, StepKind.LINK, N_("Park it"), "proposals.park", "clock")


# Its words, its talk, and ties to it


def to_speak(facts: Facts) -> list[Step]:
    """Return the step to the form in which a member says something; none while the talk is not open to them."""
    is_open = is_open_to_talk(facts.status, opens_later=facts.opens_later)
    if is_open and facts.writes and not facts.stepped_out:
        return [Step(StepKind.LINK, N_("Say what you think of it"), "pen", here="say")]
    return []


def to_change_words(facts: Facts) -> list[Step]:
    """Return the step to new words: a draft is its writer's and the facilitator's, and in the talk everybody's."""
    theirs = facts.status is Status.DRAFT and (facts.mine or facts.runs_board)
    if facts.writes and (theirs or facts.status is Status.DISCUSSION):
        return [_step(facts, StepKind.LINK, N_("Change the words"), "proposals.edit", "pen")]
    return []


@dataclass(frozen=True)
class RemarkFacts:
    """What is known of one remark in the talk. *met*: it was said of a concern. *by_another*: not by who raised it."""

    remark: int
    kind: RemarkKind
    mine: bool = False
    met: bool = False
    by_another: bool = False


def steps_of_remark(facts: Facts, said: RemarkFacts) -> list[Step]:
    """Return what can be done with a remark: a concern is met once who raised it says so.

    The facilitator says it for them once, but not of a small matter, whose vote it holds. Then they can raise it again,
    until all is decided, unless they stepped out.
    """
    if said.met and said.by_another and said.mine and facts.status in UNTIL_DECIDED:
        again = _of_remark(facts, said, N_("No, raise it again"), "proposals.raise_again", "back")
        met = _of_remark(facts, said, N_("Yes, it is met"), "proposals.settle", "check")
        return [met if facts.stepped_out else replace(met, beside=(again,))]
    by_facilitator = facts.runs_board and not facts.is_small
    for_them = by_facilitator and not said.by_another and facts.status in OPEN_TO_TALK
    if said.kind is RemarkKind.CONCERN and not said.met and (said.mine or for_them):
        return [_of_remark(facts, said, N_("This is met now"), "proposals.settle", "check")]
    return []


def _of_remark(facts: Facts, said: RemarkFacts, words: str, page: str, icon: str) -> Step:
    at = {"number": facts.number, "remark_id": said.remark}
    return Step(StepKind.POST, words, icon, page=page, at=at, is_small=True)


def about_a_tie(facts: Facts) -> Iterator[Step]:
    """Yield the steps out of the talk and the vote, and back in; and for the facilitator, who sits in."""
    if facts.status in BEFORE_THE_VOTE and facts.may_vote:
        if facts.stepped_out:
            yield _step(facts, StepKind.POST, N_("I am back in"), "proposals.step_back_in", "back")
        else:
            yield _step(facts, StepKind.LINK, N_("I have a tie. I step out"), "proposals.step_out", "sign-out")
    if facts.alternates and facts.runs_board:
        yield Step(StepKind.FORM, N_("Call in"))


def _step(
    facts: Facts,
    kind: StepKind,
    words: str,
    page: str,
    icon: str = "",
    *,
    is_main: bool = False,
    is_quiet: bool = False,
) -> Step:
    return Step(kind, words, icon, page=page, at={"number": facts.number}, is_main=is_main, is_quiet=is_quiet)
