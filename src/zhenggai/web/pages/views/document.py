"""原文: a document as it reads, and the uploaded file as a download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse
from django.shortcuts import render

from zhenggai.web.ledger.queries.documents import document_file, document_shown
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from zhenggai.web.pages.requests import PersonRequest


def document(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the text of the document with its places as targets."""
    shown = document_shown(request.rights, pk)
    return render(request, "pages/document.html", {"section": "ledgers", "document": shown})


def download(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Hand out the file as it was uploaded: always as a download, never shown by the browser."""
    name, path = document_file(request.rights, pk)
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")


SCREENS = (
    Screen("document", "documents/<int:pk>/", document, "ledger.read"),
    Screen("document_file", "documents/<int:pk>/file/", download, "ledger.read"),
)
