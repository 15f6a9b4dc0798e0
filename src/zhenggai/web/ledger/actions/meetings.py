"""会议: called, arranged, moved, cancelled, attended, held, its record signed. Each is a step of workflow.meetings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max

from zhenggai.text import day_words
from zhenggai.web.accounts.models import Person
from zhenggai.web.audit.chain import Actor, Subject, hold_chain, record
from zhenggai.web.faults import Invalid, Refused, Stale
from zhenggai.web.ledger import access, meeting_access
from zhenggai.web.ledger.actions.duties import move_occurrence, report_occurrence
from zhenggai.web.ledger.actions.meeting_notices import called, tell_attendees
from zhenggai.web.ledger.actions.meeting_rounds import fill_attendance
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.closing.state import canonical, digest
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import Attendance, Meeting, MeetingSeries, Resolution, ResolutionStep
from zhenggai.workflow.meetings import (
    OPEN,
    fault_of_held_date,
    fault_of_new_date,
    faults_of_words,
    refusal_of_meeting,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from zhenggai.web.accounts.rights import Rights

ATTENDANCE = {"present": "出席", "absent": "请假"}
PARTS = {"attend": "参会", "observe": "列席"}
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Arrangement:
    """When, where and by whom a meeting is held; a person by id, None for nobody yet."""

    starts_at: str = ""
    place: str = ""
    chair_id: int | None = None
    recorder_id: int | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """What is said of one attendee: `state` is a code of ATTENDANCE or "", with the reason and the deputy of who is absent."""

    attendance_id: int
    state: str
    reason: str = ""
    deputy: str = ""


def call_meeting(
    *, actor: Actor, rights: Rights, series_id: int, label: str, meets_on: dt.date | None, arrangement: Arrangement
) -> Meeting:
    """Call a meeting beside the rhythm of its series.

    Raises:
        Invalid: fields `series`, `label`, `meets_on`, `starts_at`, `place`, `chair` or `recorder`.
    """
    series = MeetingSeries.objects.select_related("inspection").filter(pk=series_id).first()
    if series is None or not access.inspections(rights, "meeting.prepare").filter(pk=series.inspection_id).exists():
        access.require(rights, "meeting.prepare", rights.unit_id)
        raise Invalid({"series": "请选择会议类别。"})
    faults = faults_of_words({"label": (label, "会议期次或事由")}, longest=100)
    if fault := fault_of_new_date(meets_on, actor.today):
        faults["meets_on"] = fault
    faults |= _faults_of(arrangement, series.unit_id)
    if faults or meets_on is None:
        raise Invalid(faults)
    with transaction.atomic():
        hold_chain(series.unit_id)
        count = Meeting.objects.filter(series=series, key__startswith="c").count()
        meeting = Meeting.objects.create(
            unit_id=series.unit_id, inspection_id=series.inspection_id, series=series, key=f"c{count + 1}",
            label=label.strip(), scheduled_on=meets_on, meets_on=meets_on, created_at=actor.at, **_values(arrangement),
        )  # fmt: skip
        custom = profile_of(series.inspection.profile).meeting(series.kind)
        if custom is not None:
            fill_attendance([meeting], custom, actor.today)
        _record(actor, meeting, "called", after={"meets_on": meets_on})
    return meeting


def arrange_meeting(*, actor: Actor, rights: Rights, meeting_id: int, seen: int, arrangement: Arrangement) -> Meeting:
    """Say when on the day, where, who chairs and who records.

    Raises:
        Invalid: fields `starts_at`, `place`, `chair` or `recorder`.
        Unknown, Refused, Stale: as usual.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "arranged")
        if faults := _faults_of(arrangement, meeting.unit_id):
            raise Invalid(faults)
        before = _told(meeting)
        change(meeting, seen=seen, values=_values(arrangement), subject_type="meeting")
        _record(actor, meeting, "arranged", before=before, after=_told(meeting))
    return meeting


def move_meeting(
    *, actor: Actor, rights: Rights, meeting_id: int, seen: int, meets_on: dt.date | None, reason: str
) -> Meeting:
    """Set another day; it stays whatever becomes of the rhythm, and the attendees are told. The occurrence of the plan's arrangement goes along.

    Raises:
        Invalid: fields `meets_on` or `reason`.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "moved")
        faults = faults_of_words({"reason": (reason, "调整原因")}, longest=_LONGEST_REASON)
        if fault := fault_of_new_date(meets_on, actor.today):
            faults["meets_on"] = fault
        elif meets_on == meeting.meets_on:
            faults["meets_on"] = "日期没有变化。"
        if faults or meets_on is None:
            raise Invalid(faults)
        before = meeting.meets_on
        change(meeting, seen=seen, values={"meets_on": meets_on, "moved": True}, subject_type="meeting")
        _record(
            actor, meeting, "moved", before={"meets_on": before}, after={"meets_on": meets_on}, reason=reason.strip()
        )
        _take_occurrence_along(actor, rights, meeting, reason)
        tell_attendees(
            actor=actor,
            meeting=meeting,
            key=f"moved:{meeting.version}",
            why=f"会议改在{day_words(meets_on)}召开：{reason.strip()}",
        )
    return meeting


def cancel_meeting(*, actor: Actor, rights: Rights, meeting_id: int, seen: int, reason: str) -> Meeting:
    """Call a meeting off, with a reason; the attendees are told.

    Raises:
        Invalid: field `reason`.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "cancelled")
        if faults := faults_of_words({"reason": (reason, "取消原因")}, longest=_LONGEST_REASON):
            raise Invalid(faults)
        values = {"state": "cancelled", "cancel_reason": reason.strip()}
        change(meeting, seen=seen, values=values, subject_type="meeting")
        _record(actor, meeting, "cancelled", reason=reason.strip())
        tell_attendees(actor=actor, meeting=meeting, key="cancelled", why=f"会议取消：{reason.strip()}")
    return meeting


def add_attendee(
    *, actor: Actor, rights: Rights, meeting_id: int, person_id: int | None, name: str, post: str, part: str
) -> Attendance:
    """Put somebody on the list: a person of the unit, or a name.

    Raises:
        Invalid: fields `name`, `post` or `part`.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "attendance_taken")
        person = Person.objects.filter(pk=person_id, unit_id=meeting.unit_id).first() if person_id else None
        called_so = person.name if person else name.strip()
        faults = faults_of_words({"name": (called_so, "姓名")}, longest=50)
        faults |= faults_of_words({"post": (post, "单位职务")}, longest=100, needed=False)
        if part not in PARTS:
            faults["part"] = "请选择参会或者列席。"
        if not faults and Attendance.objects.filter(meeting=meeting, name=called_so, removed_at=None).exists():
            faults["name"] = "名单中已有此人。"
        if faults:
            raise Invalid(faults)
        values = {"name": called_so, "post": post.strip(), "part": part, "removed_at": None}
        last = meeting.attendance.aggregate(last=Max("order"))["last"] or 0
        row = person and Attendance.objects.filter(meeting=meeting, person=person).first()
        row = row or Attendance(unit_id=meeting.unit_id, meeting=meeting, person=person, order=last + 1)
        for field, value in values.items():
            setattr(row, field, value)
        row.save()
        _record(actor, meeting, "attendee_set", after={"name": called_so, "part": PARTS[part]})
    return row


def remove_attendee(*, actor: Actor, rights: Rights, meeting_id: int, attendance_id: int) -> None:
    """Take somebody off the list.

    Raises:
        Refused: the person is not on it.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "attendance_taken")
        row = Attendance.objects.filter(pk=attendance_id, meeting=meeting, removed_at=None).first()
        if row is None:
            raise Refused("名单中没有此人，可能已被移出，请刷新后查看。")
        row.removed_at = actor.at
        row.save(update_fields=["removed_at"])
        _record(actor, meeting, "attendee_removed", before={"name": row.name})


def take_attendance(*, actor: Actor, rights: Rights, meeting_id: int, seen: int, present: Sequence[Present]) -> Meeting:
    """Say who was there, who was not and why, and who came instead.

    Raises:
        Invalid: fields `reason:id` and `deputy:id`.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "attendance_taken")
        rows = {row.pk: row for row in Attendance.objects.filter(meeting=meeting, removed_at=None)}
        faults = {}
        for one in present:
            if one.state == "absent" and not one.reason.strip():
                faults[f"reason:{one.attendance_id}"] = (
                    f"请填写{rows[one.attendance_id].name}缺席的原因。" if one.attendance_id in rows else ""
                )
            if len(one.reason) > 200:
                faults[f"reason:{one.attendance_id}"] = "缺席原因请控制在200字以内。"
            if len(one.deputy) > 50:
                faults[f"deputy:{one.attendance_id}"] = "代会人员请控制在50字以内。"
        if faults := {name: words for name, words in faults.items() if words}:
            raise Invalid(faults)
        change(meeting, seen=seen, values={}, subject_type="meeting")
        told: dict[str, str] = {}
        for one in present:
            row = rows.get(one.attendance_id)
            if row is None or one.state not in ("", *ATTENDANCE):
                continue
            absent = one.state == "absent"
            row.state, row.reason = one.state, one.reason.strip() if absent else ""
            row.deputy = one.deputy.strip() if absent else ""
            told[row.name] = ATTENDANCE.get(row.state, "未登记") + (f"：{row.reason}" if row.reason else "")
        Attendance.objects.bulk_update(rows.values(), ["state", "reason", "deputy"])
        _record(actor, meeting, "attendance_taken", after=told)
    return meeting


def hold_meeting(*, actor: Actor, rights: Rights, meeting_id: int, seen: int, held_on: dt.date | None) -> Meeting:
    """Say that the meeting was held: it gets its number, open resolutions on its agenda are carried over, the plan's arrangement is reported on.

    Raises:
        Invalid: fields `held_on` or `attendance`.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "held")
        faults = {}
        if fault := fault_of_held_date(held_on, actor.today):
            faults["held_on"] = fault
        rows = list(Attendance.objects.filter(meeting=meeting, removed_at=None))
        unsaid = [row.name for row in rows if not row.state]
        if not any(row.state == "present" for row in rows):
            faults["attendance"] = "请先登记出席情况，至少有一人出席。"
        elif unsaid:
            named = "、".join(unsaid[:5]) + ("等" if len(unsaid) > 5 else "")
            faults["attendance"] = f"还有{len(unsaid)}人没有登记出席情况：{named}。"
        if faults or held_on is None:
            raise Invalid(faults)
        MeetingSeries.objects.filter(pk=meeting.series_id).update(last_number=F("last_number") + 1)
        meeting.series.refresh_from_db(fields=["last_number"])
        values: dict[str, Any] = {"state": "held", "number": meeting.series.last_number, "meets_on": held_on}
        change(meeting, seen=seen, values=values, subject_type="meeting")
        carried = _carry_over(actor, meeting)
        after = {"number": meeting.number, "meets_on": held_on, "present": sum(row.state == "present" for row in rows)}
        _record(actor, meeting, "held", after=after | ({"carried": carried} if carried else {}))
        _report_occurrence(actor, rights, meeting)
    return meeting


def sign_record(*, actor: Actor, rights: Rights, meeting_id: int, seen: int) -> Meeting:
    """Sign the record, first who recorded, then who chaired; from then on it cannot be changed.

    Raises:
        Refused: the person is neither, has signed, or it is not yet the person's turn.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "record_signed")
        values: dict[str, Any] = {}
        if meeting.recorder_signed_at is None:
            if actor.person_id != meeting.recorder_id:
                raise Refused(f"会议记录先由记录人{_name(meeting.recorder)}签字。")
            values = {"recorder_signed_at": actor.at, "record_digest": record_digest(meeting)}
        elif meeting.chair_signed_at is None:
            if actor.person_id != meeting.chair_id:
                raise Refused(f"记录人已签字，现由主持人{_name(meeting.chair)}签字。")
            values = {"chair_signed_at": actor.at}
        else:
            raise Refused("会议记录已由记录人和主持人签字。")
        change(meeting, seen=seen, values=values, subject_type="meeting")
        _record(actor, meeting, "record_signed", after={"hash": meeting.record_digest})
    return meeting


def record_digest(meeting: Meeting, algorithm: str | None = None) -> str:
    """Return algorithm and hash of the record as it stands: who was there and what everybody said."""
    algorithm = algorithm or settings.EVENT_HASH
    items = meeting.items.filter(removed_at=None).prefetch_related("speeches").order_by("order", "pk")
    content = {
        "meeting": meeting.pk,
        "number": meeting.number,
        "on": meeting.meets_on.isoformat(),
        "attendance": [
            [row.name, row.post, row.part, row.state, row.reason, row.deputy]
            for row in meeting.attendance.filter(removed_at=None).order_by("order", "pk")
        ],
        "items": [
            [item.text, item.reported, item.outcome]
            + [[one.speaker, one.words] for one in item.speeches.all() if one.removed_at is None]
            for item in items
        ],
    }
    return f"{algorithm}:{digest(canonical(content), algorithm)}"


def load(rights: Rights, meeting_id: int, code: str) -> Meeting:
    """Return the meeting, with the unit's chain held, if the person may take the step `code` from where it stands.

    Raises:
        Unknown, Refused: as `meeting_access.meeting`, or it is in another state.
    """
    from zhenggai.workflow.meetings import MEETING_STEPS  # noqa: PLC0415 — beside its only use

    act = MEETING_STEPS[code].act
    meeting = meeting_access.meeting(rights, meeting_id, act)
    hold_chain(meeting.unit_id)
    meeting = meeting_access.meeting(rights, meeting_id, act)
    if refusal := refusal_of_meeting(code, meeting.state):
        raise Refused(refusal)
    if meeting.recorder_signed_at is not None and code in ("attendance_taken", "noted"):
        raise Refused("会议记录已签字，不能再改。")
    return meeting


def record_meeting(actor: Actor, meeting: Meeting, act: str, **told: Any) -> None:
    """Record one event about the meeting; `told` are `before`, `after` and `reason`."""
    _record(actor, meeting, act, **told)


def _record(actor: Actor, meeting: Meeting, act: str, **told: Any) -> None:
    subject = Subject("meeting", meeting.pk, called(meeting))
    record(unit_id=meeting.unit_id, actor=actor, action=f"meeting.{act}", subject=subject, **told)


def _faults_of(arrangement: Arrangement, unit_id: int) -> dict[str, str]:
    faults = faults_of_words({"starts_at": (arrangement.starts_at, "开始时间")}, longest=20, needed=False)
    faults |= faults_of_words({"place": (arrangement.place, "地点")}, longest=100, needed=False)
    chosen = {"chair": arrangement.chair_id, "recorder": arrangement.recorder_id}
    known = set(
        Person.objects.filter(pk__in=filter(None, chosen.values()), unit_id=unit_id).values_list("pk", flat=True)
    )
    return faults | {
        name: "请从本单位人员中选择。" for name, person in chosen.items() if person is not None and person not in known
    }


def _values(arrangement: Arrangement) -> dict[str, Any]:
    return {
        "starts_at": arrangement.starts_at.strip(),
        "place": arrangement.place.strip(),
        "chair_id": arrangement.chair_id,
        "recorder_id": arrangement.recorder_id,
    }


def _told(meeting: Meeting) -> dict[str, str]:
    """Return what an event says of the arrangement: people by name."""
    return {
        "starts_at": meeting.starts_at,
        "place": meeting.place,
        "chair": meeting.chair.name if meeting.chair else "",
        "recorder": meeting.recorder.name if meeting.recorder else "",
    }


def _carry_over(actor: Actor, meeting: Meeting) -> int:
    """Count the open resolutions on the agenda as carried over by this meeting."""
    rows = Resolution.objects.filter(
        pk__in=meeting.items.filter(removed_at=None, resolution__isnull=False).values("resolution"), state__in=OPEN
    )
    ids = list(rows.values_list("pk", flat=True))
    Resolution.objects.filter(pk__in=ids).update(carried=F("carried") + 1, version=F("version") + 1)
    ResolutionStep.objects.bulk_create(
        ResolutionStep(
            unit_id=meeting.unit_id, resolution_id=pk, code="carried", person_id=actor.person_id,
            person_name=actor.name, meeting=meeting, at=actor.at,
        )
        for pk in ids
    )  # fmt: skip
    return len(ids)


def _report_occurrence(actor: Actor, rights: Rights, meeting: Meeting) -> None:
    """Report on the arrangement of the plan that the meeting fulfils, so that nobody is asked for it a second time.

    A meeting held outside its period does not count for it: the occurrence stays missed.
    """
    row = meeting.occurrence
    if row is None or meeting.reported or row.withdrawn_at is not None or row.done >= row.quota:
        return
    try:
        with transaction.atomic():
            report_occurrence(
                actor=actor, rights=rights, occurrence_id=row.pk, seen=row.version, count=1, held_on=meeting.meets_on,
                text=f"已召开{called(meeting)}。",
            )  # fmt: skip
            Meeting.objects.filter(pk=meeting.pk).update(reported=True)
            meeting.reported = True
    except (Invalid, Refused, Stale):
        return


def _take_occurrence_along(actor: Actor, rights: Rights, meeting: Meeting, reason: str) -> None:
    row = meeting.occurrence
    if row is None or row.due_on >= meeting.meets_on or row.quota > 1:
        return
    try:
        with transaction.atomic():
            move_occurrence(
                actor=actor, rights=rights, occurrence_id=row.pk, seen=row.version, due_on=meeting.meets_on,
                reason=reason,
            )  # fmt: skip
    except (Invalid, Refused, Stale):
        return


def _name(person: Person | None) -> str:
    return person.name if person else "（未确定）"
