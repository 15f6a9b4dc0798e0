"""The restricted layer: what belongs to it, and that every look at it is recorded."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger import access, search
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.models.rows import Layer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Finding
_ONE_LOOK = dt.timedelta(minutes=10)


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


def record_restricted_evidence_reads(*, actor: Actor, pieces: Iterable[tuple[int, int, str]], where: str) -> None:
    """Record that the person has been shown restricted evidence, given as (id, unit, reference); `where` names the screen.

    The pages of a preview are asked for one by one and a page may be loaded again: the same look within ten minutes is one event.
    """
    shown = list(pieces)
    if not shown:
        return
    lately = Event.objects.filter(
        subject_type="evidence",
        subject_id__in=[str(pk) for pk, _, _ in shown],
        actor=actor.person_id,
        action="restricted.read",
        at__gt=actor.at - _ONE_LOOK,
    )
    seen = {(subject, (after or {}).get("where")) for subject, after in lately.values_list("subject_id", "after")}
    fresh = [line for line in shown if (str(line[0]), where) not in seen]
    if not fresh:
        return
    with transaction.atomic():
        for pk, unit, reference in fresh:
            subject = Subject("evidence", pk, f"佐证{reference}")
            record(unit_id=unit, actor=actor, action="restricted.read", subject=subject, after={"where": where})
