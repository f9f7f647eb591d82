"""Set up with the test tools, find or install a Chromium, then run every check. Words after it go to pytest."""

import os
import shutil
import subprocess
import sys
import tempfile

from setup import BIN, PYTHON, ROOT, setup

CHECKS = (
    ["ruff", "check", "--quiet", "."],
    ["ruff", "format", "--check", "--quiet", "."],
    ["mypy"],
    ["oxlint", "--config", ".ci/oxlint.json", "--deny-warnings", "static"],
)


# Debian's packages that the tests run, by the program each brings: another clock for one process, the two servers in
# front that deploy/ has a file for, and what reads the unit of systemd there.
PROGRAMS = {"faketime": "faketime", "nginx": "nginx-light", "caddy": "caddy", "systemd-analyze": "systemd"}
WHERE = os.environ["PATH"] + os.pathsep + "/usr/sbin"


def missing():
    """Return the packages whose programs are not here."""
    return [package for program, package in PROGRAMS.items() if not shutil.which(program, path=WHERE)]


def have_programs():
    """Install what is missing, where we may; end with what to do where we may not."""
    if missing() and os.geteuid() == 0 and shutil.which("apt-get"):
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", *missing()]):
            subprocess.run(
                ["apt-get", "-qq", *command], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
    if missing():
        names = " ".join(missing())
        sys.exit(f"Real Voice: the tests run programs that are not here. As root, run: apt-get install {names}")


def started(command):
    """Begin one check in the checkout, beside what goes on."""
    return subprocess.Popen([os.path.join(BIN, command[0]), *command[1:]], cwd=ROOT)


def held(command, process):
    """Wait for a check and return whether it held, saying so where it did not."""
    fine = process.wait() == 0
    if not fine:
        print("Did not hold: " + " ".join(command), flush=True)
    return fine


def in_memory():
    """Return a folder in memory for what the tests write, or None where it has no room or starts no programs.

    Thousands of small databases are made, and each waits for its disk: on a busy one that was a third of the time.
    """
    place, room = "/dev/shm", 6 * 1024**3  # noqa: S108 - a folder of our own is made in it.
    if not os.path.isdir(place) or shutil.disk_usage(place).free < room or os.statvfs(place).f_flag & os.ST_NOEXEC:
        return None
    with open("/proc/meminfo", encoding="ascii") as told:
        left = next((int(line.split()[1]) * 1024 for line in told if line.startswith("MemAvailable")), 0)
    return tempfile.mkdtemp(prefix="real-voice-", dir=place) if left > room else None


def run_tests(words):
    """Run pytest with *words* and return whether all passed. A file's tests stay together, in tests/conftest's order.

    There are more processes than cores: some wait for a clock, a browser or another program.
    """
    # Compiled once and kept, also where Python is told to write nothing beside its sources: hundreds of commands begin.
    compiled = os.path.join(ROOT, ".venv", "compiled")
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
    if not os.path.isdir(compiled):
        # In a fresh checkout one process compiles all tests, beside mypy, rather than each of them for itself.
        collect = ["pytest", "--collect-only", "-q", "-p", "no:xdist", "-p", "no:cacheprovider"]
        subprocess.run([os.path.join(BIN, collect[0]), *collect[1:]], cwd=ROOT, stdout=subprocess.DEVNULL)
    folder = in_memory()
    if folder:
        os.chmod(folder, 0o755)  # noqa: S103 - the database server runs as somebody else, and looks into it.
        os.environ["TMPDIR"] = folder
    try:
        processes = str(min((os.cpu_count() or 1) * 2, 4))
        command = ["pytest", "-q", "-n", processes, "--dist", "loadfile", "--no-loadscope-reorder", *words]
        return held(command, started(command))
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def main():
    """Run all checks, so that one run names everything, and end with an error if one did not hold.

    What reads the code alone goes on while the tests are collected: on two cores it took half a minute for itself.
    """
    setup("requirements-test.lock")
    if subprocess.run([PYTHON, os.path.join(ROOT, ".ci", "browser.py")], cwd=ROOT).returncode:
        sys.exit(1)
    have_programs()
    beside = [(command, started(command)) for command in CHECKS]
    all_held = [run_tests(sys.argv[1:]), *(held(command, process) for command, process in beside)]
    sys.exit(0 if all(all_held) else 1)


if __name__ == "__main__":
    main()
