"""What every proposal page needs: the blueprint, and finding the proposal."""

from __future__ import annotations

from flask import Blueprint, abort
from flask_wtf import FlaskForm

from governance.database import db
from governance.errors import RuleRefused
from governance.proposals import service
from governance.proposals.models import Proposal
from governance.web import said

bp = Blueprint("proposals", __name__)

LARGEST = 2_147_483_647  # No database numbers rows beyond this; a larger address is no page.
NUMBER = f"<int(max={LARGEST}):number>"


def find(number: int) -> Proposal:
    """Return the proposal of this number, or answer 404."""
    return service.by_number(db.session, number) or abort(404)


def refused(form: FlaskForm, refusal: RuleRefused) -> None:
    """Show a rule's sentence above the form, so that nothing typed is lost."""
    form.form_errors = [*form.form_errors, said(refusal.sentence)]
