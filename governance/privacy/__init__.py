"""Pure rules of what may be shown: coarse dates, small numbers, the periods words are kept by (`retention.py`).

Sources: `docs/domain.md` R-ID-02, R-PRIV-03, R-PRIV-07; `docs/intake.md` 2. Public-health
practice treats 1 and 2 as unsafe, and a hidden number needs a second hidden one beside it, or the total gives
it away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from governance.privacy import retention
from governance.ruling.sentences import N_, Sentence

FLOOR = 3
URGENT = "urgent"  # The audience whose periods are weeks and whose words are kept for the shortest time.


# Coarse dates


def week_of(day: date) -> date:
    """Return the Monday of the week of *day*. No finer date of a participant is ever shown."""
    return day - timedelta(days=day.weekday())


# Small numbers


@dataclass(frozen=True)
class Shown:
    """A number as the public may see it: the words for it, and the number itself unless it is hidden."""

    text: Sentence
    value: int | None


NOT_SHOWN = Shown(Sentence(N_("not shown")), None)


def shown(count: int, floor: int = FLOOR) -> Shown:
    """Return one number that stands alone: itself, or "fewer than 3". Zero is hidden among the small ones.

    If zero were shown, "fewer than 3" would mean 1 or 2, and a single person would be half found.
    """
    if count < 0 or floor < 1:
        raise ValueError("A count is not below 0 and a floor is not below 1.")
    if count < floor:
        return Shown(Sentence(N_("fewer than {floor}"), floor=floor), None)
    return Shown(Sentence("{n}", n=count), count)


def safe_counts(counts: Mapping[str, int], floor: int = FLOOR, total_shown: bool = True) -> dict[str, Shown]:
    """Return the numbers of one row as the public may see them.

    *total_shown* says that the row adds up to a number people know or can work out. Then, if any number is under
    the floor, the largest is held back too (complementary suppression). If a reader who also knows this rule could
    still narrow a hidden number to fewer than *floor* values, none is shown; the tests hold that by trying every row.
    A total that is itself under the floor must be put through `shown` before it is published.
    """
    row = {name: shown(count, floor) for name, count in counts.items()}
    if not total_shown or all(cell.value is not None for cell in row.values()):
        return row
    row[max(counts, key=lambda name: counts[name])] = NOT_SHOWN
    if _stays_hidden(row, sum(counts.values()), floor):
        return row
    return dict.fromkeys(counts, NOT_SHOWN)


def _stays_hidden(row: Mapping[str, Shown], total: int, floor: int) -> bool:
    """Whether each hidden number of *row* (the largest, and the small ones) could still be *floor* different ones.

    The answer depends on what is published alone, so it tells nothing more.
    """
    visible = [cell.value for cell in row.values() if cell.value is not None]
    rest = total - sum(visible)  # What the hidden numbers add up to: anybody can work this out.
    largest_is_at_least = max([floor, *(value + 1 for value in visible)])
    all_could_be_small = total <= len(row) * (floor - 1)
    return rest - largest_is_at_least >= floor - 1 and not all_could_be_small


# The periods words are kept by


def period_of(day: date, audience: str = "everyone") -> str:
    """Return the period whose key seals a message of *day*: "2026-11", or the ISO week "2026-W47" if urgent."""
    if audience == URGENT:
        year, week, _ = day.isocalendar()
        return f"{year:04}-W{week:02}"
    return f"{day.year:04}-{day.month:02}"


def last_day(period: str) -> date:
    """Return the last day of *period* (a month or an ISO week). Raises ValueError for anything else."""
    year, _, part = period.partition("-")
    if part.startswith("W"):
        return date.fromisocalendar(int(year), int(part[1:]), 7)
    after = date(int(year), int(part), 28) + timedelta(days=4)
    return after - timedelta(days=after.day)


def next_period(period: str) -> str:
    """Return the period after *period*, of the same kind. Its key exists ahead of time (docs/design.md 5)."""
    return period_of(last_day(period) + timedelta(days=1), URGENT if "W" in period else "everyone")


def expires_on(period: str, audience: str) -> date:
    """Return the day from which words of *period* can no longer be read by anybody, backups included."""
    return last_day(period) + (retention.URGENT_WORDS if audience == URGENT else retention.WORDS)
