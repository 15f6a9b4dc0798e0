"""全文查找: what stands anywhere in the ledgers that the person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.queries.search import search_findings
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest


def search(request: PersonRequest) -> HttpResponse:
    """Show a page of hits; each restricted one leaves an event."""
    query = request.GET.get("q", "").replace("\0", "").strip()
    values = {"section": "ledgers", "query": query, "fault": ""}
    try:
        found = search_findings(request.rights, query, after=request.GET.get("after", ""))
    except Invalid as fault:
        return render(request, "pages/search.html", values | {"fault": fault.fields["q"]}, status=422)
    secret = [(hit.id, hit.unit_id, hit.reference) for hit in found.hits if hit.restricted]
    if secret:
        record_restricted_reads(actor=request.actor, findings=secret, where="全文查找")
    return render(request, "pages/search.html", values | {"found": found})


SCREEN = Screen("search", "search/", search, "ledger.read")
