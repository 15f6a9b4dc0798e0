"""Sending the ledger out: an event says who took what, and the file is kept to compare with when it comes back."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.imports import keep_file
from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.queries.ledger_export import Workbook, ledger_workbook
from zhenggai.web.ledger.queries.standing import restricted_findings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.web.accounts.rights import Rights


def export_ledger(*, actor: Actor, rights: Rights, inspection_id: int, chosen: Iterable[int] | None = None) -> Workbook:
    """Return the ledger as a workbook; `chosen` are the ids of the findings that a filter lets through.

    Raises:
        Unknown, Refused: as `access.inspection`.
    """
    inspection = access.inspection(rights, inspection_id, "ledger.export")
    number = secrets.token_hex(4)
    workbook = ledger_workbook(rights, inspection, number=number, at=actor.at, chosen=chosen)
    digest = keep_file(workbook.data)
    secret = restricted_findings(rights, inspection, workbook.references)
    with transaction.atomic():
        record(
            unit_id=inspection.unit_id,
            actor=actor,
            action="ledger.exported",
            subject=Subject("inspection", inspection.pk, f"《{inspection.title}》台账"),
            after={
                "export": number,
                "sha256": digest,
                "rows": len(workbook.references),
                "extract": chosen is not None,
                "restricted": [reference for _, reference in secret],
            },
        )
        record_restricted_reads(
            actor=actor, findings=[(pk, inspection.unit_id, reference) for pk, reference in secret], where="导出台账"
        )
    return workbook
