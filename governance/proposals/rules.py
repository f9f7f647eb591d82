"""The by-laws of a proposal: from draft to decided, and what it must say before the board may vote on it.

Sources: `docs/domain.md` 2.2, 2.3, 2.8 and 8.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from governance.proposals.the_eight import PRINCIPLES as PRINCIPLES
from governance.ruling.errors import RuleRefused
from governance.ruling.lifecycle import check_step
from governance.ruling.sentences import N_

# How much may be typed, in letters: a form says so, and no more is stored.
LONGEST_LINE = 120
LONGEST_TEXT = 3000  # About a page: the most a tired person reads.
LONGEST_REMARK = 2000


class Power(StrEnum):
    """Who has the last word. Shown beside every proposal, so that nobody takes advice for a decision."""

    BOARD = "board"
    SHARED = "shared"
    ADVICE = "advice"


POWER_WORDS = {
    Power.BOARD: N_("The board decides."),
    Power.SHARED: N_("Both decide: the board and staff must agree."),
    Power.ADVICE: N_("Staff decide. They must answer the board in public."),
}


class Kind(StrEnum):
    """Items of more weight than most."""

    ORDINARY = "ordinary"
    CHARTER_CHANGE = "charter_change"
    REMOVAL = "removal"
    LOSING_ACCESS = "losing_access"
    OVERRULING_A_CHAIR = "overruling_a_chair"
    SECOND_LOOK_ABOVE_DIRECTOR = "second_look_above_director"
    CLOSING_THEMES = "closing_themes"
    SMALL = "small"


KIND_WORDS = {
    Kind.ORDINARY: N_("None of these"),
    Kind.CHARTER_CHANGE: N_("It changes our charter"),
    Kind.REMOVAL: N_("It takes away a member's seat"),
    Kind.LOSING_ACCESS: N_("People could lose a service by it"),
    Kind.OVERRULING_A_CHAIR: N_("It overrules a chair"),
    Kind.SECOND_LOOK_ABOVE_DIRECTOR: N_("It asks for a second look above the director"),
    Kind.CLOSING_THEMES: N_("It closes themes that people brought. More yes than no is enough."),
    Kind.SMALL: N_("It is a small matter of our own: a day, a room, who chairs. More yes than no is enough."),
}
# What the board decides about its own house: staff have no last word there, and owe no answer.
OWN_HOUSE = frozenset({Kind.CHARTER_CHANGE, Kind.REMOVAL, Kind.CLOSING_THEMES})
ASKS_NO_STAFF = OWN_HOUSE | {Kind.SMALL}


def needs_two_thirds(kind: Kind) -> bool:
    """Whether an item of this kind takes two thirds."""
    return kind not in {Kind.ORDINARY, Kind.CLOSING_THEMES, Kind.SMALL}


# Life cycle


class Status(StrEnum):
    """Where a proposal is."""

    DRAFT = "draft"
    DISCUSSION = "discussion"
    FROZEN = "frozen"
    BALLOT = "ballot"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    PARKED = "parked"


STATUS_WORDS = {
    Status.DRAFT: N_("Being written"),
    Status.DISCUSSION: N_("The board is talking about it"),
    Status.FROZEN: N_("The words are fixed"),
    Status.BALLOT: N_("The board is voting"),
    Status.DECIDED: N_("Decided"),
    Status.WITHDRAWN: N_("Taken back"),
    Status.PARKED: N_("Parked for later"),
}

STEPS: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.DISCUSSION, Status.WITHDRAWN}),
    Status.DISCUSSION: frozenset({Status.FROZEN, Status.PARKED, Status.WITHDRAWN}),
    Status.PARKED: frozenset({Status.DISCUSSION, Status.WITHDRAWN}),
    Status.FROZEN: frozenset({Status.BALLOT, Status.DISCUSSION}),
    Status.BALLOT: frozenset({Status.DECIDED, Status.DISCUSSION}),
    Status.DECIDED: frozenset(),
    Status.WITHDRAWN: frozenset(),
}


ENDED = (Status.DECIDED, Status.WITHDRAWN)


def check_back_to_discussion(here: Status, reason: str) -> None:
    """Refuse to open fixed words again, or to try once more after a vote, without saying why."""
    check_step(STEPS, here, Status.DISCUSSION)
    if here in {Status.FROZEN, Status.BALLOT} and not reason.strip():
        raise RuleRefused(N_("Say why it goes back to the board's talk. One sentence is enough."), field="reason")


# Who may write where


class RemarkKind(StrEnum):
    """What a member adds to the talk."""

    REMARK = "remark"
    CONCERN = "concern"


REMARK_WORDS = {
    RemarkKind.REMARK: N_("A thought"),
    RemarkKind.CONCERN: N_("A concern: something that should change first"),
}

# What became of a concern, beside where its proposal is.
MET, STILL_OPEN, NOT_MET = N_("Met"), N_("Still open"), N_("Decided, not met")


def became_of_concern(status: Status, *, met: bool) -> str:
    """Return what became of a concern about a proposal in this *status*, for whoever raised it."""
    if met:
        return MET
    if status in OPEN_TO_TALK:
        return STILL_OPEN
    return NOT_MET if status is Status.DECIDED else STATUS_WORDS[status]


OPEN_TO_TALK = frozenset({Status.DISCUSSION, Status.FROZEN})
UNTIL_DECIDED = OPEN_TO_TALK | {Status.BALLOT}
BEFORE_THE_VOTE = frozenset({Status.DRAFT, Status.DISCUSSION, Status.PARKED, Status.FROZEN})
STEPPED_OUT = N_("You stepped out of this one, so its talk and its vote go on without you.")


def check_may_change_words(here: Status, reason: str, *, writer: bool, runs_board: bool) -> None:
    """Refuse a change of words by the wrong person, at the wrong time, or without saying why.

    A draft is its writer's (or the facilitator's). In the talk every member may change the words, as a new version
    with a reason. After that the words are fixed.
    """
    if here is Status.DRAFT:
        if not (writer or runs_board):
            raise RuleRefused(N_("This draft is somebody else's. When the talk begins, you can change the words too."))
    elif here is not Status.DISCUSSION:
        raise RuleRefused(N_("The words are fixed now. Take it back to the talk first."))
    elif not reason.strip():
        raise RuleRefused(N_("Say why the words change. One sentence is enough. Everyone can read it."), field="reason")


def check_may_begin_talk(*, writer: bool, runs_board: bool) -> None:
    """Refuse to put somebody else's draft to the board."""
    if not (writer or runs_board):
        raise RuleRefused(N_("This draft is somebody else's. They, or the facilitator, can put it to the board."))


def check_may_take_back(*, writer: bool, by_two: bool) -> None:
    """Refuse to take a proposal back for somebody else, unless two people agreed to it: it comes back no more."""
    if not (writer or by_two):
        raise RuleRefused(N_("Only who wrote it can take it back. Or the facilitator asks, and another agrees."))


def check_may_settle(*, raiser: bool, runs_board: bool, raised_again: bool) -> None:
    """Refuse to say that somebody else's concern is met, but for the facilitator, once."""
    if raiser:
        return
    if not runs_board:
        raise RuleRefused(N_("Only who raised a concern can say that it is met. Ask them."))
    if raised_again:
        raise RuleRefused(N_("They raised it again, so they alone can say that it is met. Ask them."))


def is_open_to_talk(here: Status, *, opens_later: bool) -> bool:
    """Whether the talk is open: from its beginning until its vote opens, also once that vote was called.

    *opens_later*: a vote on it was called, and has not opened.
    """
    return here in OPEN_TO_TALK or (here is Status.BALLOT and opens_later)


def holds_the_opening(kind: Kind, remark: RemarkKind) -> bool:
    """Whether what somebody says holds a vote that was called and has not opened, as it would have held its call.

    A small matter is small only while nobody has a concern. What was talked about as a whole proposal is voted on all
    the same: its concerns stand in its record.
    """
    return kind is Kind.SMALL and remark is RemarkKind.CONCERN


def check_open_to_talk(here: Status, *, stepped_out: bool, opens_later: bool = False) -> None:
    """Refuse a remark before the talk, after it, or from somebody who stepped out of it."""
    if not is_open_to_talk(here, opens_later=opens_later):
        raise RuleRefused(N_("The talk on this is not open now. Bring it up under Agenda."))
    if stepped_out:
        raise RuleRefused(STEPPED_OUT)


def check_may_raise_again(here: Status, *, stepped_out: bool) -> None:
    """Refuse to raise a concern again once its record is out, where it is named as open; and to who stepped out."""
    if here not in UNTIL_DECIDED:
        raise RuleRefused(N_("This is decided, so its concerns stay as they are. Bring it up under Agenda."))
    if stepped_out:
        raise RuleRefused(STEPPED_OUT)


def check_may_step_out(here: Status) -> None:
    """Refuse to step out once the vote has begun: the roll is fixed then."""
    if here not in BEFORE_THE_VOTE:
        raise RuleRefused(N_("The vote has begun, so the list of voters is fixed. You can choose not to vote."))


# What it must say


@dataclass(frozen=True)
class ProposalFacts:
    """What a proposal says. Each field is plain text in its writer's words."""

    title: str = ""
    ask: str = ""
    still_open: str = ""
    gets_better: str = ""
    could_go_wrong: str = ""
    who_it_could_hurt: str = ""
    principles: frozenset[int] = frozenset()
    power: Power | None = None
    kind: Kind = Kind.ORDINARY
    about_answer: str = ""
    about_seat: bool = False
    lacks_numbers: bool = False  # It changes the charter, and does not say which number.
    themes: int = 0
    about_participants: bool = False
    changes_record: str = ""


def missing_before_discussion(facts: ProposalFacts) -> list[str]:
    """Return what a draft needs before the board talks about it: little, so that anyone can start."""
    needs = (
        (facts.title, N_("Give it a short title.")),
        (facts.ask, N_("Say what you ask for.")),
    )
    return [words for text, words in needs if not text.strip()]


def missing_before_freezing(facts: ProposalFacts) -> list[str]:
    """Return what a proposal needs before its words are fixed and it can go to a vote."""
    if facts.kind is Kind.SMALL:
        return missing_before_discussion(facts) + _not_small(facts)
    needs = (
        (facts.still_open, N_("Say what is still open. If all is settled, the board is not being asked.")),
        (facts.gets_better, N_("Say what gets better in people's lives.")),
        (facts.could_go_wrong, N_("Say what could go wrong.")),
        (facts.who_it_could_hurt, N_("Say who this could hurt, and who is missing from the talk.")),
    )
    missing = missing_before_discussion(facts) + [words for text, words in needs if not text.strip()]
    if not facts.principles & PRINCIPLES.keys():
        missing.append(N_("Choose at least one principle it serves."))
    if facts.power is None:
        missing.append(N_("Say who has the last word."))
    if facts.kind is Kind.SECOND_LOOK_ABOVE_DIRECTOR and not facts.about_answer:
        missing.append(N_("Choose the answer that someone above should look at. The vote counts for that one alone."))
    return missing + _missing_of_own_house(facts)


def _not_small(facts: ProposalFacts) -> list[str]:
    """Return why this is no small matter of the board's own. Who brought a word is owed a whole proposal on it."""
    weighs = (
        (facts.about_participants, N_("It makes a rule for participants, so it is no small matter.")),
        (facts.themes, N_("It came from what people told us, so it is no small matter.")),
        (facts.changes_record, N_("It changes a decision, so it is no small matter.")),
        (facts.power is not Power.BOARD, N_("Say that the board decides. A small matter is the board's own.")),
    )
    return [words for is_so, words in weighs if is_so]


def _missing_of_own_house(facts: ProposalFacts) -> list[str]:
    """Return what a proposal needs that changes the board's own house: its power, and what it is about."""
    missing = []
    if facts.kind in OWN_HOUSE and facts.power not in (None, Power.BOARD):
        missing.append(N_("Say that the board decides. Nobody else has a say in this kind of item."))
    if facts.kind is Kind.REMOVAL and not facts.about_seat:
        missing.append(
            N_(
                "Choose whose seat it is about. Only the board and its helpers see it. "
                "The vote counts for that one alone."
            )
        )
    if facts.kind is Kind.CHARTER_CHANGE and facts.lacks_numbers:
        missing.append(N_("Say which number of the charter changes, and to what. The vote counts for that alone."))
    if facts.kind is Kind.CLOSING_THEMES and not facts.themes:
        missing.append(N_("Choose the themes that it closes. The vote counts for those alone."))
    return missing


ALREADY_DECIDED = N_("Already decided")


def already_decided(starts_on: date | None, today: date) -> str | None:
    """Return the label for an item that has begun before the board was asked (docs/domain.md 2.8), else None."""
    return ALREADY_DECIDED if starts_on is not None and starts_on <= today else None
