"""A long plan as Word and as the PDF that a word processor makes of it: the same paragraphs and the same tables."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import docx
import pytest
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from zhenggai.document.reading import read_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from docx.document import Document as WordDocument
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

WORDS = [
    "理论学习",
    "制度执行",
    "不够严格",
    "“三会一课”记录",
    "采购程序",
    "物资台账",
    "师德师风",
    "经费支出",
    "审批手续",
    "不规范",
    "教职工",
    "2031年",
    "12次",
    "进一步",
    "完善机制",
    "按照《财务管理办法》",
    "逐项对照",
    "长效管理",
    "加强监督",
    "落实责任",
    "第3季度",
    "办公室牵头",
    "各科室配合",
    "35.6万元",
    "合同签订",
    "Excel",
    "公开公示",
    "（试行）",
    "落到实处",
]
VARIANTS = {
    "official": {},
    "ragged": {"justified": False},
    "spaced letters": {"letter_spacing": 40},
    "small type": {"size": 12, "line": 20},
    "no indents but air": {"indented": False, "air": 8},
}


class Writer:
    """Writes a plan of sections, findings, measures and ledgers into a Word document."""

    def __init__(
        self,
        *,
        indented: bool = True,
        justified: bool = True,
        size: int = 16,
        line: float = 28.95,
        air: int = 0,
        letter_spacing: int = 0,
    ):
        self.random = random.Random(7)  # noqa: S311 a fixed text, not a secret
        self.indented, self.justified, self.size, self.letter_spacing = indented, justified, size, letter_spacing
        self.document: WordDocument = docx.Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
            Mm(37),
            Mm(35),
            Mm(28),
            Mm(26),
        )
        style = self.document.styles["Normal"]
        style.font.size, style.font.name = Pt(size), "Noto Serif CJK SC"
        style.element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Serif CJK SC")
        style.paragraph_format.space_after = Pt(air)
        style.paragraph_format.line_spacing_rule, style.paragraph_format.line_spacing = (
            WD_LINE_SPACING.EXACTLY,
            Pt(line),
        )
        section.header.paragraphs[0].add_run("青桐镇中心学校巡察整改").font.size = Pt(9)
        self._number(section.footer.paragraphs[0])

    @staticmethod
    def _number(paragraph: Paragraph) -> None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run("— ")
        for kind in ("begin", "PAGE", "end"):
            element = OxmlElement("w:instrText" if kind == "PAGE" else "w:fldChar")
            if kind == "PAGE":
                element.text = kind
            else:
                element.set(qn("w:fldCharType"), kind)
            paragraph.add_run()._r.append(element)
        paragraph.add_run(" —")

    def words(self, length: int) -> str:
        text = ""
        while len(text) < length:
            text += self.random.choice(WORDS) + ("，" if self.random.random() < 0.3 else "")
        return text.strip("，")

    def sentence(self, least: int, most: int) -> str:
        return self.words(self.random.randint(least, most)) + self.random.choice("。。；")

    def paragraph(
        self, text: str, *, align: WD_ALIGN_PARAGRAPH | None = None, size: int = 0, flush: bool = False
    ) -> None:
        paragraph = self.document.add_paragraph()
        run = paragraph.add_run(text)
        if self.letter_spacing:
            spacing = OxmlElement("w:spacing")
            spacing.set(qn("w:val"), str(self.letter_spacing))
            run._r.get_or_add_rPr().append(spacing)
        if size:
            run.font.size = Pt(size)
            paragraph.paragraph_format.line_spacing = Pt(36)
        paragraph.alignment = align if align is not None else WD_ALIGN_PARAGRAPH.JUSTIFY if self.justified else None
        if self.indented and align is None and not flush:
            paragraph.paragraph_format.first_line_indent = Pt(2 * self.size)

    def ledger(self, rows: int) -> None:
        table = self.document.add_table(1, 5, style="Table Grid")
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell, text in zip(
            table.rows[0].cells, ("序号", "反馈问题", "整改措施", "责任部门", "整改时限"), strict=True
        ):
            self._fill(cell, [text])
        for number in range(1, rows + 1):
            measures = [f"{n + 1}.{self.sentence(10, 50)}" for n in range(self.random.randint(1, 4))]
            limit = self.random.choice(("2031年6月底前", "立行立改", "2031年3月31日前，并长期坚持"))
            for cell, texts in zip(
                table.add_row().cells,
                ([str(number)], [self.sentence(15, 50)], measures, ["总务处"], [limit]),
                strict=True,
            ):
                self._fill(cell, texts)
        for row in table.rows:
            for cell, width in zip(row.cells, (12, 42, 62, 22, 22), strict=True):
                cell.width = Mm(width)

    @staticmethod
    def _fill(cell: _Cell, texts: list[str]) -> None:
        cell.text = texts[0]
        for text in texts[1:]:
            cell.add_paragraph(text)
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
            for run in paragraph.runs:
                run.font.size = Pt(10.5)

    def plan(self) -> None:
        self.paragraph(
            "青桐镇中心学校党支部关于落实县委第二巡察组巡察反馈意见的整改方案", align=WD_ALIGN_PARAGRAPH.CENTER, size=22
        )
        self.paragraph("（2031年3月5日党支部会议通过）", align=WD_ALIGN_PARAGRAPH.CENTER)
        self.paragraph("县委第二巡察组：", flush=True)
        for part, title in zip("一二", ("总体要求", "整改任务"), strict=True):
            self.paragraph(f"{part}、{title}")
            for section in "一二三四":
                self.paragraph(f"（{section}）关于“{self.words(8)}”方面")
                self.paragraph(f"1.{self.sentence(15, 40)}")
                self.paragraph("一是" + self.sentence(20, 120))
                self.paragraph("二是" + self.sentence(20, 120) + "三是" + self.sentence(40, 60))
                self.paragraph("整改措施：")
                self.paragraph("①" + self.sentence(30, 160))
                self.paragraph(
                    "②" + self.words(60) + "。（牵头领导：李某某；责任部门：办公室；完成时限：2031年6月底前。）"
                )
        self.ledger(12)
        self.paragraph("青桐镇中心学校党支部", align=WD_ALIGN_PARAGRAPH.RIGHT)
        self.paragraph("2031年3月5日", align=WD_ALIGN_PARAGRAPH.RIGHT)
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
        self.paragraph("附件1", flush=True)
        self.paragraph("巡察反馈问题整改清单", align=WD_ALIGN_PARAGRAPH.CENTER, size=22)
        self.ledger(14)
        self.paragraph("注：" + self.sentence(120, 130))


@pytest.mark.tool("soffice", "fonts")
@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_pdf_of_a_plan_reads_as_the_plan(
    variant: str, tmp_path: Path, convert: Callable[[Path, str], Path]
) -> None:
    writer = Writer(**VARIANTS[variant])  # type: ignore[arg-type]
    writer.plan()
    path = tmp_path / "plan.docx"
    writer.document.save(str(path))
    word, pdf = read_document(path), read_document(convert(path, "pdf"))
    assert max(block.page or 0 for block in pdf.blocks) >= 12
    expected = [
        ("".join(b.text.split()), b.cell)
        for b in word.blocks
        if b.furniture is None and b.text.strip() and b.part == "body"
    ]
    found = [("".join(b.text.split()), b.cell) for b in pdf.blocks if b.furniture is None]
    assert found == expected
