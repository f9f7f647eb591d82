"""Paper ballots at the tellers' table: each types in what they read, alone."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance.ballots import rules, service
from governance.ballots.forms import how_to, how_to_on_paper, paper_of, questions, rows_on_paper
from governance.ballots.views.door import bp, find, our_turn, stage_now
from governance.frame.catalogue import said
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.keys import keyfolder
from governance.permissions.access import Permission, requires
from governance.ruling.sentences import N_
from governance.storage.database import db

READ_WORDS = {
    service.Read.WAITS: N_("Kept. Now the other teller reads the same paper."),
    service.Read.DIFFERS: N_("You two read it differently. Look at the paper together, and type it in again."),
    service.Read.IN_THE_BOX: N_("You both read the same. It is in the box."),
}


@bp.route("/board/ballots/<number:number>/paper", methods=["GET", "POST"])
@requires(Permission.OPEN_BOX)
def enter_paper(number: int) -> ResponseReturnValue:
    """Type in one paper ballot."""
    ballot = find(number)
    rules.check_may_enter_paper(
        stage_now(ballot), box_is_shut=ballot.box_leaf is not None,
        is_teller=g.who.account_id in service.key_parts(db.session, ballot),
    )  # fmt: skip
    service.check_as_fixed(db.session, ballot)
    form = paper_of(ballot.with_names, at_the_table=True)()
    if form.validate_on_submit():
        typed, keys = form.pass_.data or "", keyfolder.current()
        with refusals_in(form):
            now = our_turn(ballot)
            read = service.enter_paper(db.session, keys, ballot, typed, form.choice_made, g.who.account_id, now)
            flash(said(READ_WORDS[read]))
            return redirect(url_for("ballots.enter_paper", number=number), code=303)
    page = render_template(
        "ballots/enter_paper.html", ballot=ballot, form=form, questions=questions(form), how_to=how_to(form),
        waiting=service.papers_waiting(db.session, ballot),
    )  # fmt: skip
    return page, status_of(form)


@bp.get("/board/ballots/<number:number>/papers")
@requires(Permission.RUN_BOARD)
def blank_papers(number: int) -> str:
    """Show the paper of a vote to print, as many as there are cards. It is blank: nobody's name, and no letters."""
    ballot = find(number)
    rules.check_is_secret(named=ballot.named)
    rules.check_may_print_papers(stage_now(ballot))
    words = service.fixed_words(db.session, ballot)
    paper = paper_of(ballot.with_names)(formdata=None, meta={"csrf": False})
    return render_template(
        "ballots/blank_papers.html", ballot=ballot, how_to=how_to_on_paper(paper), rows=rows_on_paper(paper),
        words=words, may_block="ground" in paper,
        copies=rules.cards_for(sum(service.voters(db.session, ballot).values())),
    )  # fmt: skip


@bp.post("/board/ballots/<number:number>/paper/out")
@requires(Permission.OPEN_BOX)
def take_out_papers(number: int) -> ResponseReturnValue:
    """Take out every paper that two tellers did not read the same."""
    confirmed()
    ballot = find(number)
    service.take_out_papers(db.session, ballot, g.who.account_id, our_turn(ballot))
    flash(_("The papers that waited are taken out. Tell the other teller. You can both type them in again."))
    return redirect(url_for("ballots.enter_paper", number=number), code=303)
