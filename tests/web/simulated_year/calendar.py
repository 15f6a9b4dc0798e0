"""What came about in the year, one line each: the day, what it was, whose, and how it ended."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from simulated_year.unit import Unit, local
from zhenggai.web.ledger.models import (
    Closure,
    ExpectedUpdate,
    Extension,
    Meeting,
    Notice,
    Occurrence,
    Reminder,
    Resolution,
    SupervisionPaper,
)
from zhenggai.workflow.notices import KINDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator


def calendar_of(unit: Unit) -> list[str]:
    """Return the calendar in order of days."""
    parts = (_occurrences, _extensions, _closings, _papers, _meetings, _resolutions, _cycles, _reminders, _notices)
    return sorted(line for part in parts for line in part(unit))


def _occurrences(unit: Unit) -> Iterator[str]:
    found = Occurrence.objects.filter(inspection=unit.inspection, due_on__lte=unit.today)
    for one in found.select_related("duty__measure", "duty__mechanism"):
        whose = one.duty.measure.reference if one.duty.measure else getattr(one.duty.mechanism, "name", "")
        short = one.shortfall(unit.today)
        state = "取消" if one.withdrawn_at else f"缺{short}次" if short else f"完成{one.done}次"
        yield f"{one.due_on}\t周期任务\t{whose}\t{one.label}\t{state}"


def _extensions(unit: Unit) -> Iterator[str]:
    for one in Extension.objects.filter(inspection=unit.inspection).select_related("measure"):
        answer = f"{one.get_state_display()}{one.granted_until or ''}"
        decided = local(one.decided_at) if one.decided_at else ""
        yield f"{local(one.asked_at)}\t延期\t{one.measure.reference}\t申请延至{one.until}\t{decided}{answer}"


def _closings(unit: Unit) -> Iterator[str]:
    for one in Closure.objects.filter(finding__inspection=unit.inspection).select_related("finding"):
        for step in one.steps.exclude(transition="prepared"):
            yield f"{local(step.at)}\t销号\t{one.finding.reference}\t第{one.attempt}次\t{step.transition}"


def _papers(unit: Unit) -> Iterator[str]:
    found = SupervisionPaper.objects.filter(inspection=unit.inspection)
    for one in found.select_related("measure", "finding", "department"):
        about = one.measure.reference if one.measure else one.finding.reference if one.finding else str(one.department)
        end = f"{local(one.ended_at)}" if one.ended_at else ""
        yield f"{local(one.proposed_at)}\t督办\t{about}\t{one.level_name}·{one.numbered or '未编号'}\t{end}{one.get_state_display()}"


def _meetings(unit: Unit) -> Iterator[str]:
    for one in Meeting.objects.filter(inspection=unit.inspection, scheduled_on__lte=unit.today).select_related(
        "series"
    ):
        number = f"第{one.number}次" if one.number else ""
        yield f"{one.scheduled_on}\t会议\t{one.series.name}\t{one.label}\t{one.meets_on if one.number else ''}{one.state}{number}"


def _resolutions(unit: Unit) -> Iterator[str]:
    for one in Resolution.objects.filter(inspection=unit.inspection).select_related("responsible"):
        closed = local(one.closed_at) if one.closed_at else ""
        yield f"{one.due_on}\t议定事项\t{one.responsible}\t{one.number}\t{closed}{one.state}，结转{one.carried}次"


def _cycles(unit: Unit) -> Iterator[str]:
    counts: Counter[tuple[object, ...]] = Counter()
    for one in ExpectedUpdate.objects.filter(cycle__inspection=unit.inspection).select_related("cycle", "department"):
        state = "迟报" if one.late else "已报" if one.answer_id else ("不用填报" if one.released_for else "未报")
        counts[one.cycle.cut_off, one.cycle.label, str(one.department), state] += 1
    for (cut_off, label, department, state), count in counts.items():
        yield f"{cut_off}\t填报\t{department}\t{label}\t{state}{count}项"


def _reminders(unit: Unit) -> Iterator[str]:
    found = Reminder.objects.filter(inspection=unit.inspection).select_related("measure", "occurrence__duty__measure")
    for one in found:
        duty = one.occurrence.duty if one.occurrence else None
        whose = one.measure.reference if one.measure else str(duty.measure.reference if duty and duty.measure else "")
        what = f"周期任务{one.occurrence.label}" if one.occurrence else "措施"
        yield f"{one.day}\t提醒\t{whose}\t{what}应于{one.due_on}\t{one.days_left}"


def _notices(unit: Unit) -> Iterator[str]:
    """Say how many notices of a kind went out on a day, and to how many people; no two are the same to one person."""
    people: dict[tuple[dt.date, str], Counter[int]] = defaultdict(Counter)
    for day, kind, person in Notice.objects.filter(inspection=unit.inspection).values_list("day", "kind", "person"):
        people[day, kind][person] += 1
    for (day, kind), counts in people.items():
        yield f"{day}\t消息\t{KINDS[kind]}\t{counts.total()}条\t{len(counts)}人"
