"""`zhenggai check`, `rules` and `rule`: what they print, and the exit status."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import pytest

from zhenggai.cli import main
from zhenggai.rules import rules
from zhenggai.rules.specimen import render, take_apart

if TYPE_CHECKING:
    from pathlib import Path

BAD = "问题：门卫登记不全，5天没有记录。\n责任部门：各科室"
CLEAN = "问题：门卫登记不全，5天没有记录。\n措施：补签5天的登记。"


@pytest.fixture
def write(tmp_path: Path):  # type: ignore[no-untyped-def]
    def writes(name: str, fragment: str) -> str:
        path = tmp_path / name
        path.write_text(render(take_apart(fragment)), encoding="utf-8")
        return str(path)

    return writes


def test_a_blocking_result_ends_with_status_1(write, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert main(["check", write("plan.txt", BAD), "--today", "2024-05-20"]) == 1
    shown = capsys.readouterr().out
    assert "P05 责任主体笼统　须处理" in shown
    assert re.search(r"第\d+段第\d+字　P05", shown)
    assert "问题：门卫登记不全，5天没有记录。" in shown
    assert "须处理1处" in shown
    assert "P01（需要反馈意见）" in shown


def test_hints_alone_end_with_status_0(write, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert main(["check", write("plan.txt", CLEAN), "--today", "2024-05-20"]) == 0
    assert "供参考2处" in capsys.readouterr().out
    assert main(["check", write("plan.txt", CLEAN), "--today", "2024-05-20", "--ignore", "P16,p25"]) == 0
    assert "没有发现" in capsys.readouterr().out


def test_json_is_a_list_of_results(write, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert main(["check", write("plan.txt", BAD), "--format", "json", "--select", "P05,F"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(row["rule"], row["severity"], row["finding_text"]) for row in found] == [
        ("P05", "block", "门卫登记不全，5天没有记录。")
    ]
    assert found[0]["quote"] == "责任部门：各科室"
    assert found[0]["spans"][0].keys() == {"block", "start", "end"}
    assert found[0]["message"]
    assert found[0]["fix"]


def test_the_feedback_is_compared(write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    letter = tmp_path / "feedback.txt"
    letter.write_text("关于巡察的反馈意见\n二、存在的主要问题\n1.门卫登记不全，5天没有记录。\n2.公章没有登记。\n")
    arguments = ["check", write("plan.txt", CLEAN), "--feedback", str(letter), "--select", "P01", "--format", "json"]
    assert main(arguments) == 1
    found = json.loads(capsys.readouterr().out)
    assert [row["quote"] for row in found if row["finding"] is None] == ["公章没有登记。"]
    empty = tmp_path / "empty.txt"
    empty.write_text("通知\n")
    assert main(["check", write("plan.txt", CLEAN), "--feedback", str(empty)]) == 2
    assert "没有找到反馈的问题" in capsys.readouterr().err


def test_what_cannot_be_read_ends_with_status_2(write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert main(["check", str(tmp_path / "absent.docx")]) == 2
    assert main(["check", write("plan.txt", BAD), str(tmp_path / "absent.docx")]) == 2
    captured = capsys.readouterr()
    assert "P05" in captured.out
    assert "absent.docx" in captured.err


@pytest.mark.parametrize("arguments", [["--select", "P00"], ["--profile", "none@1"], ["--today", "gestern"]])
def test_what_there_is_not_is_refused(write, arguments: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert main(["check", write("plan.txt", BAD), *arguments]) == 2


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(render(take_apart(BAD)).encode())))
    assert main(["check", "-", "--select", "P05"]) == 1
    assert "各科室" in capsys.readouterr().out


def test_an_audit_is_held_to_the_custom_of_audits(write, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    audit = "标题：青桐镇关于财务收支审计发现问题的整改方案\n进度：分步推进。"
    assert main(["check", write("plan.txt", audit), "--select", "P21"]) == 0
    assert "没有发现" in capsys.readouterr().out


def test_the_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    shown = capsys.readouterr().out
    assert all(code in shown and rule.name in shown for code, rule in rules().items())
    assert "需要：反馈意见" in shown


def test_a_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "p06", "F05"]) == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("P06 时限笼统", "判定：", "为什么：", "反例：", "正例：", "依据：GB/T 9704"))
    assert main(["rule", "P00"]) == 2
    assert "P00" in capsys.readouterr().err
