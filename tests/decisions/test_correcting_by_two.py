"""A correction takes two people, who agree to each word of it; and whoever asks has read the version that holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.decisions import service
from governance.decisions.models import Record
from governance.permissions.roles import Role
from tests.decisions.factories import WHOLE
from tests.decisions.test_look_that_waits import CORRECT, TYPED
from tests.decisions.test_looking_again import ADDRESS, SAID, THE_DAY, WHY, SignIn, at, decided, words_of
from tests.page import Page
from tests.second_yes import agree, waiting

__all__ = ["decided"]
THURSDAY, FRIDAY = TYPED["result"], TYPED["correction"]
MEANWHILE = "The record was corrected while you read it."


def numbers(session: Session) -> list[str]:
    found = list(session.scalars(select(Record.number).order_by(Record.leaf)))
    session.rollback()
    return found


def form_of(person: Any, address: str, field: str) -> dict[str, Any]:
    """The fields of the form as this person's page holds them now."""
    forms = Page(person.get(address).text).forms
    return dict(next(each["fields"] for each in forms if field in each["fields"]))


@pytest.mark.usefixtures("decided")
def test_one_hand_changes_no_word_of_a_decision(session: Session, sign_in: SignIn, client: Any) -> None:
    with clock.stopped_at(at(THE_DAY)):
        facilitator, other, teller = (sign_in(each) for each in (Role.FACILITATOR, Role.FACILITATOR, Role.TELLER))
        member = sign_in(Role.MEMBER, sits=True)
        assert facilitator.submit(CORRECT, **TYPED).status_code == 303
        assert waiting(facilitator) == waiting(other) == [], "neither they themselves nor another one of the same role"
        assert numbers(session) == ["2026-001"]
        assert THURSDAY not in client.get("/decisions/2026-001").text
        work = words_of(facilitator.get("/board/decisions/2026-001"))
        assert "It waits for a second person" in work
        assert "Write a correction" not in work
        read = words_of(teller.get("/second-yes"))
        assert all(each in read for each in (FRIDAY, THURSDAY)), "the words that change, before the yes"

        assert agree(teller).status_code == 303

        assert numbers(session) == ["2026-001", "2026-002"]
        page = words_of(client.get("/decisions/2026-002"))
        assert all(each in page for each in (THURSDAY, f"What was wrong: {FRIDAY}"))
        told = words_of(member.get("/board"))
        assert f"What was wrong: {FRIDAY}" in told, "every member is told"
        assert f"{facilitator.card.alias} asked, {teller.card.alias} agreed." in told, "and by which two"


def test_whoever_agrees_reads_the_old_words_beside_the_new_field_by_field(decided: Record, sign_in: SignIn) -> None:
    old = decided.why
    with clock.stopped_at(at(THE_DAY)):
        facilitator, teller = sign_in(Role.FACILITATOR), sign_in(Role.TELLER)
        facilitator.submit(CORRECT, **TYPED, why="The bus runs.\n\nThe room is free.")
        page = teller.get("/second-yes").text
    assert '<p dir="auto">The bus runs.</p><p dir="auto">The room is free.</p>' in page, "breaks stay"
    shown = " ".join("".join(Page(page).text).split())
    what, why = shown.partition("What was decided: As it stands")[2].split("Why: As it stands")
    assert what.index(WHOLE.result) < what.index("From now on") < what.index(THURSDAY)
    assert why.index(old.split()[0]) < why.index("From now on") < why.index("The bus runs.")
    assert "What gets better: As it stands" not in shown, "what stays is not read again"


@pytest.mark.on_both
@pytest.mark.usefixtures("decided")
def test_a_no_leaves_the_record_as_it_is(session: Session, sign_in: SignIn) -> None:
    with clock.stopped_at(at(THE_DAY)):
        facilitator, teller = sign_in(Role.FACILITATOR), sign_in(Role.TELLER)
        facilitator.submit(CORRECT, **TYPED)
        (form,) = waiting(teller)
        assert teller.post(form["action"].replace("/agree", "/refuse"), data=form["fields"]).status_code == 303
        assert numbers(session) == ["2026-001"]
        assert facilitator.submit(CORRECT, **TYPED).status_code == 303, "and it can be asked anew"


@pytest.mark.usefixtures("decided")
def test_what_another_one_typed_comes_back(sign_in: SignIn) -> None:
    with clock.stopped_at(at(THE_DAY)):
        first, other = sign_in(Role.FACILITATOR), sign_in(Role.FACILITATOR)
        typed = {**form_of(other, CORRECT, "correction"), **TYPED, "why": "My own long reason."}
        first.submit(CORRECT, **TYPED)
        answer = other.post(CORRECT, data=typed)
        assert answer.status_code == 409
        assert "My own long reason." in answer.text
        assert "Somebody asked for this already." in words_of(answer)


def test_whoever_corrects_an_older_version_reads_the_words_they_would_take_back(
    session: Session, decided: Record, sign_in: SignIn
) -> None:  # fmt: skip
    theirs = {"result": "It moves to Sunday.", "why": "The bus runs on Sunday.", "gets_better": "More people come."}
    with clock.stopped_at(at(THE_DAY)):
        facilitator = sign_in(Role.FACILITATOR)
        form = form_of(facilitator, CORRECT, "correction")
        new = replace(WHOLE, **theirs)
        service.correct(session, session.get_one(Record, decided.id), new, "The day was wrong.", THE_DAY)
        session.commit()

        answer = facilitator.post(CORRECT, data={**form, **TYPED})

    shown = words_of(answer).partition("As it stands")[2]
    assert all(each in shown for each in (*theirs.values(), "The day was wrong.")), "what stands, beside what was typed"
    assert '<details class="part" open><summary>As it stands' in answer.text


@pytest.mark.parametrize(("address", "field", "typed"), [(CORRECT, "correction", TYPED), (ADDRESS, "why", SAID)])
def test_whoever_asks_has_read_the_version_that_holds(
    session: Session, decided: Record, sign_in: SignIn, address: str, field: str, typed: dict[str, str]
) -> None:
    """A correction comes out while somebody has the form open: they read it first, and lose no word."""
    with clock.stopped_at(at(THE_DAY)):
        facilitator, teller = sign_in(Role.FACILITATOR), sign_in(Role.TELLER)
        form = form_of(facilitator, address, field)
        new = replace(WHOLE, result="It moves to Sunday.")
        service.correct(session, session.get_one(Record, decided.id), new, "It said Friday.", THE_DAY)
        session.commit()

        answer = facilitator.post(address, data={**form, **typed})

        assert answer.status_code == 409
        assert MEANWHILE in words_of(answer)
        assert all(each in answer.text for each in typed.values())
        assert waiting(teller) == []
        again = dict(next(each["fields"] for each in Page(answer.text).forms if field in each["fields"]))
        assert facilitator.post(address, data={**again, **typed}).status_code == 303, "now they have read it"
        assert len(waiting(teller)) == 1


@pytest.mark.usefixtures("decided")
def test_what_both_agreed_to_is_not_done_to_other_words(session: Session, sign_in: SignIn) -> None:
    """Two wait: the look is said yes to first, and then the correction; each is about the version that was read."""
    with clock.stopped_at(at(THE_DAY)):
        facilitator, teller = sign_in(Role.FACILITATOR), sign_in(Role.TELLER)
        member = sign_in(Role.MEMBER, sits=True)
        facilitator.submit(CORRECT, **TYPED)
        assert member.submit(ADDRESS, **SAID).status_code == 303
        assert agree(teller, about="corrected").status_code == 303
        refused = agree(facilitator, about=WHY)
        assert "The record was corrected since this was asked for." in words_of(refused)
