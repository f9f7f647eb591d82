"""The by-laws of what is published: the thread of one matter, when an alert may go up, whether a promise is kept.

Sources: `docs/look.md` (the thread), `docs/domain.md` 3.4 and 3.5.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from governance.permissions.roles import BOARD, Role
from governance.publishing.phrases import NAMES, NOT_NEEDED, NOT_YET
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

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
    """One stop: which of the seven, how it is drawn, what it says, its day (or only its week), and where to read more.

    *says*: one whole phrase (`phrases.py`). *link* names a page and the parts of its address.
    *written*: somebody wrote the text, so it is in their language.
    """

    name: str
    state: StopState
    says: Words
    when: date | None = None
    by_week: bool = False
    text: Words = ""
    link: tuple[str, Mapping[str, str | int]] | None = None
    written: bool = False


def whole_thread(known: Mapping[str, Stop]) -> list[Stop]:
    """Return all seven stops in order: those that are *known*, and the others waiting.

    What comes before a later stop that was reached was not needed: it is drawn as skipped.
    """
    reached = [n for n, name in enumerate(NAMES) if name in known and known[name].state is not StopState.WAITING]
    furthest = max(reached, default=-1)
    return [known.get(name) or _unknown(name, skipped=n < furthest) for n, name in enumerate(NAMES)]


def _unknown(name: str, *, skipped: bool) -> Stop:
    if skipped:
        return Stop(name, StopState.SKIPPED, NOT_NEEDED[name])
    return Stop(name, StopState.WAITING, NOT_YET[name])


# The eight principles

EMPTY_AFTER = timedelta(days=183)  # Half a year.


def is_empty(adopted: Iterable[date], today: date) -> bool:
    """Whether a principle is served by no decision of the last half year. *adopted*: the days of those serving it."""
    return not any(today - day <= EMPTY_AFTER for day in adopted)


# Looking back on a year

LAST_MONTH_TO_LOOK_BACK = 3


def year_just_over(today: date) -> int | None:
    """Return the year that the board looks back on now: the last one, in the first months of the next."""
    return today.year - 1 if today.month <= LAST_MONTH_TO_LOOK_BACK else None


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
        raise RuleRefused(
            N_("Choose a last day in the next eight weeks. Post it again if it is still true then."), field="ends_on"
        )


# The order of the wall

ON_TOP_AT_MOST = 5  # A first page has thirty rows: what stands there by its day stays there, whatever is put above it.


def check_room_on_top(on_top: int, *, is_there: bool) -> None:
    """Refuse one more row on top of the wall where as many stand there as may; one that *is_there* may change place."""
    if not is_there and on_top >= ON_TOP_AT_MOST:
        words = N_("{most} rows stand on top of the wall. Let one go back to its day first.")
        raise RuleRefused(Sentence(words, most=ON_TOP_AT_MOST))


# The promises


class PromiseHolds(StrEnum):
    """Whether a promise holds today, as far as its tests show."""

    YES = "yes"
    PARTLY = "partly"


KEPT_WORDS = {PromiseHolds.YES: N_("Yes"), PromiseHolds.PARTLY: N_("In part")}
