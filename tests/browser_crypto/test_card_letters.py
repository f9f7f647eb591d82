"""What is wrong with the letters of a card is said alike by the server and by the browser, and at once."""

from __future__ import annotations

from dataclasses import asdict
from random import Random

from governance.ballots.passes import card_letters
from governance.ballots.passes.card_letters import CODE_LETTERS, GROUP, LETTERS, ON_NEW_CARDS, fault_of
from governance.ballots.passes.credential import in_groups, new_code
from tests.browser_crypto.conftest import Run

CARDS = [new_code() for _ in range(12)]
OTHERS = ["", "ABCD", "A" * 21, "9" * 20, "é" * 20, "ß" * 10, "x" * 39, "x" * 40, "x" * 41, "A" * 19 + "9", "１" * 20]


def slips(card: str, chance: Random) -> dict[str, list[str]]:
    """What hands make of a card: one letter wrong, two neighbours turned round, one letter less, one more."""
    places = range(CODE_LETTERS)
    turns = [at for at in places[:-1] if card[at] != card[at + 1]]
    return {
        "letter": [
            card[:at] + chance.choice(LETTERS.replace(card[at], "")) + card[at + 1 :] for at in places
        ],
        "swapped": [card[:at] + card[at + 1] + card[at] + card[at + 2 :] for at in turns],
        "few": [card[:at] + card[at + 1 :] for at in places],
        "many": [card[:at] + "X" + card[at:] for at in places],
    }  # fmt: skip


def test_both_sides_say_the_same_of_every_card(run: Run) -> None:
    chance = Random(7)
    table = [*OTHERS, *CARDS, *(in_groups(card).lower() for card in CARDS)]
    table += ["".join(chance.choices(LETTERS, k=20)) for _ in range(200)]  # Cards of before, which check nothing.
    table += [slip for card in CARDS for made in slips(card, chance).values() for slip in made]
    here = [fault and asdict(fault) for fault in map(fault_of, table)]
    there = run("(all) => all.map(CardLetters.faultOf)", table)
    differing = [
        (typed, ours, theirs) for typed, ours, theirs in zip(table, here, there, strict=True) if ours != theirs
    ]
    assert differing == []
    assert {fault["kind"] for fault in here if fault} == set(card_letters.FAULTS), "the table has every kind"


def group_that_differs(typed: str, card: str) -> int:
    return next(at for at in range(CODE_LETTERS) if typed[at] != card[at]) // GROUP + 1


def test_a_slip_is_found_and_one_wrong_letter_where_it_is() -> None:
    for card in CARDS:
        assert fault_of(card) is None
        assert set(card) <= set(ON_NEW_CARDS)
        for kind, made in slips(card, Random(7)).items():
            faults = [(typed, fault_of(typed)) for typed in made]
            assert [fault and fault.kind for _, fault in faults] == [kind] * len(made)
            if kind == "letter":
                assert all(fault and fault.group == group_that_differs(typed, card) for typed, fault in faults)


def test_what_is_said() -> None:
    said = [str(fault.sentence) for fault in (fault_of("A" * 19), fault_of("A" * 10 + "9" * 10)) if fault]
    assert said == [
        "You typed 19 of 20 letters. Look at each group.",
        "There is a sign in group 3 that no card or pass has. Look at group 3.",
    ]
