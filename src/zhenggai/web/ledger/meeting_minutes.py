"""纪要: its sentences from what the meeting did, with computed figures; decisions only, no discussion.

What is issued is frozen as one canonical text with its hash. Each paragraph names the finding that it is about, so that a copy
can leave out what its reader may not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhenggai.text import day_words
from zhenggai.web.ledger.meeting_facts import measures_of
from zhenggai.web.ledger.models import AgendaItem, Attendance, ClosureStep, Meeting, Resolution
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.workflow.agenda import AgendaFacts, figures_of

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.web.accounts.models import Person

Paragraph = dict[str, Any]
"""`heading` or None, `text`, and `finding`: the id of the restricted finding that it is about, or None."""

_HEADINGS = {
    "figures": "整改进展",
    "last_resolutions": "上次议定事项落实情况",
    "departments": "各责任部门汇报情况",
    "pressing": "逾期、临期和退回事项",
    "coordination": "需要协调解决的问题",
    "supervision": "督查情况",
    "review": "审议事项",
    "closures": "审定销号情况",
    "next_period": "下一阶段任务",
    "other": "其他事项",
}


def paragraphs_of(meeting: Meeting, today: dt.date) -> list[Paragraph]:
    """Return the draft of the minutes: the opening, then each section of the agenda that has a result."""
    items = list(meeting.items.filter(removed_at=None).select_related("finding", "resolution").order_by("order", "pk"))
    found: list[Paragraph] = [_paragraph(None, _opening(meeting)), _paragraph(None, _figures(meeting, today))]
    for section, heading in _HEADINGS.items():
        lines = [item for item in items if item.section == section]
        if section == "last_resolutions":
            found += _settled(lines, heading) + _outcomes(lines, heading)
        elif section == "departments":
            found += _reports(lines, heading)
        elif section == "closures":
            found += _closures(meeting, heading)
        else:
            found += _outcomes(lines, heading)
    return found


def frozen(meeting: Meeting, *, scope: str, copies: int, reason: str, signer: str) -> dict[str, Any]:
    """Return everything that the issued minutes say."""
    rows = list(Attendance.objects.filter(meeting=meeting, removed_at=None))
    return {
        "format": 1,
        "unit": _unit(meeting),
        "meeting": meeting.series.name,
        "number": meeting.number,
        "on": meeting.meets_on.isoformat(),
        "starts_at": meeting.starts_at,
        "place": meeting.place,
        "chair": _name(meeting.chair),
        "recorder": _name(meeting.recorder),
        "signer": signer,
        "present": [row.name for row in rows if row.state == "present" and row.part == "attend"],
        "observing": [row.name for row in rows if row.state == "present" and row.part == "observe"],
        "absent": [_absent(row) for row in rows if row.state == "absent"],
        "paragraphs": meeting.minutes,
        "resolutions": [_resolution(row) for row in resolutions_of(meeting)],
        "scope": scope,
        "copies": copies,
        "reason": reason,
    }


def resolutions_of(meeting: Meeting) -> list[Resolution]:
    """Return the resolutions of the meeting in their order, those withdrawn left out."""
    rows = Resolution.objects.filter(meeting=meeting).exclude(state="withdrawn")
    return list(rows.select_related("responsible", "verifying", "finding").order_by("clause"))


def _opening(meeting: Meeting) -> str:
    chair = f"，{_name(meeting.chair)}主持会议" if meeting.chair else ""
    where = f"在{meeting.place}" if meeting.place else ""
    matters = list(
        dict.fromkeys(item.section for item in meeting.items.filter(removed_at=None).order_by("order", "pk"))
    )
    topics = "、".join(_HEADINGS[section] for section in matters if section in _HEADINGS)
    about = f"，研究{topics}" if topics else ""
    return f"{day_words(meeting.meets_on)}，{_unit(meeting)}{where}召开{meeting.series.name}第{meeting.number}次会议{about}{chair}。"


def _figures(meeting: Meeting, today: dt.date) -> str:
    day = min(today, meeting.meets_on)
    facts = AgendaFacts(
        day, meeting.meets_on, meeting.meets_on, meeting.meets_on, measures=measures_of(meeting.inspection_id)
    )
    return f"会议听取了整改进展情况。{figures_of(facts)}"


def _settled(lines: list[AgendaItem], heading: str) -> list[Paragraph]:
    rows = [item for item in lines if item.resolution is not None]
    if not rows:
        return []
    done = [item for item in rows if item.resolution and item.resolution.state == "accepted"]
    still = len(rows) - len(done)
    words = f"上次会议以来跟踪的议定事项共{len(rows)}项，已办结{len(done)}项"
    return [_paragraph(heading, f"{words}，{f'未办结的{still}项结转本次会议继续办理' if still else '全部办结'}。")]


def _reports(lines: list[AgendaItem], heading: str) -> list[Paragraph]:
    names = [item.department for item in lines if item.reported and item.department]
    if not names:
        return []
    found = [_paragraph(heading, f"{'、'.join(dict.fromkeys(names))}汇报了承担措施的进展情况。")]
    return found + _outcomes(lines, heading)


def _outcomes(lines: list[AgendaItem], heading: str) -> list[Paragraph]:
    return [
        _paragraph(heading, f"{item.text.rstrip('。')}：{item.outcome.rstrip('。')}。", item.finding_id)
        for item in lines
        if item.outcome
    ]


def _closures(meeting: Meeting, heading: str) -> list[Paragraph]:
    """Return what the meeting decided on close-outs, from the signatures that name it."""
    steps = decisions_of(meeting)
    agreed = [step.closure.finding for step in steps if step.transition == "approved"]
    back = [step.closure.finding for step in steps if step.transition == "continued"]
    found = []
    for verb, some in (("同意销号", agreed), ("要求继续整改", back)):
        for secret in (False, True):
            some_here = [one for one in some if (one.layer == Layer.RESTRICTED) is secret]
            names = "、".join(one.reference for one in some_here)
            if some_here:
                words = f"会议审定，{verb}{len(some_here)}个问题：{names}。"
                found.append(_paragraph(heading, words, some_here[0].pk if secret else None))
    return found


def decisions_of(meeting: Meeting) -> list[ClosureStep]:
    """Return the signatures on close-outs that name this meeting."""
    steps = ClosureStep.objects.filter(
        unit=meeting.unit_id, transition__in=("approved", "continued"), closure__inspection=meeting.inspection_id
    ).select_related("closure__finding")
    name = f"{meeting.series.name}第{meeting.number}次会议"
    return [
        step
        for step in steps.order_by("closure__finding__order")
        if step.details.get("meeting", {}).get("name") == name
    ]


def _resolution(row: Resolution) -> dict[str, Any]:
    return {
        "clause": row.clause,
        "matter": row.matter,
        "responsible": row.responsible.name,
        "helping": row.helping,
        "verifying": row.verifying.name if row.verifying else "",
        "due_on": row.due_on.isoformat(),
        "reference": row.finding.reference if row.finding else "",
        "finding": row.finding_id,
    }


def _absent(row: Attendance) -> str:
    words = "，".join(filter(None, (row.reason, f"{row.deputy}代会" if row.deputy else "")))
    return f"{row.name}（{words}）" if words else row.name


def _paragraph(heading: str | None, text: str, finding: int | None = None) -> Paragraph:
    return {"heading": heading, "text": text, "finding": finding}


def _unit(meeting: Meeting) -> str:
    return meeting.inspection.unit.name


def _name(person: Person | None) -> str:
    return person.name if person else ""
