"""Signatures that nobody can give are told before anybody begins: with who is missing, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from closings import CHAIN, apply, closable, close, colleague, step
from django.test import Client
from offices import BACKEND, TODAY

from zhenggai.web.accounts.models import Grant, Post
from zhenggai.web.faults import Refused
from zhenggai.web.ledger.closing.gaps import gaps_of
from zhenggai.web.ledger.models import Finding

if TYPE_CHECKING:
    from offices import Office

    from zhenggai.web.ledger.models import Inspection


@pytest.fixture
def finding(office: Office, inspection: Inspection) -> Finding:
    colleague(office)
    return closable(office, inspection)


def gaps(finding: Finding) -> tuple[str, ...]:
    row = Finding.objects.select_related("inspection").get(pk=finding.pk)
    return gaps_of([row], TODAY).get(finding.pk, ())


def name(finding: Finding, role: str, office: Office, who: str | None) -> None:
    """Let the plan name somebody else, or nobody that is known, in a leader's role; None takes the role away."""
    rows = finding.responses.get().assignments.filter(role=role)
    rows.update(person=office.people[who]) if who else rows.delete()


def spoil(office: Office, finding: Finding, what: str) -> None:
    people = office.people
    if what == "one_leader_twice":
        Finding.objects.filter(pk=finding.pk).update(key=True)
        name(finding, "lead_leader", office, "responsible_leader")
        Grant.objects.create(person=people["responsible_leader"], role="lead_leader", scope=office.unit, since=TODAY)
    elif what == "no_leader":
        name(finding, "lead_leader", office, None)
        name(finding, "responsible_leader", office, None)
    elif what == "leader_not_known":
        finding.responses.get().assignments.filter(role="responsible_leader").update(person=None)
    elif what == "leader_without_role":
        Grant.objects.filter(role="responsible_leader").delete()
    elif what == "no_head":
        Post.objects.all().delete()
    elif what == "one_verifier":
        Grant.objects.filter(person=colleague(office)).delete()
    elif what == "verifier_too_near":
        Post.objects.create(person=colleague(office), organization=office.departments["教务处"], since=TODAY)
    elif what == "no_group":
        Grant.objects.filter(role__in=("group", "principal")).delete()
    elif what == "only_a_leader_decides":
        Grant.objects.filter(role="principal").delete()
        Grant.objects.filter(role="group").update(person=people["responsible_leader"])


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("one_leader_twice", ("“审核”、“牵头领导审核”合起来只有责任领导某某能办理", "取消重点问题标记")),
        ("no_leader", ("没有人能办理“审核”", "明确责任领导")),
        ("leader_not_known", ("没有人能办理“审核”", "明确责任领导")),
        ("leader_without_role", ("没有人能办理“审核”", "授予相应角色")),
        ("no_head", ("没有人能办理“部门负责人签字申请”", "登记责任部门负责人的任职")),
        ("one_verifier", ("“核查”要2人，现在只有督查组某某能办理", "“督查组”角色")),
        ("verifier_too_near", ("“核查”要2人，现在只有督查组某某能办理", "“督查组”角色")),
        ("no_group", ("没有人能办理“审定”", "“领导小组”角色")),
        ("only_a_leader_decides", ("“审核”、“审定”合起来只有责任领导某某能办理", "“领导小组”角色")),
    ],
)
def test_what_nobody_can_sign_is_told(office: Office, finding: Finding, what: str, words: tuple[str, ...]) -> None:
    assert gaps(finding) == ()
    spoil(office, finding, what)
    (told,) = gaps(finding)
    assert all(part in told for part in words), told


def test_what_is_told_is_so(office: Office, finding: Finding) -> None:
    """One person is both leaders of a key finding: it comes as far as the second review, and the gap goes when one is named anew."""
    spoil(office, finding, "one_leader_twice")
    closure = close(office, Finding.objects.get(pk=finding.pk), CHAIN[:1])
    with pytest.raises(Refused, match="同一人"):
        step(office, closure, "responsible_leader", "endorsed")
    (told,) = gaps(finding)
    assert "没有人能办理“牵头领导审核”" in told
    name(finding, "lead_leader", office, "lead_leader")
    assert gaps(finding) == ()
    step(office, closure, "lead_leader", "endorsed")


def test_a_lead_leader_alone_is_no_gap(office: Office, finding: Finding) -> None:
    Finding.objects.filter(pk=finding.pk).update(key=True)
    name(finding, "responsible_leader", office, None)
    assert gaps(finding) == ()


def test_nothing_is_told_of_what_is_closed(office: Office, finding: Finding) -> None:
    close(office, finding, CHAIN[:3])
    spoil(office, finding, "no_group")
    assert gaps(finding) == ()


def test_every_screen_says_it_beforehand(office: Office, finding: Finding) -> None:
    spoil(office, finding, "no_leader")
    client = Client()
    client.force_login(office.people["department_head"], backend=BACKEND)
    pages = (f"/findings/{finding.pk}/", f"/findings/{finding.pk}/closure/", f"/findings/{finding.pk}/application/")
    for page in (*pages, "/closures/"):
        assert "没有人能办理“审核”" in client.get(page).content.decode(), page
    name_again = finding.responses.get().assignments
    name_again.create(
        unit=office.unit, inspection=finding.inspection, role="responsible_leader", name="某",
        person=office.people["responsible_leader"], since=TODAY,
    )  # fmt: skip
    for page in (*pages, "/closures/"):
        assert "没有人能办理" not in client.get(page).content.decode(), page
    apply(office, finding)


def test_the_number_of_questions_does_not_depend_on_the_findings(
    office: Office, inspection: Inspection, django_assert_num_queries: object
) -> None:
    found = [closable(office, inspection, reference) for reference in ("W001", "W002", "W003")]
    rows = list(Finding.objects.filter(pk__in=[one.pk for one in found]).select_related("inspection"))
    for some in (rows[:1], rows):
        with django_assert_num_queries(6):  # type: ignore[operator]
            gaps_of(some, TODAY)
