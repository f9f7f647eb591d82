"""Show which branches of rules, counting, sealing and the ledger their own fast tests never take."""

import glob
import os
import subprocess
import sys

from setup import PYTHON, ROOT, setup

SHOWN = (
    "*/rules.py", "*/quorum.py", "*/next_steps.py", "counting/*", "sealing/*", "ledger/rules.py", "ledger/note.py",
    "ledger/policy.py", "ledger/proof.py", "ledger/tiles.py", "privacy.py", "retention.py",
)  # fmt: skip
AT_LEAST = "100"  # Hundredths of lines and branches. Under it the target fails.
TESTS = ("tests/counting", "tests/sealing", "tests/ledger", "tests/test_privacy.py")
RULES = ("tests/*/test_rules.py", "tests/*/test_quorum.py", "tests/*/test_next_steps.py")


def coverage(*words):
    """Run coverage with *words* in the checkout and return how it ended."""
    return subprocess.run([PYTHON, "-m", "coverage", *words], cwd=ROOT).returncode


def main():
    """Run the fast tests, show what they never reach, and end with an error if they fail or reach too little."""
    setup("requirements-test.lock")
    rules = [path for pattern in RULES for path in sorted(glob.glob(os.path.join(ROOT, pattern)))]
    lane = ["-m", "pytest", "-q", "-m", "pure", "-p", "no:xdist", "--hypothesis-profile=quick"]
    tests = coverage("run", "--branch", "--source=governance", *lane, *TESTS, *rules)
    shown = ",".join("governance/" + pattern for pattern in SHOWN)
    full = coverage("report", "--show-missing", "--skip-covered", "--fail-under=" + AT_LEAST, "--include=" + shown)
    sys.exit(tests or full)


if __name__ == "__main__":
    main()
