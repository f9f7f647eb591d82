"""Where the first key is gone the doctor goes on: what can be looked at is, and each thing that cannot says so."""

from __future__ import annotations

import pytest

from governance.health import last_look
from tests.commands.conftest import Run
from tests.factories import Founded

LOST = "MEND  The key folder has lost the programme's first key, but a programme is here. Bring the keys back:"


def test_it_says_first_what_is_lost_and_looks_at_all_that_is_left(founded: Founded, run: Run) -> None:
    (founded.keys.path / "programme").unlink()
    status, said = run("doctor")
    lines = said.splitlines()
    assert (status, lines[0].startswith(LOST)) == (1, True), said
    assert "MEND  The key programme is gone." in said
    assert "MEND  The public words cannot be looked at:" in said
    assert founded.keys.noted(last_look.NOTE) == {}, "it writes nothing into a folder whose keys are lost"
    for well in ("The tables are up to date.", "Every table can be read to its end.", "There is room on the disk."):
        assert f"ok    {well}" in lines


@pytest.mark.parametrize("command", ["tick", "serve"])
def test_whoever_would_write_does_not_begin(founded: Founded, run: Run, command: str) -> None:
    (founded.keys.path / "programme").unlink()
    status, said = run(command)
    assert (status, said.splitlines()[-1].startswith(LOST.removeprefix("MEND  "))) == (1, True)
