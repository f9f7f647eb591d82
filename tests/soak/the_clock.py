"""A clock that a soak sets while the server runs: what processes read as the time is some seconds away from it.

faketime sets the clock of a process that starts. One whose clock it sets while it runs cannot sleep any more (0.9.10:
`clock_nanosleep` ends at once with EINVAL), so this is as little as it takes: three functions, and a file with the
seconds. What the kernel counts since it started is left as it is, as with a real clock that is set.
"""

from __future__ import annotations

import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CODE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static volatile long *away;

static long seconds_away(void) {
    if (!away) {
        static long none;
        int file = open(getenv("SOAK_CLOCK"), O_RDONLY | O_CLOEXEC);
        void *there = mmap(0, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
        away = there == MAP_FAILED ? &none : there;
    }
    return *away;
}

int clock_gettime(clockid_t which, struct timespec *found) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(which, found);
    if (!failed && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) found->tv_sec += seconds_away();
    return failed;
}

int gettimeofday(struct timeval *found, void *zone) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    found->tv_sec = now.tv_sec;
    found->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *found) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (found) *found = now.tv_sec;
    return now.tv_sec;
}
"""


class Clock:
    """The clock of all processes that begin with its `environ`."""

    def __init__(self, folder: Path, name: str) -> None:
        """Make it in *folder* under this *name*, with the C compiler of this machine."""
        self.file, self.library = folder / f"{name}-away", folder / f"{name}-clock.so"
        self.set(0)
        compiler = ["cc", "-shared", "-fPIC", "-O2", "-x", "c", "-", "-o", str(self.library), "-ldl"]
        subprocess.run(compiler, input=CODE.encode(), check=True)

    @property
    def environ(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self.library), "SOAK_CLOCK": str(self.file)}

    @contextmanager
    def given(self) -> Iterator[None]:
        """Let it be the clock of what this process starts meanwhile: whoever starts PostgreSQL takes no `environ`."""
        os.environ.update(self.environ)
        try:
            yield
        finally:
            for name in self.environ:
                del os.environ[name]

    def set(self, seconds: int) -> None:
        """Let it stand *seconds* away from the clock of this machine, at once and in every process."""
        with self.file.open("r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("l", seconds))
