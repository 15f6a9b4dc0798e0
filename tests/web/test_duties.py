"""工作台 of the three administrators: accounts, rights that end, refusals and the check of the events."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone
from offices import BACKEND, PASSWORD, make_office

from zhenggai.web.accounts.duties import Duty, duties_of
from zhenggai.web.accounts.models import Grant, Person, RestrictedGrant, Token
from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.audit.models import Event

if TYPE_CHECKING:
    from offices import Office
    from pytest_django import DjangoAssertNumQueries


def duties(office: Office, role: str) -> tuple[Duty, ...]:
    person = Person.objects.get(pk=office.people[role].pk)
    return duties_of(rights_of(person, timezone.localdate()), person, timezone.now())


def told(office: Office, role: str) -> list[tuple[str, str]]:
    return [(duty.what, duty.why) for duty in duties(office, role)]


@pytest.fixture
def settled(office: Office) -> Office:
    """An office in which everybody has logged in."""
    Person.objects.update(last_login=timezone.now())
    return office


def enter(office: Office, role: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/login/", {"login": office.people[role].login, "password": password})
    return client


def test_where_nothing_is_to_be_done_nothing_is_told(settled: Office) -> None:
    assert duties(settled, "system_administrator") == ()
    assert duties(settled, "security_administrator") == ()
    for role in ("office", "handler", "discipline", "principal"):
        assert duties(settled, role) == ()


def test_a_locked_account_leads_to_its_person(settled: Office) -> None:
    for _ in range(5):
        enter(settled, "handler", "Wrong-wood-2025")
    (duty,) = duties(settled, "system_administrator")
    assert (duty.act, duty.what, duty.screen, duty.argument) == (
        "解锁",
        "经办人某某的账号",
        "person",
        settled.people["handler"].pk,
    )
    assert duty.why.startswith("密码连续输错，锁定至")
    assert duty.colour == "red"


def test_accounts_never_used_and_first_passwords_are_told_apart(settled: Office) -> None:
    Person.objects.filter(login="handler").update(last_login=None, must_change_password=True)
    Person.objects.filter(login__in=("office", "archivist")).update(must_change_password=True)
    Person.objects.filter(login="group").update(last_login=None, left_on=timezone.localdate(), is_active=False)
    assert told(settled, "system_administrator") == [
        ("经办人某某的账号", "开通后从未登录"),
        ("整改办某某、档案员某某的账号", "还没有修改首次密码"),
    ]
    Person.objects.filter(unit=settled.unit).update(last_login=None)
    ((what, _),) = [one for one in told(settled, "system_administrator") if "从未登录" in one[1]]
    assert "等" in what


def test_rights_that_end_within_two_weeks_come_in_their_order(settled: Office) -> None:
    today = timezone.localdate()

    def day(days: int) -> dt.date:
        return today + dt.timedelta(days=days)

    Grant.objects.filter(person=settled.people["handler"]).update(until=day(14))
    Grant.objects.filter(person=settled.people["office"]).update(until=day(15))
    Grant.objects.filter(person=settled.people["archivist"]).update(until=day(-1))
    for role, days in (("discipline", 0), ("principal", 40)):
        RestrictedGrant.objects.create(
            person=settled.people[role], unit=settled.unit, reason="承办", since=day(-30), until=day(days)
        )
    for name, days in (("报表", 3), ("大屏", 30), ("旧的", -2)):
        Token.objects.create(
            person=settled.people["office"],
            name=name,
            digest=name,
            acts=["ledger.read"],
            created_at=timezone.now(),
            expires_at=timezone.now() + dt.timedelta(days=days),
        )
    found = told(settled, "security_administrator")
    assert [what for what, _ in found] == [
        "纪检组（纪委）某某的限知权限",
        "整改办某某的令牌“报表”",
        "经办人某某的经办人角色",
    ]
    assert [why.partition("（")[0] for _, why in found] == ["今天到期", "3天后到期", "14天后到期"]


def test_refusals_are_counted_since_the_last_look(settled: Office) -> None:
    assert told(settled, "audit_administrator") == [("操作记录是否被改动", "还没有核验过")]
    enter(settled, "handler", "Wrong-wood-2025")
    handler = enter(settled, "handler")
    assert handler.get("/imports/").status_code == 403
    assert handler.get("/imports/99/").status_code == 403
    event = Event.objects.filter(action="access.denied").latest("pk")
    assert (event.actor_name, event.subject_label, event.after) == (
        "经办人某某",
        "查看导入稿",
        {"where": "/imports/99/"},
    )
    found = duties(settled, "audit_administrator")
    assert [(duty.what, duty.why) for duty in found[:2]] == [
        ("越权访问被拒2次", "尚未查看过"),
        ("登录失败1次", "尚未查看过"),
    ]
    auditor = Client()
    auditor.force_login(settled.people["audit_administrator"], backend=BACKEND)
    page = auditor.get("/").content.decode()
    assert "/events/?action=access.denied" in page
    assert auditor.get("/events/?action=access.denied").content.decode().count("越权访问被拒") >= 2
    assert [what for what, _ in told(settled, "audit_administrator")] == ["操作记录是否被改动"]
    Event.objects.filter(action="access.denied").update(at=timezone.now() + dt.timedelta(seconds=5))
    (again, _) = duties(settled, "audit_administrator")
    assert again.why.endswith("查看以来")
    assert "&since=" in again.query


def test_what_the_rules_of_the_ledger_refuse_is_no_denial(settled: Office) -> None:
    office = enter(settled, "office")
    own = settled.people["office"].pk
    assert office.post(f"/people/{own}/leave/", {"reason": "退休"}).status_code == 403
    assert not Event.objects.filter(action="access.denied").exists()


def test_the_check_is_owed_again_after_a_week(settled: Office) -> None:
    auditor = Client()
    auditor.force_login(settled.people["audit_administrator"], backend=BACKEND)
    auditor.post("/events/check/")
    event = Event.objects.get(action="chain.checked")
    assert event.after == {"count": event.number - 1, "broken": ""}
    assert told(settled, "audit_administrator") == []
    Event.objects.filter(pk=event.pk).update(at=timezone.now() - dt.timedelta(days=8))
    ((what, why),) = told(settled, "audit_administrator")
    assert what == "操作记录是否被改动"
    assert why.startswith("上次核验是")


def test_another_unit_is_not_their_business(settled: Office) -> None:
    foreign = make_office("云溪县第一小学", "-2", settled.above)
    enter(foreign, "handler", "Wrong-wood-2025")
    Grant.objects.filter(person=foreign.people["handler"]).update(until=timezone.localdate())
    assert duties(settled, "system_administrator") == ()
    assert duties(settled, "security_administrator") == ()
    assert [what for what, _ in told(settled, "audit_administrator")] == ["操作记录是否被改动"]


@pytest.mark.parametrize(
    ("role", "queries"), [("system_administrator", 2), ("security_administrator", 3), ("audit_administrator", 2)]
)
def test_the_number_of_queries_is_fixed(
    office: Office, django_assert_num_queries: DjangoAssertNumQueries, role: str, queries: int
) -> None:
    person = office.people[role]
    rights = rights_of(person, timezone.localdate())
    with django_assert_num_queries(queries):
        duties_of(rights, person, timezone.now())
    soon = timezone.localdate() + dt.timedelta(days=3)
    for number in range(10):
        one = Person.objects.create(unit=office.unit, name=f"教师{number}", login=f"teacher-{number}")
        Grant.objects.create(person=one, role="handler", scope=office.unit, since=dt.date(2025, 1, 1), until=soon)
    with django_assert_num_queries(queries):
        duties_of(rights, person, timezone.now())
