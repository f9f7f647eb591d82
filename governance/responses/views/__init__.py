"""The pages of answers: the staff's desk, and the board's page of promises."""

from governance.responses.views import desk, keeping, needs, starting  # noqa: F401 - they register their pages
from governance.responses.views.door import WORDS, bp

__all__ = ["WORDS", "bp"]
