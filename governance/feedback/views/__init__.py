"""The pages of feedback: what a participant meets, and what readers do."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("feedback", __name__)

from governance.feedback.views import desk, say  # noqa: E402, F401 - their pages hang on the blueprint above
