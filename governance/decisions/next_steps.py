"""What may I do now, once a vote has decided: go to its record, or give the seats or the role that it gave."""

from collections.abc import Sequence

from governance.ruling.sentences import N_, Sentence
from governance.ruling.steps import Kind, Step, with_one_main

TO_THE_ROLE = Step(Kind.LINK, N_("Give the role to who was chosen"), "person", page="board.roles", is_main=True)


def after_the_count(
    vote: int,
    *,
    record: str | None,
    writes: bool,
    seats: Sequence[tuple[int, str]] = (),
    gives_role: bool = False,
) -> list[Step]:
    """Return the steps on the page of the *vote* of this number. *record*: the number of its record, once adopted.

    *writes*: whoever looks may write that record. *seats*: those that wait for whom the vote chose, by number and
    label, for who keeps the seats.
    *gives_role*: a role waits likewise, and its day has come.
    """
    if record:
        read = {"number": record}
        return with_one_main(
            [
                Step(Kind.NOTE, N_("It is counted, and the decision is written down."), state="yes"),
                *(_to_the_seat(seat_id, label) for seat_id, label in seats),
                *([TO_THE_ROLE] if gives_role else []),
                Step(Kind.LINK, N_("Read the decision"), "document", page="decisions.show", at=read, is_main=True),
            ]
        )
    found = [Step(Kind.NOTE, N_("It is counted. Next comes the record of the decision."), state="yes")]
    if writes:
        draft = {"number": vote}
        found.append(
            Step(Kind.POST, N_("Go to the record"), "document", page="decisions.draft", at=draft, is_main=True)
        )
    return found


def _to_the_seat(seat_id: int, label: str) -> Step:
    words = Sentence(N_("Give {seat} to who was chosen"), seat=label)
    return Step(Kind.LINK, words, "person", page="board.seat", at={"seat_id": seat_id}, is_main=True)
