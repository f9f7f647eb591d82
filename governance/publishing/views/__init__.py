"""What the public reads, and the few work pages behind it."""

from governance.publishing.views import (  # noqa: F401 - they register their pages
    alerts,
    code,
    entries,
    health,
    needs,
    pages,
    wall,
)
from governance.publishing.views.door import bp
from governance.publishing.views.threads import thread_of_proposal, thread_of_record, thread_of_theme

__all__ = ["bp", "thread_of_proposal", "thread_of_record", "thread_of_theme"]
