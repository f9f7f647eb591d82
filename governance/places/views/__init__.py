"""Help now, the language page, and the pages where a site fills in what only it can know."""

from governance.places.views import kiosks, needs, plan, public, setting_up  # noqa: F401 - they register, and fill a slot
from governance.places.views.door import bp

__all__ = ["bp"]
