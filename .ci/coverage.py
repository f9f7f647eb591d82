"""Show which branches of rules, counting, sealing and the ledger their own tests never take: those of their
folders that need nothing beside them, and for the ledger's tables those on SQLite.
"""

import os
import subprocess
import sys
import tomllib

from setup import PYTHON, ROOT, setup

with open(os.path.join(ROOT, "pyproject.toml"), "rb") as written:
    RULES_THEMSELVES = tomllib.load(written)["tool"]["governance"]["rules"]
SHOWN = (*RULES_THEMSELVES, "sealing/**", "ledger/**")
AT_LEAST = "100"  # Hundredths of lines and branches. Under it the target fails.
FOLDERS = sorted(each for each in os.listdir(os.path.join(ROOT, "governance")) if each != "commands")
FAST = [f"tests/{each}" for each in FOLDERS if os.path.isdir(os.path.join(ROOT, "tests", each))]
GUARD = "tests/architecture/test_guard.py"
# What the ledger writes into tables, shows on pages and says to other servers is tried on SQLite.
LEDGER = ("tests/ledger", "-k", "not postgresql")


def coverage(*words):
    """Run coverage with *words* in the checkout and return how it ended."""
    return subprocess.run([PYTHON, "-m", "coverage", *words], cwd=ROOT).returncode


def main():
    """Run the tests, show what they never reach, and end with an error if they fail or reach too little."""
    setup("requirements-test.lock")
    lane = ["-m", "pytest", "-q", "-p", "no:xdist", "--hypothesis-profile=quick"]
    tests = coverage("run", "--branch", "--source=governance", *lane, "-m", "pure", *FAST, GUARD)
    tests |= coverage("run", "--append", "--branch", "--source=governance", *lane, "-m", "not pure", *LEDGER)
    shown = ",".join("governance/" + pattern for pattern in SHOWN)
    full = coverage("report", "--show-missing", "--skip-covered", "--fail-under=" + AT_LEAST, "--include=" + shown)
    sys.exit(tests or full)


if __name__ == "__main__":
    main()
