"""The blueprint of what is published, and what its work pages share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("publishing", __name__)
