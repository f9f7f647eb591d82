"""A counting key that was made away from the server: closed here, opened elsewhere, counted here."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import cli, clock, sealing
from governance.ballots import service
from governance.ballots.bundle import recounting
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.bundle.verdict import report
from governance.ballots.models import KeyPart
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import from_code, new_code
from governance.ballots.result.outcome import Result
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from governance.sealing import edwards, signed_seal
from tests.ballots.factories import AFTER, VOTING, Vote, a_vote, some_issuers
from tests.board.factories import SMALL_BOARD
from tests.people.factories import open_with

PAIR = sealing.new_pair()


@pytest.fixture
def vote(session: Session, keys: KeyFolder) -> Vote:
    return voted(a_vote(session, keys, counting_key=PAIR.public, issuers=some_issuers()))


def voted(vote: Vote) -> Vote:
    mine = vote.own_pass(4)
    vote.cast("yes", "yes", "yes", "no")
    vote.drop_sealed(*mine.sealed(vote.ballot, {"choice": "no"}))
    vote.session.commit()
    return vote


def count(vote: Vote, opened: list[str], teller: int = 0) -> Any:
    sent = io.BytesIO(json.dumps(opened).encode())
    return service.count_opened(vote.session, vote.keys, vote.ballot, vote.tellers[teller].account_id, sent, AFTER)


def test_the_server_never_holds_the_key_and_counts_what_two_shares_opened(vote: Vote, session: Session) -> None:
    assert session.scalars(select(KeyPart)).all() == []
    with pytest.raises(RuleRefused, match="hold no part"):
        service.hand_in_part(session, vote.keys, vote.ballot, open_with(session, vote.keys, vote.tellers[0]), AFTER)
    taken, opened = vote.opened_apart(PAIR.private)
    assert [json.loads(leaf.body)["kind"] for leaf in ledger.newest(session, "decisions", 1)] == ["box"]
    made = count(vote, opened, teller=1)

    assert (made.result, made.counts) == (Result.ADOPTED, {"yes": 3, "no": 2, "abstain": 0})
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert bundle.whole
    assert check_bundle(bundle.whole) == check_bundle(bundle.public) == []
    assert json.loads(bundle.whole)["manifest"]["key_holders"] == "apart"
    assert "made away from the server" in " ".join(report(bundle.whole)[1])
    assert len(taken["sealed"]) == 6
    with pytest.raises(RuleRefused, match="has been counted"):
        count(vote, opened)


def test_a_key_of_the_server_is_said_to_rest_on_trust(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes")
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert "rests on trust" in " ".join(report(bundle.public)[1])
    assert json.loads(bundle.public)["manifest"]["key_holders"] == "server"


def test_only_its_tellers_only_after_close_only_what_lay_in_it(vote: Vote, session: Session) -> None:
    teller = vote.tellers[0].account_id
    with pytest.raises(RuleRefused, match="still open"):
        service.publish_box(session, vote.keys, vote.ballot, teller, VOTING)
    with pytest.raises(RuleRefused, match="no teller"):
        service.publish_box(session, vote.keys, vote.ballot, vote.members[0], AFTER)
    with pytest.raises(RuleRefused, match="Close the box first"):
        service.box_to_open(session, vote.keys, vote.ballot, teller, AFTER)
    with pytest.raises(RuleRefused, match="Close the box first"):
        count(vote, ["", ""])
    _, opened = vote.opened_apart(PAIR.private)
    with pytest.raises(RuleRefused, match="no teller"):
        service.box_to_open(session, vote.keys, vote.ballot, vote.members[0], AFTER)
    for wrong in ([], opened[:-1], [*opened, ""], [""] * len(opened), opened[1:] + opened[:1], ["?"] * len(opened)):
        with pytest.raises(RuleRefused, match="not what lay in this box"):
            count(vote, wrong)
    for sent in ("", "{}", "7", "[7]", "nothing", "[" * 5000):
        with pytest.raises(RuleRefused, match="not what lay in this box"):
            service.count_opened(session, vote.keys, vote.ballot, teller, io.BytesIO(sent.encode()), AFTER)
    with pytest.raises(RuleRefused, match="sheet"):
        service.sign_for(session, vote.ballot, vote.members[0], AFTER, at_the_table=True)
    assert service.count_of(session, vote.ballot) is None


def plain_in(each: Any) -> bytes:
    return base64.b64decode(each[0] if isinstance(each, list) else each)


def a_ballot_of_a_card(opened: list[Any]) -> int:
    return next(n for n, each in enumerate(opened) if b'"no"' in plain_in(each) and b'"grants":[]' in plain_in(each))


def test_in_a_vote_with_plain_seals_a_lying_opener_can_leave_out_and_is_seen(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys, counting_key=PAIR.public, issuers=some_issuers()).of_an_older_version()
    _, opened = voted(vote).opened_apart(PAIR.private)
    own = a_ballot_of_a_card(opened)
    ballot = json.loads(plain_in(opened[own]))
    changed = json.dumps({**ballot, "choice": {"choice": "yes"}}, sort_keys=True, separators=(",", ":")).ljust(4096)
    opened[own] = base64.b64encode(changed.encode()).decode()
    opened[own % 5 + 1] = ""
    made = count(vote, opened)
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    read = json.loads(bundle.whole or b"")

    assert made.invalid == 2
    assert {each["reason"] for each in read["invalid"]} == {"Its signature does not hold.", recounting.NO_SEAL}
    assert len(read["sealed"]) == 5 == len(read["ballots"]) + 2


def test_where_seals_are_signed_what_a_lying_opener_leaves_out_is_opened_by_the_proof(
    vote: Vote, session: Session
) -> None:
    """They must bring a proof with each, and it opens the ballot here too: nothing is lost, and nothing is changed."""
    _, opened = vote.opened_apart(PAIR.private)
    own = a_ballot_of_a_card(opened)
    opened[own][0] = base64.b64encode(plain_in(opened[own]).replace(b'"no"', b'"yes"')).decode()
    opened[own % 5 + 1][0] = ""

    assert (count(vote, opened).counts, vote.ballot.number) == ({"yes": 3, "no": 2, "abstain": 0}, 1)
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert check_bundle(bundle.whole or b"") == []


@pytest.mark.parametrize("proof", ["", "00" * 96, "another's", "of another key"])
def test_where_seals_are_signed_a_ballot_is_not_left_out_without_its_proof(vote: Vote, proof: str) -> None:
    taken, opened = vote.opened_apart(PAIR.private)
    sealed = base64.b64decode(taken["sealed"][1])
    strange = seals.prover(vote.ballot.manifest or {}, sealing.new_pair().private)(sealed).hex()
    opened[1] = ["", {"another's": opened[2][1], "of another key": strange}.get(proof, proof)]
    with pytest.raises(RuleRefused, match="does not prove why"):
        count(vote, opened)
    opened[1] = ""
    with pytest.raises(RuleRefused, match="does not prove why"):
        count(vote, opened)
    assert service.count_of(vote.session, vote.ballot) is None


def test_a_true_ballot_of_nobody_does_not_stand_for_one_that_is_left_out(vote: Vote) -> None:
    _, opened = vote.opened_apart(PAIR.private)
    election = (vote.ballot.manifest or {})["election"]
    of_nobody = envelope.signed(from_code(new_code(), election), election, {"choice": "yes"})
    opened[1][0] = base64.b64encode(of_nobody).decode()
    with pytest.raises(RuleRefused, match="does not prove why"):
        count(vote, opened)


def test_the_pages_close_take_away_and_count_without_a_script(
    session: Session, keys: KeyFolder, vote: Vote, sign_in: Any, client: Any, tmp_path: Path
) -> None:
    with clock.stopped_at(AFTER):
        stranger, member = sign_in(Role.TELLER), sign_in(Role.MEMBER)
        teller = sign_in(Role.TELLER)
        vote.ballot = session.merge(vote.ballot)
        vote.ballot.tellers = [teller.card.account_id, vote.tellers[1].account_id]
        session.commit()
        assert member.get("/board/ballots/1/box.json").status_code == 403
        assert teller.get("/board/ballots/1/box.json").status_code == 409
        assert teller.submit("/board/ballots/1", "close").status_code == 303
        assert stranger.get("/board/ballots/1/box.json").status_code == 409
        box = teller.get("/board/ballots/1/box.json")
        assert "Type two of the three shares" in teller.get("/board/ballots/1/opened").text
        (tmp_path / "box.json").write_bytes(box.data)
        shares = [share.text for share in sealing.split_secret(PAIR.private)[1:]]
        command = ["ballot", "open", str(tmp_path / "box.json"), "--out", str(tmp_path / "opened.json")]
        told = CliRunner().invoke(cli.commands, command, input="\n".join(shares) + "\n")
        assert told.exit_code == 0, told.output
        token = teller.form("/board/ballots/1/opened")["fields"]["csrf_token"]
        assert teller.post("/board/ballots/1/opened", data={"csrf_token": token, "opened": "x"}).status_code == 409
        large = {"csrf_token": token, "opened": json.dumps(["A" * 5464] * 2000)}
        assert teller.post("/board/ballots/1/opened", data=large).status_code == 409, "a whole box has room here"
        assert member.post("/board/ballots/1/opened", data=large).status_code == 403, "for a teller"
        assert teller.post("/board/ballots/1/close", data=large).status_code == 413, "and nowhere else"
        assert teller.post("/board/ballots/1/opened", data={"csrf_token": "x", "opened": "x"}).status_code == 400
        file = (io.BytesIO((tmp_path / "opened.json").read_bytes()), "opened.json")
        done = teller.post("/board/ballots/1/opened", data={"csrf_token": token, "file": file})
        assert done.status_code == 303
        assert "The board said yes." in client.get("/ballots/1").text
        assert "made away from this server" in client.get("/ballots/1").text


@pytest.mark.parametrize(
    ("box", "shares", "why"),
    [
        ("{", (), "no sealed box"),
        ("good", ("nonsense", "nonsense"), "does not"),
        ("good", ("strange", "strange 2"), "another vote"),
    ],
)
def test_the_command_says_in_a_line_what_is_wrong(tmp_path: Path, box: str, shares: tuple[str, ...], why: str) -> None:
    path = tmp_path / "box.json"
    good = json.dumps({"public_key": PAIR.public.hex(), "info": "00", "sealed": []})
    path.write_text(good if box == "good" else box, encoding="utf-8")
    strange = iter(sealing.split_secret(sealing.new_key()))
    typed = [next(strange).text if share.startswith("strange") else share for share in shares]
    told = CliRunner().invoke(cli.commands, ["ballot", "open", str(path)], input="\n".join(typed) + "\n")
    assert told.exit_code != 0
    assert why in str(told.exception) + told.output


@pytest.mark.parametrize("key", [bytes(32), (2).to_bytes(32, "little"), b"\xff" * 32])
def test_a_key_that_nothing_can_be_sealed_to_or_proved_with_is_refused(
    session: Session, keys: KeyFolder, key: bytes
) -> None:
    with pytest.raises(RuleRefused, match="no key of a box"):
        a_vote(session, keys, counting_key=key)


def test_the_command_opens_a_ballot_by_the_seal_of_its_vote_alone(tmp_path: Path) -> None:
    """A copy of a signed one in the form of a plain one would open, and be there twice."""
    info = b"real-voice ballot v2 a-programme/ballot-7"
    word, whole = sealing.seal(PAIR.public, b"the word", info), signed_seal.seal(PAIR.public, b"yes", info, b"")
    copied = b"\x01" + edwards.to_montgomery(whole[1:33]) + whole[65:-64]
    assert sealing.open_sealed(PAIR.private, copied, info) == b"yes"
    box: dict[str, Any] = {"info": info.hex(), "public_key": PAIR.public.hex()}
    box["sealed"] = [base64.b64encode(each).decode() for each in (word, whole, copied)]
    (tmp_path / "box.json").write_text(json.dumps(box), encoding="utf-8")
    shares = [share.text for share in sealing.split_secret(PAIR.private)[1:]]
    command = ["ballot", "open", str(tmp_path / "box.json"), "--out", str(tmp_path / "opened.json")]
    told = CliRunner().invoke(cli.commands, command, input="\n".join(shares) + "\n")
    assert told.exit_code == 0, told.output
    opened = json.loads((tmp_path / "opened.json").read_text(encoding="utf-8"))
    assert (base64.b64decode(opened[0]), base64.b64decode(opened[1][0])) == (b"the word", b"yes")
    assert opened[2] == ["", ""]


def test_the_command_brings_a_proof_of_what_it_opened_and_of_what_it_could_not(
    session: Session, keys: KeyFolder, tmp_path: Path
) -> None:
    vote = a_vote(session, keys, counting_key=PAIR.public, issuers=some_issuers(), classes=SMALL_BOARD * 2)
    manifest = voted(vote).ballot.manifest or {}
    teller = vote.tellers[0].account_id
    strange = {**manifest, "counting_key": sealing.new_pair().public.hex()}
    service.sign_for(vote.session, vote.ballot, vote.members[5], VOTING)
    card = from_code(vote.cards.pop(), manifest["election"])
    said = envelope.signed(card, manifest["election"], {"choice": "no"})
    for_another_box = seals.seal(strange, said, card.drop_token)
    vote.drop_sealed(card.drop_token.hex(), "[]", base64.b64encode(for_another_box).decode())
    service.publish_box(vote.session, vote.keys, vote.ballot, teller, AFTER)
    taken = service.box_to_open(vote.session, vote.keys, vote.ballot, teller, AFTER)
    (tmp_path / "box.json").write_text(json.dumps(taken), encoding="utf-8")
    shares = [share.text for share in sealing.split_secret(PAIR.private)[1:]]
    command = ["ballot", "open", str(tmp_path / "box.json"), "--out", str(tmp_path / "opened.json")]
    told = CliRunner().invoke(cli.commands, command, input="\n".join(shares) + "\n")
    assert told.exit_code == 0, told.output
    opened = json.loads((tmp_path / "opened.json").read_text(encoding="utf-8"))
    boxed = {base64.b64decode(each): found for each, found in zip(taken["sealed"], opened, strict=True)}
    assert boxed.pop(for_another_box)[0] == ""
    count(vote, opened)
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    read = json.loads(bundle.whole or b"")
    assert [each["reason"] for each in read["invalid"]] == [recounting.NO_SEAL]
    assert check_bundle(bundle.whole or b"") == []
