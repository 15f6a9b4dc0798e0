"""The whole plan of the sample document, key by key. `python tests/plan/test_golden.py` writes it anew, on purpose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zhenggai.plan import read_plan

SAMPLE = Path(__file__).parents[2] / "samples" / "qingtong-school-plan.txt"
GOLDEN = Path(__file__).parent / "golden" / "qingtong-school-plan.json"


def whole() -> dict[str, Any]:
    return read_plan(SAMPLE).to_dict()


def test_the_whole_plan_is_as_it_was_looked_through() -> None:
    assert whole() == json.loads(GOLDEN.read_text(encoding="utf-8"))


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(whole(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
