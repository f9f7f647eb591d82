"""What a row has for the numbers of a charter may be anything: it is refused in a sentence, and breaks no page."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance.board import service
from governance.board.charter import Method
from governance.board.service.charter_changes import NO_SUCH_NUMBER
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import Sentence
from tests.board.factories import SMALL_BOARD, a_board

FORGED = [
    "least_yes", ["least_yes"], 4, {"least_yes": "4"}, {"least_yes": None}, {"least_yes": True}, {"second_check": 1},
    {"two_thirds": "most"}, {"two_thirds": "1/0"}, {"two_thirds": [2, 3]}, {"method": "by lot"}, {"method": []},
]  # fmt: skip


@pytest.mark.parametrize("numbers", FORGED, ids=str)
def test_what_is_no_number_of_a_charter_is_refused(session: Session, keys: KeyFolder, numbers: Any) -> None:
    a_board(session, keys, SMALL_BOARD)
    with pytest.raises(RuleRefused, match="Our charter has no number of that name"):
        service.charter_with(session, numbers)
    assert [str(each) for each in service.wrong_with(session, numbers)] == [NO_SUCH_NUMBER]
    assert service.numbers_in_words(numbers) == [Sentence(NO_SUCH_NUMBER)]


def test_what_is_one_stays(session: Session, keys: KeyFolder) -> None:
    a_board(session, keys, SMALL_BOARD)
    honest = {"least_yes": 4, "two_thirds": "7/10", "method": "vote_only", "second_check": False}
    assert service.charter_with(session, honest).least_yes == 4
    assert service.charter_with(session, {"method": Method.VOTE_ONLY}).method is Method.VOTE_ONLY, "as a form has it"
    assert service.wrong_with(session, honest) == []
    assert len(service.numbers_in_words(honest)) == len(honest)
