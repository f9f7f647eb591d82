"""The blueprint of what is published, and what its work pages share."""

from __future__ import annotations

from flask import Blueprint, abort

from governance.people.forms import ConfirmForm

bp = Blueprint("publishing", __name__)


def confirmed() -> None:
    """Answer 400 unless the one-button form came whole."""
    if not ConfirmForm().validate_on_submit():
        abort(400)
