"""The pages of the record: in public, and where the board writes it."""

from governance.decisions.views import (  # noqa: F401 - they register their pages, and fill slots
    correcting,
    dissent,
    looking_again,
    needs,
    public,
    what_was_decided,
    work,
)
from governance.decisions.views.door import bp

__all__ = ["bp"]
