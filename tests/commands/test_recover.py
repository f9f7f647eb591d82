"""Keys are lost and the database is there: two recovery shares bring them back, and never what was destroyed."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from governance import clock, sealing
from governance.clockwork import timekeeping
from governance.feedback import service as feedback
from governance.feedback.rules import Audience
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.ruling.errors import NotReady
from tests.commands.conftest import Run
from tests.factories import NOW, TODAY, Founded

NOVEMBER = "period-everyone-2026-11"


def shares(founded: Founded) -> str:
    """Two shares as they are typed, a line each."""
    return "".join(f"{share.text}\n" for share in founded.shares[1:])


def secrets_in(keys: KeyFolder) -> dict[str, bytes]:
    return {name: keys.need(name) for name in keys.names()}


def words_in(founded: Founded) -> list[str]:
    page = feedback.inbox(founded.session, founded.keys, founded.reader("Ash"), Audience.EVERYONE)
    founded.session.rollback()
    return [message.words for message in page.messages]


def one_line(answer: tuple[int, str], sentence: str) -> None:
    """The command failed, and its last line says why."""
    status, said = answer
    assert status == 1
    assert sentence in said.splitlines()[-1]


def test_the_whole_key_folder_is_gone_and_comes_back(founded: Founded, run: Run) -> None:
    before = secrets_in(founded.keys)
    shutil.rmtree(founded.keys.path)
    for command in ("tick", "serve"):
        one_line(run(command), "The key folder is empty, but a programme is here. Bring the keys back:")
    status, said = run("doctor")
    assert (status, said.splitlines()[0].startswith("MEND  The key folder is empty, but")) == (1, True)
    assert "ok    Every table can be read to its end." in said, "what can be looked at is"
    status, said = run("recover", typed=shares(founded))
    assert (status, "Nothing is missing." in said) == (0, True), said
    assert all(name in said for name in before)
    assert secrets_in(founded.keys) == before
    assert words_in(founded) == ["the kettle"]
    assert run("tick")[0] == 0
    assert "MEND" not in run("doctor")[1].replace("MEND  The database's", "")


def test_without_keys_the_message_does_not_open(founded: Founded) -> None:
    """The control: it is the keys that came back, and nothing else, that open it."""
    reader = founded.reader("Ash")
    founded.keys._file(NOVEMBER).unlink()
    assert [m.words for m in feedback.inbox(founded.session, founded.keys, reader, Audience.EVERYONE).messages] == [""]


@pytest.mark.of_one_database
def test_one_lost_secret_comes_back_and_nothing_else_is_touched(founded: Founded, run: Run) -> None:
    before = secrets_in(founded.keys)
    founded.keys._file(NOVEMBER).unlink()
    founded.keys._file("held.key").unlink()
    founded.keys._file("pepper").write_bytes(b"another one")
    founded.keys.make("ballot-9.key")  # Every change rewrites the escrow; what was lost stays in it.
    run("tick")
    assert run("recover", typed=shares(founded))[0] == 0
    after = secrets_in(founded.keys)
    assert after["pepper"] == b"another one"
    assert [after[name] for name in (NOVEMBER, "held.key")] == [before[name] for name in (NOVEMBER, "held.key")]


@pytest.mark.of_one_database
def test_what_was_destroyed_stays_destroyed_though_an_old_escrow_holds_it(founded: Founded, run: Run) -> None:
    old = founded.keys.escrow_file.read_bytes()
    key = next(
        key for key in people.live_keys(founded.session) if people.secret_name(key.audience, key.period) == NOVEMBER
    )
    people.destroy_period(founded.session, founded.keys, key, TODAY)
    founded.session.commit()
    shutil.rmtree(founded.keys.path)
    founded.keys.escrow_file.write_bytes(old)
    status, said = run("recover", typed=shares(founded))
    assert (status, NOVEMBER in said) == (0, False)
    assert founded.keys.read(NOVEMBER) is None
    assert NOVEMBER not in founded.keys.escrow().sealed


@pytest.mark.of_one_database
def test_what_is_out_of_time_does_not_come_back(founded: Founded) -> None:
    later = TODAY + timedelta(days=400)
    names = feedback.secrets_out_of_time(founded.session, later)
    assert NOVEMBER in names
    assert feedback.secrets_out_of_time(founded.session, TODAY) == set()
    shutil.rmtree(founded.keys.path)
    founded.keys.restore(sealing.join_secret(founded.shares[:2]), leave_out=names)
    assert not names & set(founded.keys.names())


@pytest.mark.of_one_database
def test_what_no_escrow_holds_is_named(founded: Founded, run: Run) -> None:
    founded.keys.destroy(NOVEMBER)  # The program never does so without saying it in the database.
    shutil.rmtree(founded.keys.path)
    status, said = run("recover", typed=shares(founded))
    assert (status, said.splitlines()[-1].strip()) == (1, NOVEMBER)
    assert "Still missing." in said


@pytest.mark.of_one_database
def test_it_says_in_one_line_why_not(founded: Founded, run: Run) -> None:
    one_line(run("recover", typed=shares(founded)), "Nothing is missing that the escrow holds.")
    founded.keys._file(NOVEMBER).unlink()
    others = "".join(f"{share.text}\n" for share in sealing.split_secret(sealing.new_pair().private)[:2])
    one_line(run("recover", typed=others), "These shares do not open this escrow")
    one_line(
        run("recover", typed=f"{founded.shares[0].text}\n{others.splitlines()[1]}\n"), "These shares do not bring back"
    )
    one_line(run("recover", typed=f"{founded.shares[0].text}\n" * 2), "Give two or more different shares.")
    one_line(run("recover", typed="what\never\n"), "This share")
    assert run("recover", typed="")[0] != 0
    kept = founded.keys.escrow_file.read_bytes()
    for broken in (b"", b"garbage", kept[:-40], b"[]", b'{"form": "real-voice escrow v1"}'):
        founded.keys.escrow_file.write_bytes(broken)
        one_line(run("recover", typed=shares(founded)), "The escrow file is damaged.")
    founded.keys.escrow_file.unlink()
    one_line(run("recover", typed=shares(founded)), "There is no escrow")
    assert founded.keys.read(NOVEMBER) is None


@pytest.mark.of_one_database
def test_the_escrow_of_another_programme_brings_nothing_in(founded: Founded, run: Run, tmp_path: Path) -> None:
    other, pair = KeyFolder(tmp_path / "other", tmp_path / "other-escrow"), sealing.new_pair()
    other.write("recovery.public", pair.public)
    other.write(people.ANCHOR, b"another chain")
    founded.keys.escrow_file.write_bytes(other.escrow_file.read_bytes())
    typed = "".join(f"{share.text}\n" for share in sealing.split_secret(pair.private)[:2])
    one_line(run("recover", typed=typed), "The escrow is of another programme than the key folder.")
    shutil.rmtree(founded.keys.path)
    one_line(run("recover", typed=typed), "The escrow is of another programme than the database.")
    assert list(founded.keys.names()) == []


@pytest.mark.of_one_database
def test_a_secret_out_of_place_is_no_name_of_one(founded: Founded) -> None:
    founded.keys.escrow_file.write_bytes(founded.keys.escrow_file.read_bytes().replace(b'"pepper"', b'"../pepper"'))
    assert "pepper" not in founded.keys.escrow().sealed
    assert not [name for name in founded.keys.escrow().sealed if "/" in name]
    with pytest.raises(NotReady):
        founded.keys.escrow().open(b"short", [])


def test_a_clock_in_doubt_leaves_nothing_out_and_says_so(
    founded: Founded, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the clock two years ahead everything would look outlived, and nothing would be missing."""
    timekeeping.put(founded.session, NOW - timedelta(days=700), None, destroying_waits=False)
    founded.session.commit()
    shutil.rmtree(founded.keys.path)
    monkeypatch.setattr(clock, "is_stopped", lambda: False)
    day = (TODAY - timedelta(days=700)).isoformat()
    status, said = run("recover", typed=shares(founded))
    assert (status, NOVEMBER in founded.keys.names()) == (0, True), said
    assert f"The clock is in doubt. What was wanted on {day} came back, and no more. Look: governance clock" in said
