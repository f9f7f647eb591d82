"""What the ballot pages ask for: calling a vote, its paper, and the small forms around it."""

from governance.ballots.forms.calling import CallForm, SecondForm
from governance.ballots.forms.paper import Paper, in_words, paper_of
from governance.ballots.forms.screens import (
    check_answered,
    ends_here,
    how_to,
    how_to_on_paper,
    narrow,
    questions,
    read_back,
    rows_on_paper,
)
from governance.ballots.forms.small import (
    CallOffForm,
    CoSignForm,
    EndForm,
    HurryForm,
    LongerForm,
    OpenedForm,
    PassForm,
    VoidForm,
)

__all__ = [
    "CallForm", "CallOffForm", "CoSignForm", "EndForm", "HurryForm", "LongerForm", "OpenedForm", "Paper", "PassForm",
    "SecondForm", "VoidForm", "check_answered", "ends_here", "how_to", "how_to_on_paper", "in_words", "narrow",
    "paper_of", "questions", "read_back", "rows_on_paper",
]  # fmt: skip
