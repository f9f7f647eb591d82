"""Changes that `governance verify` does not name."""

from __future__ import annotations

import io
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from governance.ballots.bundle import verdict
from governance.commands import ledger as command
from governance.ledger import note
from governance.ledger.verifying import Trust
from tests.mutations.changing import change, change_folder


def in_copies(dice: random.Random, copy: Path, times: int) -> Iterator[str]:
    """Change *copy* of a ledger so many times, one change at a time, and yield what was not named."""
    honest = _said_of(copy)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(times):
            spoilt = Path(folder) / str(number)
            shutil.copytree(copy, spoilt)
            what = change_folder(dice, spoilt)
            try:
                if _said_of(spoilt) == honest:
                    yield what
            except note.NoteBroken:
                pass
            except Exception as error:
                yield f"{what}: {type(error).__name__}"
            shutil.rmtree(spoilt)


def _said_of(copy: Path) -> list[str]:
    return command._check_ledger(str(copy), Trust(), lambda done, of: None)


def in_bundles(dice: random.Random, bundles: list[bytes], times: int) -> Iterator[str]:
    """Change one of *bundles* so many times, and yield what was not named.

    A public part without ballots proves no result and says so. There a change is named too where what is told to be
    looked up in the ledger, the result and its digest, is told as another one.
    """
    honest = [verdict.report(io.BytesIO(each)) for each in bundles]
    for _ in range(times):
        which = dice.randrange(len(bundles))
        how, changed = change(dice, bundles[which])
        try:
            holds, lines = verdict.report(io.BytesIO(changed))
        except Exception as error:
            yield f"result {which}, {how}: {type(error).__name__}"
        else:
            if holds and (b'"kind":"outcome"' not in bundles[which] or lines == honest[which][1]):
                at = next((n for n, (a, b) in enumerate(zip(changed, bundles[which], strict=False)) if a != b), -1)
                yield f"result {which}, {how}: at {at}, in {bundles[which][max(at - 60, 0) : at + 20]!r}"
