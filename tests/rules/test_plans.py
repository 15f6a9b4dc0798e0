"""Whole plans with planted defects: the answers were written down before the rules were first run on them.

`NN-name.expect.json`: `expect` is complete for the rules of `JUDGED`, `quiet` names what looks like a defect and is none,
`not_judged` what the answer leaves open. A finding is told by its first characters; `or` names other places that are as good.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from zhenggai.document import read_document
from zhenggai.plan import build_plan
from zhenggai.profile import shipped
from zhenggai.rules import Facts, check, gather
from zhenggai.text import compact

PLANS = sorted((Path(__file__).parent / "plans").glob("*.txt"))
JUDGED = [
    "P02",
    "P03",
    "P04",
    "P05",
    "P06",
    "P07",
    "P08",
    "P09",
    "P10",
    "P12",
    "P13",
    "P15",
    "P17",
    "P18",
    "P19",
    "P20",
    "P21",
    "P22",
    "P23",
    "P24",
    "C01",
    "C02",
    "C03",
    "C05",
    "C06",
    "D14",
    "F01",
    "F03",
    "F04",
    "F05",
]


def found_in(path: Path, today: str) -> set[tuple[str, str | None]]:
    """Return rule and finding of every result; audits are held to the custom of audits."""
    document = read_document(path)
    plan = build_plan(document, as_of=dt.date.fromisoformat(today))
    profile = shipped()["audit-60@1" if "审计" in (plan.title or "") else "inspection-2024@1"]
    outcome = check(Facts(dt.date.fromisoformat(today), profile, gather(document, plan)), select=JUDGED)
    assert not outcome.failures
    return {(result.rule, result.finding_text and compact(result.finding_text)) for result in outcome.results}


def is_at(finding: str | None, place: str | None) -> bool:
    if place is None or finding is None:
        return place is None and finding is None
    return compact(place) in finding[: len(place) + 24]


def exempt(result: tuple[str, str | None], answer: dict[str, Any]) -> bool:
    for entry in answer["not_judged"]:
        if entry == result[0]:
            return True
        if isinstance(entry, dict) and entry["rule"] == result[0] and is_at(result[1], entry["finding"]):
            return True
    return False


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_plan_gives_what_was_predicted(path: Path) -> None:
    answer = json.loads(path.with_suffix(".expect.json").read_text(encoding="utf-8"))
    found = found_in(path, answer["today"])
    left = set(found)
    for want in answer["expect"]:
        places = [want["finding"], *want.get("or", [])]
        hits = {r for r in found if r[0] == want["rule"] and any(is_at(r[1], place) for place in places)}
        assert hits, want
        left -= hits
    assert not {result for result in left if not exempt(result, answer)}


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_the_answers_quote_the_plan(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    answer = json.loads(path.with_suffix(".expect.json").read_text(encoding="utf-8"))
    for entry in (*answer["expect"], *answer["quiet"]):
        assert entry["rule"] in JUDGED
        assert entry["quote"] in text
        assert entry["finding"] is None or entry["finding"] in text
