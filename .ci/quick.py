"""Run the fast lane: what needs no database, no server and no browser. Words after it go to pytest."""

import glob
import os
import subprocess
import sys

from setup import BIN, ROOT, setup

# Where the rules and their tests stand; `-m pure` (tests/layers.py) leaves out what asks for a database.
RULES = ("tests/*/test_*rules.py", "tests/*/test_quorum.py", "tests/*/test_next_steps.py")
# Two shares that take equally long, side by side. Each process loads the whole house first, which takes some seconds:
# so there is no third one that hands out the work.
SHARES = (
    ("tests/architecture", "tests/privacy", *RULES),
    ("tests/counting", "tests/sealing", "tests/ledger"),
)


def pytest(*words):
    """Start pytest on the pure tests; return the process, whose output is read at its end."""
    # Compiled once and kept, also where Python is told to write nothing beside its sources.
    kept = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": os.path.join(ROOT, ".venv", "compiled")}
    command = [os.path.join(BIN, "pytest"), "-q", "-p", "no:xdist", "-m", "pure", "--hypothesis-profile=quick", *words]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | kept, stdout=subprocess.PIPE, text=True)


def paths(share):
    """Return the folders and files of a share, patterns written out."""
    found = (sorted(glob.glob(each, root_dir=ROOT)) for each in share)
    elsewhere = [f"{each}/" for other in SHARES for each in other if other != share]
    return [path for each in found for path in each if not path.startswith(tuple(elsewhere))]


def main():
    """Run both shares, or what was asked for; end with 1 when one of them failed."""
    setup("requirements-test.lock")
    shares = [sys.argv[1:]] if sys.argv[1:] else [["-p", "no:cacheprovider", *paths(share)] for share in SHARES]
    failed = False
    for process in [pytest(*share) for share in shares]:
        for line in process.stdout:
            print(line, end="", flush=True)
        failed |= process.wait() != 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
