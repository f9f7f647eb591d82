"""Proposals in public: what the board is asked, in plain words, never by whom."""

from __future__ import annotations

from flask import abort, render_template

from governance import clock
from governance.frame.narrowed import Narrowed
from governance.frame.row_numbers import asked_number
from governance.permissions.access import Permission, requires
from governance.proposals import rules, service
from governance.proposals.rules import Status
from governance.proposals.views.door import bp, find, thread_of_proposal, told_of, words_shown
from governance.storage.database import db

RUNNING = (Status.BALLOT, Status.FROZEN, Status.DISCUSSION, Status.PARKED)
PUBLIC = (*RUNNING, *rules.ENDED)
AT_ONCE = 30


@bp.get("/proposals")
@requires(Permission.READ_RECORD)
def index() -> str:
    """Every proposal the board talks about, by where it stands."""
    looked = Narrowed({status: rules.STATUS_WORDS[status] for status in PUBLIC})
    after, today, at_once = asked_number("after"), clock.today(), looked.limit or AT_ONCE
    running = [] if after else service.listed(db.session, RUNNING, limit=looked.limit or 200, public_only=True)
    ended = service.listed(db.session, rules.ENDED, after, at_once + 1, public_only=True)
    shown = looked.these(running + ended[:at_once], told_of)
    return render_template(
        "proposals/index.html",
        looked=looked,
        groups=[(status, [each for each in shown if each.proposal.status is status]) for status in PUBLIC],
        already=[each.proposal.number for each in shown if service.label_already_decided(each.proposal, today)],
        older=ended[at_once - 1].proposal.number if len(ended) > at_once else None,
        after=after,
        rules=rules,
    )


@bp.get("/proposals/<number:number>")
@requires(Permission.READ_RECORD)
def show(number: int) -> str:
    """One proposal, with its thread. Never who wrote it or who said what."""
    proposal = find(number)
    if proposal.opened_on is None:
        abort(404)
    versions = service.versions(db.session, proposal)
    return render_template(
        "proposals/show.html",
        proposal=proposal,
        thread=thread_of_proposal(proposal),
        **words_shown(proposal, versions),
        sources=service.sources(db.session, proposal),
        already=service.label_already_decided(proposal, clock.today()),
        rules=rules,
    )
