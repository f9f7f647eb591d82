"""What the ballot pages ask for: opening a vote, its paper, and the small forms around it."""

from governance.ballots.forms.opening import OpenForm, SecondForm
from governance.ballots.forms.paper import Paper, in_words, paper_of
from governance.ballots.forms.screens import check_answered, ends_here, how_to, narrow, questions, read_back
from governance.ballots.forms.small import CallOffForm, LongerForm, OpenedForm, PassForm, VoidForm

__all__ = [
    "CallOffForm", "LongerForm", "OpenForm", "OpenedForm", "Paper", "PassForm", "SecondForm", "VoidForm",
    "check_answered", "ends_here", "how_to", "in_words", "narrow", "paper_of", "questions", "read_back",
]  # fmt: skip
