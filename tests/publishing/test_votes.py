"""A vote that goes on is found from the wall, and the board's first page says what has to follow it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from tests.ballots.factories import AFTER, CLOSES, NOW, OPENS, VOTING, a_vote
from tests.proposals.factories import in_talk

SignIn = Callable[..., Any]
ASKED = "Which first: <later> hours?"


def test_the_wall_leads_to_a_vote_while_it_is_open_and_no_longer(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    vote = a_vote(session, keys, question=ASKED)
    for moment, is_there in ((NOW, False), (VOTING, True), (CLOSES, False)):
        with clock.stopped_at(moment):
            page = client.get("/").text
        assert ("Which first: &lt;later&gt; hours?" in page) is is_there
        assert ('href="/vote/1"' in page) is is_there
        assert ('href="/ballots/1"' in page) is is_there
    with clock.stopped_at(VOTING):
        ballots.cancel(session, keys, vote.ballot, "A cost was left out.", VOTING)
        session.commit()
        assert "/vote/1" not in client.get("/").text


def test_a_sense_check_waits_for_members_too_and_a_vote_that_must_follow_for_the_facilitator(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    with clock.stopped_at(VOTING):
        member = sign_in(Role.MEMBER)
        vote = a_vote(session, keys, seats=[member.card.account_id])
        talked_about = in_talk(session, vote.members[1])
        ballots.call_vote(
            session, keys, talked_about, kind="sense_check", question="How does it feel?", opens_at=OPENS,
            closes_at=CLOSES, tellers=[each.account_id for each in vote.tellers], now=NOW,
        )  # fmt: skip
        session.commit()
        assert "How does it feel?" in member.get("/board").text
        vote.cast("yes", "no", "yes", "yes")
        vote.count()
        session.commit()
    with clock.stopped_at(AFTER):
        facilitator = sign_in(Role.FACILITATOR)
        assert "One more vote must come" not in facilitator.get("/board").text
        count = ballots.count_of(session, vote.ballot)
        assert count
        count.result = "needs_vote"
        session.commit()
        assert "One more vote must come" in facilitator.get("/board").text
        member.submit("/sign-in", alias=member.card.alias, passphrase=member.card.passphrase)
        assert "One more vote must come" not in member.get("/board").text
