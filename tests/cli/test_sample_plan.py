"""The sample that `make run` shows: what a newcomer sees first must be right."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome


def test_it_comes_out_exactly(zhenggai: Callable[..., Outcome], sample_plan: Path) -> None:
    outcome = zhenggai("read", sample_plan, "--format", "json")
    found = json.loads(outcome.out)
    assert outcome.status == 0
    assert found["kind"] == "plan"
    assert found["title"] == "青桐市第九中学关于市委第五巡察组反馈意见的整改方案"
    assert found["plan_date"] == "2025-04-25"
    assert [len(found[key]) for key in ("areas", "items", "findings", "responses")] == [3, 8, 12, 12]
    assert sum(len(response["measures"]) for response in found["responses"]) == 25
    assert [phase["start"] for phase in found["phases"]] == ["2025-04-15", "2025-05-01", "2025-08-01"]
    assert [mechanism["name"] for mechanism in found["mechanisms"]] == [
        "碰头会制度",
        "报告制度",
        "督查制度",
        "销号制度",
    ]
    assert found["unassigned"] == []
    assert found["doubts"] == []


def test_every_response_has_its_fields(zhenggai: Callable[..., Outcome], sample_plan: Path) -> None:
    found = json.loads(zhenggai("read", sample_plan, "--format", "json").out)
    for response in found["responses"]:
        assert response["lead_leaders"] or response["responsible_leaders"], response["id"]
        assert response["responsible_departments"], response["id"]
        assert response["time_limit"]["parts"], response["time_limit"]
    assert found["responses"][4]["responsible_departments"] == ["党委宣传部", "信息中心"]
    assert [part["kind"] for part in found["responses"][0]["time_limit"]["parts"]] == ["by", "ongoing"]


def test_word_and_text_give_the_same(zhenggai: Callable[..., Outcome], sample_plan: Path) -> None:
    plans = []
    for path in (sample_plan, sample_plan.with_suffix(".txt")):
        found = json.loads(zhenggai("read", path, "--format", "json").out)
        for key in ("source", "furniture", "problem_part", "unassigned"):
            del found[key]
        plans.append(without_places(found))
    assert plans[0] == plans[1]


def without_places(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_places(inner) for key, inner in value.items() if key != "spans"}
    return [without_places(inner) for inner in value] if isinstance(value, list) else value


def test_the_workbook_has_the_ledger_and_the_doubts(
    zhenggai: Callable[..., Outcome], sample_plan: Path, tmp_path: Path
) -> None:
    assert zhenggai("read", sample_plan, "-o", tmp_path / "台账.xlsx").status == 0
    workbook = openpyxl.load_workbook(tmp_path / "台账.xlsx")
    assert len(workbook.sheetnames) == 2
    text = "\n".join(str(cell) for row in workbook.worksheets[0].iter_rows(values_only=True) for cell in row if cell)
    for words in ("食堂管理不规范", "三方比价制度", "吴某某", "总务处", "2025年7月底前"):
        assert words in text
