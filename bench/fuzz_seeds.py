"""Sound files of every format, small and full of the format's features, for the fuzz of the readers to spoil."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import xlsxwriter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from mutations import pack

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = (
    "青桐市某中学关于巡察反馈意见的整改方案",
    "一、总体要求",
    "（一）理论学习方面",
    "1.学习不够扎实。一是以会代学；二是记录不全。",
    "整改措施：①每月集中学习1次；②建立学习台账（责任部门：党委办公室；完成时限：2025年6月底前）。",
    "— 1 —",
)
HEAD = ("序号", "反馈问题", "整改措施", "责任部门", "完成时限")
ROWS = (
    ("1", "学习不够扎实", "每月集中学习1次", "党委办公室", "2025年6月底前"),
    ("", "", "建立学习台账", "党委办公室", "长期坚持"),
    ("2", "采购程序不全", '修订"采购办法",从严审批', "总务处", "立行立改"),
)
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"


def texts() -> list[bytes]:
    """Plain text in several encodings, with hard line breaks, Markdown and tables."""
    plain = "\n".join(LINES)
    broken = "\n".join("整改工作要坚持问题导向和目标导向相统一抓紧抓实抓出成效" for _ in range(12))
    marked = "\n".join(
        ("# " + LINES[0], "## " + LINES[1], "> **要求**：", "- " + LINES[3], "", *_pipes(), "", LINES[4])
    )
    mixed = "\n".join(
        (LINES[0], *("\t".join(row) for row in (HEAD, *ROWS)), LINES[4], *(",".join(r) for r in (HEAD, *ROWS)))
    )
    return [
        plain.encode(),
        marked.encode(),
        mixed.encode("utf-8-sig"),
        f"{plain}\n{broken}".encode("gb18030"),
        plain.encode("utf-16"),
        marked.encode("utf-16-be"),
        "關於整改工作的方案，各部門要認真落實，按時完成。".encode("big5"),
    ]


def _pipes() -> list[str]:
    rows = [HEAD, tuple("---" for _ in HEAD), *ROWS]
    return ["| " + " | ".join(row) + " |" for row in rows]


def csvs() -> list[bytes]:
    """Comma- and tab-separated tables."""
    comma = "\r\n".join(
        ",".join(f'"{c}"' if "," not in c else '"' + c.replace('"', '""') + '"' for c in row) for row in (HEAD, *ROWS)
    )
    tabs = "\n".join("\t".join(row) for row in (HEAD, *ROWS))
    return [comma.encode("utf-8-sig"), comma.encode("gb18030"), tabs.encode("utf-16")]


def docxs() -> list[bytes]:
    """A document as python-docx writes it, and one written by hand with what Word can do."""
    document = docx.Document()
    for line in LINES:
        document.add_paragraph(line)
    table = document.add_table(0, len(HEAD))
    for row in (HEAD, *ROWS):
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 1))
    document.sections[0].header.paragraphs[0].text = "内部资料"
    file = io.BytesIO()
    document.save(file)
    return [file.getvalue(), pack(_word_parts())]


def _word_parts() -> dict[str, bytes]:
    formats = ("chineseCounting", "decimal", "decimalEnclosedCircleChinese", "upperRoman", "ideographDigital", "bullet")
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlRestart w:val="{n}"/>'
        f'<w:lvlText w:val="%1.%{n + 1}、"/><w:pStyle w:val="P{n}"/></w:lvl>'
        for n, form in enumerate(formats)
    )
    numbering = (
        f'<w:numbering xmlns:w="{_W}"><w:abstractNum w:abstractNumId="1">{levels}</w:abstractNum>'
        '<w:abstractNum w:abstractNumId="2"><w:numStyleLink w:val="L"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride>'
        '<w:lvlOverride w:ilvl="1"><w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/><w:isLgl/></w:lvl></w:lvlOverride>'
        "</w:num></w:numbering>"
    )
    styles = (
        f'<w:styles xmlns:w="{_W}"><w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="P0"><w:name w:val="heading 1"/><w:basedOn w:val="N"/><w:pPr><w:numPr><w:numId w:val="1"/>'
        '</w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style><w:style w:type="paragraph" w:styleId="P1"><w:basedOn w:val="P0"/>'
        '<w:rPr><w:vanish/></w:rPr></w:style><w:style w:type="numbering" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        "</w:pPr></w:style></w:styles>"
    )
    notes = f'<w:footnotes xmlns:w="{_W}"><w:footnote w:id="2"><w:p><w:r><w:t>脚注</w:t></w:r></w:p></w:footnote></w:footnotes>'
    kinds = ("styles", "numbering", "footnotes")
    related = "".join(
        f'<Relationship Id="r{n}" Type="{_R}/{kind}" Target="{kind}.xml"/>' for n, kind in enumerate(kinds)
    )
    open_relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    return {
        "[Content_Types].xml": b'<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
        b'officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'{open_relations}<Relationship Id="r" Type="{_R}/officeDocument" Target="word/document.xml"/></Relationships>'.encode(),
        "word/_rels/document.xml.rels": f"{open_relations}{related}</Relationships>".encode(),
        "word/document.xml": _word_body().encode(),
        "word/styles.xml": styles.encode(),
        "word/numbering.xml": numbering.encode(),
        "word/footnotes.xml": notes.encode(),
    }


def _word_body() -> str:
    def paragraph(text: str, properties: str = "") -> str:
        return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r></w:p>"

    numbered = "".join(
        paragraph(LINES[level % 5], f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
        for number in (1, 2, 3)
        for level in (0, 1, 2, 2, 0, 3, 4, 5)
    )
    box = (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><w:txbxContent><w:p><w:r><w:t>文本框</w:t></w:r></w:p>'
        "</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>文本框</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    inline = (
        '<w:p><w:pPr><w:pStyle w:val="P0"/></w:pPr><w:ins><w:r><w:t>新增</w:t></w:r></w:ins><w:del><w:r><w:delText>删去</w:delText></w:r></w:del>'
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>3</w:t>'
        '<w:fldChar w:fldCharType="end"/><w:tab/><w:br/><w:sym w:font="Wingdings" w:char="F0FE"/><w:noBreakHyphen/></w:r>'
        "<w:sdt><w:sdtContent><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:sdtContent></w:sdt><w:smartTag><w:r><w:t>标签</w:t></w:r>"
        "</w:smartTag><w:r><w:ruby><w:rt><w:r><w:t>zi</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>字</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
    )
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="{}"/></w:tcPr>{}</w:tc>'
    inner = f"<w:tbl><w:tr><w:tc>{paragraph('内表')}</w:tc></w:tr></w:tbl><w:p/>"
    rows = "".join(
        f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{cell.format(kind, paragraph("单元格"))}<w:tc>{inner}</w:tc></w:tr>'
        for kind in ("restart", "continue", "continue", "restart")
    )
    return (
        f'<w:document xmlns:w="{_W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>'
        f"{numbered}{box}{inline}<w:tbl>{rows}</w:tbl><w:altChunk/>{paragraph(LINES[5])}<w:sectPr/></w:body></w:document>"
    )


def xlsxs() -> list[bytes]:
    """A workbook of two sheets with merged cells, dates and numbers."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        for _ in range(2):
            sheet = book.add_worksheet()
            sheet.merge_range(0, 0, 0, 4, LINES[0])
            for number, row in enumerate((HEAD, *ROWS), 1):
                sheet.write_row(number, 0, row)
            sheet.merge_range(6, 0, 7, 1, "合计")
            sheet.write_number(6, 2, 45658, dated)
            sheet.write_number(6, 3, 0.125, book.add_format({"num_format": "0.0%"}))
            sheet.write_formula(6, 4, "=1+1", None, 2)
            sheet.write_boolean(7, 4, True)
    return [file.getvalue()]


def odss() -> list[bytes]:
    """A spreadsheet of OpenDocument."""

    def cell(text: str, more: str = "") -> str:
        return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'

    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in (HEAD, *ROWS))
    merged = cell(LINES[0], ' table:number-columns-spanned="5" table:number-rows-spanned="2"')
    content = (
        f'<office:document-content xmlns:office="{_ODF}office:1.0" xmlns:table="{_ODF}table:1.0" xmlns:text="{_ODF}text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="台账"><table:table-row>{merged}<table:covered-table-cell table:number-columns-repeated="4"/>'
        f'</table:table-row>{rows}<table:table-row table:number-rows-repeated="1000"><table:table-cell table:number-columns-repeated="16384"/>'
        '</table:table-row><table:table-row><table:table-cell office:value-type="date" office:date-value="2025-06-30"/><table:table-cell '
        'office:value-type="float" office:value="3.5"/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>'
    )
    return [pack({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()})]


def ofds() -> list[bytes]:
    """An OFD document of one page with text and the rules of a table."""
    lines = "".join(
        f'<TextObject ID="{n}" Boundary="20 {20 + 8 * n} 160 6" Font="1" Size="5"><TextCode X="0" Y="5" DeltaX="g {len(line) - 1} 5">{line}</TextCode></TextObject>'
        for n, line in enumerate(LINES)
    )
    rules = "".join(
        f'<PathObject ID="{n}" Boundary="20 {100 + 10 * n} 100 1"><AbbreviatedData>M 0 0 L 100 0</AbbreviatedData></PathObject>'
        f'<PathObject ID="{n}0" Boundary="{20 + 50 * n} 100 1 20"><AbbreviatedData>M 0 0 L 0 20</AbbreviatedData></PathObject>'
        for n in range(3)
    )
    space = 'xmlns="http://www.ofdspec.org/2016"'
    return [
        pack(
            {
                "OFD.xml": f'<OFD {space} DocType="OFD"><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>'.encode(),
                "Doc_0/Document.xml": f"<Document {space}><CommonData><PageArea><PhysicalBox>0 0 210 297</PhysicalBox></PageArea></CommonData>"
                f'<Pages><Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></Pages></Document>'.encode(),
                "Doc_0/Pages/Page_0/Content.xml": f'<Page {space}><Content><Layer ID="2">{lines}{rules}</Layer></Content></Page>'.encode(),
            }
        )
    ]


def pdfs() -> list[bytes]:
    """A page of text with a small table; its streams are not compressed, so that spoiling reaches the drawing orders."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), pageCompression=0, invariant=1)
    canvas.setFont("STSong-Light", 14)
    for number, line in enumerate(LINES[:4]):
        canvas.drawString(80, 760 - 24 * number, line[:24])
    canvas.grid([80, 180, 280], [500, 520, 540])
    canvas.drawString(84, 524, HEAD[0])
    canvas.drawString(184, 504, HEAD[1])
    canvas.showPage()
    canvas.save()
    return [file.getvalue()]


def xlss() -> list[bytes]:
    """The workbook as LibreOffice saves it for Excel 97; none where it is not installed."""
    return _converted(xlsxs()[0], ".xlsx", "xls")


def docs() -> list[bytes]:
    """A document as LibreOffice saves it for Word 97; none where it is not installed."""
    return _converted(docxs()[0], ".docx", "doc")


def rtfs() -> list[bytes]:
    """Rich text."""
    return [b"{\\rtf1\\ansi\\ansicpg936 \\u25972?\\u25913?\\par {\\b 1.} \\trowd\\cellx2000 a\\cell\\row}"]


def odts() -> list[bytes]:
    """A text of OpenDocument."""
    content = (
        f'<office:document-content xmlns:office="{_ODF}office:1.0" xmlns:text="{_ODF}text:1.0" office:version="1.2"><office:body><office:text>'
        f"<text:p>{LINES[0]}</text:p></office:text></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    space = f"{_ODF}manifest:1.0"
    entries = "".join(
        f'<m:file-entry m:full-path="{path}" m:media-type="{media_type}"/>'
        for path, media_type in (("/", kind), ("content.xml", "text/xml"))
    )
    manifest = f'<m:manifest xmlns:m="{space}">{entries}</m:manifest>'
    parts = {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}
    return [pack({name: part.encode() for name, part in parts.items()})]


def _converted(data: bytes, suffix: str, form: str) -> list[bytes]:
    office = shutil.which("soffice")
    if office is None:
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / f"seed{suffix}"
        path.write_bytes(data)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", form, "--outdir", name, str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return [path.with_suffix(f".{form}").read_bytes()]


SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "doc": docs,
    "docx": docxs,
    "ods": odss,
    "odt": odts,
    "ofd": ofds,
    "pdf": pdfs,
    "rtf": rtfs,
    "text": texts,
    "text_delimited": csvs,
    "text_markdown": texts,
    "xls": xlss,
    "xlsx": xlsxs,
}
"""By the keys of the readers; each gives sound files made afresh."""
