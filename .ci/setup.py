"""Make the environment in .venv from a lock file, and compile the translations. Quick when nothing changed.

`python3 .ci/setup.py` installs what the program needs, `--test` what its tests need as well. Nothing is installed
outside .venv. Only the standard library is used, and nothing that an older Python could not read, so that the
sentence about the version appears there too.
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.environ.get("REAL_VOICE_VENV") or os.path.join(ROOT, ".venv")  # pythons.py has one for each version.
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python")
ROOM = {"requirements.lock": 250, "requirements-test.lock": 900}  # MB needed, measured with some to spare.

# The command in .venv. The checkout itself is the program, found through a .pth file: nothing to build or download.
COMMAND = """#!/bin/sh
exec "$(dirname "$0")/python" -P -c 'import sys; from governance.cli import main; sys.exit(main())' "$@"
"""


def stop(sentence):
    """Say in one line what is wrong and what to do, and end with an error."""
    sys.exit("Real Voice: " + sentence)


def setup(lock="requirements.lock"):
    """Bring .venv to what *lock* says. Prints nothing and takes a moment when it is there already."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the sentence is for people who have an older Python.
        stop("Python 3.11 or newer is needed, this is %s. Name another one: make PYTHON=python3.11" % version())  # noqa: UP031
    try:
        if not up_to_date(lock):
            install(lock)
        compile_translations()
    except OSError as error:
        stop("%s. Is the disk full, or the folder not yours?" % error)  # noqa: UP031


def version():
    """Return the version of this Python, such as 3.9.2."""
    return sys.version.split()[0]


def stamp(lock):
    """Return the file that remembers what *lock* last installed."""
    return os.path.join(VENV, "installed-from-" + lock)


def fingerprint(lock):
    """Return what must be unchanged for .venv to be kept: the lock, this script, the place and the Python."""
    digest = hashlib.sha256()
    for path in (os.path.join(ROOT, lock), os.path.abspath(__file__)):
        with open(path, "rb") as file:
            digest.update(file.read())
    digest.update("\n".join((ROOT, os.path.realpath(sys.executable), version())).encode())
    return digest.hexdigest()


def up_to_date(lock):
    """Return whether .venv holds what *lock* says."""
    if not (os.path.exists(PYTHON) and os.path.exists(stamp(lock))):
        return False
    with open(stamp(lock)) as file:
        return file.read() == fingerprint(lock)


def install(lock):
    """Make .venv where it is missing, install *lock* into it, hash by hash, and put the command there."""
    if shutil.disk_usage(ROOT).free < ROOM[lock] * 1_000_000:
        stop(f"the disk is full: {ROOM[lock]} MB are needed in {ROOT}. Make room, then try again.")
    print(f"Setting up .venv from {lock} (once; about half a minute) ...", flush=True)
    if not works(PYTHON):
        shutil.rmtree(VENV, ignore_errors=True)
        os.makedirs(os.path.dirname(VENV), exist_ok=True)
        run([sys.executable, "-m", "venv", "--without-pip", VENV])
    if not (shutil.which("uv") and install_with_uv(lock)):
        install_with_pip(lock)
    put_program_in_place()
    with open(stamp(lock), "w") as file:
        file.write(fingerprint(lock))


def works(python):
    """Return whether *python* starts and is the same version as this one (a moved or old .venv does not)."""
    if not os.path.exists(python):
        return False
    asked = subprocess.run([python, "-c", "import sys; print(sys.version.split()[0])"], capture_output=True, text=True)
    return asked.stdout.strip() == version()


def install_with_uv(lock):
    """Install with uv, where somebody has it, and return whether it worked: uv does not read pip's settings."""
    command = ["uv", "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", lock]
    return subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 0


def install_with_pip(lock):
    """Install with pip, which a bare Debian leaves out of Python."""
    if not has("pip"):
        if not has("ensurepip"):
            stop("Python lacks its venv part. Run: apt-get install python3-venv")
        run([PYTHON, "-m", "ensurepip", "--default-pip"])
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]
    run([PYTHON, "-m", "pip", "install", *quiet, "--only-binary", ":all:", "--require-hashes", "-r", lock])


def has(module):
    """Return whether the Python in .venv has *module*."""
    code = f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"
    return subprocess.run([PYTHON, "-c", code]).returncode == 0


def put_program_in_place():
    """Let .venv find the checkout, from any folder, and give it the `governance` command."""
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.check_output([PYTHON, "-c", where], text=True)
    with open(os.path.join(packages.strip(), "governance-checkout.pth"), "w") as file:
        file.write(ROOT + "\n")
    command = os.path.join(BIN, "governance")
    with open(command, "w") as file:
        file.write(COMMAND)
    shutil.copymode(PYTHON, command)


def compile_translations():
    """Compile each catalogue that is newer than its compiled form."""
    folder = os.path.join(ROOT, "governance", "translations")
    for place, _, names in os.walk(folder):
        for name in names:
            words = os.path.join(place, name)
            compiled = words[:-3] + ".mo"
            if name.endswith(".po") and not (os.path.exists(compiled) and newer(compiled, words)):
                run([os.path.join(BIN, "pybabel"), "--quiet", "compile", "-i", words, "-o", compiled])


def newer(one, other):
    """Return whether file *one* was written after file *other*."""
    return os.path.getmtime(one) > os.path.getmtime(other)


def run(command):
    """Run *command* quietly; if it fails, show the end of what it said and stop."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        told = [line for line in done.stdout.splitlines() if line.strip() and not line.startswith("WARNING")]
        print("\n".join(told[-5:]), file=sys.stderr)
        stop("setting up did not finish; the line above says why. Put that right and run the same command again.")


if __name__ == "__main__":
    setup("requirements-test.lock" if "--test" in sys.argv[1:] else "requirements.lock")
