"""What is typed back: what somebody has before them, and nothing that they could have guessed."""

from __future__ import annotations

import ast
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as some

import governance
from governance import sealing
from governance.people.typed_back import has_share, has_words

WORDS = sealing.word_list("en")
FIVE = some.lists(some.sampled_from(WORDS), min_size=5, max_size=5).map(" ".join)
SHARE = some.binary(min_size=32, max_size=32).map(lambda secret: sealing.split_secret(secret)[0].text)


@given(FIVE, some.sampled_from([str.upper, str.title, str.swapcase]), some.sampled_from([" ", "-", ", ", "\n"]))
def test_the_first_and_the_last_word_or_all_however_they_are_written(words: str, case: object, between: str) -> None:
    first, *_, last = words.split()
    assert has_words(words, case(f"{first}{between}{last}"))  # type: ignore[operator]
    assert has_words(words, between.join(words.split()))


@given(FIVE, FIVE)
def test_other_words_are_not_these(words: str, typed: str) -> None:
    assert has_words(words, typed) is (words == typed)
    assert not has_words(words, "")
    assert not has_words(words, words.split()[0])


@given(SHARE)
def test_the_first_and_the_last_group_or_all_with_what_looks_alike(share: str) -> None:
    ends = share.split()[0] + share.split()[-1]
    assert has_share(share, ends.lower().replace("o", "0").replace("i", "1"))
    assert has_share(share, share)
    assert not has_share(share, ends[:-1])
    assert not has_share(share, "")


def invents(source: str) -> bool:
    """Whether *source* founds an invented programme, whose words and shares are for all to see."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return any(word.arg == "invented" for call in calls for word in call.keywords)


def test_only_the_demo_founds_a_programme_whose_words_and_shares_are_for_all_to_see() -> None:
    """So no setting and no plan takes the two ceremonies from a real one."""
    house = Path(governance.__file__).parent
    found = {path.relative_to(house).parts[0] for path in house.rglob("*.py") if invents(path.read_text("utf-8"))}
    assert found == {"demo"}
    assert invents("founding.found(session, keys, plan, now, invented=True)")
