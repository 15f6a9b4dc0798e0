"""导出Excel: the rows of the ledger that the filter lets through, as a workbook that can come back filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.actions.exports import export_ledger
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.queries.filters import Filters
from zhenggai.web.ledger.queries.inspections import inspection_of
from zhenggai.web.ledger.queries.ledger import filtered
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from zhenggai.web.pages.requests import PersonRequest


def ledger_export(request: PersonRequest, inspection: int) -> HttpResponse:
    """Send the workbook with the rows that the same address of the ledger would show."""
    found = inspection_of(request.rights, inspection, "ledger.export")
    filters, faults = Filters.read(request.GET)
    if faults:
        raise Invalid(faults)
    chosen = None
    if filters.narrows:
        rows = filtered(request.rights, found, filters, profile_of(found.profile))
        chosen = list(rows.values_list("pk", flat=True))
    workbook = export_ledger(actor=request.actor, rights=request.rights, inspection_id=inspection, chosen=chosen)
    disposition = content_disposition_header(as_attachment=True, filename=workbook.name) or "attachment"
    return HttpResponse(workbook.data, content_type=workbook.media_type, headers={"Content-Disposition": disposition})


SCREEN = Screen("ledger_export", "ledger/<int:inspection>/export/", ledger_export, "ledger.export")
