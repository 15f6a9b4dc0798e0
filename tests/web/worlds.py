"""Two units of one inspecting office with everything that an address can name, for the permission tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from files_of_evidence import pdf
from offices import NOW, SAMPLE, TODAY, Office, import_sample, make_office

from zhenggai.web.accounts.actions import issue_feed
from zhenggai.web.accounts.models import RestrictedGrant
from zhenggai.web.ledger.actions import imports
from zhenggai.web.ledger.actions.declarations import Declared
from zhenggai.web.ledger.actions.evidence import add_evidence
from zhenggai.web.ledger.actions.handover import hand_over
from zhenggai.web.ledger.actions.profiles import make_profile
from zhenggai.web.ledger.models import Extension, Finding, Job, Measure, Notice, Occurrence

if TYPE_CHECKING:
    from zhenggai.web.accounts.models import Person


LAYERS = ("internal", "restricted", "known")
"""What a finding is to somebody: `known` is restricted, with a need to know over the own unit."""


@dataclass
class World:
    """Two units of one inspecting office, and the objects that addresses name, by place (own, other) and subject."""

    offices: dict[str, Office]
    ids: dict[str, dict[str, int | str]]


def make_world() -> World:
    own = make_office()
    other = make_office("云溪县第一小学", "-2", own.above)
    return World({"own": own, "other": other}, {"own": objects(own), "other": objects(other)})


def objects(office: Office) -> dict[str, int | str]:
    inspection = import_sample(office)
    finding = Finding.objects.get(inspection=inspection, reference="W003")
    response = finding.responses.get()
    for role in ("lead_leader", "responsible_leader"):
        response.assignments.create(
            unit=office.unit,
            inspection=inspection,
            role=role,
            person=office.people[role],
            name=office.people[role].name,
            since=TODAY,
        )
    draft = imports.upload_document(
        actor=office.actor("office"),
        rights=office.rights("office"),
        unit_id=office.unit.pk,
        name="x.docx",
        data=SAMPLE.read_bytes(),
    )
    later = imports.upload_document(
        actor=office.actor("office"),
        rights=office.rights("office"),
        unit_id=office.unit.pk,
        name="y.docx",
        data=SAMPLE.read_bytes(),
        inspection_id=inspection.pk,
    )
    handover = hand_over(
        actor=office.actor("office"),
        rights=office.rights("office"),
        giver_id=office.people["archivist"].pk,
        receiver_id=office.people["supervision"].pk,
        reason="岗位调整",
        leaves=False,
    )
    measure = Measure.objects.get(inspection=inspection, reference="C005")
    evidence = add_evidence(
        actor=office.actor("handler"),
        rights=office.rights("handler"),
        measure_ids=[measure.pk],
        upload=SimpleUploadedFile("会议记录.pdf", pdf(1, words=office.unit.name)),
        declared=Declared(kind="meeting", formed_on=TODAY),
    ).evidence
    profile = make_profile(
        actor=office.actor("office"),
        rights=office.rights("office"),
        based_on="inspection-2024@1",
        typed={"immediate_days": "15"},
    )
    extension = Extension.objects.create(
        unit=office.unit,
        inspection=inspection,
        measure=measure,
        number=1,
        due_on=measure.due_on or TODAY,
        until=TODAY + dt.timedelta(days=900),
        reason="需要上级批复",
        progress="已上报请示",
        asked_by=office.people["department_head"],
        asked_at=office.actor("department_head").at,
        answer_by=TODAY,
    )
    occurrence = Occurrence.objects.filter(duty__measure__response=measure.response_id).first()
    Occurrence.objects.filter(duty__inspection=inspection).update(due_on=dt.date(2090, 1, 2))
    notice = Notice.objects.create(
        unit=office.unit,
        person=office.people["supervision"],
        kind="paper",
        key="world",
        what="措施C005",
        screen="ledgers",
        day=TODAY,
        told_at=office.actor("office").at,
    )
    return {
        "notice": notice.pk,
        "occurrence": occurrence.pk if occurrence else 0,
        "extension": extension.pk,
        "profile": profile.key,
        "evidence": evidence.pk,
        "feed": issue_feed(actor=office.actor("handler", timezone.now()), person=office.people["handler"])[1],
        "first": 1,
        "chapter": "03-ledger",
        "inspection": inspection.pk,
        "finding": finding.pk,
        "response": response.pk,
        "measure": measure.pk,
        "document": finding.document_id or 0,
        "draft": draft.pk,
        "later": later.pk,
        "unit": office.unit.pk,
        "department": office.departments["总务处"].pk,
        "person": office.people["handler"].pk,
        "handover": handover.pk,
        **_jobs(office),
    }


def _jobs(office: Office) -> dict[str, int]:
    values = {"unit": office.unit, "state": "failed", "fault": "没有办成", "due_at": NOW, "made_at": NOW}
    return {
        name: Job.objects.create(kind=kind, key=f"{office.unit.pk}/world", **values).pk
        for name, kind in (("job", "daily"), ("verification", "verification"))
    }


def lay(world: World, place: str, layer: str, person: Person) -> None:
    """Make the finding of `place` what `layer` says that it is to `person`."""
    known = layer == "known"
    Finding.objects.filter(pk=world.ids[place]["finding"]).update(layer="restricted" if known else layer)
    if known:
        RestrictedGrant.objects.create(
            person=person, unit=world.offices["own"].unit, reason="承办", since=dt.date(2025, 1, 1)
        )
