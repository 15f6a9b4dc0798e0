"""Rows that a later document adds to the ledger, each with a reference that was never used before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Max

from zhenggai import deadline
from zhenggai.deadline.kinds import to_dict
from zhenggai.web.ledger.actions.amendment import MODELS, reference_of
from zhenggai.web.ledger.actions.schedule_rows import make_entry
from zhenggai.web.ledger.models import Answer, Area, Finding, Item, Measure, Response
from zhenggai.web.ledger.models.rows import CompletionStatus
from zhenggai.web.ledger.queries.schedule import ENTRIES

if TYPE_CHECKING:
    from zhenggai.web.ledger.actions.amendment import Amendment, LedgerRow
    from zhenggai.web.ledger.drafting.difference import Difference
    from zhenggai.web.ledger.drafting.later import Incoming

_GAP = 10


def add_rows(amendment: Amendment, difference: Difference) -> None:
    """Add a new row and what it brings along, and the item and area above it where these are new too."""
    for key in difference.rows:
        _ensure(amendment, key)


def _ensure(amendment: Amendment, key: str) -> LedgerRow | None:
    found = amendment.find(key)
    if found is not None or key not in amendment.incoming:
        return found
    incoming = amendment.incoming[key]
    owners: list[LedgerRow] = []
    for parent in incoming.parents or ():
        above = amendment.incoming.get(parent)
        owner = (
            _ensure(amendment, parent) if above is None or above.kind in ("area", "item") else amendment.find(parent)
        )
        if owner is not None:
            owners.append(owner)
    row = _make(amendment, incoming, owners)
    if row is not None:
        amendment.made[key] = row
        shown: dict[str, Any] = {name: words for name, words in incoming.fields.items() if words}
        if isinstance(row, Measure):
            shown["due_on"] = row.due_on
        amendment.tell("added", row, after=shown | ({"parents": [reference_of(o) for o in owners]} if owners else {}))
    return row


def _make(amendment: Amendment, incoming: Incoming, owners: list[LedgerRow]) -> LedgerRow | None:
    if incoming.kind in ENTRIES:
        return make_entry(incoming, inspection=amendment.inspection, document=amendment.document, due=amendment.due)
    owner = owners[0] if owners else None
    fields = incoming.fields
    common: dict[str, Any] = {
        "unit_id": amendment.inspection.unit_id,
        "inspection": amendment.inspection,
        "document": amendment.document,
        "places": incoming.places,
    }
    if incoming.kind == "area":
        common |= {"number": fields["number"], "title": fields["title"]}
        return Area.objects.create(**common, **_place(amendment, incoming, owner))
    if incoming.kind == "item":
        common |= {
            "number": fields["number"],
            "title": fields["title"],
            "area": owner if isinstance(owner, Area) else None,
        }
        return Item.objects.create(**common, **_place(amendment, incoming, owner))
    if incoming.kind == "finding":
        item = owner if isinstance(owner, Item) else None
        area = item.area if item else owner if isinstance(owner, Area) else None
        common |= {"number": fields["number"], "text": fields["text"], "cause": fields.get("cause", "")}
        return Finding.objects.create(**common, **_place(amendment, incoming, owner), item=item, area=area)
    if incoming.kind == "response":
        return _make_response(amendment, incoming, owners, common)
    return _make_measure(amendment, incoming, owner, common) if isinstance(owner, Response) else None


def _make_response(
    amendment: Amendment, incoming: Incoming, owners: list[LedgerRow], common: dict[str, Any]
) -> Response | None:
    findings = [owner for owner in owners if isinstance(owner, Finding)]
    if not findings:
        return None
    remark = incoming.fields.get("remark", "")
    response = Response.objects.create(
        **common,
        **_place(amendment, incoming, findings[0]),
        objective=incoming.fields.get("objective", ""),
        labels={"备注": remark} if remark else {},
    )
    Answer.objects.bulk_create(Answer(finding=finding, response=response) for finding in findings)
    amendment.assign_all(response, incoming)
    return response


def _make_measure(amendment: Amendment, incoming: Incoming, owner: Response, common: dict[str, Any]) -> Measure:
    limit = incoming.values.get("limit")
    due = amendment.due(limit)
    text = incoming.fields["text"]
    duties = incoming.values.get("recurrences")
    return Measure.objects.create(
        **common,
        **_place(amendment, incoming, owner),
        response=owner,
        number=incoming.fields["number"],
        text=text,
        due_text=incoming.fields.get("due_text", "")[:300],
        due_parts=limit["parts"] if limit else [],
        due_on=due.on,
        due_statement=due.statement[:300],
        original_due_on=due.on,
        recurrences=duties if duties is not None else [dict(to_dict(part)) for part in deadline.recurrences(text)],
        rectification_class=incoming.fields.get("rectification_class") or due.rectification_class,
        completion_status=CompletionStatus.ONGOING,
    )


def _place(amendment: Amendment, incoming: Incoming, owner: LedgerRow | None) -> dict[str, Any]:
    """Return reference and order: behind the row before it in the document, else last below its owner, else last of all."""
    order = _order_before(amendment, incoming)
    if order is None:
        rows = MODELS[incoming.kind]._default_manager.filter(inspection=amendment.inspection)  # noqa: SLF001 — as in staleness
        below = _below(incoming, owner)
        last = rows.filter(**below).aggregate(last=Max("order"))["last"] if below else None
        order = last if last is not None else (rows.aggregate(last=Max("order"))["last"] or 0) + _GAP - 1
    return {"reference": amendment.numbering.take(incoming.kind), "order": order + 1}


def _below(incoming: Incoming, owner: LedgerRow | None) -> dict[str, Any]:
    if incoming.kind == "measure":
        return {"response": owner}
    if incoming.kind == "finding" and owner is not None:
        return {"item" if isinstance(owner, Item) else "area": owner}
    return {"area": owner} if incoming.kind == "item" and owner is not None else {}


def _order_before(amendment: Amendment, incoming: Incoming) -> int | None:
    """Return the order of the row before it with the same owner in the document, if that row is in the ledger."""
    before: LedgerRow | None = None
    for row in amendment.review.comparison.compared.later.rows:
        if row.key == incoming.key:
            break
        if row.kind == incoming.kind and row.parents == incoming.parents:
            before = amendment.find(row.key) or before
    return before.order if before is not None else None
