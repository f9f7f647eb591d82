"""The blueprint, in a file of its own so that every page's file can name it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("people", __name__)

NUMBER = "int(max=2147483647)"  # No database numbers rows beyond this; a larger address is no page.
