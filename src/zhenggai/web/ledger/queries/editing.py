"""The fields that a person edits on the confirmed ledger, with the version that the person sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from zhenggai.web.ledger import access
from zhenggai.web.ledger.drafting.model import PARTY_ROLES
from zhenggai.web.ledger.models import Assignment, Finding, Item
from zhenggai.workflow.closures import CLOSED, IN_HAND, STAGES

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights

ACT = "ledger.edit"


def items_of(rights: Rights, inspection_id: int) -> tuple[int, list[tuple[int, str]]]:
    """Return the inspection's id and its items as (id, title); faults as `access.inspection`.

    An item of which every finding is secret to the person says as much as they do, and is left out.
    """
    inspection = access.inspection(rights, inspection_id, ACT)
    seen = access.findings(rights).filter(inspection=inspection, withdrawn_at=None).values("item_id")
    bare = ~Exists(Finding.objects.filter(item=OuterRef("pk"), withdrawn_at=None))
    items = Item.objects.filter(Q(pk__in=seen) | bare, inspection=inspection, withdrawn_at=None)
    items = items.order_by("order", "pk")
    return inspection.pk, [
        (pk, f"{number} {title}") for pk, number, title in items.values_list("pk", "number", "title")
    ]


def in_closing(rights: Rights, **where: int) -> list[tuple[str, str]]:
    """Return the findings that `where` chooses and that are being closed or closed, as (reference, stage): what is signed lapses by a change."""
    chosen = access.findings(rights).filter(closure_stage__in=(*IN_HAND, *CLOSED), withdrawn_at=None, **where)
    found = chosen.order_by("pk").values_list("reference", "closure_stage").distinct()
    return [(reference, STAGES[stage]) for reference, stage in found]


def finding_fields(rights: Rights, pk: int) -> dict[str, Any]:
    """Return the fields of a finding; faults as `access.finding`."""
    finding = access.finding(rights, pk, ACT)
    return {"text": finding.text, "cause": finding.cause, "seen": finding.version}


def measure_fields(rights: Rights, pk: int) -> tuple[int, dict[str, Any]]:
    """Return a finding that the measure answers, and its fields; faults as `access.measure`."""
    measure = access.measure(rights, pk, ACT)
    fields = {"text": measure.text, "due_text": measure.due_text, "seen": measure.version}
    return access.answered_by(rights, measure.response_id), fields


def response_fields(rights: Rights, pk: int) -> tuple[int, dict[str, Any]]:
    """Return a finding that the response answers, and the names by role; faults as `access.response`."""
    response = access.response(rights, pk, ACT)
    fields: dict[str, Any] = dict.fromkeys(PARTY_ROLES, "")
    current = Assignment.objects.filter(response=response, until=None, role__in=PARTY_ROLES).order_by("order", "pk")
    for role, name in current.values_list("role", "name"):
        fields[role] = "、".join(filter(None, (fields[role], name)))
    return access.answered_by(rights, response.pk), fields | {"seen": response.version}
