"""A ballot in public: what was asked, by what rule, and what came of it, in numbers that point to nobody."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template

from governance.access import Permission, requires
from governance.ballots import disclosure, rules, service
from governance.ballots.choices import SAID, Form, form_of
from governance.ballots.disclosure import SIDE_WORDS, Disclosure
from governance.ballots.models import Ballot
from governance.ballots.outcome import result_in_words
from governance.ballots.views.door import (
    NUMBER,
    STAGE_KINDS,
    a_file,
    bp,
    find,
    listed,
    rule_of,
    stage_now,
)
from governance.board.rules import SEAT_CLASS_WORDS
from governance.database import db
from governance.proposals.models import Proposal


@bp.get(f"/ballots/{NUMBER}")
@requires(Permission.READ_RECORD)
def show(number: int) -> Any:
    """One ballot. Never who voted, when, or how many took part."""
    ballot = find(number)
    count, voters, rule = service.count_of(db.session, ballot), service.voters(db.session, ballot), rule_of(ballot)
    stage, bundle = stage_now(ballot), service.bundle_of(db.session, ballot)
    open_to_all = bundle is not None and service.everyone_sees(bundle)
    return render_template(
        "ballots/show.html",
        ballot=ballot,
        proposal=db.session.get_one(Proposal, ballot.proposal_id),
        rule=rule,
        stage=stage,
        stage_words=rules.STAGE_WORDS[stage],
        stage_kind=STAGE_KINDS[stage],
        voters=disclosure.public_voters(voters),
        class_words=SEAT_CLASS_WORDS,
        gives_away=disclosure.what_it_gives_away(
            sum(voters.values()),
            rule,
            only_lived=ballot.only_lived,
            disclosure=disclosure_of(ballot),
            named=ballot.named,
        ),
        result=result_in_words(count.result, count.account.get("winners", ())) if count else None,
        numbers=service.public_numbers(ballot, count) if count else {},
        has_bundle=bundle is not None,
        open_to_all=open_to_all,
        counts=count.counts if count and open_to_all else {},
        choice_words=SAID,
        paper_has_words=form_of(rule) is Form.WORDS,
        ballots=listed(ballot, bundle.public) if bundle and open_to_all else [],
        verifier_hash=service.verifier_hash(),
        side_words=SIDE_WORDS,
        leaf=count.leaf if count else None,
        with_recovery=count is not None and count.with_recovery,
    )


def disclosure_of(ballot: Ballot) -> Disclosure:
    """Return who may see the opened ballots, as the manifest fixed it."""
    return Disclosure((ballot.manifest or {}).get("disclosure", Disclosure.OUTCOME))


@bp.get(f"/ballots/{NUMBER}/bundle.json")
@requires(Permission.READ_RECORD)
def bundle(number: int) -> Any:
    """The result bundle as everyone may have it, to check and, where ballots are public, to count again."""
    found = service.bundle_of(db.session, find(number)) or abort(404)
    return a_file(found.public, f"vote-{number}.json", "application/json")


@bp.get("/verifier.py")
@requires(Permission.READ_RECORD)
def verifier() -> Any:
    """The one file that counts a vote again on any computer."""
    return a_file(service.verifier().encode(), "verifier.py", "text/x-python")
