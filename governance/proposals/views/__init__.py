"""The pages of proposals: in public, and where members write and talk."""

from governance.proposals.views import life, public, talk, write  # noqa: F401 - they register their pages
from governance.proposals.views.door import bp

__all__ = ["bp"]
