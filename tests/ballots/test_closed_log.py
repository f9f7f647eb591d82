"""The closed log of an election: its ballots are its entries, any checker of logs can follow it, and it never grows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.event import listen
from sqlalchemy.orm import Session

from governance import cli, clock
from governance.ballots import service
from governance.ballots.box.public_log import Shelf
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.models import Bundle
from governance.database import db
from governance.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.ledger import tiles
from governance.ledger.rules import leaf_hash
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


def test_it_is_laid_out_once_and_then_the_result_is_never_loaded_whole(
    session: Session, keys: KeyFolder, client: Any, app: Any
) -> None:
    a_public_vote(session, keys)
    asked: list[str] = []
    with app.app_context():
        listen(db.engine, "before_cursor_execute", lambda *event: asked.append(event[2]))
    with clock.stopped_at(AFTER):
        for name in ("checkpoint", "key", "tile/0/000.p/12", "tile/0/000.p/3", "tile/entries/000.p/1", "checkpoint"):
            assert client.get(f"/ledger/elections/1/{name}").status_code == 200
    of_bundle = [each for each in asked if "FROM bundle" in each]
    assert ["substr" in each for each in of_bundle] == [False, True], of_bundle


def test_a_long_log_has_the_tiles_and_bundles_that_its_ballots_give(session: Session, keys: KeyFolder) -> None:
    """The longest that has a full tile, a partial one, and letters of more than one byte; served from its places."""
    vote = a_vote(session, keys)
    rows = [{"ballot": {"choice": {"choice": "sí" * (at % 3)}}, "tracker": f"{at:010}"} for at in range(600)]
    read = {"ballots": rows, "closed": "a head", "manifest": {"ballot": 1, "election": "here/ballot-1"}}
    body = canonical(read)
    session.add(Bundle(ballot_id=vote.ballot.id, public=body, whole=body))
    session.commit()
    log = service.public_log(session, vote.ballot)
    assert log
    assert (log.head, log.name, log.size) == ("a head", "real-voice/here/elections/1", 600)
    entries = [canonical(row) for row in rows]
    hashes = [leaf_hash(entry) for entry in entries]
    for tile in tiles.of_size(600):
        start, end = tile.start, tile.start + tile.width
        expected = {tiles.ENTRIES: tiles.bundle(entries[start:end]), 0: b"".join(hashes[start:end])}
        served = service.content_of(session, vote.ballot, log, tile)
        assert served == expected.get(tile.level, tiles.above(hashes[:256]) + tiles.above(hashes[256:512]))
    partial = service.content_of(session, vote.ballot, log, tiles.Tile(tiles.ENTRIES, 1, 7))
    assert partial == tiles.bundle(entries[256:263])
    assert service.content_of(session, vote.ballot, log, tiles.Tile(0, 2)) is None


def test_as_many_ballots_are_kept_as_there_is_room_for_and_the_log_nobody_asks_for_goes_first() -> None:
    shelf = Shelf(20)
    small, long = (service.Log("head", "name", size, {}, ()) for size in (10, 30))
    one, two, three, four = ((number, b"key") for number in range(4))
    shelf.put(one, small)
    shelf.put(two, small)
    assert shelf.get(one) is small
    shelf.put(three, small)
    assert [shelf.get(each) is not None for each in (one, two, three)] == [True, False, True]
    shelf.put(four, long)
    assert [shelf.get(each) is not None for each in (one, three, four)] == [False, False, True], "one is always kept"
    assert shelf.get((3, b"another key")) is None


def test_where_the_result_was_damaged_since_its_ballots_are_not_there(session: Session, keys: KeyFolder) -> None:
    vote, _ = a_public_vote(session, keys)
    log = service.public_log(session, vote.ballot)
    assert log
    entries = tiles.Tile(tiles.ENTRIES, 0, log.size)
    assert service.content_of(session, vote.ballot, log, entries)
    session.execute(update(Bundle).values(public=b"x" * 100_000))
    assert service.content_of(session, vote.ballot, log, entries) is None


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
