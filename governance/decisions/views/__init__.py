"""The pages of the record: in public, and where the board writes it."""

from governance.decisions.views import correcting, dissent, public, work  # noqa: F401 - they register their pages
from governance.decisions.views.door import bp

__all__ = ["bp"]
