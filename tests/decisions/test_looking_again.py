"""Looking at a decision again: on its day, by two people, in public, and until then everybody sees that it is late."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from governance import clock
from governance.decisions import rules, service
from governance.decisions.models import LookedAgain, Record
from governance.decisions.rules import Upshot
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.permissions.roles import Role
from governance.programme import accounting
from governance.ruling.errors import RuleRefused
from governance.storage import leaves
from tests.ballots.factories import AFTER
from tests.decisions.factories import TODAY, WHOLE, a_draft, a_record
from tests.page import Page
from tests.second_yes import agree, waiting

SignIn = Callable[..., Any]
ATOM = "{http://www.w3.org/2005/Atom}"
WHY = "People know by Friday what they bought."
assert WHOLE.review_on is not None
THE_DAY: date = WHOLE.review_on
NEXT = THE_DAY + timedelta(days=180)
STANDS = service.LookFields(Upshot.STANDS, WHY, NEXT)
TO_CHANGE = replace(STANDS, upshot=Upshot.TO_CHANGE)
OVER = replace(STANDS, upshot=Upshot.OVER, next_on=None)
AGAIN = "We said we would look at it again"
ADDRESS = "/board/decisions/2026-001/look-again"
SAID = {"upshot": "stands", "why": WHY, "next_on": NEXT.isoformat()}
DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))


def at(day: date) -> datetime:
    """Noon of this day."""
    return datetime.combine(day, AFTER.timetz())


def words_of(answer: Any) -> str:
    return " ".join("".join(Page(answer.text).text).split())


# When


@given(DAYS, DAYS)
def test_a_look_is_near_before_it_is_late(today: date, day: date) -> None:
    late, has_come = rules.days_overdue(day, today), rules.is_to_look_again(day, today)
    assert late == max(0, (today - day).days)
    assert not late or has_come
    assert not has_come or rules.is_near(day, today)
    assert rules.is_near(None, today)
    assert rules.is_near(day, today) == (today >= day - rules.NEAR)


def test_a_record_can_not_put_its_day_off_for_longer_than_a_term(session: Session, keys: KeyFolder) -> None:
    record, _ = a_draft(session, keys)
    service.complete(session, record, replace(WHOLE, review_on=TODAY + timedelta(days=400)))
    (lack,) = service.missing(session, record, TODAY)
    assert str(lack).startswith("Look again within one term of a member.")


# What comes of it


def test_a_look_ends_the_duty_and_gives_the_next_day(session: Session, keys: KeyFolder) -> None:
    record, _ = a_record(session, keys)
    with pytest.raises(RuleRefused, match="You can say what came of it from"):
        service.look_again(session, record, STANDS, THE_DAY - rules.NEAR - timedelta(days=1))

    look = service.look_again(session, record, STANDS, THE_DAY)

    assert service.to_look_at_again(session, THE_DAY) == []
    assert service.to_look_at_again(session, NEXT) == [(record, NEXT)]
    assert service.day_of(session, record) == NEXT
    (line,) = [facts for number, facts in ledger.leaves(session, "decisions") if number == look.leaf]
    assert line == {
        "v": 1, "kind": "looked-again", "record": "2026-001", "upshot": "stands", "why": WHY,
        "day": THE_DAY.isoformat(), "look_again_on": NEXT.isoformat(),
    }  # fmt: skip
    with pytest.raises(RuleRefused, match="You can say what came of it from"):
        service.look_again(session, record, STANDS, THE_DAY)
    fixed = service.correct(session, record, replace(WHOLE, result="It moves to Friday."), "A word.", THE_DAY)
    assert fixed.review_on == NEXT, "a correction says the day that holds, and moves none"
    assert service.to_look_at_again(session, NEXT) == [(fixed, NEXT)]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (replace(STANDS, why="  "), "Say why"),
        (replace(STANDS, next_on=None), "Choose a day"),
        (replace(STANDS, next_on=THE_DAY), "a day to come"),
        (replace(STANDS, next_on=THE_DAY + timedelta(days=367)), "within one term"),
        (replace(STANDS, why="Chair1 likes it."), "stands in it"),
    ],
)
def test_a_look_is_whole_and_names_nobody(
    session: Session, keys: KeyFolder, fields: service.LookFields, said: str
) -> None:
    a_record(session, keys)
    with pytest.raises(RuleRefused, match=said):
        service.check_look(session, fields, THE_DAY)
    service.check_look(session, STANDS, THE_DAY)


def test_a_draft_is_not_looked_at_again(session: Session, keys: KeyFolder) -> None:
    record, _ = a_draft(session, keys)
    with pytest.raises(RuleRefused, match="not out yet"):
        service.look_again(session, record, STANDS, THE_DAY)


def test_what_is_over_rests_for_good(session: Session, keys: KeyFolder) -> None:
    record, _ = a_record(session, keys)
    look = service.look_again(session, record, replace(OVER, next_on=NEXT), THE_DAY)
    assert look.next_on is None, "a day that was typed as well is not kept"
    assert service.day_of(session, record) is None
    assert service.to_look_at_again(session, date(2090, 1, 1)) == []
    assert service.to_change(session) == []
    (line,) = [facts for number, facts in ledger.leaves(session, "decisions") if number == look.leaf]
    assert (line["upshot"], line["look_again_on"]) == ("over", None)
    assert [each for each in accounting.differences(session, keys, THE_DAY) if "looked" in each] == []
    fixed = service.correct(session, record, replace(WHOLE, result="It moves to Friday."), "A word.", THE_DAY)
    assert fixed.review_on is None
    assert service.to_look_at_again(session, date(2090, 1, 1)) == []
    service.look_again(session, record, STANDS, NEXT - timedelta(days=1))
    assert service.day_of(session, record) == NEXT, "the board can take it up again"


# By two


@pytest.fixture
def decided(session: Session, keys: KeyFolder) -> Record:
    record, _ = a_record(session, keys)
    return record


def looks(session: Session) -> list[LookedAgain]:
    found = session.query(LookedAgain).all()
    session.rollback()
    return found


@pytest.mark.usefixtures("decided")
def test_two_of_different_roles_say_it_and_then_it_is_public(session: Session, sign_in: SignIn, client: Any) -> None:
    with clock.stopped_at(at(THE_DAY)):
        member, another, facilitator = (
            sign_in(Role.MEMBER, sits=True),
            sign_in(Role.MEMBER, sits=True),
            sign_in(Role.FACILITATOR),
        )
        assert AGAIN in words_of(member.get("/board"))
        assert member.submit(ADDRESS, **SAID).status_code == 303
        assert waiting(member) == waiting(another) == [], "neither they themselves nor another one of the same role"
        assert "It waits for a second person" in words_of(member.get("/board/decisions/2026-001"))
        assert member.get(ADDRESS).text.count('name="upshot"') == 0
        for each in (member, another):
            assert AGAIN not in words_of(each.get("/board")), "what waits for a second yes is no duty meanwhile"
        assert looks(session) == []
        assert WHY not in client.get("/decisions/2026-001").text

        assert agree(facilitator).status_code == 303

        page = words_of(client.get("/decisions/2026-001"))
        assert all(each in page for each in ("We looked again", "It stands", WHY))
        assert member.card.alias not in page
        assert AGAIN not in words_of(another.get("/board"))
        assert member.get(ADDRESS).status_code == 409, "its next day is far away"


@pytest.mark.on_both
@pytest.mark.usefixtures("decided")
def test_what_is_over_has_no_next_day_on_any_page(session: Session, sign_in: SignIn, client: Any) -> None:
    with clock.stopped_at(at(THE_DAY)):
        member, facilitator = sign_in(Role.MEMBER, sits=True), sign_in(Role.FACILITATOR)
        refused = member.submit(ADDRESS, **{**SAID, "next_on": ""})
        assert refused.status_code == 409
        assert "Choose a day to look at it again." in words_of(refused)
        assert member.submit(ADDRESS, **{**SAID, "upshot": "over", "next_on": ""}).status_code == 303
        assert len(waiting(facilitator)) == 1
        assert agree(facilitator).status_code == 303
        (look,) = looks(session)
        assert (look.upshot, look.next_on) == (Upshot.OVER, None)
    with clock.stopped_at(at(NEXT + timedelta(days=900))):
        page = words_of(client.get("/decisions/2026-001"))
        assert "It is over" in page
        assert "We look again" not in page
        assert "day late" not in words_of(client.get("/decisions")).replace("days", "day")
        assert AGAIN not in words_of(sign_in(Role.MEMBER, sits=True).get("/board"))
        facts = json.loads(client.get("/decisions/2026-001/looked-again.json").data)
        assert [(each["upshot"], each["look_again_on"]) for each in facts] == [("over", None)]
        assert "It is over" in client.get("/decisions.atom").text


@pytest.mark.usefixtures("decided")
def test_nobody_says_it_long_before_its_day(sign_in: SignIn) -> None:
    with clock.stopped_at(at(THE_DAY - rules.NEAR - timedelta(days=1))):
        member = sign_in(Role.MEMBER, sits=True)
        assert member.get(ADDRESS).status_code == 409
        assert "Say what came of it" not in words_of(member.get("/board/decisions/2026-001"))
    with clock.stopped_at(at(THE_DAY - rules.NEAR)):
        near = sign_in(Role.MEMBER, sits=True)
        assert near.get(ADDRESS).status_code == 200
        assert "Say what came of it" in words_of(near.get("/board/decisions/2026-001"))


# In public


@pytest.mark.usefixtures("decided")
@pytest.mark.parametrize(("days", "said"), [(0, ""), (1, "We are 1 day late."), (40, "We are 40 days late.")])
def test_everybody_sees_that_it_is_late(client: Any, days: int, said: str) -> None:
    with clock.stopped_at(at(THE_DAY + timedelta(days=days))):
        page, found = words_of(client.get("/decisions/2026-001")), words_of(client.get("/decisions"))
    assert ("We said we would look at this again" in page) == bool(said)
    assert said in page
    assert ("Look again:" in found) == bool(said)


def test_it_is_in_the_feed_and_as_data_like_what_was_decided(session: Session, decided: Record, client: Any) -> None:
    look = service.look_again(session, decided, TO_CHANGE, THE_DAY)
    session.commit()
    with clock.stopped_at(at(THE_DAY)):
        facts = json.loads(client.get("/decisions/2026-001/looked-again.json").data)
        feed = ET.fromstring(client.get("/decisions.atom").data)
        page = words_of(client.get("/decisions/2026-001"))
    days = {"day": THE_DAY.isoformat(), "look_again_on": NEXT.isoformat()}
    assert facts == [{"record": "2026-001", "upshot": "to_change", "why": WHY, **days, "line": look.leaf}]
    titles = [entry.findtext(ATOM + "title") for entry in feed.iter(ATOM + "entry")]
    assert titles == [WHOLE.result, f"We looked again: {WHOLE.result}"]
    assert feed.findtext(ATOM + "updated") == f"{THE_DAY}T00:00:00Z"
    assert len({entry.findtext(ATOM + "id") for entry in feed.iter(ATOM + "entry")}) == 2
    assert "No proposal for it is public yet." in page
    assert client.get("/decisions/2026-009/looked-again.json").status_code == 404


@pytest.mark.on_both
def test_a_changed_row_is_shown_as_the_ledger_has_it_and_named_by_the_audit(
    session: Session, keys: KeyFolder, decided: Record, client: Any
) -> None:
    service.look_again(session, decided, STANDS, THE_DAY)
    session.commit()
    assert [each for each in accounting.differences(session, keys, THE_DAY) if "looked" in each] == []
    session.execute(update(LookedAgain).values(why="Forged.", upshot=Upshot.TO_CHANGE, next_on=date(2060, 1, 1)))
    session.commit()
    wrong = "That the board looked at record 2026-001 again is not what line"
    assert any(each.startswith(wrong) for each in accounting.differences(session, keys, THE_DAY))
    session.rollback()
    with clock.stopped_at(at(NEXT + timedelta(days=3))):
        page = words_of(client.get("/decisions/2026-001"))
    assert "Forged." not in page
    assert all(each in page for each in (WHY, "It stands", leaves.CHANGED_SINCE, "We are 3 days late."))
    session.execute(update(LookedAgain).values(leaf=0))
    session.commit()
    with clock.stopped_at(at(NEXT + timedelta(days=4))):
        assert leaves.NOT_AS_PUBLISHED in words_of(client.get("/decisions/2026-001"))
        assert json.loads(client.get("/decisions/2026-001/looked-again.json").data) == []
        assert "Forged." not in client.get("/decisions.atom").text
