"""Background work by several processes: `job_work.py JOBS KILLS SEED`, on the database that the environment names.

Two workers do JOBS jobs. KILLS times, while a worker is in the middle of a job, it is killed with SIGKILL and another is started. Each job writes
a line when it begins and one when it ends, which outlive the process. Printed as JSON: those lines, the states, attempts and faults
of the rows at the end, and how many workers were killed in the middle of a job.
"""

# ruff: noqa: E402 — the tables can be imported only when Django is set up

from __future__ import annotations

import datetime as dt
import json
import os
import random
import select
import signal
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenggai.web.settings")
import django

django.setup()

from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from zhenggai.web.ledger.jobs import heartbeat, queue, runner
from zhenggai.web.ledger.jobs.work import Outcome, Run, Work, works
from zhenggai.web.ledger.models import Job

WORKERS = 2
LONGEST = 120


def say(writing: int, *words: object) -> None:
    os.write(writing, (" ".join(map(str, words)) + "\n").encode())


def start(writing: int, *, slow: bool) -> int:
    """Fork a worker that does jobs until it is stopped or killed."""
    connections.close_all()
    child = os.fork()
    if child:
        return child

    def function(run: Run) -> Outcome:
        say(writing, "begin", run.job_id, os.getpid())
        for step in range(4 if slow else 0):
            run.tell(step, 4)
            time.sleep(0.02)
        say(writing, "end", run.job_id, os.getpid())
        return Outcome("已办理。")

    works()["probe"] = Work("probe", "试办", function, patience=dt.timedelta(seconds=2), most=50)
    heartbeat.OFTEN, heartbeat.AT_LEAST = 0.2, 1
    runner.IDLE, runner._WATCH_EVERY = 0.05, 0.3
    try:
        runner.Runner().work()
    except BaseException as fault:  # noqa: BLE001 — told to the parent, which tells the test
        say(writing, "fault", type(fault).__name__, fault)
    os._exit(1)


def main() -> None:
    """Do it and print what happened."""
    jobs, kills, seed = map(int, sys.argv[1:])
    chance = random.Random(seed)  # noqa: S311 — chance, not secrecy
    call_command("migrate", verbosity=0)
    for key, work in list(works().items()):
        if work.every:  # what is always there would never be done
            del works()[key]
    works()["probe"] = Work("probe", "试办", lambda _run: Outcome(""))
    for n in range(jobs):
        queue.enqueue(kind="probe", key=str(n), unit_id=None, at=timezone.now())
    reading, writing = os.pipe()
    alive = [start(writing, slow=bool(kills)) for _ in range(WORKERS)]
    said, in_the_middle = b"", 0
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        while select.select([reading], [], [], 0.03)[0]:
            said += os.read(reading, 65536)
        if kills and said.count(b"begin") > 3:
            time.sleep(chance.uniform(0, 0.1))
            victim = alive.pop(0)
            mine = Job.objects.filter(state="running", worker__contains=f":{victim}:")
            os.kill(victim, signal.SIGKILL)
            os.waitpid(victim, 0)
            in_the_middle += mine.exists()
            kills -= 1
            alive.append(start(writing, slow=True))
        elif not Job.objects.exclude(state__in=("done", "failed")).exists():
            break
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    while select.select([reading], [], [], 0)[0]:
        said += os.read(reading, 65536)
    rows = list(Job.objects.order_by("pk").values_list("pk", "state", "attempt", "fault"))
    print(json.dumps({"lines": said.decode().splitlines(), "rows": rows, "in_the_middle": in_the_middle}))  # noqa: T201


if __name__ == "__main__":
    main()
