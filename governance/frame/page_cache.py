"""Public pages made a moment ago are given again, for a few seconds at most and only while they still hold.

What a page shows is the same for every visitor of one language, so it need not be made for each. A page is made anew
when something changes that a package named with `changes_with` (an entry of the public ledger, a quote that is taken
back), with the day, and in any case after `SECONDS`. Messages that come in change nothing of it: from how fast a public
page answers, nobody can learn that somebody has just spoken. In development nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, make_response, request, session
from flask_babel import get_locale
from sqlalchemy import Select, select

from governance import clock
from governance.database import db

SECONDS = 5
MOST = 200  # Pages. At some 30 KB each they stay below 6 MB in each process.

# What a visitor's cookie may hold without changing what a public page shows.
SAYS_NOTHING = frozenset({"csrf_token", "language", "turn", "visit"})

MARKS, EDITION = "page marks", "page edition"
View = TypeVar("View", bound=Callable[..., Any])


def changes_with(app: Flask, mark: Select[Any]) -> None:
    """Have every kept page of *app* made anew when *mark*, one value in the database, is another than before."""
    app.extensions.setdefault(MARKS, []).append(mark.scalar_subquery())
    app.extensions[EDITION] = select(*app.extensions[MARKS])


def kept(view: View) -> View:
    """Let a public page that has no form, and shows days but no hours, be given again while it holds."""

    @wraps(view)
    def given(*args: Any, **facts: Any) -> Any:
        if not _is_for_anybody():
            return view(*args, **facts)
        pages, key = _pages(), _key()
        found = pages.get(key)
        if found is None:
            page = make_response(view(*args, **facts))
            if not _is_the_same_for_all(page):
                return page
            found = page.get_data()
            _put(pages, key, found)
        return Response(found)

    return given  # type: ignore[return-value]


def kept_for_a_moment(make: Callable[[], str], *names: object) -> str:
    """Return what *make* makes, or made a moment ago under the same *names* in this language.

    For a part of the flow that is the same for everybody, such as the thanks to whoever asked for no code: *make* may
    put nothing of one visitor into it, and what it shows may be `SECONDS` old.
    """
    if current_app.config["MODE"] == "development" or session.get("_flashes"):
        return make()
    moment = int(clock.now().timestamp()) // SECONDS
    key = (*names, str(get_locale()), clock.today(), moment)
    pages = _pages()
    found = pages.get(key)  # Held in hand: another thread may clear the pages at any moment.
    if found is None:
        found = make().encode()
        _put(pages, key, found)
    return found.decode()


def _pages() -> dict[tuple[object, ...], bytes]:
    kept_pages: dict[tuple[object, ...], bytes] = current_app.extensions.setdefault("kept pages", {})
    return kept_pages


def _put(pages: dict[tuple[object, ...], bytes], key: tuple[object, ...], page: bytes) -> None:
    if len(pages) >= MOST:
        pages.clear()
    pages[key] = page


def _is_for_anybody() -> bool:
    """Whether whoever asks is shown what everybody is shown."""
    return (
        current_app.config["MODE"] != "development"
        and g.who is None
        and not request.query_string
        and SAYS_NOTHING.issuperset(session)
    )


def _is_the_same_for_all(page: Response) -> bool:
    """Whether nothing in *page* is this visitor's own, like the token of a form."""
    return page.status_code == 200 and page.mimetype == "text/html" and "csrf_token" not in g and not session.modified


def _key() -> tuple[object, ...]:
    edition = tuple(db.session.execute(current_app.extensions[EDITION]).one())
    moment = int(clock.now().timestamp()) // SECONDS
    return request.base_url, str(get_locale()), clock.today(), moment, edition
