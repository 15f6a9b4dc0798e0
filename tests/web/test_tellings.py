"""What is done tells whom it concerns: steps of a close-out, extensions, moved occurrences, handovers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from closings import CHAIN, apply, closable, file, step
from offices import NOW, TODAY, Office

from zhenggai.web.accounts.models import RestrictedGrant
from zhenggai.web.ledger.actions.duties import lay_out, move_occurrence
from zhenggai.web.ledger.actions.extensions import ask_extension, decide_extension
from zhenggai.web.ledger.actions.handover import hand_over
from zhenggai.web.ledger.models import Assignment, Finding, Measure, Notice, Occurrence
from zhenggai.workflow.notices import UNSAID

if TYPE_CHECKING:
    from zhenggai.web.ledger.models import Inspection

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def _heard(office: Office) -> dict[str, tuple[str, str]]:
    """Return what each role heard last, kind and screen, and forget it."""
    roles = {person.pk: role for role, person in office.people.items()}
    rows = Notice.objects.order_by("pk").values_list("person_id", "kind", "screen")
    found = {roles.get(person, "他人"): (kind, screen) for person, kind, screen in rows}
    Notice.objects.all().delete()
    return found


def test_each_step_of_a_close_out_tells_who_is_next(office: Office, inspection: Inspection) -> None:
    file(office, inspection)
    finding = closable(office, inspection)
    Notice.objects.all().delete()
    closure = apply(office, finding)
    assert _heard(office) == {
        "responsible_leader": ("closure_waiting", "closure"),
        "lead_leader": ("closure_news", "finding"),
    }
    returned = step(office, closure, "responsible_leader", "review_returned")
    missing = Notice.objects.filter(person=office.people["department_head"]).get()
    assert "请在" in missing.why
    assert returned.steps.latest("number").details["return"]["missing"].rstrip("。") in missing.why
    back = ("closure_returned", "application")
    assert _heard(office) == {"department_head": back, "handler": back}
    closure = apply(office, finding)
    _heard(office)
    told = []
    for role, transition in CHAIN:
        closure.refresh_from_db()
        step(office, closure, role, transition)
        told.append(_heard(office))
    done = ("closure_done", "finding")
    assert told == [
        {"supervision": ("closure_waiting", "closure"), "lead_leader": ("closure_news", "finding")},
        {"group": ("closure_waiting", "closure"), "principal": ("closure_waiting", "closure")},
        {"inspection_office": ("closure_waiting", "closure"), "office": done, "department_head": done, "handler": done},
        {"office": done, "department_head": done, "handler": done},
    ]


def test_a_restricted_findings_step_says_nothing_of_it(office: Office, inspection: Inspection) -> None:
    finding = closable(office, inspection)
    for role in ("department_head", "responsible_leader"):
        RestrictedGrant.objects.create(person=office.people[role], unit=office.unit, reason="整改", since=TODAY)
    Finding.objects.filter(pk=finding.pk).update(layer="restricted")
    finding.refresh_from_db()
    Notice.objects.all().delete()
    apply(office, finding)
    heard = Notice.objects.get()
    assert heard.person_id == office.people["responsible_leader"].pk, "the lead leader may not know"
    assert (heard.what, heard.why) == (f"问题{finding.reference}", UNSAID)


@pytest.fixture
def measure(office: Office, inspection: Inspection) -> Measure:
    measure = Measure.objects.filter(inspection=inspection).order_by("pk")[0]
    Assignment.objects.filter(response=measure.response_id).delete()
    Assignment.objects.create(
        unit=office.unit, inspection=inspection, response_id=measure.response_id, role="responsible_department",
        name="教务处", organization=office.departments["教务处"], since=TODAY,
    )  # fmt: skip
    Measure.objects.filter(pk=measure.pk).update(due_on=TODAY + 20 * DAY, completion_status="ongoing", recurrences=[])
    measure.refresh_from_db()
    return measure


def test_an_extension_tells_who_answers_and_then_who_asked(office: Office, measure: Measure) -> None:
    asked = ask_extension(
        actor=office.actor("department_head"), rights=office.rights("department_head"), measure_id=measure.pk,
        seen=measure.version, until=TODAY + 40 * DAY, reason="工期延长", progress="已完成一半",
    )  # fmt: skip
    waits = ("extension_asked", "extension")
    assert _heard(office) == {"group": waits, "principal": waits}
    decide_extension(
        actor=office.actor("group"), rights=office.rights("group"), extension_id=asked.pk, seen=asked.version,
        granted=False, until=None, note="请按期完成。",
    )  # fmt: skip
    assert set(Notice.objects.values_list("why", flat=True)) == {"不同意延期：请按期完成。"}
    answered = ("extension_answered", "extension")
    assert _heard(office) == {"department_head": answered, "handler": answered}


def test_a_moved_occurrence_tells_who_acts_on_it_each_time(office: Office, measure: Measure) -> None:
    rule = {"kind": "every", "freq": "month", "interval": 1, "times": 1}
    Measure.objects.filter(pk=measure.pk).update(recurrences=[rule], rectification_class="long_term")
    lay_out(actor=office.actor("office"), inspection_id=measure.inspection_id)
    occurrence = Occurrence.objects.filter(duty__measure=measure).order_by("due_on")[0]
    for days in (1, 2):
        moved = move_occurrence(
            actor=office.actor("office"), rights=office.rights("office"), occurrence_id=occurrence.pk,
            seen=occurrence.version, due_on=occurrence.due_on + days * DAY, reason="会议改期",
        )  # fmt: skip
        assert Notice.objects.filter(kind="occurrence_moved").count() == 2 * days
        occurrence = moved
    assert _heard(office) == dict.fromkeys(("department_head", "handler"), ("occurrence_moved", "occurrence"))


def test_a_handover_tells_the_receiver_finding_by_finding(office: Office, inspection: Inspection) -> None:
    giver, receiver = office.people["responsible_leader"], office.people["lead_leader"]
    Assignment.objects.filter(person__isnull=False).update(until=TODAY)
    answered = [
        finding.responses.first() for finding in Finding.objects.filter(inspection=inspection).order_by("order")[:3]
    ]
    for response in answered:
        assert response is not None
        Assignment.objects.create(
            unit=office.unit, inspection=inspection, response=response, role="responsible_leader", name=giver.name,
            person=giver, since=TODAY,
        )  # fmt: skip
    secret = answered[0].findings.order_by("order")[0] if answered[0] else None
    assert secret is not None
    Finding.objects.filter(pk=secret.pk).update(layer="restricted")
    hand_over(
        actor=office.actor("office", NOW), rights=office.rights("office"), giver_id=giver.pk, receiver_id=receiver.pk,
        reason="岗位调整", leaves=False,
    )  # fmt: skip
    notice = Notice.objects.get()
    assert (notice.person_id, notice.kind) == (receiver.pk, "assigned")
    said = [line[0] for line in notice.lines]
    assert said, "what is open to all is told"
    assert f"问题{secret.reference}" not in said, "what the receiver may not know is not"
