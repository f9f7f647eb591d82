"""What is known of a vote and of whoever is asking, gathered for the rule of what they may do now."""

from __future__ import annotations

from collections.abc import Mapping

from flask import g

from governance import clock
from governance.ballots import next_steps, rules, service
from governance.ballots.models import Ballot
from governance.ballots.now.facts import Facts, HalfAgreed, Looker
from governance.ballots.result.outcome import DECIDED, Result
from governance.ballots.views.door import after_the_count, issuers_of, waiting_on
from governance.board import service as board
from governance.keys import keyfolder
from governance.permissions.access import Permission, may
from governance.proposals.models import Proposal
from governance.proposals.rules import Status
from governance.ruling.steps import Step
from governance.storage.database import db


def steps_on_page(
    ballot: Ballot, proposal: Proposal, stage: rules.Stage, parts: Mapping[int, bool]
) -> dict[str, list[Step]]:
    """Return what whoever is asking may do now in each part of the page of *ballot*, which is at *stage*, by rule.

    *parts*: the accounts of its tellers, and whether the part of each is in.
    """
    facts = _facts(ballot, proposal, stage, parts)
    after = after_the_count(ballot) if facts.result in DECIDED else []
    return {
        "next_steps": next_steps.next_steps(facts) + after,
        "to_change_its_end": next_steps.to_change_its_end(facts),
        "to_the_partner": next_steps.to_the_partner(facts, ballot.partner["name"]) if ballot.partner else [],
    }


def _facts(ballot: Ballot, proposal: Proposal, stage: rules.Stage, parts: Mapping[int, bool]) -> Facts:
    """Gather what is known of a vote and of whoever looks. *parts*: by teller's account, whether their part is in."""
    count, me = service.count_of(db.session, ballot), g.who.account_id
    return Facts(
        number=ballot.number,
        proposal=proposal.number,
        stage=stage,
        looker=_looker(ballot, proposal, parts, me),
        named=ballot.named,
        cards=bool(service.cards_made(db.session, ballot)),
        cards_asked=service.cards_asked_for(db.session, keyfolder.current(), ballot, clock.today()),
        begun=service.has_begun(db.session, ballot),
        blind=bool(issuers_of(ballot)),
        partner=bool(ballot.partner),
        key_apart=ballot.key_apart,
        box_is_shut=ballot.box_leaf is not None,
        parts_in=sum(parts.values()),
        result=Result(count.result) if count else None,
        next_waits=service.waits_for_next_ballot(db.session, proposal) == ballot,
        words_wait=proposal.status is Status.BALLOT,
        uncounted_for=clock.now() - ballot.closes_at,
        why_cancelled=ballot.cancelled_reason or "",
        half_agreed=_half_agreed(ballot),
    )


def _half_agreed(ballot: Ballot) -> tuple[HalfAgreed, ...]:
    return tuple(
        HalfAgreed(each.said, each.first, each.mine, each.mine_to_agree, each.mine_to_finish)
        for each in waiting_on(ballot)
    )


def _looker(ballot: Ballot, proposal: Proposal, parts: Mapping[int, bool], me: int) -> Looker:
    row = service.roll_row(db.session, ballot, me)
    return Looker(
        runs_board=may(Permission.RUN_BOARD),
        votes=may(Permission.VOTE),
        opens_boxes=may(Permission.OPEN_BOX),
        on_roll=row is not None,
        has_pass=row is not None and row.has_pass,
        stepped_out=board.has_stepped_out(db.session, me, proposal.matter),
        is_teller=me in parts,
        part_is_in=parts.get(me, False),
    )
