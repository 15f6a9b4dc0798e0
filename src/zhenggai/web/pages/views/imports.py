"""导入: upload a document, or begin by hand; the list of drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.document import known_formats
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.actions.imports import content_of, start_draft, upload_document
from zhenggai.web.ledger.queries.drafts import draft_list
from zhenggai.web.pages.screen import Menu, Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest


def imports(request: PersonRequest, faults: dict[str, str] | None = None) -> HttpResponse:
    """Show the upload form and the drafts."""
    suffixes = ",".join(suffix for known in known_formats() for suffix in known.suffixes)
    values = {
        "section": "imports",
        "drafts": draft_list(request.rights),
        "suffixes": suffixes,
        "faults": faults or {},
        "title": request.POST.get("title", ""),
    }
    return render(request, "pages/imports.html", values, status=422 if faults else 200)


def upload(request: PersonRequest) -> HttpResponse:
    """Take a file and lead to its draft."""
    file = request.FILES.get("file")
    if file is None:
        return imports(request, {"file": "请先选择要导入的文件。"})
    try:
        draft = upload_document(
            actor=request.actor,
            rights=request.rights,
            unit_id=request.user.unit_id,
            name=file.name or "未命名文件",
            data=content_of(file),
        )
    except Invalid as fault:
        return imports(request, fault.fields)
    return HttpResponseRedirect(reverse("draft", args=[draft.pk]))


def start(request: PersonRequest) -> HttpResponse:
    """Begin a ledger by hand."""
    try:
        draft = start_draft(
            actor=request.actor,
            rights=request.rights,
            unit_id=request.user.unit_id,
            title=request.POST.get("title", ""),
        )
    except Invalid as fault:
        return imports(request, fault.fields)
    messages.success(request, "已建立手工台账，请添加问题和措施，完成后确认。")
    return HttpResponseRedirect(reverse("draft", args=[draft.pk]))


SCREENS = (
    Screen("imports", "imports/", imports, "import.read", menu=Menu("导入", 20)),
    Screen("import_upload", "imports/upload/", upload, "import.upload", methods=("POST",)),
    Screen("import_start", "imports/start/", start, "import.upload", methods=("POST",)),
)
