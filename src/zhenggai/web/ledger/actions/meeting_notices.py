"""Who is told what of meetings and resolutions: invited, moved, cancelled, minutes issued, assigned, due."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from zhenggai.text import day_words
from zhenggai.web.ledger.actions.notices import Telling, tell
from zhenggai.web.ledger.models import Attendance, Meeting, Resolution
from zhenggai.web.ledger.recipients import holders, members_of
from zhenggai.workflow.meetings import COMING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from zhenggai.profile import Profile
    from zhenggai.web.audit.chain import Actor
    from zhenggai.web.ledger.models import Inspection

DUE_DAYS = 3
"""How many days before its date a resolution's people are reminded."""
_ACTING = ("department_head", "handler")
_LONGEST_INVITATION = dt.timedelta(days=366)


def called(meeting: Meeting) -> str:
    """Return what a meeting is called: 碰头会第3次会议, or before it has a number 碰头会（2025年6月上半月）."""
    name = meeting.series.name
    return f"{name}第{meeting.number}次会议" if meeting.number else f"{name}（{meeting.label}）"


def tell_invited(*, actor: Actor, inspection: Inspection, profile: Profile) -> int:
    """Invite the attendees of the meetings that come within the days of the profile."""
    rows = Meeting.objects.filter(
        inspection=inspection,
        state__in=COMING,
        meets_on__gte=actor.today,
        meets_on__lte=actor.today + _LONGEST_INVITATION,
    ).select_related("series")
    days = {one.type: one.invite_days for one in profile.meetings}
    near = [row for row in rows if row.meets_on <= actor.today + dt.timedelta(days=days.get(row.series.kind, DUE_DAYS))]
    return tell(actor=actor, unit_id=inspection.unit_id, tellings=_to_attendees(near, "invited", invitation))


def tell_attendees(*, actor: Actor, meeting: Meeting, key: str, why: str) -> int:
    """Tell the attendees of one meeting that it is moved, is cancelled, or its minutes are out."""
    return tell(actor=actor, unit_id=meeting.unit_id, tellings=_to_attendees([meeting], key, lambda _meeting: why))


def invitation(meeting: Meeting) -> str:
    """Return when and where."""
    where = f"，地点：{meeting.place}" if meeting.place else ""
    return f"请参加，时间：{day_words(meeting.meets_on)}{meeting.starts_at}{where}"


def _to_attendees(meetings: Iterable[Meeting], key: str, why: Callable[[Meeting], str]) -> list[Telling]:
    by_id = {meeting.pk: meeting for meeting in meetings}
    rows = Attendance.objects.filter(meeting__in=by_id, person__isnull=False, removed_at=None)
    people = {(row.meeting_id, row.person_id) for row in rows}
    people |= {
        (meeting.pk, who) for meeting in by_id.values() for who in (meeting.chair_id, meeting.recorder_id) if who
    }
    return [
        Telling(
            person_id=person or 0,
            kind="meeting",
            key=f"meeting:{pk}:{key}",
            what=called(by_id[pk]),
            why=why(by_id[pk]),
            screen="meeting",
            argument=pk,
            inspection_id=by_id[pk].inspection_id,
        )
        for pk, person in sorted(people)
    ]


def tell_assigned(*, actor: Actor, resolution: Resolution) -> int:
    """Tell those who have to act on a new resolution."""
    return tell(
        actor=actor,
        unit_id=resolution.unit_id,
        tellings=_of_resolutions(
            [resolution], actor.today, lambda one: ("assigned", f"请于{day_words(one.due_on)}前办结")
        ),
    )


def tell_reported(*, actor: Actor, resolution: Resolution) -> int:
    """Tell those who verify that a resolution is reported done."""
    key = f"reported:{resolution.version}"
    people = _verifiers(resolution, actor.today)
    return tell(
        actor=actor,
        unit_id=resolution.unit_id,
        tellings=[_telling(resolution, person, key, "已报办结，请验收") for person in sorted(people)],
    )


def tell_returned(*, actor: Actor, resolution: Resolution, why: str) -> int:
    """Tell those who act on a resolution that it came back."""
    key = f"returned:{resolution.version}"
    return tell(
        actor=actor, unit_id=resolution.unit_id,
        tellings=_of_resolutions([resolution], actor.today, lambda _one: (key, f"验收未通过：{why}")),
    )  # fmt: skip


def tell_withdrawn(*, actor: Actor, resolution: Resolution, why: str) -> int:
    """Tell those who act on a resolution that it need not be done any more."""
    return tell(
        actor=actor, unit_id=resolution.unit_id,
        tellings=_of_resolutions([resolution], actor.today, lambda _one: ("withdrawn", f"已撤销，不再办理：{why}")),
    )  # fmt: skip


def tell_due_resolutions(*, actor: Actor, inspection: Inspection) -> int:
    """Remind those who act on open resolutions that are due soon, and once more when they are late."""
    soon = actor.today + dt.timedelta(days=DUE_DAYS)
    rows = Resolution.objects.filter(inspection=inspection, state="open", due_on__lte=soon)
    found = list(rows.select_related("responsible"))

    def words(one: Resolution) -> tuple[str, str]:
        if one.due_on < actor.today:
            return "late", f"已于{day_words(one.due_on)}到期，尚未办结"
        return "due", f"应于{day_words(one.due_on)}前办结"

    return tell(actor=actor, unit_id=inspection.unit_id, tellings=_of_resolutions(found, actor.today, words))


def _of_resolutions(
    resolutions: list[Resolution], today: dt.date, words: Callable[[Resolution], tuple[str, str]]
) -> list[Telling]:
    members = members_of({one.responsible_id for one in resolutions}, _ACTING, today)
    units = {one.unit_id for one in resolutions if not members.get(one.responsible_id)}
    offices = {unit: holders(unit, ("office",), today) for unit in units}
    tellings = []
    for one in resolutions:
        key, why = words(one)
        people = sorted(members.get(one.responsible_id) or offices[one.unit_id])
        tellings += [_telling(one, person, key, why) for person in people]
    return tellings


def _telling(one: Resolution, person: int, key: str, why: str) -> Telling:
    return Telling(
        person_id=person,
        kind="resolution",
        key=f"resolution:{one.pk}:{key}",
        what=f"{one.number}：{one.matter}",
        why=why,
        screen="resolution",
        argument=one.pk,
        inspection_id=one.inspection_id,
        finding_id=one.finding_id,
    )


def _verifiers(resolution: Resolution, today: dt.date) -> set[int]:
    if resolution.verifying_id:
        found = members_of({resolution.verifying_id}, (*_ACTING, "supervision", "office"), today)
        if found.get(resolution.verifying_id):
            return found[resolution.verifying_id]
    return holders(resolution.unit_id, ("supervision", "office"), today)
