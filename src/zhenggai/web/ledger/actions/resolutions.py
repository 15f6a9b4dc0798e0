"""议定事项: given by a meeting, reported on, accepted by who verifies, returned, withdrawn. Steps of workflow.meetings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from zhenggai.web.accounts.models import Organization
from zhenggai.web.audit.chain import Actor, Subject, hold_chain, record
from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger import access, meeting_access
from zhenggai.web.ledger.actions.meeting_notices import (
    called,
    tell_assigned,
    tell_reported,
    tell_returned,
    tell_withdrawn,
)
from zhenggai.web.ledger.actions.meetings import load
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import AgendaItem, Finding, Resolution, ResolutionStep
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.workflow import Reach
from zhenggai.workflow.meetings import (
    RESOLUTION_STATES,
    RESOLUTION_STEPS,
    AcceptCase,
    fault_of_due_date,
    faults_of_words,
    refusal_of_resolution,
    refusal_to_accept,
)

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Meeting

DEFAULT_DAYS = 20
_LABELS = {
    "reported": "办理结果", "progressed": "办理进展", "returned": "退回原因", "withdrawn": "撤销原因", "accepted": "验收意见",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matter:
    """What a meeting resolved. Organisations by id; without `due_on` it is due as many days later as the profile says."""

    matter: str
    responsible_id: int | None
    helping: str = ""
    verifying_id: int | None = None
    due_on: dt.date | None = None
    finding_id: int | None = None


def resolve(*, actor: Actor, rights: Rights, meeting_id: int, item_id: int | None, matter: Matter) -> Resolution:
    """Keep a resolution of a meeting, perhaps on a line of its agenda; who has to act is told.

    Raises:
        Invalid: fields `matter`, `responsible`, `helping`, `verifying`, `due_on` or `finding`.
        Unknown, Refused: it is not the person's to do, or the meeting has not been held or its minutes are out.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "resolved")
        item = meeting_access.item(rights, item_id, "meeting.prepare") if item_id else None
        if item is not None and item.meeting_id != meeting.pk:
            raise Refused("这项议题不属于这次会议。")
        faults = faults_of_words({"matter": (matter.matter, "议定事项")}, longest=1000)
        faults |= faults_of_words({"helping": (matter.helping, "协办单位")}, longest=300, needed=False)
        places = _organizations(meeting.unit_id, matter, faults)
        if fault := fault_of_due_date(matter.due_on, meeting.meets_on):
            faults["due_on"] = fault
        finding = _finding(rights, meeting, item, matter.finding_id, faults)
        if faults:
            raise Invalid(faults)
        clause = (meeting.resolutions.aggregate(last=Max("clause"))["last"] or 0) + 1
        resolution = Resolution.objects.create(
            unit_id=meeting.unit_id,
            inspection_id=meeting.inspection_id,
            meeting=meeting,
            item=item,
            clause=clause,
            number=f"{called(meeting)}第{clause}项",
            matter=matter.matter.strip(),
            responsible=places[matter.responsible_id],
            helping=matter.helping.strip(),
            verifying=places.get(matter.verifying_id),
            due_on=matter.due_on or meeting.meets_on + dt.timedelta(days=_days(meeting)),
            finding=finding,
            made_at=actor.at,
        )
        after = {
            "matter": _told(resolution, resolution.matter), "resolution_of": resolution.responsible.name,
            "helping": resolution.helping, "resolution_due": resolution.due_on,
            "verifying": resolution.verifying.name if resolution.verifying else "",
        }  # fmt: skip
        _record(actor, resolution, "resolved", after={name: value for name, value in after.items() if value})
        tell_assigned(actor=actor, resolution=resolution)
    return resolution


def report_resolution(
    *, actor: Actor, rights: Rights, resolution_id: int, seen: int, text: str, finished: bool
) -> Resolution:
    """Say how far a resolution is, or that it is done; then who verifies is told.

    Raises:
        Invalid: field `text`.
        Unknown, Refused, Stale: as usual.
    """
    with transaction.atomic():
        code = "reported" if finished else "progressed"
        resolution = _load(rights, resolution_id, code)
        _take(actor, resolution, seen, code, text)
        if finished:
            tell_reported(actor=actor, resolution=resolution)
    return resolution


def accept_resolution(
    *, actor: Actor, rights: Rights, resolution_id: int, seen: int, accepted: bool | None, text: str
) -> Resolution:
    """Accept what is reported done, or return it with what is missing. Nobody accepts the work of their own department.

    Raises:
        Invalid: fields `decision` or `text`.
        Refused: the person does not verify this resolution, or acts on it.
    """
    with transaction.atomic():
        code = "accepted" if accepted else "returned"
        resolution = _load(rights, resolution_id, code)
        if refusal := refusal_to_accept(accept_case(rights, resolution)):
            raise Refused(refusal)
        if accepted is None:
            raise Invalid({"decision": "请选择验收通过或者退回办理。"})
        _take(actor, resolution, seen, code, text)
        if not accepted:
            tell_returned(actor=actor, resolution=resolution, why=text.strip())
    return resolution


def withdraw_resolution(*, actor: Actor, rights: Rights, resolution_id: int, seen: int, text: str) -> Resolution:
    """End a resolution that need not be done any more, with the reason; who had to act is told.

    Raises:
        Invalid: field `text`.
    """
    with transaction.atomic():
        resolution = _load(rights, resolution_id, "withdrawn")
        _take(actor, resolution, seen, "withdrawn", text)
        tell_withdrawn(actor=actor, resolution=resolution, why=text.strip())
    return resolution


def accept_case(rights: Rights, resolution: Resolution) -> AcceptCase:
    """Return how the person stands to a resolution that is reported done."""
    reporters = set(resolution.steps.filter(code__in=("reported", "progressed")).values_list("person_id", flat=True))
    return AcceptCase(
        verifier=resolution.verifying_id is not None,
        belongs=resolution.verifying_id in rights.departments or resolution.verifying_id == resolution.unit_id,
        supervises=bool(rights.scopes_at("resolution.accept", Reach.UNIT)),
        acted=resolution.responsible_id in rights.departments or bool(reporters & rights.people),
    )


def _load(rights: Rights, resolution_id: int, code: str) -> Resolution:
    act = RESOLUTION_STEPS[code].act
    resolution = meeting_access.resolution(rights, resolution_id, act)
    hold_chain(resolution.unit_id)
    resolution.refresh_from_db(fields=["state", "version"])
    if refusal := refusal_of_resolution(code, resolution.state):
        raise Refused(refusal)
    return resolution


def _take(actor: Actor, resolution: Resolution, seen: int, code: str, text: str) -> None:
    step = RESOLUTION_STEPS[code]
    if faults := faults_of_words({"text": (text, _LABELS[code])}, needed="text" in step.demands):
        raise Invalid(faults)
    before = resolution.state
    values: dict[str, Any] = {"state": step.to or before}
    if values["state"] in ("accepted", "withdrawn"):
        values["closed_at"] = actor.at
    change(resolution, seen=seen, values=values, subject_type="resolution")
    ResolutionStep.objects.create(
        unit_id=resolution.unit_id, resolution=resolution, code=code, text=text.strip(), person_id=actor.person_id,
        person_name=actor.name, at=actor.at,
    )  # fmt: skip
    _record(
        actor, resolution, code, before={"resolution_state": RESOLUTION_STATES[before]},
        after={"resolution_state": RESOLUTION_STATES[resolution.state], "said": _told(resolution, text.strip())},
    )  # fmt: skip


def _record(actor: Actor, resolution: Resolution, act: str, **told: Any) -> None:
    subject = Subject("resolution", resolution.pk, f"议定事项“{resolution.number}”")
    record(unit_id=resolution.unit_id, actor=actor, action=f"resolution.{act}", subject=subject, **told)


def _organizations(unit_id: int, matter: Matter, faults: dict[str, str]) -> dict[int | None, Organization]:
    wanted = {pk for pk in (matter.responsible_id, matter.verifying_id) if pk}
    rows = Organization.objects.filter(pk__in=wanted, closed_on=None)
    places: dict[int | None, Organization] = {row.pk: row for row in rows if unit_id in (row.pk, row.unit_id)}
    if matter.responsible_id not in places:
        faults["responsible"] = "请选择责任单位。"
    if matter.verifying_id is not None and matter.verifying_id not in places:
        faults["verifying"] = "请从本单位的部门中选择验收单位。"
    elif matter.verifying_id is not None and matter.verifying_id == matter.responsible_id:
        faults["verifying"] = "验收单位不能是责任单位自己，请另选。"
    return places


def _finding(
    rights: Rights, meeting: Meeting, item: AgendaItem | None, finding_id: int | None, faults: dict[str, str]
) -> Finding | None:
    """Return the finding that the resolution is tied to: the one chosen, or else that of the line."""
    if finding_id is None:
        return item.finding if item else None
    found = access.findings(rights).filter(pk=finding_id, inspection=meeting.inspection_id).first()
    if found is None:
        faults["finding"] = "请选择本台账的问题。"
    return found


def _days(meeting: Meeting) -> int:
    custom = profile_of(meeting.inspection.profile).meeting(meeting.series.kind)
    return custom.resolution_days if custom else DEFAULT_DAYS


def _told(resolution: Resolution, words: str) -> str:
    """Return what an event says: nothing of the words where the finding is restricted."""
    finding = resolution.finding
    return f"（问题{finding.reference}，限知）" if finding and finding.layer == Layer.RESTRICTED else words
