"""The by-laws of the record: what it must say, whose disagreement it holds.

Source: `docs/domain.md` 2.7 and 8. A record that is adopted is never edited; a correction is a new one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from governance.board.charter import Charter
from governance.board.rules import Tie, months_after
from governance.proposals.rules import Status
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence, Worded

# How much may be typed, in letters: a form says so, and no more is stored.
LONGEST_LINE = 300
LONGEST_TEXT = 3000
LONGEST_DISSENT = 600
LONGEST_WHY_OF_A_LOOK = 600


LIES_AFTER = timedelta(days=7)  # After a vote closed; then the board waits no longer for one person.


def lies(closed_on: date, today: date) -> bool:
    """Whether the record of a vote that closed on that day is late, so that anybody of the board may write it."""
    return today >= closed_on + LIES_AFTER


NEAR = timedelta(days=30)  # So long before its day the board may look at a record again.


class Upshot(Worded):
    """What the board said when it looked at a record again."""

    STANDS = "stands", N_("It stands")
    TO_CHANGE = "to_change", N_("It is to be changed")
    OVER = "over", N_("It is over")


class CameOfIt(Worded):
    """What came of a decision, by which everybody can look through them."""

    YES = "yes", N_("The board said yes")
    NO = "no", N_("The board did not say yes")
    OVER = "over", N_("It is over")
    LATE = "late", N_("We are late to look again")


class DissentChoice(StrEnum):
    """How someone who disagreed wants that to be in the record. It is theirs to choose (R-ID-03)."""

    MY_WORDS = "my_words"
    FACILITATORS_WORDS = "facilitators_words"
    ONLY_THAT_THERE_WAS_DISAGREEMENT = "only_that_there_was_disagreement"
    NOTHING = "nothing"


DISSENT_WORDS = {
    DissentChoice.MY_WORDS: N_("Show my words"),
    DissentChoice.FACILITATORS_WORDS: N_("Let the facilitator say it for me"),
    DissentChoice.ONLY_THAT_THERE_WAS_DISAGREEMENT: N_("Only say that not all agreed"),
    DissentChoice.NOTHING: N_("Say nothing"),
}

NOT_EVERYONE_AGREED = N_("Not all of us agreed.")


@dataclass(frozen=True)
class Dissent:
    """One disagreement: what its owner chose (None until they have), and the words read back to them."""

    choice: DissentChoice | None
    words: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether its owner has chosen and, where words are to be shown, there are words."""
        with_words = self.choice in {DissentChoice.MY_WORDS, DissentChoice.FACILITATORS_WORDS}
        return self.choice is not None and (bool(self.words.strip()) or not with_words)


def public_dissent(entries: Iterable[Dissent]) -> list[str]:
    """Return what the record says against the decision.

    Words come in the order of the alphabet, so that their order tells nothing about who spoke. That there was
    disagreement is said once, however many asked for it, and last.
    """
    settled = [each for each in entries if each.is_settled]
    spoken = {DissentChoice.MY_WORDS, DissentChoice.FACILITATORS_WORDS}
    said = sorted(each.words for each in settled if each.choice in spoken)
    if any(each.choice is DissentChoice.ONLY_THAT_THERE_WAS_DISAGREEMENT for each in settled):
        said.append(NOT_EVERYONE_AGREED)
    return said


def public_ties(ties: Iterable[Tie]) -> list[Tie]:
    """Return the kinds of tie for which members stepped out: each once, in the order of the list, never how many."""
    given = set(ties)
    return [tie for tie in Tie if tie in given]


@dataclass(frozen=True)
class RecordFacts:
    """What a drafted record says. *look_again_by*: the last day that the charter lets it choose (`last_day`)."""

    result: str = ""
    why: str = ""
    gets_better: str = ""
    look_again_on: date | None = None
    look_again_by: date = date.max
    dissents: tuple[Dissent, ...] = ()


def missing_words(facts: RecordFacts) -> list[str]:
    """Return which words a record lacks, be it a new one or a correction."""
    needs = (
        (bool(facts.result.strip()), N_("Say in one sentence what was decided.")),
        (bool(facts.why.strip()), N_("Say why.")),
        (bool(facts.gets_better.strip()), N_("Say what gets better in people's lives.")),
    )
    return [words for is_there, words in needs if not is_there]


def missing_before_adoption(facts: RecordFacts, today: date) -> list[str | Sentence]:
    """Return what a record needs before it is adopted and published; an empty list when it is ready."""
    found: list[str | Sentence] = [*missing_words(facts)]
    found += problems_with_day(facts.look_again_on, today, facts.look_again_by)
    if not all(each.is_settled for each in facts.dissents):
        found.append(N_("Wait for those who did not agree. Each one chooses how the record says so."))
    return found


# Looking again


def last_day(today: date, charter: Charter) -> date:
    """Return the last day that may be chosen today to look again: so each member's term has one in it."""
    return months_after(today, charter.term_months)


def problems_with_day(day: date | None, today: date, last: date) -> list[str | Sentence]:
    """Return what is wrong with *day* as the next one to look again, from tomorrow to the *last* one."""
    if day is None:
        return [N_("Choose a day to look at it again.")]
    if day <= today:
        return [N_("The day to look again must be a day to come.")]
    if day > last:
        words = N_("Look again within one term of a member. Choose a day up to {last}.")
        return [Sentence(words, last=last)]
    return []


def next_day(upshot: Upshot, day: date | None) -> date | None:
    """Return the day of the next look: the *day* that was chosen, and none for a decision that is over."""
    return None if upshot is Upshot.OVER else day


def does_change(status: Status, *, decided_since: bool, is_own: bool) -> bool:
    """Whether a proposal that names a record does what the board said: it goes on, or was decided since it was said.

    *is_own*: whoever asks writes it. A draft that somebody else may leave lying does nothing so far.
    """
    going = {Status.DISCUSSION, Status.FROZEN, Status.BALLOT}
    return status in going or (status is Status.DRAFT and is_own) or (status is Status.DECIDED and decided_since)


def is_near(look_again_on: date | None, today: date) -> bool:
    """Whether the board may look again: from a while before the day that was said, and where none was, on any day."""
    return look_again_on is None or today >= look_again_on - NEAR


def check_is_near(look_again_on: date | None, today: date) -> None:
    """Refuse to look again long before the day that was said."""
    if look_again_on is not None and not is_near(look_again_on, today):
        words = N_("We said we would look again on {day}. You can say what came of it from {start} on.")
        raise RuleRefused(Sentence(words, day=look_again_on, start=look_again_on - NEAR))


def is_to_look_again(look_again_on: date | None, today: date) -> bool:
    """Whether the day has come on which the board said it would look at a record again."""
    return look_again_on is not None and look_again_on <= today


def days_overdue(look_again_on: date | None, today: date) -> int:
    """Return by how many days the board is late to look again; 0 on the day itself and before."""
    return max(0, (today - look_again_on).days) if look_again_on else 0


def is_replaced(replaced_in: int | None, looked_in: int | None) -> bool:
    """Whether another decision took the place of this one since the board last looked: it is over by itself then.

    Each is a line of the ledger, None where there is none. What the board says later counts: it can take it up again.
    """
    return replaced_in is not None and (looked_in is None or replaced_in > looked_in)


def record_number(year: int, nth: int) -> str:
    """Return the number people quote: "2026-014" for the fourteenth record adopted in 2026."""
    if nth < 1:
        raise ValueError("The first record of a year is number 1.")
    return f"{year:04}-{nth:03}"
