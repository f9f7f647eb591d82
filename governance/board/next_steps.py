"""What may one of the board do now with an item of the agenda: write a proposal from it, or move it.

An item is moved by whoever runs the board, to where its life cycle leads (`AGENDA_STEPS` in `rules.py`).
"""

from __future__ import annotations

from governance.board.rules import AgendaKind, AgendaState
from governance.ruling.sentences import N_
from governance.ruling.steps import Step, StepKind

TO = {
    AgendaState.TODAY: (N_("Talk about it next meeting"), "calendar"),
    AgendaState.PARKED: (N_("Park"), "clock"),
    AgendaState.CLOSED: (N_("We are done with it"), "check"),
}
BACK = {
    AgendaState.TODAY: (N_("Not this time"), "back"),
    AgendaState.CLOSED: (N_("Bring it back"), "back"),
}  # To those that wait. What is parked is talked about or closed: it waits already.


def to_write(kind: AgendaKind, theme: str, title: str, *, writes: bool) -> list[Step]:
    """Return the way from an item to a proposal. *theme*: its number, where people brought it. *writes*: may write."""
    if kind is not AgendaKind.THEME or not writes:
        return []
    words = N_("Write a proposal from this")
    return [Step(StepKind.LINK, words, page="proposals.new", at={"theme": theme}, about=title)]


def to_move(item: int, state: AgendaState, title: str, *, runs_board: bool, at_a_vote: bool) -> list[Step]:
    """Return the moves that are open to an item in this *state*. *item*: its number; *title*: heard beside each.

    *at_a_vote*: a vote on it goes on, so it stays on the agenda (`check_may_leave_agenda` in `rules.py`).
    """
    if not runs_board:
        return []
    if state is AgendaState.CLOSED:
        return [_move(item, AgendaState.WAITING, title, *BACK[state])]
    back = [_move(item, AgendaState.WAITING, title, *BACK[state])] if state in BACK else []
    stays = {AgendaState.PARKED, AgendaState.CLOSED} if at_a_vote else set()
    on = [_move(item, there, title, *TO[there]) for there in TO if there is not state and there not in stays]
    return [*back, *on]


def _move(item: int, there: AgendaState, title: str, words: str, icon: str) -> Step:
    return Step(
        StepKind.POST, words, icon, page="board.move", at={"item_id": item}, sends={"state": there}, about=title,
        is_small=True,
    )  # fmt: skip
