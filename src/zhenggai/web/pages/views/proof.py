"""导出存证: the archive that proves what was done, of the whole unit or of one finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse

from zhenggai.web.ledger.actions.proofs import Proof, export_finding, export_unit
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from zhenggai.web.pages.requests import PersonRequest


def unit_proof(request: PersonRequest) -> FileResponse:
    """Send the proof of the person's unit."""
    found = export_unit(
        actor=request.actor, rights=request.rights, unit_id=request.user.unit_id, with_files=_with_files(request)
    )
    return _sent(found)


def finding_proof(request: PersonRequest, pk: int) -> FileResponse:
    """Send the proof of one finding."""
    found = export_finding(actor=request.actor, rights=request.rights, finding_id=pk, with_files=_with_files(request))
    return _sent(found)


def _with_files(request: PersonRequest) -> bool:
    return bool(request.POST.get("files"))


def _sent(proof: Proof) -> FileResponse:
    return FileResponse(proof.stream, as_attachment=True, filename=proof.name, content_type="application/zip")


SCREENS = (
    Screen("proof_unit", "proof/", unit_proof, "proof.export", methods=("POST",)),
    Screen("proof_finding", "findings/<int:pk>/proof/", finding_proof, "proof.export", methods=("POST",)),
)
