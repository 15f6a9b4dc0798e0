"""移送: how many, when, to which body. What it was about is kept nowhere in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from zhenggai.web.audit.chain import Actor, Subject, hold_chain, record
from zhenggai.web.faults import Invalid, Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.models import TransferCount

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.web.accounts.rights import Rights

BODIES = {
    "discipline": "纪检监察机关",
    "organization": "组织部门",
    "justice": "司法机关",
    "other": "其他机关",
}
"""To which body; nothing is typed, so that nothing can be told."""


def count_transfer(
    *, actor: Actor, rights: Rights, transferred_on: dt.date | None, count: int | None, body: str
) -> TransferCount:
    """Keep that so many matters were transferred on a day.

    Raises:
        Refused: the person may not.
        Invalid: fields `transferred_on`, `count` or `body`.
    """
    access.require(rights, "transfer.count", rights.unit_id)
    faults = {}
    if transferred_on is None or transferred_on > actor.today:
        faults["transferred_on"] = "请填写移送日期，不能晚于今天。"
    if count is None or not 1 <= count <= 1000:
        faults["count"] = "数量请填写1到1000之间的整数。"
    if body not in BODIES:
        faults["body"] = "请选择接收机关。"
    if faults or transferred_on is None or count is None:
        raise Invalid(faults)
    with transaction.atomic():
        hold_chain(rights.unit_id)
        row = TransferCount.objects.create(
            unit_id=rights.unit_id, transferred_on=transferred_on, count=count, body=body,
            counted_by_id=actor.person_id or 0, counted_at=actor.at,
        )  # fmt: skip
        record(
            unit_id=row.unit_id,
            actor=actor,
            action="transfer.counted",
            subject=Subject("transfer", row.pk, "移送数量"),
            after={"transferred_on": transferred_on.isoformat(), "count": count, "to_body": BODIES[body]},
        )
    return row


def withdraw_transfer(*, actor: Actor, rights: Rights, transfer_id: int) -> TransferCount:
    """Take back a count that was entered by mistake; it stays and is not counted.

    Raises:
        Refused: the person may not.
        Unknown: there is none, or it was taken back.
    """
    access.require(rights, "transfer.count", rights.unit_id)
    with transaction.atomic():
        hold_chain(rights.unit_id)
        row = TransferCount.objects.filter(pk=transfer_id, unit=rights.unit_id, withdrawn_at=None).first()
        if row is None:
            raise Unknown("这条移送登记")
        row.withdrawn_at = actor.at
        row.save(update_fields=["withdrawn_at"])
        record(
            unit_id=row.unit_id,
            actor=actor,
            action="transfer.withdrawn",
            subject=Subject("transfer", row.pk, "移送数量"),
            before={"count": row.count},
        )
    return row
