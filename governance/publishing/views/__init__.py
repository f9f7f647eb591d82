"""What the public reads, and the few work pages behind it."""

from governance.publishing.views import alerts, code, entries, health, pages, wall  # noqa: F401 - they register their pages
from governance.publishing.views.door import bp
from governance.publishing.views.needs import needs_me_now
from governance.publishing.views.threads import thread_of_proposal, thread_of_record, thread_of_theme

__all__ = ["bp", "needs_me_now", "thread_of_proposal", "thread_of_record", "thread_of_theme"]
