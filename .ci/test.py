"""Set up with the test tools, find or install a Chromium, then run every check. Words after it go to pytest."""

import os
import shutil
import subprocess
import sys

from setup import BIN, PYTHON, ROOT, setup

CHECKS = (
    ["ruff", "check", "--quiet", "."],
    ["ruff", "format", "--check", "--quiet", "."],
    ["mypy"],
    ["oxlint", "--config", ".ci/oxlint.json", "--deny-warnings", "static"],
)


FAKETIME = "faketime"  # Debian's package and its program: it sets another clock for one process.


def have_faketime():
    """Install what sets the clock for one process, where we may; end with what to do where we may not."""
    if not shutil.which(FAKETIME) and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["update"], ["install", "-y", "--no-install-recommends", FAKETIME]):
            subprocess.run(["apt-get", "-qq", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if not shutil.which(FAKETIME):
        sys.exit(f"Real Voice: the tests set a wrong clock with {FAKETIME}. As root, run: apt-get install {FAKETIME}")


def check(command):
    """Run one check in the checkout and return whether it held, saying so where it did not."""
    held = subprocess.run([os.path.join(BIN, command[0]), *command[1:]], cwd=ROOT).returncode == 0
    if not held:
        print("Did not hold: " + " ".join(command), flush=True)
    return held


def main():
    """Run all checks, so that one run names everything, and end with an error if one did not hold."""
    setup("requirements-test.lock")
    if subprocess.run([PYTHON, os.path.join(ROOT, ".ci", "browser.py")], cwd=ROOT).returncode:
        sys.exit(1)
    have_faketime()
    held = [check(command) for command in CHECKS]
    # A process for each core; the tests of one file stay together, and share what they set up.
    held.append(check(["pytest", "-q", "-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile", *sys.argv[1:]]))
    sys.exit(0 if all(held) else 1)


if __name__ == "__main__":
    main()
