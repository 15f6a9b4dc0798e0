"""OFD: the same pages as a PDF, from a zip of XML that these tests write themselves."""

from __future__ import annotations

import contextlib
import io
import zipfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhenggai.document.blocks import Block, Furniture
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits, Reading, Source
from zhenggai.document.reading import known_formats

if TYPE_CHECKING:
    from collections.abc import Iterable

READER = next(reader for reader in known_formats() if reader.key == "ofd")
SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 5.6
"""16 points, in millimetres."""

BODY = [
    "根据区委第一巡察组的反馈意见，机关党支部召开专题会议逐条研究，结合实际制定本方案，请各科室认真落实。",
    "一、总体要求",
    "坚持问题导向，压实责任。一是领导带头，做到真认账、真反思、真整改、真负责；二是对照问题，逐项列出清单，明确完成时限。",
    "1.公务接待不规范。接待清单要素不全，个别陪餐人数超过规定，涉及金额0.8万元，已责令退回并作出书面检查。",
    "整改措施：",
    "①修订《公务接待管理办法》，严格执行事前审批和接待清单制度，由办公室每季度抽查一次并通报结果。",
]


def text_object(
    x: float, base: float, text: str, *, size: float = SIZE, ctm: str = "", steps: str | None = None
) -> str:
    """A line of text whose characters stand as wide as they are; Latin ones half as wide."""
    widths = [size * (0.5 if c.isascii() else 1) for c in text]
    steps = " ".join(f"{w:g}" for w in widths[:-1]) if steps is None else steps
    matrix = f' CTM="{ctm}"' if ctm else ""
    return (
        f'<ofd:TextObject ID="1" Boundary="{x:g} {base - size:g} {sum(widths):g} {size * 1.4:g}" Font="2" Size="{size:g}"{matrix}>'
        f'<ofd:TextCode X="0" Y="{size:g}" DeltaX="{steps}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def path_object(x: float, y: float, data: str, extra: str = "") -> str:
    return f'<ofd:PathObject ID="1" Boundary="{x:g} {y:g} 200 200" LineWidth="0.3" {extra}><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'


@dataclass
class Book:
    """An OFD file in the making: objects for each page, and for the template that all pages share."""

    pages: list[list[str]] = field(default_factory=lambda: [[]])
    template: list[str] = field(default_factory=list)
    box: str = "0 0 210 297"

    def add(self, *objects: str) -> None:
        self.pages[-1] += objects

    def bytes(self) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(
                "OFD.xml",
                f'<ofd:OFD {SPACE} Version="1.0"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>',
            )
            pages = "".join(
                f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(self.pages))
            )
            template = '<ofd:TemplatePage ID="90" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if self.template else ""
            archive.writestr(
                "Doc_0/Document.xml",
                f"<ofd:Document {SPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>{self.box}</ofd:PhysicalBox></ofd:PageArea>{template}</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages></ofd:Document>",
            )
            for n, objects in enumerate(self.pages):
                uses = '<ofd:Template TemplateID="90" ZOrder="Background"/>' if self.template else ""
                archive.writestr(f"Doc_0/Pages/Page_{n}/Content.xml", self._page(objects, uses))
            if self.template:
                archive.writestr("Doc_0/Tpls/Tpl_0/Content.xml", self._page(self.template, ""))
        return file.getvalue()

    @staticmethod
    def _page(objects: list[str], uses: str) -> str:
        return f'<ofd:Page {SPACE}>{uses}<ofd:Content><ofd:Layer ID="5"><ofd:PageBlock ID="6">{"".join(objects)}</ofd:PageBlock></ofd:Layer></ofd:Content></ofd:Page>'


def set_text(book: Book, paragraphs: Iterable[str], rows: int = 22) -> None:
    """Set paragraphs 28 characters wide with indents, on pages of `rows` lines with their numbers."""
    row = rows
    book.pages.clear()
    for text in paragraphs:
        for number, line in enumerate(broken("　　" + text)):
            if row == rows:
                book.pages.append([])
                book.add(text_object(98, 280, f"— {len(book.pages)} —", size=4))
                row = 0
            indent = 2 * SIZE if number == 0 else 0
            book.add(text_object(28 + indent, 45 + row * 10, line.lstrip("　")))
            row += 1


def broken(text: str) -> list[str]:
    lines, line, width = [], "", 0.0
    for n, character in enumerate(text):
        need = 0.5 if character.isascii() else 1.0
        ahead = 1 if text[n + 1 : n + 2] in "，。、；：》" and n + 1 < len(text) else 0
        if width + need + ahead > 28:
            lines.append(line)
            line, width = "", 0.0
        line += character
        width += need
    return [*lines, line]


def read(data: bytes, limits: Limits | None = None) -> Reading:
    return READER.read(Source("方案.ofd", data), limits or Limits())


def fault(data: bytes, limits: Limits | None = None) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read(data, limits)
    return caught.value


def own(blocks: Iterable[Block]) -> list[str]:
    return [block.text for block in blocks if block.furniture is None]


class TestText:
    @pytest.mark.parametrize("rows", [22, 5, 3])
    def test_lines_and_pages_are_rejoined(self, rows: int) -> None:
        book = Book()
        set_text(book, BODY * 2, rows)
        blocks = read(book.bytes()).blocks
        assert own(blocks) == BODY * 2
        numbers = [block.text for block in blocks if block.furniture is Furniture.PAGE_NUMBER]
        assert numbers == [f"— {n + 1} —" for n in range(len(book.pages))]
        assert blocks[-1].page == len(book.pages)

    def test_steps_may_be_told_in_groups(self) -> None:
        book = Book()
        book.add(text_object(28, 50, "整改方案", steps=f"g 2 {SIZE} {SIZE}"), text_object(28, 70, "共3项"))
        assert own(read(book.bytes()).blocks) == ["整改方案", "共3项"]

    def test_each_character_may_be_an_object_of_its_own_in_any_order(self) -> None:
        book = Book()
        for n in (3, 1, 0, 2):
            book.add(text_object(28 + n * SIZE, 50, "整改方案"[n]))
        assert own(read(book.bytes()).blocks) == ["整改方案"]

    def test_a_matrix_moves_and_scales(self) -> None:
        book = Book()
        book.add(text_object(28, 47.2, "整改", size=2.8, ctm="2 0 0 2 0 0"), text_object(28 + 2 * SIZE, 50, "方案"))
        assert own(read(book.bytes()).blocks) == ["整改方案"]

    def test_text_down_the_page_comes_line_by_line(self) -> None:
        book = Book()
        book.add(
            '<ofd:TextObject ID="1" Boundary="20 20 9 90" Size="5"><ofd:TextCode X="0" Y="5" DeltaY="g 1 9">甲乙</ofd:TextCode></ofd:TextObject>'
        )
        assert own(read(book.bytes()).blocks) == ["甲", "乙"]

    def test_hidden_text_is_left_out(self) -> None:
        book = Book()
        book.add(
            text_object(28, 50, "看得见"),
            text_object(28, 70, "看不见").replace("<ofd:TextObject", '<ofd:TextObject Visible="false"'),
        )
        assert own(read(book.bytes()).blocks) == ["看得见"]

    def test_another_namespace_or_none_is_read_too(self) -> None:
        book = Book()
        book.add(text_object(28, 50, "整改方案"))
        file = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(book.bytes())) as old, zipfile.ZipFile(file, "w") as new:
            for name in old.namelist():
                new.writestr(name, old.read(name).decode().replace(f" {SPACE}", "").replace("ofd:", ""))
        assert own(read(file.getvalue()).blocks) == ["整改方案"]

    def test_what_the_template_holds_is_furniture(self) -> None:
        book = Book()
        set_text(book, BODY, 5)
        book.template = [
            text_object(28, 20, "巡察整改工作材料", size=3.5),
            text_object(60, 200, "内部资料", size=14, ctm="0.7 0.7 -0.7 0.7 0 0"),
        ]
        blocks = read(book.bytes()).blocks
        assert own(blocks) == BODY
        assert [b.text for b in blocks if b.furniture is Furniture.RUNNING_HEAD] == ["巡察整改工作材料"] * len(
            book.pages
        )
        assert [b.text for b in blocks if b.furniture is Furniture.WATERMARK] == ["内部资料"] * len(book.pages)


class TestTables:
    def test_lines_make_cells_and_a_missing_one_merges(self) -> None:
        book = Book()
        book.add(text_object(28, 40, "整改台账"))
        for y in (0, 12, 36):
            book.add(path_object(28, 50, f"M 0 {y} L 150 {y}"))
        book.add(path_object(28, 50, "M 40 24 L 150 24"))
        for x in (0, 40, 150):
            book.add(path_object(28, 50, f"M {x} 0 L {x} 36"))
        for x, base, text in (
            (30, 58, "问题"),
            (70, 58, "措施"),
            (30, 70, "账目不清"),
            (70, 70, "清理账目"),
            (70, 82, "每月公示"),
        ):
            book.add(text_object(x, base, text, size=4))
        blocks = read(book.bytes()).blocks
        found = [(b.cell.row, b.cell.column, b.cell.row_span, b.text) for b in blocks if b.cell]
        assert found == [
            (0, 0, 1, "问题"),
            (0, 1, 1, "措施"),
            (1, 0, 2, "账目不清"),
            (1, 1, 1, "清理账目"),
            (2, 1, 1, "每月公示"),
        ]
        assert blocks[0].text == "整改台账"
        assert blocks[0].cell is None

    def test_frames_drawn_as_closed_paths_are_cells(self) -> None:
        book = Book()
        for x, text in ((28, "问题"), (78, "措施")):
            book.add(path_object(x, 50, "M 0 0 L 50 0 L 50 10 L 0 10 C"), text_object(x + 2, 57, text, size=4))
        assert [(b.cell.column, b.text) for b in read(book.bytes()).blocks if b.cell] == [(0, "问题"), (1, "措施")]

    def test_paths_that_are_not_drawn_make_no_table(self) -> None:
        book = Book()
        for x, text in ((28, "问题"), (78, "措施")):
            book.add(
                path_object(x, 50, "M 0 0 L 50 0 L 50 10 L 0 10 C", 'Stroke="false"'),
                text_object(x + 2, 57, text, size=4),
            )
        assert not [b for b in read(book.bytes()).blocks if b.cell]


class TestFaults:
    def test_pictures_alone_say_so(self) -> None:
        book = Book()
        book.add('<ofd:ImageObject ID="1" Boundary="0 0 210 297" ResourceID="3"/>')
        assert fault(book.bytes()).code == "scan"

    def test_no_page_says_so(self) -> None:
        assert fault(Book(pages=[]).bytes()).code == "broken"

    def test_too_many_pages_or_characters_are_refused(self) -> None:
        book = Book()
        set_text(book, BODY, 3)
        assert fault(book.bytes(), replace(Limits(), pages=2)).code == "too_large"
        assert fault(book.bytes(), replace(Limits(), characters=99)).code == "too_large"

    @pytest.mark.parametrize(
        "odd",
        [
            '<ofd:TextObject Boundary="x" Size="nan"><ofd:TextCode X="1e999" DeltaX="g 99999999999 1">一</ofd:TextCode></ofd:TextObject>',
            '<ofd:TextObject Size="-5" CTM="0 0 0 0 0 0"><ofd:TextCode DeltaX="g">二</ofd:TextCode></ofd:TextObject>',
            '<ofd:TextObject Size="1e5" HScale="-1"><ofd:TextCode DeltaY="a b">三三</ofd:TextCode></ofd:TextObject>',
            '<ofd:PathObject><ofd:AbbreviatedData>M L 1 Q C L 5 5 B 1</ofd:AbbreviatedData></ofd:PathObject>',
        ],
        ids=["infinite", "nothing", "turned", "path"],
    )  # fmt: skip
    def test_odd_numbers_do_no_harm(self, odd: str) -> None:
        book = Book()
        book.add(odd, text_object(28, 50, "整改方案"))
        assert "整改方案" in "".join(own(read(book.bytes()).blocks))

    def test_text_within_text_is_taken_once(self) -> None:
        inner = text_object(20, 40, "整改措施")
        for _ in range(60):
            inner = f'<ofd:TextObject ID="1" Boundary="20 30 90 9" Size="5"><ofd:TextCode X="0" Y="5">{inner}</ofd:TextCode></ofd:TextObject>'
        book = Book()
        book.add(inner)
        assert own(read(book.bytes()).blocks) == ["整改措施"]

    def test_content_decides_what_is_ofd(self) -> None:
        assert READER.recognises(Source("a.zip", Book().bytes()))
        assert not READER.recognises(Source("a.ofd", b"PK\x03\x04"))
        assert not READER.recognises(Source("a.ofd", b"%PDF-1.7"))


def small() -> bytes:
    book = Book()
    set_text(book, BODY[:3], 5)
    book.add(path_object(28, 50, "M 0 0 L 50 0 L 50 10 L 0 10 C"), path_object(28, 60, "M 0 0 L 50 0 L 50 10 L 0 10 C"))
    return book.bytes()


SMALL = small()


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, len(SMALL)),
)
def test_no_damage_does_more_than_a_document_error(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(SMALL)
    for place, value in changes:
        data[place] = value
    for damaged in (bytes(data), bytes(data[:cut])):
        with contextlib.suppress(DocumentError):
            blocks = read(damaged).blocks
            assert [block.number for block in blocks] == list(range(len(blocks)))


@settings(max_examples=80)
@given(
    st.dictionaries(
        st.sampled_from(["Boundary", "CTM", "Size", "HScale", "X", "Y", "DeltaX", "DeltaY"]),
        st.text("0123456789.-eg ", max_size=14),
        max_size=5,
    ),
    st.text("整改1a ", max_size=5),
)
def test_no_attribute_loses_or_doubles_text(attributes: dict[str, str], text: str) -> None:
    outer = " ".join(
        f'{name}="{value}"' for name, value in attributes.items() if name in {"Boundary", "CTM", "Size", "HScale"}
    )
    inner = " ".join(
        f'{name}="{value}"' for name, value in attributes.items() if name in {"X", "Y", "DeltaX", "DeltaY"}
    )
    book = Book()
    book.add(
        f"<ofd:TextObject {outer}><ofd:TextCode {inner}>{text}</ofd:TextCode></ofd:TextObject>",
        text_object(60, 150, "底"),
    )
    found = "".join(block.text for block in read(book.bytes()).blocks)
    assert set("".join(found.split())) == {"底", *"".join(text.split())}
