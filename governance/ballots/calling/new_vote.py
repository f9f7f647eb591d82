"""Calling a vote: everything that decides it goes into the ledger before anybody can take a pass."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots.as_fixed import NOT_AS_CALLED, check_as_fixed
from governance.ballots.calling.ballot_keys import pass_key_name
from governance.ballots.calling.fixing import Fixed, write_manifest
from governance.ballots.calling.key_parts import split_key
from governance.ballots.calling.kinds import BY_CONSENSUS, Kind, Settings, kind_named, rule_for
from governance.ballots.calling.notice import what_holds, why_before_notice
from governance.ballots.calling.rules import BallotFacts, KindFacts, Times, check_kind_fits, missing_before_calling
from governance.ballots.calling.standing import check_gives, under_letters
from governance.ballots.models import Ballot, Count, Roll
from governance.ballots.now.finding import ballots_of, waits_for_next_ballot
from governance.ballots.passes.issuers import Pairs, keep_issuers
from governance.ballots.result.disclosure import Disclosure, step_down, usual_disclosure
from governance.ballots.result.outcome import Result
from governance.ballots.rules import LONGEST_QUESTION
from governance.board import service as board
from governance.board.rules import SeatClass
from governance.counting import Rule, rule_from
from governance.counting.decided import Consent
from governance.keys.keyfolder import KeyFolder
from governance.places.service import day_of
from governance.proposals import service as proposals
from governance.proposals.models import Proposal, ProposalVersion
from governance.proposals.rules import OWN_HOUSE, Status
from governance.proposals.rules import Kind as ProposalKind
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence, together
from governance.sealing import edwards
from governance.storage.text import one_line, plain

NO_SETTINGS = Settings()
ON_THE_DAY = N_("On {day}, when it opens: {why}")
LONGEST_TYPED = 4000  # Letters of one option as it is typed; how long it may be is the by-law's to say.


def call_vote(
    session: Session,
    keys: KeyFolder,
    proposal: Proposal,
    *,
    kind: str,
    opens_at: datetime,
    closes_at: datetime,
    tellers: Sequence[int],
    now: datetime,
    question: str = "",
    only_lived: bool = False,
    settings: Settings = NO_SETTINGS,
    binding: bool = True,
    disclosure: Disclosure | None = None,
    counting_key: bytes = b"",
    issuers: Pairs | None = None,
) -> Ballot:
    """Fix a ballot on the words of *proposal*, frozen unless it only asks. *kind*: one of `kinds.Kind`.

    *settings*: options, seats and the like. *binding*: False for one that only asks, as a sense check does. *tellers*:
    two who open the box. *disclosure*: who may see the ballots; without one, what the board's size and the rule ask.
    *counting_key*: the public half of one made away from here. *issuers*: keys that sign blind. Raises RuleRefused.
    """
    session.refresh(proposal, with_for_update=True)
    text, tellers = _words_to_vote_on(session, proposal), list(dict.fromkeys(tellers))
    question, sort = plain(one_line(question), LONGEST_QUESTION) or text.title, kind_named(kind)
    binding = binding and sort is not Kind.SENSE_CHECK
    check_gives(session, sort, settings, Times(opens_at, closes_at, now), binding=binding)
    standing, settings = under_letters(session, sort, question, _cleaned(settings))
    checks_twice = proposal.about_participants and board.charter(session).second_check and binding
    rule = _rule_that_fits(session, proposal, sort, settings, _what(proposal, checks_twice, binding))
    _check_ready(session, proposal, question, Times(opens_at, closes_at, now), tellers, only_lived, binding)
    roll = board.voting_roll(session, day_of(session, now), proposal.matter, only_lived=only_lived)
    pair = _only_public(counting_key) if counting_key else sealing.new_pair()
    ballot = Ballot(
        number=(session.scalar(select(func.max(Ballot.number))) or 0) + 1,
        proposal_id=proposal.id,
        version=text.version,
        question=question,
        kind=sort,
        charter_number=board.charter_number(session),
        second_check=checks_twice and not only_lived,
        only_lived=only_lived,
        opens_at=opens_at,
        closes_at=closes_at,
        public_key=pair.public,
        voters_salt=secrets.token_bytes(16),
        tellers=tellers if counting_key else None,
        standing=standing,
        hurry=_hurry(session, proposal, opens_at) if binding else None,
    )
    session.add(ballot)
    session.flush()
    fixed = _fixed(session, sort, Fixed(rule, settings.options, binding, disclosure), len(roll))
    _keep_keys(session, keys, ballot, pair, {} if fixed.named else issuers or {}, tellers)
    _write_roll(session, ballot, roll)
    write_manifest(session, keys, ballot, fixed)
    if binding:
        proposals.mark_in_ballot(session, proposal)
    return ballot


def _words_to_vote_on(session: Session, proposal: Proposal) -> ProposalVersion:
    """Return the words for a vote, unless they or the charter were changed by hand since. Raises RuleRefused.

    A second ballot is on what the first one was called with. What is still in the talk has no fixed words.
    """
    board.check_charter_as_published(session)
    if proposal.status is Status.FROZEN:
        proposals.check_as_fixed(session, proposal)
    first = waits_for_next_ballot(session, proposal) if proposal.status is Status.BALLOT else None
    if first:
        check_as_fixed(session, first)
    if first and first.version != proposal.version:
        raise RuleRefused(NOT_AS_CALLED)
    return proposals.current(session, proposal)


def _hurry(session: Session, proposal: Proposal, opens_at: datetime) -> str | None:
    """Return why it opens before its notice is over, if it does. Raises RuleRefused where nobody agreed to that."""
    first = waits_for_next_ballot(session, proposal) if proposal.status is Status.BALLOT else None
    return why_before_notice(session, proposal, opens_at, first)


def _cleaned(settings: Settings) -> Settings:
    """Return *settings* with options that hold nothing unseen, and with as many to win as seats are given."""
    options = tuple(plain(one_line(each), LONGEST_TYPED) for each in settings.options)
    given = settings.for_seats
    return replace(settings, options=options, seats=len(given.seats) if given else settings.seats)


def _fixed(session: Session, kind: Kind, asked: Fixed, voters: int) -> Fixed:
    """Return what was asked for with what the charter and the size of the board make of it."""
    if board.charter(session).votes_by_name:
        return replace(asked, named=True, disclosure=Disclosure.FULL)
    return replace(asked, disclosure=step_down(asked.disclosure or usual_disclosure(voters, kind), kind))


def _keep_keys(
    session: Session, keys: KeyFolder, ballot: Ballot, pair: sealing.Pair, issuers: Pairs, tellers: Sequence[int]
) -> None:
    """Keep what lets ballots in; and the counting key in parts, unless its private half was made away from here."""
    keys.make(pass_key_name(ballot))
    keep_issuers(keys, ballot, issuers)
    if pair.private:
        split_key(session, keys, ballot, pair.private, tellers)


def _write_roll(session: Session, ballot: Ballot, roll: Sequence[tuple[int, SeatClass]]) -> None:
    for account_id, seat_class in roll:
        salt = secrets.token_bytes(16)
        session.add(Roll(ballot_id=ballot.id, account_id=account_id, seat_class=seat_class, salt=salt))
    session.flush()


def _what(proposal: Proposal, checks_twice: bool, binding: bool) -> KindFacts:
    return KindFacts(
        proposal.rule, checks_twice, binding, own_house=proposal.kind in OWN_HOUSE,
        is_small=proposal.kind is ProposalKind.SMALL,
    )  # fmt: skip


def _rule_that_fits(
    session: Session, proposal: Proposal, kind: Kind, settings: Settings, item: KindFacts
) -> Rule:  # fmt: skip
    charter = board.charter(session)
    rule = rule_for(kind, charter, settings)
    check_kind_fits(kind, replace(item, rounds=consensus_rounds(session, proposal.id)), charter)
    return rule


def call_next_vote(
    session: Session, keys: KeyFolder, first: Ballot, *, opens_at: datetime, closes_at: datetime,
    tellers: Sequence[int], now: datetime, counting_key: bytes = b"", issuers: Pairs | None = None,
) -> Ballot:  # fmt: skip
    """Call the vote that a first one asks for: of the lived or living experience seats alone, or a vote after all.

    The first when the second check could not be shown, the other when a consensus that a vote follows found none.
    """
    proposal = session.get_one(Proposal, first.proposal_id)
    if waits_for_next_ballot(session, proposal) != first:
        raise RuleRefused(N_("This vote does not need a second one."))
    a_vote = session.get_one(Count, first.id).result is Result.NEEDS_VOTE
    return call_vote(
        session, keys, proposal, kind=proposal.rule if a_vote else first.kind, opens_at=opens_at, closes_at=closes_at,
        tellers=tellers, now=now, question=first.question, only_lived=not a_vote, counting_key=counting_key,
        settings=_settings_of(first), disclosure=Disclosure((first.manifest or {})["disclosure"]), issuers=issuers,
    )  # fmt: skip


def _settings_of(first: Ballot) -> Settings:
    """Return the settings that a second ballot of the same kind takes over: how many may object."""
    rule = rule_from((first.manifest or {})["rule"])
    return Settings(objections=rule.objections_at_most) if isinstance(rule, Consent) else NO_SETTINGS


def consensus_rounds(session: Session, proposal_id: int) -> int:
    """Return how many consensus votes of the whole board on a proposal were counted. One that only asked is none."""
    held = [
        ballot
        for ballot in ballots_of(session, proposal_id)
        if ballot.kind in BY_CONSENSUS and ballot.binding and not ballot.only_lived
    ]
    return sum(session.get(Count, ballot.id) is not None for ballot in held)


def _check_ready(
    session: Session, proposal: Proposal, question: str, times: Times, tellers: Sequence[int],
    only_lived: bool, binding: bool,
) -> None:  # fmt: skip
    """Refuse a vote on words that are not ready for one, with all that is missing in one sentence after another."""
    if proposal.status is Status.BALLOT and not waits_for_next_ballot(session, proposal):
        raise RuleRefused(N_("There is a vote on these words already. Look under Votes."))
    if not binding and proposal.status not in (Status.DISCUSSION, Status.FROZEN):
        raise RuleRefused(N_("Ask how people feel while the talk is open."))
    whole_board = board.voting_roll(session, day_of(session, times.now), proposal.matter)
    facts = BallotFacts(
        question=question,
        text_is_frozen=not binding or proposal.status in (Status.FROZEN, Status.BALLOT),
        times=times,
        tellers=len(tellers),
        active=Counter(seat_class for _, seat_class in whole_board),
        binding=binding,
        may_not_decide=_may_not_decide(session, times),
    )
    missing = missing_before_calling(facts, board.charter(session))
    if missing:
        raise RuleRefused(together(missing))
    if not binding or proposal.status is not Status.FROZEN:
        return  # A vote that finishes another one takes over its place on the agenda; one that asks needs none.
    board.take_turns(session)
    if held := what_holds(session, proposal, times.now):
        raise RuleRefused(held)


def _may_not_decide(session: Session, times: Times) -> list[Sentence]:
    """Return why the board may not decide: as it sits today, or else as it will sit when the vote opens."""
    today, opens_on = day_of(session, times.now), day_of(session, times.opens_at)
    now = board.composition(session, today)
    if now or opens_on <= today:
        return now
    return [Sentence(ON_THE_DAY, day=opens_on, why=each) for each in board.composition(session, opens_on)]


def _only_public(public: bytes) -> sealing.Pair:
    """Return a pair whose private half is not here. Raises RuleRefused for what nothing can be sealed to."""
    try:
        sealing.seal(public, b"", b"")
        edwards.from_montgomery(public)  # A key of the other curve would open ballots, and could prove nothing of them.
        return sealing.Pair(b"", public)
    except ValueError as wrong:
        raise RuleRefused(
            N_("This is no key of a box. Copy it again from the page that made it."), field="counting_key"
        ) from wrong
