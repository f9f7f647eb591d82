"""Every reader, with files of its own format that are then changed anywhere: what was written, or one plain refusal.

A file that is well made is read as what was drawn; the same file with signs put in, taken out or doubled is read as
some election whose names can be told apart, or is refused with a line that it has and something to write there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.counting.files import Election, Malformed, Marks, read
from governance.counting.files.look_alikes import seen_as, shows
from tests.examples import examples

NAMES = ("Ann", "Ben, too", "Zoë")
ORDER = st.permutations(range(len(NAMES)))
RANKING = st.tuples(ORDER, st.integers(1, 3)).map(lambda drawn: tuple(drawn[0][: drawn[1]]))
BALLOTS = st.lists(RANKING, min_size=1, max_size=6)
Ballots = list[tuple[int, ...]]
PIECES = [
    "", "\n", " ", ",", ";", "\t", '"', "0", "1", "2", "0\n", "(", ")", "(1 2)", "=", "-", "#", ":", "{1,2}", "x",
    "Ann", "ann", "\x1b", "\u202e", "\xad", "é", "overvote", "weight", "id", "rank 1", "\r", "\0", "[",
    "9" * 13, "0\n0\n",
    "CvrNumber",
]  # fmt: skip


def quoted(name: str) -> str:
    return f'"{name}"'


def numbers(ballot: tuple[int, ...]) -> list[str]:
    return [str(option + 1) for option in ballot]


def as_blt(ballots: Ballots) -> str:
    rows = [f"1 {' '.join(numbers(each))} 0\n" for each in ballots]
    return f"{len(NAMES)} 1\n{''.join(rows)}0\n" + "".join(f"{quoted(name)}\n" for name in NAMES)


def as_blt_with_ids(ballots: Ballots) -> str:
    head, _, rest = as_blt([(0,), *ballots]).partition("\n")
    body, _, names = rest.partition("0\n" + quoted(NAMES[0]))
    lines = body.replace("1 1 0\n", "1 1 0 \n").splitlines()
    return "\n".join([head, *(f"(b{at}) {line}" for at, line in enumerate(lines)), "0", quoted(NAMES[0]) + names])


def as_opentally(ballots: Ballots) -> str:
    head, *rows = as_blt(ballots).splitlines()
    return "\n".join([head, *(row.removesuffix(" 0") for row in rows)]) + "\n"


def as_one_line(ballots: Ballots) -> str:
    return as_blt(ballots).replace("\n", " ")


def as_preflib(ballots: Ballots) -> str:
    about = "".join(f"# ALTERNATIVE NAME {at}: {name}\n" for at, name in enumerate(NAMES, 1))
    rows = "".join(f"1: {','.join(numbers(each))}\n" for each in ballots)
    return f"# DATA TYPE: soi\n# NUMBER ALTERNATIVES: {len(NAMES)}\n# NUMBER VOTERS: {len(ballots)}\n{about}{rows}"


def as_form(ballots: Ballots) -> str:
    rows = [[*(quoted(NAMES[each]) for each in ballot), "", ""][:3] for ballot in ballots]
    return "Timestamp,First choice,Second choice,Third choice\n" + "".join(
        f"1/2/26 9:00,{','.join(row)}\n" for row in rows
    )


def as_columns(ballots: Ballots) -> str:
    rows = [[str(each.index(option) + 1) if option in each else "-" for option in range(3)] for each in ballots]
    return ",".join(map(quoted, NAMES)) + "\n" + "".join(f"{','.join(row)}\n" for row in rows)


def as_dominion(ballots: Ballots) -> str:
    columns = [(option, rank) for rank in range(3) for option in range(3)]
    rows = [["1" if each[rank : rank + 1] == (option,) else "0" for option, rank in columns] for each in ballots]
    names = ",".join(quoted(f"{NAMES[option]}({rank + 1})") for option, rank in columns)
    contest = "Mayor (Number of positions=1)," * 9
    head = f"Town,5\n,,{contest}\n,,{names}\nCvrNumber,BallotType,,,,,,,,,\n"
    return head + "".join(f"{at},7,{','.join(row)}\n" for at, row in enumerate(rows))


def as_ess(ballots: Ballots) -> str:
    rows = [[*(quoted(NAMES[each]) for each in ballot), "undervote", "undervote"][:3] for ballot in ballots]
    head = "Cast Vote Record,Precinct,Ballot Style," + ",".join(f"Mayor Choice {rank} of 3 (017)" for rank in (1, 2, 3))
    return f"{head}\n" + "".join(f"{at},North,A,{','.join(row)}\n" for at, row in enumerate(rows, 1001))


def as_rctab(ballots: Ballots) -> str:
    rows = [[*(quoted(NAMES[each]) for each in ballot), "skipped", "skipped"][:3] for ballot in ballots]
    head = "Source Filepath,CVR Provider,Contest Id,Tabulator Id,Batch Id,Record Id,Precinct,Precinct Portion"
    return f"{head},Rank 1,Rank 2,Rank 3\n" + "".join(
        f"cvr.csv,ess,Mayor,1,2,{at},North,1,{','.join(row)}\n" for at, row in enumerate(rows)
    )


WRITERS: dict[Callable[[Ballots], str], str] = {
    as_blt: "a.blt", as_blt_with_ids: "a.blt", as_opentally: "a.blt", as_one_line: "a.blt", as_preflib: "a.soi",
    as_form: "a.csv", as_columns: "a.csv", as_dominion: "a.csv",
    as_ess: "a.csv", as_rctab: "a.csv",
}  # fmt: skip


def said(election: Election) -> Counter[tuple[str, ...]]:
    names, found = election.ballots.choices, Counter[tuple[str, ...]]()
    for paper, number in election.ballots.groups:
        found[tuple(names[option] for option in paper)] += number
    return found


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
@settings(max_examples=examples(10))
@given(ballots=BALLOTS)
def test_a_file_that_is_well_made_holds_what_was_written(write: Callable[[Ballots], str], ballots: Ballots) -> None:
    expected = Counter(tuple(NAMES[each] for each in ballot) for ballot in ballots)
    expected[(NAMES[0],)] += write is as_blt_with_ids
    assert said(read(write(ballots).encode(), "ranking", WRITERS[write])) == +expected


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
@settings(max_examples=examples(25))
@given(ballots=BALLOTS, data=st.data())
def test_a_file_that_is_changed_is_an_election_or_refused(
    write: Callable[[Ballots], str], ballots: Ballots, data: st.DataObject
) -> None:
    text = write(ballots)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from(PIECES)) + text[at + data.draw(st.integers(0, 4)) :]
    content = text.encode(data.draw(st.sampled_from(["utf-8", "utf-16", "latin-1"])), "replace")
    name = data.draw(st.sampled_from([WRITERS[write], "", "a.csv"]))
    marks = Marks(*data.draw(st.sampled_from([("pass_over", ""), ("stop", "pass_over"), ("refuse", "refuse")])))
    papers = data.draw(st.sampled_from(["ranking", "ranking", "scores", "approvals", "words"]))
    answers(content, papers, name, marks)


@given(st.binary(max_size=80), st.sampled_from(["", "a.blt", "a.csv", "a.toi"]))
def test_bytes_that_are_no_file_of_ours_are_refused_in_one_line(content: bytes, name: str) -> None:
    answers(content, "ranking", name, Marks())


def answers(content: bytes, papers: str, name: str, marks: Marks) -> None:
    ballots = refused = None
    try:
        ballots = read(content, papers, name, marks=marks).ballots
    except Malformed as wrong:
        refused = wrong
    if refused:
        assert 1 <= refused.line <= content.count(b"\n") + content.count(b"\r") + 1
        assert refused.expected
        assert shows(refused.expected)
    if ballots:
        assert all(map(shows, ballots.choices))
        assert len({seen_as(each) for each in ballots.choices}) == len(ballots.choices)
        for paper, _ in ballots.groups:
            options = [each for rank in paper for each in (rank if isinstance(rank, tuple) else (rank,))]
            assert papers == "scores" or len(set(options)) == len(options)
