"""Where the pages of a site begin, and the one page of its forms."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_wtf import FlaskForm

from governance.frame.forms import status_of

bp = Blueprint("places", __name__)


def fill_in(form: FlaskForm, title: str, lead: str) -> tuple[str, int]:
    """Draw the one page of these forms, again with what is wrong where something is."""
    page = render_template("places/fill_in.html", form=form, title=title, lead=lead)
    return page, status_of(form)
