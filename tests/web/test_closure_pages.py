"""The screens of 销号 without a browser: a fixed number of queries, what is kept of a form, what is secret."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from closings import CHAIN, apply, closable, close, colleague, form, handed_for, step
from django.utils import timezone
from offices import BACKEND, NOW

from zhenggai.web.accounts.models import RestrictedGrant
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.actions.closures import prepare_application, reopen_finding
from zhenggai.web.ledger.actions.editing import change_measure
from zhenggai.web.ledger.models import Closure, Evidence, Finding, Inspection, Measure
from zhenggai.web.ledger.proof.signatures import closure_misfits
from zhenggai.web.ledger.queries import closure_queues
from zhenggai.web.pages.amounts import amount_in, amount_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from django.test import Client
    from offices import Office
    from pytest_django import DjangoAssertNumQueries

KILOBYTE = 1024


@pytest.fixture
def finding(office: Office, inspection: Inspection) -> Finding:
    return closable(office, inspection)


@pytest.fixture
def enter(client: Client, office: Office) -> Callable[[str], Client]:
    def go(role: str) -> Client:
        client.force_login(office.people[role], backend=BACKEND)
        return client

    return go


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("role", ["supervision", "group", "responsible_leader", "department_head"])
def test_a_queue_asks_the_same_number_of_questions_whatever_waits(
    office: Office,
    inspection: Inspection,
    enter: Callable[[str], Client],
    django_assert_num_queries: DjangoAssertNumQueries,
    role: str,
) -> None:
    for reference in ("W001", "W002", "W003", "W004", "W005", "W006"):
        closable(office, inspection, reference)
    parts = {"supervision": 1, "group": 2, "responsible_leader": 0, "department_head": 0}
    found = list(Finding.objects.filter(inspection=inspection, reference__in=("W001", "W002", "W003")))
    client = enter(role)
    if role != "department_head":
        close(office, found[0], CHAIN[: parts[role]])
    client.get("/closures/")
    with django_assert_num_queries(_queries(client, "/closures/")):
        client.get("/closures/")
    counted = _queries(client, "/closures/")
    for one in found[1:] if role != "department_head" else ():
        close(office, one, CHAIN[: parts[role]])
    assert _queries(client, "/closures/") == counted


def _queries(client: Client, path: str) -> int:
    from django.db import connection  # noqa: PLC0415 — beside its only use
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as caught:
        client.get(path)
    return len(caught)


def test_the_form_of_a_closure_stays_small(office: Office, finding: Finding, enter: Callable[[str], Client]) -> None:
    close(office, finding, CHAIN[:2])
    answer = enter("group").get(f"/findings/{finding.pk}/closure/")
    assert len(answer.content) < 60 * KILOBYTE


def test_what_was_typed_into_an_application_is_kept(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    typed = {"what": "apply", "seen": "", "done:C005": "写了一半", "money_found": "一万", "lateral": "已排查"}
    answer = enter("department_head").post(f"/findings/{finding.pk}/application/", typed)
    text = text_of(answer)
    assert answer.status_code == 422
    assert "请以元为单位填写" in text
    assert "写了一半" in text
    assert "已排查" in text
    assert 'value="一万"' in text
    assert not Closure.objects.exists()


def test_a_signature_needs_a_choice_and_readable_dates(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    closure = close(office, finding, CHAIN[:1])
    address = f"/findings/{finding.pk}/closure/sign/"
    answer = enter("supervision").post(address, {"closure": closure.pk, "seen": closure.version})
    assert (answer.status_code, "请选择办理意见" in text_of(answer)) == (422, True)
    typed = {
        "closure": closure.pk,
        "seen": closure.version,
        "transition": "verified",
        "verified_on": "昨天",
        "findings": "已看",
    }
    answer = enter("supervision").post(address, typed)
    assert answer.status_code == 422
    assert "核查日期：日期请按" in text_of(answer)
    assert "已看" in text_of(answer)


def test_a_restricted_finding_is_in_no_queue_without_a_need_to_know(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    close(office, finding, CHAIN[:1])
    Finding.objects.filter(pk=finding.pk).update(layer="restricted")
    client = enter("supervision")
    assert finding.reference not in text_of(client.get("/closures/"))
    assert client.get(f"/findings/{finding.pk}/closure/").status_code == 404
    RestrictedGrant.objects.create(
        person=office.people["supervision"], unit=office.unit, reason="核查", since="2025-01-01", until="2099-01-01"
    )
    for page in ("/closures/", "/"):
        text = text_of(client.get(page))
        assert finding.reference in text
        assert finding.text not in text, "who only passes by leaves no event and reads nothing"
    seen = Event.objects.filter(action="restricted.read").count()
    assert client.get(f"/findings/{finding.pk}/closure/").status_code == 200
    assert Event.objects.filter(action="restricted.read").count() == seen + 1


def test_restricted_evidence_is_not_listed_without_a_need_to_know(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    close(office, finding, CHAIN[:1])
    Evidence.objects.filter(title="C005佐证").update(layer="restricted", title="秘密材料")
    text = text_of(enter("supervision").get(f"/findings/{finding.pk}/closure/"))
    assert "C006佐证" in text
    assert "秘密材料" not in text
    assert "另有1份材料，您无权查看" in text
    seen = Event.objects.filter(action="restricted.read").count()
    RestrictedGrant.objects.create(
        person=office.people["supervision"], unit=office.unit, reason="核查", since="2025-01-01", until="2099-01-01"
    )
    assert "秘密材料" in text_of(enter("supervision").get(f"/findings/{finding.pk}/closure/"))
    assert Event.objects.filter(action="restricted.read").count() == seen + 1


def test_what_has_changed_of_restricted_evidence_is_not_told(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    closure = close(office, finding, CHAIN[:3])
    Evidence.objects.filter(title="C005佐证").update(layer="restricted", title="对某人的谈话记录")
    Closure.objects.filter(pk=closure.pk).update(lapsed_at=timezone.now())
    text = text_of(enter("supervision").get(f"/findings/{finding.pk}/closure/"))
    assert "您无权查看的材料" in text
    assert "谈话记录" not in text
    assert "C005佐证" not in text


def test_a_measure_shared_with_a_secret_finding_is_not_shown(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    secret = Finding.objects.get(inspection=finding.inspection, reference="W001")
    finding.responses.get().answers.create(finding=secret)
    text = text_of(enter("office").get(f"/findings/{finding.pk}/closure/"))
    assert "C005" in text
    Finding.objects.filter(pk=secret.pk).update(layer="restricted")
    text = text_of(enter("office").get(f"/findings/{finding.pk}/closure/"))
    assert "C005" not in text


def test_after_a_conflict_the_form_can_be_sent_again(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    address = f"/findings/{finding.pk}/application/"
    enter("handler").post(address, {"what": "keep", "seen": "", "lateral": "一"})
    answer = enter("department_head").post(address, {"what": "keep", "seen": "", "lateral": "二"})
    assert answer.status_code == 409
    seen = Closure.objects.get().version
    assert f'name="seen" value="{seen}"' in text_of(answer)
    assert enter("department_head").post(address, {"what": "keep", "seen": seen, "lateral": "二"}).status_code == 302


def test_what_one_may_act_on_is_not_hidden_behind_what_one_may_not(
    office: Office, inspection: Inspection, enter: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two findings wait for another leader, and three for this one; a queue looks at two at a time and shows two."""
    monkeypatch.setattr(closure_queues, "LIMIT", 2)
    monkeypatch.setattr(closure_queues, "_LOOKED_AT", 2)
    found = [closable(office, inspection, reference) for reference in ("W001", "W002", "W003", "W004", "W005")]
    for one in found:
        close(office, one, ())
    for days, one in enumerate(found):
        Closure.objects.filter(finding=one).update(applied_at=NOW - dt.timedelta(days=days))
    for one in found[3:]:
        one.responses.get().assignments.filter(role="responsible_leader").update(person=office.people["lead_leader"])
    (queue,) = closure_queues.queues_of(office.rights("responsible_leader"))
    assert ([row.reference for row in queue.rows], queue.more) == (["W003", "W002"], True)
    text = text_of(enter("responsible_leader").get("/closures/"))
    assert "待责任领导审核（2以上）" in text
    assert "只列出等待时间最长的2项" in text
    close_one = Closure.objects.get(finding=found[2])
    step(office, close_one, "responsible_leader", "reviewed")
    (queue,) = closure_queues.queues_of(office.rights("responsible_leader"))
    assert ([row.reference for row in queue.rows], queue.more) == (["W002", "W001"], False)


def test_a_meeting_is_told_that_more_waits_than_it_is_shown(
    office: Office, inspection: Inspection, enter: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closure_queues, "LIMIT", 1)
    for reference in ("W001", "W003"):
        close(office, closable(office, inspection, reference), CHAIN[:2])
    text = text_of(enter("group").get("/closures/meeting/"))
    assert "只列出等待时间最长的1个" in text
    assert ("W001" in text, "W003" in text) == (True, False)


def test_returns_are_counted_and_a_withdrawal_is_none(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    """A withdrawn application goes on under its number; only a return ends an attempt."""
    address = f"/findings/{finding.pk}/closure/"
    for again in range(2):
        closure = close(office, Finding.objects.get(pk=finding.pk), ())
        assert closure.attempt == 1
        if not again:
            step(office, closure, "department_head", "withdrawn")
            assert "已撤回" not in text_of(enter("office").get(address)), "it is not over"
    assert Closure.objects.count() == 1
    assert "退回" not in text_of(enter("responsible_leader").get("/closures/"))
    step(office, closure, "responsible_leader", "review_returned")
    application = text_of(enter("department_head").get(f"/findings/{finding.pk}/application/"))
    assert "（共退回1次）" in application
    assert apply(office, Finding.objects.get(pk=finding.pk)).attempt == 2
    page = text_of(enter("responsible_leader").get(address))
    assert "第2次申请　退回1次" in page
    assert "XH02" in page
    assert "第2次申请　退回1次" in text_of(enter("responsible_leader").get("/closures/"))
    assert not list(closure_misfits(office.unit.pk, lambda: None))


def hidden_of(text: str, name: str) -> str:
    return text.partition(f'name="{name}" value="')[2].partition('"')[0]


def test_who_applies_over_a_page_that_is_out_of_date_is_shown_the_new_one(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    client, address = enter("department_head"), f"/findings/{finding.pk}/application/"
    typed = {f"done:{ref}": "已完成" for ref in form(finding)["measures"]}
    typed |= {f"completed_on:{ref}": "2025-05-16" for ref in form(finding)["measures"]}
    typed |= {f"criteria:{code}": "yes" for code in form(finding)["criteria"]} | {
        "lateral": "已排查",
        "institutions": "修订印发办法1项",
    }
    typed |= {"what": "apply", "seen": "", "shown": hidden_of(text_of(client.get(address)), "shown")}
    Measure.objects.filter(reference="C005").update(text="另一项措施")
    answer = client.post(address, typed)
    text = text_of(answer)
    assert answer.status_code == 409
    assert "请核对后再签字" in text
    assert "另一项措施" in text
    assert "已排查" in text
    assert client.post(address, typed | {"shown": hidden_of(text, "shown")}).status_code == 302


def test_who_rechecks_over_a_page_that_is_out_of_date_is_shown_the_new_one(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    closure = close(office, finding, CHAIN[:3])
    Measure.objects.filter(reference="C005").update(percent=90)
    Closure.objects.filter(pk=closure.pk).update(lapsed_at=timezone.now())
    client, address = enter("supervision"), f"/findings/{finding.pk}/closure/"
    page = text_of(client.get(address))
    typed = {name: hidden_of(page, name) for name in ("closure", "seen", "shown")}
    typed |= {
        "transition": "rechecked", "methods": "documents", "verifiers": str(colleague(office).pk),
        "verified_on": timezone.localdate().isoformat(), "findings": "已复核",
    }  # fmt: skip
    Measure.objects.filter(reference="C005").update(percent=70)
    answer = client.post(f"{address}sign/", typed)
    text = text_of(answer)
    assert answer.status_code == 409
    assert "70%" in text
    assert "已复核" in text
    assert f'name="verifiers" value="{colleague(office).pk}" checked' in text
    assert client.post(f"{address}sign/", typed | {"shown": hidden_of(text, "shown")}).status_code == 302


def test_the_ledger_marks_what_has_lapsed(office: Office, finding: Finding, enter: Callable[[str], Client]) -> None:
    closure = close(office, finding, CHAIN[:3])
    client, address = enter("office"), f"/ledger/{finding.inspection_id}/"
    assert "需复核" not in text_of(client.get(address))
    Closure.objects.filter(pk=closure.pk).update(lapsed_at=timezone.now())
    assert "需复核" in text_of(client.get(address))


def test_the_plan_is_filed_once(office: Office, inspection: Inspection, enter: Callable[[str], Client]) -> None:
    client = enter("office")
    assert "报送备案" in text_of(client.get(f"/ledger/{inspection.pk}/"))
    inspection.refresh_from_db()
    client.post(f"/ledger/{inspection.pk}/file/", {"seen": inspection.version})
    page = text_of(client.get(f"/ledger/{inspection.pk}/"))
    assert "方案已报送备案" in page
    assert ">报送备案<" not in page
    inspection.refresh_from_db()
    assert inspection.filed_at
    assert inspection.filed_at <= timezone.now()


def test_a_draft_shows_what_the_head_will_sign(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    content = {f"done:{ref}": entry["done"] for ref, entry in form(finding)["measures"].items()}
    answer = enter("handler").post(f"/findings/{finding.pk}/application/", content | {"what": "keep", "seen": ""})
    assert answer.status_code == 302
    client = enter("department_head")
    assert "待部门负责人签字（1）" in text_of(client.get("/closures/"))
    assert "已按方案完成，并已在全校执行。" in text_of(client.get(f"/findings/{finding.pk}/application/"))


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("0", 0), ("12300.5", 1230050), ("1,234.56", 123456), ("12元", 1200), ("1.234", None), ("-1", None), ("一万", None),
        ("", None), ("１２", None), ("9999999999999", None),
    ],
)  # fmt: skip
def test_money_is_read_in_yuan(words: str, amount: int | None) -> None:
    assert amount_in(words) == amount


def test_money_is_shown_with_two_decimals() -> None:
    assert [amount_out(amount) for amount in (None, 0, 5, 123456)] == ["", "0.00", "0.05", "1234.56"]


def test_the_record_names_roles_and_rounds_in_chinese(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    close(office, finding)
    text = text_of(enter("office").get(f"/findings/{finding.pk}/"))
    for words in ("角色：督查组", "角色：责任领导", "整改轮次：1"):
        assert words in text, words
    for words in ("supervision", "responsible_leader", "填报周期：1"):
        assert words not in text, words


def test_the_finding_says_that_its_signatures_no_longer_stand(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    close(office, finding)
    client = enter("office")
    path = f"/findings/{finding.pk}/"
    assert "需复核" not in text_of(client.get(path))
    Closure.objects.filter(finding=finding).update(lapsed_at=timezone.now())
    assert "需复核：" in text_of(client.get(path))


def test_a_new_round_begins_with_an_empty_form(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    """After a rebound the form carries no signature of the round before; those stand under the applications that are over."""
    closed = close(office, finding)
    page = text_of(enter("supervision").get(f"/findings/{finding.pk}/closure/"))
    assert "以前的申请" not in page
    reopen_finding(
        actor=office.actor("supervision"), rights=office.rights("supervision"), finding_id=finding.pk,
        seen=closed.version, handed=handed_for("reopened"),
    )  # fmt: skip
    page = text_of(enter("supervision").get(f"/findings/{finding.pk}/closure/"))
    form_part, _, earlier = page.partition("以前的申请")
    assert "第2轮整改还没有提出销号申请" in form_part
    assert "签字时内容的校验值" not in form_part
    assert "-XH01" not in form_part
    assert "-XH01" in earlier
    assert "签字时内容的校验值" in earlier
    assert "已按方案完成，并已在全校执行。" not in form_part
    assert "已按方案完成，并已在全校执行。" in earlier, "what was claimed then stays visible"


def test_the_form_names_leaders_department_and_whether_it_is_late(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    path = f"/findings/{finding.pk}/application/"
    page = text_of(enter("department_head").get(path))
    assert "教务处" in page.partition("责任部门")[2][:60], "before anybody applied"
    Measure.objects.filter(reference="C005").update(original_due_on=dt.date(2025, 5, 10))
    apply(office, finding)
    page = text_of(enter("department_head").get(f"/findings/{finding.pk}/closure/"))
    assert f"责任领导{office.people['responsible_leader'].name}" in page
    assert "2025年5月16日" in page.partition("实际完成日期")[2][:60]
    assert "逾期6天" in page.partition("是否逾期")[2][:80]


def test_the_printed_form_has_a_cell_for_each_opinion_that_is_missing(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    path = f"/findings/{finding.pk}/closure/"
    assert "（签字、盖章）" not in text_of(enter("supervision").get(path)), "nobody has applied"
    close(office, finding, CHAIN[:1])
    page = text_of(enter("supervision").get(path))
    cells = page.partition('class="form-table by-hand"')[2].partition("</table>")[0]
    assert "申请部门意见" not in cells
    assert "责任领导审核意见" not in cells
    assert [cells.count(words) for words in ("督查组核查意见", "领导小组审定意见", "上级认定意见")] == [1, 1, 1]
    assert "牵头领导" not in cells, "no key finding"


def test_who_applies_again_and_who_reviews_see_why_it_came_back(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    closure = apply(office, finding)
    step(office, closure, "responsible_leader", "review_returned", missing="请补充执行记录。")
    apply(office, finding)
    page = text_of(enter("responsible_leader").get(f"/findings/{finding.pk}/closure/"))
    assert "第2次申请" in page
    assert "请补充执行记录。" in page.partition("第2次申请")[2][:400]


def test_nobody_agrees_by_pressing_sign_alone(office: Office, finding: Finding, enter: Callable[[str], Client]) -> None:
    closure = apply(office, finding)
    client = enter("responsible_leader")
    page = text_of(client.get(f"/findings/{finding.pk}/closure/"))
    assert 'name="transition"' in page
    assert " checked" not in page.partition('id="signing"')[2]
    answer = client.post(f"/findings/{finding.pk}/closure/sign/", {"closure": closure.pk, "seen": closure.version})
    assert answer.status_code == 422
    assert "还没有签字，请处理" in text_of(answer)


def test_reviewers_see_what_is_to_be_checked_of_the_evidence(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    Evidence.objects.filter(links__measure__response__findings=finding).update(formed_on=None)
    apply(office, finding)
    page = text_of(enter("responsible_leader").get(f"/findings/{finding.pk}/closure/"))
    assert "未填形成日期" in page


def test_what_waits_for_the_head_stands_in_one_queue(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    """Once the handler has filled the form in, the head is asked to sign it, and not a second time to fill it in."""
    prepare_application(
        actor=office.actor("handler"), rights=office.rights("handler"), finding_id=finding.pk, seen=None,
        content=form(finding),
    )  # fmt: skip
    page = text_of(enter("department_head").get("/closures/"))
    assert page.count(f"/findings/{finding.pk}/application/") == 1
    assert "待部门负责人签字（1）" in page
    page = text_of(enter("handler").get("/closures/"))
    assert page.count(f"/findings/{finding.pk}/application/") == 1, "who may not sign goes on with it"


def test_who_edits_is_told_that_signatures_will_lapse(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    measure = Measure.objects.get(reference="C005")
    paths = (
        f"/measures/{measure.pk}/edit/", f"/findings/{finding.pk}/edit/", f"/findings/{finding.pk}/measures/new/",
    )  # fmt: skip
    client = enter("office")
    assert [path for path in paths if "将标为“需复核”" in text_of(client.get(path))] == []
    close(office, finding)
    for path in paths:
        assert f"问题{finding.reference}已认定。修改后" in text_of(client.get(path)), path


def test_what_was_withdrawn_or_returned_is_not_said_to_have_lapsed(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    closure = apply(office, finding)
    change_measure(
        actor=office.actor("office"), rights=office.rights("office"), measure_id=Measure.objects.get(reference="C005").pk,
        seen=Measure.objects.get(reference="C005").version, text="改过的措施。", due_text="2025年12月底前",
    )  # fmt: skip
    path = f"/findings/{finding.pk}/closure/"
    assert "需复核：" in text_of(enter("responsible_leader").get(path))
    step(office, closure, "department_head", "withdrawn")
    client = enter("department_head")
    assert "需复核" not in text_of(client.get(path))
    assert "需复核" not in text_of(client.get("/closures/"))


def test_who_comes_second_sees_what_the_first_has_saved(
    office: Office, finding: Finding, enter: Callable[[str], Client]
) -> None:
    first = form(finding)
    first["measures"]["C005"]["done"] = "经办人先写的"
    handler = {"actor": office.actor("handler"), "rights": office.rights("handler")}
    prepare_application(**handler, finding_id=finding.pk, seen=None, content=first)
    answer = enter("department_head").post(
        f"/findings/{finding.pk}/application/", {"what": "keep", "seen": "", "done:C005": "负责人后写的"}
    )
    assert answer.status_code == 409
    assert "负责人后写的</textarea>" in text_of(answer)
    assert "现已保存的是：经办人先写的" in text_of(answer)
