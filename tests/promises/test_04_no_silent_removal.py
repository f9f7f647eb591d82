"""Promise 4: a released message can be hidden only with a public tombstone. Nothing can be taken away quietly.

The check is independent of the program's own pages: it takes the head that was signed and handed out yesterday,
hashes the ledger again from the text of its entries, and asks of every entry what it opens as.
"""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.hiding import HideReason
from governance.feedback.models import HideRequest, IntakeLeaf, Message, Theme, ThemeMessage, Tombstone
from governance.feedback.service import auditing, openings
from governance.keys.keyfolder import KeyFolder
from governance.ledger import note
from governance.ledger import service as ledger
from governance.ledger.models import Head, Leaf, Log
from governance.ledger.rules import Edge, leaf_hash, origin, root_of
from governance.people import service as people
from governance.people.models import IntakeKey
from governance.ruling.errors import RuleRefused
from tests.databases import on_both
from tests.factories import TODAY, Founded, an_open_programme
from tests.feedback.messages import send
from tests.laid_out import laid_out
from tests.page import PageClient
from tests.pairs import in_full

TOMORROW = TODAY + timedelta(days=1)
LAST_DAY = TODAY + timedelta(days=40)  # By then urgent words have expired and the others have not.


@dataclass
class Programme:
    """A programme with messages let out, and what an outsider kept yesterday: the signed head and the key's name."""

    founded: Founded
    kept_note: str
    public: bytes

    @property
    def session(self) -> Session:
        return self.founded.session


def independent_check(programme: Programme, today: date = TOMORROW) -> list[str]:
    """Return what an outsider finds, with yesterday's note and the public key that signed it."""
    session, keys = programme.session, programme.founded.keys
    session.flush()
    session.expire_all()
    said = note.read_checkpoint(note.open_note(programme.kept_note, origin(keys.programme, "intake"), programme.public))
    stored = session.execute(select(Leaf.number, Leaf.body).where(Leaf.log == "intake").order_by(Leaf.number)).all()
    hashes = [leaf_hash(body.encode()) for _, body in stored]
    wrong = [] if root_of(hashes[: said.size]) == said.root else ["The ledger is not the one signed yesterday."]
    wrong += [] if [number for number, _ in stored] == list(range(len(stored))) else ["Entries are missing."]
    return wrong + ledger.check(session, keys, "intake") + feedback.audit(session, keys, today)


def tick(founded: Founded, day: date) -> None:
    """Do what a day does."""
    session, keys = founded.session, founded.keys
    people.ensure_intake_keys(session, keys, feedback.periods_around(day))
    feedback.release_now(session, keys, day)
    feedback.release(session, keys, day)
    if week := feedback.week_to_mark(session, day):
        feedback.mark_week(session, keys, week)
    feedback.retire(session, keys, day)
    for log in ("decisions", "intake"):
        ledger.publish_head(session, keys, log, day)


@laid_out
def begin(session: Session, keys: KeyFolder) -> Programme:
    """Found a programme and let out nine messages, one of them urgent and one passed on to other readers."""
    founded = an_open_programme(session, keys)
    for number in range(7):
        send(founded, f"word {number}")
    send(founded, "someone may be hurt", lane=rules.Lane.URGENT)
    send(founded, "about a worker")
    tick(founded, TODAY)
    passed_on = session.scalars(select(Message.id).where(Message.audience == rules.Audience.EVERYONE).limit(1)).one()
    feedback.move(session, keys, founded.reader("Ash"), passed_on, rules.Audience.GRIEVANCE, TODAY)
    tick(founded, TODAY)
    session.commit()
    signed = ledger.head(session, "intake")
    assert signed
    return Programme(founded, signed.note, note.public_key(keys.need("ledger-intake.key")))


@pytest.fixture
def programme(session: Session, keys: KeyFolder) -> Programme:
    """A programme whose head an outsider keeps."""
    return begin(session, keys)


def one(programme: Programme, audience: rules.Audience = rules.Audience.EVERYONE) -> Message | None:
    """Return a message that is shown."""
    live = select(Message).where(Message.audience == audience, Message.state == rules.MessageState.LIVE)
    return programme.session.scalars(live.order_by(Message.id)).first()


def test_all_is_well_before_anybody_does_anything(programme: Programme) -> None:
    assert independent_check(programme) == []


# Hiding as it should be done


def hide(founded: Founded, message_id: uuid.UUID, first: str = "Ash", second: str = "Juniper") -> None:
    session = founded.session
    feedback.ask_to_hide(session, founded.keys, message_id, HideReason.TEST, founded.account(first), TODAY)
    roles = people.roles_of(session, founded.account(second))
    feedback.agree_to_hide(session, founded.keys, message_id, rules.Lane.OTHER, founded.account(second), roles, TODAY)


@pytest.mark.of_one_database
def test_hiding_with_two_people_leaves_a_tombstone_and_nothing_to_report(programme: Programme) -> None:
    hide(programme.founded, one(programme).id)
    assert independent_check(programme) == []
    assert len(feedback.tombstones(programme.session)) == 1
    hide(programme.founded, one(programme, rules.Audience.GRIEVANCE).id, "Kelp", "Birch")
    assert independent_check(programme) == []


# Through the pages


@pytest.mark.of_one_database
def test_no_page_takes_a_message_away_with_one_person(app: Flask, programme: Programme) -> None:
    """Whatever one reader sends to every address that names the message, it stays until a second person agrees."""
    message_id = one(programme).id
    programme.session.rollback()
    reader, card = PageClient(app), programme.founded.cards["Juniper"]
    reader.submit("/sign-in", alias=card.alias, passphrase=card.passphrase)
    token = reader.form(f"/desk/messages/{message_id}", "/sort")["fields"]["csrf_token"]
    doors = [rule for rule in app.url_map.iter_rules() if "message_id" in rule.arguments]
    assert len(doors) > 5
    everything = {"csrf_token": token, "reason": "test", "lane": "other", "theme_id": "1", "text": "x"}
    for door in doors:
        address = re.sub(r"<[^>]*theme_id>", "1", re.sub(r"<[^>]*message_id>", str(message_id), door.rule))
        for method in ("POST", "DELETE", "PUT", "PATCH"):
            reader.open(address, method=method, data=everything)
    programme.session.rollback()
    assert programme.session.get_one(Message, message_id).state is rules.MessageState.LIVE
    assert independent_check(programme) == []


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


BY_ORM = [
    orm_deletes, orm_edits, orm_edits_the_ledger, orm_deletes_from_the_ledger, orm_reorders_the_ledger,
    orm_adds_to_the_ledger,
]  # fmt: skip


def test_through_the_orm_everything_is_reported(programme: Programme) -> None:
    for attack in BY_ORM:
        attack(programme)
        programme.session.flush()
        assert independent_check(programme), f"{attack.__name__}: nobody would have noticed"
        programme.session.rollback()
        programme.session.expire_all()


def test_the_steps_of_a_message_lead_nowhere_but_to_hidden_and_expired() -> None:
    assert rules.STEPS[rules.MessageState.LIVE] == {rules.MessageState.HIDDEN, rules.MessageState.EXPIRED}
    assert rules.STEPS[rules.MessageState.HIDDEN] == {rules.MessageState.EXPIRED}


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


@pytest.mark.parametrize("attack", on_both(BY_HAND, KINDS), ids=lambda attack: attack.__name__)
def test_by_hand_in_the_database(programme: Programme, attack: Callable[[Programme], None]) -> None:
    attack(programme)
    programme.session.flush()
    day = LAST_DAY if attack is call_it_expired_with_the_urgent_ones else TOMORROW
    assert independent_check(programme, day), "nobody would have noticed"


# The controls: each defence taken out, and what it stood against goes through


def with_the_mark_believed(patch: pytest.MonkeyPatch) -> None:
    """Whoever made an opening, it is taken for the program's."""
    patch.setattr(openings, "holds", lambda *of: True)


def with_the_stone_believed(patch: pytest.MonkeyPatch) -> None:
    """A hidden message is taken for one that two people hid."""
    patch.setattr(auditing, "_stone_stands", lambda *of: True)


TAKEN_OUT = [
    (with_the_mark_believed, call_it_expired_with_the_urgent_ones),
    (with_the_mark_believed, put_it_years_back),
    (with_the_mark_believed, show_what_was_said_in_private),
    (with_the_mark_believed, put_it_in_another_lane),
    (with_the_stone_believed, hide_without_a_stone),
]


@pytest.mark.of_one_database
@pytest.mark.parametrize(("take_out", "attack"), TAKEN_OUT, ids=lambda each: each.__name__)
def test_with_its_defence_taken_out_nobody_would_have_noticed(
    programme: Programme, take_out: Callable[[pytest.MonkeyPatch], None], attack: Callable[[Programme], None]
) -> None:
    attack(programme)
    day = LAST_DAY if attack is call_it_expired_with_the_urgent_ones else TOMORROW
    assert independent_check(programme, day)
    with pytest.MonkeyPatch.context() as patch:
        take_out(patch)
        assert independent_check(programme, day) == []


# Any honest history leaves nothing to report; any one attack at its end is reported


def do(founded: Founded, act: str, day: date, pick: int) -> None:
    """Do one honest thing. A rule that says no is honest too.

    Wherever people can write, the minute's round runs; so the keys of a day are there before its first word.
    """
    session, keys = founded.session, founded.keys
    people.ensure_intake_keys(session, keys, feedback.periods_around(day))
    if act == "send":
        lanes = list(rules.Lane)
        send(founded, "any word", day=day, lane=lanes[pick % len(lanes)], route=list(rules.Route)[pick % 3])
        return
    if act == "tick":
        tick(founded, day)
        return
    live = select(Message).where(Message.state == rules.MessageState.LIVE).order_by(Message.id)
    messages = session.scalars(live).all()
    if not messages:
        return
    message = messages[pick % len(messages)]
    try:
        if act == "hide":
            with session.begin_nested():
                hide(founded, message.id)
        elif act == "move":
            audience = list(rules.Audience)[pick % 4]
            feedback.move(session, keys, founded.reader("Ash"), message.id, audience, day)
        elif act == "group":
            group(founded, message, day)
        else:
            feedback.sort(session, message.id, list(rules.Lane)[pick % 6], feedback.Hand(keys, day))
    except RuleRefused:
        session.execute(delete(HideRequest))


def group(founded: Founded, message: Message, day: date) -> None:
    """Put a message into a theme, or take it out of the one it is in."""
    session, by = founded.session, feedback.Hand(founded.keys, day)
    there = feedback.themes_of(session, message.id)
    if there:
        feedback.take_out(session, there[0], message.id, by)
    else:
        theme = feedback.start_theme(session, "The hall", "", rules.Lane.SUGGESTION, day)
        feedback.put_in(session, theme, message.id, by)


def take_all_out(founded: Founded, day: date) -> None:
    """Take each message out of its theme: the database lets nobody delete one that is in one."""
    for row in founded.session.scalars(select(ThemeMessage)).all():
        theme = founded.session.get_one(Theme, row.theme_id)
        feedback.take_out(founded.session, theme, row.message_id, feedback.Hand(founded.keys, day))


acts = st.lists(
    st.tuples(
        st.sampled_from(["send", "tick", "hide", "move", "sort", "group"]), st.integers(0, 11), st.integers(0, 9)
    ),
    max_size=12,
)
still_possible = st.sampled_from([
    delete_row, delete_with_its_opening, delete_and_call_it_padding, call_it_expired, hide_without_a_stone,
    put_it_years_back, show_what_was_said_in_private, put_it_in_another_lane, give_it_another_name, swap_two_openings,
    take_out_the_ledgers_entry, put_an_entry_in_between, put_in_a_message_nobody_sent, restore_an_old_backup,
])  # fmt: skip


# What was sent as "now" gets its line, and is forgotten, in one round.
NO_ROUND_FOR_A_MONTH = [("send", 0, 4), *[("send", days, 0) for days in (0, 1, 2, 2, 5, 6, 9, 11)]]


@pytest.mark.of_one_database
@settings(
    max_examples=in_full(15, 8),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=acts, attack=still_possible)
@example(history=[("send", 6, 0), *[("send", 11, 0)] * 3], attack=delete_row)  # Weeks pass, and nothing is let out.
@example(history=[*[("move", 0, 0)] * 2, ("hide", 0, 1), ("tick", 11, 0), *[("send", 11, 0)] * 5], attack=delete_row)
@example(history=NO_ROUND_FOR_A_MONTH, attack=delete_row)
@example(history=[*NO_ROUND_FOR_A_MONTH, *[("tick", 1, 0)] * 3], attack=delete_row)
def test_any_honest_history_is_clean_and_any_attack_on_it_shows(
    programme: Programme, tmp_path: Path, history: list[tuple[str, int, int]], attack: Callable[[Programme], None]
) -> None:
    folder, saved = programme.founded.keys.path, tmp_path / "saved"
    shutil.copytree(folder, saved, dirs_exist_ok=True)
    day = TODAY
    try:
        for act, days, pick in history:
            day += timedelta(days=days)
            do(programme.founded, act, day, pick)
        tick(programme.founded, day)
        assert independent_check(programme, day) == []
        take_all_out(programme.founded, day)
        assert independent_check(programme, day) == []
        if one(programme):
            attack(programme)
            assert independent_check(programme, day), "nobody would have noticed"
    finally:
        programme.session.rollback()
        programme.session.expunge_all()
        shutil.rmtree(folder)
        shutil.copytree(saved, folder)
        shutil.rmtree(saved)
