"""Promise 10, against whoever owns the database: a first yes that nobody said waits for nobody.

The attack writes the first half of a request in the name of somebody who did not ask, and an honest person agrees.
With the mark taken out, the same attack gets a card, hides a message and puts an alert up.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from governance import clock, privacy
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.hiding import HideReason
from governance.feedback.models import HideRequest, Message
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.gates import RequestKind
from governance.people.models import Account, Enrolment
from governance.people.service import first_yes
from governance.permissions.roles import Role, Who
from governance.programme import accounting
from governance.publishing import service as publishing
from governance.publishing.models import Alert, AlertReader
from governance.ruling.errors import RuleRefused
from governance.storage.database import db
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.feedback.messages import LATER, released
from tests.people.factories import told_to_members
from tests.publishing.test_wall import ALERT

NO_MARK = bytes(32)
MEMBER = frozenset({Role.MEMBER})
WEEK = privacy.week_of(TODAY)
END = TODAY + timedelta(days=9)


class Scene(NamedTuple):
    founded: Founded
    session: Session
    keys: KeyFolder
    message: uuid.UUID
    alert: int

    def who(self, alias: str) -> Who:
        account = self.founded.account(alias)
        return Who(account, alias, people.roles_of(self.session, account), b"")


@pytest.fixture
def scene(session: Session, keys: KeyFolder) -> Iterator[Scene]:
    with clock.stopped_at(NOW):
        founded = an_open_programme(session, keys)
        message = released(founded)
        alert = publishing.write_alert(session, founded.account("Juniper"), ALERT, END, TODAY)
        session.commit()
        yield Scene(founded, session, keys, message, alert.id)


def named(scene: Scene) -> list[str]:
    """What the audit says of a first yes."""
    scene.session.expire_all()
    return [each for each in accounting.differences(scene.session, scene.keys, LATER) if "by hand" in each]


# What somebody writes into the tables, and what an honest second person then tries


def about_an_account(scene: Scene, kind: RequestKind) -> Enrolment:
    body = str(scene.session.get_one(Account, scene.founded.account("Cedar")).card)
    return Enrolment(
        id=7, kind=kind, account_id=scene.founded.account("Cedar"), body=body,
        first_account_id=scene.founded.account("Ash"), first_signature=bytes(64), day=TODAY, mark=NO_MARK,
    )  # fmt: skip


def hiding(scene: Scene) -> HideRequest:
    ash = scene.founded.account("Ash")
    return HideRequest(message_id=scene.message, reason=HideReason.TEST, first_account_id=ash, week=WEEK, mark=NO_MARK)


def reading(scene: Scene) -> AlertReader:
    return AlertReader(alert_id=scene.alert, account_id=scene.founded.account("Ash"), mark=NO_MARK)


def waits(scene: Scene) -> bool:
    return people.requests(scene.session, scene.keys, TODAY) != []


def gets_a_card(scene: Scene) -> bool:
    draft = people.draft_card(scene.keys, "Cedar")
    return bool(people.agree_to_card(scene.session, scene.keys, scene.who("Juniper"), 7, draft, TODAY))


def is_hidden(scene: Scene) -> bool:
    who, other = scene.who("Juniper"), rules.Lane.OTHER
    feedback.agree_to_hide(scene.session, scene.keys, scene.message, other, who.account_id, who.roles, LATER)
    return scene.session.get_one(Message, scene.message).state is rules.MessageState.HIDDEN


def hiding_waits(scene: Scene) -> bool:
    juniper, boxes = scene.who("Juniper"), frozenset(rules.Audience)
    one = feedback.hide_request(scene.session, scene.keys, scene.message, LATER)
    some = feedback.hide_requests_for(scene.session, scene.keys, juniper.account_id, juniper.roles, boxes, LATER)
    assert bool(some) == (one is not None)
    return bool(some)


def goes_up(scene: Scene) -> bool:
    birch = scene.founded.account("Birch")
    publishing.board_reads(scene.session, scene.keys, scene.alert, birch, MEMBER, TODAY)
    return scene.session.get_one(Alert, scene.alert).leaf is not None


ATTACKS: dict[str, tuple[Callable[[Scene], object], Callable[[Scene], bool]]] = {
    "a new reader is shown": (lambda scene: about_an_account(scene, RequestKind.ENROL), waits),
    "a reader who goes is shown": (lambda scene: about_an_account(scene, RequestKind.REVOKE), waits),
    "a new card is shown": (lambda scene: about_an_account(scene, RequestKind.CARD), waits),
    "a new card is made": (lambda scene: about_an_account(scene, RequestKind.CARD), gets_a_card),
    "hiding is shown": (hiding, hiding_waits),
    "a message is hidden": (hiding, is_hidden),
    "an alert goes up": (reading, goes_up),
}


def put_in(scene: Scene, attack: str) -> Callable[[Scene], bool]:
    row, agreed = ATTACKS[attack]
    scene.session.add(row(scene))
    scene.session.commit()
    return agreed


@pytest.mark.of_one_database
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_first_yes_that_nobody_said_waits_for_nobody_and_is_named(scene: Scene, attack: str) -> None:
    assert named(scene) == []
    agreed = put_in(scene, attack)
    assert len(named(scene)) == 1
    try:
        assert not agreed(scene)
    except RuleRefused:
        scene.session.rollback()


@pytest.mark.of_one_database
@pytest.mark.parametrize("attack", ATTACKS)
def test_without_the_mark_the_same_attack_succeeds(scene: Scene, attack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (first_yes, people):
        monkeypatch.setattr(module, "mark_first", lambda *_: NO_MARK)
    assert put_in(scene, attack)(scene)


# What was really asked for, and changed since


def ask_all(scene: Scene) -> None:
    founded, session, keys = scene.founded, scene.session, scene.keys
    people.ask_for_card(session, keys, scene.who("Ash"), founded.account("Cedar"), TODAY)
    feedback.ask_to_hide(session, keys, scene.message, HideReason.TEST, founded.account("Ash"), LATER)
    publishing.board_reads(session, keys, scene.alert, founded.account("Ash"), MEMBER, TODAY)
    session.commit()


@pytest.mark.of_one_database
def test_what_was_asked_for_honestly_is_done(scene: Scene) -> None:
    ask_all(scene)
    number = scene.session.scalars(select(Enrolment.id)).one()
    draft = people.draft_card(scene.keys, "Cedar")
    assert waits(scene)
    assert hiding_waits(scene)
    assert people.agree_to_card(scene.session, scene.keys, scene.who("Juniper"), number, draft, TODAY)
    assert is_hidden(scene)
    assert goes_up(scene)
    assert named(scene) == []


CHANGES: dict[str, tuple[type[Any], dict[str, Any]]] = {
    "the card of another": (Enrolment, {"account_id": "Dogwood"}),
    "a card asked for by another": (Enrolment, {"first_account_id": "Juniper"}),
    "a reader in place of a card": (Enrolment, {"kind": RequestKind.REVOKE}),
    "of another card": (Enrolment, {"body": "0"}),
    "with another number": (Enrolment, {"id": 7}),
    "of an earlier day": (Enrolment, {"day": TODAY - timedelta(days=1)}),
    "with a signature": (Enrolment, {"first_signature": b"1"}),
    "another reason": (HideRequest, {"reason": HideReason.DUPLICATE}),
    "hiding asked for by another": (HideRequest, {"first_account_id": "Birch"}),
    "another week": (HideRequest, {"week": TODAY - timedelta(days=70)}),
    "another reader": (AlertReader, {"account_id": "Cedar"}),
    "other words": (Alert, {"what_helps": "Take more."}),
    "another title": (Alert, {"title": "All is well"}),
    "in another language": (Alert, {"language": "es"}),
    "shorter": (Alert, {"ends_on": END - timedelta(days=1)}),
    "by another writer": (Alert, {"writer_account_id": "Cedar"}),
    "of another day": (Alert, {"written_on": TODAY - timedelta(days=1)}),
}


@pytest.mark.of_one_database
@pytest.mark.parametrize(("table", "still"), [(Enrolment, waits), (HideRequest, hiding_waits), (AlertReader, goes_up)])
def test_what_an_older_version_took_waits_for_nobody_and_is_no_forgery(
    scene: Scene, table: type[Any], still: Callable[[Scene], bool]
) -> None:
    ask_all(scene)
    scene.session.execute(update(table).values(mark=None))
    scene.session.commit()
    assert named(scene) == []
    assert not still(scene)


@pytest.mark.of_one_database
@pytest.mark.parametrize("change", CHANGES)
def test_what_was_asked_for_and_changed_since_waits_for_nobody(scene: Scene, change: str) -> None:
    ask_all(scene)
    table, values = CHANGES[change]
    ids = {name: scene.founded.account(value) if value in scene.founded.cards else value
           for name, value in values.items()}  # fmt: skip
    scene.session.execute(update(table).values(ids))
    scene.session.commit()
    assert len(named(scene)) == 1
    still = {Enrolment: waits, HideRequest: hiding_waits}.get(table, goes_up)
    assert not still(scene)


def card_waits_on(scene: Scene, day: date) -> bool:
    number = scene.session.scalars(select(Enrolment.id)).one()
    waiting = people.requests(scene.session, scene.keys, day) != []
    try:
        draft = people.draft_card(scene.keys, "Cedar")
        people.agree_to_card(scene.session, scene.keys, scene.who("Juniper"), number, draft, day)
    except RuleRefused:
        assert not waiting
    return waiting


def hiding_waits_on(scene: Scene, day: date) -> bool:
    return feedback.hide_request(scene.session, scene.keys, scene.message, day) is not None


def alert_waits_on(scene: Scene, day: date) -> bool:
    publishing.board_reads(scene.session, scene.keys, scene.alert, scene.founded.account("Birch"), MEMBER, day)
    return scene.session.get_one(Alert, scene.alert).leaf is not None


# Each table of a first yes, the last day on which it may be agreed to, and whether it can be on a day.
ENDS: dict[type[Any], tuple[date, Callable[[Scene, date], bool]]] = {
    Enrolment: (TODAY + timedelta(days=13), card_waits_on),
    HideRequest: (privacy.week_of(LATER) + timedelta(days=20), hiding_waits_on),
    AlertReader: (END, alert_waits_on),
}


def test_each_table_of_a_first_yes_has_an_end() -> None:
    """Marks of what members are told, and of a recording, are of nothing that waits for anybody."""
    marked = {each.class_.__tablename__ for each in db.Model.registry.mappers if "mark" in each.columns}
    assert marked - {"told", "told_seen", "waiting_recording"} == {table.__tablename__ for table in ENDS}


@pytest.mark.of_one_database
@pytest.mark.parametrize("table", ENDS)
def test_an_old_first_yes_that_is_put_back_waits_for_nobody(
    scene: Scene, table: type[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody keeps the row with its mark, whoever gave it takes it back, and weeks later it stands there again."""
    ask_all(scene)
    last, still = ENDS[table]
    kept = scene.session.execute(select(table.__table__)).mappings().one()
    scene.session.execute(delete(table))
    scene.session.commit()
    scene.session.execute(insert(table).values(**kept))
    scene.session.commit()
    assert not still(scene, last + timedelta(days=1))
    scene.session.rollback()
    assert still(scene, last), "the control: until its last day it is a first yes"


@pytest.mark.of_one_database
def test_what_is_over_is_forgotten(scene: Scene) -> None:
    ask_all(scene)
    over = TODAY + timedelta(days=60)
    people.forget_asked(scene.session, scene.keys, over)
    feedback.forget_hidings_over(scene.session, scene.keys, over)
    assert scene.session.scalars(select(Enrolment)).all() == []
    assert scene.session.scalars(select(HideRequest)).all() == []
    assert sorted(told_to_members(scene.session, 2)) == [
        "Not done: A message is hidden. Ash asked, and no second yes came.",
        "Not done: Cedar gets a new card. Ash asked, and no second yes came.",
    ]


@pytest.mark.of_one_database
@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"day": None, "mark": None},
            "Cedar gets a new card. An older version of this program had it, and no second yes came. Ask for it again.",
        ),
        ({"day": TODAY, "mark": NO_MARK}, None),
    ],
    ids=["of an older version", "put in by hand"],
)
def test_of_what_is_over_only_what_this_program_took_names_who_asked(
    scene: Scene, values: dict[str, Any], said: str | None
) -> None:
    ask_all(scene)
    scene.session.execute(update(Enrolment).values(**values))
    before = told_to_members(scene.session, 50)
    people.forget_asked(scene.session, scene.keys, TODAY + timedelta(days=60))
    assert scene.session.scalars(select(Enrolment)).all() == []
    new = told_to_members(scene.session, 50)[: len(told_to_members(scene.session, 50)) - len(before)]
    assert new == ([f"Not done: {said}"] if said else [])


@pytest.mark.of_one_database
def test_a_request_for_a_card_ends_with_the_card(scene: Scene) -> None:
    """One that was taken back and put in again, mark and all, is for a card that is no more."""
    ask_all(scene)
    row = scene.session.scalars(select(Enrolment)).one()
    old = {column.key: getattr(row, column.key) for column in Enrolment.__table__.columns}
    draft = people.draft_card(scene.keys, "Cedar")
    people.agree_to_card(scene.session, scene.keys, scene.who("Juniper"), row.id, draft, TODAY)
    scene.session.add(Enrolment(**old))
    scene.session.commit()
    with pytest.raises(RuleRefused, match="settled already"):
        people.agree_to_card(scene.session, scene.keys, scene.who("Juniper"), old["id"], draft, TODAY)


def test_what_was_put_in_by_hand_stops_nobody_from_asking(scene: Scene) -> None:
    for attack in ("a new card is shown", "hiding is shown", "an alert goes up"):
        put_in(scene, attack)
    ask_all(scene)
    assert named(scene) == []
    assert waits(scene)
    assert hiding_waits(scene)
    assert goes_up(scene)
