"""Help now, the language page, and the pages where a site fills in what only it can know."""

from governance.places.views import (  # noqa: F401 - they register, and fill a slot
    aloud,
    calls,
    kiosks,
    needs,
    new_recordings,
    plan,
    public,
    recordings,
    setting_up,
)
from governance.places.views.door import bp

__all__ = ["bp"]
