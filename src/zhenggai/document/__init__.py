"""FILE → BLOCKS: every file format becomes paragraphs and table cells with places."""

from zhenggai.document.blocks import Block, Document
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits
from zhenggai.document.reading import known_formats, read_bytes, read_document

__all__ = ["Block", "Document", "DocumentError", "Limits", "known_formats", "read_bytes", "read_document"]
