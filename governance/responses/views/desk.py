"""The staff's desk: what is due, and writing the answer."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from governance import clock
from governance.board import service as board
from governance.decisions.views.door import thread_of_record
from governance.feedback import service as feedback
from governance.feedback.views.door import thread_of_theme
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.narrowed import Narrowed, Told
from governance.frame.row_numbers import asked_number
from governance.permissions.access import Permission, may, requires
from governance.permissions.roles import Role
from governance.proposals import service as proposals
from governance.responses import commitments, rules, service
from governance.responses.forms import AnswerForm, FirstWordForm, MoreTimeForm, SecondLookAnswerForm
from governance.responses.models import SecondLook
from governance.responses.next_steps import Facts, next_steps
from governance.responses.views.door import bp, find
from governance.ruling.sentences import N_
from governance.storage.database import db

AT_ONCE = 30
DUTY_STATES = {
    "owed": N_("To answer"),
    "late": N_("Late"),
    "answered": N_("Answered"),
    "again": N_("Second look asked"),
}


@bp.get("/desk/answers")
@requires(Permission.SEE_DUTIES)
def duties() -> str:
    """What is due, late first, and what was answered."""
    today, after, looked = clock.today(), asked_number("after"), Narrowed(DUTY_STATES)
    at_once = looked.limit or AT_ONCE
    answered = service.answered(db.session, today, after, at_once + 1)
    return render_template(
        "responses/duties.html",
        looked=looked,
        owed=looked.these(service.owed(db.session, today), _told),
        answered=looked.these(answered[:at_once], _told),
        older=answered[at_once - 1].duty.id if len(answered) > at_once else None,
        counts=service.desk_counts(db.session, today),
        missing=service.missing(db.session),
        rules=rules,
        today=today,
    )


def _told(now: service.DutyNow) -> Told:
    states = ["answered" if now.answer else "owed"]
    states += [name for name, holds in (("late", now.late), ("again", now.looking_again)) if holds]
    return f"{now.record.number if now.record else ''} {now.title}", states


@bp.get("/desk/answers/<number:duty_id>")
@requires(Permission.SEE_DUTIES)
def duty(duty_id: int) -> ResponseReturnValue:
    """One duty: what was asked, the first word, the answer, what was promised."""
    return _page(find(duty_id))


@bp.post("/desk/answers/<number:duty_id>/first-word")
@requires(Permission.ANSWER)
def first_word(duty_id: int) -> ResponseReturnValue:
    """Say the first word."""
    now, form = find(duty_id), FirstWordForm()
    if form.validate_on_submit():
        with refusals_in(form):
            service.say_first_word(db.session, now.duty, form.first_word.data or "", clock.today())
            return _to(duty_id, _("Your first word is on the wall."))
    return _page(now, first_word=form), status_of(form)


@bp.post("/desk/answers/<number:duty_id>/more-time")
@requires(Permission.ANSWER)
def more_time(duty_id: int) -> ResponseReturnValue:
    """Take the longer clock, with a note for the wall."""
    now, form = find(duty_id), MoreTimeForm()
    if form.validate_on_submit():
        with refusals_in(form):
            service.take_more_time(db.session, now.duty, form.why_longer.data or "", clock.today())
            return _to(duty_id, _("You have more time. The note is on the wall."))
    return _page(now, more_time=form), status_of(form)


@bp.post("/desk/answers/<number:duty_id>/answer")
@requires(Permission.ANSWER)
def answer(duty_id: int) -> ResponseReturnValue:
    """Look at the words again, or publish the answer."""
    now, form = find(duty_id), AnswerForm()
    valid, only_looks = form.validate_on_submit(), "check" in request.form
    if valid and not only_looks:
        with refusals_in(form):
            fields, role_name = _fields(form), form.role_name.data or ""
            service.answer(db.session, now.duty, fields, role_name, clock.today(), account_id=g.who.account_id)
            return _to(duty_id, _("Your answer is public."))
    return _page(now, answer=form, checked=True), 200 if only_looks else status_of(form)


@bp.post("/desk/answers/<number:duty_id>/done/<number:commitment_id>")
@requires(Permission.ANSWER)
def report_done(duty_id: int, commitment_id: int) -> ResponseReturnValue:
    """Report that something promised is done. The board looks before it counts."""
    confirmed()
    service.report_done(db.session, service.commitment_in(db.session, duty_id, commitment_id), clock.today())
    return _to(duty_id, _("Thank you. The board looks, and then it counts as done."))


@bp.post("/desk/answers/<number:duty_id>/second-look")
@requires(Permission.ANSWER)
def answer_second_look(duty_id: int) -> ResponseReturnValue:
    """Write down what a second look came to."""
    now, form = find(duty_id), SecondLookAnswerForm()
    if form.validate_on_submit():
        outcome = commitments.Outcome(form.outcome.data)
        with refusals_in(form):
            look = service.need_open_second_look(db.session, now.duty)
            service.answer_second_look(
                db.session, look, outcome, form.why.data or "", g.who.account_id, g.who.roles, clock.today()
            )
            return _to(duty_id, _("The second look is public."))
    return _page(now, look=form), status_of(form)


def _to(duty_id: int, words: str) -> Response:
    flash(words)
    return redirect(url_for("responses.duty", duty_id=duty_id), code=303)


def _level() -> commitments.Level:
    return commitments.Level.DIRECTOR if Role.DIRECTOR in g.who.roles else commitments.Level.MANAGER


def _fields(form: AnswerForm) -> service.AnswerFields:
    return service.AnswerFields(
        answer=rules.Answer(form.answer.data),
        words=form.words.data or "",
        short=form.short.data or "",
        reasons=frozenset(rules.Reason(reason) for reason in form.reasons.data or ()),
        would_change=form.would_change.data or "",
        instead=form.instead.data or "",
        push_back=form.push_back.data or "",
        commitments=form.commitments(),
        more_facts_by=form.more_facts_by.data,
        level=_level(),
    )


def _advice(form: AnswerForm) -> proposals.Wording:
    """Advice on respectful words and reading grade, for what staff typed. It never blocks."""
    names = ("words", "short", "would_change", "instead", "push_back", "what_1", "what_2", "what_3")
    aliases = board.member_names(db.session).values()
    return proposals.advise([form[name].data or "" for name in names], str(get_locale()), aliases)


def _page(now: service.DutyNow, *, checked: bool = False, **forms: FlaskForm) -> str:
    """Draw the page of a duty. *checked*: with advice on the words; *forms*: those that came back, by name."""
    form = forms.get("answer") or AnswerForm(None, role_name=_(commitments.LEVEL_WORDS[_level()]))
    first_word, more_time = forms.get("first_word") or FirstWordForm(None), forms.get("more_time") or MoreTimeForm(None)
    themes = [now.theme.id] if now.theme else [each.id for each in service.themes_behind(db.session, now)]
    open_look = service.open_second_look(db.session, now.duty)
    answers = service.answers_of(db.session, now)
    return render_template(
        "responses/duty.html",
        now=now,
        thread=thread_of_record(now.record) if now.record else thread_of_theme(now.theme) if now.theme else [],
        answers=answers,
        quotes=[quote for found in feedback.quotes_of(db.session, themes).values() for quote in found],
        next_steps=next_steps(_facts(answers, open_look, first_word, more_time)),
        form=form,
        first_word_form=first_word,
        more_time_form=more_time,
        look_form=forms.get("look") or SecondLookAnswerForm(None),
        wording=_advice(form) if checked else None,
        open_look=open_look,
        rules=rules,
        commitments=commitments,
        today=clock.today(),
    )


def _facts(
    answers: service.DutyAnswers, open_look: SecondLook | None, first_word: FlaskForm, more_time: FlaskForm
) -> Facts:
    """Gather what is known of a duty and of whoever looks; of two forms, whether they came back."""
    now = answers.now
    return Facts(
        answers=may(Permission.ANSWER),
        promised=any(each.state is commitments.Commitment.PROMISED for each in answers.commitments),
        look_is_open=open_look is not None,
        first_word_said=now.duty.first_word_on is not None,
        has_first_word=bool(now.duty.first_word),
        is_answered=now.duty.answered_on is not None,
        has_answer=now.answer is not None,
        is_late=now.late,
        more_time=bool(now.duty.complex_note),
        first_word_refused=bool(first_word.errors),
        more_time_refused=bool(more_time.errors),
    )
