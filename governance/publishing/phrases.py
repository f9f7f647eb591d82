"""What each stop of the thread says: one whole phrase of the catalogue for each stop and state.

A name and a state that stand beside each other do not translate: their words agree in some languages and not in others.
"""

from __future__ import annotations

from governance.ballots.rules import Stage
from governance.proposals.rules import Status
from governance.responses.commitments import Commitment
from governance.responses.rules import Answer
from governance.ruling.sentences import N_

# The stops, for code alone: no page shows these.
WORD, THEME, PROPOSAL, VOTE, DECISION, ANSWER, DONE = "Word", "Theme", "Proposal", "Vote", "Decision", "Answer", "Done"
NAMES = (WORD, THEME, PROPOSAL, VOTE, DECISION, ANSWER, DONE)

NOT_YET = {
    WORD: N_("No words yet"),
    THEME: N_("No theme yet"),
    PROPOSAL: N_("No proposal yet"),
    VOTE: N_("No vote yet"),
    DECISION: N_("No decision yet"),
    ANSWER: N_("No answer yet"),
    DONE: N_("Not done yet"),
}
NOT_NEEDED = {
    WORD: N_("No words were needed"),
    THEME: N_("No theme was needed"),
    PROPOSAL: N_("It did not need a proposal"),
    VOTE: N_("No vote was needed"),
    DECISION: N_("It did not need a decision"),
    ANSWER: N_("No answer is needed"),
    DONE: N_("No work came of it"),
}

# Words, of whoever holds their code and of people in general; and the theme they are part of.

WAITING = N_("Your words wait")
TAKEN_DOWN = N_("Your words were taken down")
GONE = N_("Your words are gone, as we promised")
WITH_READERS = N_("Your words are with the readers")
HEARD = N_("We heard what was said")
BY_BOARD = N_("The board brought it up")
ON_AGENDA = N_("The theme is on the agenda")
GROUPED = N_("It is part of a theme")

# A proposal. One that is voted on or decided is written.

WRITTEN = N_("The proposal is there to read")
PROPOSED = {
    Status.DRAFT: N_("The board still works on the proposal"),
    Status.DISCUSSION: N_("The board is talking about the proposal"),
    Status.FROZEN: N_("The words of the proposal are fixed"),
    Status.BALLOT: WRITTEN,
    Status.DECIDED: WRITTEN,
    Status.WITHDRAWN: N_("The proposal was taken back"),
    Status.PARKED: N_("The proposal is parked for later"),
}

VOTED = {
    Stage.SCHEDULED: N_("The vote is not open yet"),
    Stage.OPEN: N_("The vote is open"),
    Stage.CLOSED: N_("The vote is closed, but not counted yet"),
    Stage.OPENED: N_("The votes are counted"),
    Stage.CANCELLED: N_("The vote was called off"),
}

RECORD_BEGUN = N_("The board is writing down what it decided")
PASSED = N_("The board decided: yes")
NOT_PASSED = N_("The board decided: it did not pass")

ANSWERED = {
    Answer.YES: N_("The answer is yes"),
    Answer.PARTLY: N_("The answer is: in part"),
    Answer.NO: N_("The answer is no"),
    Answer.NOT_YET: N_("The answer is: not yet"),
}
ANSWER_DUE = N_("The answer is due")
LATE_BY_ONE, LATE = N_("Staff are {days} day late"), N_("Staff are {days} days late")  # With a first word too.

NOTHING_PROMISED = N_("Nothing was promised")
CHECKED = N_("Done. The board checked.")
PROMISED_LATE_BY_ONE = N_("What was promised is {days} day late")
PROMISED_LATE = N_("What was promised is {days} days late")
PROMISED = {
    Commitment.PROMISED: N_("It is promised"),
    Commitment.REPORTED_DONE: N_("Staff say it is done. The board has not checked yet."),
    Commitment.DONE: CHECKED,
}
