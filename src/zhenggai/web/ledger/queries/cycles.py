"""填报情况: which departments have reported in a cycle, who is missing, and what a person has to report."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.deadline import cycle_of, following
from zhenggai.export.numbering import numbered
from zhenggai.web.accounts.models import Person
from zhenggai.web.ledger import access
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.cycles import cycles_now, schedule_of
from zhenggai.web.ledger.models import Assignment, ExpectedUpdate, Measure, ReportingCycle
from zhenggai.web.ledger.queries.closure_queues import UNSAID
from zhenggai.web.ledger.recipients import OWNERS, answerable, findings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Inspection
    from zhenggai.workflow.reporting import Standing


def current_label(inspection: Inspection, today: dt.date) -> str:
    """Return what the cycle of the day is called in which most measures of the inspection report."""
    schedule = schedule_of(inspection)
    window = schedule.window("", max(today, schedule.since))
    return window.label if window else ""


def departments_now(
    measures: QuerySet[Measure], inspection: Inspection, today: dt.date
) -> tuple[tuple[str, int, int], ...]:
    """Return (department, open measures, of these reported on in the cycle of the day), the most behind first."""
    found = list(measures.only("pk", "response_id", "rectification_class", "inspection_id"))
    for measure in found:
        measure.inspection = inspection
    cycles = cycles_now(found, today)
    acting = Assignment.objects.filter(inspection=inspection, role=Assignment.Role.RESPONSIBLE_DEPARTMENT, until=None)
    by_response: dict[int, set[str]] = defaultdict(set)
    for response, name in acting.values_list("response_id", "name"):
        by_response[response].add(name)
    owed: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for measure in found:
        for name in by_response[measure.response_id]:
            owed[name] += 1
            given[name] += not cycles[measure.pk].waiting
    return tuple(sorted(((name, owed[name], given[name]) for name in owed), key=lambda row: (row[2] - row[1], row[0])))


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """How one department stands in a cycle, in measures."""

    name: str
    counts: Mapping[Standing, int]

    @property
    def owed(self) -> int:
        """How many reports are asked for, those not needed left out."""
        return sum(count for standing, count in self.counts.items() if standing != "released")

    @property
    def given(self) -> int:
        """How many have come, late ones among them."""
        return self.counts["reported"] + self.counts["late"]


@dataclass(frozen=True, slots=True)
class MissingLine:
    """A measure without a report, with those who answer for it."""

    measure_id: int
    finding_id: int | None
    reference: str
    text: str
    departments: str
    people: str


@dataclass(frozen=True, slots=True)
class CycleOverview:
    """How the reports of one cycle stand. `cycles` are (id, label, closed) of the ledger, the newest first; `chosen` None without any."""

    cycles: tuple[tuple[int, str, bool], ...]
    chosen: ReportingCycle | None
    over: bool
    latest: dt.date | None
    departments: tuple[DepartmentLine, ...]
    total: DepartmentLine
    rate: str
    missing: tuple[MissingLine, ...]
    more: int


NOBODY = "未写明责任部门"
LISTED = 100
"""Missing measures on one page, which stays small."""


def cycle_overview(rights: Rights, inspection: Inspection, chosen: int | None = None) -> CycleOverview:
    """Return how the cycle `chosen` of an inspection stands, or the one that ends first of those that are open."""
    rows = list(ReportingCycle.objects.filter(inspection=inspection).order_by("-cut_off", "-pk")[:60])
    current = [row for row in rows if row.closed_at is None]
    cycle = next((row for row in rows if row.pk == chosen), None) or (
        current[-1] if current else rows[0] if rows else None
    )
    listed = tuple(
        (row.pk, f"{row.label}（{'已截止' if row.closed_at else '填报中'}）", row.closed_at is not None) for row in rows
    )
    if cycle is None:
        return CycleOverview(listed, None, False, None, (), DepartmentLine("合计", Counter()), "—", (), 0)
    over = cycle.closed_at is not None or cycle.cut_off < rights.today
    counts: dict[str, Counter[Standing]] = defaultdict(Counter)
    total: Counter[Standing] = Counter()
    missing: list[tuple[int, list[str]]] = []
    expected = ExpectedUpdate.objects.filter(cycle=cycle).order_by("measure__order", "pk")
    facts = expected.values_list("measure_id", "departments", "answer_id", "late", "released_for")
    for measure, departments, answer, late, released in facts:
        standing: Standing = (
            ("late" if late else "reported") if answer else "released" if released else "missing" if over else "waiting"
        )
        total[standing] += 1
        counts[departments[0] if departments else NOBODY][standing] += 1
        if standing in ("missing", "waiting"):
            missing.append((measure, departments))
    lines = [DepartmentLine(name, some) for name, some in counts.items()]
    lines.sort(key=lambda line: (line.given - line.owed, line.name))
    latest = following(cycle.kind, cycle_of(cycle.kind, cycle.start)).end - dt.timedelta(days=1)  # type: ignore[arg-type]
    whole = DepartmentLine("合计", total)
    rate = profile_of(inspection.profile).rounding.rate(whole.given, whole.owed)
    return CycleOverview(
        listed, cycle, over, latest, tuple(lines), whole, rate, _missing(rights, missing[:LISTED]),
        max(0, len(missing) - LISTED),
    )  # fmt: skip


def _missing(rights: Rights, rows: list[tuple[int, list[str]]]) -> tuple[MissingLine, ...]:
    ids = [measure for measure, _ in rows]
    visible = access.measures(rights, "ledger.read").filter(pk__in=ids)
    texts = {
        pk: (reference, numbered(number, text))
        for pk, reference, number, text in visible.values_list("pk", "reference", "number", "text")
    }
    references = dict(Measure.objects.filter(pk__in=ids).values_list("pk", "reference"))
    secret = access.restricted_measures(ids)
    people = answerable(ids, OWNERS, rights.today)
    names = dict(
        Person.objects.filter(pk__in={one for some in people.values() for one in some}).values_list("pk", "name")
    )
    findings = findings_of(ids)
    return tuple(
        MissingLine(
            measure,
            findings.get(measure) if measure in texts else None,
            references[measure],
            UNSAID if measure in secret else texts.get(measure, ("", ""))[1],
            "、".join(departments) or NOBODY,
            "、".join(names[one] for one in sorted(people.get(measure, ())) if one in names),
        )
        for measure, departments in rows
    )


def inspection_of_cycle(rights: Rights, pk: int, act: str) -> int:
    """Return the inspection of a reporting cycle; faults as `access.reporting_cycle`."""
    return access.reporting_cycle(rights, pk, act).inspection_id
