"""会议: the list, calling one, one meeting with its agenda, people and resolutions, one line of an agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.profile import SECTIONS
from zhenggai.text import day_words
from zhenggai.web.faults import Invalid, Refused, Stale
from zhenggai.web.ledger.actions import agendas, meetings
from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.actions.meeting_rounds import lay_out_meetings
from zhenggai.web.ledger.actions.meetings import ATTENDANCE, PARTS, Arrangement, Present
from zhenggai.web.ledger.actions.minutes import draft_minutes
from zhenggai.web.ledger.actions.resolutions import Matter, resolve
from zhenggai.web.ledger.queries import meetings as queries
from zhenggai.web.ledger.queries.inspections import inspection_of
from zhenggai.web.ledger.queries.meetings import SHOWN
from zhenggai.web.pages.forms import date_of, number_in, number_of, text_of, with_unread_date
from zhenggai.web.pages.screen import Menu, Screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest

    Done = tuple[str, str]


def meeting_list(request: PersonRequest) -> HttpResponse:
    """List the meetings, and the series to who prepares them."""
    shown = request.GET.get("shown", "")
    inspection = number_in(request.GET.get("inspection", ""))
    values = {
        "lines": queries.meeting_list(request.rights, shown=shown if shown in SHOWN else "", inspection=inspection),
        "series": queries.series_list(request.rights),
        "ledgers": queries.ledgers_for(request.rights),
        "shown": shown if shown in SHOWN else "",
        "choices": SHOWN.items(),
        "inspection": inspection,
    }
    return render(request, "pages/meetings.html", values)


def meeting_lay_out(request: PersonRequest, inspection: int) -> HttpResponse:
    """List the meetings of a ledger that plan and profile ask for, now instead of tonight."""
    found = inspection_of(request.rights, inspection, "meeting.prepare")
    counts = lay_out_meetings(actor=request.actor, inspection_id=found.pk)
    new = counts["新列会议"]
    messages.success(request, f"已按规则新列{new}次会议。" if new else "会议安排没有变化。")
    return HttpResponseRedirect(reverse("meetings"))


def meeting_call(request: PersonRequest) -> HttpResponse:
    """Show the form to call a meeting, or take it."""
    faults: dict[str, str] = {}
    names = ("series", "label", "meets_on", "starts_at", "place")
    typed = {name: text_of(request, name) or request.GET.get(name, "") for name in names}
    if request.method == "POST":
        try:
            made = meetings.call_meeting(
                actor=request.actor,
                rights=request.rights,
                series_id=number_of(request, "series") or 0,
                label=typed["label"],
                meets_on=date_of(request, "meets_on"),
                arrangement=Arrangement(typed["starts_at"], typed["place"]),
            )
        except Invalid as fault:
            faults = with_unread_date(request, fault.fields, "meets_on")
        else:
            messages.success(request, "会议已列入，请生成议程、核对参会人员。")
            return HttpResponseRedirect(reverse("meeting", args=[made.pk]))
    series = queries.series_list(request.rights)
    values = {
        "section": "meetings",
        "series": [(one.id, f"{one.name}（{one.inspection}）") for one in series],
        "typed": typed,
        "faults": faults,
    }
    return render(request, "pages/meeting_call.html", values, status=422 if faults else 200)


def meeting(
    request: PersonRequest,
    pk: int,
    faults: dict[str, str] | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show one meeting."""
    story = queries.meeting_story(request.rights, pk)
    prepares = "arranged" in story.steps or "resolved" in story.steps or "attendance_taken" in story.steps
    values = {
        "section": "meetings",
        "story": story,
        "meeting": story.meeting,
        "faults": faults or {},
        "conflict": conflict,
        "typed": request.POST,
        "step": text_of(request, "step"),
        "people": queries.people_of(request.rights, (story.meeting.chair_id, story.meeting.recorder_id))
        if prepares
        else (),
        "departments": queries.departments_of(request.rights) if "resolved" in story.steps else (),
        "findings": queries.findings_for(request.rights, story.meeting.inspection_id)
        if story.steps & {"resolved", "agenda_changed"}
        else (),
        "tied": None,
        "sections": SECTIONS.items(),
        "taking": "attendance_taken" in story.steps and story.meeting.state != "planned",
        "attendance_states": ATTENDANCE.items(),
        "parts": PARTS.items(),
    }
    return render(request, "pages/meeting.html", values, status=status)


def meeting_change(request: PersonRequest, pk: int) -> HttpResponse:
    """Take one step of preparing or recording a meeting."""
    step = next((name for name in _MOVES if name in request.POST), "") or text_of(request, "step")
    if step not in _STEPS:
        return meeting(request, pk, conflict="没有这项操作，请刷新页面后重试。", status=422)
    try:
        told, place = _STEPS[step](request, pk)
    except Invalid as fault:
        faults = fault.fields
        for name in ("meets_on", "held_on", "due_on"):
            faults = with_unread_date(request, faults, name)
        return meeting(request, pk, faults, status=422)
    except (Stale, Refused) as fault:
        if isinstance(fault, Refused) and fault.act:
            raise
        return meeting(request, pk, conflict=str(fault), status=409)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("meeting", args=[pk]) + place)


def meeting_item(
    request: PersonRequest, pk: int, faults: dict[str, str] | None = None, conflict: str = "", status: int = 200
) -> HttpResponse:
    """Show one line of an agenda: what was reported, said and resolved."""
    story = queries.item_story(request.rights, pk)
    record_restricted_reads(actor=request.actor, findings=story.secret, where="会议议题页")
    values = {
        "section": "meetings",
        "story": story,
        "item": story.item,
        "tied": story.item.finding_id,
        "meeting": story.meeting,
        "faults": faults or {},
        "conflict": conflict,
        "typed": request.POST,
        "step": text_of(request, "step"),
        "departments": queries.departments_of(request.rights) if story.may_resolve else (),
        "findings": queries.findings_for(request.rights, story.meeting.inspection_id) if story.may_resolve else (),
    }
    return render(request, "pages/meeting_item.html", values, status=status)


def meeting_item_change(request: PersonRequest, pk: int) -> HttpResponse:
    """Change the line, note what somebody said, strike it, or keep a resolution."""
    actor, rights, step = request.actor, request.rights, text_of(request, "step")
    story = queries.item_story(rights, pk)
    try:
        if step == "speech":
            agendas.note_speech(
                actor=actor, rights=rights, item_id=pk, speaker=text_of(request, "speaker"),
                words=text_of(request, "words"),
            )  # fmt: skip
            told = "发言已记录。"
        elif step == "strike":
            agendas.remove_speech(actor=actor, rights=rights, speech_id=number_of(request, "speech") or 0)
            told = "误记的发言已删去。"
        elif step == "resolve":
            made = resolve(actor=actor, rights=rights, meeting_id=story.meeting.pk, item_id=pk, matter=_matter(request))
            told = f"已登记议定事项第{made.clause}项，应于{day_words(made.due_on)}前办结。"
        else:
            agendas.change_item(
                actor=actor, rights=rights, item_id=pk, seen=number_of(request, "seen") or 0,
                text=text_of(request, "text"), reported=text_of(request, "reported"), outcome=text_of(request, "outcome"),
            )  # fmt: skip
            told = "已保存。"
    except Invalid as fault:
        return meeting_item(request, pk, with_unread_date(request, fault.fields, "due_on"), status=422)
    except (Stale, Refused) as fault:
        if isinstance(fault, Refused) and fault.act:
            raise
        return meeting_item(request, pk, conflict=str(fault), status=409)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("meeting_item", args=[pk]))


# -- the steps -----------------------------------------------------------------------------------------------------------


def _arrange(request: PersonRequest, pk: int) -> Done:
    arrangement = Arrangement(
        text_of(request, "starts_at"), text_of(request, "place"), number_of(request, "chair"),
        number_of(request, "recorder"),
    )  # fmt: skip
    meetings.arrange_meeting(**_who(request, pk), arrangement=arrangement)
    return "会议安排已保存。", ""


def _move(request: PersonRequest, pk: int) -> Done:
    moved = meetings.move_meeting(
        **_who(request, pk), meets_on=date_of(request, "meets_on"), reason=text_of(request, "reason")
    )
    return f"会议改在{day_words(moved.meets_on)}召开，已通知参会人员。", ""


def _cancel(request: PersonRequest, pk: int) -> Done:
    meetings.cancel_meeting(**_who(request, pk), reason=text_of(request, "reason"))
    return "会议已取消，已通知参会人员。", ""


def _assemble(request: PersonRequest, pk: int) -> Done:
    agendas.assemble_agenda(**_who(request, pk))
    return "议程已按台账生成，可以增减、修改和调整次序。", "#agenda"


def _set(request: PersonRequest, pk: int) -> Done:
    agendas.set_agenda(**_who(request, pk))
    return "议程已确定。会后请登记出席情况和召开日期。", ""


def _add(request: PersonRequest, pk: int) -> Done:
    agendas.add_item(
        **_who(request, pk), section=text_of(request, "section"), text=text_of(request, "text"),
        finding_id=number_of(request, "finding"),
    )  # fmt: skip
    return "议题已添加。", "#agenda"


def _up(request: PersonRequest, pk: int) -> Done:
    return _shift(request, pk, "up")


def _down(request: PersonRequest, pk: int) -> Done:
    return _shift(request, pk, "down")


def _shift(request: PersonRequest, pk: int, way: str) -> Done:
    item = number_of(request, way) or 0
    agendas.shift_item(**_who(request, pk), item_id=item, up=way == "up")
    return "次序已调整。", f"#i{item}"


def _remove(request: PersonRequest, pk: int) -> Done:
    agendas.remove_item(**_who(request, pk), item_id=number_of(request, "remove") or 0)
    return "议题已移出议程。", "#agenda"


def _attendance(request: PersonRequest, pk: int) -> Done:
    present = [
        Present(
            number, text_of(request, name), text_of(request, f"reason:{number}"), text_of(request, f"deputy:{number}")
        )
        for name in request.POST
        if name.startswith("state:") and (number := number_in(name.partition(":")[2]))
    ]
    meetings.take_attendance(**_who(request, pk), present=present)
    return "出席情况已登记。", "#people"


def _attendee(request: PersonRequest, pk: int) -> Done:
    who = _who(request, pk)
    del who["seen"]
    meetings.add_attendee(
        **who, person_id=number_of(request, "person"), name=text_of(request, "name"), post=text_of(request, "post"),
        part=text_of(request, "part"),
    )  # fmt: skip
    return "已列入参会名单。", "#people"


def _leave_out(request: PersonRequest, pk: int) -> Done:
    who = _who(request, pk)
    del who["seen"]
    meetings.remove_attendee(**who, attendance_id=number_of(request, "leave_out") or 0)
    return "已移出参会名单。", "#people"


def _held(request: PersonRequest, pk: int) -> Done:
    held = meetings.hold_meeting(**_who(request, pk), held_on=date_of(request, "held_on"))
    also = "方案要求的本期会议已同时填报。" if held.reported else ""
    return f"已登记为第{held.number}次会议。{also}请登记议定事项，起草纪要。", ""


def _resolve(request: PersonRequest, pk: int) -> Done:
    made = resolve(actor=request.actor, rights=request.rights, meeting_id=pk, item_id=None, matter=_matter(request))
    return f"已登记议定事项第{made.clause}项，应于{day_words(made.due_on)}前办结。", "#resolutions"


def _draft(request: PersonRequest, pk: int) -> Done:
    draft_minutes(**_who(request, pk))
    return "纪要已起草，请核对后印发。", "minutes/"


_STEPS: dict[str, Callable[[PersonRequest, int], Done]] = {
    "arrange": _arrange,
    "move": _move,
    "cancel": _cancel,
    "assemble": _assemble,
    "set": _set,
    "add": _add,
    "up": _up,
    "down": _down,
    "remove": _remove,
    "attendance": _attendance,
    "attendee": _attendee,
    "leave_out": _leave_out,
    "held": _held,
    "resolve": _resolve,
    "draft": _draft,
}
_MOVES = ("up", "down", "remove", "leave_out")
"""Steps whose button carries the line that is meant."""


def _who(request: PersonRequest, pk: int) -> dict[str, Any]:
    return {
        "actor": request.actor,
        "rights": request.rights,
        "meeting_id": pk,
        "seen": number_of(request, "seen") or 0,
    }


def _matter(request: PersonRequest) -> Matter:
    """Return the resolution as typed.

    Raises:
        Invalid: a date that is none.
    """
    due_on = date_of(request, "due_on")
    if due_on is None and text_of(request, "due_on"):
        raise Invalid({"due_on": "日期请按2026-07-20的格式填写。"})
    return Matter(
        matter=text_of(request, "matter"),
        responsible_id=number_of(request, "responsible"),
        helping=text_of(request, "helping"),
        verifying_id=number_of(request, "verifying"),
        due_on=due_on,
        finding_id=number_of(request, "finding"),
    )


SCREENS = (
    Screen("meetings", "meetings/", meeting_list, "meeting.read", menu=Menu("会议", 45)),
    Screen(
        "meeting_lay_out", "ledger/<int:inspection>/meetings/", meeting_lay_out, "meeting.prepare", methods=("POST",)
    ),
    Screen("meeting_call", "meetings/new/", meeting_call, "meeting.prepare", methods=("GET", "POST")),
    Screen("meeting", "meetings/<int:pk>/", meeting, "meeting.read"),
    Screen("meeting_change", "meetings/<int:pk>/change/", meeting_change, "meeting.prepare", methods=("POST",)),
    Screen("meeting_item", "agenda/<int:pk>/", meeting_item, "meeting.read"),
    Screen("meeting_item_change", "agenda/<int:pk>/change/", meeting_item_change, "meeting.prepare", methods=("POST",)),
)
