"""报送备案: from then on the office above sees the plan and the ledger. And which findings are key ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Refused
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.models import PlanVersion
from zhenggai.workflow.closures import CLOSED, IN_HAND

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Finding, Inspection


def file_plan(*, actor: Actor, rights: Rights, inspection_id: int, seen: int) -> Inspection:
    """File the newest plan version with the office above.

    Raises:
        Refused: there is no plan yet, or it has been filed.
        Stale: somebody else has changed the inspection since.
    """
    inspection = access.inspection(rights, inspection_id, "plan.file")
    if inspection.filed_at is not None:
        raise Refused("方案已经报送备案，不需要重复报送。")
    version = PlanVersion.objects.filter(inspection=inspection).order_by("-number").first()
    if version is None:
        raise Refused("还没有确认的方案，请先导入方案并确认，再报送备案。")
    with transaction.atomic():
        change(inspection, seen=seen, values={"filed_at": actor.at}, subject_type="inspection")
        record(
            unit_id=inspection.unit_id,
            actor=actor,
            action="plan.filed",
            subject=Subject("inspection", inspection.pk, f"《{inspection.title}》"),
            after={"plan": version.number, "digest": version.digest},
        )
    return inspection


def set_key(*, actor: Actor, rights: Rights, finding_id: int, seen: int, key: bool) -> Finding:
    """Say whether a finding is a key one (重点问题), which the lead leader reviews as well.

    Raises:
        Refused: its close-out has begun.
        Stale: somebody else has changed the finding since.
    """
    finding = access.finding(rights, finding_id, "ledger.edit")
    if finding.closure_stage in (*IN_HAND, *CLOSED):
        raise Refused("这个问题的销号已经开始，不能再调整是否为重点问题。")
    if finding.key == key:
        return finding
    with transaction.atomic():
        change(finding, seen=seen, values={"key": key}, subject_type="finding")
        record(
            unit_id=finding.unit_id,
            actor=actor,
            action="finding.key_set",
            subject=Subject("finding", finding.pk, f"问题{finding.reference}"),
            before={"key": "" if key else "是"},
            after={"key": "是" if key else ""},
        )
    return finding
