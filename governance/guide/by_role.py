"""What each role does here, in a few lines, each with the page where it is done. In the words of `/guide`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from governance.permissions.roles import Role
from governance.ruling.sentences import N_


@dataclass(frozen=True)
class Line:
    """One thing to do or to know. *page* may be "": then there is nothing to press."""

    words: str
    page: str = ""


_READ = (
    Line(N_("New words come once a day, for board and staff at the same moment."), "feedback.desk"),
    Line(N_("Some are hard to read. You may stop, and ask somebody to read with you.")),
    Line(N_("Sort each one, and put what is alike into a theme."), "feedback.theme_list"),
    Line(N_("Do not try to find out who wrote it. Do not talk about it at the counter.")),
    Line(N_("To hide a message takes one reader of each side. A public mark stays."), "feedback.hiding"),
    Line(N_("Type in the paper cards just as they are written. Then shred them."), "feedback.paper"),
)
_ANSWER = (
    Line(N_("See which answers are owed, and by which day."), "responses.duties"),
    Line(N_("Say a first word soon. Then answer: yes, partly, no or not yet, and why.")),
    Line(N_("A no says what would change it. A yes says who does what, by when.")),
    Line(N_("When it is done, say so. The board looks, and says if it is so."), "responses.duties"),
)

GUIDES: Mapping[Role, tuple[Line, ...]] = {
    Role.MEMBER: (
        Line(N_("What needs you now stands on the board's page. Start there."), "board.home"),
        Line(N_("Read what people say, before the board talks about it."), "feedback.themes_for_members"),
        Line(N_("Bring up what matters. The agenda is yours."), "board.agenda"),
        Line(N_("Write a proposal, read what others wrote, and say what should change."), "proposals.desk"),
        Line(N_("Vote with a card you draw or a pass you take. How you vote is yours alone."), "ballots.index"),
        Line(N_("If you do not agree with a decision, your words go on its record with no name."), "decisions.desk"),
        Line(N_("When staff say a promise is kept, look, and say if it is so."), "responses.what_staff_promised"),
        Line(N_("Need a rest? Your seat can rest too. It is kept, and no one asks why.")),
    ),
    Role.BOARD_READER: (
        *_READ,
        Line(N_("Sign for new readers. Meet them first."), "people.readers"),
    ),
    Role.FACILITATOR: (
        Line(N_("Choose what the next meeting talks about. Everything brought up gets its turn."), "board.agenda"),
        Line(N_("When the talk is over, call the vote. Its words are fixed then."), "proposals.desk"),
        Line(N_("Write the record of what was decided, and why. What was said against it stands there too."),
             "decisions.desk"),
        Line(N_("What moves power takes a second person. Ask early."), "people.asked"),
        Line(N_("Keep the seats up to date. A term that ends is asked about in time."), "board.seats"),
    ),
    Role.TELLER: (
        Line(N_("You hold one part of the key to the box. Keep it where no one else can get at it.")),
        Line(N_("When the vote is over, open the box with another teller."), "ballots.index"),
        Line(N_("Count paper ballots in twos. Each of you reads every one.")),
        Line(N_("Before the close, say to no one who has voted and who has not.")),
    ),
    Role.STAFF_READER: _READ,
    Role.RESPONDER: _ANSWER,
    Role.MANAGER: (
        *_READ[:4],
        *_ANSWER,
        Line(N_("What may be about you is read by the director and the board, not by you.")),
    ),
    Role.DIRECTOR: (
        *_READ[:4],
        *_ANSWER,
        Line(N_("What is about the manager comes to you and the board. Answer it first."), "feedback.desk"),
    ),
    Role.URGENT_TRAINED: (
        Line(N_("Urgent words may wait for you. Read them before all else.")),
        Line(N_("Tick what was done, so that no one is left alone with it.")),
    ),
    Role.ADMIN: (
        Line(N_("Keep the help cards right. Call each number every two months."), "places.index"),
        Line(N_("Add the shared screens, and take a lost one's key away."), "places.index"),
        Line(N_("Ask for cards, and for the end of one. A second person agrees."), "people.accounts"),
        Line(N_("Look each week if all is well. The page says what to do."), "health.well"),
    ),
}  # fmt: skip
