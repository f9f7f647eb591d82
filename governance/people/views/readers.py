"""The readers' page: who reads, who waits to be signed for, and what needs a second person."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.frame.forms import confirmed
from governance.keys import keyfolder
from governance.people import next_steps, rules, service
from governance.people.forms import AgreeToCardForm, LostCardForm
from governance.people.gates import RequestKind
from governance.people.views.accounts import card_page
from governance.people.views.door import bp
from governance.permissions.access import Permission, requires
from governance.ruling.steps import Step
from governance.storage.database import db


@bp.get("/desk/readers")
@requires(Permission.SIGN_READERS)
def readers() -> ResponseReturnValue:
    """Who holds the keys, and what waits for a second person."""
    return _page(_lost_card_form())


def _page(form: LostCardForm) -> str:
    return render_template(
        "people/readers.html",
        readers=service.reader_list(db.session, keyfolder.current()),
        requests=service.requests(db.session, keyfolder.current(), clock.today()),
        words=rules.AUDIENCE_WORDS,
        kinds=RequestKind,
        of_request=_of_request,
        of_unsigned=lambda each: next_steps.of_unsigned(each.account_id, each.alias, is_me=_is_me(each)),
        of_reader=lambda each: next_steps.of_reader(each.account_id, each.alias, is_me=_is_me(each)),
        form=form,
    )


def _of_request(asked: service.WaitingRequest) -> list[Step]:
    is_mine = asked.first_account_id == g.who.account_id
    return next_steps.of_request(next_steps.OfRequest(asked.id, asked.kind, asked.alias, asked.language, is_mine))


def _is_me(reader: service.Reader) -> bool:
    return bool(reader.account_id == g.who.account_id)


def _lost_card_form() -> LostCardForm:
    form = LostCardForm()
    living = [listed.account for listed in service.all_accounts(db.session) if not listed.account.ended_on]
    form.account_id.choices = [SelectChoice(account.id, account.alias) for account in living]
    return form


@bp.post("/desk/readers/<number:account_id>/sign-for")
@requires(Permission.SIGN_READERS)
def sign_for(account_id: int) -> ResponseReturnValue:
    """Sign, as the first of two, that somebody may read what their roles open."""
    confirmed()
    roles = service.roles_of(db.session, account_id)
    audiences, board = sorted(rules.audiences_for(roles)), rules.reads_for_board(roles)
    reader = service.open_reader(db.session, g.who)
    service.propose_enrolment(db.session, keyfolder.current(), reader, account_id, audiences, board, clock.today())
    return _back(_("You have signed. A second reader must sign too."))


@bp.post("/desk/readers/<number:account_id>/remove")
@requires(Permission.SIGN_READERS)
def remove(account_id: int) -> ResponseReturnValue:
    """Sign, as the first of two, that somebody may no longer read."""
    confirmed()
    reader = service.open_reader(db.session, g.who)
    service.propose_removal(db.session, keyfolder.current(), reader, account_id, clock.today())
    return _back(_("You have signed. A second reader must sign too."))


@bp.post("/desk/readers/requests/<number:enrolment_id>/enrol")
@requires(Permission.SIGN_READERS)
def confirm_enrolment(enrolment_id: int) -> ResponseReturnValue:
    """Sign, as the second of two, for a new reader."""
    confirmed()
    reader = service.open_reader(db.session, g.who)
    service.confirm_enrolment(db.session, keyfolder.current(), reader, enrolment_id, clock.today())
    return _back(_("Both have signed. This person can read now."))


@bp.post("/desk/readers/requests/<number:enrolment_id>/revoke")
@requires(Permission.SIGN_READERS)
def confirm_removal(enrolment_id: int) -> ResponseReturnValue:
    """Sign, as the second of two, for a removal. The keys change at once."""
    confirmed()
    reader, today = service.open_reader(db.session, g.who), clock.today()
    service.confirm_removal(db.session, keyfolder.current(), reader, enrolment_id, today)
    return _back(_("Both have signed. The keys were changed. This person reads nothing that comes from now on."))


@bp.post("/desk/readers/requests/<number:enrolment_id>/drop")
@requires(Permission.SIGN_READERS)
def drop_request(enrolment_id: int) -> ResponseReturnValue:
    """Take back what was asked for."""
    confirmed()
    service.drop_request(db.session, enrolment_id)
    return _back(_("Taken back. Nothing has changed."))


@bp.post("/desk/readers/lost-card")
@requires(Permission.SIGN_READERS)
def lost_card() -> ResponseReturnValue:
    """Ask, as the first of two, for a new card in the place of a lost one."""
    form = _lost_card_form()
    if not form.validate_on_submit():
        return _page(form), 422
    service.ask_for_card(db.session, keyfolder.current(), g.who, form.account_id.data, clock.today())
    return _back(_("Asked for. A second person must agree here, with the person there. One of you is of the board."))


@bp.post("/desk/readers/requests/<number:enrolment_id>/card")
@requires(Permission.SIGN_READERS)
def agree_to_card(enrolment_id: int) -> ResponseReturnValue:
    """Agree, as the second of two. The answer to the form is the card, shown once."""
    form = AgreeToCardForm()
    if not form.validate_on_submit():
        abort(400)
    keys = keyfolder.current()
    draft = service.draft_card(keys, form.alias.data or "", form.language.data or "en")
    return card_page(service.agree_to_card(db.session, keys, g.who, enrolment_id, draft, clock.today()))


def _back(words: str) -> Response:
    flash(words)
    return redirect(url_for("people.readers"), code=303)
