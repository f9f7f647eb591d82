"""The ledger in public: its pages, and its files for tools."""

from governance.ledger.views import files, public  # noqa: F401 - they register their pages
from governance.ledger.views.door import bp

__all__ = ["bp"]
