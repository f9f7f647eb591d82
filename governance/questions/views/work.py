"""The board's page: bring a question up, put it up for a week with a second yes, and read what people said."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock, keyfolder
from governance.access import Permission, may, requires
from governance.database import db
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.languages import LANGUAGES
from governance.frame.site import languages
from governance.people import service as people
from governance.places import service as places
from governance.questions import rules, service
from governance.questions.forms import ProposeForm, PutUpForm
from governance.questions.models import Question
from governance.questions.views.door import bp
from governance.sentences import N_, Sentence

PUT_UP = "questions.put_up"


@bp.get("/board/questions")
@requires(Permission.BOARD_PAGES)
def board() -> ResponseReturnValue:
    """Every question: what was brought up, what stands at a kiosk, what people said."""
    return _page(_form())


@bp.post("/board/questions")
@requires(Permission.WRITE_PROPOSALS)
def propose() -> ResponseReturnValue:
    """Bring a question up."""
    form = _form()
    if form.validate_on_submit():
        with refusals_in(form):
            answers = [each or "" for each in form.answers.data]
            language, words = form.language.data or "en", form.words.data or ""
            service.propose(db.session, words, answers, language, g.who.account_id, clock.today())
            flash(_("Your question is on the list. Who runs the board can put it up, with a second yes."))
            return redirect(url_for("questions.board"), code=303)
    return _page(form)


@bp.route("/board/questions/<number:question_id>/languages", methods=["GET", "POST"])
@requires(Permission.WRITE_PROPOSALS)
def say_in(question_id: int) -> ResponseReturnValue:
    """Write a question in another language too, before it is put up: whoever puts it up reads all of them."""
    question = service.find(db.session, question_id) or abort(404)
    form = _say_in_form(question)
    if form.validate_on_submit():
        with refusals_in(form):
            answers = [each or "" for each in form.answers.data]
            service.say_in(
                db.session, question, form.language.data or "", form.words.data or "", answers, clock.today()
            )
            flash(_("Kept. It is put up with the question."))
            return redirect(url_for("questions.board"), code=303)
    return render_template("questions/say_in.html", form=form, question=question), status_of(form)


@bp.post("/board/questions/<number:question_id>/up")
@requires(Permission.RUN_BOARD)
def put_up(question_id: int) -> ResponseReturnValue:
    """Ask to put a question up at a place for a week. Somebody else of the board must agree."""
    form = _put_up_form()
    if not form.validate_on_submit():
        abort(400)
    question, place = service.check_may_put_up(db.session, question_id, form.place.data, clock.today())
    said = Sentence(N_("The kiosks of {place} ask for a week: {question}"), place=place.name, question=question.words)
    people.ask(
        db.session, keyfolder.current(), g.who, PUT_UP, said, clock.today(), subject=question_id,
        values={"question": question_id, "place": place.id, "read": service.as_read(question)},
        page=("questions.board", {}),
    )  # fmt: skip
    flash(_("You asked for it. It is done when somebody else of the board agrees."))
    return redirect(url_for("people.asked"), code=303)


@people.does(PUT_UP)
def _put_up(agreed: people.Agreed) -> None:
    asked = agreed.values
    service.check_as_read(agreed.session, asked["question"], asked["read"])
    service.put_up(agreed.session, agreed.keys, asked["question"], asked["place"], agreed.today)


@bp.post("/board/questions/<number:question_id>/drop")
@requires(Permission.WRITE_PROPOSALS)
def drop(question_id: int) -> ResponseReturnValue:
    """Take a question back that nobody was asked yet."""
    confirmed()
    question = service.find(db.session, question_id) or abort(404)
    service.drop(db.session, question, g.who.account_id, may(Permission.RUN_BOARD), clock.today())
    return redirect(url_for("questions.board"), code=303)


def _page(form: ProposeForm) -> ResponseReturnValue:
    today, every = clock.today(), service.questions(db.session)
    by_stage = {stage: [each for each in every if service.stage_of(each, today) is stage] for stage in rules.Stage}
    page = render_template(
        "questions/board.html",
        form=form,
        put_up_form=_put_up_form(),
        by_stage=by_stage,
        last_day=rules.last_day,
        places={place.id: place for place in places.places(db.session)},
        names=people.aliases(db.session, [each.account_id for each in every]),
    )
    return page, status_of(form)


def _form() -> ProposeForm:
    form = ProposeForm()
    _number(form)
    form.language.choices = [SelectChoice(code, LANGUAGES[code].name) for code in languages()]
    return form


def _number(form: ProposeForm) -> None:
    for number, each in enumerate(form.answers, start=1):
        each.label.text = _("Answer %(number)s", number=number)


def _say_in_form(question: Question) -> ProposeForm:
    form = ProposeForm()
    while len(form.answers) > len(question.answers):
        form.answers.pop_entry()
    _number(form)
    others = [code for code in languages() if code != question.language]
    form.language.choices = [SelectChoice(code, LANGUAGES[code].name) for code in others]
    return form


def _put_up_form() -> PutUpForm:
    form = PutUpForm()
    form.place.choices = [SelectChoice(place.id, place.name) for place in places.open_places(db.session)]
    return form
