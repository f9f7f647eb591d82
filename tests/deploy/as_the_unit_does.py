"""A program started as systemd starts it by the unit in deploy/: with the same calls refused, and the same limits.

Where no systemd runs, as in a container, this does the part of its work that a program can trip over: what the kernel
refuses (seccomp(2), by the very library that systemd uses), how many files may be open, and who may read a new file.
The folders that the unit hides are not hidden here. Sources: systemd.exec(5), and `systemd-analyze syscall-filter`.

    python -m tests.deploy.as_the_unit_does UNIT PROGRAM [WORD]...
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ALLOW, REFUSE = 0x7FFF0000, 0x00050000  # SCMP_ACT_ALLOW, SCMP_ACT_ERRNO
EQUAL, AT_LEAST, MASKED = 4, 5, 7  # scmp_compare
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
NEWEST_FAMILY = 64  # Higher than any there is.
USUAL_FILES = (1024, 524_288)  # systemd's own limits, where a unit names none.
WITHOUT_POWERS = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]


class Compared(ctypes.Structure):
    """What one argument of a call is held against."""

    _fields_ = (
        ("which", ctypes.c_uint), ("how", ctypes.c_int), ("one", ctypes.c_uint64), ("other", ctypes.c_uint64),
    )  # fmt: skip


def started_by(unit: Path) -> list[str]:
    """Return what to type before a program to have it started so."""
    return [*WITHOUT_POWERS, sys.executable, "-m", "tests.deploy.as_the_unit_does", str(unit)]


def said(unit: Path, name: str) -> list[str]:
    """Return what the unit says of *name*, each time it does."""
    lines = unit.read_text(encoding="utf-8").splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")]


def allowed(unit: Path) -> set[str]:
    """Return the calls that the unit leaves. What its first line names is a list of what is allowed."""
    calls = set(_calls("@default"))
    for line in said(unit, "SystemCallFilter"):
        named = {call for word in line.removeprefix("~").split() for call in _calls(word)}
        calls = calls - named if line.startswith("~") else calls | named
    return calls


def _calls(word: str) -> Iterator[str]:
    if not word.startswith("@"):
        yield word
        return
    listed = subprocess.run(
        ["systemd-analyze", "syscall-filter", "--no-pager", word], capture_output=True, text=True, check=True
    ).stdout
    for line in (each.strip() for each in listed.splitlines()[1:]):
        if line and not line.startswith("#"):
            yield from _calls(line)


def limit(unit: Path) -> None:
    """Set this process the limits of the unit, for good."""
    resource.setrlimit(resource.RLIMIT_NOFILE, _files(unit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(int(said(unit, "UMask")[0], 8))


def _files(unit: Path) -> tuple[int, int]:
    named, most = said(unit, "LimitNOFILE"), resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    soft, hard = (int(named[-1]), int(named[-1])) if named else USUAL_FILES
    return min(soft, most), min(hard, most)  # A container may allow less than a machine.


def refuse(unit: Path, calls: set[str]) -> None:
    """Have the kernel refuse this process all but these *calls*, and what else the unit forbids, for good."""
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    with_arguments = library.seccomp_init(ctypes.c_uint32(ALLOW))
    for call, *held in _refused_by_argument(unit):
        compared = (Compared * len(held))(*held)
        number = library.seccomp_syscall_resolve_name(call.encode())
        added = library.seccomp_rule_add_array(
            ctypes.c_void_p(with_arguments), ctypes.c_uint32(REFUSE | errno.EPERM), number, len(held), compared
        )
        if added:
            raise OSError(-added, f"{call} cannot be refused")
    _load(library, with_arguments)
    by_name = library.seccomp_init(ctypes.c_uint32(REFUSE | errno.EPERM))
    for call in sorted(calls):
        number = library.seccomp_syscall_resolve_name(call.encode())
        if number >= 0:  # Others are of other machines.
            library.seccomp_rule_add_array(ctypes.c_void_p(by_name), ctypes.c_uint32(ALLOW), number, 0, None)
    _load(library, by_name)


def _refused_by_argument(unit: Path) -> Iterator[tuple[str, Compared] | tuple[str, Compared, Compared]]:
    if "true" in said(unit, "MemoryDenyWriteExecute"):
        both = mmap.PROT_WRITE | mmap.PROT_EXEC
        yield "mmap", Compared(2, MASKED, both, both)
        yield "mprotect", Compared(2, MASKED, mmap.PROT_EXEC, mmap.PROT_EXEC)
        yield "pkey_mprotect", Compared(2, MASKED, mmap.PROT_EXEC, mmap.PROT_EXEC)
    names = {FAMILIES[name] for line in said(unit, "RestrictAddressFamilies") for name in line.split()}
    for family in range(NEWEST_FAMILY):
        if family not in names:
            yield "socket", Compared(0, EQUAL, family, 0)
    yield "socket", Compared(0, AT_LEAST, NEWEST_FAMILY, 0)


def _load(library: ctypes.CDLL, rules: int) -> None:
    if failed := library.seccomp_load(ctypes.c_void_p(rules)):
        raise OSError(-failed, "The kernel takes no such rules.")


def main() -> None:
    """Become the program that is named."""
    unit, program = Path(sys.argv[1]), sys.argv[2:]
    calls = allowed(unit)
    limit(unit)
    refuse(unit, calls)
    os.execvp(program[0], program)


if __name__ == "__main__":
    main()
