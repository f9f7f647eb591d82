"""Which numbers of a count the public sees. One home: the ballot's page and the record show the same."""

from hypothesis import given
from hypothesis import strategies as st

from governance.ballots.result.disclosure import public_numbers


def public(**counts: int) -> dict[str, str]:
    return {name: str(cell.text) for name, cell in public_numbers(counts).items()}


def test_the_public_sees_two_sides_and_never_who_did_not_choose() -> None:
    assert public(yes=3, no=4, abstain=0) == {"yes": "3", "no": "4"}
    assert public(yes=4, no=5, abstain=0) == {"yes": "4", "no": "5"}
    assert public(yes=6, no=1, abstain=2) == {"yes": "not shown", "no": "fewer than 3"}
    assert public(yes=9, no=0, abstain=0) == {"yes": "not shown", "no": "fewer than 3"}
    assert public(agree=5, worry=1, aside=1, block=0) == {"agree": "not shown", "aside": "fewer than 3"}
    assert public(agree=3, worry=2, aside=2, block=1) == {"agree": "5", "aside": "3"}


@given(st.integers(0, 25), st.integers(0, 25), st.integers(0, 25))
def test_how_many_did_not_choose_changes_nothing_the_public_sees(yes: int, no: int, abstain: int) -> None:
    assert public(yes=yes, no=no, abstain=abstain) == public(yes=yes, no=no, abstain=0)
