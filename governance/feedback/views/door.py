"""The blueprint that every page of feedback hangs on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("feedback", __name__)
