"""Spreadsheets: every visible sheet a table, every cell as it is shown, nothing held that is not there."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from zhenggai.document import readers
from zhenggai.document.blocks import Cell
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits, Reading, Source
from zhenggai.document.reading import known_formats, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from zhenggai.document.blocks import Block

READERS = {reader.key: reader for reader in known_formats()}


def numbers() -> Callable[..., str]:
    """The function that shows a number: found like the readers, since nobody names a plug-in."""
    module = next(m for name, m in vars(readers).items() if name == "spreadsheet")
    shown: Callable[..., str] = module.number_formats.show_number
    return shown


def ledger() -> openpyxl.Workbook:
    """A ledger with a title row, a two-row header, merged cells and every sort of value."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "整改台账"
    sheet.append(["青桐镇中心学校整改台账"])
    sheet.append(["序号", "问题", "整改措施", None, "完成率", "时限", "办结", "金额"])
    sheet.append([None, None, "内容", "责任部门"])
    sheet.append([1, "账目不清", "清理账目\n每月公示", "总务处", 0.85, dt.date(2024, 3, 31), True, 12.5])
    sheet.append([None, None, "修订办法", "办公室", 1, dt.date(2024, 6, 1), False, 0.1 + 0.2])
    for area in ("A1:H1", "A2:A3", "B2:B3", "C2:D2", "A4:A5", "B4:B5"):
        sheet.merge_cells(area)
    sheet["E4"].number_format = sheet["E5"].number_format = "0%"
    sheet["F4"].number_format = "yyyy/m/d"
    sheet["F5"].number_format = 'yyyy"年"m"月"'
    sheet["H4"].number_format = '0.0"万元"'
    more = book.create_sheet("附表")
    more["C3"] = "只有一格"
    hidden = book.create_sheet("内部")
    hidden["A1"] = "不给人看"
    hidden.sheet_state = "hidden"
    return book


def as_bytes(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


LEDGER = as_bytes(ledger())
EXPECTED = [
    (Cell(0, 0, 0, 1, 8), "青桐镇中心学校整改台账"),
    (Cell(0, 1, 0, 2, 1), "序号"),
    (Cell(0, 1, 1, 2, 1), "问题"),
    (Cell(0, 1, 2, 1, 2), "整改措施"),
    (Cell(0, 1, 4), "完成率"),
    (Cell(0, 1, 5), "时限"),
    (Cell(0, 1, 6), "办结"),
    (Cell(0, 1, 7), "金额"),
    (Cell(0, 2, 2), "内容"),
    (Cell(0, 2, 3), "责任部门"),
    (Cell(0, 3, 0, 2, 1), "1"),
    (Cell(0, 3, 1, 2, 1), "账目不清"),
    (Cell(0, 3, 2), "清理账目\n每月公示"),
    (Cell(0, 3, 3), "总务处"),
    (Cell(0, 3, 4), "85%"),
    (Cell(0, 3, 5), "2024-03-31"),
    (Cell(0, 3, 6), "TRUE"),
    (Cell(0, 3, 7), "12.5万元"),
    (Cell(0, 4, 2), "修订办法"),
    (Cell(0, 4, 3), "办公室"),
    (Cell(0, 4, 4), "100%"),
    (Cell(0, 4, 5), "2024年6月"),
    (Cell(0, 4, 6), "FALSE"),
    (Cell(0, 4, 7), "0.3"),
    (Cell(1, 2, 2), "只有一格"),
]


def read(data: bytes, limits: Limits | None = None, key: str = "xlsx") -> Reading:
    return READERS[key].read(Source(f"台账.{key}", data), limits or Limits())


def fault(data: bytes, limits: Limits | None = None, key: str = "xlsx") -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read(data, limits, key)
    return caught.value


def places(blocks: Iterable[Block]) -> list[tuple[Cell | None, str]]:
    return [(block.cell, block.text) for block in blocks]


def rewritten(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The same workbook with one part changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content.decode()).encode() if name == part else content)
    return file.getvalue()


FIRST = "xl/worksheets/sheet1.xml"


def with_cells(xml: str) -> bytes:
    """A workbook whose only sheet holds `xml` as its rows."""
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    return rewritten(
        as_bytes(book),
        FIRST,
        lambda text: text[: text.index("<sheetData>") + 11] + xml + text[text.index("</sheetData>") :],
    )


class TestXlsx:
    def test_every_cell_stands_in_its_place_as_shown(self) -> None:
        assert places(read(LEDGER).blocks) == EXPECTED

    def test_sheets_are_named_and_hidden_ones_left_out_with_a_note(self) -> None:
        reading = read(LEDGER)
        assert [block.sheet for block in reading.blocks] == ["整改台账"] * (len(EXPECTED) - 1) + ["附表"]
        assert reading.notes == ("跳过隐藏的工作表：内部。",)

    def test_cells_without_references_count_on(self) -> None:
        data = with_cells(
            '<row><c t="inlineStr"><is><t>甲</t></is></c><c/><c><v>3</v></c></row><row r="5"><c r="B5"><v>4</v></c></row><row><c><v>5</v></c></row>'
        )
        assert places(read(data).blocks) == [
            (Cell(0, 0, 0), "甲"),
            (Cell(0, 0, 2), "3"),
            (Cell(0, 4, 1), "4"),
            (Cell(0, 5, 0), "5"),
        ]

    def test_runs_come_together_without_pronunciation(self) -> None:
        data = with_cells(
            '<row r="1"><c r="A1" t="inlineStr"><is><r><t>整</t></r><r><t>改_x000D_</t></r><rPh sb="0" eb="1"><t>zheng</t></rPh></is></c></row>'
        )
        assert [block.text for block in read(data).blocks] == ["整改"]

    def test_what_a_formula_gave_is_read(self) -> None:
        data = with_cells(
            '<row r="1"><c r="A1" t="str"><f>B1&amp;"期"</f><v>一期</v></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1" t="e"><v>#REF!</v></c></row>'
        )
        assert [block.text for block in read(data).blocks] == ["一期", "2", "#REF!"]

    def test_text_that_a_merged_range_covers_is_not_shown(self) -> None:
        data = with_cells('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>')
        data = rewritten(
            data,
            FIRST,
            lambda text: text.replace(
                "</sheetData>",
                '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="A1:B1"/><mergeCell ref="?:B"/></mergeCells>',
            ),
        )
        assert places(read(data).blocks) == [(Cell(0, 0, 0, 1, 2), "1")]

    def test_places_far_out_cost_nothing(self) -> None:
        data = with_cells(
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
        )
        data = rewritten(data, FIRST, lambda text: text.replace('ref="A1"', 'ref="A1:XFD1048576"'))
        assert places(read(data).blocks) == [(Cell(0, 0, 0), "1"), (Cell(0, 1_048_575, 16_383), "2")]

    @pytest.mark.parametrize(
        "cell",
        [
            '<c r="A1" t="s"><v>99</v></c>',
            '<c r="A1" s="-1"><v>x</v></c>',
            '<c r="A0"><v>1</v></c>',
            '<c r="A1" t="d"><v>2024-13-45</v></c>',
            '<c r="A1"><v>1e999</v></c>',
            '<c r="A1" s="7"><v>nan</v></c>',
        ],
    )
    def test_odd_cells_do_no_harm(self, cell: str) -> None:
        data = with_cells(f'<row r="1">{cell}<c r="C1"><v>7</v></c></row>')
        assert read(data).blocks[-1].text == "7"

    def test_dates_count_from_1904_where_the_workbook_says_so(self) -> None:
        book = openpyxl.Workbook()
        book.epoch = CALENDAR_MAC_1904
        book.active["A1"] = dt.date(2024, 3, 31)
        data = as_bytes(book)
        assert "<v>43920</v>" in zipfile.ZipFile(io.BytesIO(data)).read(FIRST).decode()
        assert read(data).blocks[0].text == "2024-03-31"

    def test_content_decides_what_is_a_workbook(self) -> None:
        assert READERS["xlsx"].recognises(Source("a.docx", LEDGER))
        assert not READERS["xlsx"].recognises(Source("a.xlsx", LEDGER[:200]))
        assert not READERS["xlsx"].recognises(Source("a.xlsx", b"%PDF-1.7"))


class TestFaults:
    def test_an_empty_workbook_says_so(self) -> None:
        assert fault(as_bytes(openpyxl.Workbook())).code == "empty"

    def test_too_many_cells_or_characters_are_refused(self) -> None:
        assert fault(LEDGER, replace(Limits(), blocks=10)).code == "too_large"
        assert fault(LEDGER, replace(Limits(), characters=20)).code == "too_large"

    def test_entities_are_refused(self) -> None:
        data = rewritten(LEDGER, FIRST, lambda text: '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]>' + text)
        assert str(fault(data)).endswith("。")

    def test_a_cut_off_file_says_so(self) -> None:
        assert "损坏" in str(fault(LEDGER[: len(LEDGER) // 2]))

    def test_broken_xml_says_so(self) -> None:
        assert "损坏" in str(fault(rewritten(LEDGER, FIRST, lambda text: text[:300])))


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (3.0, "General", "3"),
        (3.0, "@", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (0.85, "0%", "85%"),
        (0.856, "0.0%", "85.6%"),
        (1234.5, "#,##0.00", "1234.50"),
        (0.3333, "0.##", "0.3333"),
        (7, "000", "007"),
        (12.5, '0.0"万元"', "12.5万元"),
        (12, '"第"0"项"', "第12项"),
        (-2, "0_ ;[Red]\\-0\\ ", "-2"),
        (45382, "yyyy/m/d", "2024-03-31"),
        (45382, 'm"月"d"日"', "2024-03-31"),
        (45382, '[$-804]yyyy"年"m"月"d"日";@', "2024-03-31"),
        (45382, 'yyyy"年"m"月"', "2024年3月"),
        (45382, "mmm\\-yy", "2024年3月"),
        (45382, 'yyyy"年"', "2024年"),
        (45382.5, "yyyy-mm-dd hh:mm", "2024-03-31 12:00"),
        (0.5, "h:mm", "12:00"),
        (2.5, "[h]:mm", "60:00"),
        (1e300, "yyyy-mm-dd", "1e+300"),
        (-1e9, "yyyy-mm-dd", "-1000000000"),
        (1e20, "0", "100000000000000000000"),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: float, code: str, shown: str) -> None:
    assert numbers()(value, code) == shown


@given(st.floats(), st.text(alphabet='yMmdhs年月日0#?%.,;[]"\\_*@ -/E+$红', max_size=24))
def test_no_format_fails(value: float, code: str) -> None:
    assert isinstance(numbers()(value, code), str)


@pytest.mark.tool("soffice")
@pytest.mark.slow
@pytest.mark.parametrize("form", ["xls", "ods"])
class TestConverted:
    """The same ledger as other programs keep it."""

    @pytest.fixture
    def converted(self, form: str, tmp_path: Path, convert: Callable[[Path, str], Path]) -> bytes:
        path = tmp_path / "ledger.xlsx"
        path.write_bytes(LEDGER)
        return convert(path, form).read_bytes()

    def test_every_cell_is_the_same(self, form: str, converted: bytes) -> None:
        reading = read(converted, key=form)
        assert places(reading.blocks) == EXPECTED
        assert reading.notes == ("跳过隐藏的工作表：内部。",)

    def test_many_long_texts_are_whole(self, form: str, tmp_path: Path, convert: Callable[[Path, str], Path]) -> None:
        book = openpyxl.Workbook()
        texts = [f"第{n}项" + ("整改措施" * 60 if n % 2 else "abc " * 90).strip() for n in range(200)]
        texts.append("长" * 20_000)
        for row, text in enumerate(texts, 1):
            book.active.cell(row, 1, text)
        book.active.cell(1, 2, '="整改"&"台账"')
        book.save(tmp_path / "long.xlsx")
        converted = convert(tmp_path / "long.xlsx", form).read_bytes()
        blocks = read(converted, key=form).blocks
        assert [block.text for block in blocks if block.cell and block.cell.column == 0] == texts
        assert blocks[1].text == "整改台账"

    def test_content_decides(self, form: str, converted: bytes) -> None:
        assert [key for key, reader in READERS.items() if reader.recognises(Source("a.doc", converted))] == [form]

    def test_limits_hold(self, form: str, converted: bytes) -> None:
        assert fault(converted, replace(Limits(), blocks=10), key=form).code == "too_large"

    def test_damage_gives_at_most_a_document_error(self, form: str, converted: bytes) -> None:
        @settings(max_examples=60)
        @given(
            st.lists(st.tuples(st.integers(0, len(converted) - 1), st.integers(0, 255)), min_size=1, max_size=8),
            st.integers(8, len(converted)),
        )
        def check(changes: list[tuple[int, int]], cut: int) -> None:
            data = bytearray(converted)
            for place, value in changes:
                data[place] = value
            for damaged in (bytes(data), bytes(data[:cut])):
                with contextlib.suppress(DocumentError):
                    read(damaged, key=form)

        check()


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, len(LEDGER) - 1), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, len(LEDGER)),
)
def test_no_damage_does_more_than_a_document_error(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(LEDGER)
    for place, value in changes:
        data[place] = value
    for damaged in (bytes(data), bytes(data[:cut])):
        with contextlib.suppress(DocumentError):
            read_bytes(damaged, "台账.xlsx")
