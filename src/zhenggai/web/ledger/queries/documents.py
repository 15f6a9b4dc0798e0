"""A document as it reads, and the file as it was uploaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q

from zhenggai.web.faults import Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.models import DocumentText, Finding, ImportDraft, SourceDocument
from zhenggai.web.ledger.models.rows import Layer

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block outside tables; `heading` is its level, 0 for running text."""

    block: int
    text: str
    heading: int
    aside: bool


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table with its spans."""

    block: int
    text: str
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table, row by row."""

    rows: tuple[tuple[TableCell, ...], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as it is shown."""

    id: int
    name: str
    parts: tuple[Paragraph | Table, ...]


def document_shown(rights: Rights, pk: int) -> Shown:
    """Return a document as it reads.

    Raises:
        Unknown: there is none, or the person does not see the whole of its unit's ledger.
    """
    document = _document(rights, pk)
    text = DocumentText.objects.filter(document=document).first()
    return Shown(document.pk, document.name, parts_of(text.blocks if text else []))


def document_file(rights: Rights, pk: int) -> tuple[str, Path]:
    """Return the name and the place of the uploaded file; faults as `document_shown`."""
    document = _document(rights, pk)
    path = settings.DATA / "files" / document.sha256[:2] / document.sha256
    if not path.exists():
        raise Unknown(f"文件“{document.name}”（请从备份恢复数据文件夹）")
    return document.name, path


def parts_of(blocks: list[dict[str, Any]]) -> tuple[Paragraph | Table, ...]:
    """Return paragraphs and tables, the blocks of one table together."""
    parts: list[Paragraph | Table] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        if block["cell"] is None:
            aside = block["part"] != "body" or block["furniture"] is not None
            parts.append(Paragraph(block["n"], block["text"], block["heading"] or 0, aside))
            at += 1
            continue
        end = at
        while end < len(blocks) and blocks[end]["cell"] and blocks[end]["cell"][0] == block["cell"][0]:
            end += 1
        parts.append(_table(blocks[at:end]))
        at = end
    return tuple(parts)


def _table(blocks: list[dict[str, Any]]) -> Table:
    rows: dict[int, list[tuple[int, TableCell]]] = {}
    for block in blocks:
        _, row, column, row_span, column_span = block["cell"]
        cell = TableCell(block["n"], block["text"], row_span, column_span)
        rows.setdefault(row, []).append((column, cell))
    return Table(tuple(tuple(cell for _, cell in sorted(rows[row], key=lambda c: c[0])) for row in sorted(rows)))


def _document(rights: Rights, pk: int) -> SourceDocument:
    """A document is for those who see all of its unit: it may hold every finding, restricted ones as well."""
    document = SourceDocument.objects.filter(pk=pk).first()
    if document is None or not rights.may_in("ledger.read", document.unit_id):
        raise Unknown("这份文件")
    if _hidden_by(document).exclude(pk__in=access.findings(rights).values("pk")).exists():
        raise Unknown("这份文件")
    return document


def _hidden_by(document: SourceDocument) -> QuerySet[Finding]:
    """Return the restricted findings that may stand in a document: those read from it, and all of the ledgers it was for."""
    inspections = ImportDraft.objects.filter(document__sha256=document.sha256, unit=document.unit_id)
    read_from = Q(document__sha256=document.sha256) | Q(inspection__in=inspections.values("inspection_id"))
    return Finding.objects.filter(read_from, unit=document.unit_id, layer=Layer.RESTRICTED)
