"""Word documents written by hand: only the parts and the markup that a test is about."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from zhenggai.document.reader import Limits, Reading, Source
from zhenggai.document.reading import known_formats

READER = next(reader for reader in known_formats() if reader.key == "docx")
TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPACES = (
    f'xmlns:r="{RELATIONS}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def word(
    body: str, *, space: str = TRANSITIONAL, main: str = "word/document.xml", kind: str = TYPE, **parts: str
) -> bytes:
    """Return a docx with `body`; `parts` are the contents of further parts by their kind, as styles, numbering, header.

    A kind may end in a figure, where there are several of it: header1, header2.
    """
    written = {main: root("document", f"<w:body>{body}</w:body>", space)}
    relations = []
    for name, content in parts.items():
        sort = name.rstrip("0123456789")
        relations.append(f'<Relationship Id="{name}" Type="{RELATIONS}/{sort}" Target="{name}.xml"/>')
        written[f"{main.rpartition('/')[0]}/{name}.xml"] = root(ROOTS.get(sort, sort), content, space)
    folder, _, file = main.rpartition("/")
    written[f"{folder}/_rels/{file}.rels"] = _relations("".join(relations))
    written["_rels/.rels"] = _relations(f'<Relationship Id="r" Type="{RELATIONS}/officeDocument" Target="{main}"/>')
    written["[Content_Types].xml"] = (
        f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/{main}" ContentType="{kind}"/></Types>'
    )
    return packed(written)


ROOTS = {"header": "hdr", "footer": "ftr"}


def root(name: str, content: str, space: str = TRANSITIONAL) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} xmlns:w="{space}" {SPACES}>{content}</w:{name}>'


def _relations(content: str) -> str:
    return f'<Relationships xmlns="{PACKAGE}/relationships">{content}</Relationships>'


def packed(parts: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return file.getvalue()


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*content: str, style: str = "", number: tuple[int, int] | None = None, more: str = "") -> str:
    """A paragraph of runs (or of one text), in a style, counted in a list (instance, level)."""
    inner = "".join(one if one.startswith("<") else run(one) for one in content)
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number is not None:
        properties += f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}{more}</w:pPr>{inner}</w:p>"


def read(data: bytes, limits: Limits | None = None, name: str = "方案.docx") -> Reading:
    return READER.read(Source(name, data), limits or Limits())


def texts(body: str, **parts: str) -> list[str]:
    """The texts of a document's blocks."""
    return [block.text for block in read(word(body, **parts)).blocks]
