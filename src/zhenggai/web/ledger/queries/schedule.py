"""Phases, dated acts, standing arrangements and groups of an inspection, as rows that a later plan is compared with."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Final

from zhenggai.web.ledger.drafting.model import GROUP_FUNCTIONS
from zhenggai.web.ledger.drafting.standing import Kind, Row
from zhenggai.web.ledger.models import Mechanism, Milestone, SchedulePhase, WorkGroup

if TYPE_CHECKING:
    from zhenggai.web.ledger.models import Inspection

Entry = SchedulePhase | Milestone | Mechanism | WorkGroup
ENTRIES: Final[dict[Kind, type[Entry]]] = {
    "phase": SchedulePhase,
    "milestone": Milestone,
    "mechanism": Mechanism,
    "group": WorkGroup,
}
_PREFIXES: Final[dict[Kind, str]] = {"phase": "J", "milestone": "S", "mechanism": "Z", "group": "L"}
STEP: Final = 10
"""Between the orders of two entries; an order is never given twice, so that it makes the reference."""


def schedule_rows(inspection: Inspection) -> dict[str, Row]:
    """Return the entries that are not withdrawn, by reference, kind by kind: four queries."""
    rows: dict[str, Row] = {}
    for kind, model in ENTRIES.items():
        for entry in model._default_manager.filter(inspection=inspection, withdrawn_at=None).order_by("order", "pk"):  # noqa: SLF001 — Django's documented way to a model's manager
            reference = entry_reference(entry)
            rows[reference] = Row(kind, reference, entry_fields(entry), (), entry.pk, entry_version(entry))
    return rows


def kind_of(entry: Entry) -> Kind:
    """Return the kind of an entry."""
    return next(kind for kind, model in ENTRIES.items() if isinstance(entry, model))


def entry_reference(entry: Entry) -> str:
    """Return the reference of an entry: its kind and its turn within the inspection."""
    return f"{_PREFIXES[kind_of(entry)]}{entry.order // STEP:03d}"


def entry_version(entry: Entry) -> int:
    """Return a number that changes when the entry changes: these rows have no counter of their own."""
    said = {**entry_fields(entry), "withdrawn": bool(entry.withdrawn_at)}
    return zlib.crc32(json.dumps(said, ensure_ascii=False, sort_keys=True).encode())


def entry_fields(entry: Entry) -> dict[str, str]:
    """Return what is compared, as words; dates in ISO form."""
    if isinstance(entry, SchedulePhase):
        dates = {name: day.isoformat() if day else "" for name, day in (("start", entry.start), ("end", entry.end))}
        return {"number": entry.number, "title": entry.title, **dates, "content": entry.text}
    if isinstance(entry, Milestone):
        return {"number": "", "text": entry.text, "due_text": entry.due_text}
    if isinstance(entry, Mechanism):
        return {"number": "", "title": entry.name, "content": entry.text}
    members = {function: "、".join(entry.members.get(function, ())) for function in GROUP_FUNCTIONS}
    return {"number": "", "title": entry.name, "above": entry.parent, **members, "content": entry.text}
