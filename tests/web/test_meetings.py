"""会议: laid out once, moved and kept, agenda from the ledger, held, resolved, minutes frozen, told once."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from zhenggai.web.accounts.models import Grant, RestrictedGrant
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger import meeting_access
from zhenggai.web.ledger.actions import agendas, meetings, minutes, resolutions
from zhenggai.web.ledger.actions.duties import lay_out
from zhenggai.web.ledger.actions.meeting_rounds import kind_of, lay_out_meetings
from zhenggai.web.ledger.actions.meetings import Arrangement, Present
from zhenggai.web.ledger.actions.resolutions import Matter
from zhenggai.web.ledger.models import (
    AgendaItem,
    Attendance,
    Duty,
    Finding,
    Inspection,
    Measure,
    Mechanism,
    Meeting,
    MeetingSeries,
    MinutesIssue,
    Notice,
    Occurrence,
    Resolution,
    ResolutionStep,
    Speech,
)
from zhenggai.web.ledger.proof.meetings import meeting_misfits
from zhenggai.web.ledger.proof.rows import row_misfits
from zhenggai.web.ledger.queries.restricted import hidden_subjects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model
    from offices import Office

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.audit.chain import Actor

pytestmark = pytest.mark.django_db
TODAY = dt.date(2025, 5, 20)
HALF_MONTHLY = {"kind": "every", "freq": "half_month", "interval": 1, "times": None, "date_in_period": None}


def on(office: Office, day: str = "2025-05-20", role: str = "office") -> Actor:
    return replace(office.actor(role), at=dt.datetime.fromisoformat(f"{day}T09:00:00+08:00"))


def rights(office: Office, day: str = "2025-05-20", role: str = "office") -> Rights:
    return office.rights(role, dt.date.fromisoformat(day))


@pytest.fixture
def ledger(inspection: Inspection) -> Inspection:
    """An inspection without arrangements of its own, with a feedback on 1 May and six months to go."""
    Occurrence.objects.all().delete()
    Duty.objects.all().delete()
    Mechanism.objects.filter(inspection=inspection).update(recurrences=[])
    dates = {
        "feedback_date": dt.date(2025, 5, 1),
        "plan_date": dt.date(2025, 5, 10),
        "period_end": dt.date(2025, 10, 31),
    }
    Inspection.objects.filter(pk=inspection.pk).update(**dates)
    inspection.refresh_from_db()
    return inspection


def run(office: Office, ledger: Inspection, day: str = "2025-05-20") -> Mapping[str, int]:
    return lay_out_meetings(actor=on(office, day), inspection_id=ledger.pk)


def days(kind: str) -> list[str]:
    rows = Meeting.objects.filter(series__kind=kind).exclude(state="cancelled").order_by("meets_on")
    return [f"{row.meets_on:%m-%d}" for row in rows]


def sync(office: Office, ledger: Inspection) -> Meeting:
    """The first 碰头会, of 30 May."""
    run(office, ledger)
    return Meeting.objects.filter(series__kind="sync").order_by("meets_on")[0]


def hold(office: Office, meeting: Meeting, day: str = "2025-05-30") -> Meeting:
    """Assemble and set the agenda, take the attendance, hold it."""
    meeting.refresh_from_db()
    who = {"actor": on(office, day), "rights": rights(office, day), "meeting_id": meeting.pk}
    meeting = agendas.assemble_agenda(**who, seen=meeting.version)  # type: ignore[arg-type]
    meeting = agendas.set_agenda(**who, seen=meeting.version)  # type: ignore[arg-type]
    rows = Attendance.objects.filter(meeting=meeting, removed_at=None)
    present = [Present(row.pk, "present") for row in rows]
    meeting = meetings.take_attendance(**who, seen=meeting.version, present=present)  # type: ignore[arg-type]
    return meetings.hold_meeting(**who, seen=meeting.version, held_on=dt.date.fromisoformat(day))  # type: ignore[arg-type]


# -- laid out ------------------------------------------------------------------------------------------------------------


def test_the_meetings_of_the_profile_are_laid_out_once(office: Office, ledger: Inspection) -> None:
    for _ in range(3):
        run(office, ledger)
    assert days("sync") == ["05-30", "06-13", "06-30", "07-15", "07-31", "08-15"]
    assert days("progress") == ["05-30", "06-30", "07-31"]
    assert days("leading_group") == ["07-31"], "at mid-term; the plan is past, the report beyond the horizon"
    assert days("consultation") == []
    assert Event.objects.filter(action="meeting.laid_out").count() == 1


def test_days_on_which_nothing_ran_make_no_difference(office: Office, ledger: Inspection) -> None:
    run(office, ledger)
    run(office, ledger, "2025-06-25")
    once = [(row.series.kind, row.key, row.meets_on) for row in Meeting.objects.order_by("pk")]
    run(office, ledger, "2025-06-25")
    assert len(once) == Meeting.objects.count()
    assert "05-30" in days("sync"), "one that nobody held is not taken away"
    assert days("sync")[-1] == "09-15"
    assert Meeting.objects.filter(meets_on__lt=TODAY).count() == 0


def test_meetings_end_with_the_concentrated_period(office: Office, ledger: Inspection) -> None:
    run(office, ledger)
    run(office, ledger, "2025-10-20")
    assert days("sync")[-1] == "10-31"
    assert "10-31" in days("leading_group")


def test_without_a_day_of_its_own_the_period_ends_by_the_profile(office: Office, ledger: Inspection) -> None:
    Inspection.objects.filter(pk=ledger.pk).update(period_end=None)
    run(office, ledger, "2025-05-20")
    run(office, ledger, "2025-10-01")
    assert days("leading_group") == ["08-01", "10-31"], (
        "half-way, and on the working day before 1 November, six months after"
    )


def test_the_plans_arrangement_is_what_is_held(office: Office, ledger: Inspection) -> None:
    run(office, ledger)
    mechanism = Mechanism.objects.filter(inspection=ledger)[0]
    Mechanism.objects.filter(pk=mechanism.pk).update(name="碰头会制度", recurrences=[HALF_MONTHLY])
    lay_out(actor=on(office), inspection_id=ledger.pk)
    run(office, ledger)
    standing = Meeting.objects.filter(series__kind="sync", state="planned")
    asked_for = Occurrence.objects.filter(duty__mechanism=mechanism)
    assert {row.occurrence_id for row in standing} == set(asked_for.values_list("pk", flat=True))
    assert (
        Meeting.objects.filter(series__kind="sync", state="cancelled", cancel_reason__contains="改按方案").count() == 6
    )
    assert MeetingSeries.objects.get(kind="sync").mechanism_id == mechanism.pk
    run(office, ledger)
    assert standing.count() == asked_for.count() == 6


def test_holding_it_reports_on_the_arrangement(office: Office, ledger: Inspection) -> None:
    Mechanism.objects.filter(pk=Mechanism.objects.filter(inspection=ledger)[0].pk).update(
        name="碰头会制度", recurrences=[HALF_MONTHLY]
    )
    lay_out(actor=on(office), inspection_id=ledger.pk)
    meeting = hold(office, sync(office, ledger))
    occurrence = Occurrence.objects.get(pk=meeting.occurrence_id)
    assert (occurrence.done, meeting.reported) == (1, True)
    assert occurrence.reports.get().text == "已召开碰头会第1次会议。"


NAMES = [
    ("碰头会制度", "", "sync"),
    ("工作例会", "", "sync"),
    ("会议制度", "领导小组办公室每半月召开一次碰头会", "sync"),
    ("调度会", "", "progress"),
    ("领导小组会议制度", "", "leading_group"),
    ("联席会商机制", "", "consultation"),
    ("督查制度", "每月至少开展1次实地督查", ""),
]


@pytest.mark.parametrize(("name", "text", "kind"), NAMES)
def test_which_arrangement_is_a_meeting(name: str, text: str, kind: str) -> None:
    assert kind_of(Mechanism(name=name, text=text)) == kind


# -- moved, cancelled, called --------------------------------------------------------------------------------------------


def test_a_moved_meeting_stays_moved(office: Office, ledger: Inspection) -> None:
    meeting = sync(office, ledger)
    moved = meetings.move_meeting(
        actor=on(office), rights=rights(office), meeting_id=meeting.pk, seen=meeting.version,
        meets_on=dt.date(2025, 6, 3), reason="与校务会冲突",
    )  # fmt: skip
    run(office, ledger)
    moved.refresh_from_db()
    assert (moved.meets_on, moved.scheduled_on, moved.moved) == (dt.date(2025, 6, 3), meeting.scheduled_on, True)
    told = Notice.objects.filter(key__startswith=f"meeting:{meeting.pk}:moved")
    assert told.count() == Attendance.objects.filter(meeting=meeting).count()
    assert "与校务会冲突" in told[0].why


@pytest.mark.parametrize(
    ("day", "reason", "faults"),
    [
        ("2025-05-19", "有事", {"meets_on": "会议日期不能早于今天"}),
        ("2025-05-30", "有事", {"meets_on": "日期没有变化"}),
        ("", "有事", {"meets_on": "请填写会议日期"}),
        ("2025-06-03", " ", {"reason": "请填写调整原因"}),
    ],
)
def test_bad_moves_are_refused_by_field(
    office: Office, ledger: Inspection, day: str, reason: str, faults: dict[str, str]
) -> None:
    meeting = sync(office, ledger)
    with pytest.raises(Invalid) as caught:
        meetings.move_meeting(
            actor=on(office), rights=rights(office), meeting_id=meeting.pk, seen=meeting.version,
            meets_on=dt.date.fromisoformat(day) if day else None, reason=reason,
        )  # fmt: skip
    assert {name: words[: len(faults[name])] for name, words in caught.value.fields.items()} == faults


def test_a_cancelled_meeting_says_why_and_is_not_laid_out_again(office: Office, ledger: Inspection) -> None:
    meeting = sync(office, ledger)
    who = {"actor": on(office), "rights": rights(office), "meeting_id": meeting.pk}
    with pytest.raises(Invalid, match="请填写取消原因"):
        meetings.cancel_meeting(**who, seen=meeting.version, reason="")  # type: ignore[arg-type]
    meetings.cancel_meeting(**who, seen=meeting.version, reason="与推进会合并")  # type: ignore[arg-type]
    run(office, ledger)
    assert days("sync")[0] == "06-13"
    with pytest.raises(Refused, match="当前状态是“已取消”"):
        agendas.assemble_agenda(**who, seen=meeting.version + 1)  # type: ignore[arg-type]


def test_a_meeting_in_the_past_is_refused(office: Office, ledger: Inspection) -> None:
    run(office, ledger)
    series = MeetingSeries.objects.get(kind="party_committee")
    who = {
        "actor": on(office),
        "rights": rights(office),
        "series_id": series.pk,
        "label": "专题研究",
        "arrangement": Arrangement(),
    }
    with pytest.raises(Invalid, match="会议日期不能早于今天，2025年5月19日已经过去"):
        meetings.call_meeting(**who, meets_on=dt.date(2025, 5, 19))  # type: ignore[arg-type]
    made = meetings.call_meeting(**who, meets_on=dt.date(2025, 5, 21))  # type: ignore[arg-type]
    assert (made.label, made.state) == ("专题研究", "planned")
    assert made.attendance.count() == 4, "who holds the roles of the profile"
    with pytest.raises(Invalid, match="请从本单位人员中选择"):
        meetings.arrange_meeting(
            actor=on(office), rights=rights(office), meeting_id=made.pk, seen=made.version,
            arrangement=Arrangement(chair_id=office.people["inspection_office"].pk),
        )  # fmt: skip


def test_somebody_elses_change_is_told(office: Office, ledger: Inspection) -> None:
    meeting = sync(office, ledger)
    who = {"actor": on(office), "rights": rights(office), "meeting_id": meeting.pk}
    arranged = Arrangement(place="会议室", chair_id=office.people["principal"].pk)
    meetings.arrange_meeting(**who, seen=meeting.version, arrangement=arranged)  # type: ignore[arg-type]
    told = Event.objects.get(action="meeting.arranged")
    assert (told.before["chair"], told.after["chair"]) == ("整改办某某", "主要负责人某某")
    with pytest.raises(Stale, match="您看到的是修改前的内容"):
        meetings.arrange_meeting(**who, seen=meeting.version, arrangement=Arrangement(place="报告厅"))  # type: ignore[arg-type]


# -- the agenda ----------------------------------------------------------------------------------------------------------


def texts(meeting: Meeting) -> list[str]:
    return [item.text for item in meeting.items.filter(removed_at=None).order_by("order", "pk")]


def test_the_agenda_follows_the_ledger_and_keeps_what_people_did(office: Office, ledger: Inspection) -> None:
    measure = Measure.objects.get(inspection=ledger, reference="C005")
    Measure.objects.filter(inspection=ledger).update(due_on=None)
    Measure.objects.filter(pk=measure.pk).update(due_on=dt.date(2025, 5, 12))
    meeting = sync(office, ledger)
    who = {"actor": on(office), "rights": rights(office), "meeting_id": meeting.pk}
    meeting = agendas.assemble_agenda(**who, seen=meeting.version)  # type: ignore[arg-type]
    (late,) = meeting.items.filter(section="pressing")
    assert late.text.startswith("C005 ")
    assert "逾期，应于2025年5月12日完成，已逾期18天" in late.text
    added = agendas.add_item(**who, seen=meeting.version, section="pressing", text="通报值班情况")  # type: ignore[arg-type]
    meeting.refresh_from_db()
    meeting = agendas.shift_item(**who, seen=meeting.version, item_id=added.pk, up=True)  # type: ignore[arg-type]
    (department,) = meeting.items.filter(key="department:教务处")
    meeting = agendas.remove_item(**who, seen=meeting.version, item_id=department.pk)  # type: ignore[arg-type]
    Measure.objects.filter(pk=measure.pk).update(due_on=dt.date(2025, 5, 14))
    before = texts(meeting)
    meeting = agendas.assemble_agenda(**who, seen=meeting.version)  # type: ignore[arg-type]
    assert [words.replace("5月12日完成，已逾期18天", "5月14日完成，已逾期16天") for words in before] == texts(meeting)
    assert texts(meeting).index("通报值班情况") + 1 == texts(meeting).index(meeting.items.get(pk=late.pk).text)
    Measure.objects.filter(pk=measure.pk).update(due_on=None)
    meeting = agendas.assemble_agenda(**who, seen=meeting.version)  # type: ignore[arg-type]
    assert not meeting.items.filter(pk=late.pk).exists(), "what is not so any more goes"
    with pytest.raises(Refused, match="最前"):
        agendas.shift_item(**who, seen=meeting.version, item_id=added.pk, up=True)  # type: ignore[arg-type]


def test_bad_lines_are_refused_by_field(office: Office, ledger: Inspection) -> None:
    meeting = sync(office, ledger)
    with pytest.raises(Invalid) as caught:
        agendas.add_item(
            actor=on(office), rights=rights(office), meeting_id=meeting.pk, seen=meeting.version, section="gossip",
            text=" ", finding_id=987654,
        )  # fmt: skip
    assert set(caught.value.fields) == {"section", "text", "finding"}
    with pytest.raises(Refused, match="议程还是空的"):
        agendas.set_agenda(actor=on(office), rights=rights(office), meeting_id=meeting.pk, seen=meeting.version)


# -- held ----------------------------------------------------------------------------------------------------------------


def test_a_meeting_is_held_with_everybody_accounted_for(office: Office, ledger: Inspection) -> None:
    meeting = sync(office, ledger)
    who = {"actor": on(office, "2025-05-30"), "rights": rights(office, "2025-05-30"), "meeting_id": meeting.pk}
    meeting = agendas.assemble_agenda(**who, seen=meeting.version)  # type: ignore[arg-type]
    meeting = agendas.set_agenda(**who, seen=meeting.version)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="至少有一人出席"):
        meetings.hold_meeting(**who, seen=meeting.version, held_on=dt.date(2025, 5, 30))  # type: ignore[arg-type]
    rows = list(Attendance.objects.filter(meeting=meeting))
    with pytest.raises(Invalid, match="缺席的原因"):
        meetings.take_attendance(**who, seen=meeting.version, present=[Present(rows[0].pk, "absent")])  # type: ignore[arg-type]
    said = [Present(rows[0].pk, "absent", "外出学习", "李某某"), *(Present(row.pk, "present") for row in rows[1:-1])]
    meeting = meetings.take_attendance(**who, seen=meeting.version, present=said)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as caught:
        meetings.hold_meeting(**who, seen=meeting.version, held_on=dt.date(2025, 5, 31))  # type: ignore[arg-type]
    assert set(caught.value.fields) == {"held_on", "attendance"}
    last = [*said, Present(rows[-1].pk, "present")]
    meeting = meetings.take_attendance(**who, seen=meeting.version, present=last)  # type: ignore[arg-type]
    meeting = meetings.hold_meeting(**who, seen=meeting.version, held_on=dt.date(2025, 5, 29))  # type: ignore[arg-type]
    assert (meeting.state, meeting.number, meeting.meets_on) == ("held", 1, dt.date(2025, 5, 29))
    assert Event.objects.get(action="meeting.held").after["present"] == len(rows) - 1


def test_numbers_go_by_what_was_held(office: Office, ledger: Inspection) -> None:
    first = sync(office, ledger)
    second = Meeting.objects.filter(series=first.series).order_by("meets_on")[1]
    assert hold(office, second, "2025-05-28").number == 1
    assert hold(office, first, "2025-05-30").number == 2


# -- resolved ------------------------------------------------------------------------------------------------------------


def resolved(office: Office, meeting: Meeting, **values: object) -> Resolution:
    matter = Matter("补齐学习记录", office.departments["教务处"].pk, due_on=dt.date(2025, 6, 6))
    return resolutions.resolve(
        actor=on(office, "2025-05-30"), rights=rights(office, "2025-05-30"), meeting_id=meeting.pk, item_id=None,
        matter=replace(matter, **values),
    )  # fmt: skip


def test_a_resolution_is_tracked_to_its_acceptance(office: Office, ledger: Inspection) -> None:
    finding = Finding.objects.get(inspection=ledger, reference="W003")
    meeting = hold(office, sync(office, ledger))
    one = resolved(office, meeting, finding_id=finding.pk, helping="办公室")
    assert one.number == "碰头会第1次会议第1项"
    told = Notice.objects.filter(key=f"resolution:{one.pk}:assigned")
    assert {notice.person_id for notice in told} == {office.people[role].pk for role in ("handler", "department_head")}
    handler = {"actor": on(office, "2025-06-02", "handler"), "rights": rights(office, "2025-06-02", "handler")}
    one = resolutions.report_resolution(
        **handler, resolution_id=one.pk, seen=one.version, text="已补一半", finished=False
    )
    one = resolutions.report_resolution(**handler, resolution_id=one.pk, seen=one.version, text="已补齐", finished=True)
    assert one.state == "reported"
    head = {
        "actor": on(office, "2025-06-03", "department_head"),
        "rights": rights(office, "2025-06-03", "department_head"),
    }
    with pytest.raises(Refused, match=r"权限|不能由承办单位自己验收"):
        resolutions.accept_resolution(**head, resolution_id=one.pk, seen=one.version, accepted=True, text="")
    check = {"actor": on(office, "2025-06-03", "supervision"), "rights": rights(office, "2025-06-03", "supervision")}
    with pytest.raises(Invalid, match="请填写退回原因"):
        resolutions.accept_resolution(**check, resolution_id=one.pk, seen=one.version, accepted=False, text="")
    one = resolutions.accept_resolution(
        **check, resolution_id=one.pk, seen=one.version, accepted=False, text="缺5月签到"
    )
    one = resolutions.report_resolution(
        **handler, resolution_id=one.pk, seen=one.version, text="已补签到", finished=True
    )
    one = resolutions.accept_resolution(**check, resolution_id=one.pk, seen=one.version, accepted=True, text="属实")
    assert (one.state, [step.code for step in one.steps.all()]) == (
        "accepted", ["progressed", "reported", "returned", "reported", "accepted"],
    )  # fmt: skip
    with pytest.raises(Refused, match="当前状态是“已办结”"):
        resolutions.report_resolution(**handler, resolution_id=one.pk, seen=one.version, text="再报", finished=False)
    assert not list(row_misfits(office.unit.pk, lambda: None))


def test_bad_resolutions_are_refused_by_field(office: Office, ledger: Inspection) -> None:
    planned = sync(office, ledger)
    with pytest.raises(Refused, match="当前状态是“待召开”"):
        resolved(office, planned)
    meeting = hold(office, planned)
    teaching = office.departments["教务处"].pk
    cases: list[tuple[dict[str, object], set[str]]] = [
        ({"matter": ""}, {"matter"}),
        ({"responsible_id": None}, {"responsible"}),
        ({"responsible_id": office.above.pk}, {"responsible"}),
        ({"verifying_id": teaching}, {"verifying"}),
        ({"verifying_id": 987654}, {"verifying"}),
        ({"due_on": dt.date(2025, 5, 29)}, {"due_on"}),
        ({"finding_id": 987654}, {"finding"}),
    ]
    for values, fields in cases:
        with pytest.raises(Invalid) as caught:
            resolved(office, meeting, **values)
        assert set(caught.value.fields) == fields
    assert resolved(office, meeting, due_on=None).due_on == dt.date(2025, 6, 19), "twenty days, by the profile"


def test_what_is_open_comes_back_at_the_next_meeting(office: Office, ledger: Inspection) -> None:
    first = hold(office, sync(office, ledger))
    one = resolved(office, first)
    resolved(office, first, matter="撤销的事项")
    gone = Resolution.objects.get(matter="撤销的事项")
    resolutions.withdraw_resolution(
        actor=on(office, "2025-06-01"), rights=rights(office), resolution_id=gone.pk, seen=gone.version, text="已无必要"
    )
    told = Notice.objects.filter(key=f"resolution:{gone.pk}:withdrawn")
    assert {(one.person_id, one.why) for one in told} == {
        (office.people[role].pk, "已撤销，不再办理：已无必要") for role in ("handler", "department_head")
    }
    second = hold(
        office, Meeting.objects.filter(series=first.series, state="planned").order_by("meets_on")[0], "2025-06-13"
    )
    lines = [item.text for item in second.items.filter(section="last_resolutions")]
    assert lines == ["碰头会第1次会议第1项：补齐学习记录（教务处，2025年6月6日前，已逾期）"]
    one.refresh_from_db()
    assert (one.carried, one.state) == (1, "open")
    assert one.steps.get(code="carried").meeting_id == second.pk


def test_people_are_reminded_once_and_once_more_when_late(office: Office, ledger: Inspection) -> None:
    one = resolved(office, hold(office, sync(office, ledger)))
    told = Notice.objects.filter(key__startswith=f"resolution:{one.pk}:")
    for day, count in (("2025-05-31", 2), ("2025-06-04", 4), ("2025-06-05", 4), ("2025-06-09", 6), ("2025-06-12", 6)):
        for _ in range(2):
            run(office, ledger, day)
        assert told.count() == count, day


def test_attendees_are_invited_once(office: Office, ledger: Inspection) -> None:
    meeting = sync(office, ledger)
    invited = Notice.objects.filter(key=f"meeting:{meeting.pk}:invited")
    assert not invited.exists()
    for day in ("2025-05-27", "2025-05-28"):
        run(office, ledger, day)
    assert invited.count() == Attendance.objects.filter(meeting=meeting).count() > 1
    assert invited[0].why == "请参加，时间：2025年5月30日"


# -- minutes and record --------------------------------------------------------------------------------------------------


def test_minutes_are_frozen_and_corrected_with_a_reason(office: Office, ledger: Inspection) -> None:
    meeting = hold(office, sync(office, ledger))
    resolved(office, meeting)
    who = {"actor": on(office, "2025-05-31"), "rights": rights(office, "2025-05-31"), "meeting_id": meeting.pk}
    meeting = minutes.draft_minutes(**who, seen=meeting.version)  # type: ignore[arg-type]
    assert meeting.minutes[0]["text"].startswith("2025年5月30日，青桐市第九中学召开碰头会第1次会议")
    assert "项整改措施，已完成" in meeting.minutes[1]["text"]
    meeting = minutes.change_minutes(**who, seen=meeting.version, texts={1: "会议听取了汇报。"})  # type: ignore[arg-type]
    with pytest.raises(Invalid) as caught:
        minutes.issue_minutes(**who, seen=meeting.version, scope="", copies=0)  # type: ignore[arg-type]
    assert set(caught.value.fields) == {"scope", "copies"}
    issue = minutes.issue_minutes(**who, seen=meeting.version, scope="各部门", copies=8)  # type: ignore[arg-type]
    content = json.loads(issue.content)
    assert content["paragraphs"][1]["text"] == "会议听取了汇报。"
    assert content["resolutions"][0]["responsible"] == "教务处"
    meeting.refresh_from_db()
    with pytest.raises(Refused, match="当前状态是“纪要已印发”"):
        resolved(office, meeting)
    correct = {**who, "seen": meeting.version, "scope": "各部门", "copies": 8}
    with pytest.raises(Invalid, match="没有改动"):
        minutes.correct_minutes(**correct, texts={}, reason="日期有误")  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="请填写更正原因"):
        minutes.correct_minutes(**correct, texts={1: "更正。"}, reason="")  # type: ignore[arg-type]
    again = minutes.correct_minutes(**correct, texts={1: "更正。"}, reason="表述有误")  # type: ignore[arg-type]
    assert (again.number, MinutesIssue.objects.get(number=1).content == issue.content) == (2, True)
    assert Event.objects.get(action="meeting.issued").after["minutes_hash"] == issue.digest
    told = Notice.objects.filter(key__startswith=f"meeting:{meeting.pk}:minutes")
    assert told.count() == 2 * Attendance.objects.filter(meeting=meeting).count()


def test_the_record_keeps_every_word_and_is_signed_in_order(office: Office, ledger: Inspection) -> None:
    meeting = hold(office, sync(office, ledger))
    item = meeting.items.filter(removed_at=None)[0]
    who = {"actor": on(office, "2025-05-31"), "rights": rights(office, "2025-05-31")}
    with pytest.raises(Invalid) as caught:
        agendas.note_speech(**who, item_id=item.pk, speaker="", words="")
    assert set(caught.value.fields) == {"speaker", "words"}
    agendas.note_speech(**who, item_id=item.pk, speaker="李某某", words="建议本周内完成。")
    Meeting.objects.filter(pk=meeting.pk).update(chair=office.people["principal"], recorder=office.people["office"])
    meeting.refresh_from_db()
    chair = {"actor": on(office, "2025-05-31", "principal"), "rights": rights(office, role="principal")}
    with pytest.raises(Refused, match="先由记录人整改办某某签字"):
        meetings.sign_record(**chair, meeting_id=meeting.pk, seen=meeting.version)
    meeting = meetings.sign_record(**who, meeting_id=meeting.pk, seen=meeting.version)
    assert meeting.record_digest == meetings.record_digest(meeting)
    with pytest.raises(Refused, match="已签字，不能再改"):
        agendas.note_speech(**who, item_id=item.pk, speaker="王某某", words="同意。")
    meeting = meetings.sign_record(**chair, meeting_id=meeting.pk, seen=meeting.version)
    with pytest.raises(Refused, match="已由记录人和主持人签字"):
        meetings.sign_record(**chair, meeting_id=meeting.pk, seen=meeting.version)


# -- who may see ---------------------------------------------------------------------------------------------------------


def test_only_attendees_and_those_over_the_whole_unit_see_a_meeting(office: Office, ledger: Inspection) -> None:
    meeting = sync(office, ledger)
    assert meeting_access.meetings(rights(office, role="department_head")).filter(pk=meeting.pk).exists()
    assert meeting_access.meetings(rights(office, role="discipline")).filter(pk=meeting.pk).exists()
    assert not meeting_access.meetings(rights(office, role="handler")).filter(pk=meeting.pk).exists()
    assert not meeting_access.meetings(rights(office, role="inspection_office")).exists()
    with pytest.raises(Refused):
        meeting_access.meeting(rights(office, role="department_head"), meeting.pk, "meeting.prepare")
    with pytest.raises(Unknown):
        meeting_access.meeting(rights(office, role="handler"), meeting.pk)


def test_a_restricted_finding_is_a_number_to_those_who_may_not_know(office: Office, ledger: Inspection) -> None:
    finding = Finding.objects.get(inspection=ledger, reference="W003")
    Finding.objects.filter(pk=finding.pk).update(layer="restricted")
    Measure.objects.filter(response__findings=finding).update(due_on=dt.date(2025, 5, 12))
    meeting = hold(office, sync(office, ledger))
    lines = meeting.items.filter(finding=finding)
    assert lines.exists()
    words = [measure.text[:8] for measure in Measure.objects.filter(response__findings=finding)]
    assert not [item for item in lines for some in words if some in item.text + item.reported]
    know = office.people["supervision"]
    RestrictedGrant.objects.create(person=know, unit=office.unit, reason="承办", since=dt.date(2025, 1, 1))
    RestrictedGrant.objects.create(
        person=office.people["office"], unit=office.unit, reason="承办", since=dt.date(2025, 1, 1)
    )
    one = resolved(office, meeting, finding_id=finding.pk, matter="退还款项")
    told = Event.objects.get(action="resolution.resolved").after
    assert "退还款项" not in str(told)
    assert meeting_access.resolutions(rights(office, role="supervision")).filter(pk=one.pk).exists()
    assert not meeting_access.resolutions(rights(office, role="handler")).filter(pk=one.pk).exists()
    assert not meeting_access.items(rights(office, role="principal")).filter(finding=finding).exists()
    of_one = ("resolution", str(one.pk))
    assert of_one in hidden_subjects(rights(office, role="principal"), [office.unit.pk])
    assert of_one not in hidden_subjects(rights(office, role="supervision"), [office.unit.pk])


# -- what is kept fits what was told -------------------------------------------------------------------------------------


def test_a_change_behind_the_stores_back_is_found(office: Office, ledger: Inspection) -> None:
    meeting = hold(office, sync(office, ledger))
    one = resolved(office, meeting)
    handler = {"actor": on(office, "2025-06-02", "handler"), "rights": rights(office, "2025-06-02", "handler")}
    resolutions.report_resolution(**handler, resolution_id=one.pk, seen=one.version, text="已补齐", finished=True)
    who = {"actor": on(office, "2025-05-31"), "rights": rights(office, "2025-05-31"), "meeting_id": meeting.pk}
    item = meeting.items.filter(removed_at=None)[0]
    agendas.note_speech(
        actor=on(office), rights=rights(office), item_id=item.pk, speaker="李某某", words="建议本周内完成。"
    )
    Meeting.objects.filter(pk=meeting.pk).update(recorder=office.people["office"])
    meeting.refresh_from_db()
    meeting = meetings.sign_record(**who, seen=meeting.version)  # type: ignore[arg-type]
    meeting = minutes.draft_minutes(**who, seen=meeting.version)  # type: ignore[arg-type]
    issue = minutes.issue_minutes(**who, seen=meeting.version, scope="各部门", copies=8)  # type: ignore[arg-type]

    def found() -> list[str]:
        return [str(misfit) for misfit in meeting_misfits(office.unit.pk, lambda: None)]

    assert found() == []
    tamperings: list[tuple[type[Model], int, dict[str, object], str]] = [
        (Meeting, meeting.pk, {"number": 7}, "第7次会议的次数、日期与第"),
        (Meeting, meeting.pk, {"record_digest": "sha256:0"}, "会议记录与第"),
        (Speech, item.speeches.get().pk, {"words": "同意。"}, "会议记录与第"),
        (AgendaItem, item.pk, {"outcome": "同意"}, "会议记录与第"),
        (Attendance, meeting.attendance.all()[0].pk, {"state": "absent"}, "会议记录与第"),
        (MinutesIssue, issue.pk, {"content": issue.content.replace("教务处", "总务处")}, "印发的内容不符"),
        (MinutesIssue, issue.pk, {"number": 2}, "纪要第1次印发缺失"),
        (Resolution, one.pk, {"matter": "不用办"}, "的内容、时限与第"),
        (Resolution, one.pk, {"due_on": dt.date(2026, 1, 1)}, "的内容、时限与第"),
        (Resolution, one.pk, {"state": "accepted"}, "的办理状态与第"),
        (ResolutionStep, one.steps.get().pk, {"text": "没办"}, "的办理过程与操作记录不符"),
    ]
    for model, pk, values, words in tamperings:
        with transaction.atomic():
            model._default_manager.filter(pk=pk).update(**values)
            assert any(words in misfit for misfit in found()), values
            transaction.set_rollback(True)
    assert found() == []


def test_who_comes_into_a_role_is_put_on_the_list_before_the_meeting(office: Office, ledger: Inspection) -> None:
    meeting = sync(office, ledger)
    new = office.people["archivist"]
    Grant.objects.create(person=new, role="office", scope=office.unit, since=TODAY)
    run(office, ledger, "2025-05-22")
    assert not meeting.attendance.filter(person=new).exists()
    run(office, ledger, "2025-05-28")
    assert meeting.attendance.filter(person=new).exists()
    assert Notice.objects.filter(key=f"meeting:{meeting.pk}:invited", person=new).exists()
