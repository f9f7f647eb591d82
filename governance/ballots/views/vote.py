"""The ballot paper. The card or the pass is the key: no sign-in is asked for, and it travels in a hidden field alone.

The token of the form is checked by the guard as for every form (`access.guard`, `database.end_of_request`). The forms
here leave it out, so that a page that lay open for long comes back with the choice still on it.
"""

from __future__ import annotations

from datetime import timedelta

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.ballots import rules, service
from governance.ballots.forms import (
    Paper,
    PassForm,
    check_answered,
    ends_here,
    how_to,
    narrow,
    paper_of,
    questions,
    read_back,
)
from governance.ballots.models import Ballot
from governance.ballots.papers import envelope
from governance.ballots.views import in_the_box
from governance.ballots.views.door import bp, find, our_turn, stage_now
from governance.frame import another_language
from governance.frame.catalogue import said
from governance.keys import keyfolder
from governance.permissions.access import Asker, Permission, requires
from governance.privacy import retention
from governance.ruling.errors import RuleRefused
from governance.storage import database
from governance.storage.database import db

NO_TOKEN = {"csrf": False}


def _is_sealed() -> bool:
    """Whether a sealed ballot was sent. It comes without a cookie, and its own token lets it in."""
    return "sealed" in request.form


@bp.route("/vote", methods=["GET", "POST"])
@bp.route("/vote/<number:number>", methods=["GET", "POST"])
@requires(Permission.READ_RECORD, asker=Asker.NOBODY, own_token=_is_sealed)
def vote(number: int | None = None) -> ResponseReturnValue:
    """Card or pass, paper, review, box: each screen answers the one before. Without a number the card knows.

    Only what puts a ballot into the box takes the lock: people at other tablets go on meanwhile.
    """
    database.expect(writes=False)
    if request.method == "POST" and "sealed" in request.form:
        return _drop_sealed(number or abort(404))  # The one form without a token (`access.guard`).
    in_another = another_language.was_picked()
    ballot = None if number is None else find(number)
    if in_another and ballot and "in_the_box" in request.form:
        return in_the_box.shown_again(ballot, request.form["in_the_box"])
    if ballot:
        rules.check_is_secret(named=ballot.named)
    if ballot and stage_now(ballot) is not rules.Stage.OPEN:
        return _not_now(ballot)
    asked_for = [ballot] if ballot else _open_ones()
    if len(asked_for) == 1 and not service.is_as_fixed(db.session, asked_for[0]):
        return _not_as_called(asked_for[0])
    if request.method == "GET":
        return _ask_for_pass(ballot, PassForm(formdata=None, meta=NO_TOKEN))
    form, keys = PassForm(meta=NO_TOKEN), keyfolder.current()
    if in_another and "at" not in request.form:
        return _ask_for_pass(ballot, form)
    typed = form.pass_.data or ""
    if not form.validate():
        return _ask_for_pass(ballot, form), 422
    ballot = ballot or service.ballot_for(db.session, keys, typed, clock.now())
    if ballot and number is None and stage_now(ballot) is not rules.Stage.OPEN:
        return _not_now(ballot)
    mine = service.ticket(db.session, keys, ballot, typed) if ballot else None
    if ballot is None or mine is None:
        return _wrong_pass(ballot, form, typed)
    asked = "review" if in_another and "read_back" in request.form else request.form.get("go", "pass")
    if asked_for != [ballot]:  # Else it was looked at above.
        service.check_as_fixed(db.session, ballot)
    return _with_pass(ballot, mine, typed, asked)


def _not_now(ballot: Ballot) -> ResponseReturnValue:
    stage = stage_now(ballot)
    page = render_template("ballots/not_now.html", ballot=ballot, stage=stage, sentence=rules.NOT_NOW[stage])
    return page, 409 if request.method == "POST" else 200


def _not_as_called(ballot: Ballot) -> ResponseReturnValue:
    """Say that there is no paper, since somebody changed the vote, with its question as the ledger holds it."""
    page = render_template(
        "ballots/not_now.html", ballot=service.shown(db.session, ballot).ballot, stage=stage_now(ballot),
        sentence=service.NOT_AS_CALLED,
    )  # fmt: skip
    return page, 409


def _drop_sealed(number: int) -> ResponseReturnValue:
    """Take a ballot that was signed and sealed in the browser. What it says is seen by nobody here."""
    token, grants, sealed = (request.form.get(name, "") for name in ("drop_token", "drop_grants", "sealed"))
    try:
        mine = service.read_sealed(db.session, number, token, grants, sealed) or abort(404)
        database.go_on_to_write()
        service.drop_sealed(db.session, mine, clock.now)
    except RuleRefused as refusal:
        return {"said": said(refusal.sentence)}, 409
    return "", 204


def _ask_for_pass(ballot: Ballot | None, form: PassForm) -> str:
    """Ask for the card. Where a script runs and the vote is known, the ballot is sealed on the device itself.

    Where several votes are open and none is named, ask which one first.
    """
    going_on = [ballot] if ballot else _open_ones()
    if len(going_on) > 1:
        return render_template("ballots/which_vote.html", going_on=going_on, form=form)
    here = going_on[0] if going_on else None
    own = here if here and not form.errors else None
    words = service.fixed_words(db.session, own) if own else None
    paper = paper_of(here.manifest or {})(formdata=None, meta=NO_TOKEN) if here else None
    return render_template(
        "ballots/ask_for_pass.html",
        ballot=ballot,
        form=form,
        own=own,
        how_to=how_to(paper) if paper else "",
        paper=paper,
        questions=questions(paper) if paper else [],
        steps=_steps(paper) if paper else 0,
        words=words,
        marks_last=retention.MARKS_ON_A_PHONE // timedelta(milliseconds=1),
        info=envelope.box_info(own.manifest or {}).hex() if own else "",
        seal=envelope.seal_of(own.manifest or {}) if own else 0,
    )


def _steps(paper: Paper) -> int:
    """Return how many screens there are at most: the card, the questions, and the choice read back."""
    return len(questions(paper)) + 2


def _open_ones() -> list[Ballot]:
    """Return the secret votes that are open, the one that closes first at the top."""
    found = service.listed_with_stage(db.session, clock.now())
    going_on = [ballot for ballot, stage in found if stage is rules.Stage.OPEN and not ballot.named]
    return sorted(going_on, key=lambda ballot: (ballot.closes_at, ballot.number))


def _wrong_pass(ballot: Ballot | None, form: PassForm, typed: str) -> ResponseReturnValue:
    """Say what is wrong with the letters, with what was typed still there."""
    fault = service.fault_of(keyfolder.current(), ballot, typed)
    if fault:
        wrong = said(fault.sentence)
    elif ballot:
        wrong = _("This is no card or pass for this vote. Look at each letter, and at the number of the vote.")
    else:
        wrong = _("No vote that is open takes this card or pass. Look at each letter.")
    form.pass_.errors = [wrong]
    return _ask_for_pass(ballot, form), 422


def _with_pass(ballot: Ballot, mine: service.Ticket, typed: str, asked: str) -> ResponseReturnValue:
    """Show one question of the paper, or what was marked, or put it into the box."""
    paper = paper_of(ballot.with_names)(meta=NO_TOKEN)
    last = len(questions(paper)) - 1
    at = min(max(request.form.get("at", 0, type=int), 0), last)
    if not g.form_token_held:
        paper.form_errors = [_("This page lay open for a long time. Please send it once more.")]
        return _show_paper(ballot, paper, at), 422
    if asked in ("next", "review") and not check_answered(paper, at):
        return _show_paper(ballot, paper, at), 422
    is_whole = ends_here(paper, at)
    if asked == "next" and not is_whole:
        return _show_paper(ballot, paper, at + 1)
    if asked not in ("next", "review", "drop"):
        return _show_paper(ballot, paper, at - 1 if asked == "before" and at else at)
    if not paper.validate():
        return _show_paper(ballot, paper, at), 422
    if asked != "drop":
        return render_template(
            "ballots/review.html", ballot=ballot, paper=paper, at=at, read_back=read_back(paper), steps=_steps(paper)
        )
    keys, choice = keyfolder.current(), paper.choice_made
    page = in_the_box.shown(ballot, mine.credential.tracker)  # Slow like the seal, so both come before the lock.
    ahead = service.seal_ahead(keys, ballot, mine, choice)
    _begin_to_write()
    service.drop(db.session, keys, ballot, typed, choice, our_turn(ballot), ahead)
    return page


def _begin_to_write() -> None:
    """End what was read so far: what the lock has is read again, all of it, and the transaction says that it writes."""
    db.session.rollback()
    database.expect(writes=True)


def _show_paper(ballot: Ballot, paper: Paper, at: int = 0) -> str:
    asked = questions(paper)
    narrow(paper, at)
    return render_template(
        "ballots/paper.html", ballot=ballot, paper=paper, how_to=how_to(paper), at=at, question=asked[at],
        is_last=at == len(asked) - 1, words=service.fixed_words(db.session, ballot), steps=_steps(paper),
    )  # fmt: skip
