"""修改台账: findings and measures added and put right by hand, each on a small page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.faults import Invalid, Stale
from zhenggai.web.ledger.actions.editing import (
    add_finding,
    add_measure,
    change_finding,
    change_measure,
    change_parties,
    occurrence_changes,
)
from zhenggai.web.ledger.queries.editing import finding_fields, in_closing, items_of, measure_fields, response_fields
from zhenggai.web.pages.forms import number_of, text_of
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest


def new_finding(request: PersonRequest, inspection: int) -> HttpResponse:
    """Add a finding to the ledger."""
    inspected, items = items_of(request.rights, inspection)

    def take() -> int:
        made = add_finding(
            actor=request.actor,
            rights=request.rights,
            inspection_id=inspection,
            text=text_of(request, "text"),
            item_id=number_of(request, "item"),
        )
        return made.pk

    values = {"title": "新增问题", "items": items, "back": reverse("ledger", args=[inspected])}
    return _form(request, values, {"text": ""}, take)


def new_measure(request: PersonRequest, finding: int) -> HttpResponse:
    """Draft a measure that answers a finding."""
    shown = finding_fields(request.rights, finding)

    def take() -> int:
        add_measure(
            actor=request.actor,
            rights=request.rights,
            finding_id=finding,
            text=text_of(request, "text"),
            due_text=text_of(request, "due_text"),
        )
        return finding

    values: dict[str, Any] = {"title": "新增措施", "about": shown["text"], "back": reverse("finding", args=[finding])}
    values["signed"] = in_closing(request.rights, pk=finding)
    return _form(request, values, {"text": "", "due_text": ""}, take)


def edit_finding(request: PersonRequest, finding: int) -> HttpResponse:
    """Put a finding right."""
    shown = finding_fields(request.rights, finding)

    def take() -> int:
        change_finding(
            actor=request.actor,
            rights=request.rights,
            finding_id=finding,
            seen=number_of(request, "seen") or 0,
            text=text_of(request, "text"),
            cause=text_of(request, "cause"),
        )
        return finding

    values: dict[str, Any] = {"title": "修改问题", "back": reverse("finding", args=[finding])}
    values["signed"] = in_closing(request.rights, pk=finding)
    return _form(request, values, shown, take)


def edit_measure(request: PersonRequest, measure: int) -> HttpResponse:
    """Put a measure right. What becomes of its recurring duties is told first, and has to be agreed to."""
    finding, shown = measure_fields(request.rights, measure)
    values: dict[str, Any] = {"title": "修改措施", "back": reverse("finding", args=[finding])}

    def take() -> int | None:
        change: dict[str, Any] = {
            "actor": request.actor,
            "rights": request.rights,
            "measure_id": measure,
            "seen": number_of(request, "seen") or 0,
            "text": text_of(request, "text"),
            "due_text": text_of(request, "due_text"),
        }
        told = text_of(request, "agreed") == f"{change['text']}|{change['due_text']}"
        values["occurrences"] = () if told else occurrence_changes(**change)
        if values["occurrences"]:
            values["agreed"] = f"{change['text']}|{change['due_text']}"
            return None
        change_measure(**change)
        return finding

    values["signed"] = in_closing(request.rights, responses__measures=measure)
    return _form(request, values, shown, take)


def edit_parties(request: PersonRequest, response: int) -> HttpResponse:
    """Say who answers for a block of measures."""
    finding, shown = response_fields(request.rights, response)

    def take() -> int:
        change_parties(
            actor=request.actor,
            rights=request.rights,
            response_id=response,
            seen=number_of(request, "seen") or 0,
            parties={name: text_of(request, name) for name in shown if name != "seen"},
        )
        return finding

    return _form(request, {"title": "修改责任分工", "back": reverse("finding", args=[finding])}, shown, take)


LABELS = {
    "text": "内容", "cause": "原因分析", "due_text": "完成时限", "lead_leader": "牵头领导", "responsible_leader": "责任领导",
    "responsible_person": "责任人", "responsible_department": "责任部门", "cooperating_department": "配合部门",
    "verifying_department": "验收部门", "supervising_department": "督办单位",
}  # fmt: skip
_LONG = frozenset({"text", "cause"})


def _form(
    request: PersonRequest, values: dict[str, Any], shown: dict[str, Any], take: Callable[[], int | None]
) -> HttpResponse:
    """Show the fields of `shown`; when they come back, `take` them and lead to the finding, or ask once more where it returns None."""
    faults: dict[str, str] = {}
    conflict, status = "", 200
    if request.method == "POST":
        try:
            finding = take()
        except Invalid as fault:
            faults, status = fault.fields, 422
        except Stale as fault:
            conflict, status = str(fault), 409
        else:
            if finding is not None:
                messages.success(request, "已保存。")
                return HttpResponseRedirect(reverse("finding", args=[finding]))
    typed = request.POST if request.method == "POST" else shown
    fields = [
        (name, LABELS[name], typed.get(name, ""), faults.get(name, ""), name in _LONG)
        for name in shown
        if name in LABELS
    ]
    values |= {
        "section": "ledgers",
        "fields": fields,
        "faults": faults,
        "conflict": conflict,
        "seen": shown.get("seen", ""),
        "chosen": typed.get("item", ""),
    }
    return render(request, "pages/editing.html", values, status=status)


_BOTH = ("GET", "POST")
SCREENS = (
    Screen("new_finding", "ledger/<int:inspection>/findings/new/", new_finding, "ledger.edit", methods=_BOTH),
    Screen("new_measure", "findings/<int:finding>/measures/new/", new_measure, "ledger.edit", methods=_BOTH),
    Screen("edit_finding", "findings/<int:finding>/edit/", edit_finding, "ledger.edit", methods=_BOTH),
    Screen("edit_measure", "measures/<int:measure>/edit/", edit_measure, "ledger.edit", methods=_BOTH),
    Screen("edit_parties", "responses/<int:response>/parties/", edit_parties, "ledger.edit", methods=_BOTH),
)
