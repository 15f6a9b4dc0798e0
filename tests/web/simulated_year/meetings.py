"""Half-monthly meetings: held on their day, every second with a resolution, one in four of which is done late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulated_year.unit import DAY, DEPARTMENTS, Unit, workday, workday_before
from zhenggai.web.ledger.actions.agendas import assemble_agenda, set_agenda
from zhenggai.web.ledger.actions.meetings import Present, hold_meeting, take_attendance
from zhenggai.web.ledger.actions.minutes import draft_minutes, issue_minutes
from zhenggai.web.ledger.actions.resolutions import Matter, accept_resolution, report_resolution, resolve
from zhenggai.web.ledger.models import Meeting, Resolution

if TYPE_CHECKING:
    import datetime as dt


def see_to_meetings(unit: Unit, day: dt.date) -> None:
    """Hold what is to be held before the next working day, issue minutes two working days later, see to resolutions."""
    coming = Meeting.objects.filter(inspection=unit.inspection, state="planned", series__kind="sync")
    for meeting in coming.filter(meets_on__lt=workday(day, 1)).order_by("meets_on", "pk"):
        _hold(unit, meeting, day)
    for meeting in Meeting.objects.filter(inspection=unit.inspection, state="held").order_by("pk"):
        if workday(workday_before(meeting.meets_on), 2) <= day:
            _issue(unit, meeting, day)
    for resolution in Resolution.objects.filter(inspection=unit.inspection, state__in=("open", "reported")).order_by(
        "pk"
    ):
        _see_to(unit, resolution, day)


def _hold(unit: Unit, meeting: Meeting, day: dt.date) -> None:
    actor, rights = unit.actor("office", day), unit.rights("office", day)

    def seen() -> int:
        return Meeting.objects.get(pk=meeting.pk).version

    assemble_agenda(actor=actor, rights=rights, meeting_id=meeting.pk, seen=seen())
    set_agenda(actor=actor, rights=rights, meeting_id=meeting.pk, seen=seen())
    present = [Present(pk, "present") for pk in meeting.attendance.filter(removed_at=None).values_list("pk", flat=True)]
    take_attendance(actor=actor, rights=rights, meeting_id=meeting.pk, seen=seen(), present=present)
    held = hold_meeting(actor=actor, rights=rights, meeting_id=meeting.pk, seen=seen(), held_on=day)
    if held.number and held.number % 2:
        department = DEPARTMENTS[held.number // 2 % len(DEPARTMENTS)]
        matter = Matter(
            f"第{held.number}次会议交办{department}的事项", unit.departments[department].pk,
            verifying_id=unit.place.pk, due_on=day + 12 * DAY,
        )  # fmt: skip
        resolve(actor=actor, rights=rights, meeting_id=meeting.pk, item_id=None, matter=matter)


def _issue(unit: Unit, meeting: Meeting, day: dt.date) -> None:
    actor, rights = unit.actor("office", day), unit.rights("office", day)
    drafted = draft_minutes(actor=actor, rights=rights, meeting_id=meeting.pk, seen=meeting.version)
    drafted.refresh_from_db()
    issue_minutes(actor=actor, rights=rights, meeting_id=meeting.pk, seen=drafted.version, scope="各部门", copies=10)


def _see_to(unit: Unit, resolution: Resolution, day: dt.date) -> None:
    """Report it done eight days after it was made, or 25 days where the meeting's number leaves one by eight; accept it the day after."""
    meeting = Meeting.objects.get(pk=resolution.meeting_id)
    late = (meeting.number or 0) % 8 == 1
    done = workday(meeting.meets_on + (25 if late else 8) * DAY)
    if resolution.state == "open" and day == done:
        department = next(name for name, place in unit.departments.items() if place.pk == resolution.responsible_id)
        who = f"head:{department}"
        report_resolution(
            actor=unit.actor(who, day), rights=unit.rights(who, day), resolution_id=resolution.pk, seen=resolution.version,
            text="已办结。", finished=True,
        )  # fmt: skip
    elif resolution.state == "reported" and day == workday(done, 1):
        accept_resolution(
            actor=unit.actor("supervision", day), rights=unit.rights("supervision", day), resolution_id=resolution.pk,
            seen=resolution.version, accepted=True, text="",
        )  # fmt: skip
