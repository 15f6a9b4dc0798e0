"""The ledger on a terminal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.export import plans

from zhenggai import export
from zhenggai.export import fitting
from zhenggai.plan.model import Finding, Item, Measure, Response


def shown(plan: Any, width: int | None = 100, *, colour: bool = False) -> str:
    words = export.render(plan, format="table", width=width, colour=colour)
    assert isinstance(words, str)
    return words


def squeezed(words: str) -> str:
    return "".join(c for c in words if c.isalnum())


@pytest.mark.parametrize("width", [80, 100, 160, 240])
def test_no_line_is_wider_than_the_terminal_and_frames_are_even(width: int) -> None:
    lines = shown(plans.school(), width).splitlines()
    framed = [line for line in lines if line[:1] in tuple("┌├│└")]
    assert max(cell_len(line) for line in lines) <= width
    assert len({cell_len(line) for line in framed}) <= 2
    assert max(cell_len(line) for line in framed) == width


def test_headings_stand_across_the_page() -> None:
    lines = shown(plans.school()).splitlines()
    heading = next(n for n, line in enumerate(lines) if "（一）聚焦落实上级教育决策部署方面" in line)
    assert "1.课后服务管理不够规范" in lines[heading + 1]
    assert lines[heading - 1].count("┴") == 6


def test_a_heading_beside_a_cell_that_goes_on_stands_in_its_row() -> None:
    items = (Item("I1", None, "1", "甲条"), Item("I2", None, "2", "乙条"))
    findings = tuple(Finding(f"F{n}", None, f"I{n}", "一是", f"表现{n}") for n in (1, 2))
    shared = Response("R1", ("F1", "F2"), measures=(Measure("M1", None, "两条共用的措施"),))
    lines = shown(replace(plans.empty(), items=items, findings=findings, responses=(shared,))).splitlines()
    second = next(n for n, line in enumerate(lines) if "2.乙条" in line)
    assert "一是表现2" in lines[second + 1]
    assert sum("两条共用的措施" in line for line in lines) == 1


def test_a_shared_measure_has_no_line_through_it() -> None:
    line = next(line for line in shown(plans.school()).splitlines() if line.startswith("├") and "公示" in line)
    assert line.count("─") > 10


def test_parties_are_named_in_one_column() -> None:
    words = shown(plans.school(), 160)
    assert "牵头领导：甄某某" in words
    assert "责任分工" in words
    assert "牵头领导 │" not in words


def test_doubts_stand_below() -> None:
    words = shown(plans.school())
    assert words.index("疑点与未归类文字") > words.index("补开活动")
    assert "totals.areas" in words


def test_colours_only_on_demand() -> None:
    assert "\x1b" not in shown(plans.school())
    assert "\x1b[32m已完成" in shown(plans.school(), colour=True)


def test_a_terminal_cannot_be_steered() -> None:
    evil = "问题\x1b[2J\x9b31m\x07\u202e逆\u200b题[red]红[/red]:smile:"
    words = shown(replace(plans.empty(), title=evil, findings=(Finding("F1", None, None, None, evil),)))
    assert not set(words) & set("\x1b\x9b\x07\u202e\u200b")
    assert "[red]红[/red]:smile:" in words


def test_nothing_is_lost_in_a_narrow_window() -> None:
    plan = plans.tangled()
    words = squeezed(shown(plan, 60))
    for measure in (m.text for r in plan.responses for m in r.measures):
        assert measure in words
    assert "2第二条" in words


def test_nothing_found_is_said() -> None:
    assert "没有读出问题" in shown(plans.empty())


def test_blanks_to_fill_in_by_hand_belong_on_paper() -> None:
    assert "填报单位" not in shown(plans.school())


@given(st.text(alphabet="一二，。；（）a1 \n“”①é", max_size=60), st.integers(2, 30))
def test_wrapping_loses_no_character_and_keeps_the_limit(words: str, limit: int) -> None:
    lines = fitting.wrap(words, limit)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(fitting.width(line) <= limit for line in lines)


@pytest.mark.parametrize(
    ("words", "limit", "lines"),
    [
        ("整改措施落实，效果好", 12, ["整改措施落", "实，效果好"]),
        ("在2031年9月底前", 6, ["在2031", "年9月", "底前"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("甲\n\n乙", 4, ["甲", "", "乙"]),
        ("", 4, [""]),
    ],
)
def test_wrapping_follows_chinese_typesetting(words: str, limit: int, lines: list[str]) -> None:
    assert fitting.wrap(words, limit) == lines


@pytest.mark.parametrize(("report", "shape", "said"), [("无", "xlsx", "报表"), ("ledger", "无", "格式")])
def test_an_unknown_paper_or_format_is_refused(report: str, shape: str, said: str) -> None:
    with pytest.raises(export.sheet.ExportError, match=said):
        export.render(plans.empty(), report=report, format=shape)
