"""The pages of ballots: in public, for members, and the ballot paper."""

from governance.ballots.views import apart, cards, ceremony, opening, public, vote, work  # noqa: F401 - they register pages
from governance.ballots.views.door import bp

__all__ = ["bp"]
