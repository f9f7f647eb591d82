"""A rule said no, in a sentence a person may read."""

from __future__ import annotations

from governance.ruling.sentences import Sentence


class RuleRefused(Exception):
    """Raised by rules and services when an act is not valid now; shown on a page with status 409.

    *sentence* says why and what to do next. It never holds what a participant wrote. *field*: the name of the field
    of a form by which it is shown; without one, or in a form that has no such field, it stands above the form.
    *to_the_board*: what is said in its place to whoever may open the board's pages, where it tells what stands there.
    """

    def __init__(
        self, sentence: str | Sentence, *, field: str = "", to_the_board: str | Sentence | None = None
    ) -> None:  # fmt: skip
        super().__init__(str(sentence))
        self.sentence = sentence
        self.field = field
        self.to_the_board = to_the_board


class NotReady(Exception):
    """The installation cannot do this yet: the command line prints the sentence and ends with status 1."""
