"""Where members write proposals."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.board import service as board
from governance.board.charter import Charter
from governance.board.forms import filled_in
from governance.feedback.views.for_members import themes_i_may_bring_up
from governance.frame.forms import refusals_in, status_of
from governance.frame.narrowed import Narrowed
from governance.frame.row_numbers import asked_number
from governance.keys import keyfolder
from governance.permissions.access import Permission, may, requires
from governance.proposals import rules, service
from governance.proposals.forms import ProposalForm, RevisionForm, SmallForm
from governance.proposals.models import Proposal
from governance.proposals.rules import Status
from governance.proposals.views.door import KINDS, answers_above, bp, find, records_to_change, told_of
from governance.storage.database import db

FRAME = ("power", "kind", "about_answer", "changes_record", "about_participants", "starts_on")
TEXTS = ("title", "ask", "why", "still_open", "gets_better", "could_go_wrong", "who_could_this_hurt")


AT_ONCE = 50


@bp.get("/board/proposals")
@requires(Permission.BOARD_PAGES)
def desk() -> str:
    """Every proposal, drafts too, for members."""
    looked = Narrowed(rules.STATUS_WORDS)
    at_once = looked.limit or AT_ONCE
    found = service.listed(db.session, list(Status), asked_number("after"), at_once + 1)
    older = found[at_once - 1].proposal.number if len(found) > at_once else None
    shown = looked.these(found[:at_once], told_of)
    return render_template("proposals/desk.html", found=shown, older=older, rules=rules, looked=looked, kinds=KINDS)


@bp.route("/board/proposals/new", methods=["GET", "POST"])
@requires(Permission.WRITE_PROPOSALS)
def new() -> ResponseReturnValue:
    """Begin a proposal."""
    theme = asked_number("theme")
    changes = request.args.get("changes_record", "")
    form = _with_themes(ProposalForm(themes=[theme] if theme else [], changes_record=changes), None)
    if form.validate_on_submit():
        with refusals_in(form):
            proposal = service.draft(db.session, g.who.account_id, _fields(form), clock.today())
            flash(_("Your draft is kept. Only the board and its helpers can see it."))
            return redirect(url_for("proposals.work", number=proposal.number), code=303)
    return render_template("proposals/write.html", form=form, proposal=None), status_of(form)


@bp.route("/board/proposals/small", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def small() -> ResponseReturnValue:
    """Begin the vote on a small matter of the board's own, without a whole proposal: its words stand at once."""
    form = SmallForm()
    if form.validate_on_submit():
        with refusals_in(form):
            fields, today = service.small(form.title.data or "", form.ask.data or ""), clock.today()
            proposal = service.draft(db.session, g.who.account_id, fields, today)
            service.start_discussion(db.session, keyfolder.current(), proposal, today)
            service.freeze(db.session, proposal)
            flash(_("The words are fixed, and everyone can read them. Now the days of notice begin."))
            return redirect(url_for("proposals.work", number=proposal.number), code=303)
    days = board.charter(db.session).notice_days if board.has_charter(db.session) else 0
    return render_template("proposals/small.html", form=form, days=days), status_of(form)


@bp.route("/board/proposals/<number:number>/edit", methods=["GET", "POST"])
@requires(Permission.WRITE_PROPOSALS)
def edit(number: int) -> ResponseReturnValue:
    """Change the words: of a draft in place, in the talk as a new version."""
    proposal = find(number)
    asks = {"account_id": g.who.account_id, "runs_board": may(Permission.RUN_BOARD)}
    if request.method == "GET":
        writer = proposal.author_account_id == g.who.account_id
        rules.check_may_change_words(proposal.status, "asked below", writer=writer, runs_board=asks["runs_board"])
    form = _edit_form(proposal)
    if form.validate_on_submit():
        reason = form.reason.data if isinstance(form, RevisionForm) else ""
        with refusals_in(form):
            keys = keyfolder.current()
            service.revise(db.session, keys, proposal, _fields(form), reason or "", clock.today(), **asks)
            flash(_("The new words are kept."))
            return redirect(url_for("proposals.work", number=number), code=303)
    return render_template("proposals/write.html", form=form, proposal=proposal), status_of(form)


def _edit_form(proposal: Proposal) -> ProposalForm:
    words = service.current(db.session, proposal)
    filled = {name: getattr(words, name) for name in (*TEXTS, "principles")}
    filled |= {name: getattr(proposal, name) for name in FRAME}
    asked = board.seat_asked_for(db.session, proposal.matter)
    filled |= filled_in(words.charter_numbers or {})
    filled["about_term"] = asked.term_id if asked else 0
    filled["themes"] = [theme.id for theme in service.sources(db.session, proposal)]
    kind_of_form = ProposalForm if proposal.status is Status.DRAFT else RevisionForm
    return _with_themes(kind_of_form(data=filled), proposal)


def _with_themes(form: ProposalForm, proposal: Proposal | None) -> ProposalForm:
    """Fill the lists of the form. What *proposal* names already stays to be chosen, though it is offered no more."""
    chosen = service.sources(db.session, proposal) if proposal else []
    others = (theme for theme in service.theme_choices(db.session, proposal) if theme not in chosen)
    themes = [*chosen, *themes_i_may_bring_up(others)]
    form.themes.choices = [SelectChoice(theme.id, theme.title) for theme in themes]
    answers = dict(answers_above())
    if proposal and proposal.about_answer:
        answers.setdefault(proposal.about_answer, proposal.about_answer)  # It stays, answered anew or not.
    form.about_answer.choices = [SelectChoice("", _("None of them")), *map(SelectChoice, answers, answers.values())]
    records = dict(records_to_change())
    if proposal and proposal.changes_record:
        records.setdefault(proposal.changes_record, proposal.changes_record)
    form.changes_record.choices = [SelectChoice("", _("None of them")), *map(SelectChoice, records, records.values())]
    form.say_how_it_is(board.charter_in_force(db.session) or Charter())
    form.about_term.choices = [SelectChoice(0, _("Nobody's")), *_terms(proposal)]
    return form


def _terms(proposal: Proposal | None) -> list[SelectChoice]:
    """Return the terms that run, and the one that *proposal* is about already."""
    names = board.member_names(db.session)
    seats = [seat for seat in board.seats_on(db.session, clock.today()) if seat.term_id and seat.account_id]
    terms = {seat.term_id: f"{seat.label}, {names.get(seat.account_id or 0, '')}" for seat in seats}
    asked = board.seat_asked_for(db.session, proposal.matter) if proposal else None
    if asked:
        terms.setdefault(asked.term_id, f"{asked.seat}, {asked.name}")
    return list(map(SelectChoice, terms, terms.values()))


def _fields(form: ProposalForm) -> service.ProposalFields:
    return service.ProposalFields(
        **{name: form[name].data or "" for name in TEXTS},
        principles=tuple(form.principles.data or ()),
        power=rules.Power(form.power.data) if form.power.data else None,
        kind=rules.Kind(form.kind.data),
        about_answer=form.about_answer.data or "",
        changes_record=form.changes_record.data or "",
        about_term=form.about_term.data or None,
        about_participants=form.about_participants.data,
        starts_on=form.starts_on.data,
        themes=tuple(form.themes.data or ()),
        charter_numbers=form.numbers(),
    )
