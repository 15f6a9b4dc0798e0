"""A year in the life of a unit with 60 findings and 150 measures, day by day, beside the calendar that was checked by hand.

`calendar.tsv` is the whole year, `spring.tsv` what stands on SPRING. After a change that is meant: WRITE_CALENDAR=1, and read what differs.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from databases import database
from django.conf import settings
from simulated_year import SPRING, calendar_of, live, make_year

from zhenggai.web.ledger.daily import run_daily

FOLDER = Path(__file__).parent / "simulated_year"
OFF = (dt.date(2025, 3, 8), dt.date(2025, 3, 14))
"""The week in which nobody runs the job."""

ON_SERVER = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
pytestmark = pytest.mark.slow
one_node = pytest.mark.skipif(ON_SERVER, reason="lived on SQLite; on a server by two nodes")
two_nodes = pytest.mark.skipif(not ON_SERVER, reason="two nodes are for a server")


def daily(at: dt.datetime) -> None:
    found = run_daily(at)
    assert not found.faults, found.faults


def golden(name: str, found: list[str]) -> list[str]:
    path = FOLDER / name
    if os.environ.get("WRITE_CALENDAR"):
        path.write_text("\n".join(found) + "\n", encoding="utf-8")
    return path.read_text(encoding="utf-8").splitlines()


@one_node
def test_the_year_is_that_of_the_golden_calendar(db: None) -> None:
    unit = make_year()
    live(unit, daily, until=SPRING)
    spring = calendar_of(unit)
    assert spring == golden("spring.tsv", spring)
    live(unit, daily)
    year = calendar_of(unit)
    assert year == golden("calendar.tsv", year)


@one_node
def test_a_job_that_runs_twice_a_day_changes_nothing(db: None) -> None:
    unit = make_year()

    def twice(at: dt.datetime) -> None:
        daily(at)
        daily(at + dt.timedelta(hours=1))

    live(unit, twice, until=SPRING)
    assert calendar_of(unit) == (FOLDER / "spring.tsv").read_text(encoding="utf-8").splitlines()


@two_nodes
def test_two_nodes_at_once_change_nothing(tmp_path: Path) -> None:
    with database("year") as variables:
        environment = {
            **os.environ,
            **variables,
            "ZHENGGAI_DATA": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "zhenggai.web.settings",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        command = [sys.executable, FOLDER.with_name("year_on_two_nodes.py")]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == (FOLDER / "spring.tsv").read_text(encoding="utf-8").splitlines()


@one_node
def test_a_week_without_the_job_loses_nothing_and_tells_nothing_twice(db: None) -> None:
    unit = make_year()
    live(unit, lambda at: None if OFF[0] <= at.date() <= OFF[1] else daily(at), until=SPRING)
    spring = (FOLDER / "spring.tsv").read_text(encoding="utf-8").splitlines()
    wanted, found = Counter(made_up_for(spring)), Counter(made_up_for(calendar_of(unit)))
    assert (sorted((wanted - found).elements()), sorted((found - wanted).elements())) == (
        sorted(OVER),
        sorted(INSTEAD),
    )


BACK = OFF[1] + dt.timedelta(days=1)
OVER = (
    *(f"{BACK}\t提醒\t{one}\t周期任务2025年第11周应于2025-03-16\t10" for one in ("C010", "C047", "C115")),
    *(
        f"{BACK}\t督办\t{one}\t黄色提醒·整提〔2025〕号\t已送达"
        for one in ("C053", "C054", "C055", "C118", "C119", "C120")
    ),
    "2025-03-15\t周期任务\tC080\t2025年第一季度\t取消",
)
"""What was over when the job ran again: three acts of the week had been held, and six measures that were late had been finished on the 12th."""
INSTEAD = ("2025-03-15\t周期任务\tC080\t2025年第一季度\t完成1次",)
"""Its finding was closed out in the week; nobody took the quarter's act off the list, so it was held."""


def made_up_for(calendar: list[str]) -> list[str]:
    """Return the lines as they would stand if the job had run on the day after the week alone; notices and running numbers are left out."""
    lines = []
    for line in calendar:
        day, what, rest = line.split("\t", 2)
        if what != "消息":
            made = str(BACK) if str(OFF[0]) <= day <= str(OFF[1]) and what in ("提醒", "督办") else day
            lines.append(f"{made}\t{what}\t{re.sub('〔2025〕[0-9]+号', '〔2025〕号', rest)}")
    return lines
