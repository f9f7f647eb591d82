"""The ballot paper. The pass is the key: no sign-in is asked for, and it travels in a hidden field alone.

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
from governance.ballots.counting.consensus import GROUND_WORDS, LEVEL_WORDS, Ground, Level
from governance.ballots.counting.yes_no import CHOICE_WORDS, Choice
from governance.ballots.forms import ConsensusPaper, PassForm, YesNoPaper
from governance.ballots.models import Ballot
from governance.ballots.views.door import NUMBER, bp, find, rule_of, stage_now
from governance.database import db
from governance.web import said

NO_TOKEN = {"csrf": False}


@bp.route(f"/vote/{NUMBER}", methods=["GET", "POST"])
@requires(Permission.READ_RECORD)
def vote(number: int) -> Any:
    """Pass, paper, review, box: each screen is the answer to the one before."""
    ballot = find(number)
    stage = stage_now(ballot)
    if stage is not rules.Stage.OPEN:
        page = render_template("ballots/not_now.html", ballot=ballot, stage=stage, sentence=rules.NOT_NOW[stage])
        return page, 409 if request.method == "POST" else 200
    if request.method == "GET":
        return _ask_for_pass(ballot, PassForm(formdata=None, meta=NO_TOKEN))
    form = PassForm(meta=NO_TOKEN)
    pass_ = service.read_pass(form.pass_.data or "")
    if not form.validate() or not service.pass_is_good(keyfolder.current(), ballot, pass_):
        return _wrong_pass(ballot, form)
    return _with_pass(ballot, pass_, request.form.get("go", "pass"))


def _ask_for_pass(ballot: Ballot, form: PassForm) -> str:
    return render_template("ballots/ask_for_pass.html", ballot=ballot, form=form)


def _wrong_pass(ballot: Ballot, form: PassForm) -> Any:
    """Say so in a sentence, with what was typed still there."""
    if not form.errors:
        form.pass_.errors = [_("This is not a pass for this vote. Look at each letter, and at the number of the vote.")]
    return _ask_for_pass(ballot, form), 422


def _with_pass(ballot: Ballot, pass_: bytes, asked: str) -> Any:
    paper = _paper(ballot)
    if not g.form_token_held:
        paper.form_errors = [_("This page lay open for a long time. Please send it once more.")]
        return _show_paper(ballot, paper), 422
    if asked not in ("review", "drop"):
        return _show_paper(ballot, paper)
    if not paper.validate():
        return _show_paper(ballot, paper), 422
    choice = {name: paper.data.get(name) or "" for name in ("choice", "ground", "named")}
    if asked == "review":
        return render_template("ballots/review.html", ballot=ballot, paper=paper, choice=choice, **_words(choice))
    service.drop(db.session, keyfolder.current(), ballot, pass_, choice, clock.now())
    return render_template("ballots/in_the_box.html", ballot=ballot)


def _paper(ballot: Ballot) -> YesNoPaper:
    paper = (ConsensusPaper if ballot.rule == "consensus" else YesNoPaper)(meta=NO_TOKEN)
    paper.choice.label.text = ballot.question
    return paper


def _show_paper(ballot: Ballot, paper: YesNoPaper) -> str:
    return render_template("ballots/paper.html", ballot=ballot, paper=paper, rule=rule_of(ballot))


def _words(choice: dict[str, str]) -> dict[str, str]:
    """Return the choice as it is read back."""
    known = {**{each.value: words for each, words in CHOICE_WORDS.items()},
             **{each.value: words for each, words in LEVEL_WORDS.items()}}  # fmt: skip
    blocks = choice["choice"] == Level.BLOCK
    return {
        "chosen": said(known[choice["choice"]]),
        "ground": said(GROUND_WORDS[Ground(choice["ground"])]) if blocks else "",
        "named": choice["named"] if blocks else "",
        "icon_name": "skip" if choice["choice"] == Choice.ABSTAIN else "cross",
    }
