"""Working on the confirmed ledger by hand: findings and measures added, texts, limits and owners put right.

The first date of a measure stays what it was; changing the words of a limit gives the measure another date beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from zhenggai import deadline
from zhenggai import profile as profiles
from zhenggai.deadline import kinds
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger import access, search
from zhenggai.web.ledger.actions.numbering import Numbering
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.drafting.dates import due_date
from zhenggai.web.ledger.drafting.edits import split_names
from zhenggai.web.ledger.drafting.model import PARTY_ROLES, LimitDraft
from zhenggai.web.ledger.drafting.names import bare
from zhenggai.web.ledger.models import Answer, Assignment, Finding, Item, Measure, Response, SchedulePhase
from zhenggai.web.ledger.queries.organization import known_names

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Inspection

LONGEST = 5000
_GAP = 10


def add_finding(*, actor: Actor, rights: Rights, inspection_id: int, text: str, item_id: int | None) -> Finding:
    """Add a finding at the end of its item, or of the ledger.

    Raises:
        Invalid: field `text` or `item`.
    """
    inspection = access.inspection(rights, inspection_id, "ledger.edit")
    words = _text(text, "text", "请填写具体问题。")
    item = Item.objects.filter(pk=item_id or 0, inspection=inspection, withdrawn_at=None).first()
    if item_id and item is None:
        raise Invalid({"item": "请从列表中选择所属的反馈问题。"})
    with transaction.atomic():
        numbering = Numbering(inspection.pk)
        finding = Finding.objects.create(
            unit_id=inspection.unit_id,
            inspection=inspection,
            reference=numbering.take("finding"),
            order=_order_after(inspection, item),
            area=item.area if item else None,
            item=item,
            text=words,
        )
        numbering.save()
        _record(actor, finding, "finding", "added", after={"text": words})
    return finding


def _order_after(inspection: Inspection, item: Item | None) -> int:
    """Return an order behind the last finding of the item, before the next one where there is room."""
    findings = Finding.objects.filter(inspection=inspection)
    last = findings.filter(item=item).aggregate(last=Max("order"))["last"] if item else None
    return last + 1 if last is not None else (findings.aggregate(last=Max("order"))["last"] or 0) + _GAP


def add_measure(*, actor: Actor, rights: Rights, finding_id: int, text: str, due_text: str) -> Measure:
    """Draft a measure that answers a finding; the finding's last response takes it, or a new one.

    Raises:
        Invalid: field `text`.
    """
    finding = access.finding(rights, finding_id, "ledger.edit")
    words = _text(text, "text", "请填写整改措施。")
    with transaction.atomic():
        numbering = Numbering(finding.inspection_id)
        response = finding.responses.filter(withdrawn_at=None).order_by("-order", "-pk").first()
        common: dict[str, Any] = {"unit_id": finding.unit_id, "inspection_id": finding.inspection_id}
        if response is None:
            response = Response.objects.create(**common, reference=numbering.take("response"), order=finding.order)
            Answer.objects.create(finding=finding, response=response)
        last = Measure.objects.filter(inspection=finding.inspection_id).aggregate(last=Max("order"))["last"] or 0
        due = _due(finding.inspection, due_text)
        measure = Measure.objects.create(
            **common,
            reference=numbering.take("measure"),
            order=last + _GAP,
            response=response,
            text=words,
            original_due_on=due["due_on"],
            **due,
        )
        numbering.save()
        _record(actor, measure, "measure", "added", after={"text": words, "due_text": measure.due_text})
    return measure


def change_finding(*, actor: Actor, rights: Rights, finding_id: int, seen: int, text: str, cause: str) -> Finding:
    """Put the words of a finding right.

    Raises:
        Invalid: field `text` or `cause`.
        Stale: somebody else has changed it since.
    """
    finding = access.finding(rights, finding_id, "ledger.edit")
    values = {"text": _text(text, "text", "请填写具体问题。"), "cause": cause.strip()[:LONGEST]}
    before = {name: getattr(finding, name) for name in values}
    with transaction.atomic():
        change(finding, seen=seen, values=values, subject_type="finding")
        _record(actor, finding, "finding", "changed", before=before, after=values)
    return finding


def change_measure(*, actor: Actor, rights: Rights, measure_id: int, seen: int, text: str, due_text: str) -> Measure:
    """Put the words or the limit of a measure right. The original date is kept, unless there was none.

    Raises:
        Invalid: field `text`.
        Stale: somebody else has changed it since.
    """
    measure = access.measure(rights, measure_id, "ledger.edit")
    values: dict[str, Any] = {"text": _text(text, "text", "请填写整改措施。")}
    if due_text.strip() != measure.due_text:
        values |= _due(measure.inspection, due_text)
        values["original_due_on"] = measure.original_due_on or values["due_on"]
    told: list[str] = [name for name in ("text", "due_text", "due_on") if name in values]
    before = {name: getattr(measure, name) for name in told}
    with transaction.atomic():
        change(measure, seen=seen, values=values, subject_type="measure")
        _record(actor, measure, "measure", "changed", before=before, after={name: values[name] for name in told})
    return measure


def change_parties(*, actor: Actor, rights: Rights, response_id: int, seen: int, parties: dict[str, str]) -> Response:
    """Say who answers for a response: names by role, divided by 、. Who is no longer named ends today; nobody is deleted.

    Raises:
        Stale: somebody else has changed it since.
    """
    response = access.response(rights, response_id, "ledger.edit")
    current: dict[str, list[Assignment]] = {role: [] for role in PARTY_ROLES}
    for assignment in Assignment.objects.filter(response=response, until=None).order_by("order", "pk"):
        current.setdefault(assignment.role, []).append(assignment)
    wanted = {role: split_names(parties.get(role, "")) for role in PARTY_ROLES}
    known = {bare(one.name): one for one in known_names(response.unit_id)}
    with transaction.atomic():
        change(response, seen=seen, values={}, subject_type="response")
        for role, names in wanted.items():
            kept = {one.name for one in current[role] if one.name in names}
            Assignment.objects.filter(pk__in=[one.pk for one in current[role] if one.name not in names]).update(
                until=actor.today
            )
            for name in names:
                if name not in kept:
                    meant = known.get(bare(name))
                    Assignment.objects.create(
                        unit_id=response.unit_id,
                        inspection_id=response.inspection_id,
                        response=response,
                        role=role,
                        name=name[:100],
                        person_id=meant.id if meant and meant.kind == "person" else None,
                        organization_id=meant.id if meant and meant.kind == "organization" else None,
                        order=list(PARTY_ROLES).index(role) * 100 + names.index(name),
                        since=actor.today,
                    )
        before = {role: [one.name for one in current[role]] for role in PARTY_ROLES}
        _record(actor, response, "response", "changed", before=before, after=wanted)
    return response


def _due(inspection: Inspection, words: str) -> dict[str, Any]:
    """Return the fields of a measure that follow from the words of its limit."""
    text = words.strip()[:300]
    profile = profiles.load(inspection.profile)
    phases = SchedulePhase.objects.filter(inspection=inspection, withdrawn_at=None)
    context = deadline.Context(
        plan_date=inspection.plan_date,
        feedback_date=inspection.feedback_date,
        phases=tuple(deadline.PhaseEnd(phase.title, phase.end) for phase in phases),
    )
    parts = deadline.read(text, context=context).parts if text else ()
    printed = [dict(kinds.to_dict(part)) for part in parts]
    due = due_date(LimitDraft(text=text, parts=printed, places=[]), context, profile)
    return {
        "due_text": text,
        "due_parts": printed,
        "due_on": due.on,
        "due_statement": due.statement[:300],
        "rectification_class": due.rectification_class,
    }


def _text(text: str, field: str, missing: str) -> str:
    words = text.strip()
    if not words:
        raise Invalid({field: missing})
    if len(words) > LONGEST:
        raise Invalid({field: f"内容过长，请控制在{LONGEST}字以内（现为{len(words)}字）。"})
    return words


_NAMES = {"finding": "问题", "measure": "措施", "response": "措施组"}


def _record(
    actor: Actor,
    row: Finding | Measure | Response,
    kind: str,
    what: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any],
) -> None:
    """Record the change, and let the search find the row by its new words."""
    if isinstance(row, Finding):
        search.index_findings([row.pk])
    else:
        search.index_neighbours([row.response_id if isinstance(row, Measure) else row.pk])
    record(
        unit_id=row.unit_id,
        actor=actor,
        action=f"{kind}.{what}",
        subject=Subject(kind, row.pk, f"{_NAMES[kind]}{row.reference}"),
        before=before,
        after=after,
    )
