"""A unit whose findings have all been applied for, and a leader's token: what the benchmark of signatures signs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import ledger_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.web.accounts.models import Person


def fill(applications: int) -> str:
    """Fill an empty, migrated database and return as JSON the leader's token and (id, version) of each application."""
    from django.utils import timezone  # noqa: PLC0415 — the settings must be named first

    from zhenggai.web.accounts import actions as accounts  # noqa: PLC0415
    from zhenggai.web.accounts.models import Organization  # noqa: PLC0415
    from zhenggai.web.accounts.rights import rights_of  # noqa: PLC0415
    from zhenggai.web.audit.chain import Actor  # noqa: PLC0415
    from zhenggai.web.ledger.models import Assignment, EvidenceLink, Measure  # noqa: PLC0415

    ledger_store.fill(applications)
    system = Actor(None, "系统", ledger_store.NOW)
    unit = Organization.objects.get(kind="unit")
    department = accounts.create_organization(actor=system, kind="department", name="第1科室", parent=unit)
    people: dict[str, Person] = {}
    for role in ("department_head", "responsible_leader", "security_administrator"):
        people[role] = accounts.create_person(actor=system, unit=unit, name="乙某某")
        accounts.grant_roles(actor=system, person=people[role], roles=[role], scope=unit)
    accounts.hold_post(actor=system, person=people["department_head"], organization=department, title="负责人")
    Assignment.objects.filter(role="responsible_department").update(organization=department)
    Assignment.objects.filter(role="responsible_leader").update(person=people["responsible_leader"])
    Measure.objects.update(completion_status="completed", percent=100)
    proved = dict(EvidenceLink.objects.values_list("measure__response_id", "evidence_id"))
    EvidenceLink.objects.bulk_create(
        EvidenceLink(
            pk=10**7 + measure.pk, evidence_id=proved[measure.response_id], measure=measure, linked_at=ledger_store.NOW
        )
        for measure in Measure.objects.filter(evidence_links=None)
    )
    administrator = people["security_administrator"]
    _, token = accounts.issue_token(
        actor=Actor(administrator.pk, administrator.name, timezone.now()),  # for the server's clock is the real one
        rights=rights_of(administrator, timezone.localdate()),
        person_id=people["responsible_leader"].pk,
        name="性能测试",
        acts=["closure.review", "ledger.read"],
        days=90,
    )
    return json.dumps({"token": token, "closures": list(_applied(people["department_head"]))})


def _applied(head: Person) -> Iterator[tuple[int, int]]:
    """Apply for every finding and yield what the next person signs."""
    from zhenggai.web.accounts.rights import rights_of  # noqa: PLC0415
    from zhenggai.web.audit.chain import Actor  # noqa: PLC0415
    from zhenggai.web.ledger.actions.closures import apply_for_closure  # noqa: PLC0415
    from zhenggai.web.ledger.closing.state import matter_of, seal_of  # noqa: PLC0415
    from zhenggai.web.ledger.models import Finding, Measure  # noqa: PLC0415

    actor, rights = Actor(head.pk, head.name, ledger_store.NOW), rights_of(head, ledger_store.NOW.date())
    criteria = dict.fromkeys(("measures", "fact", "money", "system", "lateral"), "yes")
    day = ledger_store.NOW.date().isoformat()
    for finding in Finding.objects.order_by("pk"):
        measures = Measure.objects.filter(response__findings=finding).values_list("reference", flat=True)
        content = {
            "measures": {r: {"done": "已完成并通报。", "completed_on": day} for r in measures},
            "long_term": "每季度检查一次。",
            "lateral": "已对照排查其他处室，未发现同类问题。",
            "criteria": criteria,
        }
        shown = seal_of(matter_of(finding))
        closure = apply_for_closure(
            actor=actor, rights=rights, finding_id=finding.pk, seen=None, shown=shown, content=content
        )
        yield closure.pk, closure.version
