"""The forms in which `zhenggai read` shows a document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from zhenggai.document.blocks import Furniture, Part
from zhenggai.export import render
from zhenggai.plan import build_plan

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.document.blocks import Block, Document
    from zhenggai.plan.model import Plan

_PARTS = {
    Part.BODY: "正文",
    Part.TEXT_BOX: "文本框",
    Part.FOOTNOTE: "脚注",
    Part.HEADER: "页眉",
    Part.FOOTER: "页脚",
}
_FURNITURE = {
    Furniture.RUNNING_HEAD: "重复的页眉",
    Furniture.PAGE_NUMBER: "页码",
    Furniture.WATERMARK: "水印",
    Furniture.SITE: "网站文字",
}


class Shape(NamedTuple):
    """How the result is to look. `width` in terminal columns, None where there is no terminal; `as_of` for years not written."""

    form: str
    as_of: dt.date | None = None
    width: int | None = None
    colour: bool = False
    one_line: bool = False


class Shown(NamedTuple):
    """A document in the wanted form, and in one Chinese line what was found in it."""

    content: str | bytes
    summary: str


def show(document: Document, shape: Shape) -> Shown:
    """Return `document` in the form that `shape` asks for: json, table, xlsx, blocks or text."""
    if shape.form == "text":
        return Shown(plain_text(document), _size(document))
    if shape.form == "blocks":
        return Shown("".join(f"{line(block)}\n" for block in document.blocks), _size(document))
    plan = build_plan(document, as_of=shape.as_of)
    if shape.form == "json":
        text = json.dumps(plan.to_dict(), ensure_ascii=False, indent=None if shape.one_line else 2)
        return Shown(text + "\n", _findings(plan))
    paper = render(plan, format=shape.form, document=document, width=shape.width, colour=shape.colour)
    return Shown(paper, _findings(plan))


def plain_text(document: Document) -> str:
    """Return the whole text: one line per paragraph, one per table row with tabs between its cells."""
    lines: list[str] = []
    row: tuple[int, int] | None = None
    for block in document.blocks:
        here = (block.cell.table, block.cell.row) if block.cell else None
        if here is not None and here == row:
            lines[-1] += "\t" + block.text.replace("\n", " ")
        else:
            lines.append(block.text if here is None else block.text.replace("\n", " "))
        row = here
    return "".join(f"{line}\n" for line in lines)


def line(block: Block) -> str:
    """Return a block as one line: its number, its place, its text with line breaks and tabs escaped."""
    text = block.text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    return f"{block.number}\t{place(block)}\t{text}"


def place(block: Block) -> str:
    """Return where a block stands, in Chinese: 正文, 第3页 表2第1行第4列."""
    words = [f"工作表“{block.sheet}”"] if block.sheet is not None else []
    if block.page is not None:
        words.append(f"第{block.page}页")
    if block.cell is not None:
        words.append(f"表{block.cell.table + 1}第{block.cell.row + 1}行第{block.cell.column + 1}列")
    if block.part is not Part.BODY or block.cell is None:
        words.append(_PARTS[block.part])
    if block.heading is not None:
        words.append(f"{block.heading}级标题")
    if block.furniture is not None:
        words.append(_FURNITURE[block.furniture])
    return " ".join(words)


def _size(document: Document) -> str:
    return f"{len(document.blocks)} 个文本块、{document.characters} 字"


def _findings(plan: Plan) -> str:
    measures = sum(len(response.measures) for response in plan.responses)
    counts = (
        (len(plan.areas), "个方面"),
        (len(plan.items), "条"),
        (len(plan.findings), "个问题"),
        (measures, "项措施"),
    )
    doubts = f"，{len(plan.doubts)} 处存疑" if plan.doubts else ""
    return "、".join(f"{count} {unit}" for count, unit in counts) + doubts
