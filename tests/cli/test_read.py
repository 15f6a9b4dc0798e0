"""`zhenggai read`: what is read, where it goes, and what happens when it cannot be read."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from zhenggai import cli
from zhenggai.cli.reading import batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Outcome


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


class TestForms:
    def test_json_is_the_plan_format(self, zhenggai: Callable[..., Outcome], plan: Path) -> None:
        outcome = zhenggai("read", plan, "--format", "json")
        assert outcome.status == 0
        found = json.loads(outcome.out)
        assert found["schema"] == "zhenggai.plan/1"
        assert found["source"]["name"] == "方案.txt"
        assert len(found["findings"]) == 2

    def test_the_table_is_shown_by_default(self, zhenggai: Callable[..., Outcome], plan: Path) -> None:
        outcome = zhenggai("read", plan)
        assert outcome.status == 0
        assert "修订三项制度" in outcome.out.replace("\n", "")
        assert outcome == zhenggai("read", plan, "--format", "table")

    def test_blocks_are_one_to_a_line_with_number_and_place(self, zhenggai: Callable[..., Outcome], plan: Path) -> None:
        lines = zhenggai("read", plan, "--format", "blocks").out.splitlines()
        assert [line.split("\t")[0] for line in lines] == [str(number) for number in range(len(lines))]
        assert lines[0] == "0\t正文\t云溪县第二幼儿园巡察整改方案"

    def test_table_cells_have_a_place_and_text_keeps_their_row(
        self, zhenggai: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        ledger = tmp_path / "台账.csv"
        ledger.write_text("序号,问题,整改措施\n1,学习少,每月学习\n2,记录缺,补齐记录\n", encoding="utf-8")
        blocks = zhenggai("read", ledger, "--format", "blocks").out.splitlines()
        assert any(line.split("\t")[1].endswith("表1第2行第3列") and line.endswith("\t每月学习") for line in blocks)
        assert "1\t学习少\t每月学习\n" in zhenggai("read", ledger, "--format", "text").out

    def test_xlsx_goes_to_a_pipe(self, capsysbinary: pytest.CaptureFixture[bytes], plan: Path) -> None:
        assert cli.main(["read", str(plan), "--format", "xlsx"]) == 0
        assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(capsysbinary.readouterr().out)).namelist()

    def test_xlsx_does_not_go_to_a_terminal(
        self, zhenggai: Callable[..., Outcome], plan: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        outcome = zhenggai("read", plan, "--format", "xlsx")
        assert (outcome.status, outcome.out) == (2, "")
        assert "-o" in outcome.err

    @pytest.mark.parametrize("as_of", ["2031-03-01", "今天"])
    def test_a_year_comes_from_as_of_where_the_document_has_none(
        self, zhenggai: Callable[..., Outcome], tmp_path: Path, as_of: str
    ) -> None:
        path = tmp_path / "无年份.txt"
        path.write_text(
            "一、整改任务\n1.学习少。\n整改措施：每月学习。（责任部门：办公室；完成时限：6月底前。）\n",
            encoding="utf-8",
        )
        limits = {}
        for arguments in ([], ["--as-of", as_of]):
            found = json.loads(zhenggai("read", path, "--format", "json", *arguments).out)
            limits[len(arguments)] = found["responses"][0]["time_limit"]["parts"]
        assert not [part for part in limits[0] if part.get("date")]
        assert [part["date"][4:] for part in limits[2]] == ["-06-30"]


class TestOutput:
    @pytest.mark.parametrize(
        ("name", "start"), [("台账.xlsx", "PK"), ("计划.json", "{"), ("块.tsv", "0\t"), ("台账.XLSX", "PK")]
    )
    def test_the_form_follows_the_suffix(
        self, zhenggai: Callable[..., Outcome], plan: Path, name: str, start: str
    ) -> None:
        target = plan.parent / "新建" / name
        outcome = zhenggai("read", plan, "-o", target)
        assert (outcome.status, outcome.out) == (0, "")
        assert target.read_bytes().startswith(start.encode())
        assert str(target) in outcome.err
        assert names(target.parent) == [name], "no unfinished file is left"

    def test_a_folder_takes_the_name_of_the_input(
        self, zhenggai: Callable[..., Outcome], plan: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "out").mkdir()
        assert zhenggai("read", plan, "-o", tmp_path / "out", "--format", "json").status == 0
        assert names(tmp_path / "out") == ["方案.json"]

    def test_the_input_is_not_overwritten(self, zhenggai: Callable[..., Outcome], plan: Path, tmp_path: Path) -> None:
        before = plan.read_bytes()
        link = tmp_path / "链接.txt"
        link.symlink_to(plan)
        for target in (plan, link, tmp_path / "." / plan.name):
            outcome = zhenggai("read", plan, "-o", target, "--format", "text")
            assert outcome.status == 2
            assert "不能覆盖" in outcome.err
        assert zhenggai("read", plan, "-o", tmp_path, "--format", "text").status == 0
        assert plan.read_bytes() == before
        assert (tmp_path / "方案（2）.txt").exists()

    def test_an_old_result_is_replaced_but_kept_where_reading_fails(
        self, zhenggai: Callable[..., Outcome], plan: Path, empty: Path, tmp_path: Path
    ) -> None:
        target = tmp_path / "台账.json"
        target.write_text("old")
        assert zhenggai("read", empty, "-o", target).status == 2
        assert target.read_text() == "old"
        assert zhenggai("read", plan, "-o", target).status == 0
        assert target.read_text(encoding="utf-8").startswith("{")

    def test_a_link_stays_a_link(self, zhenggai: Callable[..., Outcome], plan: Path, tmp_path: Path) -> None:
        link = tmp_path / "台账.json"
        link.symlink_to(tmp_path / "实际.json")
        assert zhenggai("read", plan, "-o", link).status == 0
        assert link.is_symlink()
        assert (tmp_path / "实际.json").exists()

    def test_a_place_that_cannot_be_written(self, zhenggai: Callable[..., Outcome], plan: Path, tmp_path: Path) -> None:
        (tmp_path / "挡路").write_text("")
        outcome = zhenggai("read", plan, "-o", tmp_path / "挡路" / "台账.json")
        assert outcome.status == 2
        assert "写不了" in outcome.err

    @pytest.mark.parametrize(
        ("name", "words"), [("长" * 200 + ".json", "文件名太长"), ("/proc/台账.json", "没有这个位置")]
    )
    def test_why_it_cannot_be_written_is_said_in_chinese(
        self, zhenggai: Callable[..., Outcome], plan: Path, tmp_path: Path, name: str, words: str
    ) -> None:
        outcome = zhenggai("read", plan, "-o", tmp_path / name)
        assert outcome.status == 2
        assert words in outcome.err

    def test_the_name_of_a_file_for_several_makes_no_folder(
        self, zhenggai: Callable[..., Outcome], plan: Path, tmp_path: Path
    ) -> None:
        target = tmp_path / "台账.xlsx"
        outcome = zhenggai("read", plan, plan.parent, "-o", target)
        assert outcome.status == 2
        assert "-o 要写文件夹" in outcome.err
        assert not target.exists()

    @pytest.mark.parametrize("more", [(), ("另一个.txt",)], ids=["alone", "among others"])
    def test_a_path_that_cannot_be_looked_at(
        self, zhenggai: Callable[..., Outcome], plan: Path, more: tuple[str, ...]
    ) -> None:
        outcome = zhenggai("read", "长" * 200 + ".docx", *more)
        assert outcome.status == 2
        assert "文件打不开" in outcome.err
        outcome = zhenggai("read", plan, plan.parent, "-o", "长" * 200)
        assert outcome.status == 2
        assert "文件名太长" in outcome.err

    def test_a_device_is_written_to_and_not_replaced(self, zhenggai: Callable[..., Outcome], plan: Path) -> None:
        assert zhenggai("read", plan, "-o", "/dev/null", "--format", "json").status == 0
        assert not Path("/dev/null").is_file()


class TestBadInput:
    @pytest.mark.parametrize("name", ["空.txt", "没有.docx", "空文件夹"])
    def test_a_single_bad_input(self, zhenggai: Callable[..., Outcome], empty: Path, name: str) -> None:
        (empty.parent / "空文件夹").mkdir()
        before = names(empty.parent)
        target = empty.parent / "out" / "台账.xlsx"
        outcome = zhenggai("read", empty.parent / name, "-o", target)
        assert (outcome.status, outcome.out) == (2, "")
        assert name in outcome.err
        assert names(empty.parent) == before
        assert not target.parent.exists()

    def test_all_of_several_bad(self, zhenggai: Callable[..., Outcome], empty: Path, tmp_path: Path) -> None:
        outcome = zhenggai("read", empty, tmp_path / "没有.docx", "--format", "json", "-o", tmp_path / "out")
        assert (outcome.status, outcome.out) == (2, "")
        assert "共 2 个文件：读成 0 个，没有读成 2 个。" in outcome.err
        assert not (tmp_path / "out").exists()

    def test_one_bad_file_does_not_stop_the_others(
        self, zhenggai: Callable[..., Outcome], plan: Path, empty: Path, tmp_path: Path
    ) -> None:
        outcome = zhenggai("read", empty, plan, "--format", "json", "-o", tmp_path / "out")
        assert outcome.status == 1
        assert "空.txt" in outcome.err
        assert "共 2 个文件：读成 1 个，没有读成 1 个" in outcome.err
        assert names(tmp_path / "out") == ["方案.json"]

    def test_a_fault_of_the_program_does_not_stop_the_others(
        self, zhenggai: Callable[..., Outcome], plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = tmp_path / "另一.txt"
        other.write_bytes(plan.read_bytes())
        show = batch.shapes.show

        def sometimes(document: Any, shape: Any) -> Any:
            if document.name == "另一.txt":
                raise ZeroDivisionError
            return show(document, shape)

        monkeypatch.setattr(batch.shapes, "show", sometimes)
        outcome = zhenggai("read", other, plan, "--format", "json")
        assert outcome.status == 1
        assert "ZeroDivisionError" in outcome.err
        assert json.loads(outcome.out)["source"]["name"] == "方案.txt"


class TestSeveral:
    @pytest.fixture
    def folder(self, plan: Path, tmp_path: Path) -> Path:
        folder = tmp_path / "各单位"
        for name in (
            "乙/方案.txt",
            "甲/方案.md",
            "甲/~$方案.docx",
            "甲/.隐藏.txt",
            ".隐藏/方案.txt",
            "甲/图片.png",
            "丙.TXT",
        ):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(plan.read_bytes())
        return folder

    def test_a_folder_is_its_readable_files_in_order(self, zhenggai: Callable[..., Outcome], folder: Path) -> None:
        outcome = zhenggai("read", folder, "--format", "json")
        assert outcome.status == 0
        lines = [json.loads(line) for line in outcome.out.splitlines()]
        assert [line["source"]["name"] for line in lines] == ["丙.TXT", "方案.txt", "方案.md"]
        assert "共 3 个文件：读成 3 个，没有读成 0 个。" in outcome.err

    def test_names_in_the_output_folder_are_unique(
        self, zhenggai: Callable[..., Outcome], folder: Path, tmp_path: Path
    ) -> None:
        assert zhenggai("read", folder, "--format", "xlsx", "-o", tmp_path / "out").status == 0
        assert names(tmp_path / "out") == ["丙.xlsx", "方案.xlsx", "方案（2）.xlsx"]

    def test_output_beside_the_input_overwrites_none(self, zhenggai: Callable[..., Outcome], folder: Path) -> None:
        before = {name: (folder / name).read_bytes() for name in names(folder)}
        assert zhenggai("read", folder, "--format", "text", "-o", folder / "乙").status == 0
        assert {name: (folder / name).read_bytes() for name in before} == before
        assert len(names(folder)) == len(before) + 3

    def test_each_text_says_whose_it_is(self, zhenggai: Callable[..., Outcome], folder: Path) -> None:
        out = zhenggai("read", folder, "--format", "text").out
        assert out.count("==> ") == 3
        assert f"==> {folder / '丙.TXT'} <==\n云溪县" in out

    def test_a_file_named_twice_is_read_once(self, zhenggai: Callable[..., Outcome], plan: Path) -> None:
        assert zhenggai("read", plan, plan.parent / "." / plan.name, "--format", "json").out.startswith("{\n")

    def test_several_xlsx_need_a_folder(self, zhenggai: Callable[..., Outcome], folder: Path, plan: Path) -> None:
        assert zhenggai("read", folder, "--format", "xlsx").status == 2
        outcome = zhenggai("read", folder, "-o", plan, "--format", "xlsx")
        assert outcome.status == 2
        assert "文件夹" in outcome.err


class TestStandardInput:
    def test_it_is_read_by_its_content(self, zhenggai: Callable[..., Outcome], plan: Path) -> None:
        outcome = zhenggai("read", "-", "--format", "json", stdin=plan.read_bytes())
        assert outcome.status == 0
        assert json.loads(outcome.out)["source"]["name"] == "标准输入"

    def test_empty(self, zhenggai: Callable[..., Outcome]) -> None:
        outcome = zhenggai("read", "-", "--format", "json")
        assert (outcome.status, outcome.out) == (2, "")
        assert "标准输入" in outcome.err

    def test_among_files(self, zhenggai: Callable[..., Outcome], plan: Path) -> None:
        outcome = zhenggai("read", "-", plan, "--format", "json", stdin=plan.read_bytes())
        assert [json.loads(line)["source"]["name"] for line in outcome.out.splitlines()] == ["标准输入", "方案.txt"]


def test_progress_is_shown_to_a_person_only(
    zhenggai: Callable[..., Outcome], plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "另一.txt").write_bytes(plan.read_bytes())
    arguments = ("read", tmp_path, "--format", "json", "-o", tmp_path / "out")
    assert "读取" not in zhenggai(*arguments).err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert "读取" in zhenggai(*arguments).err
