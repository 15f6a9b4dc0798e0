"""BLOCKS → PLAN: a document's blocks become areas, items, findings, measures and their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.plan.build import build_plan
from zhenggai.plan.model import Plan

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

__all__ = ["Plan", "build_plan", "read_plan"]


def read_plan(path: str | Path, as_of: dt.date | None = None) -> Plan:
    """Read the file at `path` as a plan. `as_of` gives the year where the document has no date of its own.

    Raises:
        zhenggai.document.DocumentError: the file cannot be read; the message says in Chinese why and what to do.
    """
    from zhenggai.document import read_document  # noqa: PLC0415 — the readers load only when a file is read

    return build_plan(read_document(path), as_of=as_of)
