"""Voting by name: a member's own page, signed in, in a board whose charter says that votes are by name."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance.ballots import rules, service
from governance.ballots.forms import how_to, in_words, paper_of, questions
from governance.ballots.views.door import bp, find, our_turn, stage_now
from governance.frame.forms import refusals_in, status_of
from governance.keys import keyfolder
from governance.permissions.access import Permission, requires
from governance.ruling.errors import RuleRefused
from governance.storage.database import db


@bp.route("/board/ballots/<number:number>/by-name", methods=["GET", "POST"])
@requires(Permission.VOTE)
def by_name(number: int) -> ResponseReturnValue:
    """Mark the paper, read it back, put it in the box. It says first that everyone will see it."""
    ballot = find(number)
    if not ballot.named:
        raise RuleRefused(rules.SECRET)
    rules.check_may_drop(stage_now(ballot), pass_is_good=True)
    words = service.fixed_words(db.session, ballot)
    form = paper_of(ballot.with_names, on_one_page=True)()
    go = request.form.get("go")
    if go in ("review", "drop") and form.validate_on_submit():
        if go == "review":
            lines = in_words(ballot.with_names, form.choice_made)
            return render_template("ballots/by_name_review.html", ballot=ballot, form=form, lines=lines)
        with refusals_in(form):
            now = our_turn(ballot)
            service.vote_by_name(db.session, keyfolder.current(), ballot, g.who.account_id, form.choice_made, now)
            flash(_("Your vote is in the box, with your name on it. Until it closes you can vote again."))
            return redirect(url_for("ballots.work", number=number), code=303)
    page = render_template(
        "ballots/by_name.html", ballot=ballot, form=form, questions=questions(form), how_to=how_to(form),
        words=words,
    )  # fmt: skip
    return page, status_of(form) if go in ("review", "drop") else 200
