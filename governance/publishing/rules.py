"""The by-laws of what is published: the thread of one matter, when an alert may go up, and the promises.

Sources: `docs/look.md` (the thread), `docs/domain.md` 3.4 and 3.5, `docs/design.md` 2.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from governance.errors import RuleRefused
from governance.roles import BOARD, Role
from governance.sentences import N_, Sentence

# The thread: word, theme, proposal, vote, decision, answer, done

Words = str | Sentence


class StopState(StrEnum):
    """How one stop of the thread is drawn."""

    DONE = "done"
    NOW = "now"
    WAITING = "waiting"
    LATE = "late"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Stop:
    """One stop: its name, how it is drawn, the state in a word, its day (or only its week), and where to read more.

    *link* names a page and the parts of its address.
    """

    name: str
    state: StopState
    word: Words
    when: date | None = None
    by_week: bool = False
    text: Words = ""
    link: tuple[str, Mapping[str, str | int]] | None = None


WORD, THEME, PROPOSAL = N_("Word"), N_("Theme"), N_("Proposal")
VOTE, DECISION, ANSWER, DONE = N_("Vote"), N_("Decision"), N_("Answer"), N_("Done")
NAMES = (WORD, THEME, PROPOSAL, VOTE, DECISION, ANSWER, DONE)


def whole_thread(known: dict[str, Stop]) -> list[Stop]:
    """Return all seven stops in order: those that are *known*, and the others waiting.

    What comes before a later stop that was reached was not needed: it is drawn as skipped.
    """
    reached = [n for n, name in enumerate(NAMES) if name in known and known[name].state is not StopState.WAITING]
    furthest = max(reached, default=-1)
    return [known.get(name) or _unknown(name, skipped=n < furthest) for n, name in enumerate(NAMES)]


def _unknown(name: str, *, skipped: bool) -> Stop:
    if skipped:
        return Stop(name, StopState.SKIPPED, N_("Not needed"))
    return Stop(name, StopState.WAITING, N_("Not yet"))


# The eight principles

EMPTY_AFTER = timedelta(days=183)  # Half a year.


def is_empty(adopted: Iterable[date], today: date) -> bool:
    """Whether a principle is served by no decision of the last half year. *adopted*: the days of those serving it."""
    return not any(today - day <= EMPTY_AFTER for day in adopted)


# Drug alerts

READERS_NEEDED = 2
UP_FOR = timedelta(days=14)
LONGEST_LINE = 120  # How much may be typed, in letters: a form says so, and no more is stored.
LONGEST_TEXT = 600


class AlertState(StrEnum):
    """Where an alert is. Computed from its readers and its days."""

    WAITING = "waiting"
    LIVE = "live"
    ENDED = "ended"


ALERT_WORDS = {
    AlertState.WAITING: N_("Waits for two board members to read it"),
    AlertState.LIVE: N_("Up now"),
    AlertState.ENDED: N_("Ended"),
}


def alert_state(readers: int, ends_on: date, today: date) -> AlertState:
    """Return where an alert is: up once two board members have read it, and down after its last day by itself."""
    if today > ends_on:
        return AlertState.ENDED
    return AlertState.LIVE if readers >= READERS_NEEDED else AlertState.WAITING


def check_may_read_alert(roles: Set[Role], *, wrote_it: bool) -> None:
    """Refuse anybody who cannot stand for the board's reading of an alert: other people, and who wrote it."""
    if not roles & BOARD:
        raise RuleRefused(N_("Two members of the board read it first. Ask one of them."))
    if wrote_it:
        raise RuleRefused(N_("You wrote this one. Two other members read it first."))


def check_alert_days(ends_on: date, today: date) -> None:
    """Refuse an alert without an end, or with one too far off: what goes around changes."""
    if not today < ends_on <= today + 4 * UP_FOR:
        raise RuleRefused(N_("Choose a last day in the next eight weeks. Post it again if it is still true then."))


# The promises


class Kept(StrEnum):
    """Whether a promise holds today."""

    YES = "yes"
    PARTLY = "partly"
    NOT_YET = "not_yet"


KEPT_WORDS = {Kept.YES: N_("Yes"), Kept.PARTLY: N_("In part"), Kept.NOT_YET: N_("Not yet")}


@dataclass(frozen=True)
class Promise:
    """One promise in plain words, with the honest state of it."""

    number: int
    name: str
    sentence: str
    kept: Kept = field(default=Kept.YES)


PROMISES = (
    Promise(1, N_("No trace"), N_("We do not keep where you wrote from, on what, or at what time. Only the week.")),
    Promise(2, N_("Sealed"), N_("If a thief takes the computer, they can read none of it.")),
    Promise(
        3, N_("The next person sees nothing"), N_("When you are done, the screen is empty. Going back shows nothing.")
    ),
    Promise(
        4, N_("Nothing goes away in secret"), N_("It takes two people, a reason, and a mark that everyone can see.")
    ),
    Promise(5, N_("The board reads when staff do"), N_("No worker can open a message before the board can.")),
    Promise(
        6,
        N_("Secret votes"),
        N_(
            "If someone copies the computer, it does not tell how you voted. "
            "If a vote is by name, its page says so first."
        ),
    ),
    Promise(
        7,
        N_("Votes can be counted again"),
        N_("Who may see the ballots can count them again, until it is all written down."),
    ),
    Promise(8, N_("A changed past shows"), N_("If someone changes the record, others can prove it.")),
    Promise(9, N_("Each decision gets an answer"), N_("Staff answer in public. If they are late, it shows.")),
    Promise(10, N_("People who use drugs hold the majority"), N_("In the seats, in each vote, and in what comes out.")),
    Promise(11, N_("Everyone can use it"), N_("On an old phone, by keyboard, read out loud, in big letters.")),
    Promise(12, N_("It forgets"), N_("After a set time your words are gone for good. From the copies too.")),
    Promise(
        13,
        N_("Nothing gets lost"),
        N_("If we said that we have it, we have it. Even if the power goes out."),
        Kept.PARTLY,
    ),
    Promise(
        14, N_("Small numbers stay hidden"), N_("We never show a number so small that it points to you."), Kept.PARTLY
    ),
    Promise(15, N_("Your words stay yours"), N_("We never fix, score or hide your words for how they sound.")),
)
