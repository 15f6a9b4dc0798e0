"""Two nodes do each day's run at once, on the database that the environment names: prints the calendar as far as `SPRING`, and what broke."""

# ruff: noqa: E402 — the tables can be imported only when Django is set up

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenggai.web.settings")
import django

django.setup()

from django.core.management import call_command
from django.db import connection
from simulated_year import SPRING, calendar_of, live, make_year

from zhenggai.web.ledger.daily import run_daily

if TYPE_CHECKING:
    import datetime as dt

NODES = 2


def on_all_nodes(at: dt.datetime) -> None:
    """Do the day's run on all nodes at the same time."""
    gate = threading.Barrier(NODES)

    def node() -> None:
        gate.wait()
        try:
            for fault in run_daily(at).faults:
                sys.stdout.write(f"{fault}\n")
        finally:
            connection.close()

    threads = [threading.Thread(target=node) for _ in range(NODES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    unit = make_year()
    live(unit, on_all_nodes, until=SPRING)
    sys.stdout.write("\n".join(calendar_of(unit)) + "\n")
