"""How things are measured: side by side in one run, so that a slow machine slows both."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

PEAK = """
import resource, sys
status = open("/proc/self/status").read() if sys.platform == "linux" else ""
peak = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")]
print((peak or [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss])[0])
"""
"""VmHWM counts from the start of the program; ru_maxrss would carry over the size of the process that started it."""


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time that `work` takes once, after a collection."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def side_by_side(
    ours: Callable[[Path], object], theirs: Callable[[Path], object], paths: Sequence[Path]
) -> tuple[float, float]:
    """Return the median processor seconds that both take for a file: in turns, so that neither has the better moments.

    Both are warmed with the first of `paths`, which does not count. Garbage is collected before each, so that neither pays
    for what the other left.
    """
    first, *others = paths
    ours(first)
    theirs(first)

    def taken(read: Callable[[Path], object], path: Path) -> float:
        gc.collect()
        return seconds(partial(read, path))

    pairs = [(taken(ours, path), taken(theirs, path)) for path in others]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def peak_memory(code: str, *arguments: str) -> float:
    """Return the peak memory in MB of a fresh Python that runs `code`."""
    run = subprocess.run([sys.executable, "-c", code + PEAK, *arguments], capture_output=True, text=True, check=True)
    return int(run.stdout.split()[-1]) / 1024


def command_seconds(command: Sequence[str], rounds: int) -> float:
    """Return the median processor seconds (user and system) of a command, after one run that fills the caches."""

    def once() -> float:
        before = os.times()
        subprocess.run(command, capture_output=True, check=True)
        after = os.times()
        return (after.children_user - before.children_user) + (after.children_system - before.children_system)

    once()
    return statistics.median(once() for _ in range(rounds))
