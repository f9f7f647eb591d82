"""What every page with a form needs: the bare button, and a rule's no shown above what was typed."""

from __future__ import annotations

from flask import abort
from flask_wtf import FlaskForm

from governance.errors import RuleRefused
from governance.frame.web import said


class ConfirmForm(FlaskForm):
    """A bare button: the token alone."""


def confirmed() -> None:
    """Answer 400 unless the one-button form came whole."""
    if not ConfirmForm().validate_on_submit():
        abort(400)


def refused(form: FlaskForm, refusal: RuleRefused) -> None:
    """Show a rule's sentence above *form*, so that nothing typed is lost."""
    form.form_errors = [*form.form_errors, said(refusal.sentence)]
