"""The figures as a monitor reads them: Prometheus' text format 0.0.4, coarse, and of people only what is a day old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from governance import clock
from governance.backup import making
from governance.clockwork.lease import Lease
from governance.clockwork.rounds import DutyDone, DutyFailed
from governance.frame import occurrences
from governance.health import figures, last_look
from governance.health.found import AtHand
from governance.health.rules import LONGEST_ROUND
from governance.ledger.models import Log
from governance.programme import schedule

NAME = "real_voice_"
DAY = "_day_timestamp_seconds"  # Midnight in UTC of the day at the site.
HELP = {
    "decisions_ledger_entries": "How long the public record of decisions is.",
    "last_round" + DAY: "The day of the last round of duties.",
    "round_late": "1 when no round of duties was done for a while.",
    "last_release" + DAY: "The day on which messages were last let out.",
    "last_backup" + DAY: "The day of the newest backup in GOVERNANCE_BACKUPS.",
    "last_look" + DAY: "The day on which all was last looked at: every row and every signature.",
    "last_look_to_mend": "How many things were to be mended then, and one where that was changed since.",
    "duty_failed": "1 for a duty that failed on a day before today, and was not done since.",
    "figures" + DAY: "The day that the figures below are of: the last one that is over.",
    "disk_free_percent_at_least": "How much of a disk was free, in steps.",
    "held_at_least": "How many messages waited for the release: 0, 10, 100 and so on, or more.",
    "sign_ins_refused_at_least": "How many sign-ins were refused, in the same steps.",
    "errors_at_least": "How many errors of a kind there were: 1, 10, 100 and so on, or more.",
}

Sample = tuple[str, str, int]  # A name of HELP, the label in braces or "", and the number.


def exposed(place: AtHand) -> str:
    """Return everything a monitor is told."""
    told: dict[str, list[str]] = {}
    for name, label, number in samples(place):
        told.setdefault(name, []).append(f"{NAME}{name}{label} {number}\n")
    return "".join(
        f"# HELP {NAME}{name} {HELP[name]}\n# TYPE {NAME}{name} gauge\n" + "".join(sorted(lines))
        for name, lines in told.items()
    )


def samples(place: AtHand) -> Iterator[Sample]:
    """Yield each figure that there is."""
    log = place.session.get(Log, "decisions")
    yield "decisions_ledger_entries", "", log.size if log else 0
    yield from _regularly(place)
    day, numbers = figures.of_the_last_day(place.session, clock.today())
    if day:
        yield "figures" + DAY, "", _midnight(day)
        for what, number in numbers.items():
            yield _of_a_day(what, number)


def _regularly(place: AtHand) -> Iterator[Sample]:
    """Yield what is done again and again: rounds, days and looks, each by its day."""
    session, today = place.session, clock.today()
    if lease := session.get(Lease, "tick"):
        yield "last_round" + DAY, "", _midnight(lease.until.date())
        yield "round_late", "", int(lease.until < clock.now() - LONGEST_ROUND)
    if released := session.get(DutyDone, "release"):
        yield "last_release" + DAY, "", _midnight(released.day)
    if place.settings.backups and (found := making.until(place.settings.backups, today)):
        yield "last_backup" + DAY, "", _midnight(making.day_of(found[-1]))
    looked, to_mend, changed = last_look.of_all(session, place.keys)
    if looked:
        yield "last_look" + DAY, "", _midnight(looked)
    if looked or changed:
        yield "last_look_to_mend", "", to_mend + changed
    for failed in session.scalars(schedule.still_failed().where(DutyFailed.day < today)):
        yield "duty_failed", _label("duty", failed.name), 1


def _of_a_day(what: str, number: int) -> Sample:
    if what == figures.HELD:
        return "held_at_least", "", figures.at_least(number)
    if what == occurrences.SIGN_IN_REFUSED:
        return "sign_ins_refused_at_least", "", figures.at_least(number)
    if what.startswith(figures.FREE):
        return "disk_free_percent_at_least", _label("disk", what.removeprefix(figures.FREE)), number
    return "errors_at_least", _label("kind", what.removeprefix(occurrences.ERROR)), max(1, figures.at_least(number))


def _label(name: str, value: str) -> str:
    kept = "".join(each for each in value if each.isalnum() or each in " _-")
    return f'{{{name}="{kept}"}}'


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
