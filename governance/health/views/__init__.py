"""Where it is said whether all is well: to machines that ask, and to the person who runs it."""

from governance.health.views import asked, metrics, well  # noqa: F401 - they register their pages
from governance.health.views.door import bp

__all__ = ["bp"]
