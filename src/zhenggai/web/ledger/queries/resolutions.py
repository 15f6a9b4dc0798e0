"""议定事项: the list of them, one with its steps, those of a finding, and those that wait for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from zhenggai import profile as profiles
from zhenggai.profile import Light
from zhenggai.web.ledger import meeting_access
from zhenggai.web.ledger.actions.meeting_notices import called
from zhenggai.web.ledger.actions.resolutions import accept_case
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.web.ledger.queries.closure_queues import UNSAID
from zhenggai.workflow.meetings import OPEN, RESOLUTION_STATES, RESOLUTION_STEPS, refusal_to_accept

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Resolution, ResolutionStep

LISTED = 100
STATES = {"": "未办结", "mine": "本部门承办", "late": "逾期", "done": "已办结", "withdrawn": "已撤销"}
SOON = 3


@dataclass(frozen=True, slots=True)
class ResolutionLine:
    """One resolution in a list; of one about a restricted finding nothing of its words. `light` is that of its date."""

    id: int
    number: str
    matter: str
    responsible: str
    helping: str
    verifying: str
    due_on: dt.date
    state: str
    state_code: str
    light: Light
    finding_id: int | None
    finding: str
    carried: int
    meeting_id: int
    version: int


@dataclass(frozen=True, slots=True)
class ResolutionStory:
    """One resolution with its steps and what the person may do with it."""

    line: ResolutionLine
    meeting: str
    inspection: str
    steps: tuple[tuple[str, ResolutionStep], ...]
    may_report: bool
    may_accept: bool
    may_withdraw: bool
    refusal: str
    """Why the person, who could accept others, cannot accept this one."""
    secret: tuple[tuple[int, int, str], ...]


def resolution_list(rights: Rights, *, shown: str = "") -> tuple[ResolutionLine, ...]:
    """Return the resolutions that the person sees, the open by date, others the newest first."""
    found = meeting_access.resolutions(rights)
    conditions = {
        "": Q(state__in=OPEN),
        "mine": Q(state__in=OPEN, responsible__in=rights.departments),
        "late": Q(state="open", due_on__lt=rights.today),
        "done": Q(state="accepted"),
        "withdrawn": Q(state="withdrawn"),
    }
    order = ("-due_on", "-pk") if shown in ("done", "withdrawn") else ("due_on", "pk")
    return lines_of(found.filter(conditions[shown]).order_by(*order)[:LISTED], rights.today)


def resolution_story(rights: Rights, pk: int) -> ResolutionStory:
    """Return one resolution; faults as `meeting_access.resolution`."""
    row = meeting_access.resolution(rights, pk)
    line = _line(row, rights.today, told=True)
    names = {step.code: step.label for step in RESOLUTION_STEPS.values()}

    def may(act: str, states: tuple[str, ...]) -> bool:
        return row.state in states and meeting_access.resolutions(rights, act).filter(pk=pk).exists()

    verifies = may("resolution.accept", ("reported",))
    refusal = refusal_to_accept(accept_case(rights, row)) if verifies else ""
    finding = row.finding
    secret = finding is not None and finding.layer == Layer.RESTRICTED
    return ResolutionStory(
        line=line,
        meeting=called(row.meeting),
        inspection=row.inspection.title,
        steps=tuple((names[step.code], step) for step in row.steps.select_related("meeting__series")),
        may_report=may("resolution.report", ("open",)),
        may_accept=verifies and not refusal,
        may_withdraw=may("resolution.withdraw", OPEN),
        refusal=refusal,
        secret=((finding.pk, finding.unit_id, finding.reference),) if secret and finding else (),
    )


def resolutions_of_finding(rights: Rights, finding_id: int) -> tuple[ResolutionLine, ...]:
    """Return the resolutions tied to a finding whose page the person has before them."""
    found = meeting_access.resolutions(rights).filter(finding=finding_id).exclude(state="withdrawn")
    return lines_of(found.order_by("pk"), rights.today, told=True)


def resolutions_waiting_for(rights: Rights) -> tuple[tuple[str, ResolutionLine], ...]:
    """Return what the person must do: (report or accept, resolution), those of their departments and those to accept."""
    found: list[tuple[str, ResolutionLine]] = []
    if rights.may("resolution.report") and rights.departments:
        mine = meeting_access.resolutions(rights, "resolution.report").filter(
            state="open", responsible__in=rights.departments
        )
        found += [("办理议定事项", line) for line in lines_of(mine.order_by("due_on", "pk")[:20], rights.today)]
    if rights.may("resolution.accept"):
        reported = meeting_access.resolutions(rights, "resolution.accept").filter(state="reported")
        reported = reported.exclude(responsible__in=rights.departments)
        reported = reported.filter(Q(verifying=None) | Q(verifying__in=rights.departments))
        found += [("验收议定事项", line) for line in lines_of(reported.order_by("due_on", "pk")[:20], rights.today)]
    return tuple(found)


def lines_of(rows: QuerySet[Resolution], today: dt.date, *, told: bool = False) -> tuple[ResolutionLine, ...]:
    """Return the lines of resolutions; `told` where the page records that restricted words are shown."""
    found = rows.select_related("responsible", "verifying", "finding")
    return tuple(_line(row, today, told=told) for row in found)


def _line(row: Resolution, today: dt.date, *, told: bool) -> ResolutionLine:
    secret = row.finding is not None and row.finding.layer == Layer.RESTRICTED
    return ResolutionLine(
        id=row.pk,
        number=row.number,
        matter=UNSAID if secret and not told else row.matter,
        responsible=row.responsible.name,
        helping=row.helping,
        verifying=row.verifying.name if row.verifying else "",
        due_on=row.due_on,
        state=RESOLUTION_STATES[row.state],
        state_code=row.state,
        light=_light(row, today),
        finding_id=row.finding_id,
        finding=row.finding.reference if row.finding else "",
        carried=row.carried,
        meeting_id=row.meeting_id,
        version=row.version,
    )


def _light(row: Resolution, today: dt.date) -> Light:
    if row.state not in OPEN:
        return Light("done", RESOLUTION_STATES[row.state], "")
    left = profiles.days_left(row.due_on, today)
    colour = "red" if left < 0 else "yellow" if left <= SOON else "calm"
    return Light(colour, "逾期" if left < 0 else "正常", profiles.words_of(left))
