"""What the public reads, and the few work pages behind it."""

from governance.publishing.views import (  # noqa: F401 - they register their pages, and fill slots
    alerts,
    code,
    entries,
    needs,
    pages,
    threads,
    wall,
)
from governance.publishing.views.door import bp

__all__ = ["bp"]
