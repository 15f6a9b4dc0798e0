"""Workers as processes: two never do the same job, the job of one that is killed is taken up by another, and the server's ends with it."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from databases import database

SCRIPT = Path(__file__).with_name("job_work.py")
KILLS = 3


def environment(tmp_path: Path, variables: dict[str, str]) -> dict[str, str]:
    return os.environ | variables | {
        "ZHENGGAI_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "zhenggai.web.settings",  # not those of the tests, whose database need not survive
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip


def work(tmp_path: Path, *arguments: int) -> dict[str, Any]:
    with database("jobs") as variables:
        run = subprocess.run(
            [sys.executable, SCRIPT, *map(str, arguments)],
            env=environment(tmp_path, variables),
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert not [line for line in found["lines"] if line.startswith("fault")]
    return found


@pytest.mark.slow
def test_two_workers_do_every_job_and_none_twice(tmp_path: Path) -> None:
    found = work(tmp_path, 150, 0, 0)
    begun = [line.split() for line in found["lines"] if line.startswith("begin")]
    assert Counter(Counter(job for _, job, _ in begun).values()) == {1: 150}
    assert len({worker for _, _, worker in begun}) == 2, "one worker did everything: this shows nothing"
    assert {(state, attempt, fault) for _, state, attempt, fault in found["rows"]} == {("done", 1, "")}


@pytest.mark.slow
def test_what_a_killed_worker_was_at_is_done_by_another(tmp_path: Path) -> None:
    seed = random.randrange(10**6)  # noqa: S311 — chance, not secrecy
    found = work(tmp_path, 24, KILLS, seed)
    assert found["in_the_middle"] > 0, "no worker was killed within a job: this shows nothing"
    begun = Counter(line.split()[1] for line in found["lines"] if line.startswith("begin"))
    ended = Counter(line.split()[1] for line in found["lines"] if line.startswith("end"))
    assert {state for _, state, _, _ in found["rows"]} == {"done"}, seed
    assert set(ended) == {str(pk) for pk, *_ in found["rows"]}, seed
    assert 0 < sum(begun.values()) - len(begun) <= KILLS, "only what was cut off is begun again"


@pytest.mark.slow
@pytest.mark.enable_socket
def test_the_server_has_a_worker_that_ends_with_it_even_if_it_is_killed(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "zhenggai", "serve", "--port", str(port)],
        env=environment(tmp_path, {"ZHENGGAI_DATABASE_URL": ""}),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        worker = wait_for(lambda: worker_of(server.pid))
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: not runs(worker))
        other = wait_for(lambda: worker_of(server.pid))  # one that dies is started anew
        server.kill()
        server.wait()
        wait_for(lambda: not runs(other))
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def wait_for(found: Any, seconds: float = 90) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.1)
    raise TimeoutError


def worker_of(server: int) -> int | None:
    """Return the process below the server that does the background work."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[-3:-1] == [b"--parent", str(server).encode()] and runs(int(folder.name)):
            return int(folder.name)
    return None


def runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
