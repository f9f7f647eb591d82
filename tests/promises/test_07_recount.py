"""Promise 7: whoever may see the ballots can recount, and whatever was done to the record is named.

The bundle is a real one, out of the services. Each forger writes it again in its proper form and knows all that the
server knows but the keys of the voters and of the ledger.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots import bundle as bundles
from governance.ballots import sealed, service
from governance.ballots.canonical import canonical
from governance.ballots.checking import NOT_FIXED, check_bundle, report
from governance.ballots.credential import from_code, new_code, tracker_of
from governance.ballots.service import box
from governance.board import service as board
from governance.board.rules import Tie
from governance.cli import commands
from governance.errors import NotReady
from governance.keyfolder import KeyFolder
from governance.ledger import note
from governance.ledger import service as ledger
from governance.sentences import to_json
from tests.ballots.factories import AFTER, VOTING, Vote, a_vote
from tests.bench import recount

Forged = dict[str, Any]


@pytest.fixture
def whole(session: Session, keys: KeyFolder) -> bytes:
    """The bundle of a vote by cards and by a pass of the server, some replaced, some invalid, two cards void."""
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "no")
    service.sign_for(session, vote.ballot, vote.members[3], VOTING)
    put_more(vote)
    pass_ = service.take_pass(session, keys, vote.ballot, vote.members[4], VOTING)
    service.drop(session, keys, vote.ballot, pass_, {"choice": "no"}, VOTING)
    for code in vote.cards[:2]:
        service.void_card(session, keys, vote.ballot, code, AFTER)
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert bundle.whole
    return bundle.whole


def put_more(vote: Vote) -> None:
    """Put in three ballots of one card, two of them replaced, and three that cannot be counted."""
    election = (vote.ballot.manifest or {})["election"]
    mine, nobody = from_code(vote.cards.pop(), election), from_code(new_code(), election)
    mine_thrice = [sealed.signed(mine, election, {"choice": each}, seq=n) for n, each in enumerate(("no", "no", "yes"))]
    of_nobody = sealed.signed(nobody, election, {"choice": "yes"})
    for n, plain in enumerate((*mine_thrice, mine_thrice[0], of_nobody, b"yes please")):
        seal = sealing.seal(vote.ballot.public_key, plain, sealed.box_info(election))
        box.put(vote.session, vote.ballot, bytes([n]) * 32, seal)


def drop(read: Forged) -> None:
    read["ballots"].pop()


def drop_with_its_seal(read: Forged) -> None:
    read["ballots"].pop()
    read["sealed"].pop()


def alter(read: Forged) -> None:
    read["ballots"][0]["ballot"]["choice"] = {"choice": "abstain"}


def double(read: Forged) -> None:
    read["ballots"].insert(0, read["ballots"][0])


def double_in_place_of_another(read: Forged) -> None:
    read["ballots"][1] = read["ballots"][0]


def a_forged_ballot(read: Forged) -> dict[str, Any]:
    election = read["manifest"]["election"]
    ballot = json.loads(sealed.signed(from_code(new_code(), election), election, {"choice": "yes"}))
    return {"tracker": tracker_of(bytes.fromhex(ballot["key"])), "ballot": ballot}


def insert(read: Forged) -> None:
    read["ballots"] = sorted([*read["ballots"], a_forged_ballot(read)], key=lambda row: row["tracker"])
    read["sealed"] = sorted([*read["sealed"], hashlib.sha256(b"none").hexdigest()])


def put_in_place_of_another(read: Forged) -> None:
    read["ballots"] = sorted([*read["ballots"][1:], a_forged_ballot(read)], key=lambda row: row["tracker"])


def swap_rule(read: Forged) -> None:
    read["manifest"]["rule"] = {**read["manifest"]["rule"], "threshold": "2/3"}


def swap_for_a_rule_there_is_not(read: Forged) -> None:
    read["manifest"]["rule"] = {"rule": "loudest"}


def swap_counting_key(read: Forged) -> None:
    read["manifest"]["counting_key"] = "00" * 32


def swap_issuer(read: Forged) -> None:
    read["manifest"]["issuers"][0]["key"] = "00" * 32


def swap_box(read: Forged) -> None:
    read["box_root"] = "00" * 32


def swap_ledger_head(read: Forged) -> None:
    read["ledger"]["checkpoint"] = read["ledger"]["checkpoint"].replace("\n", "\n1", 1)


def add_a_card(read: Forged) -> None:
    read["cards"]["keys"] = sorted([*read["cards"]["keys"], "00" * 32])


def void_what_is_no_card(read: Forged) -> None:
    read["cards"]["voided"] = [new_code()]


def call_one_invalid(read: Forged) -> None:
    read["ballots"].pop()
    read["invalid"].insert(0, {"sealed": "00" * 32, "reason": "It is not written as a ballot."})


def call_one_replaced(read: Forged) -> None:
    read["superseded"].append(read["ballots"].pop()["ballot"])


def hide_who_took_part(read: Forged) -> None:
    read["roll"]["passes"] = {"lived": 1}


def add_to_the_roll(read: Forged) -> None:
    read["roll"]["active"]["lived"] += 1


def swap_numbers(read: Forged) -> None:
    read["counts"]["yes"] += 1


def swap_result(read: Forged) -> None:
    read["result"] = "not_adopted"


def swap_words(read: Forged) -> None:
    read["in_words"].pop()


def move_a_pass_and_make_the_words_fit(read: Forged) -> None:
    """A pass of a lived experience seat becomes one of a health seat: too few of them took part to decide."""
    passes = read["roll"]["passes"]
    passes["lived"], passes["health"] = passes["lived"] - 1, passes.get("health", 0) + 1
    make_the_words_fit(read)
    assert read["result"] == "no_quorum"


def step_one_out_and_make_the_words_fit(read: Forged) -> None:
    for side in ("active", "stepped_out"):
        read["roll"][side]["family"] = read["roll"][side].get("family", 0) + 3
    make_the_words_fit(read)


def make_the_words_fit(read: Forged) -> None:
    papers = bundles.Reader(read["manifest"])
    groups, _ = papers.grouped(row["ballot"] for row in read["ballots"])
    outcome = bundles.outcome_of(read["manifest"], papers.count(groups, read["box_root"]), read["roll"])
    read["result"], read["in_words"] = outcome.result.value, [to_json(each) for each in outcome.in_words]


def commit_to_other_sums(read: Forged) -> None:
    move_a_pass_and_make_the_words_fit(read)
    read["sums"] = bundles.commitment_to_sums(read["roll"])


def leave_out_the_commitment(read: Forged) -> None:
    move_a_pass_and_make_the_words_fit(read)
    del read["sums"], read["roll"]["sums_salt"]


def double_one_replaced_in_place_of_another(read: Forged) -> None:
    read["superseded"][1] = read["superseded"][0]


def turn_the_replaced_round(read: Forged) -> None:
    read["superseded"].reverse()


def turn_the_invalid_round(read: Forged) -> None:
    read["invalid"].reverse()


def double_one_invalid(read: Forged) -> None:
    read["invalid"][1] = read["invalid"][0]


def give_another_reason(read: Forged) -> None:
    read["invalid"][0]["reason"] = "It was for the other side."


def turn_the_voided_round(read: Forged) -> None:
    read["cards"]["voided"].reverse()


def void_one_twice(read: Forged) -> None:
    read["cards"]["voided"].insert(0, read["cards"]["voided"][0])


def spell_a_signature_another_way(read: Forged) -> None:
    old = read["superseded"][0]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = letters[letters.index(old["signature"][-3]) ^ 1]
    old["signature"] = f"{old['signature'][:-3]}{last}=="


@pytest.mark.parametrize(
    ("forge", "named"),
    [
        (drop, "do not add up: 10 sealed, but 4 counted"),
        (drop_with_its_seal, "not those of the box root"),
        (alter, "does not hold. Its signature"),
        (double, "do not add up: 10 sealed, but 6 counted"),
        (double_in_place_of_another, "stands there twice"),
        (insert, "not those of the box root"),
        (put_in_place_of_another, "should not be counted. Its key is no card of this vote"),
        (swap_rule, "The manifest is not the one in the ledger"),
        (swap_for_a_rule_there_is_not, "The manifest is not the one in the ledger"),
        (swap_counting_key, "The manifest is not the one in the ledger"),
        (swap_issuer, "The manifest is not the one in the ledger"),
        (swap_box, "The box is not the one in the ledger"),
        (swap_ledger_head, "The head of the ledger does not hold"),
        (add_a_card, "The lists of the cards are not those of the manifest"),
        (void_what_is_no_card, "is no card of this vote"),
        (call_one_invalid, "names one that is not in the box"),
        (call_one_replaced, "no newer one is there"),
        (hide_who_took_part, "more ballots than people who took a card"),
        (add_to_the_roll, "The roll is not the one that the manifest fixed"),
        (swap_numbers, "comes to other numbers"),
        (swap_result, "comes to another result: adopted"),
        (swap_words, "The sums in words (quorum, second check) are not"),
        (double_one_replaced_in_place_of_another, "is out of order, or stands there twice"),
        (turn_the_replaced_round, "is out of order, or stands there twice"),
        (turn_the_invalid_round, "The list of invalid ballots is not in order"),
        (double_one_invalid, "The list of invalid ballots is not in order"),
        (give_another_reason, "gives a reason that there is not"),
        (turn_the_voided_round, "The list of the voided cards is not in order"),
        (void_one_twice, "The list of the voided cards is not in order"),
        (spell_a_signature_another_way, "does not hold. Its signature"),
    ],
)
def test_what_was_done_to_the_record_is_named(whole: bytes, forge: Callable[[Forged], None], named: str) -> None:
    assert check_bundle(whole) == []
    read = json.loads(whole)
    forge(read)

    assert named in check_bundle(canonical(read))[0]


def write_hex_in_capitals(read: Forged) -> None:
    read["sealed"][0] = read["sealed"][0].upper()


def write_a_number_as_true(read: Forged) -> None:
    read["v"] = True


def add_a_part(read: Forged) -> None:
    read["roll"]["more"] = 1


def leave_out_an_empty_list(read: Forged) -> None:
    read["superseded"] = {}


def break_the_key_of_the_ledger(read: Forged) -> None:
    read["ledger"]["key"] = "x"


def say_more_of_an_invalid_one(read: Forged) -> None:
    read["invalid"][0]["more"] = 1


def sign_again(signed: str) -> str:
    text = signed.rpartition("\n\n")[0]
    return signed + note.sign(f"{text}\n", "somebody-else", bytes(32)).rpartition("\n\n")[2]


def let_another_sign_the_ledger(read: Forged) -> None:
    read["ledger"]["checkpoint"] = sign_again(read["ledger"]["checkpoint"])


def let_another_sign_the_closed_log(read: Forged) -> None:
    read["closed"] = sign_again(read["closed"])


def add_a_class_with_nobody_stepped_out(read: Forged) -> None:
    read["roll"]["stepped_out"]["lived"] = 0


def step_out_less_than_nobody(read: Forged) -> None:
    read["roll"]["stepped_out"]["lived"] = -1
    read["roll"]["active"]["lived"] -= 1


@pytest.mark.parametrize(
    "forge",
    [
        write_hex_in_capitals, write_a_number_as_true, add_a_part, leave_out_an_empty_list, break_the_key_of_the_ledger,
        say_more_of_an_invalid_one, let_another_sign_the_ledger, let_another_sign_the_closed_log,
        add_a_class_with_nobody_stepped_out, step_out_less_than_nobody,
    ],
)  # fmt: skip
def test_what_would_mean_the_same_written_another_way_is_told_too(
    whole: bytes, forge: Callable[[Forged], None]
) -> None:
    read = json.loads(whole)
    forge(read)
    assert check_bundle(canonical(read))


def test_the_words_of_the_sums_are_compared_as_they_are_written(whole: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """In Python 1 and true are the same, and in a file they are not."""
    read = json.loads(whole)
    monkeypatch.setattr("governance.ballots.checking.to_json", lambda sentence: 1)
    words = [1] * len(read["in_words"])
    assert check_bundle(canonical({**read, "in_words": words})) == []
    assert "The sums in words" in check_bundle(canonical({**read, "in_words": [True, *words[1:]]}))[0]


@pytest.mark.parametrize(
    ("forge", "named"),
    [
        (move_a_pass_and_make_the_words_fit, "The sums of the roll by kind of seat are not those"),
        (step_one_out_and_make_the_words_fit, "The sums of the roll by kind of seat are not those"),
        (commit_to_other_sums, "The box is not the one in the ledger"),
        (leave_out_the_commitment, "The box is not the one in the ledger"),
    ],
)
def test_who_took_part_by_kind_of_seat_was_fixed_with_the_box(
    session: Session, keys: KeyFolder, forge: Callable[[Forged], None], named: str
) -> None:
    """Nothing else tells: the numbers add up, and the result and its words are those of the forged sums."""
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes", "yes")
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    read = json.loads(bundle.whole or b"")
    forge(read)

    assert [named in each for each in check_bundle(canonical(read))] == [True]


def test_of_an_older_bundle_it_is_said_that_the_split_by_seats_was_not_fixed() -> None:
    holds, said = report(recount.a_bundle(3, sums=False))
    assert (holds, said[3]) == (True, NOT_FIXED)
    assert NOT_FIXED not in report(recount.a_bundle(3))[1]


def test_what_is_forgotten_between_close_and_count_changes_no_sum(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "no", "yes")
    board.step_out(session, vote.members[-1], vote.proposal.matter, Tie.OWN_CASE)
    session.flush()
    service.close_box(session, keys, vote.ballot, AFTER.date())
    assert sum(json.loads(keys.read("ballot-1.sums") or b"")["stepped_out"].values()) == 1
    board.forget_who_stepped_out(session, vote.proposal.matter)
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert check_bundle(bundle.whole or b"") == check_bundle(bundle.public) == []
    assert json.loads(bundle.public)["sums"] == json.loads(bundle.whole or b"")["sums"]
    service.keep_only_totals(session, keys, vote.proposal.id)
    assert keys.read("ballot-1.sums") is None


def test_the_number_of_an_entry_is_not_said_as_true_or_false() -> None:
    read = json.loads(recount.a_bundle(1))
    assert check_bundle(canonical(read)) == []
    for what in ("manifest", "box"):
        entry = {**read["ledger"][what], "number": bool(read["ledger"][what]["number"])}
        assert check_bundle(canonical({**read, "ledger": {**read["ledger"], what: entry}}))


def test_a_byte_changed_anywhere_is_told(whole: bytes) -> None:
    for place in range(3, len(whole), len(whole) // 150):
        altered = bytearray(whole)
        altered[place] ^= 0x20  # Of a letter this makes a capital one, or the other way round.
        assert check_bundle(bytes(altered)), whole[place - 20 : place + 20]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"v":1}', b"[" * 100_000, b'{"kind":"bundle","v":1}'])
def test_what_is_no_bundle_is_said_in_a_sentence(body: bytes) -> None:
    assert check_bundle(body) == ["This is no result bundle, or something was changed in how it is written."]


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
    swap_result(read)
    bundle.write_bytes(canonical(read))
    wrong = subprocess.run(asked, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "another result" in wrong.stderr


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
    service.close_box(session, keys, vote.ballot, AFTER.date())
    vote.ballot.manifest = {**(vote.ballot.manifest or {}), "question": "Another one?"}
    vote.ballot.manifest_leaf = ledger.append(session, "decisions", "manifest", vote.ballot.manifest)
    ledger.publish_head(session, keys, "decisions", AFTER.date())
    vote.count()
    bundle = service.bundle_of(session, vote.ballot)
    assert bundle
    assert check_bundle(bundle.whole or b"")[0] == "The manifest was written after the box was closed."
