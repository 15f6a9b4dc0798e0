"""会议 of the day: series follow plan and profile, the next meetings are laid out, people are told once.

Run twice, or days late, it comes to the same: a meeting is laid out once by its key, and none in the past.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from zhenggai import deadline
from zhenggai.deadline import Course, shifted
from zhenggai.deadline.kinds import Every
from zhenggai.profile import NODES
from zhenggai.web.accounts.models import Grant, OrganizationClosure, Post
from zhenggai.web.audit.chain import Actor, Subject, hold_chain, record
from zhenggai.web.ledger.actions.meeting_notices import tell_due_resolutions, tell_invited
from zhenggai.web.ledger.custom import period_end_of, profile_of
from zhenggai.web.ledger.models import Attendance, Duty, Inspection, Meeting, MeetingSeries, Occurrence
from zhenggai.workflow.meetings import COMING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhenggai.profile import MeetingCustom, Profile
    from zhenggai.web.ledger.models import Mechanism

_KINDS = (
    ("consultation", re.compile("会商|联席会")),
    ("sync", re.compile("碰头会|例会")),
    ("progress", re.compile("推进会|调度会")),
    ("leading_group", re.compile("领导小组(?:全体)?会")),
    ("party_committee", re.compile("党委会|党组会|总支委员会")),
)
_STUDIED_WITHIN = dt.timedelta(days=7)
"""How long after the feedback it is studied."""
_MOST_IN_A_PERIOD = 4


@dataclass(frozen=True, slots=True)
class Planned:
    """A meeting that should be there: its key in the series, what it is called, its day, and the occurrence that it fulfils."""

    key: str
    label: str
    scheduled_on: dt.date
    meets_on: dt.date
    occurrence_id: int | None = None


def lay_out_meetings(*, actor: Actor, inspection_id: int) -> Mapping[str, int]:
    """Bring the meetings of an inspection up to the horizon and tell who has to be told; return how many of each."""
    with transaction.atomic():
        inspection = Inspection.objects.get(pk=inspection_id)
        hold_chain(inspection.unit_id)
        profile = profile_of(inspection.profile)
        arranged = _arranged(inspection)
        series = _series(inspection, profile, arranged, actor)
        added, dropped = _bring_up(inspection, profile, series, arranged, actor)
        if added or dropped:
            record(
                unit_id=inspection.unit_id,
                actor=actor,
                action="meeting.laid_out",
                subject=Subject("inspection", inspection.pk, f"《{inspection.title}》的会议"),
                after={"added": len(added), "dropped": dropped},
            )
        _complete_lists(inspection, profile, actor.today)
        told = tell_invited(actor=actor, inspection=inspection, profile=profile)
        told += tell_due_resolutions(actor=actor, inspection=inspection)
    return {"新列会议": len(added), "取消会议": dropped, "会议通知": told}


def attenders_of(unit_id: int, roles: tuple[str, ...], today: dt.date) -> list[tuple[int, str, str]]:
    """Return who holds one of `roles` in the unit today, as (person, name, post); those of an earlier role first."""
    inside = OrganizationClosure.objects.filter(ancestor=unit_id).values("descendant")
    grants = Grant.objects.filter(
        Grant.current(today), role__in=roles, scope__in=inside, person__is_active=True, person__left_on=None
    ).select_related("person")
    ranked = sorted(grants, key=lambda grant: (roles.index(grant.role), grant.person_id))
    people = {grant.person_id: grant.person.name for grant in ranked}
    posts: dict[int, str] = {}
    held = Post.objects.filter(Post.current(today), person__in=people).select_related("organization").order_by("pk")
    for post in held:
        place = (
            ""
            if post.organization_id == unit_id or post.title.startswith(post.organization.name)
            else post.organization.name
        )
        posts.setdefault(post.person_id, f"{place}{post.title}"[:100])
    return [(person, name, posts.get(person, "")) for person, name in people.items()]


def fill_attendance(meetings: list[Meeting], custom: MeetingCustom, today: dt.date) -> None:
    """Put chair, recorder and everybody on the lists who holds one of the roles and is not there yet."""
    if not meetings:
        return
    unit = meetings[0].unit_id
    people = attenders_of(unit, custom.attends, today)
    chair = next(iter(attenders_of(unit, (custom.chair,), today)), None)
    recorder = next(iter(attenders_of(unit, ("office",), today)), None)
    there = set(Attendance.objects.filter(meeting__in=meetings).values_list("meeting_id", "person_id"))
    rows = []
    for meeting in meetings:
        unset = {"chair_id": chair, "recorder_id": recorder}
        values = {name: who[0] for name, who in unset.items() if who and getattr(meeting, name) is None}
        if values:
            Meeting.objects.filter(pk=meeting.pk).update(**values)
        rows += [
            Attendance(unit_id=unit, meeting=meeting, person_id=person, name=name, post=post, order=order)
            for order, (person, name, post) in enumerate(people)
            if (meeting.pk, person) not in there
        ]
    Attendance.objects.bulk_create(rows)


def kind_of(mechanism: Mechanism) -> str:
    """Return which kind of meeting an arrangement of the plan is, or "" for one that is none."""
    for words in (mechanism.name, mechanism.text):
        for kind, pattern in _KINDS:
            if pattern.search(words):
                return kind
    return ""


def _arranged(inspection: Inspection) -> dict[str, Duty]:
    """Return the plan's own arrangement for each kind of meeting that it has one for."""
    duties = Duty.objects.filter(inspection=inspection, ended_at=None, mechanism__withdrawn_at=None)
    found: dict[str, Duty] = {}
    for duty in duties.exclude(mechanism=None).select_related("mechanism").order_by("mechanism__order", "pk"):
        kind = kind_of(duty.mechanism) if duty.mechanism else ""
        if kind:
            found.setdefault(kind, duty)
    return found


def _series(
    inspection: Inspection, profile: Profile, arranged: dict[str, Duty], actor: Actor
) -> dict[str, MeetingSeries]:
    """Return the series of each kind, made where it is new; it follows the plan's arrangement from when there is one."""
    found = {one.kind: one for one in MeetingSeries.objects.filter(inspection=inspection)}
    names = {one.type: one.name for one in profile.meetings}
    for kind in (*names, *(kind for kind in arranged if kind not in names)):
        mechanism = arranged[kind].mechanism if kind in arranged else None
        if kind not in found:
            found[kind] = MeetingSeries.objects.create(
                unit_id=inspection.unit_id, inspection=inspection, mechanism=mechanism, kind=kind,
                name=names.get(kind) or (mechanism.name if mechanism else kind), made_on=actor.today,
            )  # fmt: skip
        elif found[kind].mechanism_id != (mechanism.pk if mechanism else None):
            found[kind].mechanism = mechanism
            found[kind].save(update_fields=["mechanism"])
    return found


def _bring_up(
    inspection: Inspection,
    profile: Profile,
    series: dict[str, MeetingSeries],
    arranged: dict[str, Duty],
    actor: Actor,
) -> tuple[list[Meeting], int]:
    until = actor.today + dt.timedelta(days=profile.duty.horizon_days)
    occurrences = _occurrences(arranged, until, actor.today)
    known: dict[int, set[str]] = {one.pk: set() for one in series.values()}
    coming: list[Meeting] = []
    for meeting in Meeting.objects.filter(inspection=inspection).select_related("occurrence"):
        known.setdefault(meeting.series_id, set()).add(meeting.key)
        if meeting.state == "planned" and not meeting.moved:
            coming.append(meeting)
    added = []
    for kind, one in series.items():
        custom = profile.meeting(kind)
        wanted = list(_of_plan(occurrences.get(kind, [])))
        if custom is not None:
            wanted += _of_nodes(custom, inspection, one, until)
            if kind not in arranged:
                wanted += _of_rule(custom, inspection, one, until)
        new = [_meeting(one, planned, actor) for planned in wanted if planned.key not in known[one.pk]]
        Meeting.objects.bulk_create(new)
        if custom is not None and new:
            fill_attendance(
                list(Meeting.objects.filter(series=one, key__in=[row.key for row in new])), custom, actor.today
            )
        added += new
    dropped = _follow_occurrences(coming, actor)
    dropped += _drop_replaced(coming, {series[kind].pk for kind in arranged}, actor)
    return added, dropped


def _occurrences(arranged: dict[str, Duty], until: dt.date, today: dt.date) -> dict[str, list[Occurrence]]:
    kinds = {duty.pk: kind for kind, duty in arranged.items()}
    rows = Occurrence.objects.filter(duty__in=kinds, withdrawn_at=None, due_on__gte=today, due_on__lte=until)
    found: dict[str, list[Occurrence]] = {}
    for row in rows.order_by("due_on", "pk"):
        found.setdefault(kinds[row.duty_id], []).append(row)
    return found


def _of_plan(occurrences: list[Occurrence]) -> Iterator[Planned]:
    """Return a meeting for each time that the plan's arrangement asks for."""
    for row in occurrences:
        if row.done >= row.quota:
            continue
        day = _workday(row.due_on, row.start)
        for number in range(1, min(row.quota, _MOST_IN_A_PERIOD) + 1):
            suffix = f"#{number}" if number > 1 else ""
            yield Planned(f"o{row.pk}{suffix}", row.label, row.scheduled_on, day, row.pk)


def _of_rule(custom: MeetingCustom, inspection: Inspection, series: MeetingSeries, until: dt.date) -> list[Planned]:
    """Return a meeting for each time that the profile's rhythm asks for, up to the end of the concentrated period."""
    if custom.rule is None:
        return []
    rule = Every(**{name: value for name, value in custom.rule.items() if name != "kind"})
    begin = min(inspection.plan_date or inspection.feedback_date or series.made_on, series.made_on)
    course = Course(begin, deadline.national(), end=period_end_of(inspection))
    return [
        Planned(f"r{one.key}", one.label, one.scheduled_on, _workday(one.scheduled_on, one.start))
        for one in deadline.occasions(rule, course, since=series.made_on, until=until)
    ]


def _of_nodes(custom: MeetingCustom, inspection: Inspection, series: MeetingSeries, until: dt.date) -> list[Planned]:
    days = {node: day for node, day in node_days(inspection).items() if node in custom.nodes}
    return [
        Planned(f"n{node}", NODES[node], day, _workday(day, series.made_on))
        for node, day in days.items()
        if series.made_on <= day <= until
    ]


def node_days(inspection: Inspection) -> dict[str, dt.date]:
    """Return the days of the course at which meetings are held, those that are known."""
    feedback, end = inspection.feedback_date, period_end_of(inspection)
    days = {
        "feedback": feedback + _STUDIED_WITHIN if feedback else None,
        "plan": inspection.plan_date,
        "mid_term": feedback + (end - feedback) // 2 if feedback and end else None,
        "report": end,
    }
    return {node: day for node, day in days.items() if day}


def _workday(day: dt.date, start: dt.date) -> dt.date:
    """Return the working day on or before `day`; nobody meets on a day off."""
    return shifted(day, "earlier", deadline.national(), start=start, end=day)


def _meeting(series: MeetingSeries, planned: Planned, actor: Actor) -> Meeting:
    return Meeting(
        unit_id=series.unit_id,
        inspection_id=series.inspection_id,
        series=series,
        occurrence_id=planned.occurrence_id,
        key=planned.key,
        label=planned.label,
        scheduled_on=planned.scheduled_on,
        meets_on=planned.meets_on,
        created_at=actor.at,
    )


def _complete_lists(inspection: Inspection, profile: Profile, today: dt.date) -> None:
    """Put on the lists of the meetings that are about to be held who has come into one of the roles since."""
    for custom in profile.meetings:
        until = today + dt.timedelta(days=custom.invite_days)
        near = Meeting.objects.filter(
            inspection=inspection, series__kind=custom.type, state="planned", meets_on__gte=today, meets_on__lte=until
        )
        fill_attendance(list(near), custom, today)


def _follow_occurrences(coming: list[Meeting], actor: Actor) -> int:
    """Let meetings that nobody has moved follow the dates of their occurrences, and cancel those whose occurrence is gone."""
    gone = []
    for meeting in coming:
        occurrence = meeting.occurrence
        if occurrence is None:
            continue
        if occurrence.withdrawn_at is not None:
            gone.append(meeting.pk)
        elif occurrence.moved and meeting.meets_on != occurrence.due_on and occurrence.due_on >= actor.today:
            Meeting.objects.filter(pk=meeting.pk).update(meets_on=occurrence.due_on, version=F("version") + 1)
    return _cancel(gone, "方案已调整，这一次会议不再召开。")


def _drop_replaced(coming: list[Meeting], arranged: set[int], actor: Actor) -> int:
    """Cancel what the profile's rhythm had laid out once the plan has an arrangement of its own."""
    replaced = [
        meeting.pk
        for meeting in coming
        if meeting.series_id in arranged and meeting.key.startswith("r") and meeting.meets_on >= actor.today
    ]
    return _cancel(replaced, "改按方案确定的会议制度召开。")


def _cancel(ids: list[int], reason: str) -> int:
    rows = Meeting.objects.filter(pk__in=ids, state__in=COMING)
    return rows.update(state="cancelled", cancel_reason=reason, version=F("version") + 1) if ids else 0
