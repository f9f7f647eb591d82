"""Ways to take a message away quietly: through the program's own classes, and by hand in the database."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import delete, select, text, update

from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.hiding import HideReason
from governance.feedback.models import HideRequest, IntakeLeaf, Message, Tombstone
from governance.ledger import service as ledger
from governance.ledger.models import Head, Leaf, Log
from governance.ledger.rules import Edge, leaf_hash
from governance.people import service as people
from governance.people.models import IntakeKey
from tests.factories import TODAY, Founded
from tests.promises.watched import LAST_DAY, TOMORROW, Programme, one

# Hiding as it should be done


def hide(founded: Founded, message_id: uuid.UUID, first: str = "Ash", second: str = "Juniper") -> None:
    session = founded.session
    feedback.ask_to_hide(session, founded.keys, message_id, HideReason.TEST, founded.account(first), TODAY)
    roles = people.roles_of(session, founded.account(second))
    feedback.agree_to_hide(session, founded.keys, message_id, rules.Lane.OTHER, founded.account(second), roles, TODAY)


# Through the program's own classes


def orm_deletes(p: Programme) -> None:
    p.session.delete(one(p))


def orm_edits(p: Programme) -> None:
    first, second = p.session.scalars(select(Message).where(Message.audience == "everyone").limit(2)).all()
    first.sealed = second.sealed


def orm_edits_the_ledger(p: Programme) -> None:
    p.session.get_one(Leaf, ("intake", 3)).body = p.session.get_one(Leaf, ("intake", 4)).body


def orm_deletes_from_the_ledger(p: Programme) -> None:
    p.session.delete(p.session.get_one(Leaf, ("intake", 3)))


def orm_reorders_the_ledger(p: Programme) -> None:
    first, second = (p.session.get_one(Leaf, ("intake", number)) for number in (3, 4))
    (first.body, first.hash), (second.body, second.hash) = (second.body, second.hash), (first.body, first.hash)


def orm_adds_to_the_ledger(p: Programme) -> None:
    last = p.session.scalars(select(Leaf).where(Leaf.log == "intake").order_by(Leaf.number.desc()).limit(1)).one()
    p.session.add(Leaf(log="intake", number=last.number + 1, body=last.body, hash=last.hash))


# By somebody who holds the database. Each returns how it tries to hide its traces.


def as_if_by_hand(programme: Programme, statement: object) -> None:
    programme.session.execute(statement)


def delete_row(p: Programme) -> None:
    as_if_by_hand(p, text(f"DELETE FROM message WHERE id = {literal(p, one(p).id)}"))


def literal(p: Programme, value: uuid.UUID) -> str:
    return f"'{value.hex}'"


def delete_with_its_opening(p: Programme) -> None:
    message_id = one(p).id
    as_if_by_hand(p, delete(IntakeLeaf).where(IntakeLeaf.message_id == message_id))
    as_if_by_hand(p, delete(Message).where(Message.id == message_id))


def delete_and_call_it_padding(p: Programme) -> None:
    message_id = one(p).id
    blank = {"fate": rules.Fate.DUMMY, "message_id": None, "intake_key_id": None, "digest": None}
    as_if_by_hand(p, update(IntakeLeaf).where(IntakeLeaf.message_id == message_id).values(blank))
    as_if_by_hand(p, delete(Message).where(Message.id == message_id))


def delete_and_borrow_a_dummys_opening(p: Programme) -> None:
    message_id = one(p).id
    number = p.session.scalars(select(IntakeLeaf.number).where(IntakeLeaf.message_id == message_id)).first()
    dummy = p.session.scalars(select(IntakeLeaf).where(IntakeLeaf.fate == rules.Fate.DUMMY)).first()
    salt, mac = dummy.salt, dummy.mac
    as_if_by_hand(p, delete(IntakeLeaf).where(IntakeLeaf.message_id == message_id))
    borrowed = {"number": number, "fate": rules.Fate.DUMMY, "salt": salt, "mac": mac}
    as_if_by_hand(p, IntakeLeaf.__table__.insert().values(borrowed))
    as_if_by_hand(p, delete(Message).where(Message.id == message_id))


def call_it_expired(p: Programme) -> None:
    message_id = one(p).id
    as_if_by_hand(p, update(Message).where(Message.id == message_id).values(sealed=b"", state="expired"))
    gone = {"fate": rules.Fate.EXPIRED, "message_id": None, "salt": None, "digest": None}
    as_if_by_hand(p, update(IntakeLeaf).where(IntakeLeaf.message_id == message_id).values(gone))


def call_it_expired_with_the_urgent_ones(p: Programme) -> None:
    """The urgent key of that week is gone on schedule. Somebody says that this message was sealed with it."""
    people.ensure_intake_keys(p.session, p.founded.keys, feedback.periods_around(LAST_DAY))
    feedback.retire(p.session, p.founded.keys, LAST_DAY)
    urgent = p.session.scalars(select(IntakeKey).where(IntakeKey.destroyed_on.is_not(None))).first()
    message_id = one(p).id
    gone = {"fate": rules.Fate.EXPIRED, "message_id": None, "salt": None, "digest": None, "intake_key_id": urgent.id}
    as_if_by_hand(p, update(IntakeLeaf).where(IntakeLeaf.message_id == message_id).values(gone))
    as_if_by_hand(p, delete(Message).where(Message.id == message_id))


def hide_without_a_stone(p: Programme) -> None:
    as_if_by_hand(p, update(Message).where(Message.id == one(p).id).values(state=rules.MessageState.HIDDEN))


def hide_with_a_stone_nobody_agreed_to(p: Programme) -> None:
    stone = {
        "id": uuid.uuid4(),
        "message_id": one(p).id,
        "lane": "other",
        "week": TODAY,
        "reason": "test",
        "leaf": 10**6,
    }
    as_if_by_hand(p, Tombstone.__table__.insert().values(stone))
    hide_without_a_stone(p)


def hide_with_anothers_stone(p: Programme) -> None:
    first, second = p.session.scalars(select(Message.id).where(Message.audience == "everyone").limit(2)).all()
    hide(p.founded, first)
    as_if_by_hand(p, update(Tombstone).values(message_id=second))
    as_if_by_hand(p, update(Message).where(Message.id == second).values(state="hidden"))
    as_if_by_hand(p, update(Message).where(Message.id == first).values(state="live"))


def take_the_stone_away(p: Programme) -> None:
    hide(p.founded, one(p).id)
    as_if_by_hand(p, delete(Tombstone))


def edit_the_words(p: Programme) -> None:
    first, second = p.session.scalars(select(Message).where(Message.audience == "everyone").limit(2)).all()
    as_if_by_hand(p, update(Message).where(Message.id == first.id).values(sealed=second.sealed))


def edit_and_say_it_was_passed_on(p: Programme) -> None:
    first, second = p.session.scalars(select(Message).where(Message.audience == "everyone").limit(2)).all()
    as_if_by_hand(p, update(Message).where(Message.id == first.id).values(sealed=second.sealed, leaf=None))


def put_it_under_other_readers(p: Programme) -> None:
    as_if_by_hand(p, update(Message).where(Message.id == one(p).id).values(audience="manager"))


def put_it_years_back(p: Programme) -> None:
    as_if_by_hand(p, update(Message).where(Message.id == one(p).id).values(week=date(2001, 1, 1)))


def show_what_was_said_in_private(p: Programme) -> None:
    hidden = one(p)
    other = rules.Consent.WORDS if hidden.consent is not rules.Consent.WORDS else rules.Consent.PRIVATE
    as_if_by_hand(p, update(Message).where(Message.id == hidden.id).values(consent=other))


def put_it_in_another_lane(p: Programme) -> None:
    message = one(p)
    other = rules.Lane.OTHER if message.lane is not rules.Lane.OTHER else rules.Lane.THANKS
    as_if_by_hand(p, update(Message).where(Message.id == message.id).values(lane=other))


def give_it_another_name(p: Programme) -> None:
    as_if_by_hand(p, update(Message).where(Message.id == one(p).id).values(id=uuid.uuid4()))


def swap_two_openings(p: Programme) -> None:
    """A message's and a blank's: the one is there whenever a message is, the other since the beginning."""
    openings = (select(IntakeLeaf).where(IntakeLeaf.fate == fate).limit(1) for fate in ("message", "dummy"))
    numbers = tuple(p.session.scalars(each).one().number for each in openings)
    for old, new in ((numbers[0], 10**6), (numbers[1], numbers[0]), (10**6, numbers[1])):
        as_if_by_hand(p, update(IntakeLeaf).where(IntakeLeaf.number == old).values(number=new))


def take_out_the_ledgers_entry(p: Programme) -> None:
    as_if_by_hand(p, delete(Leaf).where(Leaf.log == "intake", Leaf.number == 3))


def swap_two_entries_of_the_ledger(p: Programme) -> None:
    first, second = p.session.scalars(select(Leaf).where(Leaf.log == "intake").order_by(Leaf.number).limit(2)).all()
    words = (first.body, first.hash), (second.body, second.hash)
    for number, (body, hashed) in ((0, words[1]), (1, words[0])):
        as_if_by_hand(p, update(Leaf).where(Leaf.log == "intake", Leaf.number == number).values(body=body, hash=hashed))


def put_an_entry_in_between(p: Programme) -> None:
    newest = p.session.scalars(select(Leaf.number).where(Leaf.log == "intake").order_by(Leaf.number.desc())).all()
    for number in newest[:-3]:
        as_if_by_hand(p, update(Leaf).where(Leaf.log == "intake", Leaf.number == number).values(number=number + 1))
    body = p.session.scalars(select(Leaf.body).where(Leaf.log == "intake", Leaf.number == 0)).one()
    row = {"log": "intake", "number": 3, "body": body, "hash": leaf_hash(body.encode())}
    as_if_by_hand(p, Leaf.__table__.insert().values(row))


def put_in_a_message_nobody_sent(p: Programme) -> None:
    """It claims a leaf that stands for a blank."""
    blank = p.session.scalars(select(IntakeLeaf).where(IntakeLeaf.fate == rules.Fate.DUMMY).limit(1)).one()
    copied = {column.name: getattr(one(p), column.name) for column in Message.__table__.columns}
    new = {**copied, "id": uuid.uuid4(), "tag": b"nobody", "leaf": blank.number}
    as_if_by_hand(p, Message.__table__.insert().values(new))
    opens_as = {"fate": rules.Fate.MESSAGE, "message_id": new["id"], "intake_key_id": new["intake_key_id"]}
    as_if_by_hand(p, update(IntakeLeaf).where(IntakeLeaf.number == blank.number).values(opens_as))


def restore_an_old_backup(p: Programme) -> None:
    """Everything is as it was at the first signed head, all of it in itself whole."""
    old = p.session.scalars(select(Head).where(Head.log == "intake").order_by(Head.size).limit(1)).one()
    later = p.session.scalars(select(IntakeLeaf.message_id).where(IntakeLeaf.number >= old.size)).all()
    as_if_by_hand(p, delete(IntakeLeaf).where(IntakeLeaf.number >= old.size))
    as_if_by_hand(p, delete(Leaf).where(Leaf.log == "intake", Leaf.number >= old.size))
    as_if_by_hand(p, delete(Head).where(Head.log == "intake", Head.size > old.size))
    for table in (Tombstone, HideRequest):
        as_if_by_hand(p, delete(table).where(table.message_id.in_([each for each in later if each])))
    as_if_by_hand(p, delete(Message).where(Message.id.in_([each for each in later if each])))
    back = {"size": old.size, "root": old.root, "frontier": old.frontier}
    as_if_by_hand(p, update(Log).where(Log.name == "intake").values(back))


def write_the_whole_ledger_anew(p: Programme) -> None:
    """Take one message out and sign a shorter ledger that fits: only the kept head can tell."""
    message_id = one(p).id
    number = p.session.scalars(select(IntakeLeaf.number).where(IntakeLeaf.message_id == message_id)).first()
    rest = [
        (leaf.number, leaf.body)
        for leaf in p.session.scalars(select(Leaf).where(Leaf.log == "intake").order_by(Leaf.number))
        if leaf.number != number
    ]
    as_if_by_hand(p, text("DELETE FROM head WHERE log = 'intake'"))
    as_if_by_hand(p, delete(Leaf).where(Leaf.log == "intake"))
    as_if_by_hand(p, delete(IntakeLeaf).where(IntakeLeaf.number == number))
    as_if_by_hand(p, delete(Message).where(Message.id == message_id))
    edge = Edge()
    for new, (_, body) in enumerate(rest):
        hashed = leaf_hash(body.encode())
        edge.add(hashed)
        as_if_by_hand(p, Leaf.__table__.insert().values(log="intake", number=new, body=body, hash=hashed))
        as_if_by_hand(p, update(IntakeLeaf).where(IntakeLeaf.number == rest[new][0]).values(number=new))
    frontier = [each.hex() for each in edge.hashes]
    size = {"size": edge.size, "root": edge.root(), "frontier": frontier}
    as_if_by_hand(p, update(Log).where(Log.name == "intake").values(size))
    p.session.expire_all()
    ledger.publish_head(p.session, p.founded.keys, "intake", TOMORROW)


BY_HAND = [
    delete_row, delete_with_its_opening, delete_and_call_it_padding, delete_and_borrow_a_dummys_opening,
    call_it_expired, call_it_expired_with_the_urgent_ones, hide_without_a_stone, hide_with_a_stone_nobody_agreed_to,
    hide_with_anothers_stone, take_the_stone_away, edit_the_words, edit_and_say_it_was_passed_on,
    put_it_under_other_readers, put_it_years_back, show_what_was_said_in_private, put_it_in_another_lane,
    give_it_another_name, swap_two_openings, take_out_the_ledgers_entry, swap_two_entries_of_the_ledger,
    put_an_entry_in_between, put_in_a_message_nobody_sent, restore_an_old_backup, write_the_whole_ledger_anew,
]  # fmt: skip


# One of each kind on PostgreSQL too: a row taken away, a row changed, a line taken out, all of it written anew.
KINDS = [delete_row, edit_the_words, take_out_the_ledgers_entry, write_the_whole_ledger_anew]
