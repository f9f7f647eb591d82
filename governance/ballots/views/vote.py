"""The ballot paper. The card or the pass is the key: no sign-in is asked for, and it travels in a hidden field alone.

The token of the form is checked by the guard as for every form (`access.guard`, `database.end_of_request`). The forms
here leave it out, so that a page that lay open for long comes back with the choice still on it.
"""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request
from flask_babel import gettext as _

from governance import clock, keyfolder
from governance.access import Permission, requires
from governance.ballots import rules, service
from governance.ballots import sealed as papers
from governance.ballots.choices import GROUND_WORDS, Form, Ground
from governance.ballots.counting.decided import Level
from governance.ballots.forms import Paper, PassForm, in_words, narrow, paper_of, questions
from governance.ballots.models import Ballot
from governance.ballots.views.door import NUMBER, bp, find, rule_of, stage_now
from governance.database import db
from governance.errors import RuleRefused
from governance.web import said

NO_TOKEN = {"csrf": False}


@bp.route("/vote", methods=["GET", "POST"])
@bp.route(f"/vote/{NUMBER}", methods=["GET", "POST"])
@requires(Permission.READ_RECORD)
def vote(number: int | None = None) -> Any:
    """Card or pass, paper, review, box: each screen answers the one before. Without a number the card knows."""
    ballot = None if number is None else find(number)
    if ballot and request.method == "POST" and "sealed" in request.form:
        return _drop_sealed(ballot)
    if ballot:
        rules.check_is_secret(named=ballot.named)
    if ballot and stage_now(ballot) is not rules.Stage.OPEN:
        return _not_now(ballot)
    if request.method == "GET":
        return _ask_for_pass(ballot, PassForm(formdata=None, meta=NO_TOKEN))
    form, keys = PassForm(meta=NO_TOKEN), keyfolder.current()
    typed = form.pass_.data or ""
    if not form.validate():
        return _ask_for_pass(ballot, form), 422
    ballot = ballot or service.ballot_for(db.session, keys, typed, clock.now())
    if ballot and number is None and stage_now(ballot) is not rules.Stage.OPEN:
        return _not_now(ballot)
    if ballot is None or service.ticket(db.session, keys, ballot, typed) is None:
        return _wrong_pass(ballot, form)
    return _with_pass(ballot, typed, request.form.get("go", "pass"))


def _not_now(ballot: Ballot) -> Any:
    stage = stage_now(ballot)
    page = render_template("ballots/not_now.html", ballot=ballot, stage=stage, sentence=rules.NOT_NOW[stage])
    return page, 409 if request.method == "POST" else 200


def _drop_sealed(ballot: Ballot) -> Any:
    """Take a ballot that was signed and sealed in the browser. What it says is seen by nobody here."""
    if not g.form_token_held:
        return {"said": _("This page lay open for a long time. Load it again, then vote once more.")}, 422
    token, grants, sealed = (request.form.get(name, "") for name in ("drop_token", "drop_grants", "sealed"))
    try:
        service.drop_sealed(db.session, ballot, token, grants, sealed, clock.now())
    except RuleRefused as refusal:
        return {"said": said(refusal.sentence)}, 409
    return "", 204


def _ask_for_pass(ballot: Ballot | None, form: PassForm) -> str:
    """Ask for the card. Where a script runs and the vote is known, the ballot is sealed on the device itself."""
    here = ballot or _the_only_open_one()
    own = here if here and not form.errors else None
    paper = paper_of(own.manifest or {})(formdata=None, meta=NO_TOKEN) if own else None
    return render_template(
        "ballots/ask_for_pass.html",
        ballot=ballot,
        form=form,
        own=own,
        paper=paper,
        questions=questions(paper) if paper else [],
        info=papers.box_info((own.manifest or {})["election"]).hex() if own else "",
    )


def _the_only_open_one() -> Ballot | None:
    found = service.listed_with_stage(db.session, clock.now())
    going_on = [ballot for ballot, stage in found if stage is rules.Stage.OPEN and not ballot.named]
    return going_on[0] if len(going_on) == 1 else None


def _wrong_pass(ballot: Ballot | None, form: PassForm) -> Any:
    """Say so in a sentence, with what was typed still there."""
    if ballot:
        wrong = _("This is no card or pass for this vote. Look at each letter, and at the number of the vote.")
    else:
        wrong = _("No vote that is open takes this card. Look at each letter.")
    form.pass_.errors = [wrong]
    return _ask_for_pass(ballot, form), 422


def _with_pass(ballot: Ballot, typed: str, asked: str) -> Any:
    """Show one question of the paper, or what was marked, or put it into the box."""
    paper = paper_of(ballot.manifest or {})(meta=NO_TOKEN)
    last = len(questions(paper)) - 1
    at = min(max(request.form.get("at", 0, type=int), 0), last)
    if not g.form_token_held:
        paper.form_errors = [_("This page lay open for a long time. Please send it once more.")]
        return _show_paper(ballot, paper, at), 422
    if asked == "next" and not (at == last or _ends_here(paper, at)):
        return _show_paper(ballot, paper, at + 1)
    if asked not in ("next", "review", "drop"):
        return _show_paper(ballot, paper, at - 1 if asked == "before" and at else at)
    if not paper.validate():
        return _show_paper(ballot, paper, at), 422
    if asked != "drop":
        lines = in_words(ballot.manifest or {}, paper.choice_made)
        return render_template(
            "ballots/review.html", ballot=ballot, paper=paper, at=at, said_lines=lines, **_block(paper)
        )
    tracker = service.drop(db.session, keyfolder.current(), ballot, typed, paper.choice_made, clock.now())
    return render_template("ballots/in_the_box.html", ballot=ballot, tracker=tracker)


def _ends_here(paper: Paper, at: int) -> bool:
    """Whether the order ends on this screen: nothing more was chosen, or one option is left out at most."""
    return paper.form is Form.RANKS and not paper[f"p{at + 1}"].data


def _show_paper(ballot: Ballot, paper: Paper, at: int = 0) -> str:
    asked = questions(paper)
    narrow(paper, at)
    return render_template(
        "ballots/paper.html", ballot=ballot, paper=paper, rule=rule_of(ballot), at=at, question=asked[at],
        is_last=at == len(asked) - 1,
    )  # fmt: skip


def _block(paper: Paper) -> dict[str, str]:
    """Return what a block stands on, as it is read back."""
    choice = paper.choice_made
    blocks = choice.get("choice") == Level.BLOCK and paper.form is Form.WORDS
    return {
        "ground": said(GROUND_WORDS[Ground(choice["ground"])]) if blocks else "",
        "named": choice["named"] if blocks else "",
    }
