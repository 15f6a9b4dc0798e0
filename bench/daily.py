"""Measures the daily run over ledgers of several sizes, in one run: `python bench/daily.py [largest]`.

Unless told otherwise the largest store holds 100,000 open measures in 100 ledgers of 1,000; the smallest is one such ledger, and one more
store is a single ledger of 10,000. Each is run on a first day, on which everything is laid out that there is to lay out, on the
day after, and once more on that day. The goal is the day after in less than 60 s and a cost per measure that does not grow with the
store. What counts is “worked”: on SQLite, which works in the process, processor time, so that what else the machine does falls out;
on PostgreSQL the time that passed. The databases are made for it: files of SQLite, or where ZHENGGAI_DATABASE_URL names a server,
databases there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = "ZHENGGAI_DATABASE_URL"
GOAL = 60.0
FLAT = 1.5
ONE = 1_000
"""Measures of a unit."""
RUN = """
import os, sys
sys.path.insert(0, sys.argv[1])
os.environ["DJANGO_SETTINGS_MODULE"] = "zhenggai.web.settings"
import django
django.setup()
import datetime as dt, json, time
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
import daily_store
from zhenggai.web.ledger import daily
measures, of_a_unit = map(int, sys.argv[2:])
daily_store.fill(measures, of_a_unit)
spent = {}
def timed(step):
    def work(**given):
        begun = time.perf_counter()
        try:
            return step.work(**given)
        finally:
            spent[step.name] = spent.get(step.name, 0) + time.perf_counter() - begun
    return daily.Step(step.name, work)
daily.STEPS = tuple(map(timed, daily.STEPS))
found = {}
for name, day in (("first", 0), ("next", 1), ("again", 1)):
    spent.clear()
    begun, worked = time.perf_counter(), time.process_time()
    done = daily.run_daily(daily_store.FIRST_DAY + dt.timedelta(days=day))
    found[name] = time.perf_counter() - begun
    found[name + " worked"] = time.process_time() - worked if connection.vendor == "sqlite" else found[name]
    found[name + " steps"] = dict(spent)
    found[name + " told"] = str(done)
    if done.faults:
        sys.exit("\\n".join(done.faults[:5]))
print(json.dumps(found))
"""


def measure(measures: int, of_a_unit: int) -> dict[str, float]:
    """Build a store of so many measures and return the seconds of its days, and of each step on them."""
    folder = tempfile.mkdtemp(prefix="zhenggai-bench-")
    command = [sys.executable, "-c", RUN, str(Path(__file__).parent), str(measures), str(of_a_unit)]
    try:
        with database(f"zhenggai_bench_{os.getpid()}") as address:
            environment = {**os.environ, "ZHENGGAI_DATA": folder, SERVER: address}
            run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    finally:
        shutil.rmtree(folder)
    found: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return found


@contextmanager
def database(name: str) -> Iterator[str]:
    """Give the address of a database that is made on the server of the environment and removed at the end, "" for SQLite."""
    server = os.environ.get(SERVER, "")
    if not server:
        yield ""
        return
    import psycopg  # noqa: PLC0415 — only where it is asked for

    parts = urlsplit(server)
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def main() -> int:
    """Measure all sizes, print them and return 1 where a goal is missed."""
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    sizes = ((largest, ONE), (ONE, ONE), (10 * ONE, 10 * ONE))
    found = {size: measure(*size) for size in sizes}
    base = found[ONE, ONE]["next worked"] / ONE
    print(
        f"{'open measures':>14}{'of a ledger':>12}{'first day':>11}{'next day':>10}{'again':>9}{'worked':>10}{'ms/measure':>12}{'ratio':>7}"
    )
    for (measures, of_a_unit), days in found.items():
        each = days["next worked"] / measures
        print(
            f"{measures:>14,}{of_a_unit:>12,}{days['first']:>9.2f} s{days['next']:>8.2f} s{days['again']:>7.2f} s"
            f"{days['next worked']:>8.2f} s{1000 * each:>12.3f}{each / base:>7.2f}"
        )
    days = found[sizes[0]]
    for name, taken in days["next steps"].items():
        print(f"{name}: first day {days['first steps'][name]:.2f} s, next day {taken:.2f} s")
    print(f"first day: {days['first told']}")
    print(f"next day: {days['next told']}")
    ratio = days["next worked"] / largest / base
    holds = days["next worked"] < GOAL and ratio < FLAT
    print(
        f"next day under {GOAL:.0f} s of work, cost per measure at most {FLAT} × that of {ONE:,}: {'yes' if holds else 'NO'}"
    )
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
