"""The demonstration's meetings: one held from agenda to issued minutes, its resolutions on their way, the next one prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.ledger.actions import agendas, meetings, minutes
from zhenggai.web.ledger.actions import resolutions as actions
from zhenggai.web.ledger.actions.meeting_rounds import lay_out_meetings
from zhenggai.web.ledger.actions.meetings import Arrangement, Present
from zhenggai.web.ledger.actions.resolutions import Matter
from zhenggai.web.ledger.models import Finding, Meeting, Resolution

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.audit.chain import Actor
    from zhenggai.web.demonstration.school import School
    from zhenggai.web.ledger.models import Inspection

_BEGUN, _NOW = 13, 37
"""Days after the feedback: the plan is confirmed, and the demonstration's own day."""
_PLACE = "行政楼三楼会议室"
_SPEECHES = (
    ("陈某某", "课后服务的措施已全部落实，巡查记录可供核查；建议其他处室把佐证随时上传，不要集中到月底。"),
    ("朱某某", "九笔大额支出已核查完毕，尚有一笔退款在办，下周可以办结。"),
    ("孙某某", "各处室要对照台账自查，存在困难的及时提出来，由办公室协调。"),
)


def hold_meetings(school: School, inspection: Inspection) -> None:
    """Lay out the meetings, hold the first 碰头会, and prepare the agenda of the next one."""
    for day in (_BEGUN, _NOW):
        lay_out_meetings(actor=_who(school, "zhenggaiban", day)[0], inspection_id=inspection.pk)
    coming = list(Meeting.objects.filter(inspection=inspection, series__kind="sync").order_by("meets_on", "pk"))
    past = [one for one in coming if (one.meets_on - school.feedback).days < _NOW]
    if past:
        _hold(school, past[0])
        for one in past[1:]:
            _cancel(school, one)
    following = next((one for one in coming if one not in past), None)
    if following:
        _prepare(school, following, _NOW)


def _hold(school: School, meeting: Meeting) -> None:
    day = (meeting.meets_on - school.feedback).days
    _prepare(school, meeting, max(_BEGUN, day - 1))
    actor, rights = _who(school, "zhenggaiban", day)
    meeting = agendas.set_agenda(actor=actor, rights=rights, meeting_id=meeting.pk, seen=_seen(meeting))
    rows = list(meeting.attendance.filter(removed_at=None))
    present = [
        Present(row.pk, "absent", "外出培训", "杨某某") if row.name == "吴某某" else Present(row.pk, "present")
        for row in rows
    ]
    meeting = meetings.take_attendance(
        actor=actor, rights=rights, meeting_id=meeting.pk, seen=_seen(meeting), present=present
    )
    meeting = meetings.hold_meeting(
        actor=actor, rights=rights, meeting_id=meeting.pk, seen=_seen(meeting), held_on=meeting.meets_on
    )
    item = meeting.items.filter(section="departments", removed_at=None).order_by("order")[0]
    for speaker, words in _SPEECHES:
        agendas.note_speech(actor=actor, rights=rights, item_id=item.pk, speaker=speaker, words=words)
    _resolve(school, meeting, item.pk, actor, rights)
    meeting = minutes.draft_minutes(actor=actor, rights=rights, meeting_id=meeting.pk, seen=_seen(meeting))
    signer, signing = _who(school, "shuji", min(day + 1, _NOW))
    minutes.issue_minutes(
        actor=signer, rights=signing, meeting_id=meeting.pk, seen=_seen(meeting),
        scope="学校领导班子成员，各处室", copies=12,
    )  # fmt: skip
    _follow(school, meeting, day)


def _resolve(school: School, meeting: Meeting, item: int, actor: Actor, rights: Rights) -> None:
    finding = Finding.objects.filter(inspection=meeting.inspection_id, text__contains="以传阅代替集体学习").first()
    matters: tuple[tuple[str, str, int, int | None], ...] = (
        ("补齐第二党支部学习签到记录，报党政办公室留存", "党政办公室", 4, finding.pk if finding else None),
        ("办结最后一笔应退款项，退款凭证上传系统", "财务室", 40, None),
    )
    for words, place, days, tied in matters:
        due_on: dt.date = school.at((meeting.meets_on - school.feedback).days + days).date()
        matter = Matter(words, school.places[place].pk, due_on=due_on, finding_id=tied)
        actions.resolve(actor=actor, rights=rights, meeting_id=meeting.pk, item_id=item, matter=matter)


def _follow(school: School, meeting: Meeting, day: int) -> None:
    """Let the first resolution be reported done and accepted; the second is still open."""
    if day + 3 > _NOW:
        return
    first = Resolution.objects.get(meeting=meeting, clause=1)
    actor, rights = _who(school, "bangongshi", day + 2)
    first = actions.report_resolution(
        actor=actor, rights=rights, resolution_id=first.pk, seen=first.version, finished=True,
        text="第二党支部4月以来的签到记录已补齐3次，装订后由党政办公室留存。",
    )  # fmt: skip
    actor, rights = _who(school, "ducha", day + 3)
    actions.accept_resolution(
        actor=actor, rights=rights, resolution_id=first.pk, seen=first.version, accepted=True, text="查阅原件，属实。"
    )


def _prepare(school: School, meeting: Meeting, day: int) -> None:
    actor, rights = _who(school, "zhenggaiban", day)
    arrangement = Arrangement("下午4:30", _PLACE, school.people["fushuji"].pk, school.people["zhenggaiban"].pk)
    meetings.arrange_meeting(
        actor=actor, rights=rights, meeting_id=meeting.pk, seen=_seen(meeting), arrangement=arrangement
    )
    agendas.assemble_agenda(actor=actor, rights=rights, meeting_id=meeting.pk, seen=_seen(meeting))


def _cancel(school: School, meeting: Meeting) -> None:
    actor, rights = _who(school, "zhenggaiban", (meeting.meets_on - school.feedback).days)
    meetings.cancel_meeting(
        actor=actor, rights=rights, meeting_id=meeting.pk, seen=_seen(meeting), reason="与校务会合并召开。"
    )


def _seen(meeting: Meeting) -> int:
    return Meeting.objects.values_list("version", flat=True).get(pk=meeting.pk)


def _who(school: School, login: str, days: int) -> tuple[Actor, Rights]:
    actor = school.actor(login, days)
    return actor, rights_of(school.people[login], actor.today)
