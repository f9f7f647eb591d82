"""The runner of `make test-elections`, on elections made here: it sees what agrees, what differs, what is missing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.elections import __main__ as runner
from tests.elections.found import contents, digest
from tests.elections.records import as_blt

WARD = '2 1\n3 1 2 0\n2 2 0\n0\n"Ann"\n"Ben"\n'


def facts(winner: str, content: str = WARD, quota: str = "3") -> str:
    return (
        f'[[election]]\nname = "Ward"\nfile = "ward.blt"\nsource = "somewhere"\nsha256 = "{digest(content.encode())}"\n'
        f'rule = "scottish-stv"\nseats = 1\nwinners = ["{winner}"]\nquota = "{quota}"\ntold = "all"\n'
        'stages = [{ "Ann" = 3, "Ben" = 2 }]\n'
    )


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(runner, "FACTS", tmp_path / "facts.toml")
    (tmp_path / "files").mkdir()
    return tmp_path


def test_agreement_and_difference(known: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(known / "files" / "theirs.zip", "w") as packed:
        packed.writestr("deep/down/ward.blt", WARD.replace("\n", "\r\n"))
    (known / "facts.toml").write_text(facts("Ann") + facts("Ben", quota="4").replace('"Ann" = 3', '"Ann" = 7'))
    assert runner.main([str(known / "files")]) == 1
    said = capsys.readouterr().out
    assert "AGREES   Ward (scottish-stv): all" in said
    assert "winners ['Ann'], published ['Ben']; quota 3.00000, published 4; no stage of ours has" in said
    assert "1 agree, 1 differ, 0 skipped" in said


def test_what_is_missing_is_said_and_is_no_success(known: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (known / "facts.toml").write_text(facts("Ann"))
    assert runner.main([str(known / "files")]) == 2
    assert "SKIPPED  Ward: no file ward.blt here; it is in somewhere" in capsys.readouterr().out
    (known / "files" / "ward.blt").write_text(WARD + "\n")
    assert runner.main([str(known / "files")]) == 2
    assert "ward.blt here is another version than the one we know, from somewhere" in capsys.readouterr().out
    assert runner.main([]) == 2
    assert runner.main([str(known / "nowhere")]) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_an_address_is_downloaded_into_the_folder(known: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (known / "ward.blt").write_text(WARD)
    (known / "facts.toml").write_text(facts("Ann"))
    addresses = [(known / "ward.blt").as_uri(), (known / "none.blt").as_uri()]
    assert runner.main([str(known / "files"), *addresses]) == 1  # What could not be had is a failure.
    said = capsys.readouterr().out
    assert "1 agree, 0 differ" in said
    assert "none.blt could not be had" in said
    assert [name for name, _ in contents(known / "files")] == ["ward.blt"]


def test_records_become_what_the_law_of_their_election_reads() -> None:
    how = {"layout": "names", "columns": 1, "blank": ["skipped"], "overvote": "overvote", "gap": 1, "withdrawn": ["X"]}
    text = 'p,rank1,rank2,rank3\n1,"A ""a""",B,"A ""a"""\n1,X,skipped,B\n2,skipped,skipped,B\n2,B,overvote,X\n'
    assert as_blt(text.encode(), 1, how).decode().split("\n") == [
        "3 1", "-3", "1 1 2 0", "1 3 2 0", "1 0", "1 2 0", "0", '"A ""a"""', '"B"', '"X"', "",
    ]  # fmt: skip
    commas = '2,1,\n3,1,2,\n2,2,\n"Candidate 1","Ann","Green (Gr)",\n"Candidate 2","Ben","Red (R)",\n"Ward",'
    assert as_blt(commas.encode(), 1, {"layout": "preferences"}).decode() == WARD
    profile = "VoteKit\nCandidates\n(Ann:A),(Ben:B)\n=\nRanking_1,Ranking_2,&\n{'A'},{'B'},&,1.0,&\n{'B'},,&,1.0,&"
    assert as_blt(profile.encode(), 1, {"layout": "profile"}).decode() == '2 1\n1 1 2 0\n1 2 0\n0\n"Ann"\n"Ben"\n'
