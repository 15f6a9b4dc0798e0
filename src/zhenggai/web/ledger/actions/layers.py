"""The restricted layer: what belongs to it, and that every look at it is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger import access, search
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.models.rows import Layer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Finding


def set_layer(*, actor: Actor, rights: Rights, finding_id: int, seen: int, layer: str, reason: str) -> Finding:
    """Move a finding into the restricted layer, or out of it; a reason must be given.

    Raises:
        Invalid: fields `layer` or `reason`.
    """
    finding = access.finding(rights, finding_id, "ledger.edit")
    if layer not in Layer:
        raise Invalid({"layer": "请选择知悉范围。"})
    if not reason.strip():
        raise Invalid({"reason": "请填写调整知悉范围的理由。"})
    before = finding.layer
    with transaction.atomic():
        change(finding, seen=seen, values={"layer": layer}, subject_type="finding")
        search.index_neighbours(finding.answers.values_list("response_id", flat=True))
        record(
            unit_id=finding.unit_id,
            actor=actor,
            action="finding.layer_set",
            subject=Subject("finding", finding.pk, f"问题{finding.reference}"),
            before={"layer": before},
            after={"layer": layer},
            reason=reason.strip(),
        )
    return finding


def record_restricted_reads(*, actor: Actor, findings: Iterable[tuple[int, int, str]], where: str) -> None:
    """Record that the person has been shown restricted findings, given as (id, unit, reference); `where` names the screen.

    Where there are none, nothing is written and no lock is taken.
    """
    shown = list(findings)
    if not shown:
        return
    with transaction.atomic():
        for pk, unit, reference in shown:
            record(
                unit_id=unit,
                actor=actor,
                action="restricted.read",
                subject=Subject("finding", pk, f"问题{reference}"),
                after={"where": where},
            )
