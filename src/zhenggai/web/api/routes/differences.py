"""A later document or a ledger that comes back: upload, the differences, decide, link, confirm — the screen's own actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ninja import File  # noqa: TC002 — ninja reads the types at run time
from ninja.files import UploadedFile  # noqa: TC002 — ninja reads the types at run time

from zhenggai.web.api import schemas as s
from zhenggai.web.api.registration import Id, caller_of, route
from zhenggai.web.api.routes.ledgers import draft_out
from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger.actions.differences import confirm_differences, decide, link
from zhenggai.web.ledger.actions.imports import content_of, resume_draft, upload_document
from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.queries.differences import review_of
from zhenggai.web.ledger.queries.inspections import inspection_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from zhenggai.web.ledger.drafting.difference import Difference
    from zhenggai.web.ledger.queries.differences import Review

PAGE = 100
"""Differences in one answer."""


@route("POST", "/inspections/{pk}/later", "import.upload", s.DraftOut, "上传后续文件或填好的台账")
def upload_later(request: HttpRequest, pk: Id, file: File[UploadedFile]) -> Any:
    """Keep a document for a ledger and read it into a draft, whose differences can then be asked for."""
    caller = caller_of(request)
    found = inspection_of(caller.rights, pk, "import.upload")
    draft = upload_document(
        actor=caller.actor,
        rights=caller.rights,
        unit_id=found.unit_id,
        name=file.name or "未命名文件",
        data=content_of(file),
        inspection_id=pk,
    )
    return draft_out(draft)


@route("GET", "/drafts/{pk}/differences", "import.read", s.DifferencesOut, "后续文件与台账的差异")
def list_differences(request: HttpRequest, pk: Id, after: str = "") -> Any:
    """Return the differences after the one with the id `after`; restricted findings among them leave an event."""
    caller = caller_of(request)
    draft = resume_draft(actor=caller.actor, rights=caller.rights, draft_id=pk)
    if draft.state in ("confirmed", "dropped"):
        raise Refused(f"这份导入稿{draft.get_state_display()}，没有待核对的差异。")
    review = review_of(caller.rights, pk)
    unit = review.inspection.unit_id
    restricted = [(finding, unit, reference) for finding, reference in review.restricted]
    found = review.comparison.differences
    start = _start(found, after)
    record_restricted_reads(actor=caller.actor, findings=restricted, where="接口")
    page = found[start : start + PAGE]
    return {
        "version": review.draft.version,
        "inspection_id": review.inspection.pk,
        "from_sheet": review.from_sheet,
        "notes": review.notes,
        "total": len(found),
        "undecided": sum(1 for one in found if not review.choice(one)),
        "versions": review.versions(),
        "differences": [_difference(review, one) for one in page],
        "after": page[-1].id if start + PAGE < len(found) else "",
    }


@route("POST", "/drafts/{pk}/differences/decide", "import.edit", s.DraftOut, "选择如何处理差异")
def decide_differences(request: HttpRequest, pk: Id, body: s.DecideIn) -> Any:
    """Keep choices, and why rows are withdrawn, in the draft. Nothing is written into the ledger yet."""
    caller = caller_of(request)
    return draft_out(decide(actor=caller.actor, rights=caller.rights, draft_id=pk, **body.dict()))


@route("POST", "/drafts/{pk}/differences/link", "import.edit", s.DraftOut, "更正对应关系")
def link_difference(request: HttpRequest, pk: Id, body: s.LinkIn) -> Any:
    """Say which row of the ledger a row of the document is; `reference` “new” says that it is none of them."""
    caller = caller_of(request)
    draft = link(
        actor=caller.actor,
        rights=caller.rights,
        draft_id=pk,
        seen=body.seen,
        difference_id=body.difference,
        reference=body.reference,
    )
    return draft_out(draft)


@route("POST", "/drafts/{pk}/differences/confirm", "plan.confirm", s.AmendedOut, "确认差异")
def confirm_difference(request: HttpRequest, pk: Id, body: s.ConfirmDifferencesIn) -> Any:
    """Write what was decided into the ledger: all of it, or nothing."""
    caller = caller_of(request)
    version = confirm_differences(actor=caller.actor, rights=caller.rights, draft_id=pk, **body.dict())
    return {"plan": version.number if version else None}


def _start(found: tuple[Difference, ...], after: str) -> int:
    if not after:
        return 0
    for n, one in enumerate(found, start=1):
        if one.id == after:
            return n
    raise Invalid({"after": "这一处差异已有变化，请从头读取。"})


def _difference(review: Review, found: Difference) -> dict[str, Any]:
    made = review.decisions.get(found.id)
    changes = [
        {
            "name": change.name,
            "label": change.label,
            "about": change.about,
            "before": change.before,
            "after": change.after,
        }
        for change in found.fields
    ]
    return {
        "id": found.id,
        "group": found.group,
        "title": found.title,
        "kind": found.kind or "",
        "reference": found.reference,
        "place": found.place,
        "certain": found.certain,
        "note": found.note,
        "changes": changes,
        "brings": found.brings,
        "offered": found.offered,
        "suggestion": found.suggestion,
        "choices": found.choices,
        "choice": review.choice(found),
        "reason": made["reason"] if made else "",
    }
