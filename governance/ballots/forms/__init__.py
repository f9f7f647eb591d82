"""What the ballot pages ask for: opening a vote, its paper, and the small forms around it."""

from governance.ballots.forms.opening import OpenForm, SecondForm
from governance.ballots.forms.paper import Paper, in_words, narrow, paper_of, questions
from governance.ballots.forms.small import CallOffForm, CoSignForm, LongerForm, OpenedForm, PassForm, VoidForm

__all__ = [
    "CallOffForm", "CoSignForm", "LongerForm", "OpenForm", "OpenedForm", "Paper", "PassForm", "SecondForm", "VoidForm",
    "in_words", "narrow", "paper_of", "questions",
]  # fmt: skip
