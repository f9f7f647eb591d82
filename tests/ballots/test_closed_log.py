"""The closed log of an election: its ballots are its entries, any checker of logs can follow it, and it never grows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import cli, clock
from governance.ballots import service
from governance.ballots.canonical import canonical
from governance.ballots.checking import check_bundle
from governance.ballots.views.closed_log import _made as made
from governance.keyfolder import KeyFolder
from governance.ledger import service as ledger
from tests.ballots.factories import AFTER, Vote, a_vote
from tests.ballots.test_every_kind import TWELVE


def a_public_vote(session: Session, keys: KeyFolder) -> tuple[Vote, Any]:
    vote = a_vote(session, keys, classes=TWELVE)
    vote.cast(*["yes"] * 8, *["no"] * 4)
    vote.count()
    session.commit()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    return vote, bundle


def test_a_copy_of_it_is_checked_like_any_ledger(
    session: Session, keys: KeyFolder, client: Any, tmp_path: Path, capsys: Any
) -> None:
    a_public_vote(session, keys)
    with clock.stopped_at(AFTER):
        assert 'href="/ledger/elections/1/checkpoint"' in client.get("/ballots/1").text
        for name in ("checkpoint", "key", "tile/entries/000.p/12", "tile/0/000.p/12"):
            answer = client.get(f"/ledger/elections/1/{name}")
            assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True)
            path = tmp_path / "log" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(answer.data)
        assert client.get("/ledger/elections/1/tile/0/000.p/13").status_code == 404
        assert client.get("/ledger/elections/1/tile/0/000.p/5").data == answer.data[: 5 * 32]
        assert client.get("/ledger/elections/1/tile/9/x").status_code == 404
    with pytest.raises(SystemExit) as ended:
        cli.main(["verify", str(tmp_path / "log"), "--key", (tmp_path / "log" / "key").read_text().strip()])
    said = capsys.readouterr()
    assert (ended.value.code or 0, "12" in said.out) == (0, True), said


def test_it_is_made_once_for_whoever_asks_again_and_not_for_another_vote(
    session: Session, keys: KeyFolder, client: Any
) -> None:
    a_public_vote(session, keys)
    made.cache_clear()
    with clock.stopped_at(AFTER):
        for name in ("checkpoint", "key", "tile/0/000.p/12", "tile/0/000.p/3", "tile/entries/000.p/1", "checkpoint"):
            assert client.get(f"/ledger/elections/1/{name}").status_code == 200
    assert (made.cache_info().misses, made.cache_info().hits) == (1, 5)
    bundle = service.bundle_of(session, service.by_number(session, 1))
    assert bundle
    changed = json.loads(bundle.public) | {"closed": "another head"}
    assert made(json.dumps(changed).encode()).head == "another head"


def test_where_ballots_are_for_members_its_log_is_too(session: Session, keys: KeyFolder, client: Any) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes")
    vote.count()
    session.commit()
    with clock.stopped_at(AFTER):
        assert client.get("/ledger/elections/1/checkpoint").status_code == 404
        assert "/ledger/elections/" not in client.get("/ballots/1").text


def test_its_root_stands_in_the_result_and_a_changed_head_is_named(session: Session, keys: KeyFolder) -> None:
    _, bundle = a_public_vote(session, keys)
    read = json.loads(bundle.public)
    result = json.loads(ledger.newest(session, "decisions", 1)[0].body)
    assert (result["kind"], len(result["closed"])) == ("result", 64)

    text = ledger.sign_closed(keys, "another/elections/1\n12\n" + read["closed"].split("\n")[2] + "\n")
    for head in (read["closed"].replace("\n12\n", "\n13\n"), text, "no note"):
        assert any("closed log does not hold" in each for each in check_bundle(canonical({**read, "closed": head})))
    ballots = read["ballots"][1:]
    assert any("closed log: one was dropped" in each for each in check_bundle(canonical({**read, "ballots": ballots})))
