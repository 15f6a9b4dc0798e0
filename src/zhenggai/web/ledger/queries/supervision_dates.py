"""Days that supervision gives: meetings and what they resolved, papers to be answered, days by which to report."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from zhenggai import profile as profiles
from zhenggai.web.ledger import access
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.cycles import schedule_of
from zhenggai.web.ledger.models import Attendance, Meeting, ReportingCycle, Resolution
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.web.ledger.queries.closure_queues import UNSAID
from zhenggai.web.ledger.queries.dated import Asked, Entry
from zhenggai.workflow.meetings import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOUR = re.compile(r"(上午|下午|晚上?|中午)?\s*(\d{1,2})[:：时点](\d{2}|半)?")
_ANSWERABLE = ("served", "received", "rejected")
"""States of a paper that waits for an answer."""
_LONGEST_MEETING = 120
"""Minutes that a calendar keeps free for a meeting, whose end nobody knows."""


def meetings(asked: Asked) -> Iterator[Entry]:
    """Yield meetings: the person's own, or all of the units whose ledgers the person sees whole."""
    rights = asked.rights
    if not rights.may("meeting.read"):
        return
    invited = Attendance.objects.filter(person__in=rights.people, removed_at=None).values("meeting_id")
    condition = Q(pk__in=invited) | Q(chair__in=rights.people) | Q(recorder__in=rights.people)
    if not asked.mine:
        condition |= access.in_units(rights, "meeting.read")
    rows = Meeting.objects.filter(condition, asked.within("meets_on")).select_related("series")
    if asked.gone_since is None:
        rows = rows.exclude(state="cancelled")
    for row in rows.order_by("meets_on", "pk"):
        yield Entry(
            uid=f"meeting-{row.pk}", kind="meeting", start=row.meets_on, last=row.meets_on,
            title=row.series.name, detail=row.label, screen="meeting", argument=row.pk, sequence=row.version,
            cancelled=row.state == "cancelled", begins=_moment(row.meets_on, row.starts_at), minutes=_LONGEST_MEETING,
            place=row.place,
        )  # fmt: skip


def resolutions(asked: Asked) -> Iterator[Entry]:
    """Yield what meetings have resolved, by the day until which it is to be done."""
    rights = asked.rights
    condition = Q(responsible__in=rights.departments) | Q(verifying__in=rights.departments)
    if not asked.mine:
        condition |= access.in_units(rights, "meeting.read")
    secret = Q(finding__layer=Layer.RESTRICTED) & ~Q(finding__unit__in=rights.restricted_units)
    rows = Resolution.objects.filter(condition, asked.within("due_on")).exclude(secret)
    if asked.gone_since is None:
        rows = rows.exclude(state="withdrawn")
    for row in rows.select_related("finding", "inspection").order_by("due_on", "pk"):
        done = row.state not in (*OPEN, "withdrawn")
        unsaid = row.finding is not None and row.finding.layer == Layer.RESTRICTED
        yield Entry(
            uid=f"resolution-{row.pk}", kind="resolution", start=row.due_on, last=row.due_on,
            title=UNSAID if unsaid else row.matter, detail=row.number, screen="resolution", argument=row.pk,
            sequence=row.version, done=done, cancelled=row.state == "withdrawn",
            light=profiles.light_of(profile_of(row.inspection.profile), row.due_on, rights.today, done=done),
        )  # fmt: skip


def papers(asked: Asked) -> Iterator[Entry]:
    """Yield the papers that wait for an answer; of what each is about nothing is said."""
    rights = asked.rights
    rows = access.papers(rights).filter(asked.within("answer_by"), state__in=_ANSWERABLE)
    if asked.mine:
        rows = rows.filter(Q(recipients__person__in=rights.people) | Q(department__in=rights.departments)).distinct()
    for row in rows.select_related("inspection").order_by("answer_by", "pk"):
        if row.answer_by:
            yield Entry(
                uid=f"paper-{row.pk}", kind="paper", start=row.answer_by, last=row.answer_by, title=row.called,
                detail=row.inspection.title, screen="paper", argument=row.pk, sequence=row.version,
                light=profiles.light_of(profile_of(row.inspection.profile), row.answer_by, rights.today, done=False),
            )  # fmt: skip


def cut_offs(asked: Asked) -> Iterator[Entry]:
    """Yield the days by which the progress of a cycle has to be reported: as they were set, and for what is not open yet by the profile."""
    rows = ReportingCycle.objects.filter(
        inspection__in=asked.inspections, cut_off__gte=asked.start - dt.timedelta(days=100)
    )
    opened = {(row.inspection_id, row.key): row for row in rows}
    for one in asked.inspections:
        days = {
            window.key: (window.label, window.cut_off, 0)
            for window in schedule_of(one).windows("", asked.start, asked.last)
        }
        days |= {key: (row.label, row.cut_off, row.version) for (pk, key), row in opened.items() if pk == one.pk}
        for key, (label, day, version) in days.items():
            if asked.start <= day <= asked.last:
                yield Entry(
                    uid=f"cutoff-{one.pk}-{key}", kind="cutoff", start=day, last=day, title=f"填报截止：{label}",
                    detail=one.title, screen="ledger", argument=one.pk, sequence=one.version + version,
                )  # fmt: skip


def _moment(day: dt.date, words: str) -> dt.datetime | None:
    """Return the moment that "14:30", "14时30分" or "下午2点半" is on the day; None for what is no hour."""
    found = _HOUR.match(words.strip())
    if not found:
        return None
    half, hour = found[1] or "", int(found[2])
    minute = 30 if found[3] == "半" else int(found[3] or 0)
    if half and half != "上午" and hour < 12 and not (half == "中午" and hour > 2):  # 中午11时 is before noon
        hour += 12
    if hour > 23 or minute > 59:
        return None
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))
