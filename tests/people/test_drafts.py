"""Drafts of long forms: kept for their writer alone, offered again, gone when sent, thrown away or too old."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork.rounds import Moment
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import Draft
from governance.people.rounds import DUTIES
from governance.people.views.drafts import CHANGED
from governance.permissions.roles import Role
from governance.privacy import retention
from governance.proposals import service as proposals
from governance.proposals.models import Proposal
from tests.board.factories import a_board
from tests.page import Page, PageClient
from tests.people.factories import NOON, TODAY, a_card, signed_in
from tests.proposals.factories import NO_KEYS, in_talk
from tests.proposals.factories import WHOLE as A_PROPOSAL

NEW = "/board/proposals/new"
KEEP = f"/draft?of={NEW}"
WORDS = "Warm rooms <on> Sunday & Monday\nfrom ten"
FIELDS = [("title", "Rooms"), ("ask", WORDS), ("principles", "1"), ("principles", "3")]

SignsIn = Callable[..., PageClient]


def written(person: PageClient, **typed: str) -> dict[str, str]:
    return {**person.form(NEW, "ask")["fields"], "title": "Rooms", "ask": WORDS, **typed}


def in_form(text: str) -> dict[str, str]:
    (form,) = [form for form in Page(text).forms if "ask" in form["fields"]]
    return dict(form["fields"])


# The service


def test_its_writer_finds_it_as_it_was_and_the_newest_alone(session: Session, keys: KeyFolder) -> None:
    who = signed_in(session, keys, a_card(session, keys)).who
    people.keep_draft(session, who, NEW, [("ask", "before")], TODAY - timedelta(days=1))
    people.keep_draft(session, who, NEW, FIELDS, TODAY)
    kept = people.draft_kept(session, who, NEW)
    assert kept
    assert (kept.fields, kept.day) == (FIELDS, TODAY)
    assert people.draft_kept(session, who, NEW + "/else") is None
    assert len(session.scalars(select(Draft)).all()) == 1
    people.forget_draft(session, who, NEW)
    assert people.draft_kept(session, who, NEW) is None


def test_two_writers_of_one_page_have_one_each(session: Session, keys: KeyFolder) -> None:
    one, other = (signed_in(session, keys, a_card(session, keys)).who for _ in range(2))
    people.keep_draft(session, one, NEW, FIELDS, TODAY)
    assert people.draft_kept(session, other, NEW) is None
    people.keep_draft(session, other, NEW, [("ask", "mine")], TODAY)
    people.forget_draft(session, other, NEW)
    assert people.draft_kept(session, one, NEW)


@pytest.mark.on_both
def test_a_row_that_somebody_changed_or_moved_opens_nothing(session: Session, keys: KeyFolder) -> None:
    who = signed_in(session, keys, a_card(session, keys)).who
    people.keep_draft(session, who, NEW, FIELDS, TODAY)
    people.keep_draft(session, who, "/elsewhere", [("ask", "else")], TODAY)
    here, there = (people.draft_kept(session, who, page) for page in (NEW, "/elsewhere"))
    assert here
    assert there
    rows = session.scalars(select(Draft)).all()
    sealed = [row.sealed for row in rows]
    for row, other in zip(rows, reversed(sealed), strict=True):
        session.execute(update(Draft).where(Draft.id == row.id).values(sealed=other))
    session.expire_all()
    assert [people.draft_kept(session, who, page) for page in (NEW, "/elsewhere")] == [None, None]


def test_a_new_card_opens_no_draft_of_the_old_one(session: Session, keys: KeyFolder) -> None:
    card = a_card(session, keys)
    people.keep_draft(session, signed_in(session, keys, card).who, NEW, FIELDS, TODAY)
    fresh = people.new_card(session, keys, card.account_id, TODAY)
    assert people.draft_kept(session, signed_in(session, keys, fresh).who, NEW) is None


def test_it_is_gone_when_its_days_are_over(session: Session, keys: KeyFolder) -> None:
    who = signed_in(session, keys, a_card(session, keys)).who
    (duty,) = [duty for duty in DUTIES if duty.name == "forget drafts"]
    for days, there in ((0, True), (13, True), (14, False), (40, False)):
        people.keep_draft(session, who, NEW, FIELDS, TODAY)
        moment = Moment(NOON + timedelta(days=days), TODAY + timedelta(days=days), release_hour_has_come=True)
        for piece in duty.pieces(session, keys, moment):
            piece(session)
        assert (people.draft_kept(session, who, NEW) is not None) is there, days
    assert timedelta(days=14) == retention.DRAFTS


# The pages. Drafts are kept, found and forgotten on both databases above.


def test_whoever_keeps_one_without_a_script_goes_on_where_they_were(sign_in: SignsIn, session: Session) -> None:
    person = sign_in(Role.MEMBER)
    shown = person.get(NEW).text
    assert f'formaction="{KEEP}"' in shown
    assert shown.index("Keep it") < shown.index("formaction"), "Enter sends the form, and does not keep it"
    answer = person.post(KEEP, data=written(person), follow_redirects=True)
    assert "Your draft is kept." in answer.text
    held = in_form(answer.text)
    assert (held["title"], held["ask"]) == ("Rooms", WORDS)
    assert session.scalars(select(Proposal)).all() == []
    session.rollback()
    form = next(form for form in Page(answer.text).forms if "ask" in form["fields"])
    assert person.post(form["action"], data=form["fields"]).status_code == 303
    assert session.scalars(select(Proposal)).one()
    assert session.scalars(select(Draft)).all() == [], "sent, it is a draft no more"


def test_it_is_offered_when_the_form_is_opened_again_and_can_be_thrown_away(sign_in: SignsIn, session: Session) -> None:
    person, other = sign_in(Role.MEMBER), sign_in(Role.MEMBER)
    assert "Open my draft" not in person.get(NEW).text
    person.post(KEEP, data=written(person))
    offered = person.get(NEW).text
    assert "Open my draft" in offered
    assert WORDS[:10] not in offered, "an old device shows it when it is asked for"
    assert in_form(person.get(KEEP).text)["ask"] == WORDS
    assert "Open my draft" not in other.get(NEW).text
    assert other.get(KEEP).headers["Location"] == NEW
    gone = person.submit(NEW, "forget")
    assert (gone.status_code, gone.headers["Location"]) == (303, NEW)
    assert "Open my draft" not in person.get(NEW).text
    assert session.scalars(select(Draft)).all() == []


def test_a_script_is_answered_in_no_words(sign_in: SignsIn) -> None:
    person = sign_in(Role.MEMBER)
    answer = person.post(KEEP, data=written(person), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Open my draft" in person.get(NEW).text


def test_an_empty_form_leaves_none(sign_in: SignsIn, session: Session) -> None:
    person = sign_in(Role.MEMBER)
    fields = dict.fromkeys(("title", "ask"), "") | {"csrf_token": person.form(NEW, "ask")["fields"]["csrf_token"]}
    assert person.post(KEEP, data=fields).status_code == 303
    assert session.scalars(select(Draft)).all() == []


def test_what_was_refused_keeps_its_draft(sign_in: SignsIn, session: Session) -> None:
    person = sign_in(Role.MEMBER)
    person.post(KEEP, data=written(person))
    assert person.post(NEW, data=written(person, title="")).status_code == 422
    assert session.scalars(select(Draft)).one()


NOT_THEIRS = ("", "/nowhere", "/", "//x.org/", "/accounts", "/say", "https://x.org/", "%00", "/draft")


def test_it_is_kept_for_no_page_but_one_of_theirs(
    sign_in: SignsIn, session: Session, subtests: pytest.Subtests
) -> None:  # fmt: skip
    person = sign_in(Role.MEMBER)
    token = person.form(NEW, "ask")["fields"]["csrf_token"]
    for page in NOT_THEIRS:
        with subtests.test(page=page):
            for address in ("/draft", "/draft/forget"):
                answer = person.post(address, query_string={"of": page}, data={"ask": WORDS, "csrf_token": token})
                assert answer.status_code in (303, 404) if page == "/draft" else answer.status_code == 404
            if page != "/draft":
                assert person.get("/draft", query_string={"of": page}).status_code == 404
                assert session.scalars(select(Draft)).all() == []
                session.rollback()


def test_without_our_token_nothing_is_kept_and_the_words_come_back(sign_in: SignsIn, session: Session) -> None:
    person = sign_in(Role.MEMBER)
    answer = person.post(KEEP, data=written(person, csrf_token="stale"))
    assert answer.status_code == 400
    assert in_form(answer.text)["ask"] == WORDS
    assert session.scalars(select(Draft)).all() == []


def test_nobody_keeps_one_without_a_sign_in(client: PageClient) -> None:
    assert client.get(KEEP).status_code == 401
    assert client.post(KEEP, data={"ask": WORDS}).status_code == 401


def test_where_the_form_has_changed_the_words_come_by_themselves(
    app: Flask, sign_in: SignsIn, session: Session
) -> None:
    person = sign_in(Role.MEMBER)
    person.post(KEEP, data={**written(person), "gone": "a field of before"})
    text = person.get(KEEP).text
    assert "a field of before" in text
    assert "Send again" in text


def test_its_day_is_told(sign_in: SignsIn) -> None:
    person = sign_in(Role.MEMBER)
    person.post(KEEP, data=written(person))
    assert str(clock.today().year) in person.get(NEW).text


def test_a_draft_over_words_that_somebody_changed_since_says_so_and_offers_both(
    sign_in: SignsIn, session: Session, keys: KeyFolder
) -> None:
    with clock.stopped_at(NOON):
        proposal = in_talk(session, a_board(session, keys)[0])
        session.commit()
        person, other = sign_in(Role.FACILITATOR), sign_in(Role.FACILITATOR)
        page = "/board/proposals/1/edit"
        keep = f"/draft?of={page}"
        typed = {**person.form(page, "ask")["fields"], "why": WORDS}
        person.post(keep, data=typed)
        assert CHANGED not in person.get(keep).text, "the control: nobody changed anything"

        proposals.revise(session, NO_KEYS, proposal, replace(A_PROPOSAL, ask="Close at noon."), "Shorter.", TODAY)
        session.commit()
        person.post(keep, data=typed, headers={"Accept": "application/json"})
        shown = person.get(keep).text
        assert CHANGED in shown
        assert f'href="{page}"' in shown
        held = in_form(shown)
        assert (held["why"].replace("\r", ""), held["ask"]) == (WORDS, typed["ask"]), "what was typed is kept"
        assert in_form(person.get(page).text)["ask"] == "Close at noon."
        assert CHANGED not in other.get(page).text
        person.post(keep, data=held)
        assert CHANGED not in person.get(keep).text, "whoever was told goes on from there"


def test_what_a_form_begins_with_may_move_by_itself_and_nobody_changed_it(sign_in: SignsIn) -> None:
    """An alert is up for so many days from today, and a proposal begins from a theme that its link names."""
    for role, page, begun, field in (
        (Role.STAFF_READER, "/desk/alerts", "/desk/alerts", "told"),
        (Role.MEMBER, NEW, f"{NEW}?theme=1", "why"),
    ):
        with clock.stopped_everywhere(NOON):
            person = sign_in(role)
            person.post(f"/draft?of={page}", data={**person.form(begun, field)["fields"], field: WORDS})
        with clock.stopped_everywhere(NOON + timedelta(days=1)):
            person.submit("/sign-in", alias=person.card.alias, passphrase=person.card.passphrase)
            shown = person.get(f"/draft?of={page}").text
            assert "Warm rooms" in shown
            assert CHANGED not in shown, page


def test_the_pages_say_for_how_long_as_the_rules_do(sign_in: SignsIn, client: PageClient) -> None:
    assert f"after {retention.DRAFTS.days} days." in sign_in(Role.MEMBER).get(NEW).text
    page = client.get("/sign-in").text
    assert f"after {retention.SIGN_IN_WITHOUT_A_TOUCH.seconds // 60} minutes of quiet" in page
    assert f"for {retention.SIGN_IN.seconds // 3600} hours." in page
