"""Show which branches of rules, counting, sealing and the ledger their own tests never take: those of the fast lane,
and for the ledger's tables those on SQLite.
"""

import glob
import os
import subprocess
import sys
import tomllib

from setup import PYTHON, ROOT, setup

with open(os.path.join(ROOT, "pyproject.toml"), "rb") as written:
    RULES_THEMSELVES = tomllib.load(written)["tool"]["governance"]["rules"]
SHOWN = (*RULES_THEMSELVES, "sealing/**", "ledger/**")
AT_LEAST = "100"  # Hundredths of lines and branches. Under it the target fails.
FAST = ("tests/counting", "tests/sealing", "tests/ledger", "tests/privacy")
RULES = ("tests/*/test_*rules.py", "tests/*/test_quorum.py", "tests/*/test_next_steps.py")
# What the ledger writes into tables, shows on pages and says to other servers is tried on SQLite.
LEDGER = ("tests/ledger", "-k", "not postgresql")


def coverage(*words):
    """Run coverage with *words* in the checkout and return how it ended."""
    return subprocess.run([PYTHON, "-m", "coverage", *words], cwd=ROOT).returncode


def main():
    """Run the tests, show what they never reach, and end with an error if they fail or reach too little."""
    setup("requirements-test.lock")
    rules = [path for pattern in RULES for path in sorted(glob.glob(os.path.join(ROOT, pattern)))]
    lane = ["-m", "pytest", "-q", "-p", "no:xdist", "--hypothesis-profile=quick"]
    tests = coverage("run", "--branch", "--source=governance", *lane, "-m", "pure", *FAST, *rules)
    tests |= coverage("run", "--append", "--branch", "--source=governance", *lane, "-m", "not pure", *LEDGER)
    shown = ",".join("governance/" + pattern for pattern in SHOWN)
    full = coverage("report", "--show-missing", "--skip-covered", "--fail-under=" + AT_LEAST, "--include=" + shown)
    sys.exit(tests or full)


if __name__ == "__main__":
    main()
