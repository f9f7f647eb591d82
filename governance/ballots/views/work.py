"""Ballots for the board: take a pass, open the box together, call off, make longer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance import clock
from governance.ballots import rules, service
from governance.ballots.calling.rules import moment_of
from governance.ballots.forms import LongerForm
from governance.ballots.forms.tracker import TrackerForm
from governance.ballots.models import Ballot
from governance.ballots.papers.choices import GROUND_WORDS, PaperAsks, form_of
from governance.ballots.result.disclosure import Disclosure
from governance.ballots.views import result
from governance.ballots.views.door import (
    STAGE_KINDS,
    a_file,
    bp,
    find,
    issuers_of,
    listed,
    our_turn,
    rule_of,
    say_by_whose_clock,
    stage_now,
    zone,
)
from governance.ballots.views.next_steps import steps_on_page
from governance.board.rules import SEAT_CLASS_WORDS
from governance.counting.telling.tables import FATE_WORDS
from governance.frame import public_address
from governance.frame.catalogue import said
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.narrowed import Narrowed
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, may, requires
from governance.permissions.roles import ROLE_WORDS
from governance.proposals.models import Proposal
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db


@bp.get("/board/ballots")
@requires(Permission.BOARD_PAGES)
def index() -> str:
    """Every ballot: what goes on or waits to be counted, then what is over, each newest first."""
    looked = Narrowed(rules.STAGE_WORDS)
    every = sorted(service.listed_with_stage(db.session, clock.now()), key=lambda each: each[1] in rules.OVER)
    found = looked.these(every, lambda each: (f"{each[0].number} {each[0].question}", [each[1]]))
    return render_template(
        "ballots/index.html", found=found, stage_words=rules.STAGE_WORDS, kinds=STAGE_KINDS, looked=looked
    )


@bp.get("/board/ballots/<number:number>")
@requires(Permission.BOARD_PAGES)
def work(number: int) -> ResponseReturnValue:
    """One ballot for members. The sums are here after the count, and nothing of them before."""
    return _page(find(number), TrackerForm(formdata=None))


@bp.post("/board/ballots/<number:number>/check")
@requires(Permission.BOARD_PAGES)
def check_own(number: int) -> ResponseReturnValue:
    """The same page, saying what the ballot with these letters says. Members see each one without asking, too."""
    ballot, form, found = result.looked_up(number, for_members=True)
    return _page(ballot, form, found), 422 if found["state"] == "wrong" else 200


def _page(ballot: Ballot, form: TrackerForm, found: Mapping[str, Any] | None = None) -> str:
    """Draw a vote as the board works on it, with what whoever is asking may do now."""
    stage, me = stage_now(ballot), g.who.account_id
    proposal = db.session.get_one(Proposal, ballot.proposal_id)
    parts = service.key_parts(db.session, ballot)
    return render_template(
        "ballots/work.html",
        ballot=ballot,
        proposal=proposal,
        charter_note=service.charter_note(db.session, ballot),
        rule=rule_of(ballot),
        stage=stage,
        stage_words=rules.STAGE_WORDS[stage],
        stage_kind=STAGE_KINDS[stage],
        mine=service.roll_row(db.session, ballot, me),
        voters=service.voters(db.session, ballot),
        class_words=SEAT_CLASS_WORDS,
        **steps_on_page(ballot, proposal, stage, parts),
        tellers=people.aliases(db.session, parts),
        issuers=issuers_of(ballot),
        my_line=_my_line(ballot, me),
        partner_to_ask_again=may(Permission.RUN_BOARD)
        and service.partner_to_ask_again(db.session, ballot, clock.now()),
        election=(ballot.manifest or {}).get("election", ""),
        check_form=form,
        check=found,
        gives=service.gives_of(db.session, ballot),
        role_words=ROLE_WORDS,
        **_counted(ballot),
    )


def _counted(ballot: Ballot) -> dict[str, Any]:
    """Return what the page shows once the box was opened."""
    count, bundle = service.count_of(db.session, ballot), service.bundle_of(db.session, ballot)
    if count is None:
        return {"count": None}
    sums, steps = result.split_sums(count)
    shows_ballots = result.disclosure_of(ballot) is not Disclosure.OUTCOME
    return {
        "count": count,
        "result": result.outcome_of(ballot, count, for_members=True),
        "by_lot": service.lot_told(ballot, count, for_members=True),
        "told": result.told(ballot, count) if shows_ballots else None,
        "sums": sums if shows_ballots else service.sentences_of(count),
        "steps": steps if shows_ballots else [],
        "box_told": result.box_for_members(ballot, count, bundle),
        "trusts": service.trusts(db.session, ballot, is_whole=shows_ballots),
        "fate_words": FATE_WORDS,
        "everyone_sees": bundle is not None and service.everyone_sees(bundle),
        "ballots": listed(ballot, bundle.whole) if bundle else [],
        "is_ranked": form_of(rule_of(ballot)) is PaperAsks.RANKS,
        "has_options": form_of(rule_of(ballot)) is not PaperAsks.WORDS,
        "can_look_up": result.can_look_up(ballot, bundle),
        "verifier_hash": service.verifier_hash(),
        "commands": result.commands(ballot, _whole_file(ballot)),
        "ground_words": GROUND_WORDS,
    }


def _my_line(ballot: Ballot, account_id: int) -> str:
    """Return the member's own line of the roll, where there is a partner to ask about it; else nothing."""
    row = service.roll_row(db.session, ballot, account_id)
    return service.own_line(keyfolder.current(), ballot, row) if row and ballot.partner else ""


@bp.get("/board/ballots/<number:number>/bundle.json")
@requires(Permission.BOARD_PAGES)
def whole_bundle(number: int) -> ResponseReturnValue:
    """The result bundle with the ballots in it, for members, until the record is adopted."""
    ballot = find(number)
    found = service.bundle_of(db.session, ballot)
    if found is None or found.whole is None:
        abort(404)
    return a_file(found.whole, _whole_file(ballot), "application/json")


def _whole_file(ballot: Ballot) -> str:
    return f"vote-{ballot.number}-whole.json"


@bp.get("/board/ballots/<number:number>/partner.json")
@requires(Permission.RUN_BOARD)
def partner_file(number: int) -> ResponseReturnValue:
    """What the partner takes on, with the time at which the vote closes today. It holds no secret."""
    vote = service.vote_for_partner(db.session, find(number), public_address.here())
    return a_file(json.dumps(vote).encode(), f"vote-{number}.json", "application/json")


@bp.post("/board/ballots/<number:number>/pass")
@requires(Permission.VOTE)
def take_pass(number: int) -> ResponseReturnValue:
    """Hand out a pass, in the answer to the form itself: it is kept nowhere and shown once.

    Where the member's own device makes it, its blinded messages are signed instead.
    """
    confirmed()
    if "blinded" in request.form:
        return _sign_blinded(number, request.form["blinded"])
    ballot, keys = find(number), keyfolder.current()
    now = our_turn(ballot)
    service.check_no_cards_wait(db.session, keys, ballot, now, clock.today())
    pass_ = service.take_pass(db.session, keys, ballot, g.who.account_id, now)
    words, stage = service.pass_in_words(pass_), stage_now(ballot)
    return render_template("ballots/pass.html", ballot=ballot, words=words, is_open=stage is rules.Stage.OPEN)


def _sign_blinded(number: int, blinded: str) -> ResponseReturnValue:
    try:
        signed = service.sign_blinded(keyfolder.current(), number, blinded)  # Slow, so before anything is locked.
        ballot, me, keys = find(number), g.who.account_id, keyfolder.current()
        now = our_turn(ballot)
        service.check_no_cards_wait(db.session, keys, ballot, now, clock.today())
        service.mark_blind(db.session, ballot, me, blinded, now)
        voucher = service.voucher_for(db.session, keys, ballot, me, blinded)
    except RuleRefused as refusal:
        return {"said": said(refusal.sentence)}, 409
    return {**signed, "voucher": voucher} if voucher else signed


@bp.post("/board/ballots/<number:number>/part")
@requires(Permission.OPEN_BOX)
def hand_in_part(number: int) -> ResponseReturnValue:
    """Hand in a teller's part. The second one opens the box."""
    confirmed()
    teller = people.open_reader(db.session, g.who)
    ballot = find(number)
    count = service.hand_in_part(db.session, keyfolder.current(), ballot, teller, our_turn(ballot))
    flash(_("The box is open. It is counted.") if count else _("Your part is in. Now the other teller."))
    return to_work(number)


@bp.post("/board/ballots/<number:number>/back")
@requires(Permission.RUN_BOARD)
def back(number: int) -> ResponseReturnValue:
    """Take the words back to the talk after a vote that decided nothing."""
    confirmed()
    ballot = find(number)
    service.back_to_talk(db.session, ballot, clock.today())
    flash(_("It is back in the talk."))
    return redirect(url_for("proposals.work", number=db.session.get_one(Proposal, ballot.proposal_id).number), code=303)


@bp.route("/board/ballots/<number:number>/longer", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def longer(number: int) -> ResponseReturnValue:
    """Give people more time."""
    ballot = find(number)
    rules.check_may_make_longer(stage_now(ballot))
    form = LongerForm(closes_at=ballot.closes_at.astimezone(zone()))
    say_by_whose_clock(form.closes_at)
    if form.validate_on_submit():
        with refusals_in(form):
            now = our_turn(ballot)
            service.extend(db.session, ballot, moment_of(form.closes_at.data, zone(), "closes_at"), now)
            _tell_of_more_time(ballot)
            flash(_("There is more time now. Every member is told."))
            if ballot.partner:
                flash(_("Send the partner its new file now. It is on this page."))
            return to_work(number)
    return render_template("ballots/longer.html", form=form, ballot=ballot), status_of(form)


def _tell_of_more_time(ballot: Ballot) -> None:
    words = N_("Vote {number} is longer now, and ends on {day}. {name} made it so. Its question: {question}")
    day = clock.day_of(ballot.closes_at)
    said = Sentence(words, number=ballot.number, day=day, name=g.who.alias, question=ballot.question)
    people.tell_of_one_hand(db.session, keyfolder.current(), said, clock.today(), "day")


def to_work(number: int) -> Response:
    """Go back to the page of the vote for members."""
    return redirect(url_for("ballots.work", number=number), code=303)
