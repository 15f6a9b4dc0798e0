"""May a later date be asked for, and what is wrong with an application or an answer: cases as data."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from zhenggai.workflow.extensions import ExtensionCase, faults_of_asking, faults_of_deciding, refusal_to_ask

CASE = ExtensionCase(today=dt.date(2024, 6, 20), due_on=dt.date(2024, 6, 30), granted=0, most=2)
LATER = dt.date(2024, 7, 31)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, ""),
        ({"today": dt.date(2024, 6, 30)}, ""),
        ({"granted": 1}, ""),
        ({"today": dt.date(2024, 7, 1)}, "延期应当在到期前申请，这项措施已于2024年6月30日到期"),
        ({"due_on": None}, "没有确定的到期日"),
        ({"granted": 2}, "已延期2次，按规定最多延期2次"),
        ({"most": 0}, "不办理延期"),
        ({"open": True}, "正在等待答复"),
        ({"done": True}, "已完成"),
        ({"in_closing": True}, "已经申请销号"),
        ({"withdrawn": True}, "已在后续方案中撤销"),
    ],
)
def test_when_an_extension_can_be_asked_for(change: dict[str, Any], why: str) -> None:
    found = refusal_to_ask(replace(CASE, **change))
    assert (why in found) if why else found == ""


@pytest.mark.parametrize(
    ("until", "reason", "progress", "fields"),
    [
        (LATER, "等待批复", "已上报", set()),
        (None, "等待批复", "已上报", {"until"}),
        (dt.date(2024, 6, 30), "等待批复", "已上报", {"until"}),
        (dt.date(2024, 6, 1), "等待批复", "已上报", {"until"}),
        (LATER, " ", "已上报", {"reason"}),
        (LATER, "等待批复", "", {"progress"}),
        (LATER, "长" * 1001, "长" * 1001, {"reason", "progress"}),
        (None, "", "", {"until", "reason", "progress"}),
    ],
)
def test_what_is_wrong_with_an_application(until: dt.date | None, reason: str, progress: str, fields: set[str]) -> None:
    assert set(faults_of_asking(CASE, until=until, reason=reason, progress=progress)) == fields


@pytest.mark.parametrize(
    ("granted", "until", "note", "fields"),
    [
        (True, LATER, "", set()),
        (False, None, "应当按期完成", set()),
        (None, LATER, "", {"decision"}),
        (True, None, "", {"until"}),
        (True, dt.date(2024, 6, 30), "", {"until"}),
        (False, LATER, " ", {"note"}),
        (False, LATER, "长" * 1001, {"note"}),
    ],
)
def test_what_is_wrong_with_an_answer(granted: bool | None, until: dt.date | None, note: str, fields: set[str]) -> None:
    assert set(faults_of_deciding(CASE, granted=granted, until=until, note=note)) == fields
