"""纪要 and 会议记录 of a meeting as printable pages, and what a leading group decides on close-outs at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.faults import Invalid, LedgerFault, Refused, Stale
from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.actions.meeting_closures import Decision, decide_at_meeting
from zhenggai.web.ledger.actions.meetings import sign_record
from zhenggai.web.ledger.actions.minutes import change_minutes, correct_minutes, draft_minutes, issue_minutes
from zhenggai.web.ledger.queries.meeting_closures import closures_at
from zhenggai.web.ledger.queries.meetings import minutes_paper, record_paper
from zhenggai.web.pages.forms import number_in, number_of, text_of
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest

SCOPE = "整改工作领导小组成员，各责任部门"


def meeting_minutes(
    request: PersonRequest, pk: int, faults: dict[str, str] | None = None, conflict: str = "", status: int = 200
) -> HttpResponse:
    """Show the minutes as they are printed, and below them the forms to change and issue them."""
    paper = minutes_paper(request.rights, pk, number_in(request.GET.get("issue", "")))
    record_restricted_reads(actor=request.actor, findings=paper.secret, where="会议纪要")
    last = paper.issue is not None and paper.issue == paper.issues[-1]
    values = {
        "section": "meetings",
        "paper": paper,
        "meeting": paper.meeting,
        "content": paper.content,
        "may_change": "drafted" in paper.steps and paper.issue is None,
        "may_issue": "issued" in paper.steps,
        "may_correct": "corrected" in paper.steps and last,
        "scope": text_of(request, "scope") or (paper.issue.scope if paper.issue else SCOPE),
        "copies": text_of(request, "copies") or (paper.issue.copies if paper.issue else "10"),
        "typed": request.POST,
        "faults": faults or {},
        "conflict": conflict,
    }
    return render(request, "pages/meeting_minutes.html", values, status=status)


def meeting_minutes_change(request: PersonRequest, pk: int) -> HttpResponse:
    """Write the draft anew from the meeting, or keep it in other words."""
    seen = number_of(request, "seen") or 0
    try:
        if text_of(request, "step") == "draft":
            draft_minutes(actor=request.actor, rights=request.rights, meeting_id=pk, seen=seen)
        else:
            change_minutes(actor=request.actor, rights=request.rights, meeting_id=pk, seen=seen, texts=_texts(request))
    except Invalid as fault:
        return meeting_minutes(request, pk, fault.fields, status=422)
    except (Stale, Refused) as fault:
        return _conflict(request, pk, fault)
    messages.success(request, "纪要已保存。")
    return HttpResponseRedirect(reverse("meeting_minutes", args=[pk]))


def meeting_issue(request: PersonRequest, pk: int) -> HttpResponse:
    """Sign and issue the minutes, or a correction of them."""
    values = {
        "actor": request.actor,
        "rights": request.rights,
        "meeting_id": pk,
        "seen": number_of(request, "seen") or 0,
        "scope": text_of(request, "scope"),
        "copies": number_in(text_of(request, "copies"), digits=4),
    }
    correcting = text_of(request, "step") == "correct"
    try:
        if correcting:
            correct_minutes(**values, texts=_texts(request), reason=text_of(request, "reason"))  # type: ignore[arg-type]
        else:
            issue_minutes(**values)  # type: ignore[arg-type]
    except Invalid as fault:
        return meeting_minutes(request, pk, fault.fields, status=422)
    except (Stale, Refused) as fault:
        return _conflict(request, pk, fault)
    messages.success(request, "更正后的纪要已印发，原纪要保留备查。" if correcting else "纪要已印发，内容不再改动。")
    return HttpResponseRedirect(reverse("meeting_minutes", args=[pk]))


def meeting_record(request: PersonRequest, pk: int, conflict: str = "", status: int = 200) -> HttpResponse:
    """Show the record as it is printed and signed."""
    paper = record_paper(request.rights, pk)
    record_restricted_reads(actor=request.actor, findings=paper.secret, where="会议记录")
    values = {
        "section": "meetings",
        "paper": paper,
        "meeting": paper.meeting,
        "content": paper.content,
        "may_sign": "record_signed" in paper.steps,
        "conflict": conflict,
    }
    return render(request, "pages/meeting_record.html", values, status=status)


def meeting_record_sign(request: PersonRequest, pk: int) -> HttpResponse:
    """Sign the record."""
    try:
        sign_record(actor=request.actor, rights=request.rights, meeting_id=pk, seen=number_of(request, "seen") or 0)
    except (Stale, Refused) as fault:
        if isinstance(fault, Refused) and fault.act:
            raise
        return meeting_record(request, pk, str(fault), 409)
    messages.success(request, "已在会议记录上签字。")
    return HttpResponseRedirect(reverse("meeting_record", args=[pk]))


def meeting_closures(request: PersonRequest, pk: int) -> HttpResponse:
    """Show what waits for the leading group at this meeting, and take its decisions: each is a signature of its own."""
    faults: dict[str, str] = {}
    conflict, status = "", 200
    story = closures_at(request.rights, pk)
    if request.method == "POST":
        try:
            decided = decide_at_meeting(
                actor=request.actor, rights=request.rights, meeting_id=pk, decisions=_decisions(request)
            )
        except Invalid as fault:
            faults, status = fault.fields, 422
        except LedgerFault as fault:
            conflict, status = str(fault), fault.status
        else:
            messages.success(request, f"已签字，会议审定{len(decided)}个问题。")
            return HttpResponseRedirect(reverse("meeting", args=[pk]))
    values = {
        "section": "meetings",
        "story": story,
        "meeting": story.meeting,
        "rows": story.rows,
        "typed": request.POST,
        "faults": faults,
        "conflict": conflict,
        "reasons": story.reasons,
    }
    return render(request, "pages/meeting_closures.html", values, status=status)


def _decisions(request: PersonRequest) -> list[Decision]:
    found = []
    for name, code in request.POST.items():
        closure = number_in(name.removeprefix("choice:"))
        if name.startswith("choice:") and code and closure:
            found.append(
                Decision(
                    closure_id=closure,
                    seen=number_of(request, f"seen:{closure}") or 0,
                    agreed=code == "approved",
                    reason=text_of(request, f"reason:{closure}"),
                    missing=text_of(request, f"missing:{closure}"),
                )
            )
    return found


def _texts(request: PersonRequest) -> dict[int, str]:
    return {
        place: text_of(request, name).replace("\r\n", "\n")
        for name in request.POST
        if name.startswith("text:") and (place := number_in(name.partition(":")[2])) is not None
    }


def _conflict(request: PersonRequest, pk: int, fault: Stale | Refused) -> HttpResponse:
    if isinstance(fault, Refused) and fault.act:
        raise fault
    return meeting_minutes(request, pk, conflict=str(fault), status=409)


SCREENS = (
    Screen("meeting_minutes", "meetings/<int:pk>/minutes/", meeting_minutes, "meeting.read"),
    Screen(
        "meeting_minutes_change", "meetings/<int:pk>/minutes/change/", meeting_minutes_change, "meeting.prepare",
        methods=("POST",),
    ),
    Screen("meeting_issue", "meetings/<int:pk>/minutes/issue/", meeting_issue, "meeting.issue", methods=("POST",)),
    Screen("meeting_record", "meetings/<int:pk>/record/", meeting_record, "meeting.read"),
    Screen(
        "meeting_record_sign", "meetings/<int:pk>/record/sign/", meeting_record_sign, "meeting.read", methods=("POST",)
    ),
    Screen(
        "meeting_closures", "meetings/<int:pk>/closures/", meeting_closures, "closure.approve", methods=("GET", "POST")
    ),
)  # fmt: skip
