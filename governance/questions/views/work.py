"""The board's page: bring a question up, put it up for a week with a second yes, and read what people said."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.languages import LANGUAGES
from governance.frame.site import languages
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, may, requires
from governance.places import service as places
from governance.questions import in_languages, next_steps, rules, service
from governance.questions.forms import ProposeForm, PutUpForm, SayInForm
from governance.questions.models import Question
from governance.questions.views.door import bp
from governance.ruling.sentences import N_, Sentence
from governance.ruling.steps import Step
from governance.storage.database import db


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
            language, words, today = form.language.data or "", form.words.data or "", clock.today()
            in_languages.say_in(
                db.session, keyfolder.current(), question_id, _writer(), language, words, answers, today,
                form.read.data or "",
            )  # fmt: skip
            flash(_("Kept. It is put up with the question."))
            return redirect(url_for("questions.board"), code=303)
    return render_template("questions/say_in.html", form=form, question=question), status_of(form)


@bp.post("/board/questions/<number:question_id>/languages/<language>/out")
@requires(Permission.WRITE_PROPOSALS)
def take_out(question_id: int, language: str) -> ResponseReturnValue:
    """Take a language out of a question again, before it is put up."""
    confirmed()
    in_languages.take_out(db.session, keyfolder.current(), question_id, _writer(), language, clock.today())
    flash(_("It is out. The question stands in its other languages."))
    return redirect(url_for("questions.board"), code=303)


def _writer() -> in_languages.Writer:
    return in_languages.Writer(g.who.account_id, may(Permission.RUN_BOARD))


@bp.post("/board/questions/<number:question_id>/up")
@requires(Permission.RUN_BOARD)
def put_up(question_id: int) -> ResponseReturnValue:
    """Ask to put a question up at a place for a week. Somebody else of the board must agree."""
    form, keys, today = _put_up_form(), keyfolder.current(), clock.today()
    if not form.validate_on_submit():
        abort(400)
    question, place = service.check_may_put_up(db.session, question_id, form.place.data, today)
    in_languages.check_shown(question, form.read.data or "")
    in_languages.forget_what_changed(db.session, keys, question, today)
    said = Sentence(N_("The kiosks of {place} ask for a week: {question}"), place=place.name, question=_whole(question))
    people.ask(
        db.session, keys, g.who, in_languages.PUT_UP, said, today, subject=question_id,
        values={"question": question_id, "place": place.id, "read": in_languages.as_read(question)},
        page=("questions.board", {}),
    )  # fmt: skip
    flash(_("You asked for it. It is done when somebody else of the board agrees."))
    return redirect(url_for("people.asked"), code=303)


def _whole(question: Question) -> str:
    """Return a question with its answers, in each of its languages; each keeps to the direction it is read in."""
    every = [f"{each.words} ({' / '.join(each.answers)})" for each in in_languages.in_each(question)]
    return " · ".join(f"\u2068{each}\u2069" for each in every) if len(every) > 1 else every[0]


@people.does(in_languages.PUT_UP)
def _put_up(agreed: people.Agreed) -> None:
    asked = agreed.values
    in_languages.check_as_read(agreed.session, asked["question"], asked["read"])
    service.put_up(agreed.session, agreed.keys, asked["question"], asked["place"], agreed.today)
    people.tell(agreed.session, agreed.keys, agreed.said, agreed.today)


@bp.post("/board/questions/<number:question_id>/drop")
@requires(Permission.WRITE_PROPOSALS)
def drop(question_id: int) -> ResponseReturnValue:
    """Take a question back that nobody was asked yet."""
    confirmed()
    runs_the_board = may(Permission.RUN_BOARD)
    service.drop(db.session, keyfolder.current(), question_id, g.who.account_id, runs_the_board, clock.today())
    return redirect(url_for("questions.board"), code=303)


def _page(form: ProposeForm) -> ResponseReturnValue:
    """Draw the board's page of questions. *form*: to bring one up, empty or with what was refused."""
    today, every = clock.today(), service.questions(db.session)
    by_stage = {
        stage: [each for each in every if in_languages.stage_of(each, today) is stage] for stage in rules.QuestionStage
    }
    page = render_template(
        "questions/board.html",
        form=form,
        put_up_form=_put_up_form(),
        by_stage=by_stage,
        last_day=rules.last_day,
        places={place.id: place for place in places.places(db.session)},
        names=people.aliases(db.session, _writers(every)),
        in_one_language=_in_one_language,
        next_steps=lambda question: next_steps.next_steps(_facts(question)),
    )
    return page, status_of(form)


def _facts(question: Question) -> next_steps.Facts:
    return next_steps.Facts(
        number=question.id,
        offered=languages(),
        stands_in=[each.language for each in in_languages.in_each(question)],
        is_theirs=question.account_id == g.who.account_id,
        writes=may(Permission.WRITE_PROPOSALS),
        runs_board=may(Permission.RUN_BOARD),
    )


def _in_one_language(question: Question, said: in_languages.InOne) -> list[Step]:
    wrote_it = said.account_id == g.who.account_id
    return next_steps.in_one_language(_facts(question), said.language, wrote_it=wrote_it)


def _form() -> ProposeForm:
    form = ProposeForm()
    _number(form)
    form.language.choices = [SelectChoice(code, LANGUAGES[code].name) for code in languages()]
    return form


def _number(form: ProposeForm) -> None:
    for number, each in enumerate(form.answers, start=1):
        each.label.text = _("Answer %(number)s", number=number)


def _writers(questions: Sequence[Question]) -> set[int]:
    every = (each for question in questions for each in in_languages.in_each(question))
    return {each.account_id for each in every if each.account_id is not None}


def _say_in_form(question: Question) -> SayInForm:
    """Return the form for the language that is asked for, with what stands there; else for one that is not there."""
    wanted = request.args.get("language", "")
    there = in_languages.other(question, wanted) if wanted in languages() else None
    filled = {"language": there.language, "words": there.words, "answers": there.answers} if there else {}
    form = SayInForm(**filled, read=in_languages.mark_of(there) if there else "")
    while len(form.answers) > len(question.answers):
        form.answers.pop_entry()
    _number(form)
    # The one that was sent is among them, so that a rule says why it may not be.
    stand = {each.language for each in in_languages.in_each(question)} - {form.language.data}
    codes = [there.language] if there else [code for code in languages() if code not in stand]
    form.language.choices = [SelectChoice(code, LANGUAGES[code].name) for code in codes]
    return form


def _put_up_form() -> PutUpForm:
    form = PutUpForm()
    form.place.choices = [SelectChoice(place.id, place.name) for place in places.open_places(db.session)]
    return form
