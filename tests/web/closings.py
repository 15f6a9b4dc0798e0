"""Close-outs for tests: measures done and proved, forms filled in, five people who sign."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

from offices import NOW, TODAY

from zhenggai.web.accounts.models import Grant, Person
from zhenggai.web.ledger.actions import closures
from zhenggai.web.ledger.actions.closures import Choice
from zhenggai.web.ledger.actions.filing import file_plan
from zhenggai.web.ledger.closing.demands import Handed
from zhenggai.web.ledger.closing.state import matter_of, seal_of
from zhenggai.web.ledger.models import (
    Closure,
    Evidence,
    EvidenceLink,
    EvidenceVersion,
    Finding,
    Inspection,
    Measure,
    StoredFile,
)
from zhenggai.workflow.closures import TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from offices import Office

VERIFICATION: dict[str, Any] = {
    "methods": ("documents", "on_site"),
    "verified_on": TODAY,
    "findings": "查阅会议记录3份，抽查教案12份，与整改情况一致。",
}
MEETING: dict[str, Any] = {"meeting": "整改领导小组第4次会议", "meeting_number": "〔2025〕4号", "met_on": TODAY}
RETURN: dict[str, Any] = {"reason": "evidence_insufficient", "missing": "请补充执行记录。"}
HANDED: dict[str, dict[str, Any]] = {
    "verification": VERIFICATION,
    "meeting": MEETING,
    "document": {"document": "青巡办〔2025〕12号"},
    "reason": RETURN,
    "note": {"note": "情况有变化"},
    "rebound": {"trigger": "follow_up", "note": "抽查又发现2处缺漏。", "due_on": TODAY + dt.timedelta(days=60)},
}
CHAIN = (
    ("responsible_leader", "reviewed"),
    ("supervision", "verified"),
    ("group", "approved"),
    ("inspection_office", "confirmed"),
)


def closable(office: Office, inspection: Inspection, reference: str = "W003") -> Finding:
    """Return a finding whose measures are done and proved, with the office's handler, head and leaders answerable for it."""
    finding = Finding.objects.get(inspection=inspection, reference=reference)
    for response in finding.responses.all():
        response.assignments.all().update(organization=None, person=None)
        for role, who in (("responsible_leader", "responsible_leader"), ("lead_leader", "lead_leader")):
            response.assignments.create(
                unit=office.unit, inspection=inspection, role=role, person=office.people[who],
                name=office.people[who].name, since=TODAY,
            )  # fmt: skip
        response.assignments.create(
            unit=office.unit, inspection=inspection, role="responsible_department",
            organization=office.departments["教务处"], name="教务处", since=TODAY,
        )  # fmt: skip
    measures = Measure.objects.filter(response__findings=finding)
    measures.update(completion_status="completed", percent=100)
    for measure in measures:
        prove(office, measure)
    return Finding.objects.get(pk=finding.pk)


def prove(office: Office, measure: Measure, kind: str = "institution", text: str = "") -> Evidence:
    """Link a piece of evidence to a measure, as a row: the files themselves are another test's."""
    digest = hashlib.sha256((text or measure.reference).encode()).hexdigest()
    file, _ = StoredFile.objects.get_or_create(
        algorithm="sha256", digest=digest, defaults={"size": 1, "media_type": "application/pdf", "stored_at": NOW}
    )
    number = Evidence.objects.filter(inspection=measure.inspection).count() + 1
    piece = Evidence.objects.create(
        unit=office.unit, inspection=measure.inspection, reference=f"Z{number:03d}", title=f"{measure.reference}佐证",
        kind=kind, formed_on=TODAY, added_by=office.people["handler"], added_at=NOW,
    )  # fmt: skip
    EvidenceVersion.objects.create(evidence=piece, number=1, file=file, name="佐证.pdf", uploaded_at=NOW)
    EvidenceLink.objects.create(evidence=piece, measure=measure, linked_at=NOW)
    return piece


def form(finding: Finding) -> dict[str, Any]:
    """Return a form that is filled in completely."""
    references = Measure.objects.filter(response__findings=finding).values_list("reference", flat=True)
    return {
        "measures": {
            reference: {"done": "已按方案完成，并已在全校执行。", "completed_on": "2025-05-16"} for reference in references
        },
        "institutions": "修订印发办法1项",
        "long_term": "每学期检查一次",
        "lateral": "对照排查其他处室，未发现同类问题",
        "criteria": {
            "measures": "yes", "fact": "yes", "money": "not_applicable", "system": "yes", "lateral": "yes"
        },
    }  # fmt: skip


def shown_of(finding: Finding) -> str:
    """Return the seal of what a page shows of the finding now."""
    return seal_of(matter_of(finding))


def apply(office: Office, finding: Finding, role: str = "department_head") -> Closure:
    """Apply for the close-out of `finding` as the head of its department."""
    seen = (
        Closure.objects.filter(finding=finding, cycle=finding.cycle, stage="prepared")
        .values_list("version", flat=True)
        .first()
    )
    return closures.apply_for_closure(
        actor=office.actor(role),
        rights=office.rights(role),
        finding_id=finding.pk,
        seen=seen,
        shown=shown_of(finding),
        content=form(finding),
    )


def colleague(office: Office) -> Person:
    """Return the second person of the supervision group, who is made when first asked for."""
    person, made = Person.objects.get_or_create(unit=office.unit, name="韩某某", login=None)
    if made:
        Grant.objects.create(person=person, role="supervision", scope=office.unit, since=dt.date(2025, 1, 1))
    return person


def handed_for(transition: str, office: Office | None = None, **more: Any) -> Handed:
    """Return what the transition demands, filled in; a verification is that of `office`."""
    values: dict[str, Any] = {}
    if "verification" in TRANSITIONS[transition].demands and office:
        values["verifiers"] = (colleague(office).pk,)
    for demand in TRANSITIONS[transition].demands:
        values |= HANDED.get(demand, {})
    return Handed(**(values | more))


def step(office: Office, closure: Closure, role: str, transition: str, **more: Any) -> Closure:
    """Take one step as the person of `role`."""
    closure = Closure.objects.get(pk=closure.pk)
    return closures.sign(
        actor=office.actor(role),
        rights=office.rights(role),
        choice=Choice(
            closure.pk, closure.version, transition, handed_for(transition, office, **more), shown_of(closure.finding)
        ),
    )


def file(office: Office, inspection: Inspection) -> None:
    """File the plan with the office above."""
    inspection.refresh_from_db()
    file_plan(
        actor=office.actor("office"),
        rights=office.rights("office"),
        inspection_id=inspection.pk,
        seen=inspection.version,
    )


def close(office: Office, finding: Finding, steps: Iterable[tuple[str, str]] = CHAIN) -> Closure:
    """Take a finding through the whole chain, or through the given part of it."""
    if finding.inspection.filed_at is None:
        file(office, finding.inspection)
    closure = apply(office, finding)
    for role, transition in steps:
        closure = step(office, closure, role, transition)
    return closure
