"""Make .venv-oracles with the large counting libraries of other people, once, and hold our rules against them.

They stay out of .venv: 2 GB, and licences that must not travel with this program.
"""

import os
import subprocess
import sys
import venv

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HOME = os.path.join(ROOT, ".venv-oracles")
PYTHON = os.path.join(HOME, "Scripts" if os.name == "nt" else "bin", "python")


def main():
    """Install what is missing, then run tests/oracles, or what the words after it say."""
    made = os.path.join(HOME, "made")
    if not os.path.exists(made):
        print("Setting up .venv-oracles (once; some minutes) ...", flush=True)
        venv.create(HOME, with_pip=True)
        subprocess.run(
            [PYTHON, "-m", "pip", "install", "--quiet", "--editable", ".[test,oracles]"], cwd=ROOT, check=True
        )
        open(made, "w").close()
    words = sys.argv[1:] or ["tests/oracles"]
    command = [PYTHON, "-m", "pytest", "-q", "-s", "-W", "ignore", *words]
    sys.exit(subprocess.run(command, cwd=ROOT).returncode)


if __name__ == "__main__":
    main()
