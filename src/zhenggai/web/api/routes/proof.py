"""导出存证: the archive that proves what was done, as the screens give it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import FileResponse
from ninja import Schema

from zhenggai.web.api.registration import Id, caller_of, route
from zhenggai.web.ledger.actions.proofs import Proof, export_finding, export_unit

if TYPE_CHECKING:
    from django.http import HttpRequest


class ProofIn(Schema):
    """Whether the files of the evidence go along."""

    files: bool = False


@route("POST", "/proof", "proof.export", None, "导出本单位存证")
def export_unit_proof(request: HttpRequest, body: ProofIn) -> Any:
    """Return the proof of the caller's unit as a zip; taking it is an event."""
    caller = caller_of(request)
    return _sent(
        export_unit(actor=caller.actor, rights=caller.rights, unit_id=caller.rights.unit_id, with_files=body.files)
    )


@route("POST", "/findings/{pk}/proof", "proof.export", None, "导出问题存证")
def export_finding_proof(request: HttpRequest, pk: Id, body: ProofIn) -> Any:
    """Return the proof of one finding as a zip: its own events in full, of the others the links."""
    caller = caller_of(request)
    return _sent(export_finding(actor=caller.actor, rights=caller.rights, finding_id=pk, with_files=body.files))


def _sent(proof: Proof) -> FileResponse:
    return FileResponse(proof.stream, as_attachment=True, filename=proof.name, content_type="application/zip")
