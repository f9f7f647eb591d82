"""A record from the count to the ledger, its dissent, its second try and its corrections."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from governance.ballots.models import Box, KeyPart
from governance.board import service as board
from governance.board.rules import SeatClass, Tie
from governance.decisions import service
from governance.decisions.models import Dissent, Outcome, State
from governance.decisions.rules import DissentChoice
from governance.decisions.service import Key
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.proposals import service as proposals
from governance.proposals.rules import Status
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import from_json
from tests.ballots.factories import ABOUT_PEOPLE, NOW, OPENS, a_vote
from tests.board.factories import a_member
from tests.decisions.factories import TODAY, WHOLE, a_counted_vote, a_draft, a_record

MINE, THEIRS, ONLY_THAT, NOTHING = DissentChoice


def test_a_draft_says_what_the_vote_and_the_proposal_said(session: Session, keys: KeyFolder) -> None:
    record, vote = a_draft(session, keys)

    assert record.number == "2026-001"
    assert record.outcome is Outcome.ADOPTED
    assert record.result == "The board said yes to “Drug checking on Fridays”."
    assert record.principles == [1, 6]
    assert record.decided_on == vote.ballot.closes_at.date()
    assert service.draft_record(session, vote.ballot, TODAY) is record, "asking twice drafts once"
    assert service.missing(session, record, TODAY) == ["Choose a day to look at it again."]


def test_a_vote_that_decided_nothing_makes_no_record(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    with pytest.raises(RuleRefused, match="not counted yet"):
        service.draft_record(session, vote.ballot, TODAY)
    vote.cast("yes")
    vote.count()
    with pytest.raises(RuleRefused, match="Not enough people took part"):
        service.draft_record(session, vote.ballot, TODAY)


def test_adopting_publishes_a_fingerprint_and_forgets_who_said_what(session: Session, keys: KeyFolder) -> None:
    record, vote = a_draft(session, keys)
    service.complete(session, record, WHOLE)
    service.say_dissent(session, record, vote.members[3], MINE, "The line will be long.")

    service.adopt(session, keys, record, TODAY)

    assert record.state is State.ADOPTED
    assert record.against == ["The line will be long."]
    assert vote.proposal.status is Status.DECIDED
    assert session.scalars(select(Dissent)).all() == session.scalars(select(Box)).all() == []
    assert session.scalars(select(KeyPart)).all() == []
    leaf = ledger.leaf(session, "decisions", record.leaf or 0)
    assert leaf
    said = json.loads(leaf.body)
    assert (said["kind"], said["record"]) == ("record", "2026-001")
    assert said["sha256"] == hashlib.sha256((record.published or "").encode()).hexdigest()
    assert set(said) == {"v", "kind", "record", "sha256", "day"}


NINE = (SeatClass.LIVED,) * 7 + (SeatClass.FAMILY, SeatClass.HEALTH)
HIDDEN = [
    "Enough members took part to decide.",
    "The numbers are not shown. On a board this small they could tell how someone voted.",
]
PARTLY = [
    "Enough members took part to decide.",
    "Yes: not shown.",
    "No: fewer than 3.",
    "A number is left out where it could tell how someone voted.",
]


@pytest.mark.parametrize(
    ("classes", "choices", "sums"),
    [
        (NINE[4:], ("yes", "yes", "yes", "no", "abstain"), HIDDEN),
        (NINE, ("yes",) * 6 + ("no", "abstain", "abstain"), PARTLY),
        (NINE, ("yes",) * 6 + ("no",) * 3, ["Enough members took part to decide.", "Yes: 6.", "No: 3."]),
    ],
)
def test_what_is_published_names_nobody_and_shows_no_small_number(
    session: Session, keys: KeyFolder, classes: tuple[SeatClass, ...], choices: tuple[str, ...], sums: list[str]
) -> None:
    record, _ = a_record(session, keys, choices, classes=classes)

    published = json.loads(record.published or "")

    assert published["sums"] == sums
    for hidden in ("Chair", "Seat", "Person", "account"):
        assert hidden not in (record.published or "")


def test_a_member_who_stepped_out_is_a_kind_of_tie_and_then_nobody(session: Session, keys: KeyFolder) -> None:
    vote = a_counted_vote(session, keys)
    board.step_out(session, a_member(session, keys, "Moss"), vote.proposal.matter, Tie.MONEY_OR_JOB)
    record = service.draft_record(session, vote.ballot, TODAY)
    service.complete(session, record, WHOLE)

    service.adopt(session, keys, record, TODAY)

    assert json.loads(record.published or "")["stepped_out"] == ["Money or a job that hangs on the result"]
    assert [each.account_id for each in board.recusals(session, vote.proposal.matter)] == [None]


def test_a_no_goes_back_to_the_talk_as_a_second_try(session: Session, keys: KeyFolder) -> None:
    record, vote = a_record(session, keys, ("no", "no", "no", "yes", "yes"))

    assert record.outcome is Outcome.NOT_ADOPTED
    assert vote.proposal.status is Status.DISCUSSION
    assert proposals.current(session, vote.proposal).reason == ("The vote did not pass. This is the second try.")


@pytest.mark.on_both
def test_each_one_who_disagreed_stands_in_the_record_as_they_chose(session: Session, keys: KeyFolder) -> None:
    record, vote = a_draft(session, keys)
    first, second, third, fourth, fifth = vote.members
    service.say_dissent(session, record, first, MINE, "  The line will be long. ")
    service.say_dissent(session, record, second, THEIRS, "never kept")
    service.say_dissent(session, record, third, ONLY_THAT, "never kept")
    service.say_dissent(session, record, fourth, NOTHING, "never kept")
    service.say_dissent(session, record, fifth, MINE, "A slip.")
    service.forget_dissent(session, record, fifth)
    service.complete(session, record, WHOLE)

    with pytest.raises(RuleRefused, match="Wait for those who did not agree"):
        service.adopt(session, keys, record, TODAY)
    waiting = service.asked_to_speak(session, record)
    assert [each.words for each in waiting] == [""]
    service.speak_for(session, record, waiting[0].id, "A member worries about cost.")
    service.adopt(session, keys, record, TODAY)

    assert record.against == ["A member worries about cost.", "The line will be long.", "Not all of us agreed."]
    assert "never kept" not in (record.published or "")


def test_a_changed_mind_takes_the_facilitators_words_away(session: Session, keys: KeyFolder) -> None:
    record, vote = a_draft(session, keys)
    service.say_dissent(session, record, vote.members[0], THEIRS)
    asked = service.asked_to_speak(session, record)[0]
    service.speak_for(session, record, asked.id, "They worry.")
    assert service.say_dissent(session, record, vote.members[0], THEIRS).text == "They worry."

    service.say_dissent(session, record, vote.members[0], NOTHING)

    assert service.preview(session, record) == []
    with pytest.raises(RuleRefused, match="chosen another way"):
        service.speak_for(session, record, asked.id, "They worry.")


def test_only_who_could_vote_disagrees_and_only_before_it_is_out(session: Session, keys: KeyFolder) -> None:
    record, vote = a_draft(session, keys)
    with pytest.raises(RuleRefused, match="Only members who could vote"):
        service.say_dissent(session, record, vote.tellers[0].account_id, ONLY_THAT)
    with pytest.raises(RuleRefused, match="Write your words first"):
        service.say_dissent(session, record, vote.members[0], MINE, " \n ")
    service.complete(session, record, WHOLE)
    service.adopt(session, keys, record, TODAY)
    with pytest.raises(RuleRefused, match="is published"):
        service.say_dissent(session, record, vote.members[0], ONLY_THAT)


def test_nothing_published_is_edited_a_correction_stands_beside_it(session: Session, keys: KeyFolder) -> None:
    record, _ = a_record(session, keys)
    before = record.published
    with pytest.raises(RuleRefused, match="it does not change"):
        service.complete(session, record, WHOLE)
    with pytest.raises(RuleRefused, match="it does not change"):
        service.adopt(session, keys, record, TODAY)
    with pytest.raises(RuleRefused, match="Say what was wrong"):
        service.correct(session, record, WHOLE, " ", TODAY)

    fixed = service.correct(session, record, replace(WHOLE, result="It moves to Thursday."), "It said Friday.", TODAY)

    assert (fixed.number, fixed.corrects_id, record.published) == ("2026-002", record.id, before)
    assert fixed.outcome is record.outcome
    with pytest.raises(RuleRefused, match="Only the newest"):
        service.correct(session, record, WHOLE, "Again.", TODAY)
    again = service.correct(session, fixed, WHOLE, "Friday was right.", TODAY)
    for number in ("2026-001", "2026-002", "2026-003"):
        versions = service.versions(session, number)
        assert versions
        assert versions.all == [record, fixed, again]
        assert versions.record.number == number
    assert {found.record.number: found.corrected_by for found in service.listed(session)} == {
        "2026-003": None, "2026-002": "2026-003", "2026-001": "2026-003",
    }  # fmt: skip
    leaf = ledger.leaf(session, "decisions", again.leaf or 0)
    assert leaf
    assert json.loads(leaf.body)["corrects"] == "2026-001"


def test_of_a_vote_of_the_lived_seats_alone_no_number_is_published(session: Session, keys: KeyFolder) -> None:
    from governance.ballots import service as ballots

    vote = a_vote(session, keys, fields=ABOUT_PEOPLE, classes=(SeatClass.LIVED,) * 6 + (SeatClass.HEALTH,) * 4)
    vote.cast("yes", "yes", "yes", *["no"] * 3, *["yes"] * 4)
    vote.count()
    vote.ballot = ballots.call_next_vote(
        session, keys, vote.ballot, opens_at=OPENS, closes_at=vote.ballot.closes_at, now=NOW,
        tellers=[teller.account_id for teller in vote.tellers],
    )  # fmt: skip
    vote.print_cards()
    vote.cast("yes", "yes", "yes", "yes", "no", "no")
    vote.count()

    record = service.draft_record(session, vote.ballot, TODAY)

    assert [each["template"] for each in record.sums] == HIDDEN
    assert any("voted alone" in each["template"] for each in record.how)


@pytest.mark.on_both
def test_the_list_goes_on_from_a_record_and_finds_words(session: Session, keys: KeyFolder) -> None:
    record, _ = a_record(session, keys)
    for nth in range(3):
        newest = service.listed(session)[0].record
        service.correct(session, newest, replace(WHOLE, result=f"Number {nth} is 100% right"), "Words.", TODAY)

    first = service.listed(session, limit=2)
    rest = service.listed(session, after=Key(TODAY, first[-1].record.id))

    assert [found.record.number for found in first + rest] == ["2026-004", "2026-003", "2026-002", "2026-001"]
    assert [found.record.number for found in service.listed(session, "100% RIGHT")] == [
        "2026-004",
        "2026-003",
        "2026-002",
    ]
    assert service.listed(session, "100_") == []
    assert (
        service.listed(session, after=Key(record.adopted_on - timedelta(days=1) if record.adopted_on else TODAY, 9))
        == []
    )


def test_the_list_and_a_page_cost_the_same_however_many_there_are(session: Session, keys: KeyFolder) -> None:
    a_record(session, keys)
    seen: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *facts: seen.append(facts[2].split()[0]))

    def cost() -> list[int]:
        counts = []
        for act in (lambda: service.listed(session), lambda: service.versions(session, "2026-001")):
            session.expire_all()
            seen.clear()
            act()
            counts.append(seen.count("SELECT"))
        return counts

    before = cost()
    for nth in range(5):
        service.correct(session, service.listed(session)[0].record, replace(WHOLE, result=f"N {nth}"), "Words.", TODAY)
    session.commit()
    assert before == cost() == [3, 1], "what was decided, what came of looking again, what took its place"


@pytest.mark.on_both
def test_the_record_says_how_the_box_was_opened_and_if_the_vote_was_secret(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes", "no")
    count = vote.count()
    count.with_recovery = True
    vote.ballot.manifest = {**(vote.ballot.manifest or {}), "named": True}
    session.flush()
    how = str([from_json(each) for each in service.draft_record(session, vote.ballot, TODAY).how])
    assert "Members voted by name" in how
    assert "two shares that the board keeps" in how
    assert "was secret" not in how
