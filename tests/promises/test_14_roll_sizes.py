"""Promise 14 for a vote: nothing public tells how many could vote, so nobody learns how many stepped out.

A roll of 8 beside one of 9 on the same afternoon once told that one member more has an open case, and "Yes 3, No 4" of
a roll of 7 that all took part. Two programmes are made that differ in nothing but the size of the roll. Every public
byte of both is read, before, while and after people vote: pages, files, and each line of the ledger. What is drawn by
lot has its length compared, and all else letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from governance import clock, create_app, sealing
from governance.ballots import service
from governance.ballots.bundle import manifests
from governance.ballots.result import disclosure
from governance.board import service as board
from governance.board.rules import SeatClass, Tie
from governance.decisions import service as decisions
from governance.keys.keyfolder import KeyFolder
from governance.ledger.models import Leaf
from governance.permissions.roles import Role
from governance.responses import service as responses
from governance.storage import database
from tests.ballots.factories import AFTER, CLOSES, NOW, OPENS, VOTING, Vote
from tests.board.factories import a_board
from tests.databases import Engine
from tests.decisions.factories import TODAY, WHOLE
from tests.page import PageClient
from tests.people.factories import a_card
from tests.promises.test_06_no_name_in_public import everything_public
from tests.proposals.factories import frozen
from tests.responses.factories import a_site

SEATS = (SeatClass.LIVED,) * 10
SAID = ("yes",) * 4 + ("no",) * 3
DRAWN = re.compile(r"[0-9a-f]{16,}|[\w+/=.-]{40,}")

Public = dict[str, str]
Read = Callable[[PageClient], Public]
Build = Callable[..., Public]


def a_vote_without(session: Session, keys: KeyFolder, out: int) -> Vote:
    """Call a vote on a board of ten of whom *out* have stepped out."""
    members = a_board(session, keys, SEATS, day=NOW.date())
    tellers = [a_card(session, keys, Role.TELLER) for _ in range(2)]
    proposal = frozen(session, members[0])
    for member in members[len(members) - out :]:
        board.step_out(session, member, proposal.matter, Tie.OWN_CASE)
    ballot = service.call_vote(
        session, keys, proposal, kind="majority", opens_at=OPENS, closes_at=CLOSES, now=NOW,
        tellers=[teller.account_id for teller in tellers],
    )  # fmt: skip
    vote = Vote(session, keys, ballot, proposal, members, tellers, [])
    vote.print_cards()
    session.commit()
    return vote


def all_that_is_public(session: Session, keys: KeyFolder, client: PageClient, out: int, reads: Read) -> Public:
    """Return what somebody *reads* at each stage of one vote, and every line of the ledger."""
    found: Public = {}

    def read(stage: str) -> None:
        session.commit()
        found.update({f"{stage}{address}": text for address, text in reads(client).items()})

    a_site(session)
    with clock.stopped_at(NOW):
        vote = a_vote_without(session, keys, out)
        read("called ")
    with clock.stopped_at(VOTING):
        vote.cast(*SAID)
        read("open ")
    with clock.stopped_at(AFTER):
        read("closed ")
        vote.count()
        read("counted ")
        record = decisions.draft_record(session, vote.ballot, TODAY)
        decisions.complete(session, record, WHOLE)
        responses.adopt_and_start_clock(session, keys, record, TODAY)
        read("adopted ")
    lines = session.scalars(select(Leaf).order_by(Leaf.log, Leaf.number))
    return found | {f"line {leaf.log} {leaf.number}": leaf.body for leaf in lines}


@pytest.fixture
def build(engine_of_databases: Engine, tmp_path: Path) -> Build:
    """Make a programme in which so many have stepped out, and return all that is public of it, or what one *reads*."""
    made = iter(range(100))

    def build(out: int, reads: Read = everything_public) -> Public:
        url, home = engine_of_databases.fresh(), tmp_path / str(next(made))
        keys = KeyFolder(home / "keys", home / "escrow")
        keys.write("programme", b"test-programme")
        for name in ("pepper", "held.key", "ledger-decisions.key", "ledger-intake.key"):
            keys.make(name)
        keys.write("recovery.public", sealing.new_pair().public)
        environ = {
            "GOVERNANCE_MODE": "development", "GOVERNANCE_HOME": str(home), "GOVERNANCE_DATABASE": url,
            "GOVERNANCE_SECRET": "Tq8rM-only-a-test-2vK9xB4nW7dJ3cH6pZ5yL1",
        }  # fmt: skip
        app, engine = create_app(environ), create_engine(url, **database.engine_options(url))
        app.testing = True
        database.prepare(engine)
        try:
            with database.writing(), Session(engine, expire_on_commit=False) as session:
                return all_that_is_public(session, keys, PageClient(app), out, reads)
        finally:
            engine.dispose()
            with app.app_context():
                database.db.engine.dispose()

    return build


def differences(one: Public, other: Public) -> list[str]:
    """Return where two programmes can be told apart by what is public of them."""
    plain = [{name: DRAWN.sub(length, text) for name, text in each.items()} for each in (one, other)]
    return sorted(name for name in one.keys() | other.keys() if plain[0].get(name) != plain[1].get(name))


def length(drawn: re.Match[str]) -> str:
    return f"<{len(drawn[0])}>"


@pytest.mark.of_one_database
def test_a_roll_of_eight_and_one_of_nine_cannot_be_told_apart(build: Build) -> None:
    """Nor one of seven, of which all voted."""
    nine, eight, seven = build(1), build(2), build(3)
    assert differences(nine, eight) == differences(nine, seven) == []
    assert {"counted /ballots/1/bundle.json", "adopted /decisions/2026-001.json"} <= nine.keys()
    assert sum(name.startswith("line decisions") for name in nine) > 5


def the_vote(client: PageClient) -> Public:
    """Read the page of the vote alone: the control looks for nothing else."""
    return {"/ballots/1": client.get("/ballots/1").text}


def told_sizes(manifest: object, salt: bytes, size: int) -> dict[str, object]:
    return {"roll_size": size}


def told_cards(manifest: object, drops: list[bytes], keys: list[bytes]) -> dict[str, object]:
    return {"made": len(drops), "drops": manifests.root(drops), "keys": manifests.root(keys)}


def told_voters(voters: disclosure.ByClass, *, everyone_sees: bool) -> object:
    return TELLS(voters, everyone_sees=True)


TELLS = disclosure.public_voters


@pytest.mark.of_one_database
@pytest.mark.parametrize(
    ("module", "name", "told", "where"),
    [
        (manifests, "roll_as_data", told_sizes, "line decisions"),
        (manifests, "cards_as_data", told_cards, "line decisions"),
        (disclosure, "public_voters", told_voters, "open /ballots/1"),
    ],
)
def test_a_size_that_is_told_is_found(
    build: Build, monkeypatch: pytest.MonkeyPatch, module: object, name: str, told: object, where: str
) -> None:
    """The control: the manifest and the page as they once were, one thing at a time, found in the page of the vote."""
    monkeypatch.setattr(module, name, told)
    found = differences(build(1, the_vote), build(2, the_vote))
    assert [each for each in found if each.startswith(where)]
