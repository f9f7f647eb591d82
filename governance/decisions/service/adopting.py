"""Publishing a record, and correcting a published one. Nothing decided is edited: a correction is a new row."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance.ballots import service as ballots
from governance.ballots.models import Ballot
from governance.ballots.result.outcome import Result
from governance.board import service as board
from governance.decisions import rules
from governance.decisions.models import Dissent, Outcome, Record, State
from governance.decisions.service import dissent as dissents
from governance.decisions.service import published
from governance.decisions.service.drafting import (
    PUBLISHED,
    RecordFields,
    is_as_drafted,
    names_in,
    next_number,
    put_words,
)
from governance.decisions.service.looking_again import day_of
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.proposals import service as proposals
from governance.proposals.models import Proposal
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence, together
from governance.storage.text import one_line, plain

NOT_VOTED_ON = N_(
    "This is not what was voted on, or not what came of the vote. Someone changed it in our books. Do not publish it. "
    "Ask whoever runs the server to bring it back from a backup. “governance ledger audit” says what was changed."
)
SECOND_TRY = N_("The vote did not pass. This is the second try.")  # Kept in English, shown in each language.
KEPT = (
    "proposal_id", "ballot_id", "outcome", "power", "title", "asked", "how", "sums", "against",
    "principles", "recusal_ties", "decided_on",
)  # fmt: skip


def missing(session: Session, record: Record, today: date) -> list[str | Sentence]:
    """Return what stands between a draft and its adoption, in sentences."""
    return rules.missing_before_adoption(_facts(session, record, today), today)


def _facts(session: Session, record: Record, today: date) -> rules.RecordFacts:
    last = rules.last_day(today, board.charter(session))
    return rules.RecordFacts(
        record.result, record.why, record.gets_better, record.review_on, last, dissents.facts(session, record)
    )


def check_may_adopt(session: Session, record: Record, today: date) -> None:
    """Refuse a record that is out, or that lacks something. Raises RuleRefused with all that is missing."""
    if record.state is not State.DRAFT:
        raise RuleRefused(PUBLISHED)
    _check_as_voted_on(session, record)
    lacks = missing(session, record, today)
    if lacks:
        raise RuleRefused(together(lacks))


def whose_seat(session: Session, record: Record) -> int | None:
    """Return the account whose seat *record* is about, if it is about taking one."""
    asked = board.seat_asked_for(session, session.get_one(Proposal, record.proposal_id).matter)
    return asked.account_id if asked else None


def _check_as_voted_on(session: Session, record: Record) -> None:
    """Refuse a record of other words, or of another result, than the ledger holds: it would be published as decided."""
    if record.corrects_id is not None:  # It mends what was published, which the ledger holds.
        return
    ballot = session.get(Ballot, record.ballot_id) if record.ballot_id else None
    if ballot is None:
        raise RuleRefused(NOT_VOTED_ON)
    words, seen = ballots.words_of(session, ballot), ballots.shown(session, ballot)
    as_drafted = words is not None and (record.title, record.asked) == (words.title, words.ask)
    said_no = (record.outcome is Outcome.NOT_ADOPTED, seen.result is Result.NOT_ADOPTED)
    as_counted = not seen.doubt and (seen.result is None or len(set(said_no)) == 1)
    holds = proposals.holds(session, session.get_one(Proposal, record.proposal_id), ballot.version)
    if seen.words_doubt or not (as_drafted and as_counted and holds and is_as_drafted(session, record, ballot)):
        raise RuleRefused(NOT_VOTED_ON)


def words_of(record: Record) -> list[str]:
    """Return the words of a draft that its facilitator can still change: who agrees to it agrees to these."""
    return [record.title, record.result, record.why, record.gets_better, str(record.review_on)]


def adopt(session: Session, keys: KeyFolder, record: Record, today: date) -> None:
    """Publish a record: its fingerprint goes into the ledger, and what could tell who said what is forgotten.

    The proposal is decided, or goes back to the talk for a second try when the board did not say yes.
    Raises RuleRefused with all that is missing.
    """
    session.refresh(record, with_for_update=True)
    check_may_adopt(session, record, today)
    record.against = dissents.preview(session, record)
    session.execute(delete(Dissent).where(Dissent.record_id == record.id))
    ballots.keep_only_totals(session, keys, record.proposal_id)
    _close_proposal(session, record, today)
    _publish(session, record, "record", today)


def _close_proposal(session: Session, record: Record, today: date) -> None:
    proposal = session.get_one(Proposal, record.proposal_id)
    if record.outcome is Outcome.NOT_ADOPTED:
        # Who stepped out stays out of the second try.
        proposals.try_again(session, proposal, SECOND_TRY, today)
        return
    proposals.mark_decided(session, proposal)
    board.forget_who_stepped_out(session, proposal.matter)


def hold(session: Session, record: Record) -> Record:
    """Return the first version of *record*, locked: no look, no request and no correction comes in between."""
    first = session.get_one(Record, record.first_id)
    session.refresh(first, with_for_update=True)
    return first


def correct(session: Session, record: Record, fields: RecordFields, correction: str, today: date) -> Record:
    """Publish a correction: a new record beside the old one, saying what was wrong. The outcome never changes, and
    no more does the day to look again: that one moves when two people say that the board has looked (`looking_again`).

    Refused for a draft (edit it), for a record that was corrected since (correct the newest), and without a reason.
    """
    first = hold(session, record)
    if first.state is not State.ADOPTED or newest(session, first) is not record:
        raise RuleRefused(N_("Only the newest published version can be corrected. Look at the record again."))
    new = check_correction(session, record, fields, correction)
    new.number, new.corrects_id, new.review_on = next_number(session, today), first.id, day_of(session, first)
    session.add(new)
    _publish(session, new, "correction", today)
    return new


def check_correction(session: Session, record: Record, fields: RecordFields, correction: str) -> Record:
    """Return a correction of *record* as it would stand, not kept so far. Raises RuleRefused with all that it lacks."""
    new = Record(correction=plain(one_line(correction), rules.LONGEST_LINE))
    for name in KEPT:
        setattr(new, name, getattr(record, name))
    put_words(new, fields)
    facts = rules.RecordFacts(new.result, new.why, new.gets_better)
    lacks: list[str | Sentence] = [*rules.missing_words(facts), *names_in(session, new, record)]
    if not new.correction:
        lacks = [N_("Say what was wrong, in one sentence."), *lacks]
    if lacks:
        raise RuleRefused(together(lacks))
    return new


def correction_in_words(record: Record, correction: str) -> Sentence:
    """Return in a sentence what two people agree to, and what every member is told."""
    said = plain(one_line(correction), rules.LONGEST_LINE)
    return Sentence(N_("Record {number} is corrected. What was wrong: {words}"), number=record.number, words=said)


def words_put_right(record: Record, fields: RecordFields) -> list[tuple[str, str, str]]:
    """Return each word that a correction changes, as it stands and as it is to be, under its title."""
    new = Record()
    put_words(new, fields)
    both = (
        (N_("What was decided"), record.result, new.result),
        (N_("Why"), record.why, new.why),
        (N_("What gets better"), record.gets_better, new.gets_better),
    )
    return [(title, old or "", now or "") for title, old, now in both if old != now]


def newest(session: Session, first: Record) -> Record:
    """Return the version of this record that holds, by its line of the ledger."""
    return session.scalars(_versions_of(first.id).order_by(Record.leaf.desc())).first() or first


def _versions_of(first_id: int) -> Any:
    return select(Record).where((Record.id == first_id) | (Record.corrects_id == first_id))


def _publish(session: Session, record: Record, kind: str, today: date) -> None:
    record.state, record.adopted_on = State.ADOPTED, today
    first = session.get(Record, record.corrects_id) if record.corrects_id else None
    words = published.canonical(session, record)
    line = published.line_of(record, words, first.number if first else None)
    record.published, record.leaf = words, ledger.append(session, "decisions", kind, line)
    session.flush()
