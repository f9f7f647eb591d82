"""Check our ledger's files with Go's own library from Debian's packages; install those if they are not there."""

import os
import shutil
import subprocess
import sys

from setup import PYTHON, ROOT, setup

PACKAGES = ("golang-go", "golang-golang-x-mod-dev")
LIBRARY = "/usr/share/gocode/src/golang.org/x/mod/sumdb"


def there():
    """Return whether Go and the library are installed."""
    return bool(shutil.which("go")) and os.path.isdir(LIBRARY)


def install():
    """Install the packages, or end with one line that says what is missing."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
            subprocess.run(["apt-get", "-qq", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if not there():
        sys.exit(f"Go is not here. As root, run: apt-get install {' '.join(PACKAGES)}")


def main():
    """Have what is needed, and run the check."""
    if not there():
        install()
    setup("requirements-test.lock")
    sys.exit(subprocess.run([PYTHON, "-m", "tests.interop"], cwd=ROOT).returncode)


if __name__ == "__main__":
    main()
