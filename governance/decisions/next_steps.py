"""What may I do now, once a vote has decided: go to its record."""

from governance.ruling.sentences import N_
from governance.ruling.steps import Kind, Step


def after_the_count(vote: int, *, record: str | None, runs_board: bool) -> list[Step]:
    """Return the steps on the page of the *vote* of this number. *record*: the number of its record, once adopted."""
    if record:
        read = {"number": record}
        return [
            Step(Kind.NOTE, N_("It is counted, and the decision is written down."), state="yes"),
            Step(Kind.LINK, N_("Read the decision"), "document", page="decisions.show", at=read, is_main=True),
        ]
    found = [Step(Kind.NOTE, N_("It is counted. Next comes the record of the decision."), state="yes")]
    if runs_board:
        draft = {"number": vote}
        found.append(
            Step(Kind.POST, N_("Go to the record"), "document", page="decisions.draft", at=draft, is_main=True)
        )
    return found
