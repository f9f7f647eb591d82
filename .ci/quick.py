"""Run the fast lane: what needs no database, no server and no browser. Words after it go to pytest."""

import glob
import os
import subprocess
import sys

from setup import BIN, ROOT, setup

# Where the rules and their tests stand; `-m pure` (tests/conftest.py) leaves out what asks for a database.
FOLDERS = ("tests/architecture", "tests/counting", "tests/sealing", "tests/ledger", "tests/test_privacy.py")
RULES = ("tests/*/test_rules.py", "tests/*/test_quorum.py", "tests/*/test_next_steps.py")


def main():
    """Run the fast lane on every core and end with pytest's own result."""
    setup("requirements-test.lock")
    rules = [path for pattern in RULES for path in sorted(glob.glob(os.path.join(ROOT, pattern)))]
    cores = str(min(os.cpu_count() or 1, 4))
    lane = ["-m", "pure", "--hypothesis-profile=quick", "-n", cores, "--dist", "loadfile"]
    # Compiled once and kept, also where Python is told to write nothing beside its sources.
    kept = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": os.path.join(ROOT, ".venv", "compiled")}
    command = [os.path.join(BIN, "pytest"), "-q", *lane, *(sys.argv[1:] or [*FOLDERS, *rules])]
    sys.exit(subprocess.run(command, cwd=ROOT, env=os.environ | kept).returncode)


if __name__ == "__main__":
    main()
