"""Meetings against their events: that they were held, what was resolved and what became of it, signed records, issued minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.ledger.actions.meeting_notices import called
from zhenggai.web.ledger.actions.meetings import record_digest
from zhenggai.web.ledger.closing.state import digest
from zhenggai.web.ledger.models import Meeting, MinutesIssue, Resolution, ResolutionStep
from zhenggai.web.ledger.proof.history import Past, batches, events_about
from zhenggai.web.ledger.proof.misfits import Misfit
from zhenggai.web.store import ALGORITHMS
from zhenggai.workflow.meetings import RESOLUTION_STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_UNSAID = "（问题"
"""How an event begins that leaves out the words because the finding was restricted."""


def meeting_misfits(unit_id: int, tick: Callable[[], None]) -> Iterator[Misfit]:
    """Check every meeting of the unit that was held, and every resolution."""
    for meetings in batches(Meeting.objects.filter(unit=unit_id, number__isnull=False).select_related("series")):
        tick()
        events = events_about(unit_id, "meeting", [one.pk for one in meetings])
        issues: dict[int, list[MinutesIssue]] = {}
        for issue in MinutesIssue.objects.filter(meeting__in=meetings).order_by("number"):
            issues.setdefault(issue.meeting_id, []).append(issue)
        for meeting in meetings:
            past = events.get(str(meeting.pk), [])
            yield from _held(meeting, past)
            yield from _record(meeting, past)
            yield from _minutes(meeting, past, issues.get(meeting.pk, []))
    rows = Resolution.objects.filter(unit=unit_id)
    for resolutions in batches(rows):
        tick()
        events = events_about(unit_id, "resolution", [one.pk for one in resolutions])
        steps: dict[int, list[ResolutionStep]] = {}
        for step in ResolutionStep.objects.filter(resolution__in=resolutions).exclude(code="carried").order_by("pk"):
            steps.setdefault(step.resolution_id, []).append(step)
        for resolution in resolutions:
            yield from _resolution(resolution, events.get(str(resolution.pk), []), steps.get(resolution.pk, []))


def _held(meeting: Meeting, past: Sequence[Past]) -> Iterator[Misfit]:
    told = next((one for one in reversed(past) if one.action == "meeting.held"), None)
    if told is None:
        yield Misfit("meeting", called(meeting), "没有登记召开的操作记录")
    elif (told.said("number"), told.said("meets_on")) != (meeting.number, meeting.meets_on.isoformat()):
        yield Misfit("meeting", f"{called(meeting)}的次数、日期", f"与第{told.number}号操作记录不符", told.number)


def _record(meeting: Meeting, past: Sequence[Past]) -> Iterator[Misfit]:
    """Check that the record is still what was signed."""
    told = next((one for one in reversed(past) if one.action == "meeting.record_signed"), None)
    where = f"{called(meeting)}的会议记录"
    if told is None:
        if meeting.recorder_signed_at or meeting.record_digest:
            yield Misfit("meeting", where, "没有签字的操作记录")
        return
    algorithm = str(told.said("hash")).partition(":")[0]
    known = algorithm in ALGORITHMS
    if told.said("hash") != meeting.record_digest or (
        known and record_digest(meeting, algorithm) != meeting.record_digest
    ):
        yield Misfit("meeting", where, f"与第{told.number}号操作记录签字时的内容不符", told.number)


def _minutes(meeting: Meeting, past: Sequence[Past], issues: Sequence[MinutesIssue]) -> Iterator[Misfit]:
    told = {one.said("minutes_number"): one for one in past if one.action in ("meeting.issued", "meeting.corrected")}
    for issue in issues:
        where = f"{called(meeting)}纪要第{issue.number}次印发"
        event = told.pop(issue.number, None)
        algorithm, _, sealed = issue.digest.partition(":")
        whole = algorithm in ALGORITHMS and digest(issue.content, algorithm) == sealed
        if event is None:
            yield Misfit("meeting", where, "没有印发的操作记录")
        elif not whole or event.said("minutes_hash") != issue.digest:
            yield Misfit("meeting", where, f"与第{event.number}号操作记录印发的内容不符", event.number)
    for number, event in told.items():
        yield Misfit(
            "meeting",
            f"{called(meeting)}纪要第{number}次印发",
            f"缺失，第{event.number}号操作记录曾予印发",
            event.number,
        )


def _resolution(row: Resolution, past: Sequence[Past], steps: Sequence[ResolutionStep]) -> Iterator[Misfit]:
    where = f"议定事项“{row.number}”"
    first = next((one for one in past if one.action == "resolution.resolved"), None)
    if first is None:
        yield Misfit("meeting", where, "没有登记的操作记录")
        return
    words = str(first.said("matter"))
    if first.said("resolution_due") != row.due_on.isoformat() or (
        words != row.matter and not words.startswith(_UNSAID)
    ):
        yield Misfit("meeting", f"{where}的内容、时限", f"与第{first.number}号操作记录不符", first.number)
    taken = [one for one in past if one.said("resolution_state")]
    state = taken[-1].said("resolution_state") if taken else RESOLUTION_STATES["open"]
    if state != RESOLUTION_STATES[row.state]:
        number = taken[-1].number if taken else first.number
        yield Misfit("meeting", f"{where}的办理状态", f"与第{number}号操作记录不符", number)
    said = [(one.action, one.said("said") or "", one.actor_name) for one in taken]
    kept = [(f"resolution.{step.code}", step.text, step.person_name) for step in steps]
    same = len(said) == len(kept) and all(
        (a, who) == (b, by) and (told == text or told.startswith(_UNSAID))
        for (a, told, who), (b, text, by) in zip(said, kept, strict=True)
    )
    if not same:
        yield Misfit("meeting", f"{where}的办理过程", "与操作记录不符", first.number)
