"""Rows of the ledger as a later document says them: fields, owners, responsible people, withdrawal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhenggai import deadline
from zhenggai.deadline.kinds import to_dict
from zhenggai.web.ledger.actions.amendment import reference_of
from zhenggai.web.ledger.actions.schedule_rows import entry_values
from zhenggai.web.ledger.drafting.later import names_in
from zhenggai.web.ledger.drafting.model import PARTY_ROLES
from zhenggai.web.ledger.models import Answer, Area, Assignment, Finding, Item, Measure, Response
from zhenggai.web.ledger.queries.schedule import Entry

if TYPE_CHECKING:
    from zhenggai.web.ledger.actions.amendment import Amendment, LedgerRow
    from zhenggai.web.ledger.drafting.difference import Difference, FieldChange


def change_row(amendment: Amendment, difference: Difference) -> None:
    """Write the changes of one difference; one about several rows changes each of them.

    Raises:
        Stale: somebody else has changed a row since the person saw it.
    """
    groups: dict[str, list[FieldChange]] = {}
    for change in difference.fields:
        groups.setdefault(change.about or difference.reference, []).append(change)
    for reference, changes in groups.items():
        _change(amendment, reference, difference.key, changes)


def withdraw_row(amendment: Amendment, difference: Difference, reason: str) -> None:
    """Withdraw a row and what stands only below it, for a reason. It stays in the store with its whole history."""
    for reference in (*difference.rows, difference.reference):
        row = amendment.write(reference, {"withdrawn_at": amendment.actor.at})
        amendment.tell("withdrawn", row, reason=reason)


def withdraw_emptied(amendment: Amendment, reason: str) -> None:
    """Withdraw items and areas in which nothing stands any more, if the document does not have them either."""
    matched = {match.reference for match in amendment.review.comparison.compared.matches.values()}
    for kind in ("item", "area"):
        for known in amendment.standing.of("item" if kind == "item" else "area"):
            if known.reference in matched or known.reference not in _owners(amendment):
                continue
            row = amendment.row(known.reference)
            current: dict[str, Any] = {kind: row, "withdrawn_at": None}
            inhabited = Finding.objects.filter(**current).exists()
            if kind == "area":
                inhabited = inhabited or Item.objects.filter(**current).exists()
            if not inhabited:
                row = amendment.write(known.reference, {"withdrawn_at": amendment.actor.at}, follows=True)
                amendment.tell("withdrawn", row, reason=reason)


def _owners(amendment: Amendment) -> set[str]:
    """Return the references of rows in which something of the ledger stood before."""
    return {parent for row in amendment.standing.rows.values() for parent in row.parents}


def _change(amendment: Amendment, reference: str, key: str, changes: list[FieldChange]) -> None:
    row = amendment.row(reference)
    before: dict[str, Any] = {change.name: change.before for change in changes}
    after: dict[str, Any] = {change.name: _told(amendment, change) for change in changes}
    earlier = row.due_on if isinstance(row, Measure) else None
    amendment.write(reference, _values(amendment, row, key, changes))
    if isinstance(row, Measure) and "due_text" in after:
        before["due_on"], after["due_on"] = earlier, row.due_on
    if isinstance(row, Response):
        for change in changes:
            if change.name in PARTY_ROLES:
                _reassign(amendment, row, change)
    amendment.tell("changed", row, before=before, after=after)


def _values(amendment: Amendment, row: LedgerRow, key: str, changes: list[FieldChange]) -> dict[str, Any]:
    if isinstance(row, Entry):
        said = {change.name: change.after for change in changes}
        values = entry_values(row, said, amendment.incoming.get(key), amendment.due)
        return values | _source(amendment, key)
    values = {}
    for change in sorted(changes, key=lambda change: change.name == "rectification_class"):
        if change.name == "parents":
            values |= _moved(amendment, row, change.after)
        elif change.name == "due_text" and isinstance(row, Measure):
            values |= _due(amendment, row, key, change.after)
        elif change.name == "remark" and isinstance(row, Response):
            values["labels"] = {k: v for k, v in {**row.labels, "备注": change.after}.items() if v}
        elif change.name not in PARTY_ROLES:
            values[change.name] = change.after
    if isinstance(row, Measure) and "text" in values:
        values["recurrences"] = [dict(to_dict(part)) for part in deadline.recurrences(values["text"])]
    return values | _source(amendment, key)


def _source(amendment: Amendment, key: str) -> dict[str, Any]:
    """Return where a row now comes from, if the document has it."""
    incoming = amendment.incoming.get(key)
    return {"document": amendment.document, "places": incoming.places} if incoming and incoming.places else {}


def _told(amendment: Amendment, change: FieldChange) -> str:
    """Return the new value as the event tells it: owners by their references."""
    if change.name != "parents":
        return change.after
    rows = [amendment.find(key) for key in change.after.split("、")]
    return "、".join(reference_of(row) for row in rows if row)


def _moved(amendment: Amendment, row: LedgerRow, owners: str) -> dict[str, Any]:
    found = [owner for key in owners.split("、") if (owner := amendment.find(key)) is not None]
    if isinstance(row, Response):
        findings = [owner for owner in found if isinstance(owner, Finding)]
        Answer.objects.filter(response=row).exclude(finding__in=findings).delete()
        known = set(Answer.objects.filter(response=row).values_list("finding_id", flat=True))
        Answer.objects.bulk_create(Answer(finding=f, response=row) for f in findings if f.pk not in known)
        return {}
    owner = found[0] if found else None
    if isinstance(row, Measure):
        return {"response": owner} if isinstance(owner, Response) else {}
    if isinstance(row, Finding):
        if isinstance(owner, Item):
            return {"item": owner, "area": owner.area}
        return {"item": None, "area": owner}
    if isinstance(row, Item):
        Finding.objects.filter(item=row).update(area=owner if isinstance(owner, Area) else None)
        return {"area": owner}
    return {}


def _due(amendment: Amendment, measure: Measure, key: str, words: str) -> dict[str, Any]:
    """Return the new limit. The first date that the measure had stays the original one."""
    incoming = amendment.incoming.get(key)
    limit = incoming.values.get("limit") if incoming and words else None
    due = amendment.due(limit)
    values = {
        "due_text": words[:300],
        "due_parts": limit["parts"] if limit else [],
        "due_on": due.on,
        "due_statement": due.statement[:300],
        "rectification_class": due.rectification_class,
    }
    if measure.original_due_on is None:
        values["original_due_on"] = due.on
    return values


def _reassign(amendment: Amendment, response: Response, change: FieldChange) -> None:
    """End the assignments of names that are not written any more, and begin those of new ones."""
    kept, wanted = names_in(change.before), names_in(change.after)
    current = Assignment.objects.filter(response=response, measure=None, role=change.name, until=None)
    current.exclude(name__in=wanted).update(until=amendment.actor.today)
    last = current.order_by("-order").values_list("order", flat=True).first()
    new = "、".join(name for name in wanted if name not in kept)
    amendment.assign(response, change.name, new, order=(last or 0) + 1)
