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
from zhenggai.web.ledger.actions.cycles import keep_cycles
from zhenggai.web.ledger.actions.declarations import Declared
from zhenggai.web.ledger.actions.evidence import add_evidence
from zhenggai.web.ledger.actions.handover import hand_over
from zhenggai.web.ledger.actions.imports import keep_file
from zhenggai.web.ledger.actions.meeting_rounds import lay_out_meetings
from zhenggai.web.ledger.actions.own_duties import make_duty
from zhenggai.web.ledger.actions.profiles import make_profile
from zhenggai.web.ledger.bells.secrecy import conceal
from zhenggai.web.ledger.models import (
    Delivery,
    Extension,
    Finding,
    GroupRobot,
    Job,
    Measure,
    Meeting,
    Notice,
    Occurrence,
    PaperAnswer,
    PaperRecipient,
    ReportingCycle,
    ReturnedSheet,
    SentSheet,
    SupervisionPaper,
    TransferCount,
)

if TYPE_CHECKING:
    from zhenggai.web.accounts.models import Person
    from zhenggai.web.ledger.models import Inspection


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
    duty = make_duty(
        actor=office.actor("office"),
        rights=office.rights("office"),
        measure_id=measure.pk,
        wording="每半年一次",
        reason="巡察组要求",
    )
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
    robot = GroupRobot.objects.create(
        unit=office.unit, name="群", form="wecom", style="text", address=conceal("nowhere"), host="nowhere"
    )
    delivery = Delivery.objects.create(
        unit=office.unit, day=TODAY, channel="robot", robot=robot, state="failed", until=1, next_at=notice.told_at
    )
    return paper_ids(office, inspection, measure) | {
        "robot": robot.pk,
        "delivery": delivery.pk,
        "notice": notice.pk,
        "occurrence": occurrence.pk if occurrence else 0,
        "extension": extension.pk,
        "profile": profile.key,
        "evidence": evidence.pk,
        "own_duty": duty.pk,
        "own_occurrence": duty.occurrences.order_by("due_on")[0].pk,
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
        **meeting_about(office, inspection, finding),
        **_jobs(office),
        **_cycle(office, inspection),
    }


def _cycle(office: Office, inspection: Inspection) -> dict[str, int]:
    keep_cycles(actor=office.actor("office"), inspection_id=inspection.pk)
    ReportingCycle.objects.filter(inspection=inspection).update(cut_off=dt.date(2090, 1, 2))
    cycle = ReportingCycle.objects.get(inspection=inspection, kind="week")
    values = {"unit": office.unit, "cycle": cycle, "department": "教务处", "organization": office.departments["教务处"]}
    clerk = office.people["office"]
    sent = SentSheet.objects.create(number=f"world{office.unit.pk}", sent_by=clerk, sent_at=NOW, **values)
    returned = ReturnedSheet.objects.create(
        unit=office.unit, sheet=sent, sha256="0" * 64, name="x.xlsx", sender="某某", brought_by=clerk, brought_at=NOW
    )
    made = {"unit": office.unit, "state": "done", "due_at": NOW, "made_at": NOW}
    archive = {"name": "x.zip", "digest": keep_file(b"x")}
    packed = Job.objects.create(kind="reporting_sheets", key=f"{office.unit.pk}/world", result=archive, **made)
    return {"cycle": cycle.pk, "returned": returned.pk, "packed": packed.pk}


def _jobs(office: Office) -> dict[str, int]:
    values = {"unit": office.unit, "state": "failed", "fault": "没有办成", "due_at": NOW, "made_at": NOW}
    return {
        name: Job.objects.create(kind=kind, key=f"{office.unit.pk}/world", **values).pk
        for name, kind in (("job", "daily"), ("verification", "verification"))
    }


def paper_ids(office: Office, inspection: Inspection, measure: Measure) -> dict[str, int | str]:
    """Make a paper in each state in which somebody has a step to take; the draft is about the finding, so that it is free to be signed."""
    ids: dict[str, int | str] = {}
    for number, state in enumerate(("draft", "signed", "served", "answered", "accepted")):
        paper = SupervisionPaper.objects.create(
            unit=office.unit, inspection=inspection, kind="order", level=2, level_name="督办", state=state, reason="会议决定",
            facts={"paper": "督办单"}, proposed_at=office.actor("office").at, answer_by=dt.date(2090, 1, 2),
            **({"finding": measure.response.findings.get()} if state == "draft" else {"measure": measure}),
            **({} if state == "draft" else {"year": 2025, "number": number, "numbered": f"整督〔2025〕{number}号"}),
        )  # fmt: skip
        ids["paper" if state == "served" else f"{state}_paper"] = paper.pk
        if state != "draft":
            for role in ("department_head", "lead_leader", "principal"):
                person = office.people[role]
                PaperRecipient.objects.create(paper=paper, person=person, name=person.name, role=role)
        if state in ("answered", "accepted"):
            person = office.people["department_head"]
            PaperAnswer.objects.create(
                unit=office.unit, paper=paper, text="已办结", answered_by=person, answered_by_name=person.name,
                answered_at=office.actor("department_head").at,
            )  # fmt: skip
    transfer = TransferCount.objects.create(
        unit=office.unit, transferred_on=TODAY, count=1, body="discipline", counted_by=office.people["discipline"],
        counted_at=office.actor("discipline").at,
    )  # fmt: skip
    return ids | {"transfer": transfer.pk}


def meeting_about(office: Office, inspection: Inspection, finding: Finding) -> dict[str, int]:
    """Make a meeting that everybody of the unit attends, with a line and a resolution about the finding; handler and head act on it."""
    lay_out_meetings(actor=office.actor("office"), inspection_id=inspection.pk)
    meeting = Meeting.objects.filter(inspection=inspection, series__kind="progress").order_by("pk")[0]
    there = set(meeting.attendance.values_list("person_id", flat=True))
    for role in ("lead_leader", "responsible_leader", "department_head", "handler"):
        person = office.people[role]
        if person.pk not in there:
            meeting.attendance.create(unit=office.unit, person=person, name=person.name)
    item = meeting.items.create(
        unit=office.unit, section="review", key="hand:1", order=10, text="研究整改", finding=finding
    )
    resolution = meeting.resolutions.create(
        unit=office.unit, inspection=inspection, item=item, clause=1, number="碰头会第1次会议第1项", matter="落实整改",
        responsible=office.departments["教务处"], due_on=TODAY, finding=finding, made_at=office.actor("office").at,
    )  # fmt: skip
    return {"meeting": meeting.pk, "agenda_item": item.pk, "resolution": resolution.pk}


def lay(world: World, place: str, layer: str, person: Person) -> None:
    """Make the finding of `place` what `layer` says that it is to `person`."""
    known = layer == "known"
    Finding.objects.filter(pk=world.ids[place]["finding"]).update(layer="restricted" if known else layer)
    if known:
        RestrictedGrant.objects.create(
            person=person, unit=world.offices["own"].unit, reason="承办", since=dt.date(2025, 1, 1)
        )
