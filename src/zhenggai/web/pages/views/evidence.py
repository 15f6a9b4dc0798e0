"""佐证材料: upload at a measure, the list of an inspection, one piece with its preview, its versions and what can be done to it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.faults import Invalid, Stale
from zhenggai.web.ledger.actions import evidence as actions
from zhenggai.web.ledger.actions.declarations import Declared, check_declared
from zhenggai.web.ledger.actions.layers import record_restricted_evidence_reads, record_restricted_reads
from zhenggai.web.ledger.actions.occurrence_evidence import add_occurrence_evidence
from zhenggai.web.ledger.evidence.contents import ACCEPT, WORDS
from zhenggai.web.ledger.evidence.limits import evidence_limit, too_large
from zhenggai.web.ledger.evidence.receiving import dropped
from zhenggai.web.ledger.queries.duties import provable_occurrence
from zhenggai.web.ledger.queries.evidence import (
    STATES,
    EvidenceFilters,
    evidence_file,
    evidence_page,
    evidence_picture,
    evidence_story,
    linkable,
    restricted_of,
)
from zhenggai.web.ledger.queries.finding import finding_of_measure, measure_story, restricted_of_measure
from zhenggai.web.ledger.queries.inspections import inspection_of
from zhenggai.web.ledger.wording import EVIDENCE_KINDS, LAYERS
from zhenggai.web.pages.forms import NO_DATE, date_of, number_in, number_of, text_of
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http.response import HttpResponseBase

    from zhenggai.web.pages.requests import PersonRequest

FIELDS = ("title", "kind", "formed_on", "pages", "copies", "note", "layer")
_FRAME = "default-src 'none'; img-src data:; sandbox; frame-ancestors 'self'"
_DOWNLOAD = "default-src 'none'; sandbox; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one file: `outcome` is added, linked or refused, `words` say why."""

    name: str
    outcome: str
    words: str
    id: int = 0
    reference: str = ""


def upload(request: PersonRequest, measure: int) -> HttpResponse:
    """Show the upload form of a measure, or take files: each has a line of its own, and one that is refused stops no other."""
    story = measure_story(request.rights, measure, "evidence.add")
    record_restricted_reads(
        actor=request.actor, findings=restricted_of_measure(request.rights, measure), where="佐证上传页"
    )
    limit = evidence_limit(story.inspection_id)
    occurrence = number_of(request, "occurrence") or number_in(request.GET.get("occurrence", ""))
    period = provable_occurrence(request.rights, occurrence, measure) if occurrence else None
    faults: dict[str, str] = {}
    results: list[Result] = []
    if request.method == "POST":
        declared, faults = _declared(request)
        faults = check_declared(request.rights, story.unit_id, declared, request.today) | faults
        if not faults:
            results, faults = _take(request, measure, declared, limit, occurrence=occurrence)
    status = 422 if faults or (results and all(result.outcome == "refused" for result in results)) else 200
    if request.htmx:
        lines = [*results, *(Result("", "refused", words) for words in faults.values())]
        return render(request, "pages/evidence_results.html", {"results": lines}, status=status)
    values = {
        "section": "ledgers",
        "measure": story,
        "period": period,
        "finding": finding_of_measure(request.rights, measure),
        "others": [line for line in linkable(request.rights, story.inspection_id) if line[0] != measure],
        "chosen": set(_ids(request)),
        "typed": request.POST if request.method == "POST" else {"copies": "1", "layer": "internal"},
        "faults": faults,
        "results": results,
        "accept": ACCEPT,
        "words": WORDS,
        "limit": limit,
        "megabytes": limit // 2**20,
        "kinds": EVIDENCE_KINDS.items(),
        "layers": LAYERS.items(),
    }
    return render(request, "pages/evidence_upload.html", values, status=status)


def _take(
    request: PersonRequest, measure: int, declared: Declared, limit: int, *, occurrence: int | None
) -> tuple[list[Result], dict[str, str]]:
    """Return a line for each file, and the faults of the form; with one of these no file has been taken."""
    who: dict[str, Any] = {"actor": request.actor, "rights": request.rights}
    files = request.FILES.getlist("files")
    lost = dropped(request)
    results = [Result(name, "refused", too_large(name, limit)) for name in lost.too_large]
    results += [Result(name, "refused", "一次上传的文件合计过大，请分几次上传。") for name in lost.too_many]
    if not files and not results:
        return [], {"files": "请先选择文件，或把文件拖到这里。"}
    for file in files:
        try:
            if occurrence:
                added = add_occurrence_evidence(
                    **who, occurrence_id=occurrence, measure_ids=_ids(request), upload=file, declared=declared
                )
            else:
                added = actions.add_evidence(
                    **who, measure_ids=[measure, *_ids(request)], upload=file, declared=declared
                )
        except Invalid as fault:
            if set(fault.fields) != {"file"}:
                return results, fault.fields
            results.append(Result(file.name or "", "refused", str(fault)))
        else:
            piece = added.evidence
            words = "".join(added.notes) if added.notes else "已保存。"
            results.append(
                Result(file.name or "", "added" if added.new else "linked", words, piece.pk, piece.reference)
            )
    return results, {}


def evidence_list(request: PersonRequest, inspection: int) -> HttpResponse:
    """Show the evidence of an inspection, a page at a time."""
    found = inspection_of(request.rights, inspection, "evidence.read")
    filters = EvidenceFilters.read(request.GET)
    page = evidence_page(request.rights, found, filters, after=number_in(request.GET.get("after", "")))
    record_restricted_evidence_reads(actor=request.actor, pieces=page.restricted, where="佐证材料目录")
    values = {
        "section": "ledgers",
        "inspection": found,
        "page": page,
        "filters": filters,
        "kinds": EVIDENCE_KINDS.items(),
        "layers": LAYERS.items(),
        "states": STATES.items(),
        "query": urlencode(filters.used),
    }
    return render(request, "pages/evidence_list.html", values)


def evidence(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one piece."""
    return _framed(request, pk)


def _page(
    request: PersonRequest, pk: int, *, faults: dict[str, str] | None = None, act: str = "", conflict: str = ""
) -> HttpResponse:
    story = evidence_story(request.rights, pk)
    piece = story.piece
    record_restricted_evidence_reads(actor=request.actor, pieces=restricted_of([piece]), where="佐证材料页")
    number = number_in(request.GET.get("version", "")) or piece.number
    typed = {"title": piece.title, "kind": piece.kind_code, "formed_on": piece.formed_on, "pages": piece.pages}
    typed |= {"copies": piece.copies, "note": piece.note, "layer": piece.layer_code}
    proved = {line.id for line in story.measures}
    values = {
        "section": "ledgers",
        "story": story,
        "piece": piece,
        "number": number,
        "drawn": range(1, story.drawn_pages + 1),
        "linkable": [line for line in linkable(request.rights, piece.inspection_id) if line[0] not in proved]
        if story.may_link
        else [],
        "typed": request.POST if act == "change" else typed,
        "reason": text_of(request, "reason"),
        "act": act,
        "faults": faults or {},
        "conflict": conflict,
        "accept": ACCEPT,
        "megabytes": evidence_limit(piece.inspection_id) // 2**20,
        "kinds": EVIDENCE_KINDS.items(),
        "layers": LAYERS.items(),
    }
    status = 409 if conflict else 422 if faults else 200
    return render(request, "pages/evidence.html", values, status=status)


def change(request: PersonRequest, pk: int) -> HttpResponse:
    """Correct what was declared."""
    declared, faults = _declared(request)

    def act() -> object:
        if faults:
            raise Invalid(faults)
        return actions.correct_evidence(**_who(request, pk), declared=declared, reason=text_of(request, "reason"))

    return _done(request, pk, "change", act, "佐证材料已更正。")


def replace(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a new version."""

    def act() -> object:
        lost = dropped(request)
        if lost.too_large:
            raise Invalid({"file": too_large(lost.too_large[0], settings.EVIDENCE_LIMIT)})
        file = request.FILES.get("file")
        if file is None:
            raise Invalid({"file": "请先选择文件。"})
        return actions.replace_evidence(**_who(request, pk), upload=file, reason=text_of(request, "reason"))

    return _done(request, pk, "replace", act, "已更换为新的文件，原来的文件仍可查看。")


def link(request: PersonRequest, pk: int) -> HttpResponse:
    """Let the piece prove further measures."""
    return _done(
        request, pk, "link", lambda: actions.link_evidence(**_who(request, pk), measure_ids=_ids(request)), "已关联。"
    )


def unlink(request: PersonRequest, pk: int) -> HttpResponse:
    """End the link to one measure."""
    measure = number_of(request, "measure") or 0
    reason = text_of(request, "reason")
    return _done(
        request,
        pk,
        "unlink",
        lambda: actions.unlink_evidence(**_who(request, pk), measure_id=measure, reason=reason),
        "已取消关联。",
    )


def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Withdraw the piece."""
    reason = text_of(request, "reason")
    return _done(
        request, pk, "withdraw", lambda: actions.withdraw_evidence(**_who(request, pk), reason=reason), "材料已撤回。"
    )


def download(request: PersonRequest, pk: int, number: int) -> HttpResponseBase:
    """Hand out a version: always as a download, in pieces, never as anything that a browser would show or run."""
    piece, file = evidence_file(request.rights, pk, number)
    record_restricted_evidence_reads(actor=request.actor, pieces=restricted_of([piece]), where="下载")
    response = FileResponse(
        file.stream, as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )
    response["Content-Length"] = str(file.size)
    response["Content-Security-Policy"] = _DOWNLOAD
    return response


def preview(request: PersonRequest, pk: int, number: int, page: int) -> HttpResponse:
    """Show one page, drawn anew by the server, in a frame in which nothing can run; no byte of the upload comes here."""
    piece, picture = evidence_picture(request.rights, pk, number, page)
    record_restricted_evidence_reads(actor=request.actor, pieces=restricted_of([piece]), where="预览")
    image = base64.b64encode(picture).decode() if picture else ""
    response = render(request, "pages/evidence_preview.html", {"image": image, "page": page, "piece": piece})
    response["Content-Security-Policy"] = _FRAME
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _done(request: PersonRequest, pk: int, act: str, do: Callable[[], object], said: str) -> HttpResponse:
    """Do it and lead back to the page; what cannot be done is said there, beside what was typed."""
    try:
        do()
    except Invalid as fault:
        return _framed(request, pk, faults=fault.fields, act=act)
    except Stale as fault:
        return _framed(request, pk, conflict=str(fault), act=act)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("evidence", args=[pk]))


_framed: Callable[..., HttpResponse] = cast("Any", csp_update)({"frame-src": ["'self'"]})(_page)
"""The page with leave to show a frame of the application's own, which no other page has."""


def _who(request: PersonRequest, pk: int) -> dict[str, Any]:
    return {
        "actor": request.actor,
        "rights": request.rights,
        "evidence_id": pk,
        "seen": number_of(request, "seen") or 0,
    }


def _ids(request: PersonRequest) -> list[int]:
    return [pk for text in request.POST.getlist("measures") if (pk := number_in(text)) is not None]


def _declared(request: PersonRequest) -> tuple[Declared, dict[str, str]]:
    """Return what a form declares, and what of it is no date or number."""
    faults = {}
    formed_on = date_of(request, "formed_on")
    if formed_on is None and text_of(request, "formed_on"):
        faults["formed_on"] = NO_DATE
    pages = number_of(request, "pages")
    if pages is None and text_of(request, "pages"):
        faults["pages"] = "页数请填写大于0的整数。"
    declared = Declared(
        title=text_of(request, "title"),
        kind=text_of(request, "kind"),
        formed_on=formed_on,
        pages=pages,
        copies=number_of(request, "copies") if text_of(request, "copies") else 1,
        note=text_of(request, "note"),
        layer=text_of(request, "layer") or "internal",
    )
    return declared, faults


_ONE = "evidence/<int:pk>/"
SCREENS = (
    Screen("evidence_list", "ledger/<int:inspection>/evidence/", evidence_list, "evidence.read"),
    Screen("evidence_upload", "measures/<int:measure>/evidence/", upload, "evidence.add", methods=("GET", "POST")),
    Screen("evidence", _ONE, evidence, "evidence.read"),
    Screen("evidence_file", f"{_ONE}versions/<int:number>/file/", download, "evidence.read"),
    Screen("evidence_preview", f"{_ONE}versions/<int:number>/pages/<int:page>/", preview, "evidence.read"),
    Screen("evidence_change", f"{_ONE}change/", change, "evidence.edit", methods=("POST",)),
    Screen("evidence_replace", f"{_ONE}replace/", replace, "evidence.edit", methods=("POST",)),
    Screen("evidence_link", f"{_ONE}link/", link, "evidence.add", methods=("POST",)),
    Screen("evidence_unlink", f"{_ONE}unlink/", unlink, "evidence.edit", methods=("POST",)),
    Screen("evidence_withdraw", f"{_ONE}withdraw/", withdraw, "evidence.edit", methods=("POST",)),
)
