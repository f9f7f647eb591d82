"""The pages of feedback: what a participant meets, and what readers do."""

from __future__ import annotations

from governance.feedback.views import (  # noqa: F401 - they register their pages, and fill slots
    blank_cards,
    closing_themes,
    desk,
    for_members,
    hiding,
    leaving,
    needs,
    outbox,
    paper,
    say,
    sorting,
    themes,
)
from governance.feedback.views.door import bp

__all__ = ["bp"]
