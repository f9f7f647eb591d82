"""The pages of ballots: in public, for members, and the ballot paper."""

from governance.ballots.views import cards, opening, paper, public, vote, work  # noqa: F401 - they register their pages
from governance.ballots.views.door import bp

__all__ = ["bp"]
