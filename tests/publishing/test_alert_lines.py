"""A drug alert that went up stands in the ledger, word for word: nobody changes, buries or reorders one unseen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork.rounds import DutyDone, Moment, Needs
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.permissions.roles import Role
from governance.programme import accounting
from governance.publishing import rounds, service
from governance.publishing.models import Alert, AlertReader
from governance.publishing.service import alert_lines
from governance.storage.leaves import CHANGED_SINCE, NOT_AS_PUBLISHED, SOME_LINE, LetGo
from tests.factories import NOW, an_open_programme
from tests.factories import TODAY as FOUNDED
from tests.page import Page
from tests.publishing.test_wall import ALERT

MEMBER = frozenset({Role.MEMBER})
END = FOUNDED + timedelta(days=9)
OLDER, NEWER = "Check your purple", "Check your green"


def warned(session: Session, founded: Any, title: str) -> Alert:
    """An alert that two of the board have read."""
    alert = service.write_alert(session, founded.account("Juniper"), {**ALERT, "title": title}, END, FOUNDED)
    for alias in ("Ash", "Birch"):
        service.board_reads(session, founded.keys, alert.id, founded.account(alias), MEMBER, FOUNDED)
    return alert


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Any:
    """A programme whose alerts of before are told, as the first round leaves it."""
    founded = an_open_programme(session, keys)
    a_round(session, keys)
    return founded


def a_round(session: Session, keys: KeyFolder) -> None:
    for piece in rounds.tell_alerts(session, keys, Moment(NOW, FOUNDED, release_hour_has_come=True)):
        piece(session)
    session.commit()


def told(session: Session, keys: KeyFolder) -> list[str]:
    """What the audit says of alerts."""
    session.expire_all()
    return [each for each in accounting.differences(session, keys, FOUNDED) if "alert" in each]


def words_of(answer: Any) -> str:
    return " ".join("".join(Page(answer.text).text).split())


def test_it_gets_its_line_when_it_goes_up(session: Session, keys: KeyFolder, founded: Any) -> None:
    alert = service.write_alert(session, founded.account("Juniper"), ALERT, END, FOUNDED)
    service.board_reads(session, keys, alert.id, founded.account("Ash"), MEMBER, FOUNDED)
    assert alert.leaf is None, "one reader is not enough"
    service.board_reads(session, keys, alert.id, founded.account("Birch"), MEMBER, FOUNDED)
    service.board_reads(session, keys, alert.id, founded.account("Cedar"), MEMBER, FOUNDED)
    lines = {number: facts for number, facts in ledger.leaves(session, "decisions") if facts["kind"] == "alert"}
    assert lines == {
        alert.leaf: {
            "v": 1, "kind": "alert", **ALERT, "place": "", "where_to_check": "", "day": FOUNDED.isoformat(),
            "ends": END.isoformat(),
        }
    }  # fmt: skip
    assert told(session, keys) == []


@pytest.mark.on_both
@pytest.mark.parametrize(
    "changed",
    [{"told": "All is well."}, {"ends_on": FOUNDED}, {"posted_on": None}, {"leaf": None}, {"leaf": 0}],
    ids=lambda changed: str(*changed),
)
def test_whoever_changes_one_by_hand_is_found_out(
    session: Session, keys: KeyFolder, founded: Any, changed: dict[str, Any]
) -> None:
    warned(session, founded, OLDER)
    session.commit()
    assert told(session, keys) == [], "the control"
    session.execute(update(Alert).values(**changed))
    assert told(session, keys) != []


@pytest.mark.on_both
def test_whoever_takes_one_out_or_puts_one_up_by_hand_is_found_out(
    session: Session, keys: KeyFolder, founded: Any
) -> None:  # fmt: skip
    alert = warned(session, founded, OLDER)
    session.commit()
    forged = {c.key: getattr(alert, c.key) for c in Alert.__table__.columns} | {"id": 77, "leaf": None}
    session.add(Alert(**forged))
    session.flush()
    assert len(told(session, keys)) == 1
    session.execute(delete(DutyDone))
    a_round(session, keys)
    assert len(told(session, keys)) == 1, "and no round tells it as one of before, whatever row is taken away"
    session.execute(delete(AlertReader))
    session.execute(delete(Alert))
    assert len(told(session, keys)) == 1


@pytest.mark.on_both
def test_a_page_shows_what_went_up_and_in_the_order_of_the_lines(
    session: Session, keys: KeyFolder, founded: Any, client: Any
) -> None:  # fmt: skip
    older, newer = warned(session, founded, OLDER), warned(session, founded, NEWER)
    session.execute(delete(AlertReader))
    for before, after in ((older.id, 900), (newer.id, older.id), (900, newer.id)):
        by_hand = update(Alert).where(Alert.id == before).values(id=after)
        session.execute(by_hand, execution_options={"synchronize_session": False})
    session.execute(update(Alert).where(Alert.title == OLDER).values(told="All is well."))
    session.commit()
    with clock.stopped_at(NOW):
        page, wall = words_of(client.get("/alerts")), words_of(client.get("/"))
    assert page.index(NEWER) < page.index(OLDER), "though its number is the smaller one"
    assert NEWER in wall
    assert "All is well." not in page
    assert CHANGED_SINCE in page
    assert "Ended" not in page, "those who have read it were taken out, and it is up still"


@pytest.mark.on_both
@pytest.mark.parametrize(
    "changed",
    [{"ends_on": FOUNDED - timedelta(days=1)}, {"posted_on": None}, {"posted_on": None, "told": "All is well."}],
    ids=["ends_on", "posted_on", "posted_on and words"],
)
def test_no_change_of_its_row_takes_it_off_the_pages(
    session: Session, keys: KeyFolder, founded: Any, client: Any, sign_in: Any, changed: dict[str, Any]
) -> None:  # fmt: skip
    alert = warned(session, founded, OLDER)
    session.execute(update(Alert).values(**changed))
    session.commit()
    with clock.stopped_at(NOW):
        member = sign_in(Role.MEMBER)
        for reader, address in ((client, "/"), (client, "/alerts"), (member, "/board/alerts")):
            page = words_of(reader.get(address))
            assert ALERT["told"] in page, address
            assert CHANGED_SINCE in page, address
            assert "Ended" not in page, address
    service.board_reads(session, keys, alert.id, founded.account("Cedar"), MEMBER, FOUNDED)
    assert len([facts for _, facts in ledger.leaves(session, "decisions") if facts["kind"] == "alert"]) == 1


@pytest.mark.on_both
@pytest.mark.parametrize("body", ["ends", "nothing", "gone", "another kind"])
def test_nor_does_a_change_of_its_line(session: Session, keys: KeyFolder, founded: Any, body: str) -> None:
    """Whoever writes another last day into both takes no warning down: that line is not what was hashed."""
    warned(session, founded, OLDER)
    line = session.scalars(select(Leaf).join(Alert, Alert.leaf == Leaf.number).where(Leaf.log == "decisions")).one()
    past = (FOUNDED - timedelta(days=1)).isoformat()
    texts = {
        "ends": line.body.replace(END.isoformat(), past), "nothing": "{}",
        "another kind": line.body.replace('"kind":"alert"', '"kind":"gap"'),
    }  # fmt: skip
    own = (Leaf.log == "decisions") & (Leaf.number == line.number)
    session.execute(delete(Leaf).where(own) if body == "gone" else update(Leaf).where(own).values(body=texts[body]))
    session.execute(update(Alert).values(ends_on=FOUNDED - timedelta(days=1)))
    session.commit()
    up = service.on_top(session, keys, FOUNDED, NOW)
    assert up.alert
    assert up.alert.told == ALERT["told"]
    assert up.doubt == NOT_AS_PUBLISHED


def test_it_comes_down_by_the_last_day_of_its_line(session: Session, keys: KeyFolder, founded: Any) -> None:
    warned(session, founded, OLDER)
    session.execute(update(Alert).values(ends_on=END + timedelta(days=90)))
    assert service.on_top(session, keys, END, NOW).alert
    assert service.on_top(session, keys, END + timedelta(days=1), NOW).alert is None


def put_by_hand(session: Session, founded: Any, **values: Any) -> Alert:
    """An alert that is up, as whoever owns the database writes one, or as an older version put it up."""
    words = {**ALERT, "place": "", "where_to_check": "", "writer_account_id": founded.account("Juniper")}
    days = {"written_on": FOUNDED, "posted_on": FOUNDED, "ends_on": END}
    alert = Alert(**words | days | values)
    session.add(alert)
    session.commit()
    return alert


def test_what_has_no_line_is_named_where_people_read_it(
    session: Session, keys: KeyFolder, founded: Any, client: Any
) -> None:  # fmt: skip
    put_by_hand(session, founded)
    with clock.stopped_at(NOW):
        for address in ("/", "/alerts"):
            assert NOT_AS_PUBLISHED in words_of(client.get(address)), address


TAKEN_OUT: dict[str, list[Any]] = {
    "none": [update(Alert).values(title=OLDER)], "row": [delete(AlertReader), delete(Alert)],
    "its line's number": [update(Alert).values(leaf=None)],
    "row, and another in its place": [update(Alert).values(leaf=0, told="All is well.")],
}  # fmt: skip


@pytest.mark.on_both
@pytest.mark.parametrize("gone", TAKEN_OUT)
def test_one_whose_row_was_taken_out_comes_back_from_its_line(
    session: Session, keys: KeyFolder, founded: Any, client: Any, gone: str
) -> None:
    """Until its last day. The first one is the control."""
    warned(session, founded, OLDER)
    for each in TAKEN_OUT[gone]:
        session.execute(each)
    session.commit()
    with clock.stopped_at(NOW):
        for address in ("/", "/alerts"):
            page = words_of(client.get(address))
            assert OLDER in page, address
            assert ALERT["told"] in page, address
            assert (CHANGED_SINCE in page) is (gone != "none"), address
    after = service.on_top(session, keys, END + timedelta(days=1), NOW).alert
    assert after is None or after.told == "All is well."


@pytest.mark.on_both
@pytest.mark.parametrize("is_over", [False, True])
@pytest.mark.parametrize("hooked_to", ["its own", "a sound line", "a spoilt line", "no line", "the newest"])
def test_an_older_one_that_was_hooked_to_another_line_does_not_stand_before_the_newest(
    session: Session, keys: KeyFolder, founded: Any, hooked_to: str, is_over: bool
) -> None:
    """The first one is the control. One that was over years ago would come back with it as well."""
    older, newer = warned(session, founded, OLDER), warned(session, founded, NEWER)
    later = ledger.append(session, "decisions", "correction", {"said": "something else"})
    newest = newer.leaf
    if is_over:
        session.execute(update(Alert).where(Alert.id == older.id).values(ends_on=FOUNDED - timedelta(days=1)))
    other = {"a sound line": later, "a spoilt line": later, "no line": later + 9, "the newest": newest}.get(hooked_to)
    if other is not None:
        session.execute(update(Alert).where(Alert.id == older.id).values(leaf=other))
    if hooked_to == "a spoilt line":
        session.execute(update(Leaf).where(Leaf.log == "decisions", Leaf.number == later).values(body="{}"))
    session.commit()
    session.expire_all()
    top = service.on_top(session, keys, FOUNDED, NOW)
    assert top.alert is not None
    assert (top.alert.title, top.alert.told, top.alert.leaf) == (NEWER, ALERT["told"], newest)


@pytest.mark.on_both
def test_beside_an_older_one_that_two_spoilt_lines_put_on_top_stands_the_newest(
    session: Session, keys: KeyFolder, founded: Any, client: Any
) -> None:
    """Nothing tells it from one whose own line was spoilt, and no warning goes by spoiling a line: both stand there."""
    older, newer = warned(session, founded, OLDER), warned(session, founded, NEWER)
    later = ledger.append(session, "decisions", "correction", {"said": "something else"})
    spoilt = Leaf.number.in_([older.leaf, later])
    assert service.on_top(session, keys, FOUNDED, NOW).also is None, "the control"
    session.execute(update(Leaf).where(Leaf.log == "decisions", spoilt).values(body="{}"))
    session.execute(update(Alert).where(Alert.id == older.id).values(leaf=later))
    session.commit()
    session.expire_all()
    top = service.on_top(session, keys, FOUNDED, NOW)
    assert top.alert is not None
    assert top.also is not None
    assert (top.alert.title, top.doubt, top.also[0].id, top.also[1]) == (OLDER, NOT_AS_PUBLISHED, newer.id, "")
    with clock.stopped_at(NOW):
        page = words_of(client.get("/"))
    assert page.index(OLDER) < page.index(NOT_AS_PUBLISHED) < page.index(NEWER)


@pytest.mark.on_both
@pytest.mark.parametrize("how", ["none", "text", "line"])
def test_where_its_line_went_as_well_the_pages_say_that_something_may_be_missing(
    session: Session, keys: KeyFolder, founded: Any, client: Any, how: str
) -> None:
    """The first one is the control."""
    alert = warned(session, founded, OLDER)
    own = (Leaf.log == "decisions") & (Leaf.number == alert.leaf)
    session.execute(delete(AlertReader))
    session.execute(delete(Alert))
    by_hand = {"none": update(Leaf).where(own).values(log="decisions"), "line": delete(Leaf).where(own)}
    session.execute(by_hand.get(how, update(Leaf).where(own).values(body="{}")))
    session.commit()
    with clock.stopped_at(NOW):
        for address in ("/", "/alerts"):
            page = words_of(client.get(address))
            assert (SOME_LINE in page, OLDER in page) == (how != "none", how == "none"), address


@pytest.mark.on_both
def test_what_an_older_version_put_up_is_told_once(session: Session, keys: KeyFolder, client: Any) -> None:
    alert = put_by_hand(session, an_open_programme(session, keys), title=NEWER)
    before = [each for each in told(session, keys) if NEWER in each]
    assert before == [], "until the first round it is no forgery"
    with clock.stopped_at(NOW):
        for page in (words_of(client.get(address)) for address in ("/", "/alerts")):
            assert NEWER in page
            assert NOT_AS_PUBLISHED not in page
    a_round(session, keys)
    assert alert.leaf is not None
    assert alert_lines.all_are_told(session, keys)
    size = len(list(ledger.leaves(session, "decisions")))
    a_round(session, keys)
    assert len(list(ledger.leaves(session, "decisions"))) == size
    assert isinstance(alert.posted_on, date)
    (duty,) = [each for each in rounds.DUTIES if each.name == alert_lines.ALL_TOLD]
    assert duty.needs is Needs.NO_CLOCK, "it is done while the clock is in doubt, as right after an upgrade"
    session.execute(update(Alert).values(leaf=None))
    (keys.path / f".{alert_lines.NOTE}").unlink()
    a_round(session, keys)
    assert len(list(ledger.leaves(session, "decisions"))) == size, "a key folder from the escrow has no note"
    assert alert_lines.is_noted(keys)


def test_one_whose_line_the_board_let_go_of_comes_down_on_its_day(
    session: Session, keys: KeyFolder, founded: Any
) -> None:
    """Until then it stays up, with a doubt. One whose line is only spoilt stays up: nobody buries it that way."""
    alert = warned(session, founded, OLDER)
    session.commit()

    def up(day: date) -> tuple[bool, str]:
        top = service.on_top(session, keys, day, NOW)
        return top.alert is not None, top.doubt

    spoilt = (Leaf.log == "decisions") & (Leaf.number == alert.leaf)
    session.execute(update(Leaf).where(spoilt).values(body="{}"))
    session.commit()
    late = END + timedelta(days=1)
    assert up(late) == (True, NOT_AS_PUBLISHED), "the control"
    names = ledger.state_gap(session, keys, "A line is lost.", FOUNDED, {}, ["decisions"], ["decisions"])
    session.commit()
    ledger.take_names(keys, names)
    session.expire_all()
    assert up(END) == (True, NOT_AS_PUBLISHED)
    assert up(late)[0] is False
    (said,) = told(session, keys)
    assert isinstance(said, LetGo)
    assert f"stood in line {alert.leaf} of the ledger that the board let go of" in said


@pytest.mark.parametrize(
    ("readings", "ends", "is_fault"),
    [("none", END, True), ("unmarked", END, True), ("of another", END, True),
     ("unmarked", FOUNDED - timedelta(days=1), False)],
)  # fmt: skip
def test_whoever_has_one_name_a_line_that_the_board_let_go_of_is_found_out(
    session: Session, keys: KeyFolder, founded: Any, readings: str, ends: date, is_fault: bool
) -> None:
    """One that two of the board have read is told of as lost: the test above. So is one of an older version, ended."""
    marks = {"none": [], "unmarked": [None, None]}.get(readings)
    if marks is None:
        warned(session, founded, OLDER)
        marks = list(session.scalars(select(AlertReader.mark)))
        session.execute(delete(AlertReader))
        session.execute(delete(Alert))
    last = max(number for number, _ in ledger.leaves(session, "decisions"))
    session.execute(update(Leaf).where(Leaf.log == "decisions", Leaf.number == last).values(body="{}"))
    session.commit()
    names = ledger.state_gap(session, keys, "A line is lost.", FOUNDED, {}, ["decisions"], ["decisions"])
    session.commit()
    ledger.take_names(keys, names)
    forged = put_by_hand(session, founded, title=NEWER, leaf=last, ends_on=ends)
    for alias, mark in zip(("Ash", "Birch"), marks, strict=False):
        session.add(AlertReader(alert_id=forged.id, account_id=founded.account(alias), mark=mark))
    session.commit()
    (said,) = [each for each in told(session, keys) if NEWER in each]
    assert isinstance(said, LetGo) is not is_fault
    assert ("Nor have two of the board read it" in said) is is_fault
