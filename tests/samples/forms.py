"""Writes a sample in every form in which documents arrive."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from zhenggai import text

if TYPE_CHECKING:
    from tests.samples.source import Line, Sample

_NUMERAL = re.compile(r"[一二三四五六七八九十]+|[0-9]+|[①-⑳]")
_ALIGNMENTS = {"centre": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
_COLUMNS = {
    "area": "方面",
    "item": "反馈问题",
    "finding": "具体问题",
    "objective": "整改目标",
    "measures": "整改措施",
    "lead_leaders": "牵头领导",
    "responsible_leaders": "责任领导",
    "responsible_persons": "责任人",
    "responsible_departments": "责任部门",
    "cooperating_departments": "配合部门",
    "time_limit": "完成时限",
    "progress": "整改进展",
    "status": "完成状态",
}


def as_text(sample: Sample) -> bytes:
    """One paragraph a line; tables with bars."""
    rows = [
        "| " + " | ".join("" if c == "^" else c for c in line.cells) + " |" if line.cells else line.number + line.text
        for line in sample.lines
    ]
    return ("\n".join(rows) + "\n").encode()


def as_typed_docx(sample: Sample) -> bytes:
    """A Word document whose numbers are typed."""
    return _docx(sample, automatic=False)


def as_automatic_docx(sample: Sample) -> bytes:
    """A Word document whose numbers Word makes."""
    return _docx(sample, automatic=True)


def _docx(sample: Sample, *, automatic: bool) -> bytes:
    document = docx.Document()
    _set_page(document)
    lists = _Lists(document) if automatic else None
    table: list[list[str]] = []
    for line in sample.lines:
        if line.cells:
            table.append(line.cells)
            continue
        _write_table(document, table)
        table = []
        _write_paragraph(document, line, lists)
    _write_table(document, table)
    return _saved(document)


def _saved(document: Any) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = (
        Mm(28),
        Mm(26),
        Mm(37),
        Mm(35),
    )
    style = document.styles["Normal"]
    style.font.name, style.font.size = "仿宋", Pt(16)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    style.paragraph_format.line_spacing = Pt(28)
    style.paragraph_format.space_after = Pt(0)


def _write_paragraph(document: Any, line: Line, lists: _Lists | None) -> None:
    made = lists is not None and line.number
    paragraph = document.add_paragraph(line.text if made else line.number + line.text)
    if line.style in _ALIGNMENTS:
        paragraph.alignment = _ALIGNMENTS[line.style]
    elif line.style == "body":
        paragraph.paragraph_format.first_line_indent = Pt(32)
    if lists is not None and line.number:
        lists.number(paragraph, line.number)


def _write_table(document: Any, rows: list[list[str]]) -> None:
    if not rows:
        return
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for column in range(len(rows[0])):
        top = 0
        for n, row in enumerate(rows):
            if row[column] == "^":
                table.cell(top, column).merge(table.cell(n, column))
            else:
                top = n
        for n, row in enumerate(rows):
            if row[column] != "^":
                cell = table.cell(n, column)
                cell.text = row[column]
                for paragraph in cell.paragraphs:
                    for run in paragraph.runs:
                        run.font.size = Pt(9)
                    paragraph.paragraph_format.line_spacing = Pt(12)
    document.add_paragraph()  # Word always has a paragraph after a table; without it LibreOffice writes a .doc without the table


class _Lists:
    """Word's lists: one with a level for each kind of number, which begins anew below a higher one, and others where that does not fit."""

    def __init__(self, document: Any) -> None:
        self.numbering = document.part.numbering_part.element
        self.document = document
        self.ids = max((int(n.get(qn("w:numId"))) for n in self.numbering.findall(qn("w:num"))), default=0)
        self.levels: list[tuple[str, str, str]] = []
        self.counters: list[int] = []
        self.main = 0
        self.others: dict[tuple[str, str, str], tuple[int, int]] = {}
        self.recent: dict[tuple[str, str, str], bool] = {}

    def number(self, paragraph: Any, mark: str) -> None:
        """Let Word make `mark` before `paragraph`."""
        kind, value = _kind(mark)
        if kind not in self.levels:
            self.levels.append(kind)
            self.counters.append(0)
            self.main = self.renew()
        level = self.levels.index(kind)
        other = self.others.get(kind)
        fits_other = other is not None and other[1] + 1 == value
        fits_main = self.counters[level] + 1 == value
        if fits_other and (self.recent.get(kind) or not fits_main):
            self.set_other(paragraph, kind, other[0], value)
        elif fits_main:
            self.recent[kind] = False
            self.counters[level] = value
            self.counters[level + 1 :] = [0] * len(self.counters[level + 1 :])
            self.set_main(paragraph, level)
        else:
            self.set_other(paragraph, kind, self.add([kind], value), value)

    def set_other(self, paragraph: Any, kind: tuple[str, str, str], number_id: int, value: int) -> None:
        self.others[kind] = (number_id, value)
        self.recent[kind] = True
        _set_number(paragraph._p.get_or_add_pPr(), number_id, 0)

    def set_main(self, paragraph: Any, level: int) -> None:
        """The highest level hangs on a style, the others on their paragraphs."""
        if level > 0:
            _set_number(paragraph._p.get_or_add_pPr(), self.main, level)
            return
        name = "Part Heading"
        if name not in [style.name for style in self.document.styles]:
            style = self.document.styles.add_style(name, 1)
            style.base_style = self.document.styles["Normal"]
            _set_number(style.element.get_or_add_pPr(), self.main, 0)
        paragraph.style = self.document.styles[name]

    def renew(self) -> int:
        """Make the main list, or give it one level more."""
        if self.main == 0:
            return self.add(self.levels, 1)
        num = next(n for n in self.numbering.findall(qn("w:num")) if n.get(qn("w:numId")) == str(self.main))
        wanted = num.find(qn("w:abstractNumId")).get(qn("w:val"))
        abstract = next(
            a for a in self.numbering.findall(qn("w:abstractNum")) if a.get(qn("w:abstractNumId")) == wanted
        )
        abstract.append(parse_xml(_level(len(self.levels) - 1, self.levels[-1], 1)))
        return self.main

    def add(self, kinds: list[tuple[str, str, str]], start: int) -> int:
        """Add a list and return its id."""
        self.ids += 1
        levels = "".join(_level(n, kind, start) for n, kind in enumerate(kinds))
        abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{900 + self.ids}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        self.numbering.insert(0, parse_xml(abstract))
        self.numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{self.ids}"><w:abstractNumId w:val="{900 + self.ids}"/></w:num>')
        )
        return self.ids


def _level(level: int, kind: tuple[str, str, str], start: int) -> str:
    before, form, after = kind
    return (
        f'<w:lvl {nsdecls("w")} w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:suff w:val="nothing"/>'
        f'<w:lvlText w:val="{before}%{level + 1}{after}"/><w:lvlJc w:val="left"/></w:lvl>'
    )


def _kind(mark: str) -> tuple[tuple[str, str, str], int]:
    numeral = _NUMERAL.search(mark)
    assert numeral, mark
    value = text.number(numeral.group())
    assert value, mark
    form = "decimal" if numeral.group().isascii() else "chineseCounting"
    if text.circled(numeral.group()) is not None:
        form = "decimalEnclosedCircleChinese"
    return (mark[: numeral.start()], form, mark[numeral.end() :]), value


def _set_number(properties: Any, number_id: int, level: int) -> None:
    number = properties.get_or_add_numPr()
    number.get_or_add_ilvl().val = level
    number.get_or_add_numId().val = number_id


def ledger_rows(sample: Sample) -> tuple[list[str], list[list[str]]]:
    """The answer as a table: its head and its rows, one a finding, `^` where a cell is merged with the one above."""
    rows: list[dict[str, str]] = []
    for answer in sample.answers:
        for n, position in enumerate(answer.findings):
            finding = sample.findings[position]
            row = {} if n else _answer_cells(answer)
            area = sample.areas[finding.area] if finding.area is not None else ""
            item = sample.items[finding.item][1] if finding.item is not None else ""
            rows.append(dict.fromkeys(_COLUMNS, "^") | row | {"area": area, "item": item, "finding": finding.text})
    filled = [key for key in _COLUMNS if any(row[key] not in ("", "^") for row in rows)]
    for key in ("area", "item"):
        before = None
        for row in rows:
            before, row[key] = row[key], "^" if row[key] == before else row[key]
    head = ["序号", *(_COLUMNS[key] for key in filled)]
    return head, [[str(n), *(row[key] for key in filled)] for n, row in enumerate(rows, start=1)]


def _answer_cells(answer: Any) -> dict[str, str]:
    cells = {
        key: "、".join(answer.parties.get(key, []))
        for key in _COLUMNS
        if key.endswith(("leaders", "persons", "departments"))
    }
    return {
        **cells,
        "measures": _listed(answer.measures),
        "progress": _listed(answer.progress),
        "objective": answer.objective,
        "time_limit": answer.time_limit,
        "status": answer.status,
    }


def _listed(entries: list[str]) -> str:
    if len(entries) < 2:
        return "".join(entries)
    return "\n".join(f"{n}.{entry}" for n, entry in enumerate(entries, start=1))


def as_table_docx(sample: Sample) -> bytes:
    """The ledger as a table in a Word document."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(297), Mm(210)
    title = document.add_paragraph(_ledger_title(sample))
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head, rows = ledger_rows(sample)
    _write_table(document, [head, *rows])
    return _saved(document)


def as_xlsx(sample: Sample) -> bytes:
    """The ledger as a worksheet, with a title over all columns."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    head, rows = ledger_rows(sample)
    sheet.append([_ledger_title(sample)])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(head))
    sheet.append(head)
    for row in rows:
        sheet.append(["" if cell == "^" else int(cell) if n == 0 else cell for n, cell in enumerate(row)])
    for column in range(len(head)):
        top = 0
        for n in range(1, len(rows) + 1):
            if n == len(rows) or rows[n][column] != "^":
                if n - top > 1:
                    sheet.merge_cells(start_row=top + 3, end_row=n + 2, start_column=column + 1, end_column=column + 1)
                top = n
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _ledger_title(sample: Sample) -> str:
    title = sample.title
    return title if "台账" in title else re.sub(r"的?(方案|通报|报告)$", "", title) + "台账"
