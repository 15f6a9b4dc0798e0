"""会议: the list of them, one meeting with its agenda and people, one line of an agenda, the papers of a meeting."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q

from zhenggai.profile import MEETING_TYPES, NODES, SECTIONS
from zhenggai.profile.meeting import FREQUENCIES
from zhenggai.web.accounts.models import Organization, Person
from zhenggai.web.ledger import access, meeting_access
from zhenggai.web.ledger.actions.meeting_notices import called
from zhenggai.web.ledger.actions.meetings import ATTENDANCE, PARTS
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.meeting_minutes import decisions_of, frozen, resolutions_of
from zhenggai.web.ledger.models import AgendaItem, Attendance, Finding, Meeting, MeetingSeries, MinutesIssue, Speech
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.web.ledger.queries.resolutions import ResolutionLine, lines_of
from zhenggai.web.ledger.queries.restricted import restricted_measures
from zhenggai.workflow.meetings import COMING, HELD, MEETING_STATES, MEETING_STEPS

if TYPE_CHECKING:
    from collections.abc import Container

    from zhenggai.profile import MeetingCustom
    from zhenggai.web.accounts.rights import Rights

LISTED = 60
CHOSEN_FROM = 150
"""Entries of a list to choose from: a page with three of them stays small."""
SHOWN = {"": "待召开", "held": "已召开", "cancelled": "已取消"}
Secret = tuple[int, int, str]
"""A restricted finding that is shown: (id, unit, reference)."""


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One meeting in a list. `late` says that its day is past and nobody has said that it was held."""

    id: int
    title: str
    kind: str
    inspection: str
    meets_on: dt.date
    starts_at: str
    place: str
    state: str
    moved: bool
    late: bool
    resolutions: int
    open_resolutions: int
    reason: str


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """One series: its rhythm in words, how many were held, and when the next one is."""

    id: int
    name: str
    kind: str
    inspection: str
    inspection_id: int
    rhythm: str
    held: int
    next_on: dt.date | None


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One line of the agenda as everybody at the table sees it; of a restricted finding only the reference."""

    id: int
    text: str
    department: str
    reported: str
    outcome: str
    secret: bool
    opens: bool
    speeches: int
    resolutions: int
    version: int


@dataclass(frozen=True, slots=True)
class MeetingStory:
    """One meeting with everything on its page and what the person may do with it."""

    meeting: Meeting
    title: str
    state: str
    kind: str
    sections: tuple[tuple[str, tuple[ItemLine, ...]], ...]
    attendance: tuple[Attendance, ...]
    present: int
    resolutions: tuple[ResolutionLine, ...]
    secrets: int
    """Resolutions that the person may not know of."""
    steps: frozenset[str]
    late: bool
    closes: bool
    waiting: int
    """Close-outs that wait for the leading group."""
    decided: int
    issues: tuple[MinutesIssue, ...]


@dataclass(frozen=True, slots=True)
class ItemStory:
    """One line of an agenda with what was said and resolved on it."""

    item: AgendaItem
    meeting: Meeting
    title: str
    section: str
    speeches: tuple[Speech, ...]
    resolutions: tuple[ResolutionLine, ...]
    may_change: bool
    may_note: bool
    may_resolve: bool
    secret: tuple[Secret, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """The minutes or the record of a meeting, with what the reader may know; `left_out` counts what the reader may not."""

    meeting: Meeting
    title: str
    content: dict[str, Any]
    left_out: int
    secret: tuple[Secret, ...]
    issue: MinutesIssue | None
    issues: tuple[MinutesIssue, ...]
    steps: frozenset[str]


def meeting_list(rights: Rights, *, shown: str = "", inspection: int | None = None) -> tuple[MeetingLine, ...]:
    """Return the meetings that the person sees: the coming by date, the others the newest first."""
    states = {"": COMING, "held": HELD, "cancelled": ("cancelled",)}[shown]
    found = meeting_access.meetings(rights).filter(state__in=states)
    if inspection is not None:
        found = found.filter(inspection=inspection)
    order = ("meets_on", "pk") if shown == "" else ("-meets_on", "-pk")
    counted = found.annotate(
        total=Count("resolutions", filter=~Q(resolutions__state="withdrawn")),
        still=Count("resolutions", filter=Q(resolutions__state__in=("open", "reported"))),
    )
    rows = counted.select_related("series", "inspection").order_by(*order)[:LISTED]
    return tuple(_line(row, rights.today) for row in rows)


def series_list(rights: Rights) -> tuple[SeriesLine, ...]:
    """Return the series of the ledgers for which the person prepares meetings."""
    if not rights.may("meeting.prepare"):
        return ()
    mine = access.inspections(rights, "meeting.prepare")
    rows = MeetingSeries.objects.filter(inspection__in=mine.values("pk")).select_related("inspection", "mechanism")
    coming = Meeting.objects.filter(series__in=rows.values("pk"), state__in=COMING, meets_on__gte=rights.today)
    following: dict[int, dt.date] = dict(coming.order_by("-meets_on").values_list("series_id", "meets_on"))
    return tuple(
        SeriesLine(
            id=row.pk,
            name=row.name,
            kind=MEETING_TYPES.get(row.kind, row.name),
            inspection=row.inspection.title,
            inspection_id=row.inspection_id,
            rhythm=_rhythm(row),
            held=row.last_number,
            next_on=following.get(row.pk),
        )
        for row in rows.order_by("-inspection_id", "pk")
    )


def ledgers_for(rights: Rights) -> tuple[tuple[int, str], ...]:
    """Return the ledgers for which the person prepares meetings."""
    if not rights.may("meeting.prepare"):
        return ()
    return tuple(access.inspections(rights, "meeting.prepare").order_by("-pk").values_list("pk", "title"))


def meeting_story(rights: Rights, pk: int) -> MeetingStory:
    """Return one meeting; faults as `meeting_access.meeting`."""
    meeting = meeting_access.meeting(rights, pk)
    custom = custom_of(meeting)
    attendance = tuple(Attendance.objects.filter(meeting=meeting, removed_at=None).select_related("person"))
    shown = meeting_access.resolutions(rights).filter(meeting=meeting)
    resolutions = lines_of(shown.order_by("clause"), rights.today)
    verified = access.findings(rights, "closure.approve").filter(
        inspection=meeting.inspection_id, withdrawn_at=None, closure_stage="verified"
    )
    return MeetingStory(
        meeting=meeting,
        title=called(meeting),
        state=MEETING_STATES[meeting.state],
        kind=MEETING_TYPES.get(meeting.series.kind, meeting.series.name),
        sections=_sections(rights, meeting),
        attendance=attendance,
        present=sum(row.state == "present" for row in attendance),
        resolutions=resolutions,
        secrets=meeting.resolutions.count() - len(resolutions),
        steps=_steps(rights, meeting),
        late=meeting.state in COMING and meeting.meets_on < rights.today,
        closes=bool(custom and custom.closes),
        waiting=verified.count() if custom and custom.closes and rights.may("closure.approve") else 0,
        decided=len(decisions_of(meeting)) if meeting.number else 0,
        issues=tuple(meeting.issues.select_related("issued_by").defer("content")),
    )


def item_story(rights: Rights, pk: int) -> ItemStory:
    """Return one line of an agenda; faults as `meeting_access.item`."""
    item = meeting_access.item(rights, pk)
    meeting = meeting_access.meeting(rights, item.meeting_id)
    steps = _steps(rights, meeting)
    signed = meeting.recorder_signed_at is not None
    finding = item.finding
    secret = finding is not None and finding.layer == Layer.RESTRICTED
    measures = restricted_measures(meeting.inspection_id)
    named = {measures[one] for one in _measures_in(item.reported) if one in measures}
    _, unknown, also = _split(rights, named - {item.finding_id or 0})
    item.reported = _without(item.reported, {one for one, of in measures.items() if of in unknown})
    return ItemStory(
        item=item,
        meeting=meeting,
        title=called(meeting),
        section=SECTIONS[item.section],
        speeches=tuple(item.speeches.filter(removed_at=None)),
        resolutions=lines_of(
            meeting_access.resolutions(rights).filter(item=item).order_by("clause"), rights.today, told=True
        ),
        may_change=not signed and ("agenda_changed" in steps or "noted" in steps),
        may_note=not signed and "noted" in steps,
        may_resolve="resolved" in steps,
        secret=((finding.pk, finding.unit_id, finding.reference), *also) if secret and finding else also,
    )


def minutes_paper(rights: Rights, pk: int, number: int | None = None) -> Paper:
    """Return the minutes: an issue of them, or the draft where there is none."""
    meeting = meeting_access.meeting(rights, pk)
    issues = tuple(meeting.issues.select_related("issued_by"))
    issue = next((one for one in issues if one.number == number), None) or (issues[-1] if issues else None)
    content = json.loads(issue.content) if issue else frozen(meeting, scope="", copies=0, reason="", signer="")
    named = {row["finding"] for row in (*content["paragraphs"], *content["resolutions"]) if row["finding"]}
    known, unknown, secret = _split(rights, named)
    paragraphs = [
        {**row, "place": place, "key": f"text:{place}"}
        for place, row in enumerate(content["paragraphs"])
        if row["finding"] not in unknown
    ]
    resolutions = [row for row in content["resolutions"] if row["finding"] not in unknown]
    hidden = len(content["paragraphs"]) + len(content["resolutions"]) - len(paragraphs) - len(resolutions)
    shown = {**content, "on": dt.date.fromisoformat(content["on"]), "paragraphs": _grouped(paragraphs)}
    shown["resolutions"] = [{**row, "due_on": dt.date.fromisoformat(row["due_on"])} for row in resolutions]
    return Paper(
        meeting, called(meeting), shown, hidden, secret if known else (), issue, issues, _steps(rights, meeting)
    )


def record_paper(rights: Rights, pk: int) -> Paper:
    """Return the record: who was there, and every word that was noted."""
    meeting = meeting_access.meeting(rights, pk)
    items = list(
        meeting.items.filter(removed_at=None)
        .select_related("finding")
        .prefetch_related("speeches")
        .order_by("order", "pk")
    )
    resolutions = resolutions_of(meeting)
    measures = restricted_measures(meeting.inspection_id)
    named = [item.finding_id for item in items] + [row.finding_id for row in resolutions]
    named += [measures[one] for item in items for one in _measures_in(item.reported) if one in measures]
    _, unknown, secret = _split(rights, {pk for pk in named if pk})
    shown = [item for item in items if item.finding_id not in unknown]
    told = [row for row in resolutions if row.finding_id not in unknown]
    hidden = len(items) + len(resolutions) - len(shown) - len(told)
    for item in shown:
        whole = item.reported
        item.reported = _without(whole, {one for one, of in measures.items() if of in unknown})
        hidden += whole != item.reported
    rows = list(Attendance.objects.filter(meeting=meeting, removed_at=None))
    content = {
        "unit": meeting.inspection.unit.name,
        "attendance": [(row, ATTENDANCE.get(row.state, "未登记"), PARTS[row.part]) for row in rows],
        "lines": [(SECTIONS[item.section], item, [one for one in item.speeches.all() if one.removed_at is None]) for item in shown],
        "resolutions": told,
    }  # fmt: skip
    return Paper(meeting, called(meeting), content, hidden, secret, None, (), _steps(rights, meeting))


def people_of(rights: Rights, also: tuple[int | None, ...] = ()) -> tuple[tuple[int, str], ...]:
    """Return the people of the person's unit who have an account, for choosing, and those of `also`: a list that stays short."""
    here = Person.objects.filter(unit_id=rights.unit_id, is_active=True, left_on=None)
    named = {pk for pk in also if pk}
    rows = here.filter(Q(login__isnull=False) | Q(pk__in=named)).order_by("name", "pk").values_list("pk", "name")
    found = list(rows)
    return tuple(row for place, row in enumerate(found) if place < CHOSEN_FROM or row[0] in named)


def departments_of(rights: Rights) -> tuple[tuple[int, str], ...]:
    """Return the unit's departments and branches, for choosing."""
    rows = Organization.objects.filter(unit_id=rights.unit_id, closed_on=None, kind__in=("department", "branch"))
    return tuple(rows.order_by("kind", "order", "pk").values_list("pk", "name"))


def findings_for(rights: Rights, inspection_id: int) -> tuple[tuple[int, str], ...]:
    """Return the findings of a ledger that the person sees, for choosing; of a restricted one only the reference."""
    rows = access.findings(rights).filter(inspection=inspection_id, withdrawn_at=None).order_by("order", "pk")
    return tuple(
        (row.pk, row.reference if row.layer == Layer.RESTRICTED else f"{row.reference} {row.text[:18]}")
        for row in rows[:CHOSEN_FROM]
    )


def meetings_to_see_to(rights: Rights) -> tuple[tuple[str, MeetingLine], ...]:
    """Return what the person who prepares meetings has to do now: (what, meeting)."""
    if not rights.may("meeting.prepare"):
        return ()
    soon = rights.today + dt.timedelta(days=7)
    mine = meeting_access.meetings(rights, "meeting.prepare").select_related("series", "inspection")
    waits = Q(state__in=COMING, meets_on__lte=soon) | Q(state__in=("held", "minutes"))
    rows = mine.filter(waits).annotate(total=Count("resolutions"), still=F("total")).order_by("meets_on", "pk")[:20]
    found = []
    for row in rows:
        late = row.state in COMING and row.meets_on < rights.today
        what = (
            "登记召开情况"
            if late
            else {"planned": "准备议程", "held": "起草纪要", "minutes": "印发纪要"}.get(row.state, "")
        )
        if what:
            found.append((what, _line(row, rights.today)))
    return tuple(found)


def custom_of(meeting: Meeting) -> MeetingCustom | None:
    """Return what the profile says of this kind of meeting."""
    return profile_of(meeting.inspection.profile).meeting(meeting.series.kind)


def _sections(rights: Rights, meeting: Meeting) -> tuple[tuple[str, tuple[ItemLine, ...]], ...]:
    items = list(
        AgendaItem.objects.filter(meeting=meeting, removed_at=None)
        .select_related("finding")
        .annotate(
            said=Count("speeches", filter=Q(speeches__removed_at=None), distinct=True),
            resolved=Count("resolutions", distinct=True),
        )
        .order_by("order", "pk")
    )
    measures = restricted_measures(meeting.inspection_id)
    found: dict[str, list[ItemLine]] = {}
    for item in items:
        finding = item.finding
        secret = finding is not None and finding.layer == Layer.RESTRICTED
        found.setdefault(SECTIONS[item.section], []).append(
            ItemLine(
                id=item.pk,
                text=f"问题{finding.reference}（限知事项）" if secret and finding else item.text,
                department="" if secret else item.department,
                reported="" if secret else _without(item.reported, measures),
                outcome="" if secret else item.outcome,
                secret=secret,
                opens=not secret or meeting.unit_id in rights.restricted_units,
                speeches=item.said,
                resolutions=item.resolved,
                version=item.version,
            )
        )
    return tuple((name, tuple(lines)) for name, lines in found.items())


def _steps(rights: Rights, meeting: Meeting) -> frozenset[str]:
    """Return the steps that the person may take with the meeting from where it stands."""
    acts = {step.act for step in MEETING_STEPS.values()}
    reached = {act for act in acts if rights.may_in(act, meeting.unit_id)}
    steps = {code for code, step in MEETING_STEPS.items() if step.act in reached and meeting.state in step.froms} - {
        "record_signed"
    }
    turn = meeting.recorder_id if meeting.recorder_signed_at is None else meeting.chair_id
    if meeting.state in HELD and meeting.chair_signed_at is None and turn == rights.person_id:
        steps.add("record_signed")
    return frozenset(steps)


def _split(rights: Rights, findings: set[int]) -> tuple[set[int], set[int], tuple[Secret, ...]]:
    """Return which of the findings are restricted and known, which are unknown to the person, and the former for the event."""
    rows = Finding.objects.filter(pk__in=findings, layer=Layer.RESTRICTED).order_by("pk")
    known, unknown, secret = set(), set(), []
    for pk, unit, reference in rows.values_list("pk", "unit_id", "reference"):
        if unit in rights.restricted_units:
            known.add(pk)
            secret.append((pk, unit, reference))
        else:
            unknown.add(pk)
    return known, unknown, tuple(secret)


def _measures_in(reported: str) -> list[str]:
    """Return the measures of which a department reported: each line of the agenda's words begins with a number."""
    return [line.partition("：")[0] for line in reported.splitlines()]


def _without(reported: str, measures: Container[str]) -> str:
    """Return what a department reported without the lines on these measures, whose finding became restricted afterwards."""
    lines = reported.splitlines()
    left = [line for line in lines if line.partition("：")[0] not in measures]
    return "\n".join(left) if len(left) < len(lines) else reported


def _grouped(paragraphs: list[dict[str, Any]]) -> list[tuple[str | None, list[dict[str, Any]]]]:
    """Return the paragraphs by heading, in their order."""
    found: list[tuple[str | None, list[dict[str, Any]]]] = []
    for row in paragraphs:
        if found and found[-1][0] == row["heading"]:
            found[-1][1].append(row)
        else:
            found.append((row["heading"], [row]))
    return found


def _line(row: Any, today: dt.date) -> MeetingLine:
    return MeetingLine(
        id=row.pk,
        title=called(row),
        kind=MEETING_TYPES.get(row.series.kind, row.series.name),
        inspection=row.inspection.title,
        meets_on=row.meets_on,
        starts_at=row.starts_at,
        place=row.place,
        state=MEETING_STATES[row.state],
        moved=row.moved,
        late=row.state in COMING and row.meets_on < today,
        resolutions=row.total,
        open_resolutions=row.still,
        reason=row.cancel_reason,
    )


def _rhythm(row: MeetingSeries) -> str:
    """Return how often the meetings of a series are held, in words."""
    if row.mechanism is not None:
        return f"按方案“{row.mechanism.name}”"
    custom = profile_of(row.inspection.profile).meeting(row.kind)
    if custom is None:
        return "不定期"
    words = []
    if custom.freq != "none":
        many = f"{custom.interval}个" if custom.interval > 1 else ""
        words.append(f"每{many}{FREQUENCIES[custom.freq]}1次{custom.day and f'（{custom.day}）'}")
    words += [NODES[node] for node in custom.nodes]
    return "、".join(words) or "不定期"
