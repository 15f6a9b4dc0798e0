"""PDF: paragraphs come back whole from lines and pages, tables from their rules; what belongs to the page is named."""

from __future__ import annotations

import contextlib
import importlib
import io
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from zhenggai.document.blocks import Block, Furniture, Part
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits, Reading, Source
from zhenggai.document.reading import known_formats

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
READER = next(reader for reader in known_formats() if reader.key == "pdf")

TITLE = "青桐镇中心学校关于落实巡察反馈意见的整改方案"
BODY = [
    "根据县委第二巡察组的反馈意见，学校党支部召开专题会议逐条研究，结合实际制定本方案，请各部门认真落实。",
    "一、总体要求",
    "坚持问题导向，压实责任。一是领导带头，做到真认账、真反思、真整改、真负责；二是对照问题，逐项列出清单；三是建章立制，巩固成果，防止同类问题再次发生。",
    "（一）关于食堂管理方面",
    "1.原材料验收不严。2023年共抽查35次，其中12次没有双人签字，涉及金额4.6万元，台账登记与实际入库不一致。",
    "整改措施：",
    "①修订《食堂物资验收办法》，实行双人验收、双人签字，每周公示一次采购价格，接受教职工和家长的监督。",
    "②由总务处每月盘点一次库存，盘点表经分管领导审签后存档备查（责任部门：总务处；完成时限：2024年6月底前）。",
]


class Setter:
    """Sets Chinese text on pages as a word processor would: 28 characters a line, no closing mark at the start of one."""

    left, right, size, pitch = 80.0, 528.0, 16.0, 28.0

    def __init__(
        self, rows: int = 22, *, head: str = "", number: str = "— {} —", encrypt: StandardEncryption | None = None
    ):
        self.file = io.BytesIO()
        self.canvas = Canvas(self.file, pagesize=(595, 842), encrypt=encrypt, invariant=1)
        self.rows, self.row, self.page = rows, 0, 1
        self.head, self.number = head, number
        self._furnish()

    def _furnish(self) -> None:
        if self.head:
            self.write(80, 40, self.head, 9)
        if self.number:
            self.write(280, 790, self.number.format(self.page), 12)

    def write(self, x: float, top: float, text: str, size: float = 16) -> None:
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x, 842 - top - size, text)

    def next_page(self) -> None:
        self.canvas.showPage()
        self.page, self.row = self.page + 1, 0
        self._furnish()

    def line(self, x: float, text: str, size: float = 16) -> None:
        if self.row == self.rows:
            self.next_page()
        self.write(x, 100 + self.row * self.pitch, text, size)
        self.row += 1

    def paragraph(self, text: str, *, indent: float = 2) -> None:
        for number, piece in enumerate(broken(text, 28, indent)):
            self.line(self.left + (indent * self.size if number == 0 else 0), piece)

    def centred(self, text: str, size: float, per_line: int) -> None:
        for piece in broken(text, per_line, 0):
            width = pdfmetrics.stringWidth(piece, FONT, size)
            self.line((self.left + self.right - width) / 2, piece, size)

    def bytes(self) -> bytes:
        self.canvas.save()
        return self.file.getvalue()


def broken(text: str, width: float, indent: float) -> list[str]:
    """Break `text` into lines of `width` characters; digits and letters count half and stay together."""
    lines, line, room = [], "", width - indent
    words: list[str] = []
    for character in text:
        glued = words and character.isascii() and character.isalnum() and words[-1][-1:].isascii()
        if words and (glued or character in "，。、；：）》”"):
            words[-1] += character
        else:
            words.append(character)
    for word in words:
        need = sum(0.5 if c.isascii() else 1.0 for c in word)
        if need > room and line:
            lines.append(line)
            line, room = "", width
        line += word
        room -= need
    return [*lines, line]


def read(data: bytes, limits: Limits | None = None) -> Reading:
    """Read in this process, which saves the start of another; `TestProcess` goes the whole way."""
    pages = importlib.import_module(READER.read.__module__.rpartition(".")[0] + ".pages")
    reading: Reading = pages.read_pages(data, limits or Limits())
    return reading


def fault(data: bytes, limits: Limits | None = None) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read(data, limits)
    return caught.value


def own(blocks: Iterable[Block]) -> list[str]:
    return [block.text for block in blocks if block.furniture is None]


def furniture(blocks: Iterable[Block], kind: Furniture) -> list[str]:
    return [block.text for block in blocks if block.furniture is kind]


class TestParagraphs:
    @pytest.mark.parametrize("rows", [22, 7, 5, 3])
    def test_lines_and_pages_are_rejoined(self, rows: int) -> None:
        page = Setter(rows)
        for text in BODY * 2:
            page.paragraph(text)
        assert own(read(page.bytes()).blocks) == BODY * 2

    @pytest.mark.parametrize("rows", [22, 6])
    def test_text_without_indents_is_parted_by_room_and_marks(self, rows: int) -> None:
        page = Setter(rows)
        for text in BODY * 2:
            page.paragraph(text, indent=0)
        assert own(read(page.bytes()).blocks) == BODY * 2

    def test_a_line_that_ends_exactly_at_the_margin_ends_the_paragraph_before_a_mark(self) -> None:
        first = "一是" + "严" * 25 + "。"
        page = Setter()
        for text in (*BODY, first, "二是认真整改。"):
            page.paragraph(text, indent=0)
        assert own(read(page.bytes()).blocks)[-2:] == [first, "二是认真整改。"]

    def test_a_mark_at_the_start_of_a_line_of_indented_text_stays_inside_its_paragraph(self) -> None:
        text = "一是" + "严" * 23 + "。" + "二是认真整改。"
        page = Setter()
        for paragraph in (*BODY, text):
            page.paragraph(paragraph)
        assert own(read(page.bytes()).blocks)[-1] == text

    def test_a_centred_title_of_two_lines_is_one_paragraph(self) -> None:
        page = Setter()
        page.centred(TITLE, 22, 15)
        for text in BODY:
            page.paragraph(text)
        assert own(read(page.bytes()).blocks) == [TITLE, *BODY]

    def test_a_signature_stays_apart(self) -> None:
        page = Setter()
        for text in BODY:
            page.paragraph(text)
        page.line(page.right - 8 * 16, "青桐镇中心学校党")
        page.line(page.left, "附件：整改清单")
        assert own(read(page.bytes()).blocks)[-2:] == ["青桐镇中心学校党", "附件：整改清单"]

    def test_pages_are_told(self) -> None:
        page = Setter(4)
        for text in BODY:
            page.paragraph(text)
        blocks = [block for block in read(page.bytes()).blocks if block.furniture is None]
        assert blocks[0].page == 1
        assert [block.page for block in blocks] == sorted(block.page or 0 for block in blocks)
        assert blocks[-1].page == page.page or blocks[-1].page == page.page - 1

    def test_latin_words_keep_their_blank_over_a_line_break(self) -> None:
        page = Setter()
        page.line(80, "严" * 24 + "Windows")
        page.line(80, "Server" + "严" * 24)
        page.line(80, "严" * 28)
        assert own(read(page.bytes()).blocks)[0].startswith("严" * 24 + "Windows Server严")

    def test_letters_drawn_out_of_order_or_twice_come_once_and_in_order(self) -> None:
        page = Setter(number="")
        page.write(80 + 16, 100, "关于“")
        page.write(80, 100, "（")
        page.write(80 + 16 * 4, 100, "三会")
        page.write(80.4, 100, "（")
        assert own(read(page.bytes()).blocks) == ["（关于“三会"]

    def test_blanks_come_from_gaps_but_not_from_letter_spacing(self) -> None:
        page = Setter(number="")
        for column, character in enumerate("整改方案"):
            page.write(100 + 40 * column, 100, character)
        page.write(80, 200, "姓名")
        page.write(200, 200, "职务")
        assert own(read(page.bytes()).blocks) == ["整改方案", "姓名 职务"]

    def test_footnotes_stand_apart_and_do_not_cut_the_paragraph(self) -> None:
        page = Setter(6)
        note = "①指本年度第一次检查中发现的问题。"
        for text in BODY:
            page.paragraph(text)
            if page.page == 1 and page.row == 6:
                page.write(80, 700, note, 10)
        blocks = read(page.bytes()).blocks
        assert [block.text for block in blocks if block.part is Part.FOOTNOTE] == [note]
        assert [text for text in own(blocks) if text != note] == BODY


class TestFurniture:
    @pytest.mark.parametrize("number", ["— {} —", "{}", "第{}页 共9页", "- {} -", "{}/9"])
    def test_page_numbers_are_named(self, number: str) -> None:
        page = Setter(5, number=number)
        for text in BODY:
            page.paragraph(text)
        blocks = read(page.bytes()).blocks
        assert furniture(blocks, Furniture.PAGE_NUMBER) == [number.format(n + 1) for n in range(page.page)]
        assert own(blocks) == BODY

    def test_a_running_head_is_named_on_every_page(self) -> None:
        page = Setter(5, head="巡察整改工作材料")
        for text in BODY:
            page.paragraph(text)
        blocks = read(page.bytes()).blocks
        assert page.page >= 3
        assert furniture(blocks, Furniture.RUNNING_HEAD) == ["巡察整改工作材料"] * page.page
        assert {b.part for b in blocks if b.furniture is Furniture.RUNNING_HEAD} == {Part.HEADER}
        assert own(blocks) == BODY

    def test_a_heading_that_stands_once_at_the_top_is_no_running_head(self) -> None:
        page = Setter(22, head="附件1")
        page.paragraph(BODY[0])
        assert "附件1" in own(read(page.bytes()).blocks)

    def test_a_number_inside_the_page_is_text(self) -> None:
        page = Setter(number="")
        page.paragraph("办理情况如下：")
        page.paragraph("37")
        page.paragraph("以上共计三十七个问题。")
        assert own(read(page.bytes()).blocks)[1] == "37"

    def test_text_across_the_page_is_a_watermark(self) -> None:
        page = Setter()
        page.paragraph(BODY[0])
        page.canvas.saveState()
        page.canvas.setFont(FONT, 40)
        page.canvas.translate(200, 300)
        page.canvas.rotate(45)
        page.canvas.drawString(0, 0, "内部资料")
        page.canvas.restoreState()
        blocks = read(page.bytes()).blocks
        assert furniture(blocks, Furniture.WATERMARK) == ["内部资料"]
        assert own(blocks) == [BODY[0]]


Row = tuple[str, ...]
HEAD = ("序号", "问题", "措施", "时限")
WIDTHS = (40, 120, 180, 100)


def draw_table(
    page: Setter,
    top: float,
    rows: Sequence[Row],
    height: float = 40,
    *,
    merged: Sequence[tuple[int, int, int, int]] = (),
) -> None:
    """Draw cells with their borders; `merged` holds (row, column, rows, columns), and what it covers is left out."""
    covered = {(r + i, c + j) for r, c, rs, cs in merged for i in range(rs) for j in range(cs)} - {
        (r, c) for r, c, *_ in merged
    }
    spans = {(r, c): (rs, cs) for r, c, rs, cs in merged}
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if (r, c) in covered:
                continue
            row_span, column_span = spans.get((r, c), (1, 1))
            x, y = 80 + sum(WIDTHS[:c]), top + r * height
            width = sum(WIDTHS[c : c + column_span])
            page.canvas.rect(x, 842 - y - height * row_span, width, height * row_span)
            for n, piece in enumerate(text.split("\n")):
                page.write(x + 5, y + 4 + 12 * n, piece, 10)


def cells(blocks: Iterable[Block]) -> list[tuple[int, int, int, int, int, str]]:
    return [
        (b.cell.table, b.cell.row, b.cell.column, b.cell.row_span, b.cell.column_span, b.text) for b in blocks if b.cell
    ]


class TestTables:
    def test_cells_stand_in_their_rows_and_columns_and_nowhere_else(self) -> None:
        page = Setter()
        page.write(80, 100, "整改台账如下：")
        draw_table(page, 150, [HEAD, ("1", "账目不清", "清理账目", "2024年6月底前")])
        page.write(80, 400, "以上情况属实。")
        blocks = read(page.bytes()).blocks
        assert cells(blocks) == [
            *((0, 0, c, 1, 1, text) for c, text in enumerate(HEAD)),
            (0, 1, 0, 1, 1, "1"),
            (0, 1, 1, 1, 1, "账目不清"),
            (0, 1, 2, 1, 1, "清理账目"),
            (0, 1, 3, 1, 1, "2024年6月底前"),
        ]
        assert [b.text for b in blocks if b.cell is None and b.furniture is None] == [
            "整改台账如下：",
            "以上情况属实。",
        ]

    def test_merged_cells_span(self) -> None:
        rows = [("序号", "问题与措施", "", "时限"), ("1", "账目不清", "清理", "立行立改"), ("", "", "公示", "长期坚持")]
        page = Setter()
        draw_table(page, 150, rows, merged=[(0, 1, 1, 2), (1, 0, 2, 1), (1, 1, 2, 1)])
        assert cells(read(page.bytes()).blocks) == [
            (0, 0, 0, 1, 1, "序号"),
            (0, 0, 1, 1, 2, "问题与措施"),
            (0, 0, 3, 1, 1, "时限"),
            (0, 1, 0, 2, 1, "1"),
            (0, 1, 1, 2, 1, "账目不清"),
            (0, 1, 2, 1, 1, "清理"),
            (0, 1, 3, 1, 1, "立行立改"),
            (0, 2, 2, 1, 1, "公示"),
            (0, 2, 3, 1, 1, "长期坚持"),
        ]

    def test_lines_of_a_cell_are_rejoined_and_its_paragraphs_parted(self) -> None:
        text = "1.修订采购验收办法，实行双人验\n收。\n2.每周公示。"
        page = Setter()
        draw_table(page, 150, [HEAD, ("1", "账目不清", text, "立行立改")])
        assert cells(read(page.bytes()).blocks)[6][-1] == "1.修订采购验收办法，实行双人验收。\n2.每周公示。"

    def test_a_table_over_three_pages_is_one_and_its_repeated_header_is_furniture(self) -> None:
        page = Setter()
        for start in (1, 4, 7):
            rows = [(str(n), f"问题{n}", f"措施{n}", "立行立改") for n in range(start, start + 3)]
            draw_table(page, 120, [HEAD, *rows])
            if start < 7:
                page.next_page()
        blocks = read(page.bytes()).blocks
        assert [b.text for b in blocks if b.cell and b.cell.column == 0] == ["序号", *"123456789"]
        assert {b.cell.table for b in blocks if b.cell} == {0}
        assert [b.cell.row for b in blocks if b.cell and b.cell.column == 1] == list(range(10))
        assert furniture(blocks, Furniture.RUNNING_HEAD) == [*HEAD, *HEAD]
        assert next(b.page for b in blocks if b.text == "问题9") == 3

    def test_a_row_that_runs_over_the_page_is_put_together(self) -> None:
        page = Setter()
        draw_table(
            page,
            120,
            [
                HEAD,
                ("1", "账目不清", "修订采购验收办法，严格实行双人验收\n和双人签字，定期公示食堂的采购价格", "立行立改"),
            ],
        )
        page.next_page()
        draw_table(page, 120, [("", "", "信息，接受监督。", ""), ("2", "公车管理不严", "登记", "立行立改")])
        found = cells(read(page.bytes()).blocks)
        assert found[6] == (
            0,
            1,
            2,
            1,
            1,
            "修订采购验收办法，严格实行双人验收和双人签字，定期公示食堂的采购价格信息，接受监督。",
        )
        assert found[8] == (0, 2, 0, 1, 1, "2")

    def test_a_merged_cell_that_runs_over_the_page_goes_on(self) -> None:
        page = Setter()
        draw_table(page, 120, [HEAD, ("1", "账目不清", "清理账目。", "立行立改")])
        page.next_page()
        draw_table(page, 120, [("", "", "公示采购。", "长期坚持"), ("2", "公车管理不严", "登记", "立行立改")])
        found = cells(read(page.bytes()).blocks)
        assert (0, 1, 1, 2, 1, "账目不清") in found
        assert (0, 2, 2, 1, 1, "公示采购。") in found

    def test_another_table_on_the_next_page_stays_another(self) -> None:
        page = Setter()
        draw_table(page, 120, [HEAD, ("1", "账目不清", "清理", "立行立改")])
        page.next_page()
        page.write(80, 100, "附件2")
        draw_table(page, 150, [HEAD, ("1", "公车管理不严", "登记", "立行立改")])
        assert {b.cell.table for b in read(page.bytes()).blocks if b.cell} == {0, 1}

    def test_open_sides_are_closed(self) -> None:
        page = Setter()
        for top in (150, 190, 230):
            page.canvas.line(80, 842 - top, 400, 842 - top)
        page.canvas.line(200, 842 - 150, 200, 842 - 230)
        for n, text in enumerate(("问题", "措施", "账目不清", "清理账目")):
            page.write(90 + 120 * (n % 2), 160 + 40 * (n // 2), text, 10)
        assert [c[1:3] for c in cells(read(page.bytes()).blocks)] == [(0, 0), (0, 1), (1, 0), (1, 1)]

    def test_a_box_around_text_is_no_table(self) -> None:
        page = Setter()
        page.canvas.rect(70, 100, 470, 700)
        for text in BODY:
            page.paragraph(text)
        blocks = read(page.bytes()).blocks
        assert own(blocks) == BODY
        assert not cells(blocks)


class TestFaults:
    def test_a_scan_says_so(self) -> None:
        page = Setter(number="")
        page.canvas.rect(100, 100, 300, 300, fill=1)
        error = fault(page.bytes())
        assert error.code == "scan"
        assert "扫描件" in str(error)

    def test_a_picture_page_among_others_is_noted(self) -> None:
        page = Setter(number="")
        page.paragraph(BODY[0])
        page.next_page()
        page.canvas.rect(100, 100, 300, 300, fill=1)
        assert any("第2页" in note for note in read(page.bytes()).notes)

    def test_a_password_is_asked_for(self) -> None:
        page = Setter(encrypt=StandardEncryption("secret", ownerPassword="owner", strength=128))
        page.paragraph(BODY[0])
        error = fault(page.bytes())
        assert error.code == "encrypted"
        assert "密码" in str(error)

    @pytest.mark.parametrize(
        "data", [b"%PDF-1.4\n", b"%PDF-1.7\n%%EOF", b"%PDF-" + bytes(range(256)) * 40], ids=["head", "end", "noise"]
    )
    def test_a_broken_file_says_so(self, data: bytes) -> None:
        assert fault(data).code in {"broken", "scan"}

    def test_too_many_pages_or_characters_are_refused(self) -> None:
        page = Setter(3)
        for text in BODY:
            page.paragraph(text)
        data = page.bytes()
        assert fault(data, replace(Limits(), pages=2)).code == "too_large"
        assert fault(data, replace(Limits(), characters=100)).code == "too_large"

    def test_a_stream_that_swells_is_refused_before_it_is_held(self) -> None:
        packed = zlib.compress(b" " * 3_000_000, 9)
        head = b"%PDF-1.4\n1 0 obj\n<</Length " + str(len(packed)).encode() + b"/Filter/FlateDecode>>\nstream\n"
        error = fault(head + packed + b"\nendstream\nendobj\n", replace(Limits(), unpacked_size=1_000_000))
        assert error.code == "too_large"

    @pytest.mark.parametrize(("levels", "code"), [(2, None), (9, "too_large")], ids=["a few", "without end"])
    def test_forms_that_draw_forms_without_end_are_refused(self, levels: int, code: str | None) -> None:
        page = Setter(number="")
        page.canvas.beginForm("form0")
        page.write(80, 100, "整改方案")
        page.canvas.endForm()
        for level in range(1, levels):
            page.canvas.beginForm(f"form{level}")
            for _ in range(10):
                page.canvas.doForm(f"form{level - 1}")
            page.canvas.endForm()
        page.canvas.doForm(f"form{levels - 1}")
        data = page.bytes()
        if code:
            assert fault(data).code == code
        else:
            assert own(read(data).blocks) == ["整改方案"]

    def test_content_decides_what_is_a_pdf(self) -> None:
        assert READER.recognises(Source("a.txt", b"%PDF-1.7"))
        assert not READER.recognises(Source("a.pdf", b"PK\x03\x04"))


class TestProcess:
    """The reader as it is used: in a process of its own."""

    def test_blocks_come_over_whole(self) -> None:
        page = Setter(5, head="巡察整改工作材料")
        for text in BODY:
            page.paragraph(text)
        draw_table(page, 560, [HEAD, ("1", "账目不清", "清理", "立行立改")], merged=[(0, 1, 1, 2)])
        data = page.bytes()
        assert READER.read(Source("a.pdf", data), Limits()) == read(data)

    def test_faults_come_over_whole(self) -> None:
        for data, limits in ((b"%PDF-1.4", Limits()), (SMALL, replace(Limits(), pages=1))):
            with pytest.raises(DocumentError) as caught:
                READER.read(Source("a.pdf", data), limits)
            here = fault(data, limits)
            assert (caught.value.code, str(caught.value)) == (here.code, str(here))

    def test_widths_of_a_billion_characters_end_the_process_alone(self) -> None:
        page = Setter(number="")
        page.paragraph(BODY[0])
        data = page.bytes()
        assert b"/W [" in data
        spoilt = data.replace(b"/W [", b"/W [1 999999999 500 ", 1)
        with pytest.raises(DocumentError) as caught:
            READER.read(Source("a.pdf", spoilt), replace(Limits(), converter_seconds=3))
        assert caught.value.code in {"broken", "timeout"}


def small() -> bytes:
    page = Setter(5)
    for text in BODY[:3]:
        page.paragraph(text)
    draw_table(page, 500, [HEAD, ("1", "账目不清", "清理", "立行立改")])
    return page.bytes()


SMALL = small()


@pytest.mark.slow
@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=12),
    st.integers(0, len(SMALL)),
)
def test_no_damage_does_more_than_a_document_error(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(SMALL)
    for place, value in changes:
        data[place] = value
    for damaged in (bytes(data), bytes(data[:cut])):
        with contextlib.suppress(DocumentError):
            blocks = READER.read(Source("a.pdf", damaged), replace(Limits(), converter_seconds=20)).blocks
            assert [block.number for block in blocks] == list(range(len(blocks)))
