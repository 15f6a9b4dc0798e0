"""周期任务: laid out once however often it is run, moved, reported on, never invented in the past."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from offices import BACKEND, NOW, import_sample

from zhenggai.web.accounts.models import Person
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger import daily
from zhenggai.web.ledger.actions.duties import lay_out, move_occurrence, report_occurrence, set_term
from zhenggai.web.ledger.daily import run_daily
from zhenggai.web.ledger.models import Duty, Finding, Inspection, Measure, Mechanism, Occurrence
from zhenggai.web.ledger.proof.rows import row_misfits

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office

    from zhenggai.web.audit.chain import Actor

pytestmark = pytest.mark.django_db
MONTHLY = {"kind": "every", "freq": "month", "interval": 1, "times": 2, "date_in_period": None}
ON_25 = {"kind": "every", "freq": "month", "interval": 1, "times": None, "date_in_period": "25日前"}


@pytest.fixture
def measure(inspection: Inspection) -> Measure:
    """The one measure that recurs: twice a month, from the plan of 20 May on."""
    Measure.objects.filter(inspection=inspection).update(recurrences=[])
    Mechanism.objects.filter(inspection=inspection).update(recurrences=[])
    Duty.objects.filter(inspection=inspection).delete() if not Occurrence.objects.exists() else forget()
    measure = Measure.objects.get(inspection=inspection, reference="C005")
    Inspection.objects.filter(pk=inspection.pk).update(plan_date=dt.date(2025, 5, 1))
    say(measure, MONTHLY)
    return measure


def forget() -> None:
    Occurrence.objects.all().delete()
    Duty.objects.all().delete()


def say(measure: Measure, *rules: dict[str, Any]) -> None:
    Measure.objects.filter(pk=measure.pk).update(recurrences=list(rules), due_parts=[])


def on(office: Office, day: str, role: str = "office") -> Actor:
    return replace(office.actor(role), at=dt.datetime.fromisoformat(f"{day}T09:00:00+08:00"))


def run(office: Office, measure: Measure, day: str) -> None:
    lay_out(actor=on(office, day), inspection_id=measure.inspection_id)


def days(measure: Measure) -> list[str]:
    rows = Occurrence.objects.filter(duty__measure=measure, withdrawn_at=None).order_by("scheduled_on")
    return [f"{row.scheduled_on}×{row.quota}" for row in rows]


def test_a_duty_is_laid_out_ahead_and_only_once(office: Office, measure: Measure) -> None:
    for _ in range(3):
        run(office, measure, "2025-05-20")
    assert days(measure) == ["2025-05-31×2", "2025-06-30×2", "2025-07-31×2"]
    assert Event.objects.filter(action="duty.laid_out", after__added=3).count() == 1
    run(office, measure, "2025-06-15")
    assert days(measure)[-1] == "2025-08-31×2"


def test_days_on_which_nothing_ran_cost_nothing(office: Office, measure: Measure) -> None:
    run(office, measure, "2025-05-20")
    run(office, measure, "2026-01-05")
    late = days(measure)
    forget()
    for day in ("2025-05-20", "2025-05-20", "2025-08-10", "2025-10-20", "2026-01-05", "2026-01-05"):
        run(office, measure, day)
    assert days(measure) == late
    assert len(late) == len(set(late)) == 11


def test_nothing_is_asked_for_before_the_duty_was_made(office: Office, measure: Measure) -> None:
    run(office, measure, "2025-07-20")
    assert days(measure)[0] == "2025-07-31×2"


def test_the_due_date_leaves_days_off_but_the_scheduled_one_does_not(office: Office, measure: Measure) -> None:
    say(measure, ON_25)
    run(office, measure, "2025-05-20")
    may = Occurrence.objects.get(key="2025-05")
    assert (may.scheduled_on, may.due_on) == (dt.date(2025, 5, 25), dt.date(2025, 5, 26))


def test_other_words_touch_only_the_open_future(office: Office, measure: Measure) -> None:
    run(office, measure, "2025-05-20")
    report(office, Occurrence.objects.get(key="2025-05"), day="2025-05-25")
    move(office, Occurrence.objects.get(key="2025-06"), "2025-07-04")
    say(measure, ON_25)
    run(office, measure, "2025-06-01")
    assert days(measure) == ["2025-05-31×2", "2025-06-30×2", "2025-07-25×1", "2025-08-25×1"]
    assert Duty.objects.filter(measure=measure, ended_at=None).count() == 1
    kept = Occurrence.objects.get(key="2025-06", scheduled_on="2025-06-30")
    assert (kept.due_on, kept.moved) == (dt.date(2025, 7, 4), True)


def test_words_that_come_back_ask_for_nothing_twice(office: Office, measure: Measure) -> None:
    run(office, measure, "2025-05-20")
    report(office, Occurrence.objects.get(key="2025-05"), day="2025-05-25")
    for day, rule in (("2025-05-26", ON_25), ("2025-05-27", MONTHLY), ("2025-05-28", ON_25), ("2025-05-29", MONTHLY)):
        say(measure, rule)
        run(office, measure, day)
    assert days(measure) == ["2025-05-31×2", "2025-06-30×2", "2025-07-31×2"]
    assert Occurrence.objects.get(key="2025-05", withdrawn_at=None).done == 1


@given(
    acts=st.lists(
        st.tuples(
            st.integers(0, 25), st.sampled_from(["monthly", "on 25", "none", "move", "report"]), st.integers(0, 9)
        ),
        min_size=1,
        max_size=7,
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_of_words_moves_and_reports_asks_twice_or_loses_what_was_begun(
    office: Office, measure: Measure, acts: list[tuple[int, str, int]]
) -> None:
    forget()
    today, touched = dt.date(2025, 5, 20), {}
    for later, act, which in acts:
        today += dt.timedelta(days=later)
        if act in ("monthly", "on 25", "none"):
            say(measure, *{"monthly": [MONTHLY], "on 25": [ON_25], "none": []}[act])
        run(office, measure, today.isoformat())
        live = Occurrence.objects.filter(duty__measure=measure, withdrawn_at=None).order_by("pk")
        if act in ("move", "report") and live:
            chosen = live[which % len(live)]
            change = {"due_on": today + dt.timedelta(days=which), "moved": True} if act == "move" else {"done": 1}
            live.filter(pk=chosen.pk).update(**change)
            touched[chosen.pk] = chosen.scheduled_on
        keys = list(live.values_list("key", flat=True))
        assert len(keys) == len(set(keys)), "no period is asked for twice"
        assert all(row.scheduled_on >= row.duty.made_on for row in live.select_related("duty"))
        kept = dict(live.filter(pk__in=touched).values_list("pk", "scheduled_on"))
        assert kept == touched, "what was moved or begun stays"
    forget()


def test_words_that_are_gone_end_the_duty(office: Office, measure: Measure) -> None:
    run(office, measure, "2025-05-20")
    say(measure)
    run(office, measure, "2025-06-02")
    assert days(measure) == ["2025-05-31×2"]


def test_what_is_closed_asks_for_nothing_more(office: Office, measure: Measure) -> None:
    run(office, measure, "2025-05-20")
    Finding.objects.filter(responses__measures=measure).update(closure_stage="approved")
    Measure.objects.filter(pk=measure.pk).update(completion_status="completed")
    run(office, measure, "2025-06-02")
    assert days(measure) == ["2025-05-31×2"]


def test_terms_are_the_units_own(office: Office, measure: Measure) -> None:
    say(measure, {"kind": "every", "freq": "semester", "interval": 1, "times": 1, "date_in_period": None})
    run(office, measure, "2025-05-20")
    assert days(measure) == []
    set_term(
        actor=on(office, "2025-05-20"),
        rights=office.rights("office"),
        name="2025—2026学年第一学期",
        start=dt.date(2025, 9, 1),
        end=dt.date(2026, 1, 20),
    )
    assert days(measure) == ["2026-01-20×1"]


def test_a_term_is_put_right_and_none_overlaps_another(office: Office, measure: Measure) -> None:
    say(measure, {"kind": "every", "freq": "semester", "interval": 1, "times": 1, "date_in_period": None})
    rights, actor = office.rights("office"), on(office, "2025-05-20")
    for end in (dt.date(2026, 1, 20), dt.date(2026, 1, 25)):
        set_term(actor=actor, rights=rights, name="秋季学期", start=dt.date(2025, 9, 1), end=end)
    assert days(measure) == ["2026-01-25×1"]
    with pytest.raises(Invalid, match="重叠"):
        set_term(actor=actor, rights=rights, name="另一学期", start=dt.date(2026, 1, 20), end=dt.date(2026, 6, 20))


@pytest.mark.parametrize(
    ("name", "start", "end", "field"),
    [
        ("", dt.date(2025, 9, 1), dt.date(2026, 1, 20), "name"),
        ("秋", None, dt.date(2026, 1, 20), "start"),
        ("秋", dt.date(2025, 9, 1), None, "end"),
        ("秋", dt.date(2025, 9, 1), dt.date(2025, 8, 1), "end"),
        ("秋", dt.date(2025, 9, 1), dt.date(2027, 8, 1), "end"),
    ],
)
def test_a_bad_term_is_refused(
    office: Office, name: str, start: dt.date | None, end: dt.date | None, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        set_term(actor=office.actor("office"), rights=office.rights("office"), name=name, start=start, end=end)
    assert set(caught.value.fields) == {field}


def report(
    office: Office,
    occurrence: Occurrence,
    *,
    role: str = "handler",
    count: int | None = 1,
    day: str = "2025-05-25",
    text: str = "召开专题会议一次。",
    seen: int = 0,
) -> None:
    occurrence.refresh_from_db()
    report_occurrence(
        actor=on(office, "2025-06-10", role),
        rights=office.rights(role),
        occurrence_id=occurrence.pk,
        seen=seen or occurrence.version,
        count=count,
        held_on=dt.date.fromisoformat(day),
        text=text,
    )


def move(
    office: Office, occurrence: Occurrence, day: str | None, reason: str = "校历调整", role: str = "office"
) -> None:
    move_occurrence(
        actor=on(office, "2025-05-20", role),
        rights=office.rights(role),
        occurrence_id=occurrence.pk,
        seen=occurrence.version,
        due_on=dt.date.fromisoformat(day) if day else None,
        reason=reason,
    )


def test_reports_count_together_and_what_is_missing_is_a_shortfall(office: Office, measure: Measure) -> None:
    run(office, measure, "2025-05-20")
    may = Occurrence.objects.get(key="2025-05")
    assert may.shortfall(dt.date(2025, 5, 31)) == 0
    assert may.shortfall(dt.date(2025, 6, 1)) == 2
    report(office, may)
    may.refresh_from_db()
    assert may.shortfall(dt.date(2025, 6, 1)) == 1
    report(office, may, day="2025-05-28")
    may.refresh_from_db()
    assert (may.done, may.shortfall(dt.date(2025, 6, 1)), may.reports.count()) == (2, 0, 2)


def test_what_is_told_of_occurrences_is_not_taken_for_words_of_the_measure(
    office: Office, inspection: Inspection
) -> None:
    lay_out(actor=on(office, "2025-05-20"), inspection_id=inspection.pk)
    weekly = Occurrence.objects.filter(duty__measure__reference="C007").order_by("due_on")[0]
    report(office, weekly, day=weekly.due_on.isoformat())
    move(office, Occurrence.objects.filter(duty__measure__reference="C007", done=0).order_by("due_on")[0], "2025-06-05")
    assert not list(row_misfits(office.unit.pk, lambda: None))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": None}, "count"),
        ({"day": "2025-06-11"}, "held_on"),
        ({"day": "2025-04-30"}, "held_on"),
        ({"day": "2025-06-02"}, "held_on"),
        ({"text": " "}, "text"),
        ({"text": "长" * 2001}, "text"),
    ],
)
def test_a_bad_report_is_refused_at_its_field(
    office: Office, measure: Measure, change: dict[str, Any], field: str
) -> None:
    run(office, measure, "2025-05-20")
    with pytest.raises(Invalid) as caught:
        report(office, Occurrence.objects.get(key="2025-05"), **change)
    assert set(caught.value.fields) == {field}


def test_only_who_acts_on_it_reports_and_only_the_office_moves(office: Office, measure: Measure) -> None:
    run(office, measure, "2025-05-20")
    may = Occurrence.objects.get(key="2025-05")
    for role in ("principal", "supervision", "lead_leader"):
        with pytest.raises((Refused, Unknown)):
            report(office, may, role=role)
    with pytest.raises((Refused, Unknown)):
        move(office, may, "2025-06-03", role="handler")
    with pytest.raises(Stale):
        report(office, may, seen=9)


@pytest.mark.parametrize(
    ("day", "reason", "field"),
    [
        ("2025-05-19", "校历调整", "due_on"),
        (None, "校历调整", "due_on"),
        ("9999-12-31", "校历调整", "due_on"),
        ("2025-05-31", "x", "due_on"),
        ("2025-06-03", " ", "reason"),
    ],
)
def test_a_bad_move_is_refused(office: Office, measure: Measure, day: str | None, reason: str, field: str) -> None:
    run(office, measure, "2025-05-20")
    may = Occurrence.objects.get(key="2025-05")
    Occurrence.objects.filter(pk=may.pk).update(due_on="2025-05-31")
    may.refresh_from_db()
    with pytest.raises(Invalid) as caught:
        move(office, may, day, reason)
    assert set(caught.value.fields) == {field}


def test_what_is_past_cannot_be_moved(office: Office, measure: Measure) -> None:
    run(office, measure, "2025-05-20")
    may = Occurrence.objects.get(key="2025-05")
    Occurrence.objects.filter(pk=may.pk).update(due_on=dt.date(2025, 5, 19))
    with pytest.raises(Refused, match="已于2025年5月19日到期"):
        move(office, may, "2025-06-30")


def test_a_secret_findings_duty_is_as_secret(office: Office, measure: Measure) -> None:
    run(office, measure, "2025-05-20")
    Finding.objects.filter(responses__measures=measure).update(layer="restricted")
    with pytest.raises(Unknown):
        report(office, Occurrence.objects.get(key="2025-05"))
    assert Person.objects.exists()


def test_the_screens_list_report_and_move(office: Office, measure: Measure, client: Client) -> None:
    now = timezone.localdate()
    lay_out(actor=replace(office.actor("office"), at=timezone.now()), inspection_id=measure.inspection_id)
    open_one = Occurrence.objects.filter(due_on__gte=now).order_by("due_on").first()
    assert open_one
    client.force_login(office.people["office"], backend=BACKEND)
    page = client.get(reverse("occurrences", args=[measure.inspection_id])).content.decode()
    assert open_one.label in page
    assert "每月不少于2次" in page
    assert (
        "没有符合条件的任务"
        in client.get(reverse("occurrences", args=[measure.inspection_id]), {"state": "done"}).content.decode()
    )
    url = reverse("occurrence_move", args=[open_one.pk])
    wrong = client.post(url, {"seen": open_one.version, "due_on": "明天", "reason": "校历调整"})
    assert wrong.status_code == 422
    assert "日期请按2026-07-20的格式填写" in wrong.content.decode()
    later = (open_one.due_on + dt.timedelta(days=3)).isoformat()
    moved = client.post(url, {"seen": open_one.version, "due_on": later, "reason": "校历调整"}, follow=True)
    assert "已调整，原为" in moved.content.decode()
    client.force_login(office.people["handler"], backend=BACKEND)
    url = reverse("occurrence_report", args=[open_one.pk])
    assert client.post(url, {"seen": 1, "count": "1", "held_on": now.isoformat(), "text": "开会"}).status_code in (
        409,
        422,
    )
    open_one.refresh_from_db()
    held = max(open_one.start, now - dt.timedelta(days=1)).isoformat()
    if open_one.start <= now:
        answer = client.post(
            url, {"seen": open_one.version, "count": "2", "held_on": held, "text": "召开专题会议。"}, follow=True
        )
        assert "召开专题会议。" in answer.content.decode()
    finding = Finding.objects.get(responses__measures=measure)
    assert "完成" in client.get(reverse("finding", args=[finding.pk])).content.decode()


def test_the_terms_page_keeps_what_was_typed(office: Office, client: Client) -> None:
    client.force_login(office.people["office"], backend=BACKEND)
    wrong = client.post(reverse("terms"), {"name": "2026年秋季学期", "start": "2026-09-01", "end": "2026-08-01"})
    assert wrong.status_code == 422
    assert "2026年秋季学期" in wrong.content.decode()
    right = client.post(
        reverse("terms"), {"name": "2026年秋季学期", "start": "2026-09-01", "end": "2027-01-20"}, follow=True
    )
    assert "学期已设置" in right.content.decode()


def test_the_daily_run_does_for_every_ledger_what_is_still_to_do(office: Office, measure: Measure) -> None:
    at = dt.datetime.fromisoformat("2025-05-20T06:00:00+08:00")
    assert run_daily(at).counts["新列周期任务"] == 3
    assert run_daily(at).counts.total() == 0
    assert run_daily(at + dt.timedelta(days=30)).counts["新列周期任务"] == 1
    assert Event.objects.filter(action="duty.laid_out").latest("pk").actor_name == "系统"


def test_daily_work_that_fails_for_one_ledger_is_told_and_the_rest_is_done(
    office: Office, inspection: Inspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = import_sample(office, code="2025-2")
    done = []

    def work(*, actor: Actor, inspection_id: int) -> dict[str, int]:
        if inspection_id == inspection.pk:
            raise KeyError("a row that nobody expected")
        done.append(inspection_id)
        return {"事项": 1}

    monkeypatch.setattr(daily, "STEPS", (daily.Step("甲事", work), daily.Step("乙事", work)))
    found = run_daily(NOW)
    assert done == [other.pk, other.pk]
    assert str(found) == "事项2。"
    assert found.faults == [f"《{inspection.title}》的{name}没有办成（程序错误KeyError）" for name in ("甲事", "乙事")]
    assert run_daily(NOW, unit_id=office.above.pk).counts.total() == 0


def test_what_other_words_change_is_listed_before_it_is_kept(
    office: Office, inspection: Inspection, client: Client
) -> None:
    measure = Measure.objects.get(inspection=inspection, reference="C005")
    client.force_login(office.people["office"], backend=BACKEND)
    url = reverse("edit_measure", args=[measure.pk])
    typed = {"seen": measure.version, "text": "每月检查不少于2次。", "due_text": "长期坚持"}
    shown = client.post(url, typed)
    page = shown.content.decode()
    assert shown.status_code == 200
    assert "周期任务有以下变化" in page
    assert "新增：" in page
    measure.refresh_from_db()
    assert measure.text != "每月检查不少于2次。", "nothing is kept yet"
    assert not Occurrence.objects.filter(duty__measure=measure, duty__rule__freq="month").exists()
    other = client.post(url, typed | {"text": "每季度检查1次。", "agreed": "每月检查不少于2次。|长期坚持"})
    assert "第" in other.content.decode().partition("周期任务有以下变化")[2], "other words are told anew"
    kept = client.post(url, typed | {"agreed": "每月检查不少于2次。|长期坚持"})
    assert kept.status_code == 302
    assert Occurrence.objects.filter(duty__measure=measure, quota=2).count() >= 3


def test_a_lasting_measure_without_anything_due_is_told(office: Office, inspection: Inspection, client: Client) -> None:
    measure = Measure.objects.get(inspection=inspection, reference="C005")
    now = timezone.localdate()
    Measure.objects.filter(inspection=inspection).update(rectification_class="time_limited")
    Measure.objects.filter(pk=measure.pk).update(rectification_class="long_term", due_on=None)
    client.force_login(office.people["office"], backend=BACKEND)
    finding = reverse("finding", args=[Finding.objects.get(responses__measures=measure).pk])
    assert "今后90天内没有节点" in client.get(finding).content.decode()
    assert "1项长期坚持的措施今后90天内没有节点：C005" in client.get("/").content.decode()
    Measure.objects.filter(pk=measure.pk).update(due_on=now + dt.timedelta(days=90))
    assert "没有节点" not in client.get(finding).content.decode()
    Measure.objects.filter(pk=measure.pk).update(due_on=None, recurrences=[MONTHLY])
    lay_out(actor=replace(office.actor("office"), at=timezone.now()), inspection_id=inspection.pk)
    assert "没有节点" not in client.get("/").content.decode()


def test_the_list_stays_small_however_much_was_missed(office: Office, inspection: Inspection, client: Client) -> None:
    for day in ("2025-06-01", "2026-06-01", "2026-11-01"):
        lay_out(actor=on(office, day), inspection_id=inspection.pk)
    client.force_login(office.people["office"], backend=BACKEND)
    answer = client.get(reverse("occurrences", args=[inspection.pk]), {"state": "missed"})
    assert "这里只列出前100次" in answer.content.decode()
    assert len(answer.content) < 60 * 1024
