"""Working on the confirmed ledger by hand: findings and measures added, texts, limits and owners put right.

The first date of a measure stays what it was; changing the words of a limit gives the measure another date beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Max

from zhenggai import deadline
from zhenggai.deadline import kinds
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger import access, search
from zhenggai.web.ledger.actions.duties import lay_out
from zhenggai.web.ledger.actions.numbering import Numbering
from zhenggai.web.ledger.actions.parties import assign_anew, resolved, standing_names
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.closing.lapse import lapse_changed
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.drafting.dates import due_date
from zhenggai.web.ledger.drafting.limits import LONGEST_LIMIT
from zhenggai.web.ledger.drafting.model import PARTY_ROLES, LimitDraft
from zhenggai.web.ledger.models import Answer, Finding, Item, Measure, Occurrence, Response
from zhenggai.web.ledger.proof.answerable import answerable
from zhenggai.web.ledger.queries.differences import inspection_context

if TYPE_CHECKING:
    import datetime as dt

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
        _record(actor, finding, "finding", "added", after={"text": words, "parents": [item.reference] if item else []})
    return finding


def _order_after(inspection: Inspection, item: Item | None) -> int:
    """Return an order behind the last finding of the item and before the next one, which makes room if it must."""
    findings = Finding.objects.filter(inspection=inspection)
    last = findings.filter(item=item).aggregate(last=Max("order"))["last"] if item else None
    if last is None:
        return (findings.aggregate(last=Max("order"))["last"] or 0) + _GAP
    if findings.filter(order=last + 1).exists():
        findings.filter(order__gt=last).update(order=F("order") + _GAP)
    return int(last) + 1


def add_measure(*, actor: Actor, rights: Rights, finding_id: int, text: str, due_text: str) -> Measure:
    """Draft a measure that answers a finding; the last response to it that the person sees takes it, or a new one.

    Raises:
        Invalid: field `text`.
    """
    finding = access.finding(rights, finding_id, "ledger.edit")
    _require_standing(finding)
    words = _text(text, "text", "请填写整改措施。")
    with transaction.atomic():
        numbering = Numbering(finding.inspection_id)
        known = access.responses(rights, "ledger.edit").filter(findings=finding, withdrawn_at=None)
        response = known.order_by("-order", "-pk").first()
        common: dict[str, Any] = {"unit_id": finding.unit_id, "inspection_id": finding.inspection_id}
        if response is None:
            response = Response.objects.create(**common, reference=numbering.take("response"), order=finding.order)
            Answer.objects.create(finding=finding, response=response)
            _record(actor, response, "response", "added", after={"parents": [finding.reference]})
        last = Measure.objects.filter(inspection=finding.inspection_id).aggregate(last=Max("order"))["last"] or 0
        due = _due(finding.inspection, due_text)
        measure = Measure.objects.create(
            **common,
            reference=numbering.take("measure"),
            order=last + _GAP,
            response=response,
            text=words,
            recurrences=_duties(finding.inspection, words),
            original_due_on=due["due_on"],
            **due,
        )
        numbering.save()
        told = {"text": words, "due_text": measure.due_text, "due_on": measure.due_on}
        _record(actor, measure, "measure", "added", after={**told, "parents": [response.reference]})
        lay_out(actor=actor, inspection_id=finding.inspection_id)
    return measure


def change_finding(*, actor: Actor, rights: Rights, finding_id: int, seen: int, text: str, cause: str) -> Finding:
    """Put the words of a finding right.

    Raises:
        Invalid: field `text` or `cause`.
        Stale: somebody else has changed it since.
    """
    finding = access.finding(rights, finding_id, "ledger.edit")
    _require_standing(finding)
    values = {"text": _text(text, "text", "请填写具体问题。"), "cause": _text(cause, "cause")}
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
    _require_standing(measure)
    values: dict[str, Any] = {"text": _text(text, "text", "请填写整改措施。")}
    if values["text"] != measure.text:
        values["recurrences"] = _duties(measure.inspection, values["text"])
    if due_text.strip() != measure.due_text:
        values |= _due(measure.inspection, due_text)
        values["original_due_on"] = measure.original_due_on or values["due_on"]
    told: list[str] = [name for name in ("text", "due_text", "due_on") if name in values]
    before = {name: getattr(measure, name) for name in told}
    with transaction.atomic():
        change(measure, seen=seen, values=values, subject_type="measure")
        _record(actor, measure, "measure", "changed", before=before, after={name: values[name] for name in told})
        if "recurrences" in values or "due_on" in values:
            lay_out(actor=actor, inspection_id=measure.inspection_id)
    return measure


def occurrence_changes(
    *, actor: Actor, rights: Rights, measure_id: int, seen: int, text: str, due_text: str
) -> tuple[tuple[str, str, dt.date, int], ...]:
    """Return what `change_measure` would do to the occurrences of the measure, as (新增 or 取消, period, date, quota); nothing is kept.

    The change itself is made and taken back, so that what is told is what would be.

    Raises:
        Invalid, Stale: as `change_measure`.
    """
    with transaction.atomic():
        before = _occurrences(measure_id)
        change_measure(actor=actor, rights=rights, measure_id=measure_id, seen=seen, text=text, due_text=due_text)
        after = _occurrences(measure_id)
        transaction.set_rollback(True)
    gone = [("取消", *before[key]) for key in before if key not in after]
    new = [("新增", *after[key]) for key in after if key not in before]
    return tuple(sorted((*gone, *new), key=lambda change: (change[2], change[0])))


def _occurrences(measure_id: int) -> dict[tuple[Any, ...], tuple[str, dt.date, int]]:
    """Return the standing occurrences of a measure: period, date and quota, by all that tells them apart."""
    rows = Occurrence.objects.filter(duty__measure=measure_id, withdrawn_at=None)
    told = rows.values_list("label", "due_on", "quota", "scheduled_on")
    return {row: row[:3] for row in told}


def change_parties(*, actor: Actor, rights: Rights, response_id: int, seen: int, parties: dict[str, str]) -> Response:
    """Say who answers for a response: names by role, divided by 、. Who is no longer named ends today; nobody is deleted.

    Raises:
        Invalid: the unit has nobody of a name, or several, by the role; names that stand already are not asked about.
        Stale: somebody else has changed it since.
    """
    response = access.response(rights, response_id, "ledger.edit")
    _require_standing(response)
    before = {role: standing_names(response, role) for role in PARTY_ROLES}
    meant = resolved(response.unit_id, parties, standing=before)
    with transaction.atomic():
        change(response, seen=seen, values={}, subject_type="response")
        for role, names in meant.items():
            assign_anew(actor=actor, response=response, role=role, names=names)
        after = {role: list(names) for role, names in meant.items()} | answerable([response.inspection_id])
        _record(actor, response, "response", "changed", before=before, after=after)
    return response


def _due(inspection: Inspection, words: str) -> dict[str, Any]:
    """Return the fields of a measure that follow from the words of its limit."""
    text = _text(words, "due_text", longest=LONGEST_LIMIT)
    profile = profile_of(inspection.profile)
    context = inspection_context(inspection)
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


def _duties(inspection: Inspection, words: str) -> list[dict[str, Any]]:
    """Return the recurring duties that the words of a measure state."""
    found = deadline.recurrences(words, context=inspection_context(inspection))
    return [dict(kinds.to_dict(part)) for part in found]


def _text(text: str, field: str, missing: str = "", *, longest: int = LONGEST) -> str:
    words = text.strip()
    if missing and not words:
        raise Invalid({field: missing})
    if len(words) > longest:
        raise Invalid({field: f"内容过长，请控制在{longest}字以内（现为{len(words)}字）。"})
    if "\0" in words:
        raise Invalid({field: "内容中有不能保存的字符，请删除后重试。"})
    return words


def _require_standing(row: Finding | Measure | Response) -> None:
    if row.withdrawn_at is not None:
        raise Refused(f"{row.reference}已在后续方案中撤销，不能再修改。仍需整改的，请另行新增。")


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
    """Record the change, let the search find the row by its new words, and lapse what was signed over the old ones."""
    response = row.response_id if isinstance(row, Measure) else row.pk
    if isinstance(row, Finding):
        search.index_findings([row.pk])
    else:
        search.index_neighbours([response])
    record(
        unit_id=row.unit_id,
        actor=actor,
        action=f"{kind}.{what}",
        subject=Subject(kind, row.pk, f"{_NAMES[kind]}{row.reference}"),
        before=before,
        after=after,
    )
    if isinstance(row, Finding):
        lapse_changed(actor=actor, findings=[row.pk])
    else:
        lapse_changed(actor=actor, responses=[response])
