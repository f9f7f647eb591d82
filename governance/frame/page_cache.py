"""Public pages made a moment ago are given again, for a few seconds at most and only while they still hold.

What a page shows is the same for every visitor of one language, so it need not be made for each. A page is made anew
when something changes that a package named with `changes_with` (an entry of the public ledger, a quote that is taken
back), with the day, and in any case after `SECONDS`. While the database does not answer, the last copy of a page is
given, marked with its day. Messages that come in change nothing of it: from how fast a public
page answers, nobody can learn that somebody has just spoken. In development nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, make_response, render_template, request, session
from flask_babel import get_locale
from sqlalchemy import Select, select

from governance import clock
from governance.frame.shared_screen import is_shared
from governance.privacy.retention import LAST_COPY
from governance.storage.database import db

SECONDS = 5
MOST = 200  # Pages. At some 30 KB each they stay below 6 MB in each process.

# What a visitor's cookie may hold without changing what a public page shows.
SAYS_NOTHING = frozenset({"csrf_token", "language", "opened", "so_far", "turn", "visit"})

MAIN = b'<main id="main" tabindex="-1">'  # Where a page begins, after its head (`_layout.html`).

MOST_HOSTS = 4  # A visitor can make up hosts where the operator names none; they must not push the true pages out.

MARKS, EDITION, LAST_EDITION = "page marks", "page edition", "last page edition"
Page = TypeVar("Page")
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
            _put(_last_copies(), _address(), (clock.today(), found))
        return Response(found)

    return given  # type: ignore[return-value]


def last_copy() -> Response | None:
    """Return the page that is asked for as it was last made, marked with its day, or None. Asks no database.

    A shared screen gets none: what a phone was shown has no frame that clears itself.
    """
    if is_shared():
        return None
    day, page = _last_copies().get(_address(), (None, b""))
    if day is None or clock.today() - day > LAST_COPY or request.method != "GET" or request.query_string:
        return None
    mark = render_template("_old_copy.html", day=day).encode()
    return Response(page.replace(MAIN, MAIN + mark, 1))


def kept_for_a_moment(make: Callable[[], str], *names: object) -> str:
    """Return what *make* makes, or made a moment ago under the same *names* in this language.

    For a part of the flow that is the same for everybody, such as the thanks to whoever asked for no code: *make* may
    put nothing of one visitor into it, and what it shows may be `SECONDS` old.
    """
    if current_app.config["MODE"] == "development" or session.get("_flashes") or g.who is not None:
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


def _last_copies() -> dict[tuple[object, ...], tuple[date, bytes]]:
    copies: dict[tuple[object, ...], tuple[date, bytes]] = current_app.extensions.setdefault("last copies", {})
    return copies


def _put(pages: dict[tuple[object, ...], Page], key: tuple[object, ...], page: Page) -> None:
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
        and _is_one_of_the_first_hosts()
    )


def _is_one_of_the_first_hosts() -> bool:
    hosts: set[str] = current_app.extensions.setdefault("hosts", set())
    if len(hosts) < MOST_HOSTS:
        hosts.add(request.host)
    return request.host in hosts


def _is_the_same_for_all(page: Response) -> bool:
    """Whether nothing in *page* is this visitor's own, like the token of a form."""
    return page.status_code == 200 and page.mimetype == "text/html" and "csrf_token" not in g and not session.modified


def _key() -> tuple[object, ...]:
    edition = tuple(db.session.execute(current_app.extensions[EDITION]).one())
    if current_app.extensions.get(LAST_EDITION) != edition:
        current_app.extensions[LAST_EDITION] = edition
        _last_copies().clear()  # Something was added or taken back: no copy of before may stand for it.
    moment = int(clock.now().timestamp()) // SECONDS
    return *_address(), clock.today(), moment, edition


def _address() -> tuple[object, ...]:
    return request.base_url, str(get_locale())
