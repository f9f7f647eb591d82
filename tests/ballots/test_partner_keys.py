"""The keys of a partner: for one vote, until it has closed, by files, commands and pages."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.models import CoSigned
from governance.cli import main
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.proposals import service as proposals
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import AFTER, CLOSES, NOW, VOTING, Vote, a_vote, some_issuers
from tests.ballots.test_partners import (
    ADDRESS,
    HOME,
    PAIRS,
    Partner,
    a_pass,
    drop,
    entry,
    half_a_pass,
    partner,
    taken_on,
    vote,
)

__all__ = ["partner", "vote"]


def test_the_partner_s_keys_are_for_one_vote_and_go_when_it_has_closed(vote: Vote, partner: Partner) -> None:
    manifest = vote.ballot.manifest or {}
    taken_on(vote, partner, cards={})
    for changed in ({"election": "test-programme/ballot-2"}, {"roll_size": 99}, {"roll_root": "00" * 32}):
        with pytest.raises(RuleRefused, match="another vote already"):
            taken_on(vote, partner, **changed)
    own = [each for each in manifest["issuers"] if "name" not in each]
    alone = [*manifest["issuers"], {"kind": "by-server", "key": "00" * 32}]
    roll = service.vote_for_partner(vote.session, vote.ballot, HOME)["roll"]
    for wrong in (
        {},
        {**manifest, "issuers": own},
        {**manifest, "issuers": alone},
        {**manifest, "vouchers": "x"},
        {**manifest, "closes": ""},
        None,
    ):
        with pytest.raises(RuleRefused, match="no file of a vote with our keys"):
            service.take_vote(partner.keys, wrong, HOME, roll)
    for closed in ({}, None, {**roll, "size": 9}, {**roll, "salt": "00" * 32}, {**roll, "size": "5"}, {"size": 5}):
        with pytest.raises(RuleRefused, match="no file of a vote with our keys"):
            service.take_vote(partner.keys, manifest, HOME, closed)
    _mine, _answer, asked = half_a_pass(vote, 0)
    service.end_co_signing(partner.keys, CLOSES - timedelta(seconds=1))
    assert len(list(partner.keys.names("partner-"))) == 3
    service.end_co_signing(partner.keys, AFTER)
    service.end_co_signing(partner.keys, AFTER)
    assert [name.split(".")[-1] for name in partner.keys.names("partner-")] == ["vote"]
    with pytest.raises(RuleRefused, match="sign no passes"):
        service.co_sign(partner.keys, asked, NOW)


@pytest.mark.on_both
def test_more_time_reaches_the_partner_with_a_new_file_and_never_less(vote: Vote, partner: Partner) -> None:
    _mine, _answer, asked = half_a_pass(vote, 0)
    old = service.vote_for_partner(vote.session, vote.ballot, f"{HOME}/")
    service.extend(vote.session, vote.ballot, CLOSES + timedelta(days=2), VOTING)
    new = service.vote_for_partner(vote.session, vote.ballot, HOME)
    assert (old["address"], new["manifest"]["closes"]) == (HOME, vote.ballot.closes_at.isoformat())
    with pytest.raises(RuleRefused, match="sign no passes"):
        service.co_sign(partner.keys, asked, CLOSES)
    for file in (new, old):
        service.take_vote(partner.keys, file["manifest"], file["address"], file["roll"])
    service.end_co_signing(partner.keys, CLOSES)
    assert partner.signs(asked, CLOSES + timedelta(days=1))
    service.end_co_signing(partner.keys, CLOSES + timedelta(days=2))
    with pytest.raises(RuleRefused, match="our keys for it are gone"):
        service.take_vote(partner.keys, new["manifest"], HOME, new["roll"])
    with pytest.raises(RuleRefused, match="begins with https"):
        service.vote_for_partner(vote.session, vote.ballot, "http://home.example")


def test_the_page_of_the_vote_has_the_file_and_says_when_to_send_it(vote: Vote, sign_in: Any) -> None:
    with clock.stopped_at(VOTING):
        facilitator, member = sign_in(Role.FACILITATOR), sign_in(Role.MEMBER)
        assert "knows only the old time" in facilitator.get("/board/ballots/1/longer").text
        later = facilitator.submit("/board/ballots/1/longer", closes_at="2026-03-08T12:00")
        assert later.status_code == 303
        page = facilitator.get("/board/ballots/1").text
        assert "Send the partner its new file now." in page
        assert "before the old closing time" in page
        file = facilitator.get("/board/ballots/1/partner.json")
        assert file.status_code == 200
        assert json.loads(file.data)["manifest"]["closes"].startswith("2026-03-08")
        assert "partner.json" not in member.get("/board/ballots/1").text
        assert member.get("/board/ballots/1/partner.json").status_code == 403


def test_keys_are_never_taken_over_and_the_page_of_the_next_vote_says_what_to_do(
    vote: Vote, partner: Partner, sign_in: Any
) -> None:
    """With the same keys, what was signed for one vote's roll would let in passes of the other."""
    service.cancel(vote.session, vote.keys, vote.ballot, "Too few are here.", NOW)
    proposals.freeze(vote.session, vote.proposal)
    again = service.call_vote(
        vote.session, vote.keys, vote.proposal, kind="majority", opens_at=VOTING, closes_at=CLOSES, now=NOW,
        tellers=[each.account_id for each in vote.tellers], issuers=some_issuers(),
    )  # fmt: skip
    vote.session.commit()
    assert service.partner_to_ask_again(vote.session, again, NOW) == "The Other Place"
    with clock.stopped_at(NOW):
        said = sign_in(Role.FACILITATOR).get(f"/board/ballots/{again.number}").text
        assert "Their keys were for that vote alone" in said
        assert f"governance ballot partner {again.number} KEYS.json" in said
    with pytest.raises(RuleRefused, match="no partner"):
        service.vote_for_partner(vote.session, again, HOME)
    service.add_partner(vote.session, vote.keys, again, entry(partner), NOW)
    file = service.vote_for_partner(vote.session, again, HOME)
    with pytest.raises(RuleRefused, match="another vote already"):
        service.take_vote(partner.keys, file["manifest"], HOME, file["roll"])
    assert service.partner_to_ask_again(vote.session, again, NOW) == ""


def test_the_page_signs_for_nobody_in_particular_and_refuses_in_a_sentence(client: Any, sign_in: Any) -> None:
    assert "Sign a pass" in client.get("/co-sign").text
    refused = client.submit("/co-sign", asked="RVASK1:W10=")
    assert (refused.status_code, "not the text from your vote" in refused.text) == (409, True)
    assert "RVASK1:W10=" in refused.text
    assert client.submit("/co-sign", asked="").status_code == 422
    assert client.post("/co-sign", data={"asked": "RVASK1:W10="}).status_code == 422
    member = sign_in(Role.MEMBER, alias="Heron")
    assert "Heron" in member.get("/board").text
    assert "Heron" not in member.get("/co-sign").text


@pytest.mark.on_both
def test_both_sides_go_by_files_and_commands(
    session: Session, keys: KeyFolder, environ: dict[str, str], partner: Partner, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    vote = a_vote(session, keys, issuers=some_issuers())
    vote.session.commit()
    monkeypatch.setattr(service, "new_issuers", lambda: PAIRS)
    theirs, ours = str(tmp_path / "keys.json"), str(tmp_path / "vote.json")

    def run(here: dict[str, str], *arguments: str) -> tuple[int, str]:
        for name, value in here.items():
            monkeypatch.setenv(name, value)
        with clock.stopped_at(NOW), pytest.raises(SystemExit) as ended:
            main(arguments)
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out or said.err

    named = ("--name", "The Other Place", "--address")
    assert run(partner.environ, "issuer", "keys", *named, "ftp://x", "--out", theirs)[0] == 1
    assert run(partner.environ, "issuer", "keys", *named, f"{ADDRESS}/", "--out", theirs)[0] == 0
    asked = ("ballot", "partner", "1", theirs, "--address", HOME, "--out", ours)
    status, said = run(environ, "ballot", "partner", "7", *asked[3:])
    assert (status, said) == (1, "There is no vote 7. The numbers are on the board's page of votes.\n")
    assert run(environ, *asked)[0] == 0
    assert run(environ, *asked) == (1, "This vote has a partner already. Two organisations sign each pass.\n")
    assert run(partner.environ, "issuer", "take", theirs)[0] == 1
    assert run(environ, "ballot", "partner", "1", *asked[4:])[0] == 0, "without the keys it is written once more"
    assert "at most 5" in run(partner.environ, "issuer", "take", ours)[1]
    assert "private" not in Path(theirs).read_text() + Path(ours).read_text()

    session.expire_all()
    drop_in = a_pass(vote, partner, 0)
    drop(vote, drop_in, "yes")
    (line,) = (row.leaf.hex() for row in partner.session.scalars(select(CoSigned)))
    partner.session.rollback()
    assert run(partner.environ, "issuer", "signed") == (0, "test-programme/ballot-1: 1 of 5\n")
    assert run(partner.environ, "issuer", "signed", line)[1].startswith("Yes")
    assert run(partner.environ, "issuer", "signed", "00" * 32)[1].startswith("No pass")
    assert run(partner.environ, "issuer", "signed", "x")[0] == 1
