"""Promise 7: whoever may see the ballots can recount, and whatever was done to the record is named.

The bundle is a real one, out of the services, and is forged in every way of `forgers.py`.
"""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.box import unordered
from governance.ballots.box.closing import close
from governance.ballots.box.root import fix_root
from governance.ballots.bundle import manifests
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.bundle.trust import SUMS_NOT_FIXED
from governance.ballots.bundle.verdict import report
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import from_code, new_code
from governance.board import service as board
from governance.board.rules import Tie
from governance.cli import commands
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.ruling.errors import NotReady
from tests.ballots.factories import AFTER, VOTING, Vote, a_vote
from tests.bench import recount
from tests.board.factories import SMALL_BOARD
from tests.pairs import in_full
from tests.promises import forgers

Forge = Callable[[forgers.Forged], None]


def a_whole_bundle(session: Session, keys: KeyFolder) -> bytes:
    """The bundle of a vote by cards and by a pass of the server, some replaced, some invalid, two cards void."""
    vote = a_vote(session, keys, classes=SMALL_BOARD * 2)
    vote.cast("yes", "yes", "no")
    *names, last = vote.members[3:]  # A name for each ballot that is put in by hand: else the box stays shut.
    for member in names:
        service.sign_for(session, vote.ballot, member, VOTING)
    put_more(vote)
    pass_ = service.take_pass(session, keys, vote.ballot, last, VOTING)
    service.drop(session, keys, vote.ballot, pass_, {"choice": "no"}, VOTING)
    for code in vote.cards[:2]:
        service.void_card(session, keys, vote.ballot, code, AFTER)
    return counted(vote)


def counted(vote: Vote) -> bytes:
    """Count *vote* and return its bundle, which holds."""
    vote.count()
    bundle = service.bundle_of(vote.session, vote.ballot)
    assert bundle
    assert bundle.whole
    assert check_bundle(bundle.whole) == []
    return bundle.whole


def a_bundle_of_four(session: Session, keys: KeyFolder) -> bytes:
    """The bundle of a vote of four, all of whom said yes."""
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes", "yes")
    return counted(vote)


@pytest.fixture
def whole(made_once: Callable[..., bytes]) -> bytes:
    """A bundle with all there can be in it, that holds as it is. Made once on each database."""
    return made_once(a_whole_bundle)


@pytest.fixture
def of_four(made_once: Callable[..., bytes]) -> bytes:
    """A bundle of four ballots."""
    return made_once(a_bundle_of_four)


def put_more(vote: Vote) -> None:
    """Put in three ballots of one card, two of them replaced, and three that cannot be counted."""
    election = (vote.ballot.manifest or {})["election"]
    mine, nobody = from_code(vote.cards.pop(), election), from_code(new_code(), election)
    mine_thrice = [
        envelope.signed(mine, election, {"choice": each}, seq=n) for n, each in enumerate(("no", "no", "yes"))
    ]
    of_nobody = envelope.signed(nobody, election, {"choice": "yes"})
    for n, plain in enumerate((*mine_thrice, mine_thrice[0], of_nobody, b"yes please")):
        seal = seals.seal(vote.ballot.manifest or {}, plain, bytes([n]) * 32)
        unordered.put(vote.session, vote.ballot.id, bytes([n]) * 32, seal)


@pytest.mark.of_one_database
@pytest.mark.parametrize(("forge", "named"), forgers.NAMED)
def test_what_was_done_to_the_record_is_named(whole: bytes, forge: Forge, named: str) -> None:
    read = json.loads(whole)
    forge(read)

    assert named in check_bundle(canonical(read))[0]


@pytest.mark.of_one_database
def test_where_the_count_is_not_done_again_another_result_would_pass(
    whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is the recount that names another result, and nothing else."""
    read = json.loads(whole)
    forgers.swap_result(read)
    forged = canonical(read)
    assert check_bundle(forged) != []
    monkeypatch.setattr("governance.ballots.bundle.checking._result", lambda *_: iter(()))
    assert check_bundle(forged) == []


@pytest.mark.of_one_database
@pytest.mark.parametrize("forge", forgers.SPELLED_ANOTHER_WAY)
def test_what_would_mean_the_same_written_another_way_is_told_too(whole: bytes, forge: Forge) -> None:
    read = json.loads(whole)
    forge(read)
    assert check_bundle(canonical(read))


@pytest.mark.of_one_database
def test_the_words_of_the_sums_are_compared_as_they_are_written(whole: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """In Python 1 and true are the same, and in a file they are not."""
    read = json.loads(whole)
    monkeypatch.setattr("governance.ballots.bundle.checking.to_json", lambda sentence: 1)
    words = [1] * len(read["in_words"])
    assert check_bundle(canonical({**read, "in_words": words})) == []
    assert "The sums in words" in check_bundle(canonical({**read, "in_words": [True, *words[1:]]}))[0]


@pytest.mark.of_one_database
@pytest.mark.parametrize(("forge", "named"), forgers.OF_THE_SUMS)
def test_who_took_part_by_kind_of_seat_was_fixed_with_the_box(of_four: bytes, forge: Forge, named: str) -> None:
    """Nothing else tells: the numbers add up, and the result and its words are those of the forged sums."""
    read = json.loads(of_four)
    forge(read)

    assert [named in each for each in check_bundle(canonical(read))] == [True]


def test_of_an_older_bundle_it_is_said_that_the_split_by_seats_was_not_fixed() -> None:
    holds, said = report(recount.a_bundle(3, sums=False))
    assert holds
    assert SUMS_NOT_FIXED.said in said
    assert SUMS_NOT_FIXED.said not in report(recount.a_bundle(3))[1]


@pytest.mark.parametrize("told", [False, True], ids=["committed", "told, as an older version did"])
def test_the_size_of_the_roll_is_opened_to_whoever_counts_again(told: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = json.loads(recount.a_bundle(3, sizes=told))["manifest"]
    assert ("roll_size" in manifest, "made" in manifest["cards"]) == (told, told)
    assert check_bundle(recount.a_bundle(3, sizes=told)) == []
    honest = manifests.roll_as_data
    monkeypatch.setattr(manifests, "roll_as_data", lambda before, salt, size: honest(before, salt, size + 1))
    of_four = recount.a_bundle(3, sizes=told)
    monkeypatch.undo()
    assert check_bundle(of_four) == ["The roll has another size than the manifest says."]


def test_what_is_forgotten_between_close_and_count_changes_no_sum(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "no", "yes")
    board.step_out(session, vote.members[-1], vote.proposal.matter, Tie.OWN_CASE)
    session.flush()
    fix_root(session, keys, close(session, vote.ballot, AFTER), AFTER.date())
    assert sum(json.loads(keys.read("ballot-1.sums") or b"")["stepped_out"].values()) == 1
    board.forget_who_stepped_out(session, vote.proposal.matter)
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert check_bundle(bundle.whole or b"") == check_bundle(bundle.public) == []
    assert json.loads(bundle.public)["sums"] == json.loads(bundle.whole or b"")["sums"]
    service.keep_only_totals(session, keys, vote.proposal.id)
    session.commit()
    assert keys.read("ballot-1.sums") is None


def test_the_number_of_an_entry_is_not_said_as_true_or_false() -> None:
    read = json.loads(recount.a_bundle(1))
    assert check_bundle(canonical(read)) == []
    for what in ("manifest", "box"):
        entry = {**read["ledger"][what], "number": bool(read["ledger"][what]["number"])}
        assert check_bundle(canonical({**read, "ledger": {**read["ledger"], what: entry}}))


@pytest.mark.of_one_database
def test_a_byte_changed_anywhere_is_told(whole: bytes) -> None:
    for place in range(3, len(whole), len(whole) // in_full(150, 60)):
        altered = bytearray(whole)
        altered[place] ^= 0x20  # Of a letter this makes a capital one, or the other way round.
        assert check_bundle(bytes(altered)), whole[place - 20 : place + 20]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"v":1}', b"[" * 100_000, b'{"kind":"bundle","v":1}'])
def test_what_is_no_bundle_is_said_in_a_sentence(body: bytes) -> None:
    assert check_bundle(body) == ["This is no result bundle, or something was changed in how it is written."]


@pytest.mark.of_one_database
def test_one_file_recounts_with_nothing_of_ours_beside_it(whole: bytes, tmp_path: Path) -> None:
    alone, bundle = tmp_path / "verifier.py", tmp_path / "bundle.json"
    alone.write_text(service.verifier(), encoding="utf-8")
    bundle.write_bytes(whole)
    asked = [sys.executable, "-I", str(alone), str(bundle)]

    fine = subprocess.run(asked, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (fine.returncode, fine.stderr) == (0, "")
    assert "Counted again: 5 ballots. The result is the same: adopted." in fine.stdout
    assert json.loads(whole)["manifest"]["verifier"] == hashlib.sha256(alone.read_bytes()).hexdigest()

    for asked_how in ("-h", "--help"):
        how = subprocess.run([*asked[:3], asked_how], capture_output=True, text=True, check=False)
        assert (how.returncode, how.stderr) == (0, "")
        assert "python3 verifier.py BUNDLE.json" in how.stdout

    read = json.loads(whole)
    forgers.swap_result(read)
    bundle.write_bytes(canonical(read))
    wrong = subprocess.run(asked, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "another result" in wrong.stderr


def test_one_file_says_in_a_line_what_it_lacks(tmp_path: Path) -> None:
    """A Python of another time, and one without the library: no traceback, and what to do."""
    alone = tmp_path / "verifier.py"
    alone.write_text(service.verifier(), encoding="utf-8")
    # What is newer than such a Python would stop it before the line that tells: it has to be able to read the file.
    ast.parse(alone.read_text(encoding="utf-8"), feature_version=(3, 6))
    older = f"import runpy, sys; sys.version_info = (3, 8, 10); runpy.run_path({str(alone)!r}, run_name='__main__')"
    for asked, said in (
        ([sys.executable, "-I", "-c", older], "This needs Python 3.11 or newer, and is run by 3.8. Try: "),
        ([sys.executable, "-I", "-S", str(alone), "bundle.json"], "This needs the package cryptography. Get it with: "),
    ):
        told = subprocess.run(asked, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert (told.returncode, told.stdout) == (1, "")
        assert told.stderr.startswith(said)
        assert told.stderr.count("\n") == 1


@pytest.mark.of_one_database
def test_the_command_checks_the_same_and_ends_with_one_when_it_does_not_hold(
    whole: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "bundle.json"
    bundle.write_bytes(whole)
    assert not commands(["verify", str(bundle)], standalone_mode=False)
    assert "5 ballots" in capsys.readouterr().out
    bundle.write_bytes(whole[:-1])
    with pytest.raises(NotReady, match="no result bundle"):
        commands(["verify", str(bundle)], standalone_mode=False)


def test_a_manifest_that_was_written_after_the_box_was_closed_is_named(session: Session, keys: KeyFolder) -> None:
    """By whoever runs the server, who can sign what they like."""
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "no", "yes")
    fix_root(session, keys, close(session, vote.ballot, AFTER), AFTER.date())
    vote.ballot.manifest = {**(vote.ballot.manifest or {}), "question": "Another one?"}
    vote.ballot.manifest_leaf = ledger.append(session, "decisions", "manifest", vote.ballot.manifest)
    ledger.publish_head(session, keys, "decisions", AFTER.date())
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert check_bundle(bundle.whole or b"")[0] == "The manifest was written after the box was closed."
