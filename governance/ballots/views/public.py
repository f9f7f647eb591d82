"""A ballot in public: what was asked, by what rule, and what came of it, in numbers that point to nobody."""

from __future__ import annotations

from typing import Any

from flask import render_template

from governance.access import Permission, requires
from governance.ballots import rules, service
from governance.ballots.outcome import RESULT_WORDS
from governance.ballots.views.door import NUMBER, STAGE_KINDS, bp, find, rule_of, stage_now
from governance.board.rules import SEAT_CLASS_WORDS
from governance.database import db
from governance.proposals.models import Proposal
from governance.sentences import N_

SIDE_WORDS = {"yes": N_("Yes"), "no": N_("No"), "agree": N_("Agree"), "aside": N_("Do not agree")}


@bp.get(f"/ballots/{NUMBER}")
@requires(Permission.READ_RECORD)
def show(number: int) -> Any:
    """One ballot. Never who voted, when, or how many took part."""
    ballot = find(number)
    count, voters, rule = service.count_of(db.session, ballot), service.voters(db.session, ballot), rule_of(ballot)
    stage = stage_now(ballot)
    return render_template(
        "ballots/show.html",
        ballot=ballot,
        proposal=db.session.get_one(Proposal, ballot.proposal_id),
        rule=rule,
        stage=stage,
        stage_words=rules.STAGE_WORDS[stage],
        stage_kind=STAGE_KINDS[stage],
        voters=rules.public_voters(voters),
        class_words=SEAT_CLASS_WORDS,
        gives_away=rules.what_it_gives_away(sum(voters.values()), rule, only_lived=ballot.only_lived),
        result=RESULT_WORDS[count.result] if count else None,
        numbers=service.public_numbers(ballot, count) if count else {},
        side_words=SIDE_WORDS,
        leaf=count.leaf if count else None,
    )
