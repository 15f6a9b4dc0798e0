"""会议 and 议定事项: the meetings of the caller, one with its agenda, resolutions and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from zhenggai.web.api import meeting_schemas as s
from zhenggai.web.api.registration import Id, caller_of, route
from zhenggai.web.ledger.actions import resolutions as actions
from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.queries.meetings import meeting_list, meeting_story
from zhenggai.web.ledger.queries.resolutions import resolution_list, resolution_story

if TYPE_CHECKING:
    from django.http import HttpRequest

    from zhenggai.web.ledger.queries.resolutions import ResolutionLine


@route("GET", "/meetings", "meeting.read", list[s.MeetingLineOut], "会议列表")
def list_meetings(request: HttpRequest, shown: Literal["", "held", "cancelled"] = "") -> Any:
    """Return the meetings to come, or those held or cancelled."""
    return list(meeting_list(caller_of(request).rights, shown=shown))


@route("GET", "/meetings/{pk}", "meeting.read", s.MeetingOut, "会议的议程、参会人员和议定事项")
def read_meeting(request: HttpRequest, pk: Id) -> Any:
    """Return one meeting; of restricted findings only the reference."""
    story = meeting_story(caller_of(request).rights, pk)
    meeting = story.meeting
    return {
        "id": meeting.pk,
        "title": story.title,
        "kind": story.kind,
        "state": story.state,
        "number": meeting.number,
        "scheduled_on": meeting.scheduled_on,
        "meets_on": meeting.meets_on,
        "starts_at": meeting.starts_at,
        "place": meeting.place,
        "chair": meeting.chair.name if meeting.chair else "",
        "recorder": meeting.recorder.name if meeting.recorder else "",
        "sections": [{"name": name, "lines": list(lines)} for name, lines in story.sections],
        "attendance": list(story.attendance),
        "resolutions": list(story.resolutions),
        "version": meeting.version,
    }


@route("GET", "/resolutions", "meeting.read", list[s.ResolutionOut], "议定事项列表")
def list_resolutions(request: HttpRequest, shown: Literal["", "mine", "late", "done", "withdrawn"] = "") -> Any:
    """Return the resolutions that are open, or those of the caller's departments, late, done or withdrawn."""
    return list(resolution_list(caller_of(request).rights, shown=shown))


@route("GET", "/resolutions/{pk}", "meeting.read", s.ResolutionStoryOut, "议定事项及办理过程")
def read_resolution(request: HttpRequest, pk: Id) -> Any:
    """Return one resolution with its steps; a restricted one leaves an event."""
    return _story(request, pk)


@route("POST", "/resolutions/{pk}/report", "resolution.report", s.ResolutionStoryOut, "报告议定事项办理情况")
def report_resolution(request: HttpRequest, pk: Id, body: s.ReportIn) -> Any:
    """Say how far it is, or that it is done."""
    caller = caller_of(request)
    actions.report_resolution(
        actor=caller.actor, rights=caller.rights, resolution_id=pk, seen=body.seen, text=body.text,
        finished=body.finished,
    )  # fmt: skip
    return _story(request, pk)


@route("POST", "/resolutions/{pk}/accept", "resolution.accept", s.ResolutionStoryOut, "验收议定事项")
def accept_resolution(request: HttpRequest, pk: Id, body: s.AcceptIn) -> Any:
    """Accept what is reported done, or return it."""
    caller = caller_of(request)
    actions.accept_resolution(
        actor=caller.actor, rights=caller.rights, resolution_id=pk, seen=body.seen, accepted=body.accepted,
        text=body.text,
    )  # fmt: skip
    return _story(request, pk)


@route("POST", "/resolutions/{pk}/withdraw", "resolution.withdraw", s.ResolutionStoryOut, "撤销议定事项")
def withdraw_resolution(request: HttpRequest, pk: Id, body: s.WithdrawIn) -> Any:
    """End a resolution that need not be done any more."""
    caller = caller_of(request)
    actions.withdraw_resolution(
        actor=caller.actor, rights=caller.rights, resolution_id=pk, seen=body.seen, text=body.text
    )
    return _story(request, pk)


def _story(request: HttpRequest, pk: int) -> dict[str, Any]:
    caller = caller_of(request)
    story = resolution_story(caller.rights, pk)
    record_restricted_reads(actor=caller.actor, findings=story.secret, where="接口")
    steps = [
        {"label": label, "text": step.text, "person": step.person_name, "at": step.at} for label, step in story.steps
    ]
    return {**_line(story.line), "steps": steps}


def _line(line: ResolutionLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in s.ResolutionOut.model_fields}
