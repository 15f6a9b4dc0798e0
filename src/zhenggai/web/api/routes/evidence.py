"""佐证材料: up, down, list, one, corrected, replaced, linked, withdrawn — the screens' own queries and actions."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — ninja reads the types at run time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import FileResponse
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile  # noqa: TC002 — ninja reads the types at run time

from zhenggai.web.api import schemas as s
from zhenggai.web.api.registration import Id, caller_of, route
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.actions import evidence as actions
from zhenggai.web.ledger.actions.declarations import Declared
from zhenggai.web.ledger.actions.layers import record_restricted_evidence_reads
from zhenggai.web.ledger.evidence.limits import too_large
from zhenggai.web.ledger.evidence.receiving import dropped
from zhenggai.web.ledger.queries.evidence import (
    EvidenceFilters,
    Piece,
    evidence_file,
    evidence_page,
    evidence_story,
    piece_of,
    restricted_of,
)
from zhenggai.web.ledger.queries.inspections import inspection_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from zhenggai.web.api.security import Caller

_NO_NULL = {0: None}


class EvidenceQuery(Schema):
    """The filters of the list, as on its screen; `after` is the key of the page before."""

    kind: str = ""
    state: str = ""
    layer: str = ""
    measure: str = ""
    q: str = ""
    after: int | None = None


class DeclaredForm(Schema):
    """What is declared beside a file; `measures` are further measures that it proves."""

    title: str = ""
    kind: str = ""
    formed_on: dt.date | None = None
    pages: int | None = None
    copies: int = 1
    note: str = ""
    layer: str = "internal"
    measures: list[int] = []


class ReplaceForm(Schema):
    """The version of the piece that the sender saw, and why it is replaced."""

    seen: int
    reason: str


@route("GET", "/inspections/{pk}/evidence", "evidence.read", s.EvidenceListOut, "佐证材料目录")
def list_evidence(request: HttpRequest, pk: Id, query: Query[EvidenceQuery]) -> Any:
    """Return a page of the evidence of an inspection; restricted pieces leave an event."""
    caller = caller_of(request)
    found = inspection_of(caller.rights, pk, "evidence.read")
    after = query.after if query.after and 0 < query.after < 2**62 else None
    filters = EvidenceFilters.read(query.dict(exclude={"after"}))
    page = evidence_page(caller.rights, found, filters, after=after)
    _record(caller, page.restricted)
    return {"evidence": [_out(piece) for piece in page.pieces], "total": page.total, "after": page.after}


@route("POST", "/measures/{pk}/evidence", "evidence.add", s.EvidenceAddedOut, "上传佐证材料")
def upload_evidence(
    request: HttpRequest, pk: Id, body: Form[DeclaredForm], file: File[UploadedFile | None] = None
) -> Any:
    """Keep a file as evidence of a measure; the same file is linked and not kept again."""
    caller = caller_of(request)
    values = _plain(body.dict(exclude={"measures"}))
    added = actions.add_evidence(
        actor=caller.actor,
        rights=caller.rights,
        measure_ids=[pk, *body.measures],
        upload=_sent(request, file),
        declared=Declared(**values),
    )
    return _added(caller, added)


@route("GET", "/evidence/{pk}", "evidence.read", s.EvidenceStoryOut, "佐证材料")
def read_evidence(request: HttpRequest, pk: Id) -> Any:
    """Return a piece with its versions; a restricted one leaves an event."""
    caller = caller_of(request)
    story = evidence_story(caller.rights, pk)
    _record(caller, restricted_of([story.piece]))
    return {**_out(story.piece), "versions": story.versions, "compared": story.comparisons}


@route("GET", "/evidence/{pk}/file", "evidence.read", None, "下载佐证材料")
def download_evidence(request: HttpRequest, pk: Id, number: int | None = None) -> Any:
    """Return the bytes of a version, the current one unless told."""
    caller = caller_of(request)
    piece, file = evidence_file(caller.rights, pk, number if number and 0 < number < 2**15 else None)
    _record(caller, restricted_of([piece]))
    answer = FileResponse(file.stream, as_attachment=True, filename=file.name, content_type="application/octet-stream")
    answer["Content-Length"] = str(file.size)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return answer


@route("POST", "/evidence/{pk}/file", "evidence.edit", s.EvidenceAddedOut, "更换佐证材料")
def replace_evidence(
    request: HttpRequest, pk: Id, body: Form[ReplaceForm], file: File[UploadedFile | None] = None
) -> Any:
    """Make a new version; the old one stays."""
    caller = caller_of(request)
    added = actions.replace_evidence(
        **_who(caller, pk), seen=body.seen, upload=_sent(request, file), reason=body.reason.translate(_NO_NULL)
    )
    return _added(caller, added)


@route("POST", "/evidence/{pk}", "evidence.edit", s.EvidenceOut, "更正佐证材料")
def correct_evidence(request: HttpRequest, pk: Id, body: s.DeclaredIn) -> Any:
    """Correct what was declared."""
    caller = caller_of(request)
    declared = Declared(**body.dict(exclude={"seen", "reason"}))
    actions.correct_evidence(**_who(caller, pk), seen=body.seen, declared=declared, reason=body.reason)
    return _out(piece_of(caller.rights, pk))


@route("POST", "/evidence/{pk}/link", "evidence.add", s.EvidenceOut, "关联措施")
def link_evidence(request: HttpRequest, pk: Id, body: s.LinkEvidenceIn) -> Any:
    """Let the piece prove further measures."""
    caller = caller_of(request)
    actions.link_evidence(**_who(caller, pk), seen=body.seen, measure_ids=body.measures)
    return _out(piece_of(caller.rights, pk))


@route("POST", "/evidence/{pk}/unlink", "evidence.edit", s.EvidenceOut, "取消关联措施")
def unlink_evidence(request: HttpRequest, pk: Id, body: s.UnlinkEvidenceIn) -> Any:
    """End the link to one measure."""
    caller = caller_of(request)
    actions.unlink_evidence(**_who(caller, pk), seen=body.seen, measure_id=body.measure, reason=body.reason)
    return _out(piece_of(caller.rights, pk))


@route("POST", "/evidence/{pk}/withdraw", "evidence.edit", s.EvidenceOut, "撤回佐证材料")
def withdraw_evidence(request: HttpRequest, pk: Id, body: s.WithdrawEvidenceIn) -> Any:
    """Withdraw the piece; it stays to be looked at."""
    caller = caller_of(request)
    actions.withdraw_evidence(**_who(caller, pk), seen=body.seen, reason=body.reason)
    return _out(piece_of(caller.rights, pk))


def _sent(request: HttpRequest, file: UploadedFile | None) -> UploadedFile:
    """Return the file that was sent.

    Raises:
        Invalid: field `file`: there is none, or it was too large to be taken in.
    """
    lost = dropped(request)
    if lost.too_large or lost.too_many:
        raise Invalid({"file": too_large((lost.too_large or lost.too_many)[0], settings.EVIDENCE_LIMIT)})
    if file is None:
        raise Invalid({"file": "请求中没有文件。"})
    return file


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.translate(_NO_NULL) if isinstance(value, str) else value for name, value in values.items()}


def _who(caller: Caller, pk: int) -> dict[str, Any]:
    return {"actor": caller.actor, "rights": caller.rights, "evidence_id": pk}


def _record(caller: Caller, pieces: list[tuple[int, int, str]]) -> None:
    record_restricted_evidence_reads(actor=caller.actor, pieces=pieces, where="接口")


def _added(caller: Caller, added: actions.Added) -> dict[str, Any]:
    return {**_out(piece_of(caller.rights, added.evidence.pk)), "new": added.new, "notes": added.notes}


def _out(piece: Piece) -> dict[str, Any]:
    """Return a piece as the answers name it."""
    return {
        "id": piece.id,
        "reference": piece.reference,
        "title": piece.title,
        "kind": piece.kind_code,
        "formed_on": piece.formed_on,
        "pages": piece.pages,
        "copies": piece.copies,
        "note": piece.note,
        "layer": piece.layer_code,
        "file": piece.file_name,
        "size": piece.size,
        "number": piece.number,
        "measures": piece.measures,
        "remarks": piece.remarks,
        "withdrawn_at": piece.withdrawn_at,
        "version": piece.version,
    }
