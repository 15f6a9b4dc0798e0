"""The workbook as another program reads it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from tests.export import plans

from zhenggai import export
from zhenggai.export.formats import xlsx
from zhenggai.export.sheet import Cell, Column, ExportError, Options, Row, Sheet
from zhenggai.plan.model import Finding

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = Sheet("表", "题目", (Column("序号", "number"), Column("内容")), ())


def workbook(sheet: Sheet) -> Any:
    return openpyxl.load_workbook(io.BytesIO(xlsx.write((sheet,), Options())))


def opened(plan: Any) -> Any:
    file = export.render(plan)
    assert isinstance(file, bytes)
    return openpyxl.load_workbook(io.BytesIO(file))


def of_words(*words: str) -> Sheet:
    rows: tuple[Row, ...] = tuple((Cell(str(n)), Cell(w)) for n, w in enumerate(words, start=1))
    return replace(SHEET, rows=rows)


def body(page: Worksheet) -> list[Any]:
    return [page.cell(n, 2).value for n in range(3, page.max_row + 1)]


def test_ledger_and_doubts_are_two_sheets() -> None:
    assert opened(plans.school()).sheetnames == ["整改台账", "疑点与未归类文字"]


def test_it_prints_on_a4_landscape_with_the_head_on_every_page() -> None:
    page = opened(plans.school())["整改台账"]
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.page_setup.fitToWidth in (None, 1)
    assert page.page_setup.fitToHeight == 0
    assert page.sheet_properties.pageSetUpPr.fitToPage
    head = next(row for row in range(1, 9) if page.cell(row, 1).value == "序号")
    assert page.print_title_rows == f"${head}:${head}"
    assert page.freeze_panes == f"A{head + 1}"
    assert "&P" in page.oddFooter.center.text


def test_cells_are_merged_bordered_and_wrapped() -> None:
    page = opened(plans.school())["整改台账"]
    merged = {str(area) for area in page.merged_cells.ranges}
    assert {"B5:B10", "C5:C8", "D5:D6", "C11:D11"} <= merged
    cell = page["F5"]
    assert cell.value.startswith("①调查学生")
    assert (cell.font.name, cell.border.left.style, cell.alignment.wrap_text) == ("仿宋", "thin", True)


@pytest.mark.parametrize(
    "words", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "http://a.example/", "007", "{=A1}"]
)
def test_words_stay_words(words: str) -> None:
    page = workbook(of_words(words)).active
    assert (page["B3"].value, page["B3"].data_type, page["B3"].hyperlink) == (words, "s", None)


def test_a_title_that_looks_like_a_formula_stays_words() -> None:
    page = opened(replace(plans.empty(), title='=HYPERLINK("x")清单'))["整改台账"]
    assert page["A1"].data_type == "s"


def test_figures_are_numbers() -> None:
    assert workbook(of_words("甲", "乙")).active["A4"].value == 2


def test_what_xml_cannot_hold_is_left_out() -> None:
    assert body(workbook(of_words("甲\x00\x08乙\ud800丙\uffff丁\r\n戊\x85")).active) == ["甲乙丙丁\n戊\x85"]


def test_words_that_look_like_an_escape_come_back() -> None:
    file = xlsx.write((of_words("_x0041_"),), Options())
    assert b"_x005F_x0041_" in zipfile.ZipFile(io.BytesIO(file)).read("xl/sharedStrings.xml")


@pytest.mark.parametrize("words", ["字" * 70_000, "𠮷" * 40_000, "a" * 66_000, "行\n" * 40_000, "\u0301" * 66_000])
def test_words_too_long_for_a_cell_go_on_below(words: str) -> None:
    cells = [value for value in body(workbook(of_words(words, "后")).active) if value]
    assert cells[-1] == "后"
    assert "".join(cells[:-1]) == words
    assert all(len(value.encode("utf-16-le")) <= 2 * 32_767 for value in cells)


def test_no_row_is_higher_than_the_format_allows_and_none_is_cut() -> None:
    words = "整改措施的文字很长。" * 400
    page = workbook(of_words(words)).active
    heights = [page.row_dimensions[n].height for n in range(3, page.max_row + 1)]
    assert max(heights) <= 409
    assert sum(heights) >= len(words) * 2 / page.column_dimensions["B"].width * 14
    assert page.max_row > 4


def test_a_merged_cell_gets_the_height_that_it_needs() -> None:
    rows: tuple[Row, ...] = tuple((Cell(str(n)), Cell("字" * 600, rows=3) if n == 1 else None) for n in (1, 2, 3))
    page = workbook(replace(SHEET, rows=rows)).active
    heights = [page.row_dimensions[n].height for n in (3, 4, 5)]
    lines = -(-600 * 2 // int(page.column_dimensions["B"].width))
    assert sum(heights) >= lines * 14
    assert max(heights) - min(heights) < 1


def test_columns_fill_the_page() -> None:
    page = opened(plans.school())["整改台账"]
    widths = [page.column_dimensions[chr(65 + n)].width for n in range(page.max_column)]
    assert 140 <= sum(widths) <= 165
    assert min(widths) >= 5


def test_nothing_found_is_said() -> None:
    page = opened(plans.empty())["整改台账"]
    assert "没有读出问题" in page["A5"].value


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_MOST_ROWS", 4)
    with pytest.raises(ExportError, match="超过4行"):
        xlsx.write((of_words(*"甲乙丙丁戊"),), Options())


@pytest.mark.parametrize("name", ["a/b:c*?[x]", "'", "", "很长的名字" * 9])
def test_sheet_names_are_allowed_and_differ(name: str) -> None:
    file = xlsx.write((replace(SHEET, name=name), replace(SHEET, name=name)), Options())
    names = openpyxl.load_workbook(io.BytesIO(file)).sheetnames
    assert len(set(names)) == 2
    assert all(0 < len(n) <= 31 for n in names)


def test_the_same_plan_gives_the_same_cells() -> None:
    assert [[c.value for c in r] for r in opened(plans.school())["整改台账"]] == [
        [c.value for c in r] for r in opened(plans.school())["整改台账"]
    ]


def test_many_rows_take_no_more_than_their_share() -> None:
    findings = tuple(Finding(f"F{n}", None, None, str(n), f"问题{n}") for n in range(3000))
    assert opened(replace(plans.empty(), findings=findings))["整改台账"].max_row >= 3000
