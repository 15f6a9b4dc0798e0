"""Handover, leaving and closing: nothing open stays with somebody or something that is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db.models import Q
from offices import BACKEND, PASSWORD, TODAY, Office, make_office

from zhenggai.web.accounts import actions
from zhenggai.web.accounts.models import Deputy, Grant, Person, Token
from zhenggai.web.audit.chain import first_break
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, LedgerFault, Refused, Unknown
from zhenggai.web.ledger.actions.handover import (
    HIDDEN,
    close_place,
    hand_over,
    handover_record,
    let_leave,
    open_assignments,
    preview_handover,
)
from zhenggai.web.ledger.models import Assignment, Finding, Handover

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from zhenggai.web.ledger.models import Inspection

GIVER, RECEIVER = "responsible_leader", "lead_leader"


@pytest.fixture
def burdened(office: Office, inspection: Inspection) -> Office:
    """The giver answers for W001 to W004, each with a response of its own."""
    for finding in Finding.objects.filter(inspection=inspection, reference__in=["W001", "W002", "W003", "W004"]):
        assign(office, finding)
    return office


def assign(office: Office, finding: Finding, who: str = GIVER) -> Assignment:
    return finding.responses.get().assignments.create(
        unit=office.unit,
        inspection=finding.inspection,
        role="responsible_leader",
        person=office.people[who],
        name=office.people[who].name,
        since=TODAY,
    )


def open_of(office: Office, role: str) -> set[str]:
    found = open_assignments(Q(person=office.people[role])).values_list("response__findings__reference", flat=True)
    return set(found)


def hand(
    office: Office,
    *,
    who: str = "office",
    giver: str = GIVER,
    receiver: str = RECEIVER,
    reason: str = "岗位调整",
    leaves: bool = False,
) -> Handover:
    return hand_over(
        actor=office.actor(who),
        rights=office.rights(who),
        giver_id=office.people[giver].pk,
        receiver_id=office.people[receiver].pk,
        reason=reason,
        leaves=leaves,
    )


def test_what_is_closed_stays_and_what_is_open_passes(burdened: Office) -> None:
    Finding.objects.filter(reference="W002").update(closure_stage="approved")
    Finding.objects.filter(reference="W004").update(closure_stage="confirmed")
    before = open_of(burdened, RECEIVER)
    done = hand(burdened)
    assert not open_of(burdened, GIVER)
    assert open_of(burdened, RECEIVER) == before | {"W001", "W003"}
    assert len(done.references) == 2
    old = Assignment.objects.filter(person=burdened.people[GIVER])
    assert sorted(old.values_list("until", flat=True), key=str) == [TODAY, TODAY, None, None]
    assert done.assignments.count() == 2
    event = Event.objects.filter(action="handover.made").get()
    assert event.after["references"] == done.references
    assert event.reason == "岗位调整"
    assert first_break(burdened.unit.pk) is None


def test_a_response_with_one_finding_open_is_open(burdened: Office) -> None:
    first, second = (Finding.objects.get(reference=reference) for reference in ("W001", "W002"))
    second.answers.update(response=first.responses.get())
    Finding.objects.filter(pk=second.pk).update(closure_stage="approved")
    assert "W001" in open_of(burdened, GIVER)
    Finding.objects.filter(pk=first.pk).update(closure_stage="approved")
    assert not open_of(burdened, GIVER) & {"W001", "W002"}


def test_what_the_receiver_has_already_is_not_doubled(burdened: Office) -> None:
    finding = Finding.objects.get(reference="W001")
    assign(burdened, finding, RECEIVER)
    hand(burdened)
    theirs = finding.responses.get().assignments.filter(person=burdened.people[RECEIVER], until=None)
    assert theirs.filter(role="responsible_leader").count() == 1


def test_the_preview_says_what_passes_and_hides_what_is_restricted(
    burdened: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Finding.objects.filter(reference="W003").update(layer="restricted")
    rights = burdened.rights("office")
    with django_assert_max_num_queries(4):
        shown = preview_handover(rights=rights, giver_id=burdened.people[GIVER].pk)
    assert len(shown) == 4
    assert [one.text for one in shown].count(HIDDEN) == 1
    assert len(hand(burdened).references) == len(shown)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"receiver": GIVER}, "receiver"),
        ({"receiver": "inspection_office"}, "receiver"),
        ({"reason": " "}, "reason"),
        ({"giver": "office", "leaves": True}, "leaves"),
    ],
)
def test_what_cannot_be(burdened: Office, values: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as fault:
        hand(burdened, **values)  # type: ignore[arg-type]
    assert list(fault.value.fields) == [field]
    assert len(open_of(burdened, GIVER)) == 4


@pytest.mark.parametrize("who", ["handler", "principal", "system_administrator"])
def test_only_the_office(burdened: Office, who: str) -> None:
    with pytest.raises(Refused):
        hand(burdened, who=who)


def test_a_record_of_another_unit_is_not_known(burdened: Office) -> None:
    done = hand(burdened)
    other = make_office("云溪县第一小学", "-2")
    assert handover_record(rights=burdened.rights("office"), pk=done.pk) == done
    with pytest.raises(Unknown):
        handover_record(rights=other.rights("office"), pk=done.pk)


def test_who_leaves_leaves_nothing_behind(burdened: Office, client: Client) -> None:
    giver = burdened.people[GIVER]
    actions.issue_token(
        actor=burdened.actor("security_administrator"),
        rights=burdened.rights("security_administrator"),
        person_id=giver.pk,
        name="月报",
        acts=["ledger.read"],
        days=30,
    )
    Deputy.objects.create(person=burdened.people["principal"], deputy=giver, since=TODAY)
    client.force_login(giver, backend=BACKEND)
    assert client.get("/").status_code == 200
    hand(burdened, leaves=True)
    giver.refresh_from_db()
    assert (giver.left_on, giver.is_active) == (TODAY, False)
    later = TODAY.replace(day=TODAY.day + 1)
    assert not Grant.objects.filter(Grant.current(later), person=giver).exists()
    assert not Deputy.objects.filter(Deputy.current(later), deputy=giver).exists()
    assert not Token.objects.filter(person=giver, revoked_at=None).exists()
    assert client.get("/").status_code == 302
    assert client.post("/login/", {"login": giver.login, "password": PASSWORD}).status_code == 422
    left = Event.objects.get(action="person.left")
    assert left.after["role"] == ["责任领导"]


def leave(office: Office, who: str, role: str) -> Person:
    return let_leave(
        actor=office.actor(who), rights=office.rights(who), person_id=office.people[role].pk, reason="退休"
    )


def test_leaving_is_refused_while_something_is_open(burdened: Office) -> None:
    with pytest.raises(Refused, match="4项未办结"):
        leave(burdened, "office", GIVER)
    hand(burdened)
    assert leave(burdened, "office", GIVER).left_on == TODAY
    with pytest.raises(Invalid):
        leave(burdened, "office", GIVER)


@pytest.mark.parametrize(("who", "role"), [("office", "office"), ("handler", "archivist"), ("principal", "archivist")])
def test_who_may_not_let_leave(burdened: Office, who: str, role: str) -> None:
    with pytest.raises(LedgerFault):
        leave(burdened, who, role)


def test_a_department_with_something_open_is_not_closed(burdened: Office) -> None:
    place = burdened.departments["总务处"]
    values = {"actor": burdened.actor("office"), "rights": burdened.rights("office"), "organization_id": place.pk}
    with pytest.raises(Refused, match="未办结"):
        close_place(**values)
    place.refresh_from_db()
    assert place.closed_on is None
    Finding.objects.update(closure_stage="approved")
    close_place(**values)
    place.refresh_from_db()
    assert place.closed_on == TODAY
