"""The screens of organisations, people, handover, events: each form with bad input names the field and keeps what was typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.test import Client
from offices import BACKEND, NOW, SYSTEM, TODAY, Office, make_office

from zhenggai.web.accounts.actions import create_organization, grant_roles
from zhenggai.web.accounts.models import Grant, Organization, Person, Token
from zhenggai.web.audit.chain import Subject, record
from zhenggai.web.audit.models import Event
from zhenggai.web.audit.wording import told
from zhenggai.web.ledger.models import Finding
from zhenggai.workflow import ROLES

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.ledger.models import Inspection


def browser(office: Office, role: str) -> Client:
    client = Client()
    client.force_login(office.people[role], backend=BACKEND)
    return client


def body(answer: HttpResponse) -> str:
    return answer.content.decode()


def wrong_fields(answer: HttpResponse) -> set[str]:
    """Return the names of the fields that the page marks as wrong, each with its sentence beside it."""
    marked = re.findall(r"<(?:input|select|fieldset)[^>]*aria-invalid=[^>]*>", body(answer))
    described = {re.search(r'aria-describedby="([^"]+)-fault"', tag) for tag in marked}
    assert None not in described, marked
    for found in described:
        assert found is not None
        assert f'id="{found[1]}-fault"' in body(answer)
    return {found[1].split("-")[-1] for found in described if found}


PERSON_FORMS: list[tuple[str, str, dict[str, Any], set[str]]] = [
    ("office", "name", {"name": " ", "seen": "1"}, {"name"}),
    ("office", "post", {"organization": "", "title": "副主任", "since": ""}, {"organization"}),
    ("office", "post", {"organization": "0", "title": "副主任", "since": "昨天"}, {"organization"}),
    ("security_administrator", "role", {"role": "", "reason": "分工文件"}, {"role"}),
    ("security_administrator", "role", {"role": "archivist", "until": "2020-01-01", "reason": "分工文件"}, {"until"}),
    ("security_administrator", "role", {"role": "archivist", "until": "明年", "reason": "分工文件"}, {"until"}),
    ("security_administrator", "role", {"role": "handler", "reason": "分工文件"}, {"role"}),
    ("security_administrator", "secret", {"reason": "", "until": ""}, {"reason", "until"}),
    ("security_administrator", "secret", {"reason": "承办该问题", "until": "2020-01-01"}, {"until"}),
    ("office", "deputy", {"deputy": "", "since": "", "until": "", "reason": "外出学习"}, {"deputy", "since", "until"}),
    ("security_administrator", "token", {"name": "", "days": "x"}, {"name", "days", "acts"}),
    ("security_administrator", "token", {"name": "月报汇总", "days": "900", "acts": ["ledger.read"]}, {"days"}),
    ("office", "leave", {"reason": ""}, {"reason"}),
    ("office", "name", {"name": "很" * 51, "seen": "1"}, {"name"}),
    ("security_administrator", "token", {"name": "月" * 101, "days": "9", "acts": ["ledger.read"]}, {"name"}),
]


@pytest.mark.parametrize(("role", "form", "typed", "fields"), PERSON_FORMS)
def test_a_form_of_the_person_page(
    office: Office, role: str, form: str, typed: dict[str, Any], fields: set[str]
) -> None:
    before = Event.objects.count()
    answer = browser(office, role).post(f"/people/{office.people['handler'].pk}/{form}/", typed)
    assert answer.status_code == 422
    assert wrong_fields(answer) == fields
    for name in ("title", "reason", "name"):
        if typed.get(name, "").strip():
            assert body(answer).count(f'value="{typed[name]}"') == 1
    if "acts" in typed:
        assert 'value="ledger.read" checked' in body(answer)
    assert Event.objects.count() == before


def test_a_bad_log_in_name_is_kept(office: Office) -> None:
    person = Person.objects.create(unit=office.unit, name="周某某")
    answer = browser(office, "system_administrator").post(f"/people/{person.pk}/login/", {"login": "周"})
    assert answer.status_code == 422
    assert wrong_fields(answer) == {"login"}
    assert 'value="周"' in body(answer)


def test_a_first_password_is_shown_once(office: Office) -> None:
    person = Person.objects.create(unit=office.unit, name="周某某")
    admin = browser(office, "system_administrator")
    answer = admin.post(f"/people/{person.pk}/login/", {"login": "zhou"})
    shown = re.search(r'<b class="secret">([^<]+)</b>', body(answer))
    assert shown
    assert answer.headers["Cache-Control"] == "private, no-store"
    person.refresh_from_db()
    assert person.check_password(shown[1])
    assert shown[1] not in body(admin.get(f"/people/{person.pk}/"))


def test_the_whole_life_of_a_person(office: Office) -> None:
    clerk = browser(office, "office")
    page = f"/organizations/{office.unit.pk}/"
    place = office.departments["财务室"].pk
    answer = clerk.post(page + "people/", {"name": "周某某", "organization": place, "title": "出纳"})
    person = Person.objects.get(name="周某某")
    assert answer["Location"] == f"/people/{person.pk}/"
    security = browser(office, "security_administrator")
    assert security.post(f"/people/{person.pk}/role/", {"role": "handler"}).status_code == 302
    key = security.post(f"/people/{person.pk}/token/", {"name": "月报", "days": "9", "acts": ["ledger.read"]})
    assert re.search(r'<b class="secret">zg_', body(key))
    shown = body(clerk.get(f"/people/{person.pk}/"))
    for word in ("财务室", "出纳", "经办人"):
        assert word in shown
    token = Token.objects.get()
    assert security.post(f"/people/{person.pk}/end-token/", {"token": token.pk}).status_code == 302
    assert clerk.post(f"/people/{person.pk}/leave/", {"reason": "调出"}).status_code == 302
    left = body(clerk.get(f"/people/{person.pk}/"))
    assert "离任</span>" in left
    assert "办理离任" not in left


def test_two_on_one_page_the_second_is_told(office: Office) -> None:
    page = f"/people/{office.people['handler'].pk}/name/"
    clerk = browser(office, "office")
    assert clerk.post(page, {"name": "吴某某", "seen": "1"}).status_code == 302
    answer = clerk.post(page, {"name": "郑某某", "seen": "1"})
    assert answer.status_code == 409
    assert "已被他人修改" in body(answer)
    assert 'value="郑某某"' in body(answer)


UNIT_FORMS: list[tuple[str, dict[str, str], set[str]]] = [
    ("add/", {"kind": "department", "name": " ", "short_name": "招办"}, {"name"}),
    ("add/", {"kind": "department", "name": "教务处", "short_name": "招办"}, {"name"}),
    ("add/", {"kind": "unit", "name": "分校"}, {"kind"}),
    ("people/", {"name": "", "title": "出纳"}, {"name"}),
    ("people/", {"name": "很" * 51, "title": "出纳"}, {"name"}),
    ("add/", {"kind": "department", "name": "招生办", "short_name": "招" * 51}, {"short_name"}),
]


@pytest.mark.parametrize(("form", "typed", "fields"), UNIT_FORMS)
def test_a_form_of_the_unit_page(office: Office, form: str, typed: dict[str, str], fields: set[str]) -> None:
    answer = browser(office, "office").post(f"/organizations/{office.unit.pk}/{form}", typed)
    assert answer.status_code == 422
    assert wrong_fields(answer) == fields
    for name in ("short_name", "title"):
        assert f'value="{typed.get(name, "")}"' in body(answer)


def test_a_title_of_a_post_that_is_too_long(office: Office) -> None:
    typed = {"name": "钱某某", "title": "副" * 51, "organization": str(office.departments["教务处"].pk)}
    answer = browser(office, "office").post(f"/organizations/{office.unit.pk}/people/", typed)
    assert (answer.status_code, wrong_fields(answer)) == (422, {"title"})
    assert not Person.objects.filter(name="钱某某").exists()


def test_who_may_not_leave_yet_keeps_the_reason_in_its_field(office: Office, inspection: Inspection) -> None:
    person = Person.objects.get(unit=office.unit, name="吴某某")
    answer = browser(office, "office").post(f"/people/{person.pk}/leave/", {"reason": "到龄退休"})
    assert answer.status_code == 403
    assert "未办结，请先由整改办办理交接" in body(answer)
    assert 'value="到龄退休"' in body(answer)


def test_changing_a_department(office: Office) -> None:
    clerk = browser(office, "office")
    page = f"/organizations/{office.unit.pk}/"
    teaching, general = office.departments["教务处"], office.departments["总务处"]
    assert "<details open" not in body(clerk.get(page))
    there = f"{page}{teaching.pk}/"
    answer = clerk.post(there, {"what": "name", "name": "总务处", "short_name": "教", "seen": "1"})
    assert (answer.status_code, wrong_fields(answer)) == (422, {"name"})
    assert body(answer).count("<details open") == 1
    assert 'value="教"' in body(answer)
    answer = clerk.post(there, {"what": "move", "parent": teaching.pk, "seen": "1"})
    assert (answer.status_code, wrong_fields(answer)) == (422, {"parent"})
    assert clerk.post(there, {"what": "move", "parent": general.pk, "seen": "1"}).status_code == 302
    teaching.refresh_from_db()
    assert teaching.parent_id == general.pk
    stale = clerk.post(there, {"what": "name", "name": "教导处", "seen": "1"})
    assert stale.status_code == 409
    refused = clerk.post(there, {"what": "close", "seen": "2"})
    assert (refused.status_code, "2人任职" in body(refused)) == (403, True)
    assert clerk.post(f"{page}{office.departments['财务室'].pk}/", {"what": "close"}).status_code == 302
    assert "撤销" in body(clerk.get(page))


def test_a_unit_is_made_below_an_inspecting_office_only(office: Office) -> None:
    admin = office.people["system_administrator"]
    admin.grants.update(scope=office.above)
    client = browser(office, "system_administrator")
    above = f"/organizations/{office.above.pk}/"
    assert '<option value="unit"' in body(client.get(above))
    assert client.post(above + "add/", {"kind": "unit", "name": "云溪县第一小学"}).status_code == 302
    made = Organization.objects.get(name="云溪县第一小学")
    assert made.unit_id == made.pk
    assert '<option value="unit"' not in body(client.get(f"/organizations/{office.unit.pk}/"))


class TestHandoverPage:
    def test_look_pass_and_print(self, office: Office, inspection: Inspection) -> None:
        clerk = browser(office, "office")
        giver = Person.objects.filter(assignments__isnull=False).first()
        assert giver is not None
        shown = body(clerk.get(f"/handover/?giver={giver.pk}"))
        assert "将交接的事项" in shown
        typed = {"giver": giver.pk, "receiver": "", "reason": " "}
        answer = clerk.post("/handover/", typed)
        assert (answer.status_code, wrong_fields(answer)) == (422, {"receiver", "reason"})
        assert "将交接的事项" in body(answer)
        answer = clerk.post("/handover/", typed | {"receiver": office.people["handler"].pk, "reason": "岗位调整"})
        record = body(clerk.get(answer["Location"]))
        assert giver.name in record
        assert "签字" in record
        assert "没有未办结" in body(clerk.get(f"/handover/?giver={giver.pk}"))

    @pytest.mark.parametrize("giver", ["x", "0", "999999", "1" * 30])
    def test_nobody(self, office: Office, giver: str) -> None:
        answer = browser(office, "office").get(f"/handover/?giver={giver}")
        assert answer.status_code in (200, 422)
        assert wrong_fields(answer) == ({"giver"} if answer.status_code == 422 else set())
        assert '<select id="giver"' in body(answer)


class TestEvents:
    def test_filters_and_pages(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("zhenggai.web.audit.queries.PAGE", 20)
        grant_roles(actor=SYSTEM, person=office.people["archivist"], roles=ROLES, scope=office.unit, since=TODAY)
        auditor = browser(office, "audit_administrator")
        first = body(auditor.get("/events/"))
        assert "授予角色" in first
        following = re.search(r"before=(\d+)", first)
        assert following
        second = body(auditor.get(f"/events/?before={following[1]}"))
        numbers = [[int(n) for n in re.findall(r'<td class="number">(\d+)</td>', text)] for text in (first, second)]
        assert numbers[0][-1] == numbers[1][0] + 1
        assert "没有符合条件" in body(auditor.get("/events/?who=无此人"))
        assert body(auditor.get("/events/?action=role.granted")).count("<td>授予角色</td>") > 5

    def test_of_a_restricted_finding_nothing_is_told_without_need_to_know(
        self, office: Office, inspection: Inspection
    ) -> None:
        finding = Finding.objects.get(inspection=inspection, reference="W003")
        with transaction.atomic():
            for kind, pk in (("finding", finding.pk), ("measure", finding.responses.get().measures.first().pk)):
                record(
                    unit_id=office.unit.pk,
                    actor=office.actor("office"),
                    action="finding.changed",
                    subject=Subject(kind, pk, "问题W003"),
                    after={"text": "某某收受礼金"},
                )
        auditor = browser(office, "audit_administrator")
        assert body(auditor.get("/events/")).count("某某收受礼金") == 2
        Finding.objects.filter(pk=finding.pk).update(layer="restricted")
        text = body(auditor.get("/events/"))
        assert "某某收受礼金" not in text
        assert "W003" not in text
        assert text.count("（限知事项）") == 2
        assert "（限知事项）" not in body(auditor.get("/events/?about=W003"))
        office.people["audit_administrator"].restricted_grants.create(
            unit=office.unit, reason="核查", since="2020-01-01", until="2999-01-01"
        )
        assert body(auditor.get("/events/?about=W003")).count("某某收受礼金") == 2

    @pytest.mark.parametrize("name", ["since", "until"])
    def test_a_bad_date_is_named_and_kept(self, office: Office, name: str) -> None:
        answer = browser(office, "audit_administrator").get(f"/events/?{name}=昨天&who=整改办")
        assert (answer.status_code, wrong_fields(answer)) == (422, {name})
        assert 'value="昨天"' in body(answer)
        assert 'value="整改办"' in body(answer)

    def test_a_chain_that_was_touched_is_told(self, office: Office) -> None:
        auditor = browser(office, "audit_administrator")
        assert "未发现改动" in body(auditor.post("/events/check/", follow=True))
        Event.objects.filter(unit=office.unit, number=3).update(actor_name="别人")
        assert "第3条操作记录内容与校验值不符" in body(auditor.post("/events/check/", follow=True))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-12-24", "2026年12月24日"),
        ("2026-12-24T16:30:00Z", "2026年12月25日 00:30"),
        ("2025-02-31", "2025-02-31"),
        ("2025年-1", "2025年-1"),
        (["2026-01-02", "restricted"], "2026年1月2日、限知"),
        (True, "是"),
        (False, "否"),
        (7, "7"),
        (None, ""),
    ],
)
def test_values_of_events_in_words(value: object, words: str) -> None:
    event = Event(action="x", before=None, after={"acts": value, "x": 1}, at=NOW)
    changes = {change.field: change.after for change in told(event).changes}
    assert changes.get("权限", "") == words


class TestOwnDeputy:
    @pytest.mark.parametrize(
        ("typed", "fields"),
        [
            ({"deputy": "", "since": "", "until": ""}, {"deputy", "since", "until"}),
            ({"deputy": "0", "since": "2030-01-02", "until": "2030-01-01"}, {"deputy", "until"}),
        ],
    )
    def test_bad_input(self, office: Office, typed: dict[str, str], fields: set[str]) -> None:
        answer = browser(office, "handler").post("/account/deputy/", typed | {"reason": "外出学习"})
        assert (answer.status_code, wrong_fields(answer)) == (422, fields)
        assert 'value="外出学习"' in body(answer)

    def test_named_and_ended(self, office: Office) -> None:
        client = browser(office, "handler")
        typed = {"deputy": office.people["archivist"].pk, "since": "2030-01-01", "until": "2030-01-02"}
        assert client.post("/account/deputy/", typed).status_code == 302
        made = office.people["handler"].deputies.get()
        assert "档案员某某" in body(client.get("/account/"))
        assert client.post("/account/deputy/end/", {"deputy": made.pk}).status_code == 302


def test_who_may_see_several_units_can_choose_one(office: Office, inspection: Inspection) -> None:
    auditor = browser(office, "audit_administrator")
    assert 'name="unit"' not in body(auditor.get("/events/"))
    other = make_office("云溪县第一小学", "-2", office.above)
    Grant.objects.create(
        person=office.people["audit_administrator"], role="audit_administrator", scope=office.above, since=TODAY
    )
    create_organization(actor=SYSTEM, kind="department", name="少先队部", parent=other.unit)
    both = body(auditor.get("/events/"))
    assert f'<option value="{other.unit.pk}">云溪县第一小学</option>' in both
    assert "少先队部" in both
    only = body(auditor.get(f"/events/?unit={office.unit.pk}"))
    assert f'<option value="{office.unit.pk}" selected>' in only
    assert "少先队部" not in only
    assert "确认方案" in only
    assert "请从列表中选择单位" in body(auditor.get("/events/?unit=x"))
    above = create_organization(actor=SYSTEM, kind="inspection_office", name="丙市委巡察办")
    elsewhere = make_office("另一所学校", "-3", above)
    assert "没有符合条件" in body(auditor.get(f"/events/?unit={elsewhere.unit.pk}"))
