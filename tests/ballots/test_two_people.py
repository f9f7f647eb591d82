"""On its pages: once a vote is over, what one person asks for another one agrees to, and everybody can read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from governance import clock
from governance.ballots.rules import TO_COUNT
from governance.keyfolder import KeyFolder
from governance.roles import Role
from tests.ballots.factories import AFTER, CLOSES, a_vote

SignIn = Callable[..., Any]


def test_a_name_comes_off_the_sheet_once_another_person_agrees(
    session: Session, keys: KeyFolder, sign_in: SignIn, client: Any
) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes", "yes", None)
    session.commit()
    with clock.stopped_at(AFTER):
        both = sign_in(Role.FACILITATOR, Role.TELLER)
        assert both.submit("/board/ballots/1/roll", f"roll/{vote.members[4]}/back").status_code == 303
        sheet, page = both.get("/board/ballots/1/roll").text, both.get("/board/ballots/1").text
        assert "It waits for another person" in sheet
        assert "off the sheet" in page
        assert "I agree" not in page
        alone = both.form("/board/ballots/1/roll")["fields"] | {"act": "take_mark_back", "about": vote.members[4]}
        assert both.post("/board/ballots/1/agree", data=alone).status_code == 409

        teller = sign_in(Role.TELLER)
        own = teller.form("/language")["fields"]
        for act, about, status in (("", "", 400), ("nothing", "1", 400), ("take_mark_back", "9" * 30, 409)):
            answer = teller.post("/board/ballots/1/agree", data=own | {"act": act, "about": about})
            assert answer.status_code == status
        assert teller.submit("/board/ballots/1", "agree").status_code == 303
        assert "I agree" not in teller.get("/board/ballots/1").text
        vote.count()
        session.commit()
        assert "two people took 1 name off the sheet" in " ".join(client.get("/ballots/1").text.split())


def test_a_vote_nobody_counts_ends_once_another_person_agrees(
    session: Session, keys: KeyFolder, sign_in: SignIn, client: Any
) -> None:
    vote = a_vote(session, keys)
    vote.cast(*["yes"] * 5)
    session.commit()
    with clock.stopped_at(CLOSES + TO_COUNT):
        facilitator, teller = sign_in(Role.FACILITATOR), sign_in(Role.TELLER)
        assert "someone else who opens boxes must agree" in facilitator.get("/board/ballots/1/call-off").text
        assert facilitator.submit("/board/ballots/1/call-off", reason="Both cards are lost.").status_code == 303
        assert "called off" not in client.get("/ballots/1").text
        assert "Both cards are lost." in teller.get("/board/ballots/1").text
        assert teller.submit("/board/ballots/1", "agree").status_code == 303
        assert "Both cards are lost." in client.get("/ballots/1").text
