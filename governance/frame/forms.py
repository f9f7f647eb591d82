"""What every page with a form needs: the bare button, and a rule's no shown above what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from flask import abort
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

from governance.frame.catalogue import said
from governance.frame.slots import Slot
from governance.permissions.access import Permission, may
from governance.ruling.errors import RuleRefused

Filled = TypeVar("Filled", bound=FlaskForm)
form_taken: Slot[[], None] = Slot()  # What else is done, in the same transaction, when a form was taken in.


def choices_of(words: Mapping[Any, str]) -> list[SelectChoice]:
    """Return a closed list of the rules as choices, in the reader's language."""
    return [SelectChoice(value.value, lazy_gettext(text)) for value, text in words.items()]


class ConfirmForm(FlaskForm):
    """A bare button: the token alone."""


def confirmed() -> None:
    """Answer 400 unless the one-button form came whole."""
    if not ConfirmForm().validate_on_submit():
        abort(400)


def sentence_of(refusal: RuleRefused) -> str:
    """Return what a rule says to whoever is asking, in their language. What only the board may read, it alone reads."""
    if refusal.to_the_board is not None and may(Permission.BOARD_PAGES):
        return said(refusal.to_the_board)
    return said(refusal.sentence)


def refused(form: FlaskForm, refusal: RuleRefused) -> None:
    """Show a rule's sentence by the field it names, or by the button of *form*. Nothing typed is lost."""
    if refusal.field in form:
        form[refusal.field].errors = [*form[refusal.field].errors, sentence_of(refusal)]
        form[refusal.field].said_no = True
    else:
        form.form_errors = [*form.form_errors, sentence_of(refusal)]


def errors_of(form: FlaskForm) -> dict[str, list[str]]:
    """Return what is wrong with each field by its name, in the language of the page; "": with the whole form."""
    found = {field.name: [str(each) for each in field.errors] for field in form if field.name != "csrf_token"}
    return {name: errors for name, errors in {**found, "": [*map(str, form.form_errors)]}.items() if errors}


def with_errors(form: Filled, errors: Mapping[str, list[str]]) -> Filled:
    """Return *form* with what `errors_of` found in it when it was sent."""
    for field in form:
        field.errors = errors.get(field.name, [])
    form.form_errors = errors.get("", [])
    return form


@contextmanager
def refusals_in(form: FlaskForm) -> Iterator[None]:
    """Do what *form* asks for; a rule's no stands in the form, and the page is shown again with `status_of`.

    if form.validate_on_submit():
        with refusals_in(form):
            service.do(form.words.data)
            return redirect(url_for("package.page"), code=303)
    return render_template("package/page.html", form=form), status_of(form)
    """
    try:
        yield
    except RuleRefused as refusal:
        refused(form, refusal)
        form.said_no = True


def status_of(form: FlaskForm) -> int:
    """Return 200 for a form nobody sent yet, 409 when a rule said no to it, 422 when it is not filled in right."""
    if not form.is_submitted():
        return 200
    return 409 if getattr(form, "said_no", False) else 422
