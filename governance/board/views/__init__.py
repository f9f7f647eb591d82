"""The board's own pages: what needs me now, seats, charter, agenda."""

from governance.board.views import agenda, charter, ending_terms, home, seats  # noqa: F401 - they register their pages
from governance.board.views.door import bp

__all__ = ["bp"]
