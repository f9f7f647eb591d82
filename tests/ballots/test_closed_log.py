"""The closed log of an election: its ballots are its entries, any checker of logs can follow it, and it never grows."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.event import listen, remove
from sqlalchemy.orm import Session

from governance import cli, clock
from governance.ballots import rounds, service
from governance.ballots.box.public_log import FOLDER
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.models import Bundle, Count
from governance.clockwork.rounds import Moment
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.ledger import tiles
from governance.ledger.rules import leaf_hash
from governance.storage.database import db
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


def asked_for(client: Any, app: Any, *names: str) -> list[str]:
    """Ask for these files of the log; return what the database was asked for the result, of which each is a part."""
    asked: list[str] = []

    def note_it(*event: Any) -> None:
        asked.append(event[2])

    with app.app_context():
        listen(db.engine, "before_cursor_execute", note_it)
    with clock.stopped_at(AFTER):
        for name in names:
            assert client.get(f"/ledger/elections/1/{name}").status_code == 200
    with app.app_context():
        remove(db.engine, "before_cursor_execute", note_it)
    return [each for each in asked if "FROM bundle" in each]


ALL = ("checkpoint", "key", "tile/0/000.p/12", "tile/0/000.p/3", "tile/entries/000.p/1", "checkpoint")


def lay_out(session: Session, keys: KeyFolder) -> None:
    """What a round does for the logs of what was counted."""
    session.rollback()
    for piece in rounds.lay_out_logs(session, keys, Moment(AFTER, AFTER.date(), release_hour_has_come=False)):
        piece(session)
    session.rollback()


def logs(home: Path) -> list[Path]:
    return sorted((home / FOLDER).glob("[!.]*"))  # Beside them lies what keeps two writers apart.


def test_the_round_lays_it_out_and_no_reader_has_the_result_loaded(
    session: Session, keys: KeyFolder, client: Any, app: Any
) -> None:
    a_public_vote(session, keys)
    with app.app_context():
        lay_out(session, keys)
    of_bundle = asked_for(client, app, *ALL)
    assert ["substr" in each for each in of_bundle] == [True], of_bundle


def test_whoever_asks_before_the_round_has_it_laid_out_once_for_everybody(
    session: Session, keys: KeyFolder, client: Any, app: Any
) -> None:
    """The control: then the whole result is read in a request, as the first reader of each process once had it."""
    a_public_vote(session, keys)
    of_bundle = asked_for(client, app, *ALL)
    assert ["substr" in each for each in of_bundle] == [False, True], of_bundle
    home = app.config["SETTINGS"].home
    (path,) = logs(home)
    assert path.stat().st_mode & 0o077 == 0


def test_every_process_finds_it_and_a_file_that_broke_off_is_written_again(
    session: Session, keys: KeyFolder, app: Any
) -> None:
    vote, _ = a_public_vote(session, keys)
    with app.app_context():
        lay_out(session, keys)
    home = app.config["SETTINGS"].home
    (path,) = logs(home)
    whole = path.read_bytes()
    for broken in (whole[:-1], b"", b"{}\n", whole[:5], whole[:-32] + bytes(32)):
        path.write_bytes(broken)
        with app.app_context():
            lay_out(session, keys)
        assert path.read_bytes() == whole
    log = service.public_log(session, vote.ballot, home)
    assert log
    assert log.source == path, "and no process keeps a copy"


def test_nothing_of_a_vote_is_on_the_disk_before_its_box_was_counted(
    session: Session, keys: KeyFolder, app: Any
) -> None:
    """And then only hashes: the words stay in the result, which everyone may fetch."""
    home = app.config["SETTINGS"].home
    vote = a_vote(session, keys, classes=TWELVE)
    vote.cast(*["yes"] * 8, *["no"] * 4)
    session.commit()
    with app.app_context():
        lay_out(session, keys)
        assert logs(home) == []
        vote.count()
        session.commit()
        lay_out(session, keys)
    (path,) = logs(home)
    facts, hashes = path.read_bytes().split(b"\n", 1)
    assert set(json.loads(facts)) == {"hashes", "head", "name", "places", "size"}
    assert len(hashes) == 12 * 32


def test_where_ballots_are_for_members_nothing_of_it_is_ever_on_the_disk(
    session: Session, keys: KeyFolder, app: Any
) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes")
    vote.count()
    session.commit()
    home = app.config["SETTINGS"].home
    with app.app_context():
        lay_out(session, keys)
        assert service.public_log(session, vote.ballot, home) is None
    assert not (home / FOLDER).exists()


@pytest.mark.on_both
def test_a_file_that_is_of_no_result_goes(session: Session, keys: KeyFolder, app: Any) -> None:
    """As after an older backup was brought back, and the box counted again."""
    vote, _ = a_public_vote(session, keys)
    home = app.config["SETTINGS"].home
    with app.app_context():
        lay_out(session, keys)
        (before,) = logs(home)
        session.execute(update(Count).values(salt=b"of another count"))
        session.commit()
        lay_out(session, keys)
        (after,) = logs(home)
        assert before != after
        assert before.name not in {each.name for each in logs(home)}
        session.execute(delete(Bundle))
        session.commit()
        assert service.public_log(session, vote.ballot, home) is None
        lay_out(session, keys)
    assert logs(home) == []


def test_on_a_full_disk_it_is_served_all_the_same(session: Session, keys: KeyFolder, tmp_path: Path) -> None:
    vote, _ = a_public_vote(session, keys)
    (tmp_path / FOLDER).write_bytes(b"a file where the folder should be")
    log = service.public_log(session, vote.ballot, tmp_path)
    assert log
    tile = tiles.Tile(0, 0, 12)
    on_disk = service.public_log(session, vote.ballot, tmp_path / "elsewhere")
    assert on_disk
    assert service.content_of(session, vote.ballot, log, tile) == on_disk.hashes(tile)


@pytest.fixture
def lost_at_open() -> Iterator[Callable[[Path, int], list[int]]]:
    """Have a file deleted, or cut short, at the very moment in which it is opened to be read, by Python's own word.

    The hook cannot be taken away again; after the test it does nothing.
    """
    doing: dict[str, tuple[int, list[int]]] = {}

    def hook(event: str, given: tuple[Any, ...]) -> None:
        if event == "open" and (held := doing.pop(str(given[0]), None)):
            length, times = held
            times.append(length)
            if length:
                os.truncate(given[0], length)
            else:
                os.unlink(given[0])

    def lose(path: Path, length: int) -> list[int]:
        doing[str(path)] = (length, times := list[int]())
        return times

    sys.addaudithook(hook)
    yield lose
    doing.clear()


@pytest.mark.parametrize("left", [0, 700])
def test_a_file_that_goes_between_finding_and_reading_takes_no_page_from_its_reader(
    session: Session, keys: KeyFolder, client: Any, app: Any, lost_at_open: Callable[[Path, int], list[int]], left: int
) -> None:
    """As when the tick lets go of it, or the disk does."""
    a_public_vote(session, keys)
    with app.app_context():
        lay_out(session, keys)
    (path,) = logs(app.config["SETTINGS"].home)
    whole = path.read_bytes()
    assert left < len(whole)
    with clock.stopped_at(AFTER):
        tile = "/ledger/elections/1/tile/0/000.p/12"
        expected = client.get(tile).data
        assert len(expected) == 12 * 32
        times = lost_at_open(path, left)
        answer = client.get(tile)
        assert times == [left], "the file went while the page was made"
        assert (answer.status_code, answer.data) == (200, expected)
        assert path.read_bytes() == whole, "and it is written again for the next one"
        session.execute(delete(Bundle))
        session.commit()
        lost_at_open(path, left)
        assert client.get(tile).status_code == 404, "with its result gone there is no such page"


@pytest.mark.on_both
def test_a_long_log_has_the_tiles_and_bundles_that_its_ballots_give(
    session: Session, keys: KeyFolder, tmp_path: Path
) -> None:
    """The longest that has a full tile, a partial one, and letters of more than one byte; served from its places."""
    vote = a_vote(session, keys)
    rows = [{"ballot": {"choice": {"choice": "sí" * (at % 3)}}, "tracker": f"{at:010}"} for at in range(600)]
    read = {"ballots": rows, "closed": "a head", "manifest": {"ballot": 1, "election": "here/ballot-1"}}
    body = canonical(read)
    session.add(Bundle(ballot_id=vote.ballot.id, public=body, whole=body))
    session.commit()
    log = service.public_log(session, vote.ballot, tmp_path)
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


@pytest.mark.on_both
def test_where_the_result_was_damaged_since_its_ballots_are_not_there(
    session: Session, keys: KeyFolder, tmp_path: Path
) -> None:
    vote, _ = a_public_vote(session, keys)
    log = service.public_log(session, vote.ballot, tmp_path)
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
