"""会议 on the screens: the way through a meeting, what is wrong said beside its field, papers, close-outs decided at a meeting."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from closings import apply, closable, step
from django.urls import reverse
from django.utils import timezone
from offices import BACKEND

from zhenggai.web.accounts.models import Person, RestrictedGrant
from zhenggai.web.audit.chain import Actor
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Refused
from zhenggai.web.ledger.actions.meeting_closures import Decision, decide_at_meeting
from zhenggai.web.ledger.actions.meeting_rounds import lay_out_meetings
from zhenggai.web.ledger.models import (
    Attendance,
    ClosureStep,
    Finding,
    Inspection,
    Measure,
    Meeting,
    MeetingSeries,
    Resolution,
)

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(office: Office, inspection: Inspection) -> MeetingSeries:
    """The leading group's meetings of an inspection as of today."""
    end = timezone.localdate() + dt.timedelta(days=120)
    Inspection.objects.filter(pk=inspection.pk).update(profile="inspection-2024@1", period_end=end)
    lay_out_meetings(actor=Actor(None, "系统", timezone.now()), inspection_id=inspection.pk)
    return MeetingSeries.objects.get(inspection=inspection, kind="leading_group")


def sign_in(client: Client, office: Office, role: str) -> Client:
    client.force_login(office.people[role], backend=BACKEND)
    return client


def called(client: Client, office: Office, series: MeetingSeries) -> Meeting:
    """Call a meeting of the leading group for today on the page."""
    today = timezone.localdate()
    answer = sign_in(client, office, "office").post(
        reverse("meeting_call"), {"series": series.pk, "label": "审定销号", "meets_on": today.isoformat()}
    )
    assert answer.status_code == 302
    return Meeting.objects.get(series=series, label="审定销号")


def test_what_nobody_sees_is_not_kept_of_what_is_typed(client: Client, office: Office, series: MeetingSeries) -> None:
    typed = {"series": series.pk, "label": "中期\u202e\x00\x0b\u2067推进", "meets_on": timezone.localdate().isoformat()}
    assert sign_in(client, office, "office").post(reverse("meeting_call"), typed).status_code == 302
    assert Meeting.objects.filter(series=series, label="中期推进").exists()


def take(client: Client, meeting: Meeting, step_: str, **values: object) -> int:
    meeting.refresh_from_db()
    typed = {"seen": meeting.version, "step": step_, **values}
    return client.post(reverse("meeting_change", args=[meeting.pk]), typed).status_code


def held(client: Client, office: Office, series: MeetingSeries) -> Meeting:
    meeting = called(client, office, series)
    assert take(client, meeting, "assemble") == 302
    assert take(client, meeting, "set") == 302
    states = {f"state:{row.pk}": "present" for row in Attendance.objects.filter(meeting=meeting)}
    assert take(client, meeting, "attendance", **states) == 302
    assert take(client, meeting, "held", held_on=timezone.localdate().isoformat()) == 302
    meeting.refresh_from_db()
    return meeting


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: Client, office: Office, series: MeetingSeries
) -> None:
    sign_in(client, office, "office")
    past = client.post(reverse("meeting_call"), {"series": series.pk, "label": "补开", "meets_on": "2020-01-02"})
    assert past.status_code == 422
    assert "会议日期不能早于今天，2020年1月2日已经过去" in past.content.decode()
    assert 'value="补开"' in past.content.decode()
    meeting = called(client, office, series)
    url = reverse("meeting_change", args=[meeting.pk])
    wrong = client.post(url, {"seen": meeting.version, "step": "move", "meets_on": "明天", "reason": "有事"})
    assert wrong.status_code == 422
    assert "日期请按2026-07-20的格式填写" in wrong.content.decode()
    assert 'value="有事"' in wrong.content.decode()
    assert client.post(url, {"seen": meeting.version, "step": "gossip"}).status_code == 422
    assert client.post(url, {"seen": 99, "step": "assemble"}).status_code == 409
    early = client.post(url, {"seen": meeting.version, "step": "draft"})
    assert early.status_code == 409
    assert "当前状态是“待召开”，只有“已召开”、“纪要待印发”时才能起草纪要" in early.content.decode()


def test_the_way_from_the_agenda_to_the_issued_minutes(client: Client, office: Office, series: MeetingSeries) -> None:
    meeting = held(client, office, series)
    assert meeting.number == 1
    page = client.get(reverse("meeting", args=[meeting.pk])).content.decode()
    assert "整改工作领导小组会第1次会议" in page
    item = meeting.items.filter(removed_at=None)[0]
    here = reverse("meeting_item_change", args=[item.pk])
    assert client.post(here, {"step": "speech", "speaker": "", "words": ""}).status_code == 422
    assert client.post(here, {"step": "speech", "speaker": "钱某某", "words": "抓紧落实。"}).status_code == 302
    changed = {"step": "change", "seen": item.version, "text": item.text, "reported": "", "outcome": "原则同意"}
    assert client.post(here, changed).status_code == 302
    due = (timezone.localdate() + dt.timedelta(days=5)).isoformat()
    teaching = office.departments["教务处"].pk
    assert client.post(here, {"step": "resolve", "matter": "补齐记录", "responsible": ""}).status_code == 422
    kept = client.post(here, {"step": "resolve", "matter": "补齐记录", "responsible": teaching, "due_on": due})
    assert kept.status_code == 302
    assert take(client, meeting, "draft") == 302
    meeting.refresh_from_db()
    paper = client.get(reverse("meeting_minutes", args=[meeting.pk])).content.decode()
    assert "原则同意" in paper
    assert "补齐记录" in paper
    assert "抓紧落实" not in paper, "the minutes hold decisions, not what was said"
    issue = reverse("meeting_issue", args=[meeting.pk])
    assert client.post(issue, {"seen": meeting.version, "scope": "", "copies": "x"}).status_code == 422
    assert client.post(issue, {"seen": meeting.version, "scope": "各部门", "copies": "9"}).status_code == 302
    assert "共印9份" in client.get(reverse("meeting_minutes", args=[meeting.pk])).content.decode()
    record = client.get(reverse("meeting_record", args=[meeting.pk])).content.decode()
    assert "钱某某：</b>抓紧落实。" in record
    handler = sign_in(client, office, "handler").get("/").content.decode()
    assert "办理议定事项" in handler
    assert "补齐记录" in handler


def test_a_resolution_stands_on_its_findings_page(client: Client, office: Office, series: MeetingSeries) -> None:
    finding = Finding.objects.get(inspection=series.inspection, reference="W003")
    meeting = held(client, office, series)
    teaching = office.departments["教务处"].pk
    values = {"matter": "逐项核对", "responsible": teaching, "finding": finding.pk}
    assert take(client, meeting, "resolve", **values) == 302
    one = Resolution.objects.get(matter="逐项核对")
    assert one.due_on == timezone.localdate() + dt.timedelta(days=20)
    page = client.get(reverse("finding", args=[finding.pk])).content.decode()
    assert "会议议定事项" in page
    assert reverse("resolution", args=[one.pk]) in page
    assert "逐项核对" in client.get(reverse("resolutions")).content.decode()
    sign_in(client, office, "handler")  # who does not attend the meeting, but whose department acts on it
    here = client.get(reverse("schedule"), {"day": one.due_on.isoformat(), "view": "list"}).content.decode()
    assert reverse("resolution", args=[one.pk]) in here
    assert client.get(reverse("resolution", args=[one.pk])).status_code == 200
    assert client.get(reverse("meeting", args=[meeting.pk])).status_code == 404


def test_who_reports_on_a_resolution_later_than_another_keeps_what_was_written(
    client: Client, office: Office, series: MeetingSeries
) -> None:
    meeting = held(client, office, series)
    teaching = office.departments["教务处"].pk
    assert take(client, meeting, "resolve", matter="逐项核对", responsible=teaching) == 302
    one = Resolution.objects.get(matter="逐项核对")
    here = reverse("resolution_report", args=[one.pk])
    empty = client.post(here, {"seen": one.version, "text": "", "finished": "1"})
    assert (empty.status_code, empty.content.decode().count("fault-text")) == (422, 1), "not beside the other forms"
    sign_in(client, office, "handler")
    assert client.post(here, {"seen": one.version, "text": "已核对", "finished": "1"}).status_code == 302
    late = client.post(here, {"seen": one.version, "text": "我也核对了一遍", "finished": "1"})
    assert late.status_code == 409
    assert "您刚才填写的内容没有保存" in late.content.decode()
    assert "我也核对了一遍" in late.content.decode()


def test_restricted_matters_are_left_out_of_everybody_elses_papers(
    client: Client, office: Office, series: MeetingSeries
) -> None:
    finding = Finding.objects.get(inspection=series.inspection, reference="W003")
    know = {"unit": office.unit, "reason": "承办", "since": dt.date(2025, 1, 1)}
    RestrictedGrant.objects.create(person=office.people["office"], **know)
    Finding.objects.filter(pk=finding.pk).update(layer="restricted")
    meeting = held(client, office, series)
    assert (
        take(
            client,
            meeting,
            "resolve",
            matter="退还专款",
            responsible=office.departments["教务处"].pk,
            finding=finding.pk,
        )
        == 302
    )
    item = meeting.items.create(
        unit=office.unit,
        section="review",
        key="hand:x",
        order=1,
        text="研究专款退还",
        outcome="限期退还",
        finding=finding,
    )
    assert take(client, meeting, "draft") == 302
    paths = [reverse(name, args=[meeting.pk]) for name in ("meeting_minutes", "meeting_record")]
    for path in paths:
        assert "专款" in client.get(path).content.decode(), path
    assert Event.objects.filter(action="restricted.read", after__where="会议纪要").exists()
    assert "专款" not in client.get(reverse("meeting", args=[meeting.pk])).content.decode(), "it lies before everybody"
    sign_in(client, office, "principal")
    for path in (*paths, reverse("meeting", args=[meeting.pk])):
        page = client.get(path).content.decode()
        assert "专款" not in page, path
        assert "限知" in page, path
    assert client.get(reverse("meeting_item", args=[item.pk])).status_code == 404


def test_a_restricted_resolution_on_no_line_of_the_agenda_is_left_out_of_the_record(
    client: Client, office: Office, series: MeetingSeries
) -> None:
    know = {"unit": office.unit, "reason": "承办", "since": dt.date(2025, 1, 1)}
    RestrictedGrant.objects.create(person=office.people["office"], **know)
    finding = Finding.objects.get(inspection=series.inspection, reference="W003")
    meeting = held(client, office, series)
    meeting.items.all().delete()
    where = {"responsible": office.departments["教务处"].pk, "finding": finding.pk}
    assert take(client, meeting, "resolve", matter="退还专款", **where) == 302
    Finding.objects.filter(pk=finding.pk).update(layer="restricted")
    path = reverse("meeting_record", args=[meeting.pk])
    assert "退还专款" in client.get(path).content.decode()
    assert Event.objects.filter(action="restricted.read", after__where="会议记录").exists()
    page = sign_in(client, office, "principal").get(path).content.decode()
    assert "退还专款" not in page
    assert "有1项限知内容" in page


def test_what_a_department_reported_is_left_out_once_its_finding_is_restricted(
    client: Client, office: Office, series: MeetingSeries
) -> None:
    measure = Measure.objects.filter(response__findings__reference="W003", inspection=series.inspection)[0]
    meeting = held(client, office, series)
    other = Measure.objects.filter(inspection=series.inspection).exclude(response=measure.response_id)[0]
    item = meeting.items.create(
        unit=office.unit, section="departments", key="department:x", order=1, text="教务处：承担措施2项",
        reported=f"{measure.reference}：专款已退还\n{other.reference}：已集中学习", department="教务处",
    )  # fmt: skip
    Finding.objects.filter(responses=measure.response_id).update(layer="restricted")
    paths = [
        reverse(name, args=[pk])
        for name, pk in (("meeting_record", meeting.pk), ("meeting", meeting.pk), ("meeting_item", item.pk))
    ]
    for path in paths:
        page = client.get(path).content.decode()
        assert "专款已退还" not in page, path
        assert "已集中学习" in page, path
    know = {"unit": office.unit, "reason": "承办", "since": dt.date(2025, 1, 1)}
    RestrictedGrant.objects.create(person=office.people["office"], **know)
    assert "专款已退还" in client.get(paths[0]).content.decode()
    assert "专款已退还" not in client.get(paths[1]).content.decode(), "it lies before everybody"
    assert "专款已退还" in client.get(paths[2]).content.decode()
    for where in ("会议记录", "会议议题页"):
        assert Event.objects.filter(action="restricted.read", after__where=where).exists(), where


def test_close_outs_are_decided_at_a_meeting(client: Client, office: Office, series: MeetingSeries) -> None:
    inspection = series.inspection
    closure = apply(office, closable(office, inspection))
    for role, transition in (("responsible_leader", "reviewed"), ("supervision", "verified")):
        closure = step(office, closure, role, transition)
    Meeting.objects.filter(inspection=inspection).exclude(series=series).update(state="cancelled")
    meeting = held(client, office, series)
    assert meeting.items.filter(section="closures", finding=closure.finding_id).exists()
    here = reverse("meeting_closures", args=[meeting.pk])
    assert client.get(here).status_code == 403, "who prepares meetings does not decide"
    sign_in(client, office, "group")
    assert "同意销号" in client.get(here).content.decode()
    assert client.post(here, {}).status_code == 422
    choice = {f"choice:{closure.pk}": "continued", f"seen:{closure.pk}": closure.version}
    back = client.post(here, choice)
    assert back.status_code == 422
    assert "请选择退回原因" in back.content.decode()
    assert client.post(here, {f"choice:{closure.pk}": "approved", f"seen:{closure.pk}": 99}).status_code == 409
    agreed = {f"choice:{closure.pk}": "approved", f"seen:{closure.pk}": closure.version}
    assert client.post(here, agreed).status_code == 302
    signed = ClosureStep.objects.get(closure=closure, transition="approved")
    assert signed.details["meeting"]["name"] == "整改工作领导小组会第1次会议"
    assert meeting.items.get(section="closures", finding=closure.finding_id).outcome == "会议审定，同意销号。"
    sign_in(client, office, "office")
    assert take(client, meeting, "draft") == 302
    paper = client.get(reverse("meeting_minutes", args=[meeting.pk])).content.decode()
    assert "会议审定，同意销号1个问题：W003。" in paper
    sign_in(client, office, "principal")
    assert "目前是“已销号”" in client.get(here).content.decode()


def test_a_meeting_that_may_not_decide_says_so(client: Client, office: Office, series: MeetingSeries) -> None:
    progress = Meeting.objects.filter(inspection=series.inspection, series__kind="progress")[0]
    decide = {
        "actor": office.actor("group"),
        "rights": office.rights("group"),
        "decisions": [Decision(1, 1, agreed=True)],
    }
    with pytest.raises(Refused, match="按本台账的规则配置，推进会不能审定销号"):
        decide_at_meeting(**decide, meeting_id=progress.pk)  # type: ignore[arg-type]
    meeting = called(client, office, series)
    with pytest.raises(Refused, match="会议当前状态是“待召开”"):
        decide_at_meeting(**decide, meeting_id=meeting.pk)  # type: ignore[arg-type]


def test_a_page_of_a_meeting_stays_small(client: Client, office: Office, series: MeetingSeries) -> None:
    meeting = Meeting.objects.filter(inspection=series.inspection, series__kind="progress")[0]
    crowd = [Person(unit=office.unit, name=f"王某{n}", login=f"wang{n}") for n in range(400)]
    Person.objects.bulk_create(crowd)
    last = Person.objects.get(login="wang99")
    Meeting.objects.filter(pk=meeting.pk).update(chair=last)
    sign_in(client, office, "office")
    assert take(client, meeting, "assemble") == 302
    page = client.get(reverse("meeting", args=[meeting.pk])).content.decode()
    assert f'<option value="{last.pk}" selected>' in page, "who chairs can still be chosen"
    assert len(client.get(reverse("meeting", args=[meeting.pk])).content) < 60_000
