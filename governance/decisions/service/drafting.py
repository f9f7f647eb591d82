"""Drafting a record from a counted ballot, and completing it. Only a draft is ever edited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.ballots import service as ballots
from governance.ballots.models import Ballot, Count
from governance.ballots.result.outcome import DECIDED, RESULT_WORDS, Result
from governance.board import service as board
from governance.counting.lot import EARLIER_THEN_TALK
from governance.decisions import rules
from governance.decisions.models import Outcome, Record, State
from governance.places.service import day_of
from governance.privacy import NOT_SHOWN, Shown
from governance.proposals import service as proposals
from governance.proposals.models import Proposal, ProposalVersion
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence, to_json
from governance.storage.text import one_line, plain

PUBLISHED = N_("This record is public, so it does not change. Write a correction. Both can be read.")
FIRST_WORDS = {
    Outcome.ADOPTED: N_("The board said yes to “{title}”."),
    Outcome.NOT_ADOPTED: N_("The board did not say yes to “{title}”."),
}
SIDE_WORDS = {
    "yes": N_("Yes: {shown}."),
    "no": N_("No: {shown}."),
    "agree": N_("Agree: {shown}."),
    "aside": N_("Do not agree: {shown}."),
}


# What a draft has from its vote, and nobody changes.
FROM_THE_VOTE = ("power", "principles", "sums", "recusal_ties", "decided_on")


@dataclass(frozen=True)
class RecordFields:
    """What the facilitator writes."""

    result: str = ""
    why: str = ""
    gets_better: str = ""
    review_on: date | None = None


def draft_record(session: Session, ballot: Ballot, today: date) -> Record:
    """Draft the record of a counted ballot; asking twice returns the same one. Members alone see it.

    Raises RuleRefused for a ballot that is not counted or decided nothing.
    """
    before = session.scalars(select(Record).where(Record.ballot_id == ballot.id, Record.corrects_id.is_(None))).first()
    if before:
        return before
    count = ballots.count_of(session, ballot)
    if count is None:
        raise RuleRefused(N_("This vote is not counted yet. The two tellers open the box first."))
    if count.result not in DECIDED:
        why = Sentence(RESULT_WORDS[count.result])
        raise RuleRefused(Sentence(N_("There is no decision to write down. {why}"), why=why))
    record = _drafted(session, ballot, count, today)
    session.add(record)
    session.flush()
    return record


def _drafted(session: Session, ballot: Ballot, count: Count, today: date) -> Record:
    """Return the record that a counted vote begins with; a person adds the why."""
    proposal = session.get_one(Proposal, ballot.proposal_id)
    words = session.get_one(ProposalVersion, (proposal.id, ballot.version))
    outcome = Outcome.NOT_ADOPTED if count.result is Result.NOT_ADOPTED else Outcome.ADOPTED
    said_yes = outcome is Outcome.ADOPTED
    ties = rules.public_ties(each.tie for each in board.recusals(session, proposal.matter))
    return Record(
        number=next_number(session, today),
        proposal_id=proposal.id,
        ballot_id=ballot.id,
        outcome=outcome,
        power=proposal.power,
        title=words.title,
        asked=words.ask,
        result=str(_first_words(count, outcome, words.title, chose_members=bool(ballot.who_stands))),
        why=words.why if said_yes else "",
        gets_better=words.gets_better if said_yes else "",
        how=[to_json(sentence) for sentence in [*_how(session, ballot, said_yes=said_yes), *_left(session, count)]],
        sums=[to_json(sentence) for sentence in _sums(ballots.public_numbers(ballot, count))],
        principles=words.principles,
        recusal_ties=ties,
        decided_on=day_of(session, ballot.closes_at),
    )


def is_as_drafted(session: Session, record: Record, ballot: Ballot) -> bool:
    """Whether all of *record* that nobody types still follows from its vote: how it was decided, its sums, the power.

    A lot, and a concern that is open now, are in it. What was so on the day it was drafted may stand in it beside them.
    """
    count = ballots.count_of(session, ballot)
    if count is None:
        return False
    anew = _drafted(session, ballot, count, day_of(session, ballot.closes_at))
    if record.decided_on == ballot.closes_at.date():  # As an older version wrote it: the day of UTC stays.
        anew.decided_on = record.decided_on
    same = all(getattr(record, name) == getattr(anew, name) for name in FROM_THE_VOTE)
    may_go = to_json(Sentence(FEWER_LIVED))
    return same and all(sentence in record.how for sentence in anew.how if sentence != may_go)


def _first_words(count: Count, outcome: Outcome, title: str, *, chose_members: bool) -> Sentence:
    if count.result is Result.CHOSEN and chose_members:
        return Sentence(N_("“{title}”: {chosen}"), title=title, chosen=ballots.seats_filled(count))
    if count.result is Result.CHOSEN:
        winners = ", ".join(count.account["winners"])
        return Sentence(N_("The board chose for “{title}”: {winners}."), title=title, winners=winners)
    return Sentence(FIRST_WORDS[outcome], title=title)


IN_SECRET = N_("The vote was secret.")
BEFORE_NOTICE = N_("The vote opened before the days of notice were over. Why: {reason}")
BY_NAME = N_("Members voted by name. Everyone can read who voted how.")
WITH_RECOVERY = N_("One teller opened the box, with two shares that the board keeps for when one is lost.")


def _who_opened(session: Session, ballot: Ballot) -> str:
    count = ballots.count_of(session, ballot)
    if count is not None and count.with_recovery:
        return WITH_RECOVERY
    if ballot.key_apart:
        return N_("Two of three shares of its key opened the box, after the vote closed.")
    return N_("Two tellers opened the box together, after the vote closed.")


def _how(session: Session, ballot: Ballot, *, said_yes: bool) -> list[Sentence]:
    """Return how the board decided, in sentences that tell no number of people."""
    rule = ballots.rule_of(session, ballot)
    said = [Sentence(BY_NAME if ballot.named else IN_SECRET), Sentence(_who_opened(session, ballot))]
    if ballot.hurry:
        said.append(Sentence(BEFORE_NOTICE, reason=ballot.hurry))
    if ballot.only_lived:
        said.append(Sentence(N_("The whole board voted first. Then lived or living experience seats voted alone.")))
    said.append(rule.in_words)
    if rule.ties == EARLIER_THEN_TALK and rule.when_equal:
        said.append(rule.when_equal)
    said.append(Sentence(N_("More than half of those who took part hold lived or living experience seats.")))
    if said_yes and (ballot.second_check or ballot.only_lived):
        said.append(Sentence(N_("It is a rule about participants. Most lived or living experience seats said yes.")))
    return said


CONCERNS = N_("Some concerns were still open when the board voted.")
FEWER_LIVED = N_(
    "When the vote closed, our own rule for who holds our seats was not met. It was when the vote was called."
)
# Of how it was decided, what is never folded.
UNCOMMON = frozenset({
    BEFORE_NOTICE, WITH_RECOVERY, ballots.BY_LOT, ballots.CHOSEN_BY_LOT, ballots.MEMBER_BY_LOT, CONCERNS, FEWER_LIVED
})  # fmt: skip


def _left(session: Session, count: Count) -> list[Sentence]:
    """Return what else stays in the record for good: a lot that had a part in it, and concerns that stayed open."""
    ballot = session.get_one(Ballot, count.ballot_id)
    concerned = proposals.has_open_concerns(session, session.get_one(Proposal, ballot.proposal_id))
    changed = _met_the_charter_no_more(session, ballot)
    by_lot = ballots.lot_told(ballot, count)
    others = [Sentence(words) for is_so, words in ((concerned, CONCERNS), (changed, FEWER_LIVED)) if is_so]
    return [*([by_lot] if by_lot else []), *others]


def _met_the_charter_no_more(session: Session, ballot: Ballot) -> bool:
    """Whether the seats as they were filled when the vote closed may not decide, by the charter it was called under.

    Who rests is told to nobody, so by this nobody does.
    """
    day = day_of(session, ballot.closes_at)
    filled = [replace(seat, paused=False) for seat in board.seats_on(session, day)]
    same = ballot.charter_number == board.charter_number(session)
    return same and bool(board.composition(session, day, filled))


def _sums(numbers: dict[str, Shown]) -> list[Sentence]:
    """Return the sum in words, as far as it points to nobody."""
    said = [Sentence(N_("Enough members took part to decide."))]
    if not numbers:
        return [*said, Sentence(N_("How many chose what is on the page of the vote, as far as it points to nobody."))]
    if all(shown == NOT_SHOWN for shown in numbers.values()):
        hidden = N_("The numbers are not shown. On a board this small they could tell how someone voted.")
        return [*said, Sentence(hidden)]
    said += [Sentence(SIDE_WORDS[side], shown=shown.text) for side, shown in numbers.items()]
    if any(shown.value is None for shown in numbers.values()):
        said.append(Sentence(N_("A number is left out where it could tell how someone voted.")))
    return said


def next_number(session: Session, today: date) -> str:
    """Return the number of the next record. Two at once: the second is refused by the unique number, and asks again."""
    year = select(func.count()).select_from(Record).where(Record.number.startswith(f"{today.year:04}-"))
    return rules.record_number(today.year, (session.scalar(year) or 0) + 1)


def complete(session: Session, record: Record, fields: RecordFields) -> None:
    """Write down the result, why, what gets better, and when to look again. Refused once the record is published."""
    session.refresh(record, with_for_update=True)
    if record.state is not State.DRAFT:
        raise RuleRefused(PUBLISHED)
    put_words(record, fields)
    if named := names_in(session, record):
        raise RuleRefused(*named)
    session.flush()


def names_in(session: Session, record: Record, before: Record | None = None) -> list[Sentence]:
    """Return what to do about a name of a member in words that everybody will read (docs/domain.md R-ID-01).

    It is asked when somebody writes. The words that were voted on, and those that are public already (*before*), are
    not read: else whoever names a seat “Food” after a vote could keep a record about food from the public.
    """
    ballot = session.get_one(Ballot, record.ballot_id)
    words = session.get_one(ProposalVersion, (ballot.proposal_id, ballot.version))
    fixed = [words.title, words.why, words.gets_better]
    fixed += [before.result, before.why, before.gets_better] if before else []
    texts = (_without(text, fixed) for text in (record.result, record.why, record.gets_better, record.correction))
    found = board.named_in(session, *texts)
    refusal = N_("“{name}” is the name of a member or of a seat, and a record is public. Say it without the name.")
    return [Sentence(refusal, name=found)] if found else []


def _without(text: str, fixed: Iterable[str]) -> str:
    for part in sorted(filter(None, fixed), key=len, reverse=True):
        text = text.replace(part, " ")
    return text


def put_words(record: Record, fields: RecordFields) -> None:
    """Put what the facilitator wrote into a row that is not published."""
    record.result = plain(one_line(fields.result), rules.LONGEST_LINE)
    record.why = plain(fields.why, rules.LONGEST_TEXT)
    record.gets_better = plain(fields.gets_better, rules.LONGEST_TEXT)
    record.review_on = fields.review_on
