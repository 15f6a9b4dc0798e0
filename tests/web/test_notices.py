"""Telling people: once, in whose place, and never of what somebody may not know."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from offices import NOW, TODAY, Office

from zhenggai.web.accounts.models import Deputy, Grant, Person, Post, RestrictedGrant
from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger.actions.notices import Line, Telling, tell
from zhenggai.web.ledger.models import Assignment, Finding, Measure, Notice
from zhenggai.web.ledger.recipients import answerable, findings_of, holders
from zhenggai.workflow.notices import UNSAID

if TYPE_CHECKING:
    from zhenggai.web.ledger.models import Inspection

DAY = dt.timedelta(days=1)
SYSTEM = Actor(None, "系统", NOW)
pytestmark = pytest.mark.django_db


def _tell(
    office: Office, *roles: str, finding: Finding | None = None, key: str = "k", lines: tuple[Line, ...] = ()
) -> int:
    tellings = [
        Telling(
            office.people[role].pk, "paper", key, "措施C001", "请于三日内办理", "finding", 1,
            finding_id=finding.pk if finding else None, lines=lines,
        )
        for role in roles
    ]  # fmt: skip
    with transaction.atomic():
        return tell(actor=SYSTEM, unit_id=office.unit.pk, tellings=tellings)


def _appoint(office: Office, absent: str, deputy: str, *, since: dt.date = TODAY, until: dt.date | None = None) -> None:
    Deputy.objects.create(person=office.people[absent], deputy=office.people[deputy], since=since, until=until)


def _told(office: Office) -> list[tuple[str, str]]:
    """Return who was told, and in whose place, by roles."""
    roles = {person.pk: role for role, person in office.people.items()}
    rows = Notice.objects.order_by("pk").values_list("person_id", "stands_for_id")
    return sorted((roles[person], roles.get(absent, "")) for person, absent in rows)


def _secret(inspection: Inspection) -> Finding:
    finding = Finding.objects.filter(inspection=inspection).order_by("order")[0]
    Finding.objects.filter(pk=finding.pk).update(layer="restricted")
    return finding


def test_the_same_key_is_told_once_for_ever(office: Office) -> None:
    assert _tell(office, "handler", "group") == 2
    assert _tell(office, "handler") == 0
    Notice.objects.update(read_at=NOW)
    assert _tell(office, "handler", "principal") == 1, "being read does not make it new; somebody else has not heard"
    assert _tell(office, "handler", key="other") == 1
    assert Notice.objects.count() == 4


def test_outside_a_transaction_nothing_is_told(office: Office) -> None:
    telling = Telling(office.people["handler"].pk, "no such kind", "k", "措施C001", "", "finding", 1)
    with pytest.raises(KeyError), transaction.atomic():
        tell(actor=SYSTEM, unit_id=office.unit.pk, tellings=[telling])
    assert not Notice.objects.exists()


def test_who_stands_in_gets_a_copy_that_says_for_whom(office: Office) -> None:
    _appoint(office, "handler", "office")
    _appoint(office, "handler", "archivist", since=TODAY + DAY)
    _appoint(office, "handler", "supervision", since=TODAY - 3 * DAY, until=TODAY - DAY)
    assert _tell(office, "handler") == 2
    assert _told(office) == [("handler", ""), ("office", "handler")]


def test_who_is_told_in_their_own_name_gets_no_second_copy(office: Office) -> None:
    _appoint(office, "handler", "group")
    assert _tell(office, "handler", "group") == 2
    assert _told(office) == [("group", ""), ("handler", "")]


def test_nobody_is_told_who_has_left_or_has_no_account(office: Office) -> None:
    people = office.people
    Person.objects.filter(pk=people["handler"].pk).update(left_on=TODAY)
    Person.objects.filter(pk=people["group"].pk).update(is_active=False)
    Person.objects.filter(pk=people["principal"].pk).update(login=None)
    Person.objects.filter(pk=people["lead_leader"].pk).update(login="")
    for absent, deputy in (("handler", "office"), ("group", "office"), ("principal", "archivist")):
        _appoint(office, absent, deputy)
    assert _tell(office, "handler", "group", "principal", "lead_leader") == 1
    assert _told(office) == [("archivist", "principal")], "who stands in for somebody without an account hears it"


def test_of_a_restricted_finding_only_those_hear_who_may_know(office: Office, inspection: Inspection) -> None:
    finding = _secret(inspection)
    for role in ("discipline", "office"):
        RestrictedGrant.objects.create(person=office.people[role], unit=office.unit, reason="核查", since=TODAY)
    RestrictedGrant.objects.create(
        person=office.people["group"], unit=office.unit, reason="已过期", since=TODAY - 9 * DAY, until=TODAY - DAY
    )
    RestrictedGrant.objects.create(person=office.people["principal"], unit=office.above, reason="别处", since=TODAY)
    _appoint(office, "discipline", "archivist")
    _appoint(office, "handler", "office")
    assert _tell(office, "discipline", "group", "principal", "handler", finding=finding) == 2
    assert _told(office) == [("discipline", ""), ("office", "handler")], "a need to know passes to no deputy"
    notice = Notice.objects.filter(person=office.people["discipline"]).get()
    assert (notice.what, notice.why) == (f"问题{finding.reference}", UNSAID), "and nothing is said that somebody wrote"


def test_a_digest_leaves_out_what_somebody_may_not_know(office: Office, inspection: Inspection) -> None:
    secret = _secret(inspection)
    other = Finding.objects.filter(inspection=inspection).order_by("order")[1]
    RestrictedGrant.objects.create(person=office.people["discipline"], unit=office.unit, reason="核查", since=TODAY)
    both = (Line("措施C001", "", "临期", "finding", 1, secret.pk), Line("措施C002", "", "临期", "finding", 2, other.pk))
    assert _tell(office, "discipline", "handler", lines=both) == 2
    of = {notice.person_id: [line[0] for line in notice.lines] for notice in Notice.objects.all()}
    assert of[office.people["discipline"].pk] == ["措施C001", "措施C002"]
    assert of[office.people["handler"].pk] == ["措施C002"]
    assert _tell(office, "group", lines=both[:1]) == 0, "a digest of nothing is not sent"


def test_holders_are_those_with_a_current_role_over_the_whole_unit(office: Office) -> None:
    Grant.objects.filter(person=office.people["principal"]).update(until=TODAY - DAY)
    department = office.departments["教务处"]
    Grant.objects.create(person=office.people["archivist"], role="group", scope=department, since=TODAY)
    Grant.objects.create(person=office.people["handler"], role="group", scope=office.unit, since=TODAY + DAY)
    found = holders(office.unit.pk, ("group", "principal", "inspection_office"), TODAY)
    assert found == {office.people["group"].pk, office.people["inspection_office"].pk}


def test_who_answers_for_a_measure(office: Office, inspection: Inspection) -> None:
    people, places = office.people, office.departments
    first, second = Measure.objects.filter(inspection=inspection).order_by("pk")[:2]
    Assignment.objects.filter(inspection=inspection).delete()

    def name(role: str, measure: Measure, *, only: bool = False, until: dt.date | None = None, **who: object) -> None:
        Assignment.objects.create(
            unit=office.unit, inspection=inspection, response_id=measure.response_id, role=role, name="名称",
            measure=measure if only else None, since=TODAY - 9 * DAY, until=until, **who,
        )  # fmt: skip

    name("responsible_department", first, organization=places["教务处"])
    name("cooperating_department", first, organization=places["总务处"])
    name("handler", first, person=people["archivist"], until=TODAY)
    name("handler", first, person=people["supervision"], until=TODAY - DAY)
    name("responsible_leader", first, person=people["responsible_leader"])
    name("responsible_person", second, only=True, person=people["group"])
    Post.objects.create(person=people["archivist"], organization=places["总务处"], since=TODAY)
    Post.objects.create(person=people["discipline"], organization=places["教务处"], since=TODAY)
    owners = {"responsible_department", "responsible_person", "handler"}
    found = answerable([first.pk, second.pk], owners, TODAY)
    acting = {people[role].pk for role in ("handler", "department_head", "archivist")}
    same = first.response_id == second.response_id
    assert found[first.pk] == acting, "the department's head and handlers, and the handler who is named until today"
    assert found[second.pk] == {people["group"].pk} | (acting if same else set())
    assert answerable([first.pk], {"responsible_leader"}, TODAY) == {first.pk: {people["responsible_leader"].pk}}
    assert answerable([], owners, TODAY) == {}


def test_a_measure_of_several_findings_is_named_by_the_restricted_one(office: Office, inspection: Inspection) -> None:
    measure = Measure.objects.filter(inspection=inspection).order_by("order")[0]
    answered = measure.response.findings.order_by("order")
    assert findings_of([measure.pk]) == {measure.pk: answered[0].pk}
    other = Finding.objects.filter(inspection=inspection).exclude(pk__in=answered).order_by("-order")[0]
    measure.response.answers.create(finding=other)
    Finding.objects.filter(pk=other.pk).update(layer="restricted")
    assert findings_of([measure.pk]) == {measure.pk: other.pk}
