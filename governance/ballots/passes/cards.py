"""Drawn cards: made and printed once, signed for on the roll, drawn blind, and voided when left over.

The codes are kept nowhere. What stays are two lists, each sorted by itself: the checks of the tokens, and of the keys.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from governance.ballots import rules
from governance.ballots.as_fixed import check_as_fixed
from governance.ballots.box import unordered
from governance.ballots.box.forgetting import PRINT_CARDS
from governance.ballots.calling.ballot_keys import election_of, pass_key_name
from governance.ballots.calling.fixing import Fixed, write_manifest
from governance.ballots.models import Ballot, Box, CardDrop, CardKey, Roll, VoidedCard
from governance.ballots.now.finding import stage_of
from governance.ballots.passes.credential import from_code, new_code, read_code
from governance.ballots.passes.handed_out import voided
from governance.board import service as board
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import Who
from governance.places.service import day_of
from governance.proposals.models import Proposal
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

CARDS_COME_FIRST = N_(
    "The cards for this vote are being made. When they are here, draw one or take a pass. "
    "When the vote opens without them, you can take a pass too."
)
NO_CARD = N_("This is not a card of this vote. Look at each letter.")


def check_may_make(session: Session, ballot: Ballot, now: datetime) -> None:
    """Refuse to make cards of a vote by name, once somebody took a card or a pass, or the vote is over."""
    rules.check_is_secret(named=ballot.named)
    rules.check_may_make_cards(stage_of(session, ballot, now), begun=has_begun(session, ballot))


def ask_for_cards(
    session: Session, keys: KeyFolder, who: Who, ballot: Ballot, now: datetime, today: date, *, wanted: str = ""
) -> None:  # fmt: skip
    """Ask, as who runs the vote, to make its cards; one who opens boxes has to agree. Raises RuleRefused.

    *wanted*: "pdf" for a file to print. Who asked makes them then, and sees their codes.
    """
    check_may_make(session, ballot, now)
    number = ballot.number
    said = Sentence(N_("The cards of vote {number} are made. Who makes them sees their codes."), number=number)
    people.ask(
        session, keys, who, PRINT_CARDS, said, today, subject=number,
        values={"number": number, "as": wanted, "many": True}, page=("ballots.work", {"number": number}),
    )  # fmt: skip


def cards_asked_for(session: Session, keys: KeyFolder, ballot: Ballot, today: date) -> bool:
    """Whether somebody asked for cards of *ballot*, and they are not made yet."""
    return people.waiting_on(session, keys, PRINT_CARDS, ballot.number, today) is not None


def check_no_cards_wait(session: Session, keys: KeyFolder, ballot: Ballot, now: datetime, today: date) -> None:
    """Refuse a pass while the first cards of a vote are asked for: one that is taken would take them from everybody.

    Once the vote is open nobody waits for them any longer. Raises RuleRefused.
    """
    is_waiting = cards_asked_for(session, keys, ballot, today) and not cards_made(session, ballot)
    if is_waiting and stage_of(session, ballot, now) is rules.Stage.SCHEDULED:
        raise RuleRefused(CARDS_COME_FIRST)


def make_cards(session: Session, keys: KeyFolder, ballot: Ballot, now: datetime) -> list[str]:
    """Make the cards of *ballot*, more than there are voters, and return their codes: to print, and to forget.

    Made again, the new cards replace the old ones, which open nothing any more. Raises RuleRefused like
    `check_may_make`, and where the vote is not what it was called with.
    """
    session.refresh(ballot, with_for_update=True)
    check_may_make(session, ballot, now)
    check_as_fixed(session, ballot)
    voters = session.scalar(select(func.count()).where(Roll.ballot_id == ballot.id)) or 0
    codes = sorted(new_code() for _ in range(rules.cards_for(voters)))
    made = [from_code(code, election_of(keys, ballot)) for code in codes]
    for table, tags in ((CardDrop, [each.drop_tag for each in made]), (CardKey, [each.key_tag for each in made])):
        session.execute(delete(table).where(table.ballot_id == ballot.id))
        session.execute(insert(table), [{"ballot_id": ballot.id, "tag": tag} for tag in sorted(tags)])
    write_manifest(session, keys, ballot, Fixed.of(ballot.manifest or {}))
    return codes


def stub_of(keys: KeyFolder, ballot: Ballot, code: str) -> str:
    """Return the tracker of a vote with the card of this *code*, as its stub has it: two groups of five letters."""
    tracker = from_code(code, election_of(keys, ballot)).tracker
    return f"{tracker[:5]} {tracker[5:]}"


def has_begun(session: Session, ballot: Ballot) -> bool:
    """Whether somebody took a card or a pass, or dropped a ballot: from then on the manifest stands."""
    signed = select(Roll.ballot_id).where(Roll.ballot_id == ballot.id, Roll.has_pass)
    dropped = select(Box.ballot_id).where(Box.ballot_id == ballot.id)
    return session.scalar(signed.limit(1)) is not None or session.scalar(dropped.limit(1)) is not None


def cards_made(session: Session, ballot: Ballot) -> int:
    """Return how many cards *ballot* has."""
    return session.scalar(select(func.count()).where(CardDrop.ballot_id == ballot.id)) or 0


def sign_for(
    session: Session, ballot: Ballot, account_id: int, now: datetime, *, at_the_table: bool = False,
    issued: bytes = b"", by_name: bool = False,
) -> None:  # fmt: skip
    """Mark on the roll that a member took a card or a pass. Never which one. Raises RuleRefused.

    *at_the_table*: a facilitator marks who is in the room; this is possible until the box is opened.
    *issued*: the hash of what was signed blind; without one as many random bytes take its place. *by_name*: for a vote
    by name, to which this is the only way.
    """
    rules.check_is_secret(named=ballot.named and not by_name)
    unordered.lock(session, ballot)
    if ballot.box_leaf is not None:
        raise RuleRefused(rules.SHEET_IS_SHUT)
    row = session.get(Roll, (ballot.id, account_id), with_for_update=True, populate_existing=True)
    seat = board.seat_of(session, account_id, day_of(session, now))
    matter = session.get_one(Proposal, ballot.proposal_id).matter
    rules.check_may_take_pass(
        stage_of(session, ballot, now),
        holds_active_seat=row is not None and seat is not None and not seat.paused,
        stepped_out=board.has_stepped_out(session, account_id, matter),
        has_pass=row is not None and row.has_pass,
        at_the_table=at_the_table,
    )
    if row is not None:
        row.has_pass = True
        row.issued = issued or secrets.token_bytes(32)
        unordered.lay_row_afresh(session, Roll, (ballot.id, account_id))


def is_marked(session: Session, ballot: Ballot, account_id: int) -> bool:
    """Whether this member is marked on the sheet as having a card or a pass."""
    row = session.get(Roll, (ballot.id, account_id), with_for_update=True, populate_existing=True)
    return row is not None and row.has_pass


def take_off_the_sheet(session: Session, ballot: Ballot, account_id: int) -> None:
    """Take a name off the sheet that was marked by mistake. Two people agreed to it (`calling/changing.py`)."""
    row = session.get_one(Roll, (ballot.id, account_id))
    row.has_pass, row.issued = False, None
    unordered.lay_row_afresh(session, Roll, (ballot.id, account_id))


def the_roll(session: Session, ballot: Ballot) -> list[tuple[int, SeatClass, bool]]:
    """Return who may vote, by seat class and account, and whether they took a card or a pass."""
    rows = session.execute(
        select(Roll.account_id, Roll.seat_class, Roll.has_pass)
        .where(Roll.ballot_id == ballot.id)
        .order_by(Roll.account_id)
    )
    return [(row.account_id, row.seat_class, row.has_pass) for row in rows]


def check_may_look_at_card(session: Session, keys: KeyFolder, ballot: Ballot, now: datetime) -> None:
    """Refuse to tell whether a card was used while the vote goes on, and once nothing lies in its box any more."""
    is_there = keys.read(pass_key_name(ballot)) is not None  # It is destroyed with what was in the box.
    rules.check_may_look_at_card(stage_of(session, ballot, now), box_is_there=is_there)


def unused_card(session: Session, keys: KeyFolder, ballot: Ballot, typed: str, now: datetime) -> str:
    """Return the code of a card that nobody voted with, void or not (`is_void`). Nothing is changed.

    Raises RuleRefused for what is no card of this vote, for one that lies in the box (that one counts), and like
    `check_may_look_at_card`.
    """
    check_may_look_at_card(session, keys, ballot, now)
    code = read_code(typed)
    card = from_code(code, election_of(keys, ballot)) if code else None
    if card is None or session.get(CardDrop, (ballot.id, card.drop_tag)) is None:
        raise RuleRefused(NO_CARD)
    if session.get(Box, (ballot.id, card.drop_tag)) is not None:
        raise RuleRefused(N_("Someone voted with this card, so it counts. Tell both tellers."))
    return code


def is_void(session: Session, ballot: Ballot, code: str) -> bool:
    """Whether the card of this *code* was made void."""
    return session.get(VoidedCard, (ballot.id, code)) is not None


def void_card(session: Session, keys: KeyFolder, ballot: Ballot, typed: str, now: datetime) -> int:
    """Void a card that was left over after close; return how many are void. Its code goes into the result bundle.

    Raises RuleRefused like `unused_card`, and for an unused one once the box is shut for good: which cards are void is
    fixed with it.
    """
    session.refresh(ballot, with_for_update=True)
    code = unused_card(session, keys, ballot, typed, now)
    rules.check_may_void(stage_of(session, ballot, now), box_is_shut=ballot.box_leaf is not None)
    session.merge(VoidedCard(ballot_id=ballot.id, code=code))
    session.flush()
    return len(voided(session, ballot))
