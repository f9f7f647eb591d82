"""How a term ends: its days are over, the member gives the seat back, or the board voted for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import abort, g, request
from flask.typing import ResponseReturnValue

from governance import clock
from governance.board import rules, service
from governance.board.views.door import RemovalDecided, bp, removals_decided
from governance.board.views.seats import ask_on_seat, find, name_of
from governance.frame.forms import confirmed
from governance.keys import keyfolder
from governance.people import off_the_board
from governance.people import service as people
from governance.people.off_the_board import Leaving
from governance.people.views.door import ends_with_account, may_end_account, votes_now
from governance.permissions.access import Permission, requires
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence, together
from governance.storage.database import db

END, GIVE_BACK, REMOVE = "board.end_term", "board.give_back", "board.remove_member"


@bp.post("/board/seats/<number:seat_id>/end")
@requires(Permission.KEEP_SEATS)
def end_term(seat_id: int) -> ResponseReturnValue:
    """Ask to end a term whose days are over. Whoever sits there is told, and is no second."""
    confirmed()
    term = service.check_term_is_over(db.session, seat_id, clock.today())
    said = Sentence(rules.TERM_ENDS, name=name_of(term.account_id), seat=find(seat_id).label)
    said, values = _and_the_card(said, seat_id, term.account_id)
    return ask_on_seat(END, said, seat_id, values, about=term.account_id)


@people.does(END)
def _end(agreed: people.Agreed) -> None:
    seat_id = agreed.values["seat"]
    with service.telling(agreed.session, agreed.keys, agreed.said, agreed.today):
        service.check_term_is_over(agreed.session, seat_id, agreed.today)
        service.end_term(agreed.session, seat_id, agreed.today, agreed.values["account"])
    _end_the_card_too(agreed)


@bp.post("/board/my-seat/give-back")
@requires(Permission.BOARD_PAGES)
def give_back() -> ResponseReturnValue:
    """Ask to give back the seat I sit in. Nobody can ask this for somebody else."""
    confirmed()
    me = g.who.account_id
    seat = service.seat_of(db.session, me, clock.today()) or abort(404)
    said = Sentence(rules.GIVES_BACK, name=g.who.alias, seat=seat.label)
    said, values = _and_the_card(said, seat.seat_id, me)
    return ask_on_seat(GIVE_BACK, said, seat.seat_id, values)


@people.does(GIVE_BACK)
def _give_back(agreed: people.Agreed) -> None:
    with service.telling(agreed.session, agreed.keys, agreed.said, agreed.today):
        service.end_term(agreed.session, agreed.values["seat"], agreed.today, agreed.values["account"])
    _end_the_card_too(agreed)


@bp.post("/board/seats/<number:seat_id>/remove")
@requires(Permission.KEEP_SEATS)
def remove_member(seat_id: int) -> ResponseReturnValue:
    """Ask to take a seat before the term ends, by the record in which the board voted for it."""
    confirmed()
    decided = _decided(request.form.get("record", ""))
    term = service.check_may_remove(db.session, decided.matter, decided.number, seat_id)
    words = N_("The board takes {seat} from {name} before the term ends, by record {record}.")
    said = Sentence(words, seat=find(seat_id).label, name=name_of(term.account_id), record=decided.number)
    said, values = _and_the_card(said, seat_id, term.account_id)
    values["record"] = decided.number
    page = ("decisions.show", {"number": decided.number})
    return ask_on_seat(REMOVE, said, seat_id, values, about=term.account_id, page=page)


@people.does(REMOVE)
def _remove(agreed: people.Agreed) -> None:
    decided = _decided(agreed.values["record"])
    with service.telling(agreed.session, agreed.keys, agreed.said, agreed.today):
        service.remove_member(agreed.session, decided.matter, decided.number, agreed.values["seat"], agreed.today)
    _end_the_card_too(agreed)


def _and_the_card(said: Sentence, seat_id: int, account_id: int) -> tuple[Sentence, dict[str, Any]]:
    """Return what is asked for with what becomes of the card, as the button said; and what the second yes does.

    Raises RuleRefused where that was not said, or may not be.
    """
    card = off_the_board.chosen(people.roles_of(db.session, account_id), request.form.get("card", ""))
    people.check_may_leave(db.session, keyfolder.current(), account_id, card)
    if card is not Leaving.STAYS:
        votes_now(db.session, account_id)
    values = {"seat": seat_id, "account": account_id, "card": card}
    return together([said, off_the_board.LEAVING_WORDS[card]]), values


def _end_the_card_too(agreed: people.Agreed) -> None:
    """Do with the card what two people agreed to, in the same second yes as with the seat."""
    account_id, card = agreed.values["account"], Leaving(agreed.values.get("card", Leaving.STAYS))
    if card is not Leaving.STAYS:
        votes_now(agreed.session, account_id)
        ends_with_account(agreed, account_id)
    people.leave_board(agreed.session, agreed.keys, account_id, card, agreed.today)


def _decided(record: str) -> RemovalDecided:
    """Return the decision that a record of this number holds. Raises RuleRefused where the board did not decide so."""
    for each in removals_decided():
        if each.number == record:
            return each
    raise RuleRefused(N_("The board has not voted to take this seat. Write a proposal for it first."))


@may_end_account.fill
def nobody_loses_a_seat_with_the_card(account_id: int) -> Iterable[None]:
    """Refuse to end the account of somebody whose term runs: that would take the seat by a side door."""
    service.check_no_term_runs(db.session, account_id, clock.today())
    return ()


@ends_with_account.fill
def end_the_seat_too(agreed: people.Agreed, account_id: int) -> Iterable[None]:
    """An account that ends has no seat: nobody votes who cannot sign in."""
    service.end_terms_of(agreed.session, agreed.keys, account_id, agreed.today)
    return ()
