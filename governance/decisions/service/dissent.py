"""Who disagreed says how the record may say so (docs/domain.md R-ID-03). It is theirs to choose, and to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance.ballots import service as ballots
from governance.ballots.models import Ballot
from governance.board import service as board
from governance.decisions import rules
from governance.decisions.models import Dissent, Record, State
from governance.decisions.rules import DissentChoice
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage.text import plain

NO_VOTE = N_("Only members who could vote on this can disagree in its record.")
TOO_LATE = N_("This record is published, so nothing can be added. Bring it up under Agenda.")


def say_dissent(session: Session, record: Record, account_id: int, choice: DissentChoice, text: str = "") -> Dissent:
    """Keep how a member wants their disagreement to stand in the record. Saying it again replaces it.

    Refused to who had no vote, after the record is published, and for "my words" without words.
    """
    _open(session, record)
    check_may_disagree(session, record, account_id)
    words = plain(text, rules.LONGEST_DISSENT).strip() if choice is DissentChoice.MY_WORDS else ""
    if choice is DissentChoice.MY_WORDS and not words:
        raise RuleRefused(N_("Write your words first, or choose another way."), field="text")
    board.check_names_nobody(session, words, field="text")
    mine = dissent_of(session, record, account_id)
    if mine is None:
        mine = Dissent(record_id=record.id, account_id=account_id)
        session.add(mine)
    elif choice is DissentChoice.FACILITATORS_WORDS is mine.choice:
        words = mine.text  # What the facilitator wrote for them stays.
    mine.choice, mine.text = choice, words
    session.flush()
    return mine


def forget_dissent(session: Session, record: Record, account_id: int) -> None:
    """Take a disagreement back, as if it had never been said."""
    _open(session, record)
    session.execute(delete(Dissent).where(Dissent.record_id == record.id, Dissent.account_id == account_id))
    session.flush()


def may_disagree(session: Session, record: Record, account_id: int) -> bool:
    """Whether this member had a vote on the matter of *record*: who stepped out is out of the talk about it too."""
    ballot = session.get(Ballot, record.ballot_id) if record.ballot_id else None
    return ballot is not None and ballots.roll_row(session, ballot, account_id) is not None


def check_may_disagree(session: Session, record: Record, account_id: int) -> None:
    """Refuse who had no vote on this. Raises RuleRefused."""
    if not may_disagree(session, record, account_id):
        raise RuleRefused(NO_VOTE)


def dissent_of(session: Session, record: Record, account_id: int) -> Dissent | None:
    """Return what this member has said, if anything."""
    wanted = select(Dissent).where(Dissent.record_id == record.id, Dissent.account_id == account_id)
    return session.scalars(wanted).one_or_none()


@dataclass(frozen=True)
class AskedToSpeak:
    """Somebody asked the facilitator to say it for them. No name: they find each other in person."""

    id: int
    words: str


def asked_to_speak(session: Session, record: Record) -> list[AskedToSpeak]:
    """Return those who want the facilitator's words; those who still wait for them come first."""
    rows = [row for row in _all(session, record) if row.choice is DissentChoice.FACILITATORS_WORDS]
    return sorted((AskedToSpeak(row.id, row.text) for row in rows), key=lambda each: each.words)


def speak_for(session: Session, record: Record, dissent_id: int, text: str) -> None:
    """Write the facilitator's words for somebody. The form asks that they were read back first."""
    _open(session, record)
    row = session.get(Dissent, dissent_id)
    if row is None or row.record_id != record.id or row.choice is not DissentChoice.FACILITATORS_WORDS:
        raise RuleRefused(N_("That person has chosen another way by now. Look at the page again."))
    board.check_names_nobody(session, text, field="text")
    row.text = plain(text, rules.LONGEST_DISSENT).strip()
    session.flush()


def preview(session: Session, record: Record) -> list[str]:
    """Return what the record would say against the decision if it were published now."""
    return rules.public_dissent(facts(session, record))


def facts(session: Session, record: Record) -> tuple[rules.Dissent, ...]:
    """Return what the rules need to know of every disagreement."""
    return tuple(rules.Dissent(row.choice, row.text) for row in _all(session, record))


def _all(session: Session, record: Record) -> Sequence[Dissent]:
    return session.scalars(select(Dissent).where(Dissent.record_id == record.id)).all()


def _open(session: Session, record: Record) -> None:
    session.refresh(record, with_for_update=True)
    if record.state is not State.DRAFT:
        raise RuleRefused(TOO_LATE)
