"""Who would change the record of a vote: each forger writes its bundle again in its proper form.

They know all that the server knows but the keys of the voters and of the ledger.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from governance.ballots.bundle import recounting
from governance.ballots.papers import envelope
from governance.ballots.passes.credential import from_code, new_code, tracker_of
from governance.ledger import note
from governance.ruling.sentences import to_json

Forged = dict[str, Any]


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
    ballot = json.loads(envelope.signed(from_code(new_code(), election), election, {"choice": "yes"}))
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
    none = {"sealed": "00" * 32, "reason": "It is not written as a ballot.", "ballot": "", "proof": ""}
    read["invalid"].insert(0, none)


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
    papers = recounting.Recount(read["manifest"])
    groups, _ = papers.grouped(row["ballot"] for row in read["ballots"])
    outcome = recounting.outcome_of(read["manifest"], papers.count(groups, read["box_root"]), read["roll"])
    read["result"], read["in_words"] = outcome.result.value, [to_json(each) for each in outcome.in_words]


def commit_to_other_sums(read: Forged) -> None:
    move_a_pass_and_make_the_words_fit(read)
    read["sums"] = recounting.commitment_to_sums(read["roll"])


def leave_out_the_commitment(read: Forged) -> None:
    move_a_pass_and_make_the_words_fit(read)
    del read["sums"], read["voided"], read["roll"]["sums_salt"]


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


def hide_that_one_was_voided(read: Forged) -> None:
    read["cards"]["voided"].pop()


def commit_to_other_voided(read: Forged) -> None:
    hide_that_one_was_voided(read)
    read["voided"] = recounting.commitment_to_voided(read["roll"]["sums_salt"], read["cards"]["voided"])


def leave_out_the_voided_commitment(read: Forged) -> None:
    hide_that_one_was_voided(read)
    del read["voided"]


def spell_a_signature_another_way(read: Forged) -> None:
    old = read["superseded"][0]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = letters[letters.index(old["signature"][-3]) ^ 1]
    old["signature"] = f"{old['signature'][:-3]}{last}=="


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


# What each does, and how the check names it.
NAMED = [
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
    (hide_that_one_was_voided, "The voided cards are not those that were fixed with the box"),
    (commit_to_other_voided, "The box is not the one in the ledger"),
    (leave_out_the_voided_commitment, "The box is not the one in the ledger"),
    (spell_a_signature_another_way, "does not hold. Its signature"),
]
SPELLED_ANOTHER_WAY = [
    write_hex_in_capitals, write_a_number_as_true, add_a_part, leave_out_an_empty_list, break_the_key_of_the_ledger,
    say_more_of_an_invalid_one, let_another_sign_the_ledger, let_another_sign_the_closed_log,
    add_a_class_with_nobody_stepped_out, step_out_less_than_nobody,
]  # fmt: skip
OF_THE_SUMS = [
    (move_a_pass_and_make_the_words_fit, "The sums of the roll by kind of seat are not those"),
    (step_one_out_and_make_the_words_fit, "The sums of the roll by kind of seat are not those"),
    (commit_to_other_sums, "The box is not the one in the ledger"),
    (leave_out_the_commitment, "The box is not the one in the ledger"),
]
