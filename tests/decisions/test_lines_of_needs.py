"""Each line for what waits leads to where it is done, once for each thing, and none for what was asked already."""

from __future__ import annotations

from datetime import date

import pytest

from governance.board import needs as of_the_board
from governance.decisions import needs
from governance.proposals import needs as of_proposals
from governance.proposals import rules
from governance.proposals.rules import Status
from governance.ruling.errors import RuleRefused

DAY = date(2026, 11, 2)


def test_lines_of_the_board() -> None:
    (charter,) = of_the_board.to_put_in_force([of_the_board.ChangedCharter("2026-001", "More yes")])
    assert (charter.page, charter.title) == ("board.new_charter", "More yes")
    for line_of, said in ((of_the_board.cards_to_settle, "member's card"), (of_the_board.readers_to_settle, "reads")):
        (line,) = line_of(["Elder"])
        assert "Elder" in str(line.title)
        assert said in str(line.title)
    assert of_the_board.cards_to_settle([]) == of_the_board.readers_to_settle([]) == []


def test_lines_of_records() -> None:
    (begin,) = needs.to_begin([(7, "Fridays?")])
    assert (begin.page, begin.at, begin.why) == ("ballots.work", {"number": 7}, needs.LIES)
    (record,) = needs.to_record([needs.Counted(7, "Fridays?")])
    assert (record.page, record.at) == ("ballots.work", {"number": 7})
    waits, asked = needs.ToClose(3, "Rain"), needs.ToClose(4, "Wind", asked=True)
    assert [each.at for each in needs.to_close([waits, asked])] == [{"theme_id": 3}]
    lying = needs.needs([needs.Drafted("2026-004", "Hours", may_disagree=False, lies=True)], [], DAY, runs_board=False)
    assert [each.why for each in lying] == [needs.LIES]


def test_a_concern_that_somebody_else_settled_waits_for_its_raiser() -> None:
    (line,) = of_proposals.settled([of_proposals.Concerned(5, "Hours")])
    assert (line.page, line.at) == ("proposals.work", {"number": 5})


@pytest.mark.parametrize("status", Status)
def test_a_concern_is_raised_again_until_it_is_decided(status: Status) -> None:
    try:
        rules.check_may_raise_again(status, stepped_out=False)
    except RuleRefused:
        assert status not in rules.UNTIL_DECIDED
    else:
        assert status in {Status.DISCUSSION, Status.FROZEN, Status.BALLOT}
