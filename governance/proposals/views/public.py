"""Proposals in public: what the board is asked, in plain words, never by whom."""

from __future__ import annotations

from flask import abort, render_template

from governance import clock
from governance.frame.row_numbers import asked_number
from governance.permissions.access import Permission, requires
from governance.proposals import rules, service
from governance.proposals.rules import Status
from governance.proposals.views.door import bp, find, thread_of_proposal, words_shown
from governance.storage.database import db

RUNNING = (Status.BALLOT, Status.FROZEN, Status.DISCUSSION, Status.PARKED)
AT_ONCE = 30


@bp.get("/proposals")
@requires(Permission.READ_RECORD)
def index() -> str:
    """Every proposal the board talks about, by where it stands."""
    after = asked_number("after")
    running = [] if after else service.listed(db.session, RUNNING, limit=200, public_only=True)
    ended = service.listed(db.session, rules.ENDED, after, AT_ONCE + 1, public_only=True)
    shown = running + ended[:AT_ONCE]
    today = clock.today()
    every = (*RUNNING, *rules.ENDED)
    return render_template(
        "proposals/index.html",
        groups=[(status, [each for each in shown if each.proposal.status is status]) for status in every],
        already=[each.proposal.number for each in shown if service.label_already_decided(each.proposal, today)],
        older=ended[AT_ONCE - 1].proposal.number if len(ended) > AT_ONCE else None,
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
