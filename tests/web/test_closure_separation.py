"""Who may not sign together: nobody signs two parts, nobody signs for a department that is not theirs or verifies what is near."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from closings import CHAIN, apply, closable, close, colleague, form, step
from offices import TODAY

from zhenggai.web.accounts import actions as accounts
from zhenggai.web.accounts.models import Deputy, Grant, Person
from zhenggai.web.audit.chain import first_break
from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger.actions import closures
from zhenggai.web.ledger.closing.lapse import lapse_changed
from zhenggai.web.ledger.models import (
    Closure,
    Finding,
    Measure,
)

if TYPE_CHECKING:
    from offices import Office

    from zhenggai.web.accounts.models import Organization
    from zhenggai.web.ledger.models import Inspection


@pytest.fixture
def finding(office: Office, inspection: Inspection) -> Finding:
    return closable(office, inspection)


def test_nobody_signs_two_stages(office: Office, finding: Finding) -> None:
    closure = close(office, finding, CHAIN[:1])
    leader = office.people["responsible_leader"]
    Grant.objects.create(person=leader, role="supervision", scope=office.unit, since=TODAY)
    with pytest.raises(Refused, match="同一人不能"):
        step(office, closure, "responsible_leader", "verified")
    deputy = office.people["supervision"]
    Deputy.objects.create(person=leader, deputy=deputy, since=TODAY)
    with pytest.raises(Refused, match="同一人不能"):
        step(office, closure, "supervision", "verified")


def test_whoever_filled_in_the_form_has_signed_the_application(office: Office, finding: Finding) -> None:
    """The handler begins it, a second handler goes on: neither reviews or verifies, whatever role they have besides."""
    second = office.people["supervision"]
    for role in ("handler", "supervision"):
        closure = Closure.objects.filter(stage="prepared").first()
        if role == "supervision":
            Grant.objects.create(person=second, role="handler", scope=office.unit, since=TODAY)
            name_handler(office, finding, "supervision")
        for _ in range(2):
            closure = closures.prepare_application(
                actor=office.actor(role), rights=office.rights(role), finding_id=finding.pk,
                seen=closure.version if closure else None, content=form(finding),
            )  # fmt: skip
    finding.responses.get().assignments.filter(person=second).delete()
    closure = close(office, Finding.objects.get(pk=finding.pk), CHAIN[:1])
    signed = list(closure.steps.order_by("number").values_list("transition", "person_name"))
    names = [office.people[role].name for role in ("handler", "supervision", "department_head")]
    assert signed[:3] == list(zip(("prepared", "prepared", "applied"), names, strict=True))
    with pytest.raises(Refused, match="同一人不能"):
        step(office, closure, "supervision", "verified")
    assert first_break(office.unit.pk) is None


def absent(office: Office, person: str, deputy: str) -> None:
    Deputy.objects.create(person=office.people[person], deputy=office.people[deputy], since=TODAY)


def test_a_deputy_with_a_role_of_the_kind_signs_for_the_absent_whom_the_plan_names(
    office: Office, finding: Finding
) -> None:
    """The deputy is a responsible leader too, but of other findings: the signature is the absent leader's."""
    leader, other = office.people["responsible_leader"], office.people["archivist"]
    Grant.objects.create(person=other, role="responsible_leader", scope=office.unit, since=TODAY)
    Grant.objects.create(person=leader, role="group", scope=office.unit, since=TODAY)
    absent(office, "responsible_leader", "archivist")
    closure = close(office, finding, (("archivist", "reviewed"),))
    signed = closure.steps.get(transition="reviewed")
    assert (signed.role, signed.through_id) == ("responsible_leader", leader.pk)
    Deputy.objects.all().delete()
    closure = step(office, closure, "supervision", "verified")
    with pytest.raises(Refused, match="同一人不能"):
        step(office, closure, "responsible_leader", "approved")


def test_a_role_of_ones_own_that_admits_comes_first(office: Office, finding: Finding) -> None:
    absent(office, "lead_leader", "responsible_leader")
    signed = close(office, finding, CHAIN[:1]).steps.get(transition="reviewed")
    assert (signed.role, signed.through_id) == ("responsible_leader", None)


def name_handler(office: Office, finding: Finding, who: str) -> None:
    person = office.people[who]
    finding.responses.get().assignments.create(
        unit=office.unit, inspection=finding.inspection, role="handler", person=person, name=person.name, since=TODAY
    )


def test_the_head_of_another_department_who_handles_a_measure_does_not_apply(office: Office, finding: Finding) -> None:
    other = office.people["archivist"]
    Grant.objects.create(person=other, role="department_head", scope=office.unit, since=TODAY)
    accounts.hold_post(
        actor=office.actor("office"), person=other, organization=office.departments["总务处"], since=TODAY
    )
    name_handler(office, finding, "archivist")
    closures.prepare_application(
        actor=office.actor("archivist"), rights=office.rights("archivist"), finding_id=finding.pk, seen=None,
        content=form(finding),
    )  # fmt: skip
    with pytest.raises(Refused, match="其他部门的负责人"):
        apply(office, finding, "archivist")
    Closure.objects.all().update(stage="returned")
    Finding.objects.update(closure_stage="returned")
    with pytest.raises(Refused, match="其他部门的负责人"):
        apply(office, Finding.objects.get(pk=finding.pk), "archivist")


@pytest.mark.parametrize("scope", ["总务处", None])
def test_ones_own_headship_and_the_department_of_the_absent_do_not_add_up(
    office: Office, finding: Finding, scope: str | None
) -> None:
    """The head of 总务处 stands in for a handler of 教务处, or holds a post there without its headship."""
    other = office.people["archivist"]
    place = office.departments[scope] if scope else office.unit
    Grant.objects.create(person=other, role="department_head", scope=place, since=TODAY)
    home = office.departments["教务处" if scope else "总务处"]
    accounts.hold_post(actor=office.actor("office"), person=other, organization=home, since=TODAY)
    absent(office, "handler", "archivist")
    with pytest.raises(Refused):
        apply(office, finding, "archivist")


def hold_post(office: Office, person: Person, place: Organization) -> None:
    accounts.hold_post(actor=office.actor("office"), person=person, organization=place, since=TODAY)


def near(office: Office, finding: Finding, person: Person, how: str) -> None:
    """Bring somebody near to a finding that is answered by 教务处, in one of the ways that forbid verifying."""
    response = finding.responses.get()
    home = office.departments["教务处"]
    named = {"unit": office.unit, "inspection": finding.inspection, "name": "某", "since": TODAY}
    if how == "department":
        hold_post(office, person, home)
    elif how == "below":
        room = accounts.create_organization(actor=office.actor("office"), kind="department", name="教研室", parent=home)
        hold_post(office, person, room)
    elif how == "second_department":
        response.assignments.create(role="responsible_department", organization=office.departments["总务处"], **named)
        hold_post(office, person, office.departments["总务处"])
    elif how == "of_a_measure":
        place, measure = office.departments["总务处"], response.measures.first()
        response.assignments.create(role="responsible_department", organization=place, measure=measure, **named)
        hold_post(office, person, place)
    elif how == "unit":
        response.assignments.create(role="responsible_department", organization=office.unit, **named)
        hold_post(office, person, office.unit)
    elif how == "absent":
        absent(office, "handler", "supervision") if person == office.people["supervision"] else Deputy.objects.create(
            person=office.people["handler"], deputy=person, since=TODAY
        )
    else:
        response.assignments.create(role=how, person=person, **named)


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize(
    "how",
    [
        "department", "below", "second_department", "of_a_measure", "unit", "absent", "lead_leader", "responsible_leader",
        "responsible_person", "handler",
    ],
)  # fmt: skip
def test_who_is_near_to_a_finding_does_not_verify_it(office: Office, finding: Finding, how: str, second: bool) -> None:
    closure = close(office, finding, CHAIN[:1])
    Closure.objects.update(department=None)
    near(office, finding, colleague(office) if second else office.people["supervision"], how)
    if second:
        with pytest.raises(Invalid) as caught:
            step(office, closure, "supervision", "verified")
        assert list(caught.value.fields) == ["verifiers"]
        assert caught.value.fields["verifiers"].startswith("韩某某")
    else:
        with pytest.raises(Refused, match="本部门"):
            step(office, closure, "supervision", "verified")


def test_others_of_the_unit_verify_even_where_the_whole_unit_is_responsible(office: Office, finding: Finding) -> None:
    near(office, finding, office.people["principal"], "unit")
    closure = close(office, finding, CHAIN[:1])
    hold_post(office, office.people["supervision"], office.departments["财务室"])
    named = {"unit": office.unit, "inspection": finding.inspection, "name": "财务室", "since": TODAY}
    finding.responses.get().assignments.create(
        role="cooperating_department", organization=office.departments["财务室"], **named
    )
    assert step(office, closure, "supervision", "verified").stage == "verified"


def test_the_second_verifier_is_of_the_supervision_group_of_the_unit(office: Office, finding: Finding) -> None:
    closure = close(office, finding, CHAIN[:1])
    former = Person.objects.create(unit=office.unit, name="原督查员")
    Grant.objects.create(
        person=former, role="supervision", scope=office.unit, since=TODAY - dt.timedelta(days=9),
        until=TODAY - dt.timedelta(days=1),
    )  # fmt: skip
    for wrong in ((), (office.people["office"].pk,), (former.pk,), (office.people["supervision"].pk,), (0,)):
        with pytest.raises(Invalid) as caught:
            step(office, closure, "supervision", "verified", verifiers=wrong, experts=("专家甲", "专家乙"))
        assert list(caught.value.fields) == ["verifiers"]
    with pytest.raises(Invalid) as caught:
        step(office, closure, "supervision", "verified", experts=("长" * 51,))
    assert list(caught.value.fields) == ["experts"]
    closure = step(office, closure, "supervision", "verified", experts=("专家甲 ", ""))
    told = closure.steps.get(transition="verified").details["verification"]
    assert told["people"] == [office.people["supervision"].name, "韩某某"]
    assert (told["verifiers"], told["experts"]) == ([colleague(office).pk], ["专家甲"])


def test_the_second_verifier_has_signed_the_verification(office: Office, finding: Finding) -> None:
    closure = close(office, finding, CHAIN[:2])
    second = colleague(office)
    Grant.objects.create(person=second, role="group", scope=office.unit, since=TODAY)
    office.people["second"] = second
    with pytest.raises(Refused, match="同一人不能"):
        step(office, closure, "second", "approved")


def test_who_reviewed_is_no_second_verifier(office: Office, finding: Finding) -> None:
    second = colleague(office)
    office.people["second"] = second
    Grant.objects.create(person=second, role="responsible_leader", scope=office.unit, since=TODAY)
    finding.responses.get().assignments.filter(role="responsible_leader").update(person=second)
    closure = close(office, finding, (("second", "reviewed"),))
    finding.responses.get().assignments.filter(role="responsible_leader").update(person=None)
    with pytest.raises(Invalid, match="已在本次销号中签过其他环节"):
        step(office, closure, "supervision", "verified")


def test_who_signed_does_not_recheck(office: Office, finding: Finding) -> None:
    closure = close(office, finding, CHAIN[:3])
    Grant.objects.create(person=office.people["group"], role="supervision", scope=office.unit, since=TODAY)
    Measure.objects.filter(reference="C005").update(percent=90)
    lapse_changed(actor=office.actor("office"), findings=[finding.pk])
    with pytest.raises(Refused, match="不能复核"):
        step(office, closure, "group", "rechecked")
    assert step(office, closure, "supervision", "rechecked").lapsed_at is None
