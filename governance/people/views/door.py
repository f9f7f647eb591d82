"""The blueprint, in a file of its own so that every page's file can name it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("people", __name__)
