"""docx: what a reader of the page sees, where it stands, and what is said of the rest."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.document.word import STRICT, packed, paragraph, read, run, texts, word

from zhenggai.document.blocks import Cell, Furniture, Part
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits
from zhenggai.document.reading import read_bytes

if TYPE_CHECKING:
    from zhenggai.document.reader import Reading


def fault(data: bytes, limits: Limits | None = None) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read(data, limits)
    return caught.value


def cell(*paragraphs: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(paragraphs) or '<w:p/>'}</w:tc>"


def table(*rows: list[str]) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def placed(reading: Reading) -> dict[str, tuple[int, int, int, int, int]]:
    return {
        block.text: (c.table, c.row, c.column, c.row_span, c.column_span)
        for block in reading.blocks
        if (c := block.cell)
    }


INLINE = {
    "runs": (run("整改") + run("措施", "<w:b/>"), "整改措施"),
    "tab": ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r>", "甲\t乙"),
    "line break": ("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:cr/><w:t>丙</w:t></w:r>", "甲\n乙\n丙"),
    "page and column break": (
        '<w:r><w:t>甲</w:t><w:br w:type="page"/><w:t>乙</w:t><w:br w:type="column"/></w:r>',
        "甲乙",
    ),
    "hyphens": ("<w:r><w:t>A</w:t><w:noBreakHyphen/><w:t>B</w:t><w:softHyphen/><w:t>C</w:t></w:r>", "A-BC"),
    "symbol": ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>是</w:t></w:r>', "☑是"),
    "symbol of an unknown font": ('<w:r><w:sym w:font="Nothing" w:char="F0FE"/></w:r>', "□"),
    "symbol without sense": ('<w:r><w:t>甲</w:t><w:sym w:font="Symbol" w:char="qqqq"/></w:r>', "甲"),
    "link": ("<w:hyperlink>" + run("链接") + "</w:hyperlink>", "链接"),
    "link with a tooltip": ('<w:hyperlink w:tooltip="提示">' + run("链接") + "</w:hyperlink>", "链接"),
    "content control": (
        "<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>" + run("控件") + "</w:sdtContent></w:sdt>",
        "控件",
    ),
    "smart tag": ("<w:smartTag>" + run("标签") + "</w:smartTag>", "标签"),
    "custom XML": ("<w:customXml>" + run("数据") + "</w:customXml>", "数据"),
    "simple field": ('<w:fldSimple w:instr="PAGE">' + run("3") + "</w:fldSimple>", "3"),
    "field": (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE</w:instrText></w:r><w:r><w:fldChar '
        'w:fldCharType="separate"/></w:r>' + run("今天") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>' + run("后"),
        "今天后",
    ),
    "field in the code of a field": (
        (
            '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>IF </w:instrText><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE'
            '</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>隐</w:t><w:fldChar w:fldCharType="end"/><w:fldChar '
            'w:fldCharType="separate"/><w:t>显</w:t><w:fldChar w:fldCharType="end"/></w:r>'
        ),
        "显",
    ),
    "field that never ends": ('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("藏") + run("甲"), ""),
    "inserted": ("<w:ins>" + run("新增") + "</w:ins>" + run("原有"), "新增原有"),
    "deleted": ("<w:del><w:r><w:delText>删去</w:delText></w:r></w:del>" + run("保留"), "保留"),
    "moved here": ("<w:moveTo>" + run("移来") + "</w:moveTo>", "移来"),
    "moved away": ("<w:moveFrom>" + run("移走") + "</w:moveFrom>" + run("在"), "在"),
    "deleted inside inserted": ("<w:ins>" + run("甲") + "<w:del>" + run("乙") + "</w:del></w:ins>", "甲"),
    "hidden": (run("藏", "<w:vanish/>") + run("显"), "显"),
    "not hidden after all": (run("显", '<w:vanish w:val="0"/>') + run("明", '<w:vanish w:val="false"/>'), "显明"),
    "ruby": (
        "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>pin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>拼</w:t></w:r></w:rubyBase></w:ruby></w:r>",
        "拼",
    ),
    "formula": ("<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>", "x=1"),
    "alternative": (
        (
            '<w:r><mc:AlternateContent><mc:Choice Requires="w14"><w:t>新</w:t></mc:Choice><mc:Fallback><w:t>旧</w:t></mc:Fallback>'
            "</mc:AlternateContent></w:r>"
        ),
        "新",
    ),
    "proof marks and bookmarks": (
        '<w:bookmarkStart w:id="1" w:name="甲"/><w:proofErr w:type="spellStart"/>' + run("文"),
        "文",
    ),
    "comment reference": (run("文") + '<w:commentRangeStart w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>', "文"),
    "footnote reference": (run("文") + '<w:r><w:footnoteReference w:id="2"/></w:r>', "文"),
}


@pytest.mark.parametrize(("content", "shown"), INLINE.values(), ids=INLINE)
def test_a_paragraph_is_what_a_reader_sees(content: str, shown: str) -> None:
    assert texts(f"<w:p>{content}</w:p>" + paragraph("末段")) == [*([shown] if shown else []), "末段"]


def test_a_field_may_run_over_paragraphs() -> None:
    body = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + run("第一章")
        + "</w:p>"
        + paragraph("第二章")
        + '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        + paragraph("正文")
    )
    assert texts(body) == ["第一章", "第二章", "正文"]


@pytest.mark.parametrize(
    ("style", "direct", "shown"),
    [
        ("<w:vanish/>", "", False),
        ("<w:vanish/>", '<w:vanish w:val="0"/>', True),
        ("", "<w:vanish/>", False),
        ('<w:vanish w:val="0"/>', "", True),
    ],
)
def test_styles_may_hide_text(style: str, direct: str, shown: bool) -> None:
    styles = f'<w:style w:type="paragraph" w:styleId="S"><w:rPr>{style}</w:rPr></w:style>'
    reading = read(
        word(f'<w:p><w:pPr><w:pStyle w:val="S"/></w:pPr>{run("藏", direct)}</w:p>' + paragraph("末段"), styles=styles)
    )
    assert [block.text for block in reading.blocks] == [*(["藏"] if shown else []), "末段"]
    assert ("隐藏文字" in "".join(reading.notes)) is not shown


def test_a_character_style_may_hide_text() -> None:
    styles = (
        '<w:style w:type="character" w:styleId="A"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
    )
    assert texts(paragraph(run("藏", '<w:rStyle w:val="B"/>'), run("显")), styles=styles) == ["显"]


class TestHiddenMarks:
    """A paragraph whose mark is hidden runs into the next: Word's style separator, and text hidden with its mark."""

    NUMBERING = (
        '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        '<w:lvlText w:val="%1、"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    MARK = "<w:rPr><w:vanish/><w:specVanish/></w:rPr>"
    STYLES = (
        '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Hidden"><w:rPr><w:vanish/></w:rPr></w:style>'
    )

    def test_a_heading_runs_into_its_text(self) -> None:
        body = paragraph("整改措施。", style="H", number=(1, 0), more=self.MARK) + paragraph("修订制度。")
        (block,) = read(word(body, styles=self.STYLES, numbering=self.NUMBERING)).blocks
        assert (block.text, block.generated, block.heading) == ("一、整改措施。修订制度。", 2, 2)

    def test_a_hidden_paragraph_is_neither_shown_nor_counted_nor_a_heading(self) -> None:
        hidden = paragraph(run("藏", "<w:vanish/>"), style="H", number=(1, 0), more=self.MARK)
        reading = read(word(hidden + paragraph("文", number=(1, 0)), styles=self.STYLES, numbering=self.NUMBERING))
        assert [(block.text, block.heading) for block in reading.blocks] == [("一、文", None)]

    def test_a_paragraph_hidden_by_its_style_is_not_counted(self) -> None:
        body = paragraph("藏", style="Hidden", number=(1, 0)) + paragraph("文", number=(1, 0))
        assert texts(body, styles=self.STYLES, numbering=self.NUMBERING) == ["一、文"]

    def test_the_last_paragraph_has_none_to_run_into(self) -> None:
        assert texts(paragraph("甲", more=self.MARK)) == ["甲"]

    def test_in_a_cell(self) -> None:
        assert texts(table([cell(paragraph("甲", more=self.MARK), paragraph("乙"), paragraph("丙"))])) == ["甲乙\n丙"]


@pytest.mark.parametrize(
    ("name", "outline", "direct", "heading"),
    [
        ("heading 1", "", "", 1),
        ("Heading 3", "", "", 3),
        ("标题 2", "", "", 2),
        ("甲", '<w:outlineLvl w:val="0"/>', "", 1),
        ("甲", '<w:outlineLvl w:val="9"/>', "", None),
        ("heading 1", "", '<w:outlineLvl w:val="4"/>', 5),
        ("heading 1", "", '<w:outlineLvl w:val="9"/>', None),
        ("heading line", "", "", None),
        ("Normal", "", "", None),
    ],
)
def test_headings_come_from_styles_and_outline_levels(
    name: str, outline: str, direct: str, heading: int | None
) -> None:
    styles = f'<w:style w:type="paragraph" w:styleId="S"><w:name w:val="{name}"/><w:pPr>{outline}</w:pPr></w:style>'
    styles += '<w:style w:type="paragraph" w:styleId="Child"><w:basedOn w:val="S"/></w:style>'
    for style in ("S", "Child"):
        blocks = read(word(paragraph("标题", style=style, more=direct), styles=styles)).blocks
        assert [block.heading for block in blocks] == [heading]


def test_the_default_style_holds_where_none_is_named() -> None:
    styles = (
        '<w:style w:type="character" w:default="1" w:styleId="C"/><w:style w:type="paragraph" w:default="1" w:styleId="N">'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    assert texts(paragraph("甲") + paragraph("乙"), styles=styles, numbering=numbering) == ["1.甲", "2.乙"]


class TestChanges:
    def test_changes_are_noted_once(self) -> None:
        reading = read(word(paragraph(f"<w:ins>{run('新')}</w:ins>") * 3))
        assert [note for note in reading.notes if "修订" in note] == ["文件带有修订痕迹，已按全部接受修订读取。"]

    def test_a_document_without_any_has_no_notes(self) -> None:
        assert read(word(paragraph("甲"))).notes == ()

    def test_a_deleted_paragraph_mark_joins_two_paragraphs(self) -> None:
        gone = "<w:rPr><w:del/></w:rPr>"
        assert texts(paragraph("整改", more=gone) + paragraph("措施") + paragraph("末段")) == ["整改措施", "末段"]

    def test_a_deleted_paragraph_is_not_counted(self) -> None:
        numbering = (
            '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        )
        deleted = paragraph(
            "<w:del><w:r><w:delText>删</w:delText></w:r></w:del>", number=(1, 0), more="<w:rPr><w:del/></w:rPr>"
        )
        body = paragraph("甲", number=(1, 0)) + deleted + paragraph("乙", number=(1, 0))
        assert texts(body, numbering=numbering) == ["1.甲", "2.乙"]

    def test_deleted_and_inserted_rows(self) -> None:
        body = (
            "<w:tbl><w:tr>"
            + cell(paragraph("甲"))
            + "</w:tr><w:tr><w:trPr><w:del/></w:trPr>"
            + cell(paragraph("删"))
            + "</w:tr>"
            "<w:tr><w:trPr><w:ins/></w:trPr>" + cell(paragraph("乙")) + "</w:tr></w:tbl>"
        )
        assert placed(read(word(body))) == {"甲": (0, 0, 0, 1, 1), "乙": (0, 1, 0, 1, 1)}

    def test_paragraphs_inside_an_insertion(self) -> None:
        assert texts(
            "<w:ins>" + paragraph("甲") + "</w:ins><w:del>" + paragraph("乙") + "</w:del>" + paragraph("丙")
        ) == ["甲", "丙"]


class TestTables:
    def test_cells_have_places(self) -> None:
        body = paragraph("前") + table(
            [cell(paragraph("甲")), cell(paragraph("乙"))], [cell(paragraph("丙")), cell(paragraph("丁"))]
        )
        reading = read(word(body + paragraph("后")))
        assert [block.text for block in reading.blocks] == ["前", "甲", "乙", "丙", "丁", "后"]
        assert placed(reading) == {
            "甲": (0, 0, 0, 1, 1),
            "乙": (0, 0, 1, 1, 1),
            "丙": (0, 1, 0, 1, 1),
            "丁": (0, 1, 1, 1, 1),
        }

    def test_paragraphs_of_a_cell_are_divided_by_line_breaks(self) -> None:
        reading = read(word(table([cell(paragraph("一是甲。"), "<w:p/>", paragraph("二是乙。"))])))
        assert [block.text for block in reading.blocks] == ["一是甲。\n二是乙。"]

    def test_empty_cells_leave_their_columns(self) -> None:
        assert placed(read(word(table([cell(), cell(), cell(paragraph("丙"))])))) == {"丙": (0, 0, 2, 1, 1)}

    def test_cells_merged_across(self) -> None:
        wide = '<w:gridSpan w:val="3"/>'
        body = table(
            [cell(paragraph("宽"), properties=wide), cell(paragraph("末"))],
            [cell(), cell(), cell(), cell(paragraph("下"))],
        )
        assert placed(read(word(body))) == {"宽": (0, 0, 0, 1, 3), "末": (0, 0, 3, 1, 1), "下": (0, 1, 3, 1, 1)}

    def test_cells_merged_across_in_the_old_way(self) -> None:
        row = [
            cell(paragraph("宽"), properties='<w:hMerge w:val="restart"/>'),
            cell(properties="<w:hMerge/>"),
            cell(paragraph("末")),
        ]
        assert placed(read(word(table(row)))) == {"宽": (0, 0, 0, 1, 2), "末": (0, 0, 2, 1, 1)}

    def test_cells_merged_down(self) -> None:
        begin, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
        body = table(
            [cell(paragraph("甲"), properties=begin), cell(paragraph("1"))],
            [cell(properties=goes_on), cell(paragraph("2"))],
            [cell(properties=goes_on), cell(paragraph("3"))],
            [cell(paragraph("乙"), properties=begin), cell(paragraph("4"))],
            [cell(properties=goes_on), cell(paragraph("5"))],
        )
        found = placed(read(word(body)))
        assert found["甲"] == (0, 0, 0, 3, 1)
        assert found["乙"] == (0, 3, 0, 2, 1)
        assert [found[n][1:3] for n in "12345"] == [(0, 1), (1, 1), (2, 1), (3, 1), (4, 1)]

    def test_cells_merged_both_ways(self) -> None:
        both = '<w:gridSpan w:val="2"/><w:vMerge w:val="{}"/>'
        body = table(
            [cell(paragraph("大"), properties=both.format("restart")), cell(paragraph("右"))],
            [cell(properties=both.format("continue")), cell(paragraph("下"))],
        )
        assert placed(read(word(body))) == {"大": (0, 0, 0, 2, 2), "右": (0, 0, 2, 1, 1), "下": (0, 1, 2, 1, 1)}

    def test_text_under_a_merged_cell_is_named(self) -> None:
        body = table(
            [cell(paragraph("上"), properties='<w:vMerge w:val="restart"/>')],
            [cell(paragraph("压"), properties="<w:vMerge/>")],
        )
        reading = read(word(body))
        assert placed(reading) == {"上": (0, 0, 0, 2, 1)}
        assert any("合并单元格" in note for note in reading.notes)

    def test_a_cell_that_continues_nothing_is_a_cell(self) -> None:
        assert placed(read(word(table([cell(paragraph("甲"), properties="<w:vMerge/>")])))) == {"甲": (0, 0, 0, 1, 1)}

    def test_rows_that_begin_further_right(self) -> None:
        body = "<w:tbl><w:tr><w:trPr><w:gridBefore w:val='2'/></w:trPr>" + cell(paragraph("甲")) + "</w:tr></w:tbl>"
        assert placed(read(word(body))) == {"甲": (0, 0, 2, 1, 1)}

    def test_hidden_rows_are_not_read(self) -> None:
        body = (
            "<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr>"
            + cell(paragraph("藏"))
            + "</w:tr><w:tr>"
            + cell(paragraph("显"))
            + "</w:tr></w:tbl>"
        )
        reading = read(word(body))
        assert [block.text for block in reading.blocks] == ["显"]
        assert any("隐藏" in note for note in reading.notes)

    def test_a_table_in_a_cell_has_its_own_number_and_comes_after_the_cell(self) -> None:
        inner = table([cell(paragraph("内"))])
        body = table([cell(paragraph("外"), inner, "<w:p/>"), cell(paragraph("右"))]) + table([cell(paragraph("次"))])
        reading = read(word(body))
        assert [block.text for block in reading.blocks] == ["外", "内", "右", "次"]
        assert placed(reading) == {
            "外": (0, 0, 0, 1, 1),
            "内": (1, 0, 0, 1, 1),
            "右": (0, 0, 1, 1, 1),
            "次": (2, 0, 0, 1, 1),
        }

    @pytest.mark.parametrize("wrapper", ["w:sdt><w:sdtContent", "w:customXml", "w:ins"])
    def test_rows_and_cells_in_wrappers(self, wrapper: str) -> None:
        closing = "".join(f"</{name}>" for name in reversed(wrapper.split("><")))
        row = f"<w:tr><{wrapper}>{cell(paragraph('甲'))}{closing}{cell(paragraph('乙'))}</w:tr>"
        assert placed(read(word(f"<w:tbl><{wrapper}>{row}{closing}</w:tbl>"))) == {
            "甲": (0, 0, 0, 1, 1),
            "乙": (0, 0, 1, 1, 1),
        }

    def test_a_table_of_python_docx(self) -> None:
        document = docx.Document()
        grid = document.add_table(3, 3)
        for row in range(3):
            for column in range(3):
                grid.cell(row, column).text = f"{row}{column}"
        grid.cell(0, 0).merge(grid.cell(1, 1)).text = "大"
        file = io.BytesIO()
        document.save(file)
        found = placed(read(file.getvalue()))
        assert found == {
            "大": (0, 0, 0, 2, 2),
            "02": (0, 0, 2, 1, 1),
            "12": (0, 1, 2, 1, 1),
            "20": (0, 2, 0, 1, 1),
            "21": (0, 2, 1, 1, 1),
            "22": (0, 2, 2, 1, 1),
        }


def boxed(inner: str) -> str:
    """A text box as Word writes it: for new and for old programs."""
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx></w:drawing>'
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


class TestTextBoxes:
    def test_text_comes_once_and_apart(self) -> None:
        reading = read(word(paragraph(run("前"), boxed(paragraph("框内甲") + paragraph("框内乙")), run("后"))))
        assert [(block.text, block.part) for block in reading.blocks] == [
            ("前后", Part.BODY),
            ("框内甲", Part.TEXT_BOX),
            ("框内乙", Part.TEXT_BOX),
        ]

    def test_the_old_kind_alone(self) -> None:
        old = f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{paragraph('旧框')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        assert texts(paragraph(run("前"), old)) == ["前", "旧框"]

    def test_a_box_in_a_cell_and_a_table_in_a_box(self) -> None:
        body = table([cell(paragraph(run("格"), boxed(table([cell(paragraph("框中表"))])))), cell(paragraph("右"))])
        reading = read(word(body))
        assert [block.text for block in reading.blocks] == ["格", "框中表", "右"]
        assert reading.blocks[1].part is Part.TEXT_BOX
        assert reading.blocks[1].cell == Cell(1, 0, 0)

    def test_a_box_in_a_box(self) -> None:
        assert texts(paragraph(run("前"), boxed(paragraph(run("外"), boxed(paragraph("内")))))) == ["前", "外", "内"]

    def test_a_watermark_is_furniture(self) -> None:
        mark = '<w:p><w:r><w:pict><v:shape><v:textpath string="内部资料"/></v:shape></w:pict></w:r></w:p>'
        blocks = read(word(paragraph("文"), header=mark)).blocks
        assert [(block.text, block.furniture, block.part) for block in blocks][1:] == [
            ("内部资料", Furniture.WATERMARK, Part.HEADER)
        ]


class TestOtherParts:
    def test_notes_headers_and_footers_come_after_the_text_and_apart(self) -> None:
        note = (
            '<w:footnote w:type="separator" w:id="0">'
            + paragraph("线")
            + '</w:footnote><w:footnote w:id="2">'
            + paragraph("脚注")
            + "</w:footnote>"
        )
        end = '<w:endnote w:id="2">' + paragraph("尾注") + "</w:endnote>"
        data = word(
            paragraph("文"),
            footnotes=note,
            endnotes=end,
            header1=paragraph("页眉"),
            header2=paragraph("页眉"),
            footer=paragraph("页脚"),
        )
        assert [(block.text, block.part) for block in read(data).blocks] == [
            ("文", Part.BODY),
            ("脚注", Part.FOOTNOTE),
            ("尾注", Part.FOOTNOTE),
            ("页眉", Part.HEADER),
            ("页脚", Part.FOOTER),
        ]

    def test_headers_and_footers_are_furniture_and_notes_are_not(self) -> None:
        field = f'<w:fldSimple w:instr="PAGE">{run("3")}</w:fldSimple>'
        data = word(
            paragraph("一、文"),
            footnotes='<w:footnote w:id="2">' + paragraph("指2024年。") + "</w:footnote>",
            header=paragraph("青桐市某中学") + table([cell(paragraph("整改方案"))]),
            footer1=f"<w:p>{field}</w:p>",
            footer2=f"<w:p>{run('第')}{field}{run('页')}</w:p>",
        )
        assert {block.text: block.furniture for block in read_bytes(data, "方案.docx").blocks} == {
            "一、文": None,
            "指2024年。": None,
            "青桐市某中学": Furniture.RUNNING_HEAD,
            "整改方案": Furniture.RUNNING_HEAD,
            "3": Furniture.PAGE_NUMBER,
            "第3页": Furniture.PAGE_NUMBER,
        }

    def test_blocks_are_numbered_throughout(self) -> None:
        data = word(paragraph("文"), header1=paragraph("页眉"), header2=paragraph("页眉"), footer=paragraph("页脚"))
        assert [block.number for block in read(data).blocks] == [0, 1, 2]

    def test_comments_are_counted_and_not_read(self) -> None:
        reading = read(word(paragraph("文"), comments="<w:comment>" + paragraph("批注") + "</w:comment>"))
        assert [block.text for block in reading.blocks] == ["文"]
        assert reading.notes == ("文件中有批注1条，没有读取。",)

    def test_an_embedded_file_is_named(self) -> None:
        reading = read(word(paragraph("文") + '<w:altChunk r:id="r9"/>'))
        assert [block.text for block in reading.blocks] == ["文"]
        assert any("嵌入" in note for note in reading.notes)

    def test_words_of_a_diagram_come_after_the_text(self) -> None:
        points = "".join(
            f"<dgm:pt><dgm:t><a:p><a:r><a:t>{words}</a:t></a:r></a:p></dgm:t></dgm:pt>"
            for words in ("组长", "", "副组长")
        )
        spaces = 'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        reading = read(
            word("<w:p><w:r><w:drawing/></w:r></w:p>" + paragraph("文"), diagramData1=f"<x {spaces}>{points}</x>")
        )
        assert [(b.text, b.part) for b in reading.blocks] == [
            ("文", Part.BODY),
            ("组长", Part.TEXT_BOX),
            ("副组长", Part.TEXT_BOX),
        ]
        assert reading.notes == ("图示（SmartArt）中的文字排在正文之后。",)

    def test_a_document_of_pictures_alone_is_a_scan(self) -> None:
        assert fault(word("<w:p><w:r><w:drawing/></w:r></w:p>")).code == "scan"


class TestKinds:
    def test_the_strict_kind(self) -> None:
        numbering = (
            '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
            '<w:lvlText w:val="%1、"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        )
        data = word(
            paragraph("目标", number=(1, 0)) + table([cell(paragraph("格"))]), space=STRICT, numbering=numbering
        )
        assert [block.text for block in read(data).blocks] == ["一、目标", "格"]

    def test_the_main_part_may_have_another_name(self) -> None:
        data = word(paragraph("文"), main="word/document2.xml", header=paragraph("页眉"))
        assert [block.text for block in read(data).blocks] == ["文", "页眉"]

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("方案.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
            ("方案.docm", "application/vnd.ms-word.document.macroEnabled.main+xml"),
            ("方案.dotx", "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
            ("方案.dotm", "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"),
            ("方案.doc", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
        ],
    )
    def test_every_suffix_is_read(self, name: str, kind: str) -> None:
        document = read_bytes(word(paragraph("文"), kind=kind, main="word/main.xml"), name)
        assert [block.text for block in document.blocks] == ["文"]
        assert document.media_type.endswith("wordprocessingml.document")


class TestFaults:
    @pytest.mark.parametrize("one", ["<w:p/>", paragraph("甲")], ids=["empty", "alike"])
    def test_a_million_paragraphs_are_refused_with_the_limit(self, one: str) -> None:
        error = fault(word(one * 1_000_000))
        assert error.code == "too_many_blocks"
        assert "200000" in str(error)

    def test_paragraphs_in_cells_count(self) -> None:
        assert fault(word(table([cell(paragraph("甲") * 60)] * 2)), Limits(blocks=100)).code == "too_many_blocks"

    def test_cells_without_paragraphs_count(self) -> None:
        assert fault(word(table(["<w:tc/>"] * 101)), Limits(blocks=100)).code == "too_many_blocks"

    def test_too_many_characters(self) -> None:
        assert fault(word(paragraph("甲" * 60) * 2), Limits(characters=100)).code == "too_many_characters"

    def test_one_paragraph_without_end(self) -> None:
        assert fault(word("<w:p>" + "<w:r/>" * 2_100_000 + "</w:p>")).code in {"too_large", "zip_bomb"}

    def test_a_long_table_is_held_a_piece_at_a_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("zhenggai.document.readers.docx.story._MOST_MARKUP", 200_000)
        rows = [[cell(paragraph(f"第{n}行"), properties='<w:vMerge w:val="restart"/>')] for n in range(12_000)]
        rows.append([cell(properties="<w:vMerge/>")])
        body = paragraph("前") + table(*rows) + paragraph("后")
        assert body.count("<") > 200_000
        first, *blocks, last = read(word(body)).blocks
        assert (first.text, last.text) == ("前", "后")
        assert [block.text for block in blocks] == [f"第{n}行" for n in range(12_000)]
        assert blocks[-1].cell == Cell(0, 11_999, 0, row_span=2)

    @pytest.mark.parametrize("depth", [30, 5000])
    def test_tables_in_tables_without_end(self, depth: int) -> None:
        body = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth
        assert fault(word(body)).code in {"too_deep", "broken_xml"}

    @pytest.mark.parametrize(
        "wrapper", ["w:sdt", "w:ins", "w:smartTag", "w:hyperlink", "w:r", "w:p", "mc:AlternateContent"]
    )
    @pytest.mark.parametrize("depth", [200, 5000])
    def test_anything_in_itself_without_end_is_read_or_refused(self, wrapper: str, depth: int) -> None:
        try:
            read(word(f"<w:p>{f'<{wrapper}>' * depth}{f'</{wrapper}>' * depth}</w:p>" + paragraph("文")))
        except DocumentError as error:
            assert error.code in {"broken_xml", "too_deep"}  # noqa: PT017 — either answer is right

    @pytest.mark.parametrize(
        "declared",
        [
            '<!DOCTYPE x [<!ENTITY a "甲">]>',
            '<!DOCTYPE x [<!ENTITY a "&b;&b;"><!ENTITY b "乙乙">]>',
            '<!DOCTYPE x SYSTEM "http://example.invalid/x.dtd">',
        ],
    )
    def test_entities_are_refused(self, declared: str) -> None:
        body = '<w:document xmlns:w="x"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>'
        assert fault(packed({"word/document.xml": f'<?xml version="1.0"?>{declared}{body}'})).code == "document_type"

    def test_no_main_part(self) -> None:
        assert fault(packed({"[Content_Types].xml": "<Types/>"})).code == "broken"

    def test_a_main_part_that_is_not_a_document(self) -> None:
        assert fault(packed({"word/document.xml": "<html/>"})).code == "broken_xml"

    def test_a_main_part_that_breaks_off(self) -> None:
        assert fault(packed({"word/document.xml": '<w:document xmlns:w="x"><w:body><w:p>'})).code == "broken_xml"

    @pytest.mark.parametrize("number", ["-1", "99999999999999999999", "1.5", "٣", "", "abc"])
    def test_numbers_without_sense_are_passed_over(self, number: str) -> None:
        properties = f'<w:gridSpan w:val="{number}"/>'
        numbered = f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{number}"/><w:numId w:val="{number}"/></w:numPr><w:outlineLvl w:val="{number}"/></w:pPr>'
        body = table([cell(paragraph("格"), properties=properties)]) + numbered + run("文") + "</w:p>"
        assert texts(body) == ["格", "文"]


@settings(max_examples=150)
@given(data=st.data())
def test_a_spoilt_document_is_read_or_refused(data: st.DataObject) -> None:
    sound = word(
        table([cell(paragraph("甲"), properties='<w:vMerge w:val="restart"/>')], [cell(paragraph("乙"))])
        + paragraph("丙", number=(1, 0)),
        numbering='<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
    )
    start = data.draw(st.integers(0, len(sound) - 1))
    end = data.draw(st.integers(start, min(len(sound), start + 40)))
    spoilt = sound[:start] + data.draw(st.binary(max_size=20)) + sound[end:]
    try:
        assert read_bytes(spoilt, "方案.docx").blocks
    except DocumentError as error:
        assert str(error).endswith("。")  # noqa: PT017 — a refusal is as good an answer as a reading


MARKUP = st.recursive(
    st.sampled_from(
        ["<w:p/>", paragraph("文"), paragraph("文", number=(1, 0)), "<w:altChunk/>", run("散"), "<w:tr/>", "<w:tc/>"]
    ),
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>",
        st.sampled_from(
            [
                "w:tbl",
                "w:tr",
                "w:tc",
                "w:p",
                "w:r",
                "w:sdt",
                "w:sdtContent",
                "w:ins",
                "w:del",
                "w:txbxContent",
                "w:pict",
                "w:pPr",
            ]
        ),
        st.lists(inner, max_size=4),
    ),
    max_leaves=25,
)


@settings(max_examples=150)
@given(body=st.lists(MARKUP, max_size=6).map("".join))
def test_any_order_of_elements_is_read(body: str) -> None:
    blocks = read(word(body + paragraph("末段"))).blocks
    assert [block.number for block in blocks] == list(range(len(blocks)))
    assert blocks[-1].text.endswith("末段")
