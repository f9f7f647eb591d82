"""Who may do what, in plain words, generated from the one table that decides it (`access.GRANTS`)."""

from __future__ import annotations

from dataclasses import dataclass

from governance.access import GRANTS, Permission
from governance.people.rules import ROLE_WORDS, Role
from governance.sentences import N_

P = Permission
PERMISSION_WORDS: dict[Permission, str] = {
    P.READ_RECORD: N_("Read the wall, the decisions and the record"),
    P.GIVE_FEEDBACK: N_("Say something"),
    P.USE_CODE: N_("Use a code to see what became of a word"),
    P.SIGN_IN: N_("Sign in with a card"),
    P.OWN_ACCOUNT: N_("See their own card, sign out everywhere"),
    P.BOARD_PAGES: N_("See the board's own pages"),
    P.WRITE_PROPOSALS: N_("Write proposals and talk about them"),
    P.VOTE: N_("Vote"),
    P.RUN_BOARD: N_("Set what is talked about, open votes, put out records"),
    P.OPEN_BOX: N_("Open the ballot box after the vote, in twos"),
    P.MARK_DONE: N_("Say that a promise is kept; ask for a second look"),
    P.KEEP_SEATS: N_("Note who sits in which seat"),
    P.READ_MESSAGES: N_("Read messages, as far as their own key opens them"),
    P.KEEP_THEMES: N_("Sort messages into themes. Write alerts"),
    P.HIDE_MESSAGES: N_("Hide a message, always two together, with a public mark"),
    P.WRITE_BACK: N_("Write back to a code"),
    P.TYPE_PAPER: N_("Type in paper cards"),
    P.ANSWER: N_("Answer the board in public"),
    P.SEE_DUTIES: N_("See which answers are owed; start the clock of a theme"),
    P.SIGN_READERS: N_("Sign that someone may read, two together"),
    P.KEEP_ACCOUNTS: N_("Make and end sign-in cards"),
    P.KEEP_PLACES: N_("Keep places, screens and help cards"),
    P.OPERATE: N_("Ask whether the program runs"),
}
EVERYONE_WORDS = {Role.VISITOR: N_("Anyone at all"), Role.KIOSK: N_("Anyone at our shared screen")}


@dataclass(frozen=True)
class Door:
    """One role and what it opens; what everyone may do is left out of the other rows."""

    role: str
    may: list[str]


def doors() -> list[Door]:
    """Return every role with what it may do, in words to be translated."""
    everyone = GRANTS[Role.VISITOR]
    rows = []
    for role, granted in GRANTS.items():
        shown = granted if role in EVERYONE_WORDS else granted - everyone
        words = [PERMISSION_WORDS[permission] for permission in Permission if permission in shown]
        rows.append(Door(EVERYONE_WORDS.get(role) or ROLE_WORDS[role], words))
    return rows
