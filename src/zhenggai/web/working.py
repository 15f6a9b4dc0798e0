"""The process that does the background work: run by itself, or beside the server, with which it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_AGAIN_AFTER = 5.0
_PATIENCE = 10.0


def work(*, parent: int | None = None) -> int:
    """Work until a signal or, with `parent`, until that process has gone; Django is loaded and the store is open."""
    from django.db import connections  # noqa: PLC0415 — Django is loaded by now

    from zhenggai.web.ledger.jobs.runner import Runner, Stopped  # noqa: PLC0415

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # stopping is not interrupted by a second wish to stop
        raise Stopped

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        if parent is None:
            sys.stdout.write("后台任务已开始办理，按 Ctrl+C 停止。\n")
            sys.stdout.flush()
        else:
            threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
        Runner().work()
    except Stopped:
        connections.close_all()
    return 0


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def worker_beside() -> Iterator[None]:
    """Keep a worker process running, started anew if it dies, until the block is left."""
    over = threading.Event()
    # Before anything else forks: a server process forked while this one is being begun would hold its pipe and keep us waiting for ever.
    first = _begin()
    keeper = threading.Thread(target=_keep, args=(first, over), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join(_PATIENCE + 2)


def _begin() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "zhenggai", "jobs", "--parent", str(os.getpid())]
    # In a group of its own: Ctrl+C is the server's, which then ends its worker.
    return subprocess.Popen(command, process_group=0)  # noqa: S603 — the program itself


def _keep(process: subprocess.Popen[bytes], over: threading.Event) -> None:
    while True:
        while process.poll() is None and not over.wait(0.2):
            pass
        if over.is_set():
            _end(process)
            return
        sys.stderr.write("后台任务进程意外结束，将重新启动。\n")
        if over.wait(_AGAIN_AFTER):
            return
        process = _begin()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
