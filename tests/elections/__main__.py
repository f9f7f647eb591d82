"""Count real elections with `governance count` and hold them against what was published.

`python -m tests.elections FOLDER [ADDRESS ...]`: every file in FOLDER (and in archives there) whose digest is in
`facts.toml` is counted; what ADDRESS serves is put into FOLDER first. Prints a line for each election. Ends with 1 when
one does not agree or an address fails, with 2 when nothing was there to count.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.elections.found import contents, digest, download
from tests.elections.records import as_blt

FACTS = Path(__file__).with_name("facts.toml")
COMMAND = (sys.executable, "-P", "-c", "import sys; from governance.cli import main; sys.exit(main())", "count")
USAGE = (
    'Say where the files are: make test-elections ARGS="FOLDER [ADDRESS ...]". '
    "Where to get them is in tests/elections/facts.toml."
)


def main(words: list[str]) -> int:
    """Return the exit status."""
    folders = [each for each in words if "://" not in each]
    if len(folders) != 1:
        print(USAGE, file=sys.stderr)
        return 2
    folder = Path(folders[0])
    failed = download([each for each in words if "://" in each], folder)
    if not folder.is_dir():
        print(f"{folder} is not a folder. {USAGE}", file=sys.stderr)
        return 2
    elections = tomllib.loads(FACTS.read_text(encoding="utf-8"))["election"]
    files, other_versions = _wanted(folder, elections)
    agree, differ, missing = 0, 0, 0
    for election in elections:
        content = files.get(election["sha256"])
        if content is None:
            missing += 1
            print(f"SKIPPED  {election['name']}: {_why_missing(election, other_versions)}")
            continue
        wrong = differences(election, content)
        agree, differ = agree + (not wrong), differ + bool(wrong)
        print(
            f"{'DIFFERS' if wrong else 'AGREES '}  {election['name']} ({election['rule']}): {wrong or election['told']}"
        )
    for sentence in failed:
        print(f"FAILED   {sentence}")
    print(f"{agree} agree, {differ} differ, {missing} skipped because their file is missing.")
    return 1 if differ or failed else 0 if agree else 2


def _wanted(folder: Path, elections: list[dict[str, Any]]) -> tuple[dict[str, bytes], set[str]]:
    """The files whose digest we know, and the names of files that we know with another digest."""
    digests, names = {each["sha256"] for each in elections}, {each["file"] for each in elections}
    files, others = {}, set()
    for name, content in contents(folder):
        if (found := digest(content)) in digests:
            files[found] = content
        elif name in names:
            others.add(name)
    return files, others


def _why_missing(election: dict[str, Any], other_versions: set[str]) -> str:
    if election["file"] in other_versions:
        return f"the file {election['file']} here is another version than the one we know, from {election['source']}"
    return f"no file {election['file']} here; it is in {election['source']}"


def differences(election: dict[str, Any], content: bytes) -> str:
    """Count *content* with our command; say what is not as it was published, or nothing."""
    if "record" in election:
        content = as_blt(content, election["seats"], election["record"])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "election.blt")
        file.write_bytes(content)
        options = [
            "--rule",
            election["rule"],
            "--seats",
            str(election["seats"]),
            "--json",
            *election.get("options", ()),
        ]
        done = subprocess.run([*COMMAND, str(file), *options], capture_output=True, encoding="utf-8")
    if done.returncode:
        return f"not counted: {done.stderr.strip().rpartition('/')[2]}"
    return "; ".join(compare(json.loads(done.stdout), election))


def compare(told: dict[str, Any], election: dict[str, Any]) -> list[str]:
    """Say what in *told*, our JSON, is not as *election* says: winners, quota, ballots, votes at published stages."""
    wrong = []
    by_lot = election.get("lot", ())
    ours, theirs = [each for each in told["winners"] if each not in by_lot], election["winners"]
    if ours != theirs if election.get("in_order") else sorted(ours) != sorted(theirs):
        wrong.append(f"winners {ours}, published {theirs}")
    if "quota" in election and Decimal(told["quota"]) != Decimal(election["quota"]):
        wrong.append(f"quota {told['quota']}, published {election['quota']}")
    if "ballots" in election and told["ballots"] != election["ballots"]:
        wrong.append(f"ballots {told['ballots']}, published {election['ballots']}")
    stages = [{name: Decimal(votes) for name, votes in stage["tallies"].items()} for stage in told["stages"]]
    at = 0
    for number, published in enumerate(election.get("stages", ()), 1):
        wanted = {name: Decimal(votes) for name, votes in published.items()}
        same = (place for place in range(at, len(stages)) if wanted.items() <= stages[place].items())
        found = next(same, None)
        if found is None:
            wrong.append(f"no stage of ours has the votes of published stage {number}: {published}")
        else:
            at = found
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
