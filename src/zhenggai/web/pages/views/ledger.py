"""台账: the ledger of an inspection, as the official ledger looks and prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.queries.cycles import current_label
from zhenggai.web.ledger.queries.filters import Filters, as_of_day
from zhenggai.web.ledger.queries.inspections import areas_of, inspection_list, inspection_of, party_names
from zhenggai.web.ledger.queries.ledger import PAGE, ledger_page
from zhenggai.web.ledger.wording import CLOSURE_STAGES, COMPLETION_STATUSES
from zhenggai.web.pages.screen import Menu, Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.profile import Profile
    from zhenggai.web.pages.requests import PersonRequest


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that can be left out; `shown` says whether it is."""

    key: str
    title: str
    shown: bool = True


COLUMNS = {
    "area": "聚焦方面",
    "item": "反馈问题",
    "objective": "整改目标",
    "lead_leader": "牵头领导",
    "responsible_leader": "责任领导",
    "responsible_person": "责任人",
    "responsible_department": "责任部门",
    "cooperating_department": "配合部门",
    "class": "整改类型",
    "due": "完成时限",
    "progress": "工作进展",
    "status": "完成状态",
    "evidence": "佐证",
    "stage": "销号状态",
}
"""The columns that a person may leave out; number, finding and measure are always there."""
WHOLE = 1_000
"""Findings on the one page that is made for printing."""
_HIDDEN_AT_FIRST = frozenset({"objective", "responsible_person", "class"})


def ledgers(request: PersonRequest) -> HttpResponse:
    """Lead to the only ledger, or show which there are."""
    found = inspection_list(request.rights)
    if len(found) == 1:
        return HttpResponseRedirect(reverse("ledger", args=[found[0].pk]))
    return render(request, "pages/ledgers.html", {"inspections": found})


def ledger(request: PersonRequest, inspection: int) -> HttpResponse:
    """Show one page of the ledger; htmx asks for the table alone."""
    found = inspection_of(request.rights, inspection)
    filters, faults = Filters.read(request.GET)
    columns = _columns(request)
    whole = "all" in request.GET
    page = ledger_page(
        request.rights, found, filters, after=request.GET.get("after", ""), size=WHOLE if whole else PAGE
    )
    record_restricted_reads(actor=request.actor, findings=page.restricted, where="台账页")
    values = {
        "section": "ledgers",
        "inspection": found,
        "page": page,
        "filters": filters,
        "faults": faults,
        "columns": {choice.key: True for choice in columns if choice.shown},
        "choices": columns,
        "areas": areas_of(request.rights, found),
        "statuses": COMPLETION_STATUSES,
        "stages": CLOSURE_STAGES,
        "colours": _colours(page.profile),
        "query": urlencode(filters.used),
        "as_of": as_of_day(filters.as_of),
        "cycle": current_label(found, request.today),
        "back": urlencode({name: value for name, value in filters.used.items() if name != "as_of"}),
        "may_report": request.rights.may("progress.report"),
        "may_edit": request.rights.may_in("ledger.edit", found.unit_id),
        "may_export": request.rights.may("ledger.export"),
        "may_bind": request.rights.may_in("profile.edit", found.unit_id),
        "may_file": found.filed_at is None and request.rights.may_in("plan.file", found.unit_id),
        "may_upload": request.rights.may_in("import.upload", found.unit_id),
    }
    if request.htmx and request.htmx.target == "ledger":
        return render(request, "pages/ledger_table.html", values)
    return render(request, "pages/ledger.html", values, status=422 if faults else 200)


def ledger_names(request: PersonRequest, inspection: int) -> HttpResponse:
    """Return the names that a filter field offers while somebody types."""
    found = inspection_of(request.rights, inspection)
    role = "leader" if request.GET.get("kind") == "leader" else "department"
    text = request.GET.get(role, "").strip()[:50]
    return render(request, "pages/name_options.html", {"names": party_names(request.rights, found, role, text)})


def _columns(request: PersonRequest) -> list[ColumnChoice]:
    """Return the columns with the person's choice, kept for the session once it was made."""
    if "columns" in request.GET:
        chosen = [key for key in request.GET.getlist("columns") if key in COLUMNS]
        request.session["columns"] = chosen
    else:
        chosen = request.session.get("columns", [key for key in COLUMNS if key not in _HIDDEN_AT_FIRST])
    return [ColumnChoice(key, title, key in chosen) for key, title in COLUMNS.items()]


def _colours(profile: Profile) -> list[tuple[str, str]]:
    lights = [(threshold.colour, threshold.word) for threshold in profile.thresholds]
    return [*lights, ("calm", "正常"), ("none", "无日期"), ("done", "已完成")]


SCREENS = (
    Screen("ledgers", "ledger/", ledgers, "ledger.read", menu=Menu("台账", 30)),
    Screen("ledger", "ledger/<int:inspection>/", ledger, "ledger.read"),
    Screen("ledger_names", "ledger/<int:inspection>/names/", ledger_names, "ledger.read"),
)
