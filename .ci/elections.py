"""Count real elections and hold them against their published results. Their files are the person's own to bring."""

import subprocess
import sys

from setup import PYTHON, ROOT, setup


def main():
    """Have what the tests need, and count what is in the folder and at the addresses that were named."""
    setup("requirements-test.lock")
    sys.exit(subprocess.run([PYTHON, "-m", "tests.elections", *sys.argv[1:]], cwd=ROOT).returncode)


if __name__ == "__main__":
    main()
