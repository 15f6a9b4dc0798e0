"""Phases, dated acts, arrangements and groups as a later plan says them: added, changed, each under what the person saw of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from zhenggai.web.ledger.actions.staleness import stale
from zhenggai.web.ledger.drafting.later import names_in
from zhenggai.web.ledger.drafting.model import GROUP_FUNCTIONS
from zhenggai.web.ledger.models import Mechanism, Milestone, SchedulePhase, WorkGroup
from zhenggai.web.ledger.queries.schedule import ENTRIES, STEP, entry_fields, entry_version, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhenggai.web.ledger.drafting.dates import DueDate
    from zhenggai.web.ledger.drafting.later import Incoming
    from zhenggai.web.ledger.drafting.model import LimitDraft
    from zhenggai.web.ledger.models import Inspection, SourceDocument
    from zhenggai.web.ledger.queries.schedule import Entry

    Dating = Callable[[LimitDraft | None], DueDate]


def make_entry(incoming: Incoming, *, inspection: Inspection, document: SourceDocument | None, due: Dating) -> Entry:
    """Add an entry behind all others of its kind, withdrawn ones included."""
    model = ENTRIES[incoming.kind]
    rows = model._default_manager.filter(inspection=inspection)  # noqa: SLF001 — Django's documented way to a model's manager
    last = rows.aggregate(last=Max("order"))["last"] or 0
    entry = model(
        unit_id=inspection.unit_id,
        inspection=inspection,
        order=(last // STEP + 1) * STEP,
        document=document,
        places=incoming.places,
    )
    _put(entry, incoming.fields, incoming.values, due)
    entry.save(force_insert=True)
    return entry


def write_entry(entry: Entry, *, seen: int, values: Mapping[str, Any]) -> int:
    """Write columns of an entry that is still what the person saw, and return its new version.

    Raises:
        Stale: somebody else has changed it since.
    """
    entry.refresh_from_db()
    if entry_version(entry) != seen:
        raise stale(kind_of(entry), entry.pk)
    for name, value in values.items():
        setattr(entry, name, value)
    entry.save()
    return entry_version(entry)


def entry_values(entry: Entry, changes: Mapping[str, str], incoming: Incoming | None, due: Dating) -> dict[str, Any]:
    """Return the columns that `changes`, the new words by field, make of an entry."""
    made = type(entry)()
    values = incoming.values if incoming else {}
    _put(made, {**entry_fields(entry), **changes}, values, due)
    columns = {"text"} | {name for names in _COLUMNS.get(type(entry), {}).values() for name in names}
    if isinstance(entry, Milestone) and "due_text" not in changes:
        columns -= set(_COLUMNS[Milestone]["due_text"])
    if isinstance(entry, Mechanism) and "recurrences" not in values:
        columns.discard("recurrences")
    return {name: getattr(made, name) for name in columns}


_COLUMNS: dict[type[Entry], dict[str, tuple[str, ...]]] = {
    SchedulePhase: {"number": ("number",), "title": ("title",), "dates": ("start", "end")},
    Milestone: {"due_text": ("due_text", "due_parts", "due_on")},
    Mechanism: {"title": ("name",), "recurrences": ("recurrences",)},
    WorkGroup: {"title": ("name",), "above": ("parent",), "members": ("members",)},
}
"""The columns that stand for the fields of each kind, beside the text."""


def _put(entry: Entry, fields: Mapping[str, str], values: Mapping[str, Any], due: Dating) -> None:
    if isinstance(entry, Milestone):
        limit = values.get("limit") if fields["due_text"] else None
        entry.text, entry.due_text = fields["text"], fields["due_text"][:300]
        entry.due_parts, entry.due_on = limit["parts"] if limit else [], due(limit).on
        return
    entry.text = fields["content"]
    if isinstance(entry, SchedulePhase):
        entry.number, entry.title = fields["number"][:20], fields["title"][:200]
        entry.start, entry.end = _day(fields["start"]), _day(fields["end"])
    elif isinstance(entry, Mechanism):
        entry.name, entry.recurrences = fields["title"][:200], values.get("recurrences", [])
    else:
        entry.name, entry.parent = fields["title"][:200], fields["above"][:200]
        entry.members = {function: names_in(fields[function]) for function in GROUP_FUNCTIONS}


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
