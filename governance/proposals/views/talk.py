"""The work page of a proposal: its words, what is missing, the talk, stepping out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.board import service as board
from governance.board.models import AgendaItem
from governance.board.rules import NEVER_A_TIE, TIE_WORDS, AgendaKind, tie_named
from governance.board.views.door import Page, page_of_item
from governance.feedback.views.door import themes_named
from governance.frame.catalogue import said
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.keys import keyfolder
from governance.permissions.access import Permission, may, requires
from governance.proposals import next_steps, rules, service
from governance.proposals.forms import CallInForm, RemarkForm, StepOutForm
from governance.proposals.models import Proposal, Remark
from governance.proposals.next_steps import Facts
from governance.proposals.views.door import (
    bp,
    find,
    hold_its_vote,
    holds_its_vote,
    steps_to_a_vote,
    thread_of_proposal,
    vote_opens_later,
    words_shown,
)
from governance.storage.database import db


@page_of_item.fill
def page_on_the_agenda(item: AgendaItem) -> list[Page]:
    """Where members read a proposal that is on the agenda."""
    return [("proposals.work", {"number": item.ref})] if item.kind is AgendaKind.PROPOSAL else []


@themes_named.fill
def themes_in_talk() -> Sequence[int]:
    """The themes that a proposal names which everybody can read."""
    return service.themes_named(db.session)


@bp.get("/board/proposals/<number:number>")
@requires(Permission.BOARD_PAGES)
def work(number: int) -> ResponseReturnValue:
    """One proposal for members."""
    return _work_page(find(number), RemarkForm())


@bp.post("/board/proposals/<number:number>/talk")
@requires(Permission.WRITE_PROPOSALS)
def remark(number: int) -> ResponseReturnValue:
    """Say something in the talk."""
    proposal, form = find(number), RemarkForm()
    if form.validate_on_submit():
        kind = rules.RemarkKind(form.kind.data)
        with refusals_in(form):
            service.lock(db.session, proposal)  # Whoever calls a vote on it, or opens it, is done by then, or waits.
            later, text = any(vote_opens_later(proposal)), form.text.data or ""
            service.remark(db.session, proposal, g.who.account_id, text, clock.today(), kind, opens_later=later)
            if later:
                _hold_vote(proposal, kind)
            return redirect(url_for("proposals.work", number=number, _anchor="talk"), code=303)
    return _work_page(proposal, form), status_of(form)


def _hold_vote(proposal: Proposal, kind: rules.RemarkKind) -> None:
    """Hold the vote on *proposal* that was called and has not opened, where what is said holds it; say so."""
    if rules.holds_the_opening(proposal.kind, kind):
        for came in hold_its_vote(proposal):
            flash(said(came))


@bp.post("/board/proposals/<number:number>/concerns/<number:remark_id>")
@requires(Permission.WRITE_PROPOSALS)
def settle(number: int, remark_id: int) -> ResponseReturnValue:
    """Say that a concern is met."""
    confirmed()
    runs_board = may(Permission.RUN_BOARD)
    service.settle_concern(db.session, find(number), remark_id, g.who.account_id, runs_board=runs_board)
    return redirect(url_for("proposals.work", number=number, _anchor="talk"), code=303)


@bp.post("/board/proposals/<number:number>/concerns/<number:remark_id>/again")
@requires(Permission.WRITE_PROPOSALS)
def raise_again(number: int, remark_id: int) -> ResponseReturnValue:
    """Say that one's own concern is not met, though somebody else said so."""
    confirmed()
    proposal = find(number)
    service.raise_again(db.session, proposal, remark_id, g.who.account_id)
    _hold_vote(proposal, rules.RemarkKind.CONCERN)
    flash(_("Your concern stands again. Only you can say that it is met."))
    return redirect(url_for("proposals.work", number=number, _anchor="talk"), code=303)


@bp.route("/board/proposals/<number:number>/step-out", methods=["GET", "POST"])
@requires(Permission.VOTE)
def step_out(number: int) -> ResponseReturnValue:
    """Step out of the talk and the vote, with the kind of tie and nothing else."""
    proposal, form = find(number), StepOutForm()
    if form.validate_on_submit():
        tie, part = tie_named(form.tie.data), form.part.data or ""
        service.step_out(db.session, proposal, g.who.account_id, tie, clock.today(), part)
        flash(_("You stepped out. Thank you for saying so."))
        return redirect(url_for("proposals.work", number=number), code=303)
    page = render_template("proposals/step_out.html", form=form, proposal=proposal, never=NEVER_A_TIE)
    return page, status_of(form)


@bp.post("/board/proposals/<number:number>/step-back-in")
@requires(Permission.VOTE)
def step_back_in(number: int) -> ResponseReturnValue:
    """Take a stepping out back, before the vote."""
    confirmed()
    service.step_back_in(db.session, find(number), g.who.account_id)
    flash(_("You are back in the talk and the vote."))
    return redirect(url_for("proposals.work", number=number), code=303)


@bp.post("/board/proposals/<number:number>/call-in")
@requires(Permission.RUN_BOARD)
def call_in(number: int) -> ResponseReturnValue:
    """Let an alternate vote on this in the place of somebody who cannot."""
    proposal = find(number)
    form = _call_in_form(proposal)
    if not form.validate_on_submit():
        abort(400)
    service.call_in(db.session, keyfolder.current(), proposal, form.seat_id.data, clock.today(), by=g.who.alias)
    flash(_("The alternate votes on this one. Every member is told."))
    return redirect(url_for("proposals.work", number=number), code=303)


def _call_in_form(proposal: Proposal) -> CallInForm:
    form = CallInForm()
    alternates = service.free_alternates(db.session, proposal, clock.today())
    form.seat_id.choices = [SelectChoice(seat.seat_id, seat.label) for seat in alternates]
    return form


def _work_page(proposal: Proposal, form: RemarkForm) -> str:
    """Draw a proposal as the board works on it: its words, its talk, and what this member may do now."""
    today, talk = clock.today(), service.remarks(db.session, proposal)
    versions = service.versions(db.session, proposal)
    names = service.names(db.session)
    out, alternates = service.recusals(db.session, proposal), _call_in_form(proposal)
    facts = replace(
        _facts(proposal),
        stepped_out=any(each.account_id == g.who.account_id for each in out),
        alternates=bool(alternates.seat_id.choices),
    )
    return render_template(
        "proposals/work.html",
        proposal=proposal,
        thread=thread_of_proposal(proposal) if proposal.opened_on else [],
        **words_shown(proposal, versions),
        about_seat=board.seat_asked_for(db.session, proposal.matter),
        sources=service.sources(db.session, proposal),
        **_steps(facts, talk),
        already=service.label_already_decided(proposal, today),
        wording=service.wording(versions[0], str(get_locale()), names.values()),
        talk=talk,
        names=names,
        out=out,
        ties=TIE_WORDS,
        alternates=alternates,
        form=form,
        rules=rules,
    )


def _facts(proposal: Proposal) -> Facts:
    return Facts(
        number=proposal.number,
        status=proposal.status,
        missing=service.missing(db.session, proposal),
        mine=proposal.author_account_id == g.who.account_id,
        writes=may(Permission.WRITE_PROPOSALS),
        runs_board=may(Permission.RUN_BOARD),
        votes=steps_to_a_vote(proposal),
        is_small=proposal.kind is rules.Kind.SMALL,
        held=next(iter(holds_its_vote(proposal)), None),
        may_vote=may(Permission.VOTE),
        opens_later=any(vote_opens_later(proposal)),
    )


def _steps(facts: Facts, talk: Sequence[Remark]) -> dict[str, object]:
    """Return what may be done now in each part of the page, by rule."""
    return {
        "next_steps": next_steps.next_steps(facts),
        "to_speak": next_steps.to_speak(facts),
        "to_change_words": next_steps.to_change_words(facts),
        "about_a_tie": list(next_steps.about_a_tie(facts)),
        "steps_of_remarks": {each.id: next_steps.steps_of_remark(facts, _said(each)) for each in talk},
    }


def _said(remark: Remark) -> next_steps.RemarkFacts:
    raiser, by = remark.account_id, remark.settled_by
    return next_steps.RemarkFacts(
        remark.id,
        remark.kind,
        mine=raiser == g.who.account_id,
        met=remark.resolved,
        by_another=by is not None and by != raiser,
    )
