"""Which gate each act goes through: one table beside GRANTS, one line for each page that changes anything.

`GRANTS` says who may use a page. Here stands what else it takes: nobody else, because one hand does no harm; the eyes
of the whole board; or a second person with another role. A page that changes something and has no line here fails a
test (tests/architecture/test_gates.py). The page /promises shows the table in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum

from governance.people.gates import Act, Gate, Gates, Why
from governance.permissions.roles import BOARD, Role
from governance.ruling.sentences import N_


def _alone(why: Why) -> Act:
    return Act(Gate.ALONE, why.words)


def _two(words: str, one: Set[Role] = frozenset(), other: Set[Role] = frozenset()) -> Act:
    return Act(Gate.TWO_PEOPLE, words, frozenset(one), frozenset(other))


_CARDS = frozenset({Role.ADMIN})
_RUNS = frozenset({Role.FACILITATOR})
_READS = frozenset({Role.BOARD_READER})
_READS_FOR_STAFF = frozenset({Role.STAFF_READER, Role.MANAGER, Role.DIRECTOR})
_MEMBERS = frozenset({Role.MEMBER})
_DUTIES = frozenset({Role.BOARD_READER, Role.FACILITATOR, Role.TELLER})
_OTHERS = BOARD | {Role.TELLER}
_ALL = _OTHERS | _RUNS
_HIDE = _two(N_("Hide a message: one who reads for the board, one who reads for the staff."))
_READER = _two(N_("Make or remove a reader: two readers, one of them of the board."))
_ACCOUNT = N_("Make an account: who keeps the cards, and one of the board.")
_CARD = _two(N_("Give a new card for a lost one: two people, one of them of the board."))
_LATE = Act(
    Gate.TWO_PEOPLE,
    N_("Once a vote is over, take a name off its sheet, or end it. Who runs it asks. One who opens boxes agrees."),
    _RUNS,
    frozenset({Role.TELLER}),
    in_order=True,
)
_SHARES = _two(N_("Bring lost keys back, or open a backup. It takes two of the three who hold a recovery share."))
_BOX = _two(N_("Open the ballot box: two tellers."))
_PUT_ASIDE = Act(Gate.TOLD, N_("Put aside a proposal, or what many people said. They say why."))
_CONCERN = Act(
    Gate.TOLD,
    N_("Raise a concern about a small matter. If they may vote on it, a vote that is not open yet is called off."),
)
_WALL = Act(Gate.TOLD, N_("Put a row on top of the wall, or back to its day."))
_PAPER = _two(N_("Count paper ballots: two tellers read each one the same."))
_ALERT = _two(N_("Put up a drug alert: one writes it, two of the board read it."))

# By the endpoint of the page. What is not ALONE is written out; a package's rules or the page `people.asked` hold it.
GATES: Gates = {
    "ballots.back": _alone(Why.PUBLIC),
    "ballots.by_name": _alone(Why.OWN),
    "ballots.call_off": _two(N_("Call off a vote: who runs the board, and another of the board."), _RUNS, _OTHERS),
    "ballots.call_vote": _alone(Why.BALLOT),
    "ballots.check": _alone(Why.OWN),
    "ballots.check_own": _alone(Why.OWN),
    "ballots.close": _BOX,
    "ballots.co_sign": _alone(Why.BALLOT),
    "ballots.drew_card": _alone(Why.OWN),
    "ballots.end_without_result": _LATE,
    "ballots.enter_paper": _PAPER,
    "ballots.hand_in_part": _BOX,
    "ballots.hurry": _two(
        N_("Cut the notice of a vote short: who runs the board, and another of the board."),
        _RUNS,
        _OTHERS,
    ),
    "ballots.longer": Act(Gate.TOLD, N_("Make a vote longer.")),
    "ballots.opened": _BOX,
    "ballots.print_cards": Act(
        Gate.TWO_PEOPLE,
        N_("Make the cards of a vote, and see their codes. Who runs the vote asks. One who opens boxes agrees."),
        _RUNS,
        frozenset({Role.TELLER}),
        in_order=True,
    ),
    "ballots.sign_for": _alone(Why.BALLOT),
    "ballots.take_mark_back": _LATE,
    "ballots.take_out_papers": _PAPER,
    "ballots.take_pass": _alone(Why.OWN),
    "ballots.void": _alone(Why.BALLOT),
    "ballots.vote": _alone(Why.OWN),
    "board.add_seat": _two(N_("Add a seat: who runs the board, and another of the board."), _RUNS, BOARD),
    "board.bring_up": _alone(Why.TALK),
    "board.end_term": _two(N_("End a term that is over: who runs the board, and another of the board."), _RUNS, BOARD),
    "board.give_back": Act(
        Gate.TWO_PEOPLE,
        N_("Give back one's own seat: the member, and another of the board."),
        BOARD,
        _OTHERS | _RUNS,
        at_rest=True,
    ),
    "board.look_for_seat": _alone(Why.LOOKS),
    "board.make_room": _PUT_ASIDE,
    "board.move": _PUT_ASIDE,
    "board.new_charter": Act(Gate.BOARD_VOTE, N_("Put a new charter in force."), _RUNS, _OTHERS),
    "board.pause": _two(N_("Let a seat rest: who runs the board, and another of the board."), _RUNS, BOARD),
    "board.remove_member": Act(Gate.BOARD_VOTE, N_("Take a member's seat before the term ends."), _RUNS, _OTHERS),
    "board.resume": Act(Gate.TOLD, N_("End the rest of a seat. It gives a vote back, and takes none.")),
    "board.role_chosen": Act(
        Gate.BOARD_VOTE, N_("Give a role to who was chosen for it, and take it from who had it."), _ALL, _ALL
    ),
    "board.seat_chosen": Act(Gate.BOARD_VOTE, N_("Give a seat to who was chosen for it."), _RUNS, _OTHERS),
    "board.seat_member": _two(N_("Give somebody a seat: who runs the board, and another of the board."), _RUNS, BOARD),
    "decisions.complete": _alone(Why.BEFORE),
    "decisions.correct": _two(N_("Correct a record: who runs the board, and another of the board."), _RUNS, _OTHERS),
    "decisions.dissent": _alone(Why.OWN),
    "decisions.draft": _alone(Why.BEFORE),
    "decisions.look_again": _two(
        N_("Look at a decision again: who runs the board, and another of the board."),
        _RUNS,
        _OTHERS,
    ),
    "decisions.speak": _alone(Why.BEFORE),
    "decisions.take_back": _alone(Why.OWN),
    "feedback.agree_to_hide": _HIDE,
    "feedback.ask_to_hide": _HIDE,
    "feedback.close_empty": _two(
        N_("Close a theme that is empty: a reader of the board, and one of the staff."), _READS_FOR_STAFF, _READS
    ),
    "feedback.close_theme": Act(
        Gate.BOARD_VOTE, N_("Close a theme that people brought."), _READS, _READS | _READS_FOR_STAFF
    ),
    "feedback.bring": _alone(Why.OWN),
    "feedback.desk": _alone(Why.LOOKS),
    "feedback.kiosk": _alone(Why.OWN),
    "feedback.kiosk_with_code": _alone(Why.OWN),
    "feedback.leave_shown": _alone(Why.UNDONE),
    "feedback.own": _alone(Why.OWN),
    "feedback.paper": _alone(Why.BEFORE),
    "feedback.pass_on": _alone(Why.CARE),
    "feedback.put_in": _alone(Why.UNDONE),
    "feedback.quote": _alone(Why.PUBLIC),
    "feedback.say": _alone(Why.OWN),
    "feedback.say_with_code": _alone(Why.OWN),
    "feedback.sort": _alone(Why.UNDONE),
    "feedback.take_out": _alone(Why.UNDONE),
    "feedback.theme_list": _alone(Why.LOOKS),
    "feedback.themes_for_members": _alone(Why.LOOKS),
    "feedback.tick": _alone(Why.CARE),
    "feedback.write_back": _alone(Why.CARE),
    "people.accounts": _alone(Why.LOOKS),
    "people.agree": _alone(Why.SECOND),
    "people.agree_to_card": _CARD,
    "people.ask_for_card": _CARD,
    "people.confirm_enrolment": _READER,
    "people.confirm_removal": _READER,
    "people.drop_request": _alone(Why.UNDONE),
    "people.end_account": _two(N_("End an account: who keeps the cards, and one of the board."), _CARDS, BOARD),
    "people.forget_draft": _alone(Why.OWN),
    "people.have_seen": _alone(Why.OWN),
    "people.have_share": _SHARES,
    "people.keep_draft": _alone(Why.OWN),
    "people.lost_card": _CARD,
    "people.make_card": _two(_ACCOUNT),
    "people.no_member": _two(
        N_("Take the member's role from a card: who keeps the cards, and one of the board."), _CARDS, BOARD
    ),
    "people.new_account": _two(_ACCOUNT, _CARDS, BOARD),
    "people.new_shares": _two(
        N_("Make new recovery shares: who keeps the cards, and one of the board."), _CARDS, BOARD
    ),
    "people.own_words": _alone(Why.OWN),
    "people.refuse": _alone(Why.SECOND),
    "people.remove": _READER,
    "people.sign_for": _READER,
    "people.sign_in": _alone(Why.OWN),
    "people.sign_out": _alone(Why.OWN),
    "people.sign_out_everywhere": _alone(Why.OWN),
    "people.take_back_asked": _alone(Why.UNDONE),
    "people.take_share": _SHARES,
    "places.ask_for_recordings": _two(
        N_("Have people hear a new recording: who keeps the places, and one of the board."), _CARDS, BOARD
    ),
    "places.call_worker": _alone(Why.CARE),
    "places.change_plan": _two(
        N_("Change the hours, days, names, places or languages here: who keeps the places, and one of the board."),
        _CARDS,
        BOARD,
    ),
    "places.enrol": _alone(Why.OWN),
    "places.go_there": _alone(Why.CARE),
    "places.help_card": _alone(Why.CARE),
    "places.keep_nothing": _alone(Why.CARE),
    "places.language": _alone(Why.OWN),
    "places.legal_limit": _alone(Why.CARE),
    "places.let_workers_come": _alone(Why.UNDONE),
    "places.new_code": _alone(Why.UNDONE),
    "places.new_kiosk": _alone(Why.UNDONE),
    "places.open_intake": _alone(Why.PUBLIC),
    "places.recording": _alone(Why.BEFORE),
    "places.remove_recording": _alone(Why.CARE),
    "places.revoke_kiosk": _alone(Why.CARE),
    "places.step_pictures": _alone(Why.CARE),
    "places.take_back_recording": _alone(Why.BEFORE),
    "proposals.back": _alone(Why.TALK),
    "proposals.call_in": Act(Gate.TOLD, N_("Call in an alternate, who votes on one proposal.")),
    "proposals.edit": _alone(Why.TALK),
    "proposals.freeze": _alone(Why.TALK),
    "proposals.new": _alone(Why.TALK),
    "proposals.park": _PUT_ASIDE,
    "proposals.raise_again": _CONCERN,
    "proposals.remark": _CONCERN,
    "proposals.settle": _alone(Why.TALK),
    "proposals.small": _alone(Why.TALK),
    "proposals.start": _alone(Why.TALK),
    "proposals.step_back_in": _alone(Why.OWN),
    "proposals.step_out": _alone(Why.OWN),
    "proposals.withdraw": _two(
        N_("Take back what another wrote: who runs the board, and one more of the board."),
        _RUNS,
        _OTHERS,
    ),
    "publishing.code": _alone(Why.OWN),
    "publishing.done": _alone(Why.OWN),
    "publishing.more": _alone(Why.OWN),
    "publishing.put_back": _WALL,
    "publishing.put_first": _WALL,
    "publishing.read_alert": _ALERT,
    "publishing.take_back": _alone(Why.OWN),
    "publishing.write_alert": _ALERT,
    "questions.answer": _alone(Why.OWN),
    "questions.drop": _alone(Why.BEFORE),
    "questions.propose": _alone(Why.TALK),
    "questions.put_up": _two(
        N_("Put up a question at a kiosk: who runs the board, and another of the board."), _RUNS, _OTHERS
    ),
    "questions.say_in": _alone(Why.BEFORE),
    "questions.take_out": _alone(Why.BEFORE),
    "responses.adopt": _two(N_("Adopt a record: who runs the board, and another of the board."), _RUNS, _OTHERS),
    "responses.adopt_left_lying": _two(
        N_("Adopt a record on who sits or has a role that lies a week or more: two of the board."), _ALL, _ALL
    ),
    "responses.answer": _alone(Why.PUBLIC),
    "responses.answer_second_look": _alone(Why.PUBLIC),
    "responses.ask_again": _alone(Why.PUBLIC),
    "responses.ask_second_look": _alone(Why.PUBLIC),
    "responses.first_word": _alone(Why.PUBLIC),
    "responses.mark_done": _two(
        N_("Say that a promise is kept: two of the board, one with a duty."), _MEMBERS, _DUTIES
    ),
    "responses.more_time": _alone(Why.PUBLIC),
    "responses.report_done": _alone(Why.PUBLIC),
    "responses.send_back": _alone(Why.PUBLIC),
    "responses.start_for_theme": _alone(Why.PUBLIC),
}


class Typed(StrEnum):
    """How a command at the terminal holds the gate of the pages whose act it does; the words are for operators."""

    TWO_CARDS = "two people type their names and the words of their cards"
    TWO_SHARES = "two of the three recovery shares are typed in"
    OWN_CARD = "each types their own name and the words of their card"
    BEGINS = "no programme stands yet, so there is nobody to ask"
    ALONE = "whoever is at the terminal does it alone"


@dataclass(frozen=True)
class Command:
    """What a command takes, and the *pages* whose act it does: those of `GATES` that are nobody's alone."""

    takes: Typed
    pages: frozenset[str] = frozenset()


def _as(takes: Typed, *pages: str) -> Command:
    return Command(takes, frozenset(pages))


# By the words that are typed after `governance`. A command that is not here fails a test, and so does one that reaches
# what a page with a gate does and does not name that page. With its shell the operator can go round all of them: what
# is left then stands in docs/operating.md.
COMMANDS: Mapping[str, Command] = {
    **dict.fromkeys(
        (
            "backup check", "backup to", "ballot keygen", "ballot open", "ballot partner", "clock", "count",
            "doctor", "issuer keys", "issuer signed", "issuer take", "kiosk list", "ledger audit", "ledger export",
            "ledger mend", "move", "plan", "serve", "tick", "verify", "witness accept", "witness add", "witness begin",
            "witness list", "witness policy", "witness remove", "witness request", "witness retire", "witness serve",
            "witness sign", "witness trust", "words export", "words import", "words speak",
        ),
        _as(Typed.ALONE),
    ),
    **dict.fromkeys(("demo", "init"), _as(Typed.BEGINS)),
    "ballot recover": _as(Typed.TWO_SHARES, "ballots.hand_in_part"),
    "cards": _as(Typed.TWO_CARDS, "ballots.print_cards"),
    "clock accept": _as(Typed.TWO_CARDS),
    "gap": _as(Typed.TWO_SHARES),
    "kiosk add": _as(Typed.OWN_CARD),
    "plan change": _as(Typed.TWO_CARDS, "places.change_plan"),
    "recover": _as(Typed.TWO_SHARES),
    "restore": _as(Typed.TWO_SHARES),
    "shares": _as(Typed.OWN_CARD, "people.take_share", "people.have_share"),
    "sign-in-card": _as(Typed.TWO_SHARES, "people.agree_to_card"),
    "words offer": _as(Typed.TWO_CARDS, "places.change_plan"),
}  # fmt: skip
