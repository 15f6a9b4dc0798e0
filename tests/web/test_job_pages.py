"""后台任务 and 核验数据 on the screens: seen by whose it is, begun anew by hand, with progress and a report that is kept."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from offices import BACKEND, NOW, make_office, tell_grants

from zhenggai.web.accounts.models import Grant
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Refused, Stale, Unknown
from zhenggai.web.ledger.actions.jobs import ask_verification, retry_job
from zhenggai.web.ledger.jobs.runner import Runner
from zhenggai.web.ledger.jobs.work import Work, works
from zhenggai.web.ledger.models import Job, Measure

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office

    from zhenggai.web.ledger.models import Inspection

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("__enter__", "__exit__"):
        monkeypatch.setattr(f"zhenggai.web.ledger.jobs.heartbeat.Heartbeat.{name}", lambda *_: None)


def put(office: Office, key: str = "1", **values: object) -> Job:
    values = {"kind": "daily", "unit": office.unit, "due_at": NOW, "made_at": NOW} | values
    return Job.objects.create(key=key, **values)


def enter(client: Client, office: Office, role: str) -> None:
    client.force_login(office.people[role], backend=BACKEND)


def turn(at: dt.datetime | None = None) -> None:
    runner = Runner(clock=lambda: at or timezone.now())
    while runner.step():
        pass


def test_what_is_seen_belongs_to_the_unit_or_to_all(office: Office, client: Client) -> None:
    other = make_office("青桐市第十中学", "-b", office.above)
    mine, shared, theirs = put(office), put(office, kind="of_another_version", unit=None), put(other, "2")
    enter(client, office, "system_administrator")
    page = client.get(reverse("jobs")).content.decode()
    assert f'id="job-{mine.pk}"' in page
    assert f'id="job-{shared.pk}"' in page
    assert "其他版本的任务（of_another_version）" in page
    assert f'id="job-{theirs.pk}"' not in page
    assert client.get(reverse("job", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("job_retry", args=[theirs.pk])).status_code == 404
    enter(client, office, "handler")
    assert client.get(reverse("jobs")).status_code == 403


@pytest.mark.parametrize(
    ("values", "words", "asks"),
    [
        ({"state": State.RUNNING, "done": 3, "total": 9}, "已办3/共9", True),
        ({"state": State.RUNNING, "heartbeat_at": NOW}, "没有回应，将由其他进程接着办", True),
        ({"state": State.DONE, "message": "新列周期任务3。"}, "新列周期任务3。", False),
        ({"state": State.FAILED, "fault": "《甲》没有办成"}, "《甲》没有办成", False),
        ({"state": State.WAITING, "fault": "《甲》没有办成", "attempt": 2}, "（已试2次）：《甲》没有办成", True),
        ({"state": State.WAITING}, "等待", True),
    ],
)
def test_the_page_asks_how_far_a_job_is_until_it_is_over(
    office: Office, client: Client, values: dict[str, object], words: str, asks: bool
) -> None:
    job = put(office, **values)
    enter(client, office, "office")
    answer = client.get(reverse("job", args=[job.pk]), headers={"HX-Request": "true"})
    assert words in answer.content.decode()
    assert ("hx-trigger" in answer.content.decode()) is asks
    assert ("HX-Refresh" in answer) is not asks, "the page is loaded anew once it is over"
    assert words.removeprefix("（") in client.get(reverse("jobs")).content.decode()


def test_asking_how_far_it_is_keeps_nobody_logged_in(office: Office, client: Client) -> None:
    job = put(office)
    enter(client, office, "office")
    client.get(reverse("job", args=[job.pk]), headers={"HX-Request": "true", "X-Poll": "1"})
    assert "seen" not in client.session
    client.get(reverse("jobs"))
    assert "seen" in client.session


def test_a_worker_that_is_missing_is_told(office: Office, client: Client) -> None:
    job = put(office, due_at=timezone.now() - dt.timedelta(minutes=9))
    enter(client, office, "office")
    assert "可能没有运行" not in client.get(reverse("jobs")).content.decode()
    Job.objects.filter(pk=job.pk).update(due_at=timezone.now() - dt.timedelta(minutes=11))
    assert "有1项任务到时间10分钟仍没有开始" in client.get(reverse("jobs")).content.decode()


def test_the_list_goes_by_pages_and_states_and_says_what_to_do_when_empty(office: Office, client: Client) -> None:
    enter(client, office, "office")
    assert "还没有后台任务" in client.get(reverse("jobs")).content.decode()
    assert "没有这种状态的任务" in client.get(reverse("jobs"), {"state": "failed"}).content.decode()
    first = put(office, "first", state=State.FAILED, fault="没有办成")
    Job.objects.bulk_create(
        Job(kind="daily", key=str(n), unit=office.unit, due_at=NOW, made_at=NOW, state=State.DONE) for n in range(50)
    )
    page = client.get(reverse("jobs")).content.decode()
    assert f'id="job-{first.pk}"' not in page
    assert len(page.encode()) < 60 * 1024
    older = client.get(reverse("jobs"), {"before": first.pk + 1}).content.decode()
    assert f'id="job-{first.pk}"' in older
    failed = client.get(reverse("jobs"), {"state": "failed"}).content.decode()
    assert failed.count('class="job"') == 1
    assert client.get(reverse("jobs"), {"state": "x", "before": "y"}).status_code == 200


def test_what_failed_is_begun_anew_by_hand_once(office: Office, client: Client) -> None:
    job = put(office, state=State.FAILED, attempt=5, fault="《甲》没有办成", finished_at=NOW)
    enter(client, office, "office")
    answer = client.post(reverse("job_retry", args=[job.pk]), follow=True)
    assert "已安排重新办理。" in answer.content.decode()
    job.refresh_from_db()
    assert (job.state, job.attempt, job.finished_at) == (State.WAITING, 0, None)
    event = Event.objects.get(action="job.retried")
    assert (event.actor_name, event.reason) == (office.people["office"].name, "上次没有办成：《甲》没有办成")
    Job.objects.filter(pk=job.pk).update(state=State.DONE, fault="")
    again = client.post(reverse("job_retry", args=[job.pk]))
    assert again.status_code == 409
    assert "已经重新办理" in again.content.decode()
    assert Event.objects.filter(action="job.retried").count() == 1
    with pytest.raises(Stale):
        retry_job(actor=office.actor("office"), rights=office.rights("office"), job_id=job.pk)
    with pytest.raises(Unknown):
        retry_job(actor=office.actor("handler"), rights=office.rights("handler"), job_id=job.pk)


def test_verification_is_asked_for_once_and_its_report_is_kept(
    office: Office, inspection: Inspection, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhenggai.web.ledger.jobs.schedule.put_in_due", lambda _at: 0)
    monkeypatch.setattr("zhenggai.web.ledger.jobs.runner.put_in_due", lambda _at: 0)
    tell_grants(office)
    enter(client, office, "audit_administrator")
    assert "还没有核验过" in client.get(reverse("verifications")).content.decode()
    asked = client.post(reverse("verifications"))
    again = client.post(reverse("verifications"))
    assert asked["Location"] == again["Location"]
    assert Job.objects.get(kind="verification").arguments == {"units": None}
    assert "hx-trigger" in client.get(asked["Location"]).content.decode()
    turn()
    event = Event.objects.get(action="verification.done")
    page = client.get(asked["Location"]).content.decode()
    assert "未发现改动。" in page
    assert office.unit.name in page
    assert event.after["misfits"] == 0
    assert "全部相符" in client.get(reverse("verifications")).content.decode()

    Measure.objects.filter(inspection=inspection, reference="C005").update(text="另一句话。")
    second = client.post(reverse("verifications"))["Location"]
    turn()
    page = client.get(second).content.decode()
    assert "有1处不符。请保留现场" in page
    assert "C005" in page.partition("不符之处</h2>")[2]
    assert "全部相符" in client.get(reverse("verifications")).content.decode(), "the first report stays"
    Measure.objects.filter(inspection=inspection).update(text="又一句话。")
    third = client.post(reverse("verifications"))["Location"]
    turn()
    page = client.get(third).content.decode()
    assert f"有{Measure.objects.filter(inspection=inspection).count()}处不符。" in page
    assert page.partition("不符之处</h2>")[2].count("<tr data-row") == 20
    assert "每个单位最多列出20处" in page
    assert "核验数据" in client.get(reverse("events")).content.decode()


def test_whoever_audits_one_unit_of_several_verifies_that_alone(office: Office, inspection: Inspection) -> None:
    other = make_office("青桐市第十中学", "-b", office.above)
    job = ask_verification(actor=office.actor("audit_administrator"), rights=office.rights("audit_administrator"))
    units = set(job.arguments["units"])
    assert office.unit.pk in units
    assert not units & {other.unit.pk, office.above.pk}
    Grant.objects.filter(person=office.people["audit_administrator"]).update(scope=office.above)
    Job.objects.all().delete()
    job = ask_verification(actor=office.actor("audit_administrator"), rights=office.rights("audit_administrator"))
    assert job.arguments["units"] is None
    with pytest.raises(Refused):
        ask_verification(actor=office.actor("office"), rights=office.rights("office"))


def test_a_verification_that_cannot_read_says_so(
    office: Office, inspection: Inspection, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def verify(**_: object) -> None:
        raise PermissionError(13, "Permission denied", "evidence/ab")

    monkeypatch.setattr("zhenggai.web.ledger.jobs.kinds.verification.verify", verify)
    monkeypatch.setattr("zhenggai.web.ledger.jobs.runner.put_in_due", lambda _at: 0)
    job = ask_verification(actor=office.actor("audit_administrator"), rights=office.rights("audit_administrator"))
    turn()
    job.refresh_from_db()
    assert job.fault == "数据文件夹不能读取，没有核验完：“evidence/ab”Permission denied"
    enter(client, office, "audit_administrator")
    page = client.get(reverse("verification", args=[job.pk])).content.decode()
    assert "等待再次办理" in page


def test_every_kind_of_job_names_a_screen_and_an_act_that_are_there() -> None:
    from zhenggai.web.pages.screen import screens  # noqa: PLC0415 — Django is set up
    from zhenggai.workflow import ACTS  # noqa: PLC0415

    assert works()
    for work in works().values():
        assert isinstance(work, Work)
        assert work.act in ACTS
        assert not work.screen or work.screen in screens()
