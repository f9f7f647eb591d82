"""The /style page: every part of the design system on one page. Development only."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, render_template
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from governance.permissions.access import Permission, requires

bp = Blueprint("style", __name__)


def _choices(*values: str) -> list[SelectChoice]:
    return [SelectChoice(value, value.replace("-", " ").capitalize()) for value in values]


class PartsForm(FlaskForm):
    """One field of each kind."""

    words = TextAreaField("What do you want to say?", description="Type it, say it, or skip.")
    title = StringField("Title", description="Short and plain.")
    power = SelectField("Who decides", choices=_choices("board", "shared", "advice"))
    feeling = RadioField("How was it?", choices=_choices("good", "ok", "bad"))
    topics = SelectMultipleField("What is it about?", choices=_choices("supplies", "wait", "hours", "respect", "water"))
    share = RadioField("May we show your words?", choices=_choices("words", "idea", "none"))
    reasons = SelectMultipleField("Reasons", choices=_choices("law", "money", "staffing"))
    vote = RadioField("End the limit of 10?", choices=_choices("yes", "no", "abstain"))


def init_app(app: Flask) -> None:
    """Register the page, in development alone."""
    if app.config["MODE"] == "development":
        app.register_blueprint(bp)


@bp.get("/style")
@requires(Permission.READ_RECORD)
def parts() -> Any:
    """Show every part."""
    return render_template("style.html", form=PartsForm(share="idea"))
