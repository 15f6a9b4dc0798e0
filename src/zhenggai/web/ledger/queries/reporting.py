"""填报: what a person has to report in a cycle, each measure with what the ledger knows of it already."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from zhenggai import profile as profiles
from zhenggai.export.numbering import numbered
from zhenggai.web.ledger import access
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import (
    Answer,
    EvidenceLink,
    ExpectedUpdate,
    Measure,
    Occurrence,
    ReportingCycle,
    Resolution,
    SupervisionPaper,
)
from zhenggai.web.ledger.models.rows import CompletionStatus
from zhenggai.workflow.meetings import OPEN
from zhenggai.workflow.papers import OPEN_STATES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from zhenggai.profile import Light
    from zhenggai.web.accounts.rights import Rights

SHOWN = 15
"""Measures that one page takes: who has more sees the next when these are sent."""
_PAST = 4
_STATUS = dict(CompletionStatus.choices)


@dataclass(frozen=True, slots=True)
class CycleTab:
    """A cycle that the person may choose: how many reports it asks of them, and how many are waiting. `closed`: a report is late."""

    id: int
    label: str
    title: str
    start: dt.date
    end: dt.date
    cut_off: dt.date
    light: Light
    closed: bool
    asked: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One measure to report on. `facts` say in Chinese what is known: the last report, new evidence, what was due, open tasks."""

    id: int
    measure_id: int
    reference: str
    text: str
    secret: bool
    due_on: dt.date | None
    light: Light
    percent: int
    status: str
    version: int
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Given:
    """A report that has come: late, or in time."""

    measure_id: int
    reference: str
    text: str
    percent: int | None
    status: str
    late: bool
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ReportingPage:
    """The cycles of a person, the one that is chosen, its measures to report on, those beyond the page, and what has come."""

    tabs: tuple[CycleTab, ...]
    chosen: CycleTab | None
    asked: tuple[Asked, ...]
    more: int
    given: tuple[Given, ...]


def reporting_page(rights: Rights, chosen: int | None = None) -> ReportingPage:
    """Return what the person has to report in the cycle `chosen`, or in the one that ends first of those with something waiting.

    Raises:
        Refused: the person reports on nothing.
    """
    mine = ExpectedUpdate.objects.filter(measure__in=access.measures(rights, "progress.report").values("pk"))
    tabs = _tabs(rights, mine)
    tab = next((one for one in tabs if one.id == chosen), None) or next(
        (one for one in tabs if one.waiting and not one.closed), tabs[0] if tabs else None
    )
    if tab is None:
        return ReportingPage(tabs, None, (), 0, ())
    here = mine.filter(cycle=tab.id).select_related("measure__inspection", "previous", "answer", "cycle")
    waiting = here.filter(answer=None, released_for="").order_by("measure__order", "pk")
    given = here.filter(answer__isnull=False).order_by("measure__order", "pk")
    shown = list(waiting[:SHOWN])
    came = list(given[: 2 * SHOWN])
    secret = access.restricted_measures([one.measure_id for one in (*shown, *came)])
    return ReportingPage(
        tabs, tab, _asked(rights, shown, secret), tab.waiting - len(shown), tuple(_given(one, secret) for one in came)
    )


def _tabs(rights: Rights, mine: QuerySet[ExpectedUpdate]) -> tuple[CycleTab, ...]:
    """Return the open cycles, the one that ends first before the others, and after them past ones in which something is missing."""
    none = Q(answer=None, released_for="")
    counts = mine.filter(Q(cycle__closed_at=None) | none).values("cycle_id")
    counts = counts.annotate(asked=Count("pk", filter=~Q(answer=None) | none), waiting=Count("pk", filter=none))
    facts = counts.values_list("cycle_id", "asked", "waiting")
    found = {pk: (asked, waiting) for pk, asked, waiting in facts if asked}
    rows = ReportingCycle.objects.filter(pk__in=found).select_related("inspection").order_by("cut_off", "pk")
    tabs = []
    for row in rows:
        profile = profile_of(row.inspection.profile)
        closed = row.closed_at is not None or row.cut_off < rights.today
        if closed and not (found[row.pk][1] and profile.reporting.late_taken):
            continue
        left = profiles.days_left(row.cut_off, rights.today)
        soon = left <= profile.reporting.soon_days
        colour = "red" if closed else "yellow" if soon else "calm"
        word = "已截止" if closed else profiles.words_of(left)
        light = profiles.Light(colour, word, word)
        tabs.append(
            CycleTab(
                row.pk, row.label, row.inspection.title, row.start, row.end, row.cut_off, light, closed, *found[row.pk]
            )
        )
    past = [tab for tab in tabs if tab.closed]
    return (*(tab for tab in tabs if not tab.closed), *reversed(past[-_PAST:]))


def _asked(rights: Rights, rows: Sequence[ExpectedUpdate], secret: set[int]) -> tuple[Asked, ...]:
    facts = _Facts([row.measure for row in rows], rows[0].cycle) if rows else None
    found = []
    for row in rows:
        measure = row.measure
        light = profiles.light_of(profile_of(measure.inspection.profile), measure.due_on, rights.today)
        hidden = measure.pk in secret
        found.append(
            Asked(
                id=row.pk,
                measure_id=measure.pk,
                reference=measure.reference,
                text="" if hidden else numbered(measure.number, measure.text),
                secret=hidden,
                due_on=measure.due_on,
                light=light,
                percent=measure.percent,
                status=measure.completion_status,
                version=measure.version,
                facts=() if hidden or facts is None else facts.of(row),
            )
        )
    return tuple(found)


def _given(row: ExpectedUpdate, secret: set[int]) -> Given:
    update = row.answer
    measure = row.measure
    return Given(
        measure.pk,
        measure.reference,
        "" if measure.pk in secret else numbered(measure.number, measure.text),
        update.percent if update else None,
        _STATUS.get(update.completion_status, "") if update else "",
        row.late,
        update.reported_at if update else row.cycle.opened_at,
    )


class _Facts:
    """What is known of some measures of one cycle; a fixed number of questions to the store."""

    def __init__(self, measures: Sequence[Measure], cycle: ReportingCycle) -> None:
        ids = [measure.pk for measure in measures]
        responses = {measure.response_id for measure in measures}
        fresh = EvidenceLink.objects.filter(
            measure__in=ids, removed_at=None, evidence__withdrawn_at=None, linked_at__gte=cycle.opened_at
        )
        self.evidence: dict[int, list[str]] = defaultdict(list)
        for measure, reference in fresh.order_by("pk").values_list("measure_id", "evidence__reference"):
            self.evidence[measure].append(reference)
        due = Occurrence.objects.filter(
            duty__measure__in=ids, withdrawn_at=None, due_on__gte=cycle.start, due_on__lte=cycle.end
        ).order_by("due_on", "pk")
        self.occurrences: dict[int, list[str]] = defaultdict(list)
        for measure, label, done, quota in due.values_list("duty__measure_id", "label", "done", "quota"):
            self.occurrences[measure].append(f"{label}已开展{done}次（要求{quota}次）")
        papers = SupervisionPaper.objects.filter(measure__in=ids, state__in=OPEN_STATES).exclude(state="draft")
        self.papers: dict[int, list[str]] = defaultdict(list)
        for measure, kind, numbered_as, by in papers.values_list("measure_id", "kind", "numbered", "answer_by"):
            words = dict(SupervisionPaper._meta.get_field("kind").choices or ()).get(kind, "")  # noqa: SLF001 — Django's way
            self.papers[measure].append(f"{words}{numbered_as}" + (f"，{_day(by)}前答复" if by else ""))
        answers = Answer.objects.filter(response__in=responses).values_list("response_id", "finding_id")
        findings: dict[int, set[int]] = defaultdict(set)
        for response, finding in answers:
            findings[response].add(finding)
        open_tasks = Resolution.objects.filter(
            finding__in={one for some in findings.values() for one in some}, state__in=OPEN
        ).order_by("due_on")
        tasks: dict[int | None, list[str]] = defaultdict(list)
        for finding_id, number, by in open_tasks.values_list("finding_id", "number", "due_on"):
            tasks[finding_id].append(f"{number}，{_day(by)}前完成")
        self.tasks = {
            measure.pk: [words for finding in sorted(findings[measure.response_id]) for words in tasks[finding]]
            for measure in measures
        }

    def of(self, row: ExpectedUpdate) -> tuple[tuple[str, str], ...]:
        """Return (what, words) of one measure, nothing where there is nothing to say."""
        pk = row.measure_id
        last = row.previous
        found = []
        if last:
            percent = f"，{last.percent}%" if last.percent is not None else ""
            found.append((f"上次（{profiles.label_of(last.cycle)}{percent}）", last.done))
            if last.next_step:
                found.append(("上次写明的下一步", last.next_step))
        for what, words in (
            ("本期新增佐证", self.evidence[pk]), ("本期周期任务", self.occurrences[pk]), ("督办文书", self.papers[pk]),
            ("议定事项", self.tasks[pk]),
        ):  # fmt: skip
            if words:
                found.append((what, "；".join(words)))
        return tuple(found)


def waiting_tabs(rights: Rights) -> tuple[CycleTab, ...]:
    """Return the open cycles in which something of the person's waits, the one that ends first before the others."""
    if not rights.may("progress.report"):
        return ()
    mine = ExpectedUpdate.objects.filter(measure__in=access.measures(rights, "progress.report").values("pk"))
    return tuple(tab for tab in _tabs(rights, mine) if tab.waiting and not tab.closed)


def _day(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"


def sheet_choices(rights: Rights) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    """Return (cycle, label, departments) of the cycles for which the person may send sheets: the open ones and the last that are closed."""
    waiting = ExpectedUpdate.objects.filter(answer=None, released_for="")
    whole = rights.may_in("reporting.collect", rights.unit_id)
    waiting = waiting.filter(unit=rights.unit_id) if whole else waiting.filter(department__in=rights.departments)
    departments: dict[int, dict[str, None]] = defaultdict(dict)
    for cycle, names in waiting.order_by("measure__order").values_list("cycle_id", "departments"):
        if names:
            departments[cycle].setdefault(names[0])
    rows = ReportingCycle.objects.filter(pk__in=departments).order_by("-cut_off", "-pk")[:_PAST]
    return tuple(
        (row.pk, f"{row.label}{'（已截止）' if row.closed_at else ''}", tuple(departments[row.pk])) for row in rows
    )
