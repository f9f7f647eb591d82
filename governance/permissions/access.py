"""Who may use which page: one table, closed by default.

Two questions have two homes. May this role use this page? is answered here. Is this act valid now,
for this person, on this thing? is answered by the package's `rules.py`, with a reason.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, request, session

from governance import clock
from governance.permissions import form_token
from governance.permissions.roles import Role
from governance.permissions.roles import Who as Who
from governance.ruling.sentences import N_, Worded
from governance.storage import database
from governance.storage.database import db

LOOKED_FOR = "looked_for"  # In the sealed cookie: what was looked for last in a private list. It goes with the sign-in.


class Permission(Worded):
    """One page or one family of pages: what templates ask for (`may('vote')`), and the words /promises says it in."""

    READ_RECORD = "read_record", N_("Read the wall, the decisions and the record")  # the wall, decisions, measures
    GIVE_FEEDBACK = "give_feedback", N_("Say something")  # /say, /kiosk, /help-now
    USE_CODE = "use_code", N_("Use a code to see what became of a word")  # /code
    SIGN_IN = "sign_in", N_("Sign in with a card")
    OWN_WORDS = "own_words", N_("Make words of their own")  # all that words somebody else printed open
    OWN_ACCOUNT = "own_account", N_("See their own card, sign out everywhere")
    BOARD_PAGES = "board_pages", N_("See the board's own pages")  # what members see and the public does not
    WRITE_PROPOSALS = "write_proposals", N_("Write proposals and talk about them")
    VOTE = "vote", N_("Vote")
    RUN_BOARD = "run_board", N_("Set what is talked about, call votes, put out records")
    OPEN_BOX = "open_box", N_("Open the ballot box after the vote, in twos")
    MARK_DONE = "mark_done", N_("Say that a promise is kept; ask for a second look")
    KEEP_SEATS = "keep_seats", N_("Note who sits in which seat")
    READ_MESSAGES = "read_messages", N_("Read messages, as far as their own key opens them")  # the desk
    KEEP_THEMES = "keep_themes", N_("Sort messages into themes. Write alerts")
    HIDE_MESSAGES = "hide_messages", N_("Hide a message, always two together, with a public mark")
    WRITE_BACK = "write_back", N_("Write back to a code")  # private replies
    TYPE_PAPER = "type_paper", N_("Type in paper cards")
    COME_TO_KIOSK = "come_to_kiosk", N_("See that somebody at a kiosk asks for a worker, and go there")
    ANSWER = "answer", N_("Answer the board in public")  # first word, answer, commitments
    SEE_DUTIES = "see_duties", N_("See which answers are owed; start the clock of a theme")
    SIGN_READERS = "sign_readers", N_("Sign that someone may read, two together")  # their enrolment or removal
    KEEP_ACCOUNTS = "keep_accounts", N_("Ask for a new sign-in card, or for the end of one. Another person agrees")
    KEEP_PLACES = "keep_places", N_("Keep places, screens and help cards")
    SEE_HEALTH = "see_health", N_("See whether the program is well")  # what the doctor finds
    OPERATE = "operate", N_("Ask whether the program runs")  # health checks


View = TypeVar("View", bound=Callable[..., Any])
P = Permission
_PUBLIC = frozenset({P.READ_RECORD, P.GIVE_FEEDBACK, P.USE_CODE, P.SIGN_IN, P.OPERATE})
_NEWCOMER = _PUBLIC | {P.OWN_WORDS}
_SIGNED_IN = _NEWCOMER | {P.OWN_ACCOUNT}
_READER = _SIGNED_IN | {
    P.READ_MESSAGES, P.KEEP_THEMES, P.HIDE_MESSAGES, P.WRITE_BACK, P.TYPE_PAPER, P.SIGN_READERS, P.SEE_DUTIES,
}  # fmt: skip

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.VISITOR: _PUBLIC,
    Role.KIOSK: frozenset({P.READ_RECORD, P.GIVE_FEEDBACK, P.USE_CODE}),
    Role.MEMBER: _SIGNED_IN | {P.BOARD_PAGES, P.WRITE_PROPOSALS, P.VOTE, P.MARK_DONE, P.SEE_DUTIES},
    Role.BOARD_READER: _READER | {P.BOARD_PAGES},
    Role.FACILITATOR: _SIGNED_IN | {P.BOARD_PAGES, P.WRITE_PROPOSALS, P.RUN_BOARD, P.KEEP_SEATS, P.SEE_DUTIES},
    Role.TELLER: _SIGNED_IN | {P.BOARD_PAGES, P.OPEN_BOX},
    Role.STAFF_READER: _READER | {P.COME_TO_KIOSK},
    Role.RESPONDER: _SIGNED_IN | {P.ANSWER, P.SEE_DUTIES, P.COME_TO_KIOSK},
    Role.MANAGER: _READER | {P.ANSWER, P.COME_TO_KIOSK},
    Role.DIRECTOR: _READER | {P.ANSWER, P.COME_TO_KIOSK},
    Role.ADMIN: _SIGNED_IN | {P.KEEP_ACCOUNTS, P.KEEP_PLACES, P.SEE_HEALTH},
    Role.URGENT_TRAINED: _SIGNED_IN,
}


class Asker(StrEnum):
    """Who a view takes whoever asks to be."""

    SIGNED_IN = "signed_in"  # Whoever the cookie says has signed in, or a visitor.
    NOBODY = "nobody"  # No sign-in is looked up: whoever drops a ballot or looks for one is nobody here.
    UNTOUCHED = "untouched"  # Who has signed in; a script asks by itself, so it is no touch of theirs.


WhoIsAsking = Callable[[Any, Any, Any], Who | None]
WHO_IS_ASKING = "who is asking"


def ask_with(app: Flask, who_is_asking: WhoIsAsking) -> None:
    """Have the guard of *app* look a sign-in up with *who_is_asking*: a session, the cookie, the moment."""
    app.extensions[WHO_IS_ASKING] = who_is_asking


def requires(
    permission: Permission, *, asker: Asker = Asker.SIGNED_IN, own_token: Callable[[], bool] | None = None
) -> Callable[[View], View]:
    """Name the permission a view needs. A view without one is a 500 in tests and shut in production.

    *own_token*: whether what was sent brings a token of its own, and so needs none of our form's.
    """

    def mark(view: View) -> View:
        view.permission, view.asker, view.own_token = permission, asker, own_token  # type: ignore[attr-defined]
        return view

    return mark


def may(permission: Permission | str) -> bool:
    """Whether whoever is asking may do this. Templates use it to show a link; they never decide."""
    asked = Permission(permission)  # A look-up by value; its words come with it.
    if is_newcomer():
        return asked in _NEWCOMER
    if g.get("who") and asked in _SIGNED_IN:  # Also where the last role of theirs went to somebody else.
        return True
    return any(asked in GRANTS[role] for role in g.get("roles", frozenset({Role.VISITOR})))


def is_newcomer() -> bool:
    """Whether whoever is asking has signed in with words that somebody else printed, whatever their roles."""
    who: Who | None = g.get("who")
    return who is not None and not who.own_words


def guard() -> None:
    """Before every request: find out who is asking, check the form token, then the permission."""
    database.expect(writes=False)
    if request.endpoint == "static":  # Style and pictures are the same for all, and need no database.
        g.who, g.roles = None, frozenset({Role.VISITOR})
        return
    view = current_app.view_functions.get(request.endpoint or "")
    who_is_asking: WhoIsAsking = current_app.extensions[WHO_IS_ASKING]
    asker = getattr(view, "asker", Asker.SIGNED_IN)
    g.asked_as_nobody = asker is Asker.NOBODY
    cookie = dict(session) if asker is Asker.UNTOUCHED else session
    g.who = None if g.asked_as_nobody else who_is_asking(db.session, cookie, clock.now())
    g.roles = g.who.roles if g.who else frozenset({Role.KIOSK if session.get("kiosk") else Role.VISITOR})
    db.session.rollback()  # What follows may be slow; no lock and no snapshot is held meanwhile.
    if request.endpoint is None:
        return
    permission = getattr(view, "permission", None)
    if permission is None or not may(permission):
        abort(401 if g.who is None else 403)
    if request.method not in database.READING_METHODS:
        own_token = getattr(view, "own_token", None)
        g.form_token_held = bool(own_token and own_token()) or form_token.holds()  # A stale form keeps what was typed.
        database.expect(writes=True)
