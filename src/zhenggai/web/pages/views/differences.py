"""后续文件: upload a later document for a ledger, go through its differences, confirm them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.document import known_formats
from zhenggai.web.faults import Invalid, Stale
from zhenggai.web.ledger.actions.differences import confirm_differences, decide, link
from zhenggai.web.ledger.actions.imports import content_of, resume_draft, upload_document
from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.drafting.difference import GROUPS, Difference, FieldChange
from zhenggai.web.ledger.drafting.marking import Piece, marked
from zhenggai.web.ledger.queries.differences import Review, review_of
from zhenggai.web.ledger.queries.inspections import inspection_of
from zhenggai.web.pages.forms import number_in
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest

PAGE = 40
"""Differences on one page."""
_NOT_FREE = ("cell:", "name:")
"""Choices that make other differences appear, so that the page has to be made anew."""


@dataclass(frozen=True, slots=True)
class Line:
    """One difference as the page shows it: `choice` is what holds, `fault` what is wrong with it."""

    number: int
    difference: Difference
    choice: str
    reason: str
    fault: str
    changes: tuple[tuple[FieldChange, tuple[Piece, ...], tuple[Piece, ...]], ...]


def upload_later(request: PersonRequest, inspection: int) -> HttpResponse:
    """Show the form for a later document; take the file and lead to its differences."""
    found = inspection_of(request.rights, inspection, "import.upload")
    faults: dict[str, str] = {}
    file = request.FILES.get("file")
    if request.method == "POST" and file is None:
        faults = {"file": "请先选择要上传的文件。"}
    elif request.method == "POST" and file is not None:
        try:
            draft = upload_document(
                actor=request.actor,
                rights=request.rights,
                unit_id=found.unit_id,
                name=file.name or "未命名文件",
                data=content_of(file),
                inspection_id=inspection,
            )
        except Invalid as fault:
            faults = fault.fields
        else:
            return HttpResponseRedirect(reverse("difference", args=[draft.pk]))
    suffixes = ",".join(suffix for known in known_formats() for suffix in known.suffixes)
    values = {"section": "ledgers", "inspection": found, "faults": faults, "suffixes": suffixes}
    return render(request, "pages/upload_later.html", values, status=422 if faults else 200)


def difference(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the differences of a draft, a page at a time."""
    found = resume_draft(actor=request.actor, rights=request.rights, draft_id=pk)
    if found.state != "review":
        return render(request, "pages/draft_closed.html", {"section": "imports", "draft": found})
    if found.inspection_id is None:
        return HttpResponseRedirect(reverse("draft", args=[pk]))
    review = review_of(request.rights, pk)
    unit = review.inspection.unit_id
    restricted = [(finding, unit, reference) for finding, reference in review.restricted]
    record_restricted_reads(actor=request.actor, findings=restricted, where="核对差异")
    return _page(request, review)


def difference_decide(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep choices as they are made. htmx gets the counts; what makes other differences appear reloads the page."""
    choices = {name.removeprefix("choice:"): v for name, v in _posted(request).items() if name.startswith("choice:")}
    reasons = {name.removeprefix("reason:"): v for name, v in _posted(request).items() if name.startswith("reason:")}
    try:
        decide(
            actor=request.actor,
            rights=request.rights,
            draft_id=pk,
            seen=_number(request.POST.get("seen", "")),
            choices=choices,
            reasons=reasons,
        )
    except (Invalid, Stale) as fault:
        status = 422 if isinstance(fault, Invalid) else 409
        if request.htmx:
            return render(request, "pages/difference_counts.html", _counts(request, pk, str(fault)), status=status)
        return _page(request, review_of(request.rights, pk), conflict=str(fault), status=status)
    if not request.htmx:
        return HttpResponseRedirect(_address(request, pk))
    response = render(request, "pages/difference_counts.html", _counts(request, pk))
    if any(name.startswith(_NOT_FREE) for name in choices):
        response["HX-Redirect"] = _address(request, pk)
    return response


def difference_link(request: PersonRequest, pk: int) -> HttpResponse:
    """Say which row of the ledger a row of the document is."""
    chosen = request.POST.get("id", "")
    typed = request.POST.get("reference", "")
    try:
        link(
            actor=request.actor,
            rights=request.rights,
            draft_id=pk,
            seen=_number(request.POST.get("seen", "")),
            difference_id=chosen,
            reference=request.POST.get("new") or typed,
        )
    except Invalid as fault:
        faults = {chosen: str(fault)}
        return _page(request, review_of(request.rights, pk), faults=faults, typed={chosen: typed}, status=422)
    except Stale as fault:
        return _page(request, review_of(request.rights, pk), conflict=str(fault), typed={chosen: typed}, status=409)
    messages.success(request, "对应关系已更正。")
    return HttpResponseRedirect(_address(request, pk))


def difference_confirm(request: PersonRequest, pk: int) -> HttpResponse:
    """Write what was decided into the ledger."""
    try:
        version = confirm_differences(
            actor=request.actor,
            rights=request.rights,
            draft_id=pk,
            seen=_number(request.POST.get("seen", "")),
            versions=_versions(request.POST.get("versions", "")),
        )
    except Invalid as fault:
        return _page(request, review_of(request.rights, pk), faults=fault.fields, status=422)
    except Stale as fault:
        return _page(request, review_of(request.rights, pk), conflict=str(fault), status=409)
    words = f"差异已确认，方案为第{version.number}版。" if version else "差异已确认，方案没有变化。"
    messages.success(request, words)
    found = resume_draft(actor=request.actor, rights=request.rights, draft_id=pk)
    return HttpResponseRedirect(reverse("ledger", args=[found.inspection_id]))


def _page(
    request: PersonRequest,
    review: Review,
    *,
    faults: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    faults = faults or {}
    differences = review.comparison.differences
    pages = max(1, -(-len(differences) // PAGE))
    page = min(max(_number(request.GET.get("page", "") or request.POST.get("page", "")), 1), pages)
    start = (page - 1) * PAGE
    lines = [_line(review, n, d, faults) for n, d in enumerate(differences[start : start + PAGE])]
    groups = [(key, title, [n for n in lines if n.difference.group == key]) for key, title in GROUPS.items()]
    wrong = [
        (n // PAGE + 1, difference.id, faults[difference.id])
        for n, difference in enumerate(differences)
        if difference.id in faults
    ]
    values = {
        "section": "ledgers",
        "review": review,
        "draft": review.draft,
        "inspection": review.inspection,
        "groups": [group for group in groups if group[2]],
        "wrong": wrong,
        "typed": typed or {},
        "conflict": conflict,
        "page": page,
        "pages": range(1, pages + 1),
        "versions": json.dumps(review.versions(), separators=(",", ":")),
        **_totals(review),
    }
    return render(request, "pages/difference.html", values, status=status)


def _line(review: Review, number: int, found: Difference, faults: Mapping[str, str]) -> Line:
    made = review.decisions.get(found.id)
    changes = tuple((change, *marked(*change.words)) for change in found.fields)
    return Line(number, found, review.choice(found), made["reason"] if made else "", faults.get(found.id, ""), changes)


def _counts(request: PersonRequest, pk: int, conflict: str = "") -> dict[str, Any]:
    review = review_of(request.rights, pk)
    return {"review": review, "draft": review.draft, "conflict": conflict, **_totals(review)}


def _totals(review: Review) -> dict[str, Any]:
    """Return how many differences each group has, how many change something, and how many wait for a choice."""
    differences = review.comparison.differences
    chosen = [(d, review.choice(d)) for d in differences]
    places = {d.id: n // PAGE + 1 for n, d in enumerate(differences)}
    return {
        "totals": [
            (f"?page={places[members[0].id]}#g-{group}", GROUPS[group], len(members))
            for group, members in review.comparison.by_group().items()
        ],
        "taken": sum(1 for d, choice in chosen if choice in ("take", "withdraw") and d.group not in ("cell", "name")),
        "withdrawn": sum(1 for _, choice in chosen if choice == "withdraw"),
        "open": sum(1 for _, choice in chosen if not choice),
    }


def _posted(request: PersonRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in request.POST}


def _versions(text: str) -> dict[str, int]:
    """Return the versions that the page sent along; nothing for what is no such list, so that nothing is written over."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    return {str(reference): version for reference, version in pairs if isinstance(version, int)}


def _address(request: PersonRequest, pk: int) -> str:
    page = _number(request.POST.get("page", ""))
    return reverse("difference", args=[pk]) + (f"?page={page}" if page > 1 else "")


def _number(text: str) -> int:
    return number_in(text, digits=9) or 0


SCREENS = (
    Screen("upload_later", "ledger/<int:inspection>/later/", upload_later, "import.upload", methods=("GET", "POST")),
    Screen("difference", "imports/<int:pk>/difference/", difference, "import.read"),
    Screen(
        "difference_decide", "imports/<int:pk>/difference/decide/", difference_decide, "import.edit", methods=("POST",)
    ),
    Screen("difference_link", "imports/<int:pk>/difference/link/", difference_link, "import.edit", methods=("POST",)),
    Screen(
        "difference_confirm",
        "imports/<int:pk>/difference/confirm/",
        difference_confirm,
        "plan.confirm",
        methods=("POST",),
    ),
)
