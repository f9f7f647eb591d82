"""The blueprint of what is published, and what its work pages share."""

from __future__ import annotations

from flask import Blueprint, abort

from governance.people.forms import ConfirmForm

bp = Blueprint("publishing", __name__)

LARGEST = 2_147_483_647  # No database numbers rows beyond this; a larger address is no page.


def confirmed() -> None:
    """Answer 400 unless the one-button form came whole."""
    if not ConfirmForm().validate_on_submit():
        abort(400)
