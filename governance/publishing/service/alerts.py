"""Drug alerts: written by a reader, read first by two of the board, down again by themselves."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session, aliased

from governance.ballots import service as ballots
from governance.ballots.models import Ballot
from governance.board import service as board
from governance.clockwork.rounds import DutyDone
from governance.feedback import rules as feedback_rules
from governance.keys.keyfolder import KeyFolder
from governance.ledger.models import Leaf
from governance.people import service as people
from governance.permissions.roles import Role
from governance.publishing import rules
from governance.publishing.models import Alert
from governance.publishing.service import alert_lines, alert_reading
from governance.questions import service as questions
from governance.questions.models import Question
from governance.responses import service as responses
from governance.storage.leaves import CHANGED_SINCE
from governance.storage.text import one_line, plain

OWN_LINE = (Leaf.log == "decisions") & (Leaf.number == Alert.leaf)
# Whether something of the wall may have been taken out, for a query that asks more.
MAY_LACK = responses.may_lack()


@dataclass(frozen=True)
class AlertNow:
    """An alert, how many of the board have read it, where it is today, and what is doubtful about its words, or "".

    *read_by*: the accounts of those who have. Never for a public page.
    """

    alert: Alert
    readers: int
    state: rules.AlertState
    doubt: str = ""
    read_by: frozenset[int] = frozenset()


def write_alert(session: Session, account_id: int, facts: dict[str, str], ends_on: date, today: date) -> Alert:
    """Write an alert. It goes up when two board members have read it.

    *facts*: title, told, tested, how_sure, what_helps, where_to_check, place, who_says, and the code of its language.
    Raises RuleRefused for the name of a member or of a seat in them, and for days that are none of an alert.
    """
    rules.check_alert_days(ends_on, today)
    lines = {name: plain(one_line(facts.get(name, "")), rules.LONGEST_LINE) for name in ("title", "place", "who_says")}
    texts = {
        name: plain(facts.get(name, "").strip(), rules.LONGEST_TEXT)
        for name in ("told", "tested", "how_sure", "what_helps", "where_to_check")
    }
    board.check_names_nobody(session, *lines.values(), *texts.values())
    days = {"written_on": today, "ends_on": ends_on}
    alert = Alert(**lines, **texts, **days, language=facts.get("language") or None, writer_account_id=account_id)
    session.add(alert)
    session.flush()
    return alert


def board_reads(
    session: Session, keys: KeyFolder, alert_id: int, account_id: int, roles: Set[Role], today: date
) -> AlertNow:
    """A board member has read it. With the second one it is up. Reading it twice is no error."""
    alert = session.get_one(Alert, alert_id, with_for_update=True, populate_existing=True)
    roles = people.of_the_board(account_id, roles, people.who_sits(session, today))
    rules.check_may_read_alert(roles, wrote_it=alert.writer_account_id == account_id)
    session.merge(alert_reading.of(keys, alert, account_id))
    session.flush()
    readers = len(alert_reading.readers(session, keys, [alert], today).get(alert.id, ()))
    # One that has its line went up, even if somebody took the day out of its row.
    if readers >= rules.READERS_NEEDED and alert.posted_on is None and alert.leaf is None:
        alert.posted_on = today
        alert_lines.tell(session, alert)
    return AlertNow(alert, readers, _state(alert, readers, today))


def _state(alert: Alert, readers: int, today: date) -> rules.AlertState:
    """Return where an alert is. What went up has had its readers: it comes down by its last day alone."""
    return rules.alert_state(rules.READERS_NEEDED if alert.posted_on else readers, alert.ends_on, today)


@dataclass(frozen=True)
class OnTop:
    """What stands above the wall: the newest alert that is up, open votes (number, question), and whether words wait.

    *words_wait*: messages are let out later than they should be. *told*: what people answered to the board's questions.
    *doubt*: what is wrong with the words of the alert, or "". *also*: with an alert whose line was spoilt, the newest
    one whose line is sound, and what is wrong with it. *missing*: what to say where something was taken out.
    """

    alert: Alert | None = None
    also: tuple[Alert, str] | None = None
    open_votes: Sequence[tuple[int, str]] = ()
    words_wait: bool = False
    told: Sequence[Question] = ()
    doubt: str = ""
    missing: str = ""


def on_top(session: Session, keys: KeyFolder, today: date, now: datetime) -> OnTop:
    """Return what stands above the wall today.

    In one query, as the wall is asked for more often than anything else. The newest alert is that of the newest line.
    """
    always, bare, sound, its_line = select(literal(1)).subquery(), aliased(Leaf), aliased(Alert), aliased(Leaf)
    rows = session.execute(
        select(Alert, DutyDone.day, Ballot.number, Ballot.question, Question, Leaf, bare, sound, its_line,
               *MAY_LACK)
        .select_from(always)
        .outerjoin(Alert, Alert.id == _newest_up(today))
        .outerjoin(Leaf, OWN_LINE)
        .outerjoin(bare, (bare.log == "decisions") & (bare.number == _newest_without_row(today)))
        .outerjoin(its_line, (its_line.log == "decisions") & (its_line.number == _newest_sound(today)))
        .outerjoin(sound, sound.leaf == its_line.number)
        .outerjoin(DutyDone, DutyDone.name == "release")
        .outerjoin(Ballot, ballots.is_open(now))
        .outerjoin(Question, questions.is_on_the_wall(today))
        .order_by(Ballot.closes_at, Ballot.number, Question.first_day.desc(), Question.id.desc())
    ).all()  # fmt: skip
    row, last_release = rows[0][:2]
    line, of_none, as_well, of_it, *may_lack = rows[0][5:]
    alert, doubt = alert_lines.shown(session, keys, row, line) if row else (None, "")
    also = None
    if of_none and (not alert_lines.is_own(line) or line.number < of_none.number):
        alert, doubt = alert_lines.of_line(of_none), CHANGED_SINCE
    elif as_well and not alert_lines.is_own(line):
        also = alert_lines.shown(session, keys, as_well, of_it)
    # Each vote stands beside each question; the order of both is kept.
    open_votes = {row[2]: row[3] for row in rows if row[2] is not None}
    told = list(dict.fromkeys(row[4] for row in rows if row[4] is not None))
    late = feedback_rules.release_is_late(last_release, today)
    return OnTop(alert, also, list(open_votes.items()), late, told, doubt, responses.missing(session, may_lack))


def _newest_up(today: date) -> Any:
    up, line = aliased(Alert), aliased(Leaf)
    query = select(up.id).outerjoin(line, (line.log == "decisions") & (line.number == up.leaf))
    query = query.where(alert_lines.is_up(up, line, today))
    return (
        query.order_by(alert_lines.comes_last(line), line.number.is_(None), line.number.desc(), up.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _newest_sound(today: date) -> Any:
    """The line of the newest alert whose line is as it was hashed, and which a row names."""
    line = aliased(Leaf)
    named = line.number.in_(select(Alert.leaf).where(Alert.leaf.is_not(None)))
    up = (line.log == "decisions") & alert_lines.is_up_by(line, today)
    return select(func.max(line.number)).where(up, named).scalar_subquery()


def _newest_without_row(today: date) -> Any:
    line = aliased(Leaf)
    bare = alert_lines.is_up_by(line, today) & alert_lines.without_row(line)
    return select(func.max(line.number)).where(bare).scalar_subquery()


def taken_out(session: Session, today: date, limit: int = 50) -> list[AlertNow]:
    """Return alerts that went up and whose rows somebody took out, the newest first: each as its line holds it."""
    needed = rules.READERS_NEEDED
    found = alert_lines.taken_out(session, limit)
    return [AlertNow(each, needed, rules.alert_state(needed, each.ends_on, today), CHANGED_SINCE) for each in found]


def alerts(session: Session, keys: KeyFolder, today: date, limit: int = 50) -> list[AlertNow]:
    """Return alerts, the newest first, each with where it is today: those that wait, then by their lines."""
    query = select(Alert, Leaf).outerjoin(Leaf, OWN_LINE)
    by_line = (Leaf.number.is_(None), Leaf.number.desc(), Alert.id.desc())
    went_up = Alert.posted_on.is_not(None) | Alert.leaf.is_not(None)
    newest = query.order_by(went_up, *by_line).limit(limit)
    found, rows = [], session.execute(newest).all()
    readers = alert_reading.readers(session, keys, [row for row, _ in rows], today)
    for row, line in rows:
        # Who read one that an older version put up, nothing vouches for; that enough did, its line does.
        read_by = frozenset(readers.get(row.id, ()))
        count = max(len(read_by), rules.READERS_NEEDED if row.posted_on else 0)
        alert, doubt = alert_lines.shown(session, keys, row, line)
        found.append(AlertNow(alert, count, _state(alert, count, today), doubt, read_by))
    return found
