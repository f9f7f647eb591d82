"""Letting out: three or more, or the third day; mixed, under new names, and in an order that tells nothing."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.orm import Session

from governance import privacy, sealing
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import FollowUp, FormToken, Held, IntakeLeaf, Message, TakenOnce
from governance.ledger import service as ledger
from governance.places.models import Programme
from governance.ruling.errors import RuleRefused
from tests.factories import TODAY, Founded
from tests.feedback.messages import LATER, a_code, held_count, let_out, send, words_read

ROUNDS = 40


def test_two_wait_and_the_third_lets_all_three_out(founded: Founded) -> None:
    send(founded, "one")
    send(founded, "two")
    assert let_out(founded, TODAY) == 0
    assert words_read(founded) == []
    send(founded, "three")
    assert let_out(founded, TODAY) == 3
    assert sorted(words_read(founded)) == ["one", "three", "two"]
    assert held_count(founded.session) == 0


def test_one_alone_goes_out_on_the_third_day_and_not_before(founded: Founded) -> None:
    send(founded, "alone")
    assert let_out(founded, TODAY + timedelta(days=2)) == 0
    assert let_out(founded, TODAY + timedelta(days=3)) == 1


def test_typed_in_paper_does_not_make_up_the_three_but_goes_out_with_them(founded: Founded) -> None:
    for _ in range(4):
        send(founded, "a card", route=rules.Route.PAPER, via="paper")
    send(founded, "tapped")
    send(founded, "tapped too")
    assert let_out(founded, TODAY) == 0
    send(founded, "tapped last")
    assert let_out(founded, TODAY) == 7


def test_what_is_sent_now_goes_at_the_next_tick_and_takes_no_other_along(founded: Founded) -> None:
    send(founded, "waits")
    send(founded, "waits too")
    send(founded, "now", route=rules.Route.NOW)
    assert feedback.release_now(founded.session, founded.keys, TODAY) == 1
    assert words_read(founded) == ["now"]
    assert held_count(founded.session) == 2
    send(founded, "now again", route=rules.Route.NOW)
    assert let_out(founded, TODAY) == 1, "what goes at once does not make up the three"


@pytest.mark.on_both
def test_what_was_sent_now_gets_its_leaf_with_the_daily_batch(founded: Founded) -> None:
    send(founded, "now", route=rules.Route.NOW)
    feedback.release_now(founded.session, founded.keys, TODAY)
    assert list(ledger.leaves(founded.session, "intake")) == []
    let_out(founded, TODAY)
    assert len(list(ledger.leaves(founded.session, "intake"))) == 8
    assert founded.session.scalars(select(Message.leaf)).one() is not None


def test_only_the_week_is_kept_and_the_names_are_new(founded: Founded) -> None:
    for number in range(3):
        send(founded, str(number), day=TODAY + timedelta(days=number))
    before = set(founded.session.scalars(select(Held.id)))
    let_out(founded, TODAY + timedelta(days=9))
    rows = founded.session.scalars(select(Message)).all()
    assert {row.week for row in rows} == {privacy.week_of(TODAY)}
    assert not before & {row.id for row in rows}


def test_nobody_opens_what_is_held_not_even_with_every_readers_key(founded: Founded) -> None:
    send(founded, "still waiting")
    row = founded.session.scalars(select(Held)).one()
    for alias in ("Ash", "Juniper", "Kelp", "Larch"):
        ring = feedback.Keyring(founded.session, founded.keys, founded.reader(alias))
        message = Message(audience=row.audience, intake_key_id=row.intake_key_id, sealed=row.sealed)
        with pytest.raises(sealing.SealBroken):
            ring.open(message)


@pytest.mark.on_both
def test_board_and_staff_read_it_from_the_same_moment(founded: Founded) -> None:
    for number in range(3):
        send(founded, str(number))
    for alias in ("Ash", "Birch", "Juniper", "Kelp", "Larch"):
        assert words_read(founded, alias) == []
    let_out(founded, TODAY)
    for alias in ("Ash", "Birch", "Juniper", "Kelp", "Larch"):
        assert sorted(words_read(founded, alias)) == ["0", "1", "2"]


@pytest.mark.on_both
@pytest.mark.parametrize(("sent", "leaves"), [(0, 8), (1, 8), (8, 8), (9, 16)])
def test_a_days_leaves_are_a_multiple_of_eight_and_never_none(founded: Founded, sent: int, leaves: int) -> None:
    for number in range(sent):
        send(founded, str(number))
    let_out(founded)
    there = list(ledger.leaves(founded.session, "intake"))
    assert len(there) == leaves
    assert all(set(facts) == {"v", "day", "commit"} for _, facts in there)
    fates = founded.session.execute(select(IntakeLeaf.fate, func.count()).group_by(IntakeLeaf.fate)).all()
    assert {fate.value: count for fate, count in fates} == {
        name: count for name, count in (("message", sent), ("dummy", leaves - sent)) if count
    }


def test_every_leaf_opens_as_what_it_claims_to_be(founded: Founded) -> None:
    for number in range(5):
        send(founded, str(number))
    let_out(founded)
    assert feedback.audit(founded.session, founded.keys, LATER) == []


@pytest.mark.on_both
def test_a_held_row_somebody_changed_stays_and_is_reported_and_holds_nobody_up(founded: Founded) -> None:
    for number in range(4):
        send(founded, str(number))
    spoiled = founded.session.scalars(select(Held.id).limit(1)).one()
    founded.session.execute(update(Held).where(Held.id == spoiled).values(sealed=b"\x11" + bytes(600)))
    founded.session.expire_all()
    assert let_out(founded, TODAY) == 3
    assert held_count(founded.session) == 1
    assert feedback.audit(founded.session, founded.keys, TODAY) == ["1 held messages were changed and do not open."]


@pytest.mark.on_both
def test_the_same_form_sent_twice_is_kept_once_and_shows_the_same_code(founded: Founded) -> None:
    token = secrets.token_bytes(16)
    code = feedback.prepare_code(founded.keys, token, "en")
    first = send(founded, "once", token=token, code=code)
    second = send(founded, "once", token=token, code=feedback.prepare_code(founded.keys, token, "en"))
    assert (first.repeated, second.repeated) == (False, True)
    assert first.code is not None
    assert second.code is not None
    assert first.code.number == second.code.number
    assert held_count(founded.session) == 1


def test_nothing_is_taken_before_the_site_has_opened(founded: Founded) -> None:
    founded.session.get_one(Programme, 1).intake_open = False
    founded.session.flush()
    with pytest.raises(RuleRefused, match="not open here yet"):
        send(founded, "hello")
    assert held_count(founded.session) == 0


def test_shuffling_loses_nothing_and_keeps_what_opens(founded: Founded) -> None:
    codes = [a_code(founded) for _ in range(3)]
    for number, code in enumerate(codes):
        send(founded, str(number), code=code)
    for number in range(3):
        month = TODAY.replace(day=1) - timedelta(days=40 * number)
        founded.session.add(TakenOnce(hash=secrets.token_bytes(32), month=month))
    founded.session.flush()
    shuffled = (Held, FollowUp, FormToken, TakenOnce)
    before = {table: founded.session.execute(select(table.__table__)).all() for table in shuffled}
    feedback.shuffle_held(founded.session)
    for table, rows in before.items():
        assert sorted(map(repr, founded.session.execute(select(table.__table__)))) == sorted(map(repr, rows))
    pages = [feedback.look_up(founded.session, founded.keys, code.keys) for code in codes]
    assert [page.state for page in pages if page] == ["held"] * 3


def order_found(session: Session, table: str, column: str) -> list[bytes]:
    """Return the rows in the most telling order a stolen database has: who wrote them when, and where they lie."""
    if session.get_bind().dialect.name == "postgresql":
        query = f"SELECT {column} FROM {table} ORDER BY xmin::text::bigint, ctid"
    else:
        query = f"SELECT {column} FROM {table} NOT INDEXED"
    return [bytes(value) for (value,) in session.execute(text(query))]


def leaning(orders: list[list[int]]) -> float:
    """Return by how many standard deviations pairs stand in the order of arrival more often than by chance."""
    agreeing = sum(a < b for order in orders for at, a in enumerate(order) for b in order[at + 1 :])
    size = len(orders[0])
    pairs = len(orders) * size * (size - 1) / 2
    # The number of ordered pairs of a random permutation of n has the variance n(n-1)(2n+5)/72 (Kendall).
    spread = (len(orders) * size * (size - 1) * (2 * size + 5) / 72) ** 0.5
    return float((agreeing - pairs / 2) / spread)


def test_the_measure_of_order_can_tell() -> None:
    assert leaning([list(range(6))] * ROUNDS) > 5


def arrivals_after(founded: Founded, rounds: int, let_go: bool) -> list[list[int]]:
    """Send six, one transaction each, shuffle or let out, and return in which order a thief finds them; many times."""
    session, orders = founded.session, []
    for _ in range(rounds):
        tags = []
        for number in range(6):
            send(founded, str(number), code=a_code(founded))
            session.commit()
            known = set(tags)
            tags += [tag for tag in session.scalars(select(Held.tag)) if tag not in known]
        if let_go:
            let_out(founded, TODAY)
            session.commit()
            found = [tag for tag in order_found(session, "message", "tag") if tag in tags]
        else:
            feedback.shuffle_held(session)
            session.commit()
            found = order_found(session, "held", "tag")
            session.execute(Held.__table__.delete())
            session.commit()
        orders.append([tags.index(tag) for tag in found])
    return orders


def test_where_the_held_rows_lie_does_not_tell_who_came_first(founded: Founded) -> None:
    assert abs(leaning(arrivals_after(founded, ROUNDS, let_go=False))) < 5


@pytest.mark.on_both
def test_where_it_lies_what_was_taken_from_a_tablet_does_not_tell_what_came_first_or_with_which_message(
    founded: Founded,
) -> None:
    """Nor at the turn of a month, when what came before midnight was not yet laid anew."""
    session, orders = founded.session, []
    months = [TODAY.replace(day=1)] * 3 + [(TODAY + timedelta(days=31)).replace(day=1)] * 3
    for round_ in range(ROUNDS):
        names = [secrets.token_bytes(32) for _ in months]
        for name, month in zip(names, months, strict=True):
            session.add(TakenOnce(hash=name, month=month if round_ % 2 else TODAY.replace(day=1)))
            session.commit()
        feedback.shuffle_held(session)
        session.commit()
        orders.append([names.index(name) for name in order_found(session, "taken_once", "hash")])
        session.execute(TakenOnce.__table__.delete())
        session.commit()
    assert abs(leaning(orders)) < 5


@pytest.mark.on_both
def test_where_the_released_rows_lie_does_not_tell_who_came_first(founded: Founded) -> None:
    assert abs(leaning(arrivals_after(founded, ROUNDS, let_go=True))) < 5


@pytest.mark.on_both
def test_without_the_shuffle_a_postgresql_thief_would_know(founded: Founded) -> None:
    """The control: it shows that the tests above look where the danger lies."""
    session = founded.session
    tags: list[bytes] = []
    for number in range(6):
        send(founded, str(number))
        session.commit()
        tags += [tag for tag in session.scalars(select(Held.tag)) if tag not in tags]
    found = [tags.index(tag) for tag in order_found(session, "held", "tag")]
    written_one_after_the_other = session.get_bind().dialect.name == "postgresql"
    assert (found == sorted(found)) is written_one_after_the_other or found != sorted(found)


@pytest.mark.on_both
def test_leaves_of_a_batch_do_not_tell_which_are_messages_by_their_place(founded: Founded) -> None:
    places = []
    for _ in range(ROUNDS):
        for number in range(3):
            send(founded, str(number))
        let_out(founded, TODAY)
        newest = founded.session.scalars(select(IntakeLeaf).order_by(IntakeLeaf.number.desc()).limit(8)).all()
        places += [7 - at for at, leaf in enumerate(newest) if leaf.fate is rules.Fate.MESSAGE]
    mean = sum(places) / len(places)
    # The mean of 120 places drawn from 0 to 7 has a standard deviation of about 0.2.
    assert abs(mean - 3.5) < 1.05
    assert len(set(places)) == 8


def test_the_ledger_holds_nothing_of_a_message_but_its_commitment(founded: Founded) -> None:
    send(founded, "a word", topics=("wait",), place="Drop-in")
    let_out(founded)
    bodies = json.dumps(list(ledger.leaves(founded.session, "intake")))
    assert "wait" not in bodies
    assert "Drop-in" not in bodies


@pytest.mark.on_both
def test_messages_are_locked_in_the_order_in_which_readers_lock_them(founded: Founded) -> None:
    """Two who lock the same rows in two orders wait for each other, and the database ends one of them."""
    send(founded, "let out and given its line")
    sent: list[str] = []
    event.listen(founded.session.get_bind(), "before_cursor_execute", lambda *of: sent.append(of[2]))
    let_out(founded)
    asked = next(each for each in sent if "message.id IN" in each and "message.leaf IS NULL" in each)
    assert "ORDER BY message.id" in asked
