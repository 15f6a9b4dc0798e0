"""How a finding goes: reported on, extended, proved, closed out, each on the days that its course gives."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.core.files.base import ContentFile

from simulated_year.unit import CONFIRMED, DAY, LAST, Row, Unit, rows, words_of, workday, workday_before
from zhenggai.web.ledger.actions import closures
from zhenggai.web.ledger.actions.closures import Choice
from zhenggai.web.ledger.actions.declarations import Declared
from zhenggai.web.ledger.actions.evidence import add_evidence
from zhenggai.web.ledger.actions.extensions import ask_extension, decide_extension
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.closing.demands import Handed
from zhenggai.web.ledger.closing.state import matter_of, seal_of
from zhenggai.web.ledger.models import Closure, Extension, Finding, Measure

FINISHED = {"punctual": -12, "late": 4, "very_late": 21, "hopeless": 47, "silent": -6, "refused": -2, "returned": -14}
"""On which day from the time limit the measures are done, by the course of the finding."""


def plan_findings(unit: Unit) -> None:
    """Plan what everybody is going to do about each finding."""
    for row in rows():
        _plan_finding(unit, row)


def _plan_finding(unit: Unit, row: Row) -> None:
    finding = Finding.objects.get(inspection=unit.inspection, text__contains=row.text)
    measures = list(Measure.objects.filter(response__findings=finding).order_by("order"))
    due = next((measure.due_on for measure in measures if measure.due_on), None)
    done = _done_on(row, due)
    for measure in measures:
        _plan_reports(unit, row, measure.pk, done)
        if row.course == "extended" and due:
            _plan_extension(unit, row, measure.pk, due, granted=True)
        if row.course == "refused" and due:
            _plan_extension(unit, row, measure.pk, due, granted=False)
    if done:
        _plan_closing(unit, row, finding.pk, workday(done, 2))


def _done_on(row: Row, due: dt.date | None) -> dt.date | None:
    if row.course in ("lasting", "lapsing") or due is None:
        return None
    days = 20 if row.course == "extended" else FINISHED[row.course]
    return workday(max(due + days * DAY, CONFIRMED + 3 * DAY))


def _plan_reports(unit: Unit, row: Row, measure: int, done: dt.date | None) -> None:
    """Have a measure reported on before the end of each half-month until it is done; those who are silent only then."""
    day = CONFIRMED + DAY
    while day <= LAST and (done is None or day < done):
        end = dt.date(day.year, day.month, 15) if day.day <= 15 else _month_end(day)
        on = workday_before(end - 2 * DAY)
        if row.course not in ("silent", "hopeless") and on > CONFIRMED and (done is None or on < done):
            unit.acts[on].append(lambda day: _report(unit, row, measure, day, done=False))
        day = end + DAY
    if done:
        unit.acts[done].append(lambda day: _report(unit, row, measure, day, done=True))


def _month_end(day: dt.date) -> dt.date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def _report(unit: Unit, row: Row, measure: int, day: dt.date, *, done: bool) -> None:
    who = f"handler:{row.department}"
    now = Measure.objects.get(pk=measure)
    report_progress(
        actor=unit.actor(who, day), rights=unit.rights(who, day), measure_id=measure, seen=now.version,
        percent=100 if done else min(90, now.percent + 10), completion_status="completed" if done else "ongoing",
        done=f"{row.topic}已按方案完成。" if done else f"{row.topic}正在推进。",
    )  # fmt: skip
    if done:
        text = f"{row.topic}落实记录\n{now.reference}\n{words_of(day)}\n"
        add_evidence(
            actor=unit.actor(who, day), rights=unit.rights(who, day), measure_ids=[measure],
            upload=ContentFile(text.encode(), f"{now.reference}落实记录.txt"),
            declared=Declared(title=f"{now.reference}落实记录", kind="register", formed_on=day, pages=1),
        )  # fmt: skip


def _plan_extension(unit: Unit, row: Row, measure: int, due: dt.date, *, granted: bool) -> None:
    head = f"head:{row.department}"

    def ask(day: dt.date) -> None:
        now = Measure.objects.get(pk=measure)
        ask_extension(
            actor=unit.actor(head, day), rights=unit.rights(head, day), measure_id=measure, seen=now.version,
            until=due + 30 * DAY, reason="需要等待上级批复。", progress="已完成调查摸底。",
        )  # fmt: skip

    def decide(day: dt.date) -> None:
        asked = Extension.objects.get(measure=measure, state="asked")
        decide_extension(
            actor=unit.actor("group", day), rights=unit.rights("group", day), extension_id=asked.pk, seen=asked.version,
            granted=granted, until=due + 30 * DAY if granted else None, note="" if granted else "条件已经具备，应当按期完成。",
        )  # fmt: skip

    asked = workday(due - 9 * DAY)
    unit.plan(asked, ask)
    unit.plan(workday(asked, 2), decide)


def _plan_closing(unit: Unit, row: Row, finding: int, start: dt.date) -> None:
    """Have the close-out applied for and signed; one that is returned comes again after four working days."""
    unit.plan(start, lambda day: _apply(unit, row, finding, day))
    at = workday(start, 1)
    unit.plan(at, lambda day: _sign(unit, row.leader, finding, "reviewed", Handed(), day))
    if row.course == "returned":
        at = workday(at, 2)
        unit.plan(
            at, lambda day: _sign(unit, "supervision", finding, "verification_returned", _returned(unit, day), day)
        )
        at = workday(at, 4)
        unit.plan(at, lambda day: _apply(unit, row, finding, day))
        at = workday(at, 1)
        unit.plan(at, lambda day: _sign(unit, row.leader, finding, "reviewed", Handed(), day))
    at = workday(at, 2)
    unit.plan(at, lambda day: _sign(unit, "supervision", finding, "verified", _verification(unit, day), day))
    at = workday(at, 3)
    unit.plan(at, lambda day: _sign(unit, "group", finding, "approved", _meeting(day), day))
    at = workday(at, 3)
    paper = Handed(document="云巡办〔2025〕18号")
    unit.plan(at, lambda day: _sign(unit, "above", finding, "confirmed", paper, day))


def _verification(unit: Unit, day: dt.date) -> Handed:
    return Handed(
        methods=("documents", "on_site"), verifiers=(unit.people["supervision2"].pk,), verified_on=day,
        findings="查阅记录并到现场核对，与整改情况一致。",
    )  # fmt: skip


def _returned(unit: Unit, day: dt.date) -> Handed:
    return replace(_verification(unit, day), reason="evidence_insufficient", missing="请补充执行记录。")


def _meeting(day: dt.date) -> Handed:
    return Handed(meeting="整改领导小组会议", meeting_number=f"{day:%Y%m%d}", met_on=day)


def _apply(unit: Unit, row: Row, finding: int, day: dt.date) -> None:
    head = f"head:{row.department}"
    now = Finding.objects.select_related("inspection").get(pk=finding)
    open_one = Closure.objects.filter(finding=now, cycle=now.cycle, stage="prepared").first()
    measures = Measure.objects.filter(response__findings=now)
    content: dict[str, Any] = {
        "measures": {one.reference: {"done": "已按方案完成。", "completed_on": str(day - DAY)} for one in measures},
        "institutions": "修订印发办法1项", "long_term": "每学期检查一次", "lateral": "对照排查其他部门，未发现同类问题",
        "criteria": {"measures": "yes", "fact": "yes", "money": "not_applicable", "system": "yes", "lateral": "yes"},
    }  # fmt: skip
    closures.apply_for_closure(
        actor=unit.actor(head, day), rights=unit.rights(head, day), finding_id=finding,
        seen=open_one.version if open_one else None, shown=seal_of(matter_of(now)), content=content,
    )  # fmt: skip


def _sign(unit: Unit, who: str, finding: int, transition: str, handed: Handed, day: dt.date) -> None:
    now = Closure.objects.filter(finding=finding).select_related("finding__inspection").latest("pk")
    closures.sign(
        actor=unit.actor(who, day), rights=unit.rights(who, day),
        choice=Choice(now.pk, now.version, transition, handed, seal_of(matter_of(now.finding))),
    )  # fmt: skip
