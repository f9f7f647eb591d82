"""The board's own pages: what needs me now, seats, charter, agenda."""

from governance.board.views import (  # noqa: F401 - they register their pages
    agenda,
    charter,
    ending_terms,
    home,
    roles_voted,
    seats,
    seats_voted,
)
from governance.board.views.door import bp

__all__ = ["bp"]
