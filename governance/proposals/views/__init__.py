"""The pages of proposals: in public, and where members write and talk."""

from governance.proposals.views import (  # noqa: F401 - they register their pages, and fill slots
    life,
    mine,
    needs,
    public,
    talk,
    write,
)
from governance.proposals.views.door import bp

__all__ = ["bp"]
