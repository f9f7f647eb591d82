"""What a request to adopt a record protects: its words stay as they are, and whose seat it is about says neither."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.decisions import service
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from tests.ballots.factories import AFTER
from tests.decisions.factories import WHOLE, a_draft
from tests.decisions.test_left_lying import a_counted_removal
from tests.responses.factories import a_site
from tests.second_yes import agree, waiting

SignIn = Callable[..., Any]
WAITS = "Somebody asked to adopt these words."
OTHER = {"result": "It moves.", "why": "Other words.", "gets_better": "Safer.", "review_on": "2026-09-01"}


@pytest.fixture(autouse=True)
def after_the_count() -> Iterator[None]:
    with clock.stopped_at(AFTER):
        yield


def test_no_letter_is_changed_while_a_request_waits(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    """Else whoever may write it could change one after each request, and the record would be out at no time."""
    a_site(session)
    record, _ = a_draft(session, keys)
    service.complete(session, record, WHOLE)
    session.commit()
    page = f"/board/decisions/{record.number}"
    facilitator, member = sign_in(Role.FACILITATOR), sign_in(Role.MEMBER, sits=True)
    token = {"csrf_token": facilitator.form("/language")["fields"]["csrf_token"]}
    assert WAITS not in facilitator.get(page).text
    assert facilitator.submit(page, "adopt").status_code == 303
    assert WAITS in facilitator.get(page).text
    changed = facilitator.post(page, data={**OTHER, **token})
    assert changed.status_code == 409
    assert WAITS in changed.text
    assert "Other words." in changed.text, "what was typed is not lost"
    assert member.submit("/second-yes", "/refuse").status_code == 303
    assert facilitator.submit(page, "result", **OTHER).status_code == 303, "the control: nothing waits"
    assert facilitator.submit(page, "adopt").status_code == 303
    assert agree(member).status_code == 303


def test_whose_seat_it_is_about_says_neither_yes_nor_no(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    """They could say no to the record of their own removal each time it is asked for."""
    a_site(session)
    taken, facilitator = sign_in(Role.MEMBER), sign_in(Role.FACILITATOR)
    vote = a_counted_removal(session, keys, about=0, seats=[taken.card.account_id])
    record = service.draft_record(session, vote.ballot, AFTER.date())
    service.complete(session, record, WHOLE)
    session.commit()
    other = sign_in(Role.MEMBER, sits=True)
    assert facilitator.submit(f"/board/decisions/{record.number}", "adopt").status_code == 303
    assert not waiting(taken)
    (form,) = waiting(other)
    token = {"csrf_token": taken.form("/language")["fields"]["csrf_token"]}
    for act in ("agree", "refuse"):
        address = form["action"].replace("/agree", f"/{act}")
        assert taken.post(address, data={**form["fields"], **token}).status_code == 409
    assert agree(other).status_code == 303


def test_another_record_is_agreed_to_by_the_same_member(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    """The control: the vote is about nobody's seat."""
    a_site(session)
    member, facilitator = sign_in(Role.MEMBER), sign_in(Role.FACILITATOR)
    record, _ = a_draft(session, keys, seats=[member.card.account_id])
    service.complete(session, record, WHOLE)
    session.commit()
    assert facilitator.submit(f"/board/decisions/{record.number}", "adopt").status_code == 303
    assert agree(member).status_code == 303
