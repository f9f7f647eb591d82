"""Where it is said whether all is well: to machines that ask, and to the person who runs it."""

from governance.health.views import asked  # noqa: F401 - it registers its pages
from governance.health.views.door import bp

__all__ = ["bp"]
