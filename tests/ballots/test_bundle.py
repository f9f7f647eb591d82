"""What the result bundle shows to whom, and how what came out of the box is sorted."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock, privacy, sealing
from governance.ballots import service
from governance.ballots.box import unordered
from governance.ballots.bundle import manifests, recounting
from governance.ballots.bundle.building import may_be_public
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.bundle.progress import a_bar
from governance.ballots.bundle.trust import CARDS, ONE_ISSUER
from governance.ballots.bundle.verdict import ONLY_THE_OPENER_KNOWS, OTHER_KEY, PROVED, report
from governance.ballots.models import Box
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import from_code, key_message, new_code
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from tests.ballots.factories import AFTER, VOTING, Vote, a_vote
from tests.bench import recount
from tests.board.factories import SMALL_BOARD

TWELVE = (SeatClass.LIVED,) * 9 + (SeatClass.FAMILY,) * 3


def counted(vote: Vote) -> Any:
    vote.count()
    vote.session.commit()
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    assert bundle.whole
    assert check_bundle(bundle.whole) == check_bundle(bundle.public) == []
    return bundle


def test_a_large_enough_board_shows_every_ballot_to_everyone(session: Session, keys: KeyFolder, client: Any) -> None:
    vote = a_vote(session, keys, classes=TWELVE)
    vote.cast(*["yes"] * 8, *["no"] * 4)
    bundle = counted(vote)

    assert service.everyone_sees(bundle)
    with clock.stopped_at(AFTER):
        page = client.get("/ballots/1").text
        file = client.get("/ballots/1/bundle.json")
    for tracker, choice in service.ballots_in(bundle.public):
        assert f"{tracker[:5]} {tracker[5:]}" in page
        assert choice["choice"] in ("yes", "no")
    assert file.data == bundle.whole
    assert file.headers["Content-Disposition"] == 'attachment; filename="vote-1.json"'


@pytest.mark.parametrize(
    "choices",
    [
        ["yes"] * 10 + ["no"] * 2,
        ["yes"] * 12,
        ["yes"] * 7 + ["no"] * 4 + ["abstain"],
        ["yes"] * 7 + ["no"] * 3 + [None, None],
        ["yes"] * 7 + ["no"] * 3,
    ],
)
def test_a_small_side_or_class_steps_down_to_members_alone(
    session: Session, keys: KeyFolder, client: Any, choices: list[str | None]
) -> None:
    vote = a_vote(session, keys, classes=TWELVE)
    vote.cast(*choices)
    bundle = counted(vote)

    assert not service.everyone_sees(bundle)
    public = json.loads(bundle.public)
    assert set(public) == {
        "v",
        "kind",
        "manifest",
        "ledger",
        "box_root",
        "issued_root",
        "sums",
        "voided",
        "result",
        "whole",
    }
    assert public["whole"] == hashlib.sha256(bundle.whole).hexdigest()
    with clock.stopped_at(AFTER):
        page = client.get("/ballots/1").text
    assert "In public they would point to people" in page
    assert service.ballots_in(bundle.whole)[0][0][:5] not in page


def test_a_check_of_a_file_shows_how_far_it_is_and_holds_the_ledger_to_the_key_one_knows(
    session: Session, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes")
    whole = counted(vote).whole
    monkeypatch.setattr("governance.ballots.bundle.checking.EVERY", 1)
    steps: list[tuple[int, int]] = []
    key = json.loads(whole)["ledger"]["key"]
    assert report(io.BytesIO(whole), lambda done, of: steps.append((done, of)), key)[0]
    assert steps == sorted(steps)
    assert steps[-1] == (1000, 1000)
    assert len(steps) > 4
    assert report(whole, key=f"{key}x") == (False, [OTHER_KEY])

    assert a_bar(io.StringIO()) is None
    screen = Screen()
    check_bundle(whole, a_bar(screen))
    assert screen.getvalue().endswith("100 %\n")


@pytest.mark.parametrize("kind", [{}, {"by_pass": True}, {"ranked": True}])
def test_the_invented_bundle_that_the_bench_measures_with_holds(kind: dict[str, bool]) -> None:
    holds, said = report(recount.a_bundle(30, **kind))

    result = "chosen" if "ranked" in kind else "adopted"
    assert (holds, said[1]) == (True, f"Counted again: 30 ballots. The result is the same: {result}.")


def test_one_ballot_is_one_ballot() -> None:
    assert "Counted again: 1 ballot." in report(recount.a_bundle(1))[1][1]


@pytest.mark.parametrize(("name", "other"), [("result", "not_adopted"), ("whole", "0" * 64)])
def test_a_result_without_ballots_is_not_said_to_be_proved(
    session: Session, keys: KeyFolder, name: str, other: str
) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes")
    public = counted(vote).public
    read = json.loads(public)
    for body, whole in ((public, read["whole"]), (canonical({**read, name: other}), {**read, name: other}["whole"])):
        said = " ".join(report(body)[1])
        assert "It holds" not in said
        assert "does not prove its result" in said
        assert f"SHA-256 of the whole bundle, to compare with the result in the ledger: {whole}" in said
        assert hashlib.sha256(body).hexdigest() not in said


def test_the_ballots_go_when_the_record_is_adopted_and_the_outcome_stays(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes", "yes")
    bundle = counted(vote)
    service.keep_only_totals(session, keys, vote.proposal.id)

    assert bundle.whole is None
    assert check_bundle(bundle.public) == []


def test_whoever_opens_the_box_cannot_put_in_a_ballot_of_nobody(session: Session, keys: KeyFolder) -> None:
    """Sealed rubbish, a ballot of no card, one of another form, and two of one card: counted, replaced or listed."""
    vote = a_vote(session, keys, classes=SMALL_BOARD * 2)
    vote.cast("yes", "yes", "yes", "yes")
    for member in vote.members[4:]:  # A name for each ballot that is put in by hand: else the box stays shut.
        service.sign_for(session, vote.ballot, member, VOTING)
    election = vote.ballot.manifest["election"]  # type: ignore[index]
    mine, nobody = from_code(vote.cards.pop(), election), from_code(new_code(), election)
    for n, plain in enumerate((
        envelope.signed(mine, election, {"choice": "yes"}, seq=1),
        envelope.signed(mine, election, {"choice": "no"}, seq=2),
        envelope.signed(nobody, election, {"choice": "yes"}),
        envelope.signed(from_code(vote.cards.pop(), election), election, {"choice": "perhaps"}),
        b"yes please",
    )):  # fmt: skip
        sealed = seals.seal(vote.ballot.manifest or {}, plain, bytes([n]) * 32)
        unordered.put(session, vote.ballot.id, bytes([n]) * 32, sealed)
    unordered.put(session, vote.ballot.id, b"x" * 32, b"not sealed at all")
    whole = counted(vote).whole
    read, said = json.loads(whole), report(whole)[1]

    assert "In the box: 10 sealed. Replaced by their voter: 1. Not counted: 4." in said
    assert {f"Not counted, 1: {each['reason']}" for each in read["invalid"]} <= set(said)
    assert {PROVED.format(number=4), ONE_ISSUER.said, CARDS.said} <= set(said)
    assert ONLY_THE_OPENER_KNOWS not in said
    assert read["counts"] == {"yes": 4, "no": 1, "abstain": 0}
    assert (len(read["sealed"]), len(read["ballots"]), len(read["superseded"])) == (10, 5, 1)
    assert sorted(each["reason"] for each in read["invalid"]) == sorted(
        [recounting.NOT_LET_IN, recounting.NO_CHOICE, recounting.UNSIGNED, "It is not written as a ballot."]
    )
    assert len(session.scalars(select(Box)).all()) == 10


def test_a_grant_of_every_issuer_or_a_card_lets_a_key_in_and_nothing_else() -> None:
    election, mine = "a-programme/ballot-1", from_code(new_code(), "a-programme/ballot-1")
    server = sealing.new_signer()
    fixed = {"election": election, "issuers": [{"kind": manifests.BY_SERVER, "key": server.public.hex()}]}
    grant = base64.b64encode(sealing.sign(server.private, key_message(election, mine.public))).decode()
    other = base64.b64encode(sealing.sign(server.private, b"something else")).decode()
    cards = frozenset({mine.key_tag.hex()})

    def holds(grants: list[str], cards: frozenset[str] = frozenset(), kind: str = manifests.BY_SERVER) -> bool:
        here = {**fixed, "issuers": [{**fixed["issuers"][0], "kind": kind}]}  # type: ignore[dict-item]
        return manifests.grants_hold(here, {"key": mine.public.hex(), "grants": grants}, cards)

    assert holds([grant])
    assert holds([], cards)
    for grants in ([], [other], [grant, grant], ["?"], [""]):
        assert not holds(grants)
    assert not holds([grant], kind="of a kind nobody knows")


def a_result_of_twelve(session: Session, keys: KeyFolder) -> bytes:
    """The whole bundle of a count of twelve ballots."""
    vote = a_vote(session, keys, classes=TWELVE)
    vote.cast(*["yes"] * 7, *["no"] * 5)
    return bytes(counted(vote).whole)


@pytest.fixture
def whole(made_once: Callable[..., bytes]) -> dict[str, Any]:
    """All that a count of twelve ballots has, as those who may see the whole read it. Counted once on each database."""
    read: dict[str, Any] = json.loads(made_once(a_result_of_twelve))
    return read


@pytest.mark.parametrize(("missing", "public"), [(0, True), (1, False), (2, False), (3, True)])
def test_a_seat_that_is_missing_in_the_roll_keeps_the_ballots_from_everyone(
    whole: dict[str, Any], missing: int, public: bool
) -> None:
    """Everybody reads how many seats the charter has, so a roll of one fewer would tell that somebody rests."""
    seats = {"lived": 9 + missing, "family": 3, "health": 0}
    assert may_be_public(whole, privacy.FLOOR, seats) is public


@pytest.mark.parametrize(
    ("reason", "shown", "public"),
    [
        (recounting.NO_CHOICE, 0, True),
        (recounting.NO_CHOICE, 1, False),
        (recounting.SAME_AGAIN, 2, False),
        (recounting.NO_CHOICE, 3, True),
        ("replaced", 1, False),
        ("replaced", 3, True),
        (recounting.NO_SEAL, 1, True),
        (recounting.UNSIGNED, 2, True),
        ("a plain seal", 1, True),
    ],
)
def test_so_few_ballots_that_do_not_count_are_not_shown_to_everyone(
    whole: dict[str, Any], reason: str, shown: int, public: bool
) -> None:
    """A proof shows all that was in one, as one that counted. Of what nothing opens it shows nothing of a person."""
    row = {"sealed": "", "ballot": "", "proof": ""}
    if reason == "replaced":
        whole["replaced"] = [row] * shown
    elif reason == "a plain seal":
        whole["invalid"] = [{"sealed": "", "reason": recounting.NO_CHOICE}] * shown
    else:
        whole["invalid"] = [{**row, "reason": reason}] * shown
    assert may_be_public(whole, privacy.FLOOR, {"lived": 9, "family": 3, "health": 0}) is public
