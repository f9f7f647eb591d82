"""Promise 8, on the words that people vote on: who owns the database puts no other words before the voters unseen.

Each column of the words is changed by SQL after they were fixed, and after the vote was called, on both databases. No
vote is called, the papers refuse, the pages say so, the audit names it, and no record is made of such words. The
control is a vote of an older version, without the hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import as_fixed, service
from governance.ballots.bundle import trust
from governance.ballots.bundle.election import of_the_vote
from governance.ballots.bundle.verdict import report
from governance.ballots.models import Ballot, Count
from governance.board.models import CharterVersion
from governance.decisions import service as decisions
from governance.decisions.models import Record
from governance.decisions.service.adopting import NOT_VOTED_ON
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.permissions.roles import Role
from governance.programme import accounting
from governance.proposals import rules
from governance.proposals import service as proposals
from governance.proposals.models import Proposal, ProposalVersion
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import CLOSES, NOW, OPENS, VOTING, Vote, a_vote
from tests.ballots.test_box_told import words as words_on
from tests.ballots.test_named import a_named_vote
from tests.board.factories import SMALL_BOARD, a_board
from tests.databases import on_both
from tests.decisions.factories import TODAY, WHOLE, YES, a_counted_vote, a_draft
from tests.people.factories import a_card
from tests.proposals.factories import frozen

SignIn = Callable[..., Any]
FORGED = "Forged by whoever owns the database."
KEY = {"proposal_id", "version"}
COLUMNS = sorted(column.key for column in inspect(ProposalVersion).columns if column.key not in KEY)


def another(name: str, value: Any) -> Any:
    if name == "principles":
        return [2]
    return NOW.date() if name == "written_on" else f"{value} {FORGED}"


def forge(session: Session, name: str) -> None:
    """Change one column of the words as the owner of the database can."""
    value = getattr(session.query(ProposalVersion).one(), name)
    session.execute(update(ProposalVersion).values({name: another(name, value)}))
    session.commit()


def audit(session: Session, keys: KeyFolder) -> list[str]:
    kinds = [kind for kind in accounting.every_kind() if "proposal_version" in kind.tables]
    return [each for each in accounting.differences(session, keys, TODAY, kinds) if "is about" not in each]


def refused(answer: Any) -> bool:
    return answer.status_code == 409 and as_fixed.NOT_AS_CALLED in words_on(answer)


def said_on(client: Any) -> list[bool]:
    """Whether the public pages of the vote and of its proposal say that the words were changed."""
    return [proposals.WORDS_CHANGED in words_on(client.get(page)) for page in ("/ballots/1", "/proposals/1")]


def test_an_honest_vote_shows_its_words_and_nothing_is_doubtful(session: Session, keys: KeyFolder, client: Any) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        assert "Move drug checking" in client.get("/vote/1").text
        assert said_on(client) == [False, False]
    given = client.get("/ballots/1/words.json").data
    fixed = (vote.ballot.manifest or {})["words"]
    assert hashlib.sha256(given).hexdigest() == fixed
    assert json.loads(given)["ask"].startswith("Move drug checking")
    assert fixed in words_on(client.get("/ballots/1")).replace(" ", "")
    assert audit(session, keys) == []


@pytest.mark.parametrize("name", on_both(COLUMNS, ["ask"]))
def test_each_column_of_the_words_is_held_before_every_voter(
    session: Session, keys: KeyFolder, client: Any, sign_in: SignIn, name: str
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        facilitator = sign_in(Role.FACILITATOR)
        forge(session, name)
        assert refused(client.get("/vote/1"))
        assert refused(client.get("/vote"))
        assert refused(facilitator.get("/board/ballots/1/papers"))
        assert said_on(client) == [True, True]
        assert proposals.WORDS_CHANGED in words_on(facilitator.get("/board/proposals/1"))
    assert hashlib.sha256(client.get("/ballots/1/words.json").data).hexdigest() != (vote.ballot.manifest or {})["words"]
    assert any("Vote 1 is not what line" in each and "words" in each for each in audit(session, keys))


@pytest.mark.of_one_database
@pytest.mark.parametrize("name", ["ask", "why"])
def test_without_the_hash_the_same_change_stays_unseen(
    session: Session, keys: KeyFolder, client: Any, name: str
) -> None:
    """The control: of a vote that an older version called, and then it is said what that rests on."""
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys).of_an_older_version()
        before = audit(session, keys)
        forge(session, name)
        assert client.get("/vote/1").status_code == 200
        assert said_on(client) == [False, True], "the line of when they were fixed is all that is left"
        assert "It did not put the words into the ledger." in words_on(client.get("/ballots/1"))
    assert client.get("/ballots/1/words.json").status_code == 404
    assert not any("Vote 1" in each for each in audit(session, keys) if each not in before)
    vote.cast(*YES)
    vote.count()
    session.commit()
    assert trust.WORDS_NOT_FIXED.told in words_on(client.get("/ballots/1"))
    assert trust.WORDS_NOT_FIXED.said in report(bundle_of(vote))[1]


def bundle_of(vote: Vote) -> bytes:
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    return bundle.whole or b""


def test_who_votes_by_name_reads_no_forged_words(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    with clock.stopped_at(VOTING):
        member = sign_in(Role.MEMBER)
        a_named_vote(session, keys, seats=[member.card.account_id])
        assert member.get("/board/ballots/2/by-name").status_code == 200
        session.execute(update(ProposalVersion).values(ask=FORGED))
        session.commit()
        assert refused(member.get("/board/ballots/2/by-name"))


@pytest.mark.of_one_database
@pytest.mark.parametrize(
    "forged",
    [{"question": FORGED}, {"manifest_leaf": 0}, {"manifest_leaf": None}, {"hurry": FORGED}, {"second_check": True}],
    ids=lambda forged: next(iter(forged)),
)
def test_nor_is_anything_else_on_the_paper_changed(
    session: Session, keys: KeyFolder, client: Any, forged: dict[str, Any]
) -> None:
    with clock.stopped_at(VOTING):
        a_vote(session, keys)
        session.execute(update(Ballot).values(**forged))
        session.commit()
        assert refused(page := client.get("/vote/1"))
        assert FORGED not in words_on(page)


@pytest.mark.of_one_database
@pytest.mark.parametrize("name", ["question", "options", "words", "rule"])
def test_a_manifest_that_was_changed_in_its_row_is_on_no_paper(
    session: Session, keys: KeyFolder, client: Any, name: str
) -> None:
    with clock.stopped_at(VOTING):
        vote = a_vote(session, keys)
        fixed = dict(vote.ballot.manifest or {})
        session.execute(update(Ballot).values(manifest={**fixed, name: ["No", "Yes"] if name == "options" else FORGED}))
        session.commit()
        assert refused(client.get("/vote/1"))


def test_what_was_changed_is_not_fixed_anew_with_the_cards(session: Session, keys: KeyFolder) -> None:
    """Between the call and the cards the owner writes other words, and their hash into the row of the vote."""
    vote = a_vote(session, keys)
    forge(session, "ask")
    words = proposals.hash_of_words(session.query(ProposalVersion).one())
    session.execute(update(Ballot).values(manifest={**(vote.ballot.manifest or {}), "words": words}))
    session.commit()
    with pytest.raises(RuleRefused, match="Someone changed this vote"):
        service.make_cards(session, keys, vote.ballot, NOW)


def test_a_second_manifest_with_other_words_is_named(session: Session, keys: KeyFolder) -> None:
    """The same by somebody who runs the program: the ledger has both lines, and the audit holds them to each other."""
    vote = a_vote(session, keys)
    forge(session, "ask")
    words = proposals.hash_of_words(session.query(ProposalVersion).one())
    vote.ballot.manifest = {**(vote.ballot.manifest or {}), "words": words}
    vote.ballot.manifest_leaf = ledger.append(session, "decisions", "manifest", vote.ballot.manifest)
    session.commit()
    assert any("words" in each for each in audit(session, keys))


def test_no_record_is_made_of_other_words_than_were_voted_on(session: Session, keys: KeyFolder) -> None:
    record, _ = a_draft(session, keys)
    decisions.complete(session, record, WHOLE)
    forge(session, "ask")
    with pytest.raises(RuleRefused, match=NOT_VOTED_ON[:30]):
        decisions.adopt(session, keys, record, TODAY)


@pytest.mark.of_one_database
@pytest.mark.parametrize(
    "forged",
    [
        update(Record).values(asked=FORGED),
        update(Record).values(title=FORGED),
        update(Record).values(outcome="not_adopted"),
        update(Count).values(result="not_adopted"),
        update(Count).values(counts={"yes": 1}),
        update(Ballot).values(question=FORGED),
        update(Record).values(power="advice"),
        update(Record).values(how=[]),
        update(Record).values(sums=[]),
        update(Record).values(principles=[]),
        update(Record).values(recusal_ties=["friend"]),
        update(Record).values(ballot_id=None),
    ],
    ids=[
        "asked",
        "title",
        "outcome",
        "result",
        "counts",
        "question",
        "power",
        "how",
        "sums",
        "principles",
        "ties",
        "no vote",
    ],
)
def test_nor_of_a_draft_a_count_or_a_vote_that_was_changed_beside_honest_words(
    session: Session, keys: KeyFolder, forged: Any
) -> None:
    record, _ = a_draft(session, keys)
    decisions.complete(session, record, WHOLE)
    session.execute(forged)
    session.commit()
    session.expire_all()
    with pytest.raises(RuleRefused, match=NOT_VOTED_ON[:30]):
        decisions.adopt(session, keys, record, TODAY)


def test_who_checks_the_file_of_a_vote_is_told_the_hash_of_its_words(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    vote = a_counted_vote(session, keys)
    given = hashlib.sha256(client.get("/ballots/1/words.json").data).hexdigest()
    holds, said = report(bundle_of(vote))
    assert holds
    assert any("words voted on" in line and line.endswith(given) for line in said)
    assert any(line.endswith(given) for line in of_the_vote(bundle_of(vote)))
    forged = json.loads(bundle_of(vote))
    forged["manifest"]["words"] = "0" * 64
    assert not report(json.dumps(forged, separators=(",", ":"), sort_keys=True).encode())[0]


# Between fixing the words and calling the vote


def a_call(session: Session, keys: KeyFolder, proposal: Proposal) -> Ballot:
    tellers = [a_card(session, keys, Role.TELLER).account_id for _ in range(2)]
    return service.call_vote(
        session, keys, proposal, kind="majority", tellers=tellers, opens_at=OPENS, closes_at=CLOSES, now=NOW
    )


@pytest.fixture
def fixed(session: Session, keys: KeyFolder) -> Proposal:
    """Words that are fixed, and no vote so far."""
    proposal = frozen(session, a_board(session, keys, SMALL_BOARD, day=NOW.date())[0], keys=keys)
    session.commit()
    return proposal


BESIDE = {
    "power": rules.Power.ADVICE, "kind": rules.Kind.LOSING_ACCESS, "about_participants": True, "starts_on": NOW.date(),
    "changes_record": "2031-001", "about_answer": "theme 3",
}  # fmt: skip


@pytest.mark.of_one_database
def test_honest_words_come_to_a_vote(session: Session, keys: KeyFolder, client: Any, fixed: Proposal) -> None:
    assert audit(session, keys) == []
    assert proposals.WORDS_CHANGED not in words_on(client.get("/proposals/1"))
    assert a_call(session, keys, fixed).number == 1


@pytest.mark.parametrize("name", on_both([*COLUMNS, *sorted(BESIDE)], ["ask", "kind"]))
def test_no_vote_is_called_on_words_that_were_changed_since_they_were_fixed(
    session: Session, keys: KeyFolder, client: Any, fixed: Proposal, name: str
) -> None:
    if name in BESIDE:
        session.execute(update(Proposal).values({name: BESIDE[name]}))
        session.commit()
    else:
        forge(session, name)
    assert proposals.WORDS_CHANGED in words_on(client.get("/proposals/1"))
    assert any("Version 1 of proposal 1" in each for each in audit(session, keys))
    with pytest.raises(RuleRefused, match="The ledger does not hold these words"):
        a_call(session, keys, fixed)


def test_nor_on_a_version_that_was_put_in_beside_the_fixed_one(
    session: Session, keys: KeyFolder, fixed: Proposal
) -> None:
    kept = {column.key: getattr(proposals.current(session, fixed), column.key) for column in inspect(ProposalVersion).c}
    session.add(ProposalVersion(**kept | {"version": 2, "ask": FORGED}))
    session.execute(update(Proposal).values(version=2))
    session.commit()
    with pytest.raises(RuleRefused, match="The ledger does not hold these words"):
        a_call(session, keys, fixed)


def test_nor_under_a_charter_that_was_changed_by_hand(session: Session, keys: KeyFolder, fixed: Proposal) -> None:
    newest = session.scalars(select(CharterVersion).order_by(CharterVersion.number.desc())).first()
    assert newest
    newest.settings = {**newest.settings, "second_check": not newest.settings["second_check"]}
    session.commit()
    with pytest.raises(RuleRefused, match="Call no vote yet"):
        a_call(session, keys, fixed)


def test_words_without_a_line_are_fixed_anew_first(session: Session, keys: KeyFolder, fixed: Proposal) -> None:
    """Whoever goes on after such a change, or after an upgrade: back to the talk, and fixed again."""
    forge(session, "ask")
    proposals.back_to_discussion(session, fixed, "They were changed by hand.", NOW.date())
    proposals.freeze(session, fixed)
    assert a_call(session, keys, fixed).version == 2


@pytest.mark.of_one_database
def test_without_its_line_the_same_change_comes_to_a_vote(
    session: Session, keys: KeyFolder, fixed: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the line is asked neither at the call nor for the papers, and people vote on the forged words."""
    forge(session, "ask")
    monkeypatch.setattr(proposals, "check_as_fixed", lambda *_: None)
    monkeypatch.setattr(proposals, "holds", lambda *_: True)
    assert FORGED in str(service.fixed_words(session, a_call(session, keys, fixed)).html)
