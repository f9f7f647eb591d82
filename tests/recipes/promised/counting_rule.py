"""After "Add a counting rule": the command line counts by it, and says how."""

import json
from pathlib import Path

import pytest

from governance.cli import main
from governance.counting import RULES

# 3 Ada > Bo > Cy, 2 Bo > Cy > Ada. Points: Ada 3*3 + 2*1 = 11, Bo 3*2 + 2*3 = 12, Cy 3*1 + 2*2 = 7.
FIVE = '3 1\n3 1 2 3 0\n2 2 3 1 0\n0\n"Ada"\n"Bo"\n"Cy"\n"Chair"\n'


def test_it_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "five.blt").write_text(FIVE)
    with pytest.raises(SystemExit) as ended:
        main(["count", str(tmp_path / "five.blt"), "--rule", "borda", "--json"])
    told = capsys.readouterr()
    assert not ended.value.code, told.err.splitlines()[-1:]
    account = json.loads(told.out)
    assert account["winners"] == ["Bo"]
    assert "The higher a place" in str(RULES["borda"]().in_words)
