"""Which gate each act goes through: one table beside GRANTS, one line for each page that changes anything.

`GRANTS` says who may use a page. Here stands what else it takes: nobody else, because one hand does no harm; the eyes
of the whole board; or a second person with another role. A page that changes something and has no line here fails a
test (tests/architecture/test_gates.py). The page /promises shows the table in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from governance.sentences import N_, Worded


class Gate(Worded):
    """What an act takes beside the role of whoever does it. The words are those of /promises."""

    TWO_PEOPLE = "two_people", N_("What takes two people")
    NOT_YET = "not_yet", N_("What one person can still do alone, and should not")
    ALONE = "alone", N_("What one person does alone, and why that is fine")


class Why(Worded):
    """Why an act may be one person's alone."""

    OWN = "own", N_("It is their own word, vote, card or visit. Nobody else has a say in it.")
    TALK = "talk", N_("It is part of the talk. The board sees it there and can answer.")
    UNDONE = "undone", N_("It can be undone on the same page, and nothing is lost by it.")
    PUBLIC = "public", N_("It is public at once, with its day. What is wrong gets a new word beside it.")
    BEFORE = "before", N_("Nothing is decided or public by it yet. The step that follows has its own gate.")
    BALLOT = "ballot", N_("It is a step of a vote. It is in the ledger or on the sheet, where members can check it.")
    CARE = "care", N_("It is for help and safety, so it has to be quick.")


@dataclass(frozen=True)
class Act:
    """One act: its *gate*, and in *words* what it is, or why one person may do it alone."""

    gate: Gate
    words: str


def _alone(why: Why) -> Act:
    return Act(Gate.ALONE, why.words)


def _two(words: str) -> Act:
    return Act(Gate.TWO_PEOPLE, words)


def _not_yet(words: str) -> Act:
    return Act(Gate.NOT_YET, words)


_HIDE = _two(N_("Hide a message: one who reads for the board, one who reads for the staff."))
_READER = _two(N_("Make or remove a reader: two readers, one of them of the board."))
_CARD = _two(N_("Give a new card for a lost one: two people, one of them of the board."))
_BOX = _two(N_("Open the ballot box: two tellers."))
_PAPER = _two(N_("Count paper ballots: two tellers read each one the same."))
_ALERT = _two(N_("Put up a drug alert: one writes it, two of the board read it."))

# By the endpoint of the page. What is not ALONE is written out; a package's rules or the page `people.asked` hold it.
GATES: Mapping[str, Act] = {
    "ballots.back": _alone(Why.PUBLIC),
    "ballots.by_name": _alone(Why.OWN),
    "ballots.call_off": _not_yet(N_("Call off a vote before it closes.")),
    "ballots.call_vote": _alone(Why.BALLOT),
    "ballots.check": _alone(Why.OWN),
    "ballots.check_own": _alone(Why.OWN),
    "ballots.close": _BOX,
    "ballots.co_sign": _alone(Why.BALLOT),
    "ballots.drew_card": _alone(Why.OWN),
    "ballots.enter_paper": _PAPER,
    "ballots.hand_in_part": _BOX,
    "ballots.longer": _alone(Why.BALLOT),
    "ballots.opened": _BOX,
    "ballots.print_cards": _alone(Why.BALLOT),
    "ballots.sign_for": _alone(Why.BALLOT),
    "ballots.take_mark_back": _not_yet(N_("Take a mark off the sheet of a vote.")),
    "ballots.take_out_papers": _PAPER,
    "ballots.take_pass": _alone(Why.OWN),
    "ballots.void": _alone(Why.BALLOT),
    "ballots.vote": _alone(Why.OWN),
    "board.add_seat": _not_yet(N_("Add a seat to the table.")),
    "board.bring_up": _alone(Why.TALK),
    "board.end_term": _not_yet(N_("End a member's term.")),
    "board.make_room": _alone(Why.UNDONE),
    "board.move": _not_yet(N_("Take a matter off the agenda for good.")),
    "board.new_charter": _not_yet(N_("Put a charter in force.")),
    "board.pause": _not_yet(N_("Let a seat rest.")),
    "board.resume": _not_yet(N_("End the rest of a seat.")),
    "board.seat_member": _not_yet(N_("Give somebody a seat.")),
    "decisions.complete": _alone(Why.BEFORE),
    "decisions.correct": _alone(Why.PUBLIC),
    "decisions.dissent": _alone(Why.OWN),
    "decisions.draft": _alone(Why.BEFORE),
    "decisions.speak": _alone(Why.BEFORE),
    "decisions.take_back": _alone(Why.OWN),
    "feedback.agree_to_hide": _HIDE,
    "feedback.ask_to_hide": _HIDE,
    "feedback.close_theme": _not_yet(N_("Close a theme for good.")),
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
    "feedback.tick": _alone(Why.CARE),
    "feedback.write_back": _alone(Why.CARE),
    "people.agree_to_card": _CARD,
    "people.ask_for_card": _CARD,
    "people.confirm_enrolment": _READER,
    "people.confirm_removal": _READER,
    "people.drop_request": _alone(Why.UNDONE),
    "people.end_account": _not_yet(N_("End an account.")),
    "people.lost_card": _CARD,
    "people.new_account": _not_yet(N_("Make an account, with any role.")),
    "people.remove": _READER,
    "people.sign_for": _READER,
    "people.sign_in": _alone(Why.OWN),
    "people.sign_out": _alone(Why.OWN),
    "people.sign_out_everywhere": _alone(Why.OWN),
    "places.enrol": _alone(Why.OWN),
    "places.help_card": _alone(Why.CARE),
    "places.language": _alone(Why.OWN),
    "places.legal_limit": _alone(Why.CARE),
    "places.new_kiosk": _alone(Why.UNDONE),
    "places.open_intake": _alone(Why.PUBLIC),
    "places.revoke_kiosk": _alone(Why.CARE),
    "proposals.back": _alone(Why.TALK),
    "proposals.call_in": _alone(Why.BALLOT),
    "proposals.edit": _alone(Why.TALK),
    "proposals.freeze": _alone(Why.TALK),
    "proposals.new": _alone(Why.TALK),
    "proposals.park": _alone(Why.UNDONE),
    "proposals.remark": _alone(Why.TALK),
    "proposals.settle": _alone(Why.TALK),
    "proposals.start": _alone(Why.TALK),
    "proposals.step_back_in": _alone(Why.OWN),
    "proposals.step_out": _alone(Why.OWN),
    "proposals.withdraw": _alone(Why.OWN),
    "publishing.code": _alone(Why.OWN),
    "publishing.more": _alone(Why.OWN),
    "publishing.put_back": _alone(Why.UNDONE),
    "publishing.put_first": _alone(Why.UNDONE),
    "publishing.read_alert": _ALERT,
    "publishing.take_back": _alone(Why.OWN),
    "publishing.write_alert": _ALERT,
    "responses.adopt": _not_yet(N_("Adopt a record of what the board decided.")),
    "responses.answer": _alone(Why.PUBLIC),
    "responses.answer_second_look": _alone(Why.PUBLIC),
    "responses.ask_again": _alone(Why.PUBLIC),
    "responses.ask_second_look": _alone(Why.PUBLIC),
    "responses.first_word": _alone(Why.PUBLIC),
    "responses.mark_done": _not_yet(N_("Say for the board that a promise is kept.")),
    "responses.more_time": _alone(Why.PUBLIC),
    "responses.report_done": _alone(Why.PUBLIC),
    "responses.send_back": _alone(Why.PUBLIC),
    "responses.start_for_theme": _alone(Why.PUBLIC),
}


def in_words() -> dict[Gate, list[str]]:
    """Return the table for people to read: each gate with what goes through it, each sentence once."""
    return {gate: list(dict.fromkeys(act.words for act in GATES.values() if act.gate is gate)) for gate in Gate}
