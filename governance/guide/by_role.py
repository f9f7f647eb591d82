"""What each role does here, in a few lines, each with the page where it is done. In the words of `/guide`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from governance.permissions.roles import Role
from governance.ruling.sentences import N_


@dataclass(frozen=True)
class Hint:
    """One thing to do or to know. *page* may be "": then there is nothing to press."""

    words: str
    page: str = ""


_READ = (
    Hint(N_("New words come once a day, for board and staff at the same moment."), "feedback.desk"),
    Hint(N_("Some are hard to read. You may stop, and ask somebody to read with you.")),
    Hint(N_("Sort each one, and put what is alike into a theme."), "feedback.theme_list"),
    Hint(N_("Do not try to find out who wrote it. Do not talk about it at the counter.")),
    Hint(N_("To hide a message takes one reader of each side. A public mark stays."), "feedback.hiding"),
    Hint(N_("Type in the paper cards just as they are written. Then shred them."), "feedback.paper"),
)
_ANSWER = (
    Hint(N_("See which answers are owed, and by which day."), "responses.duties"),
    Hint(N_("Say a first word soon. Then answer: yes, partly, no or not yet, and why.")),
    Hint(N_("A no says what would change it. A yes says who does what, by when.")),
    Hint(N_("When it is done, say so. The board looks, and says if it is so."), "responses.duties"),
)

GUIDES: Mapping[Role, tuple[Hint, ...]] = {
    Role.MEMBER: (
        Hint(N_("What needs you now stands on the board's page. Start there."), "board.home"),
        Hint(N_("Read what people say, before the board talks about it."), "feedback.themes_for_members"),
        Hint(N_("Bring up what matters. The agenda is yours."), "board.agenda"),
        Hint(N_("Write a proposal, read what others wrote, and say what should change."), "proposals.desk"),
        Hint(N_("Vote with a card you draw or a pass you take. How you vote is yours alone."), "ballots.index"),
        Hint(N_("If you do not agree with a decision, your words go on its record with no name."), "decisions.desk"),
        Hint(N_("When staff say a promise is kept, look, and say if it is so."), "responses.what_staff_promised"),
        Hint(N_("Need a rest? Your seat can rest too. It is kept, and no one asks why.")),
    ),
    Role.BOARD_READER: (
        *_READ,
        Hint(N_("Sign for new readers. Meet them first."), "people.readers"),
    ),
    Role.FACILITATOR: (
        Hint(N_("Choose what the next meeting talks about. Everything brought up gets its turn."), "board.agenda"),
        Hint(N_("When the talk is over, call the vote. Its words are fixed then."), "proposals.desk"),
        Hint(N_("Write the record of what was decided, and why. What was said against it stands there too."),
             "decisions.desk"),
        Hint(N_("What moves power takes a second person. Ask early."), "people.asked"),
        Hint(N_("Keep the seats up to date. A term that ends is asked about in time."), "board.seats"),
    ),
    Role.TELLER: (
        Hint(N_("You hold one part of the key to the box. Keep it where no one else can get at it.")),
        Hint(N_("When the vote is over, open the box with another teller."), "ballots.index"),
        Hint(N_("Count paper ballots in twos. Each of you reads every one.")),
        Hint(N_("Before the close, say to no one who has voted and who has not.")),
    ),
    Role.STAFF_READER: _READ,
    Role.RESPONDER: _ANSWER,
    Role.MANAGER: (
        *_READ[:4],
        *_ANSWER,
        Hint(N_("What may be about you is read by the director and the board, not by you.")),
    ),
    Role.DIRECTOR: (
        *_READ[:4],
        *_ANSWER,
        Hint(N_("What is about the manager comes to you and the board. Answer it first."), "feedback.desk"),
    ),
    Role.URGENT_TRAINED: (
        Hint(N_("Urgent words may wait for you. Read them before all else.")),
        Hint(N_("Tick what was done, so that no one is left alone with it.")),
    ),
    Role.ADMIN: (
        Hint(N_("Keep the help cards right. Call each number every two months."), "places.index"),
        Hint(N_("Add the shared screens, and take a lost one's key away."), "places.index"),
        Hint(N_("Ask for cards, and for the end of one. A second person agrees."), "people.accounts"),
        Hint(N_("Look each week if all is well. The page says what to do."), "health.well"),
    ),
}  # fmt: skip
