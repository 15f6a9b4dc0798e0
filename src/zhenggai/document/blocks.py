"""What a file becomes: blocks of text in reading order, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """Where on the page a block stands."""

    BODY = "body"
    TEXT_BOX = "text_box"
    FOOTNOTE = "footnote"
    HEADER = "header"
    FOOTER = "footer"


class Furniture(StrEnum):
    """Why a block belongs to the page, the site or the file and not to the document's own text."""

    RUNNING_HEAD = "running_head"
    PAGE_NUMBER = "page_number"
    WATERMARK = "watermark"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Cell:
    """A block's place in a table. Rows and columns count from 0; a merged cell stands at its upper left."""

    table: int
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, or one table cell (its paragraphs divided by line breaks).

    `text` is as a reader of the page sees it: with the numbers that Word makes, without hidden or deleted text. The first
    `generated` characters of it are such a made number and stand nowhere in the file's own text.
    """

    number: int
    text: str
    part: Part = Part.BODY
    cell: Cell | None = None
    heading: int | None = None
    """The outline level, 1 for the highest, that a style or a Markdown mark gives the paragraph."""
    generated: int = 0
    page: int | None = None
    sheet: str | None = None
    furniture: Furniture | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read. `notes` tell a person in Chinese what the reader did or could not do (lines rejoined, changes accepted)."""

    name: str
    media_type: str
    sha256: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()

    @property
    def characters(self) -> int:
        """The number of characters of all blocks."""
        return sum(len(block.text) for block in self.blocks)
