"""The pages of a question: for the board, and at the kiosk."""

from governance.questions.views import public, work  # noqa: F401 - they register their pages
from governance.questions.views.door import bp

__all__ = ["bp"]
