"""A year of a small place, in which only the test knows what nobody outside may learn.

It can be lived with *more* of every secret: one or two more urgent messages a week, more who stepped out, fewer who
voted, a message a day or two later. What the public may know is the same in each: how many days there are, who said
what in public, what was decided.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from governance import clock, create_app
from governance.ballots import service as ballots
from governance.board import service as board
from governance.board.rules import Tie
from governance.clockwork.rounds import Moment
from governance.decisions import service as decisions
from governance.feedback import rounds, rules
from governance.feedback import service as feedback
from governance.feedback.hiding import HideReason
from governance.feedback.models import Message, Theme
from governance.health.rounds import look_at_everything
from governance.keys.keyfolder import KeyFolder
from governance.ledger import rounds as ledger_rounds
from governance.permissions.roles import Role
from governance.programme import schedule
from governance.responses import service as responses
from governance.storage import database
from tests.ballots.factories import AFTER, CLOSES, NOW, OPENS, Vote, some_issuers
from tests.decisions.factories import WHOLE
from tests.factories import Founded, an_open_programme
from tests.feedback.messages import a_code, send
from tests.pairs import EVERY
from tests.promises.outsider import Outsider
from tests.proposals.factories import frozen
from tests.responses.factories import AN_ANSWER, MANAGER

START = datetime(2026, 1, 5, 12, tzinfo=UTC)  # A Monday.
DAYS = 364
# From here on nothing happens but what time brings: rounds once in four weeks are enough.
QUIET_SINCE = DAYS if os.environ.get(EVERY) else 150
EVENING = timedelta(hours=11)  # After the hour of the release.
VOTERS = ("Ash", "Birch", "Cedar", "Dogwood", "Elder", "Fern", "Gorse", "Hazel", "Ivy")
AT_MOST_YES = 7  # One less with each more who stepped out; whoever is left on the roll takes a card and rests.
EVERYONE, URGENT = rules.Lane.SUGGESTION, rules.Lane.URGENT


@dataclass
class World:
    """One such year. *written*: how many messages came on each day; *urgent*: in each week."""

    more: int
    app: Flask
    session: Session
    keys: KeyFolder
    founded: Founded
    outsider: Outsider
    written: Counter[date] = field(default_factory=Counter)
    urgent: Counter[date] = field(default_factory=Counter)
    vote: Vote | None = None
    stock: dict[int, Counter[str]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return clock.today()

    def say(self, number: int, lane: rules.Lane = EVERYONE, **said: object) -> None:
        """Let so many people say something, in a hurry if somebody may be hurt."""
        route = rules.Route.NOW if lane is URGENT else rules.Route.LATER
        for _ in range(number):
            send(self.founded, "any word", self.today, lane=lane, **{"route": route, **said})
        self.written[self.today] += number
        if lane is URGENT:
            self.urgent[self.today - timedelta(days=self.today.weekday())] += number

    def say_with_a_code(self) -> None:
        """Somebody lets their words be shown, and in some years takes that back."""
        code = a_code(self.founded)
        self.say(1, consent=rules.Consent.WORDS, code=code)
        if self.more:
            feedback.withdraw_quote(self.session, self.keys, code.keys)

    def live(self) -> list[Message]:
        """What everybody's readers have."""
        wanted = select(Message).where(Message.audience == rules.Audience.EVERYONE, Message.week.is_not(None))
        return list(self.session.scalars(wanted.where(Message.state == rules.MessageState.LIVE)))

    def theme(self) -> None:
        """Five alike, or more, put themselves on the agenda; staff answer in public."""
        theme = feedback.start_theme(self.session, "Let us wait inside", "It rains.", EVERYONE, self.today)
        for message in self.live()[: 5 + self.more]:
            feedback.put_in(self.session, theme, message.id, feedback.Hand(self.keys, self.today))
        assert self.session.get_one(Theme, theme.id).agenda_on
        duty = responses.start_duty_for_theme(self.session, theme.id, self.today)
        responses.answer(self.session, duty, AN_ANSWER, MANAGER, self.today)

    def pass_on(self) -> None:
        """One reader gives some words to other readers."""
        for message in self.live()[: self.more]:
            reader = self.founded.reader("Ash")
            feedback.move(self.session, self.keys, reader, message.id, rules.Audience.GRIEVANCE, self.today)

    def hide(self) -> None:
        """Two readers take one message down."""
        message = self.live()[0]
        feedback.ask_to_hide(
            self.session, self.founded.keys, message.id, HideReason.TEST, self.founded.account("Ash"), self.today
        )
        by, roles = self.founded.account("Juniper"), {Role.STAFF_READER}
        feedback.agree_to_hide(self.session, self.keys, message.id, EVERYONE, by, roles, self.today)

    def call_a_vote(self) -> None:
        """A vote of those who have not stepped out; that somebody has is public, with the kind of tie."""
        members = [self.founded.account(alias) for alias in VOTERS]
        proposal = frozen(self.session, members[0])
        for member in members[len(members) - 1 - self.more :]:
            board.step_out(self.session, member, proposal.matter, Tie.OWN_CASE)
        tellers = [self.founded.cards[alias] for alias in ("Ash", "Birch")]
        ballot = ballots.call_vote(
            self.session, self.keys, proposal, kind="majority", opens_at=OPENS, closes_at=CLOSES, now=NOW,
            tellers=[each.account_id for each in tellers], issuers=some_issuers(),
        )  # fmt: skip
        self.vote = Vote(self.session, self.keys, ballot, proposal, members, tellers, [])
        self.vote.print_cards()

    def cast(self) -> None:
        """All but one of the roll vote. That one takes a card and rests."""
        assert self.vote
        self.vote.cast(*["yes"] * (AT_MOST_YES - self.more), None)

    def count_and_decide(self) -> None:
        """The box is opened, and the board puts the record out."""
        assert self.vote
        self.vote.count()
        record = decisions.draft_record(self.session, self.vote.ballot, self.today)
        decisions.complete(self.session, record, WHOLE)
        responses.adopt_and_start_clock(self.session, self.keys, record, self.today)


Act = Callable[[World], None]


def says(base: int, step: int = 0, lane: rules.Lane = EVERYONE) -> Act:
    return lambda world: world.say(base + step * world.more, lane)


def one_on(day: int) -> Act:
    """Somebody says one thing, on the first, second or third of three days."""
    return lambda world: world.say(1) if world.more == day else None


VOTE_DAY = (NOW - START).days
# What happens on which day. Urgent words of two weeks differ; so do days, and what came in a month by one or two.
STORY: dict[int, tuple[Act, ...]] = {
    8: (says(3, 1, URGENT),), 22: (says(0, 1, URGENT),),
    9: (says(12, -1),),
    35: (one_on(0),), 36: (one_on(1),), 37: (one_on(2),),
    42: (says(6, 1),), 44: (World.theme,), 50: (says(3), World.say_with_a_code), 52: (World.hide,),
    VOTE_DAY: (World.call_a_vote, says(4)), VOTE_DAY + 2: (World.cast,),
    (AFTER - START).days: (World.count_and_decide,),
    VOTE_DAY + 5: (World.pass_on,),
    93: (says(9, 1),),  # A feast: the only words of that month.
}  # fmt: skip
HOURS = {VOTE_DAY + 2: OPENS + timedelta(days=2), (AFTER - START).days: AFTER}
# The days on which what differs between the years was just let out or decided, on which a month is summed up, and on
# which words go: those of each urgent week, and of each month.
TOLD = (9, 36, 40, 43, 57, 64, 94, 116, 144, 175, 205, DAYS - 1)
# Of these, one of each kind is read with every link on it, and with `--every-combination` each. The ledger is read
# whole: it has a line for every day.
READ = TOLD if os.environ.get(EVERY) else (9, 57, 64, 94, 144, DAYS - 1)
# The other days on which as much as one row more or less is written in one of the years: on these each address of the
# map is read, and no link is followed. `differing_days` finds them; on all others the same happens in each year.
QUIET = (8, 22, 25, 35, 37, 39, 42, 44, 56, 58, 59, 61, 93, 95)
GLANCED = (*QUIET, *(day for day in TOLD if day not in READ))


@contextmanager
def a_world(more: int, url: str, home: Path) -> Iterator[World]:
    """Found the place, with a database of its own at *url*."""
    keys = KeyFolder(home / "keys", home / "escrow")
    environ = {
        "GOVERNANCE_MODE": "development", "GOVERNANCE_HOME": str(home), "GOVERNANCE_DATABASE": url,
        "GOVERNANCE_SECRET": "Tq8rM-only-a-test-2vK9xB4nW7dJ3cH6pZ5yL1",
    }  # fmt: skip
    engine = create_engine(url, **database.engine_options(url))
    database.prepare(engine)
    try:
        with database.writing(), Session(engine, expire_on_commit=False) as session:
            with clock.stopped_at(START):
                founded = an_open_programme(session, keys, START)
            app = create_app(environ)
            app.testing = True
            yield World(more, app, session, keys, founded, Outsider(app))
            with app.app_context():
                database.db.engine.dispose()
    finally:
        engine.dispose()


def live_through(
    world: World, days: int = DAYS, read: Sequence[int] = READ, glanced: Sequence[int] = GLANCED
) -> None:  # fmt: skip
    """Let the days pass. Once in a quiet week or month, and wherever something happens, the program does its rounds."""
    for day in range(days):
        noon = START + timedelta(days=day)
        with clock.stopped_at(HOURS.get(day, noon)):
            for act in STORY.get(day, ()):
                act(world)
            world.session.commit()
        with clock.stopped_at(noon + EVENING):
            if day in STORY or day - 1 in STORY:
                world.outsider.nowhere.clear()  # What led nowhere may lead somewhere now.
            if day in read or day in glanced:
                _tick(world, whole=day in read)
                world.outsider.look(world.today, whole=day in read)
            elif day in STORY or day % (7 if day < QUIET_SINCE else 28) == 4:
                _rounds(world)
            else:
                continue
        world.stock[day] = _stock(world.session)


def _stock(session: Session) -> Counter[str]:
    """Return how many rows each table has, and how many messages lie where."""
    tables = database.db.metadata.tables.items()
    found = Counter({name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables})
    by = (Message.audience, Message.state, Message.lane)
    for *where, number in session.execute(select(*by, func.count()).group_by(*by)):
        found[f"message {where}"] = number
    session.rollback()
    return found


def differing_days(worlds: Sequence[World]) -> set[int]:
    """Return the days on which not the same became of the tables in each of *worlds*."""
    changes = [dict(_changes(world.stock)) for world in worlds]
    return {day for day in changes[0] if any(each[day] != changes[0][day] for each in changes)}


def _changes(stock: dict[int, Counter[str]]) -> Iterator[tuple[int, dict[str, int]]]:
    before = Counter[str]()
    for day, now in stock.items():
        yield day, {name: now[name] - before[name] for name in now | before if now[name] != before[name]}
        before = now


def _tick(world: World, *, whole: bool) -> None:
    """Do all that a day does. Not *whole*: without the looks at every row, two thirds of the time it takes."""
    with pytest.MonkeyPatch.context() as patch:
        if not whole:
            duties = [duty for duty in schedule.DUTIES if duty.pieces is not look_at_everything]
            patch.setattr(schedule, "DUTIES", tuple(duties))
        schedule.tick(world.app)


def _rounds(world: World) -> None:
    """Do what a day does for feedback and for the ledger; the others have nothing to do."""
    moment = Moment(clock.now(), world.today, True)
    for duty in (*rounds.DUTIES, ledger_rounds.DUTIES[0]):
        for piece in duty.pieces(world.session, world.keys, moment):
            piece(world.session)
    world.session.commit()
