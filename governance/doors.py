"""The doors that board and staff find on every page they work on, from left to right."""

from __future__ import annotations

from governance.frame.navigation import Door
from governance.permissions.access import Permission as P
from governance.ruling.sentences import N_

DOORS = (
    Door(N_("Board"), "board.home", "board", P.BOARD_PAGES, "board. feedback.themes_for feedback.theme_for"),
    Door(N_("Proposals"), "proposals.desk", "document", P.BOARD_PAGES, "proposals."),
    Door(N_("Votes"), "ballots.index", "vote", P.BOARD_PAGES, "ballots."),
    Door(N_("Records"), "decisions.desk", "pen", P.BOARD_PAGES, "decisions."),
    Door(N_("Questions"), "questions.board", "chat", P.BOARD_PAGES, "questions."),
    Door(N_("Desk"), "feedback.desk", "chat", P.READ_MESSAGES, "feedback. people.readers"),
    Door(N_("Answers"), "responses.duties", "answer", P.SEE_DUTIES, "responses."),
    Door(N_("People"), "people.accounts", "people", P.KEEP_ACCOUNTS, "people.accounts people.new"),
    Door(N_("Places"), "places.index", "place", P.KEEP_PLACES, "places."),
    Door(N_("All well?"), "health.well", "check", P.SEE_HEALTH, "health."),
    Door(N_("Second yes"), "people.asked", "people", P.OWN_ACCOUNT, "people.asked"),
)
