"""Ledgers, findings, measures and the drafts of first documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ninja import File, Query, Schema
from ninja.files import UploadedFile  # noqa: TC002 — ninja reads the types at run time

from zhenggai.web.api import schemas as s
from zhenggai.web.api.registration import Id, caller_of, route
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.actions.cycles import keep_cycles
from zhenggai.web.ledger.actions.imports import confirm_draft, content_of, resume_draft, upload_document
from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.queries.drafts import draft_list
from zhenggai.web.ledger.queries.filters import Filters
from zhenggai.web.ledger.queries.finding import finding_story, measure_story, restricted_of_measure
from zhenggai.web.ledger.queries.inspections import inspection_list, inspection_of
from zhenggai.web.ledger.queries.ledger import ledger_page

if TYPE_CHECKING:
    from django.http import HttpRequest

    from zhenggai.web.ledger.queries.ledger import LedgerPage


class LedgerQuery(Schema):
    """The filters of the ledger, as on its screen."""

    area: str = ""
    leader: str = ""
    department: str = ""
    status: str = ""
    stage: str = ""
    colour: str = ""
    since: str = ""
    until: str = ""
    q: str = ""
    as_of: str = ""
    after: str = ""


@route("GET", "/inspections", "ledger.read", list[s.InspectionOut], "台账列表")
def list_inspections(request: HttpRequest) -> Any:
    """Return the inspections that the caller sees, the newest first."""
    return inspection_list(caller_of(request).rights)


@route("GET", "/inspections/{pk}/ledger", "ledger.read", s.LedgerOut, "台账")
def read_ledger(request: HttpRequest, pk: Id, query: Query[LedgerQuery]) -> Any:
    """Return a page of the ledger, narrowed as its screen is."""
    caller = caller_of(request)
    found = inspection_of(caller.rights, pk)
    filters, faults = Filters.read(query.dict())
    if faults:
        raise Invalid(faults)
    page = ledger_page(caller.rights, found, filters, after=query.after)
    record_restricted_reads(actor=caller.actor, findings=page.restricted, where="接口")
    return _ledger(page)


@route("GET", "/findings/{pk}", "ledger.read", s.FindingOut, "问题")
def read_finding(request: HttpRequest, pk: Id) -> Any:
    """Return a finding with everything that answers it; a restricted one leaves an event."""
    caller = caller_of(request)
    story = finding_story(caller.rights, pk)
    finding = story.finding
    if finding.layer == "restricted":
        record_restricted_reads(
            actor=caller.actor, findings=[(finding.pk, finding.unit_id, finding.reference)], where="接口"
        )
    return {
        "id": finding.pk,
        "reference": finding.reference,
        "text": finding.text,
        "cause": finding.cause,
        "layer": finding.layer,
        "stage": story.stage,
        "responses": story.responses,
    }


@route("GET", "/measures/{pk}", "ledger.read", s.MeasureStoryOut, "措施及其进展")
def read_measure(request: HttpRequest, pk: Id) -> Any:
    """Return a measure with its reports."""
    caller = caller_of(request)
    story = measure_story(caller.rights, pk)
    record_restricted_reads(actor=caller.actor, findings=restricted_of_measure(caller.rights, pk), where="接口")
    return story


@route("POST", "/measures/{pk}/progress", "progress.report", s.ProgressOut, "填报进展")
def write_progress(request: HttpRequest, pk: Id, body: s.ProgressIn) -> Any:
    """Report on a measure for the current cycle."""
    caller = caller_of(request)
    return report_progress(actor=caller.actor, rights=caller.rights, measure_id=pk, **body.dict())


@route("GET", "/drafts", "import.read", list[s.DraftOut], "导入稿列表")
def list_drafts(request: HttpRequest) -> Any:
    """Return the drafts of the caller's units."""
    return [draft_out(draft) for draft in draft_list(caller_of(request).rights)]


@route("POST", "/drafts", "import.upload", s.DraftOut, "上传文件")
def upload(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """Keep a document and read it into a draft."""
    caller = caller_of(request)
    draft = upload_document(
        actor=caller.actor,
        rights=caller.rights,
        unit_id=caller.unit_id,
        name=file.name or "未命名文件",
        data=content_of(file),
    )
    return draft_out(draft)


@route("GET", "/drafts/{pk}", "import.read", s.DraftOut, "导入稿")
def read_draft(request: HttpRequest, pk: Id) -> Any:
    """Return one draft."""
    caller = caller_of(request)
    return draft_out(resume_draft(actor=caller.actor, rights=caller.rights, draft_id=pk))


@route("POST", "/drafts/{pk}/confirm", "plan.confirm", s.InspectionOut, "确认方案")
def confirm(request: HttpRequest, pk: Id, body: s.ConfirmIn) -> Any:
    """Confirm a draft: it becomes plan version 1 of a new inspection, which is returned."""
    caller = caller_of(request)
    inspection = confirm_draft(actor=caller.actor, rights=caller.rights, draft_id=pk, **body.dict()).inspection
    keep_cycles(actor=caller.actor, inspection_id=inspection.pk)
    return inspection


def _ledger(page: LedgerPage) -> dict[str, Any]:
    """Return the rows with what spans them said in each."""
    rows = []
    area = item = ""
    findings: Any = ()
    objective, parties = "", {}
    for row in page.rows:
        area = row.area.text if row.area else area
        item = row.item.text if row.item else item
        findings = row.finding.findings if row.finding else findings
        if row.response:
            objective, parties = row.response.objective, row.response.parties
        rows.append(
            {
                "area": area,
                "item": item,
                "findings": findings,
                "objective": objective,
                "parties": parties,
                "measure": row.measure,
            }
        )
    return {"findings": page.findings, "after": page.after, "rows": rows}


def draft_out(draft: Any) -> dict[str, Any]:
    """Return a draft as the answers name it."""
    return {
        "id": draft.pk,
        "state": draft.state,
        "message": draft.message,
        "version": draft.version,
        "name": draft.document.name if draft.document else "",
        "inspection_id": draft.inspection_id,
        "updated_at": draft.updated_at,
    }
