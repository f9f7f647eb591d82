"""What the program does by itself, and whether it was done when it should have been."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select

from governance import clock
from governance.clockwork import timekeeping
from governance.clockwork.lease import FURTHEST, Lease
from governance.clockwork.rounds import DutyDone, Moment
from governance.health import last_look
from governance.health.found import AtHand, Finding, fine, note, run, wrong
from governance.health.rules import LONGEST_ROUND
from governance.places import service as places
from governance.programme import daily_backup, schedule
from governance.ruling.sentences import N_, Sentence

MEANS = {
    "make keys": N_("Soon no one can send a word."),
    "mend escrow": N_("If the disk breaks, messages are lost for good."),
    daily_backup.SEAL_COPY: N_("You cannot go back to the version before."),
    "release now": N_("What was sent as “send it now” waits."),
    "end release": N_("What people wrote waits, and nobody reads it."),
    "release": N_("What people wrote waits, and nobody reads it."),
    "forget": N_("What should be forgotten is still here."),
    "forget ballots": N_("What should be forgotten is still here."),
    "end sign-ins": N_("Old sign-ins stay open."),
    "sum up": N_("The month has no summary, so nobody can check it."),
    "remember": N_("If the database stops, old help cards are shown."),
    "note figures": N_("A monitor is shown old figures."),
    "lay ballots afresh": N_("The order of ballots could tell who voted how."),
    "start clocks": N_("No answer is asked for what the board decided."),
    "look at everything": N_("What is damaged may be found late."),
    "publish": N_("Nobody can check that nothing was taken out."),
}
NOW = Sentence(N_("To look now, run: {command}"), command="governance doctor")
OTHERWISE = N_("What it does for people is not done.")
# Each from the release hour on.
ONCE_A_DAY = frozenset((daily_backup.BACK_UP, *(duty.name for duty in schedule.DUTIES if duty.daily)))


def the_clock(place: AtHand) -> Iterator[Finding]:
    """The time fits what was seen before, and two people have seen to it where it did not."""
    mend = Sentence(N_("Set the clock right, or run: {command}"), command="governance clock accept")
    if doubt := timekeeping.in_doubt(place.session):
        yield wrong(timekeeping.WHY[doubt], timekeeping.UNTIL, mend)
    elif not timekeeping.may_destroy(place.session):
        means = N_("What should be forgotten stays until two people sign.")
        yield wrong(N_("The clock was wrong, and nothing is deleted since."), means, run("governance clock accept"))
    else:
        yield fine(N_("The clock fits what was seen before."))


def last_round(place: AtHand) -> Iterator[Finding]:
    """A round of duties was done a moment ago."""
    lease = place.session.get(Lease, "tick")
    started = N_("Start the program, or run: governance tick")
    if lease is None:
        yield note(N_("No round of duties was done yet."), mend=started)
    elif lease.until > clock.now() + FURTHEST:
        what = N_("The last round was noted for a time that is still to come.")
        yield wrong(what, N_("The clock stood ahead then."), run("governance tick"))
    elif lease.until < clock.now() - LONGEST_ROUND:
        last = Sentence(N_("The last round of duties was on {day}."), day=clock.day_of(lease.until))
        yield wrong(last, N_("What people wrote waits, and nothing is done by itself."), started)
    else:
        yield fine(N_("The last round of duties was just now."))


def duties(place: AtHand) -> Iterator[Finding]:
    """Each duty was done today or yesterday, and none failed at its last try."""
    names = {duty.name for duty in schedule.DUTIES}
    done = {each.name: each.day for each in place.session.scalars(select(DutyDone)) if each.name in names}
    failed = {each.name: each.day for each in place.session.scalars(schedule.still_failed())}
    moment = schedule.moment_at(place.session)
    yesterday = (moment.today if moment else clock.today()) - timedelta(days=1)  # At the site, as each day was noted.
    late = [name for name in names if _is_late(name, done, yesterday)]
    session = place.session
    held_up = names - {
        duty.name for duty in schedule.due(timekeeping.in_doubt(session), timekeeping.may_destroy(session))
    }
    for name in sorted({*late, *failed}):
        what = _how_it_stands(name, done.get(name), failed.get(name))
        mend = run("governance clock accept") if name in held_up else _how_it_is_done(place, name, moment)
        yield wrong(what, MEANS.get(name, OTHERWISE), mend)
    if done and not failed and not late:
        yield fine(N_("Each duty was done on its day."))


def last_look_at_everything(place: AtHand) -> Iterator[Finding]:
    """On which day all that takes long to look at was last looked at, and whether all was well. Not while it is."""
    day, number, changed = last_look.of_all(place.session, place.keys)
    if changed:
        by_whom = N_("Someone changed what the last look at everything found, or it is damaged.")
        yield wrong(by_whom, N_("What has to be mended may be hidden."), NOW)
    elif not place.quick:  # Whoever looks at everything just now tells it in lines of their own.
        return
    elif day is None:
        later = N_("A round does that, after the release hour.")
        yield note(N_("Not everything was looked at yet."), later, NOW)
    elif number:
        what = Sentence(N_("Everything was last looked at on {day}. To mend: {number}"), day=day, number=number)
        yield note(what, N_("It is looked at again each day until all is well."), NOW)
    else:
        yield fine(Sentence(N_("Everything was last looked at on {day}, and was well."), day=day))


def release(place: AtHand) -> Iterator[Finding]:
    """When messages were last let out. That it is late is told by `duties`."""
    if last := place.session.get(DutyDone, "release"):
        yield fine(Sentence(N_("Messages were last let out on {day}."), day=last.day))
    else:
        yield note(N_("No messages were let out yet."))


def _how_it_stands(name: str, done: date | None, failed: date | None) -> Sentence:
    if failed:
        return Sentence(N_("“{duty}” failed on {day}."), duty=name, day=failed)
    if done:
        return Sentence(N_("“{duty}” was last done on {day}."), duty=name, day=done)
    return Sentence(N_("“{duty}” was never done."), duty=name)


def _how_it_is_done(place: AtHand, name: str, moment: Moment | None) -> Sentence:
    """Return what does the duty of that *name*. Before the release hour no round does what is done once a day."""
    programme = places.programme(place.session)
    if programme is None or moment is None or moment.release_hour_has_come or name not in ONCE_A_DAY:
        return run("governance tick")
    due = N_("It is due at {hour} ({zone}). Let the program run until then.")
    return Sentence(due, hour=f"{programme.release_hour}:00", zone=programme.timezone)


def _is_late(name: str, done: dict[str, date], yesterday: date) -> bool:
    """Whether *name* was not done *yesterday* nor since, though the program has been at work for that long."""
    at_work = any(day < yesterday for day in done.values())
    return done[name] < yesterday if name in done else at_work
