"""A teller is lost: the other one and two of the board's recovery shares open the box, and the record says so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.ballots import service
from governance.ballots.bundle.checking import check_bundle
from governance.cli import main
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from tests.ballots.factories import AFTER, VOTING, Vote, a_vote
from tests.people.factories import open_with

PAIR = sealing.new_pair()
SHARES = [share.text for share in sealing.split_secret(PAIR.private)]


@pytest.fixture
def vote(
    session: Session, keys: KeyFolder, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Vote:  # fmt: skip
    """A vote of four, with the board's recovery key, before close."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    keys.write("recovery.public", PAIR.public)
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "no", "yes")
    session.commit()
    return vote


def one_part(vote: Vote) -> None:
    teller = open_with(vote.session, vote.keys, vote.tellers[0])
    assert service.hand_in_part(vote.session, vote.keys, vote.ballot, teller, AFTER) is None
    vote.session.commit()


def recover(monkeypatch: pytest.MonkeyPatch, *shares: str, number: int = 1, now: Any = AFTER) -> int:
    typed = iter(shares)
    monkeypatch.setattr("click.prompt", lambda _asked: next(typed))
    with clock.stopped_at(now), pytest.raises(SystemExit) as ended:
        main(["ballot", "recover", str(number)])
    return int(ended.value.code or 0)


def test_one_teller_and_two_shares_open_the_box_and_it_is_said(
    vote: Vote, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], client: Any
) -> None:
    one_part(vote)
    assert recover(monkeypatch, SHARES[2], SHARES[0]) == 0
    said = capsys.readouterr().out
    assert "The box of vote 1 is open and counted. The board said yes." in said
    assert "The record says" in said

    vote.session.expire_all()
    count = service.count_of(vote.session, vote.ballot)
    assert count
    assert (count.counts, count.with_recovery) == ({"yes": 3, "no": 1, "abstain": 0}, True)
    leaf = ledger.leaf(vote.session, "decisions", count.leaf)
    assert leaf
    assert json.loads(leaf.body)["opened_with"] == "recovery"
    assert vote.parts_handed_in == 0
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    assert bundle.whole
    assert check_bundle(bundle.whole) == []
    vote.session.rollback()
    assert "recovery shares stood in" in client.get("/ballots/1").text
    assert recover(monkeypatch, *SHARES[:2]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_box_that_two_tellers_opened_says_nothing_of_it(vote: Vote, client: Any) -> None:
    vote.count()
    vote.session.commit()
    count = service.count_of(vote.session, vote.ballot)
    assert count
    leaf = ledger.leaf(vote.session, "decisions", count.leaf)
    assert leaf
    assert "opened_with" not in json.loads(leaf.body)
    vote.session.rollback()
    assert "recovery shares" not in client.get("/ballots/1").text


OTHERS = [share.text for share in sealing.split_secret(sealing.new_pair().private)]
NO_KEY = [share.text for share in sealing.split_secret(b"no key at all")]


BAD_SHARES = [
    ((SHARES[0], SHARES[0]), "two or more different shares"),
    ((SHARES[0], SHARES[1][:5] + ("A" if SHARES[1][5] != "A" else "B") + SHARES[1][6:]), "does not add up"),
    ((SHARES[0], "no share!"), "This share"),
    ((SHARES[0], OTHERS[1]), "do not bring back a secret"),
    (OTHERS[:2], "do not open the board's part"),
    (NO_KEY[:2], "bring back no key"),
]


def test_bad_shares_are_one_line_and_open_nothing(
    vote: Vote, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one_part(vote)
    for shares, words in BAD_SHARES:
        assert recover(monkeypatch, *shares) == 1
        said = capsys.readouterr().err
        assert (words in said, said.count("\n")) == (True, 1)
    vote.session.expire_all()
    assert service.count_of(vote.session, vote.ballot) is None
    assert vote.parts_handed_in == 1


@pytest.mark.on_both
def test_before_its_time_without_a_teller_and_for_a_key_made_apart_no_share_is_asked_for(
    vote: Vote, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [("still open", {"now": VOTING}), ("No teller has handed in", {}), ("no vote 7", {"number": 7})]
    for words, given in wanted:
        assert recover(monkeypatch, **given) == 1
        assert words in capsys.readouterr().err
    vote.ballot.tellers = [teller.account_id for teller in vote.tellers]
    vote.session.commit()
    assert recover(monkeypatch) == 1
    assert "made away from the server" in capsys.readouterr().err
