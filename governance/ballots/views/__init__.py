"""The pages of ballots: in public, for members, and the ballot paper."""

from governance.ballots.views import (  # noqa: F401 - they register their pages
    apart,
    by_name,
    calling,
    cards,
    ceremony,
    closed_log,
    co_sign,
    ending,
    hurry,
    needs,
    on_the_agenda,
    paper,
    public,
    result,
    vote,
    work,
)
from governance.ballots.views.door import bp

__all__ = ["bp"]
