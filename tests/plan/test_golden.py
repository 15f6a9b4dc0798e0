"""Whole plans, key by key, as they were looked through. `python tests/plan/test_golden.py` writes them anew, on purpose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zhenggai.plan import read_plan

GOLDEN = Path(__file__).parent / "golden"
SOURCES = {
    "qingtong-school-plan": Path(__file__).parents[2] / "samples" / "qingtong-school-plan.txt",
    "yunqi-vocational-school-plan": GOLDEN / "yunqi-vocational-school-plan.txt",
}


def whole(name: str) -> dict[str, Any]:
    return read_plan(SOURCES[name]).to_dict()


def answer(name: str) -> Path:
    return GOLDEN / f"{name}.json"


@pytest.mark.parametrize("name", SOURCES)
def test_the_whole_plan_is_as_it_was_looked_through(name: str) -> None:
    assert whole(name) == json.loads(answer(name).read_text(encoding="utf-8"))


if __name__ == "__main__":
    for each in SOURCES:
        answer(each).write_text(json.dumps(whole(each), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
