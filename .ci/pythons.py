"""Run the fast lane on each other Python that is here, with an environment of its own, and say which held."""

import glob
import os
import subprocess
import sys

from setup import ROOT, VENV

MINORS = range(11, 15)


def found(minor):
    """Return a Python 3.*minor* that starts, or None. Those of pyenv are found without being switched on."""
    kept = os.path.join(os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv"), "versions")
    for python in [f"python3.{minor}", *sorted(glob.glob(os.path.join(kept, f"3.{minor}.*", "bin", "python3")))]:
        try:
            asked = subprocess.run([python, "-c", "import sys; print(sys.version_info.minor)"], capture_output=True)
        except OSError:
            continue
        if asked.returncode == 0 and asked.stdout.strip() == str(minor).encode():
            return python
    return None


def held(minor, python):
    """Run the fast lane on *python* and return whether it held."""
    own = os.path.join(VENV, "pythons", f"3.{minor}")
    command = [python, os.path.join(ROOT, ".ci", "quick.py")]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "REAL_VOICE_VENV": own}).returncode == 0


def main():
    """Run it on all that are here, and end with an error if it did not hold on one."""
    pythons = {minor: found(minor) for minor in MINORS if minor != sys.version_info.minor}
    results = {minor: held(minor, python) for minor, python in pythons.items() if python}
    print(f"Python 3.{sys.version_info.minor}: is the one of make test")
    for minor, python in pythons.items():
        print(f"Python 3.{minor}: {('holds' if results[minor] else 'does NOT hold') if python else 'is not here'}")
    sys.exit(0 if results and all(results.values()) else 1)


if __name__ == "__main__":
    main()
