"""填报周期: opened and closed day by day, answered by reports, and given another cut-off by the office.

`keep_cycles` may be run at any time and any number of times. What it finds open stays as it was opened, whatever has become of the
profile; cycles that went by while it was not run are opened and closed at once, and who did not report is missing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from zhenggai import deadline
from zhenggai.web.audit.chain import Actor, Subject, hold_chain, record
from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.actions.told_cycles import tell_missing, tell_opened, tell_soon
from zhenggai.web.ledger.cycles import schedule_of
from zhenggai.web.ledger.models import (
    Answer,
    Assignment,
    ExpectedUpdate,
    Finding,
    Inspection,
    Measure,
    PlanVersion,
    ProgressUpdate,
    ReportingCycle,
)
from zhenggai.web.ledger.models.rows import CompletionStatus
from zhenggai.workflow.closures import CLOSED
from zhenggai.workflow.reporting import faults_of_cut_off

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.workflow.reporting import Schedule, Window

_AT_ONCE = 500
_DAY = dt.timedelta(days=1)


def keep_cycles(*, actor: Actor, inspection_id: int) -> Mapping[str, int]:
    """Open the cycles of an inspection that have come and close those that are over, as of the day of `actor`; tell whom it concerns."""
    with transaction.atomic():
        inspection = Inspection.objects.select_related("unit").get(pk=inspection_id)
        hold_chain(inspection.unit_id)  # two runs at once: the second finds what the first has made
        keeper = _Keeper(inspection, actor)
        keeper.release()
        opened = keeper.open()
        closed = keeper.close()
        tell_opened(actor, inspection, [one for one in opened if one.closed_at is None])
        tell_soon(actor, inspection)
        tell_missing(actor, inspection, closed)
    return {"新开填报周期": len(opened), "截止填报周期": len(closed)}


def adjust_cut_off(
    *, actor: Actor, rights: Rights, cycle_id: int, seen: int, cut_off: dt.date | None, reason: str
) -> ReportingCycle:
    """Give an open cycle another last day: earlier where all is in, later where there is reason to wait.

    Raises:
        Unknown, Refused: it is not the person's to adjust, or is closed.
        Invalid: fields `cut_off` or `reason`.
        Stale: somebody else has adjusted it since.
    """
    cycle = access.reporting_cycle(rights, cycle_id, "reporting.manage")
    if cycle.closed_at is not None or cycle.cut_off < actor.today:
        raise Refused(f"{cycle.label}的填报已经截止，不能再调整截止日；补报的按迟报处理。")
    latest = deadline.following(cycle.kind, deadline.cycle_of(cycle.kind, cycle.start)).end - _DAY  # type: ignore[arg-type]
    faults = faults_of_cut_off(
        cut_off=cut_off, now=cycle.cut_off, end=cycle.end, latest=latest, today=actor.today, reason=reason
    )
    if faults or cut_off is None:
        raise Invalid(faults)
    before = cycle.cut_off
    with transaction.atomic():
        hold_chain(cycle.unit_id)
        change(cycle, seen=seen, values={"cut_off": cut_off}, subject_type="cycle")
        record(
            unit_id=cycle.unit_id,
            actor=actor,
            action="cycle.adjusted",
            subject=Subject("cycle", cycle.pk, f"《{cycle.inspection.title}》{cycle.label}填报"),
            before={"cut_off": before.isoformat()},
            after={"cut_off": cut_off.isoformat()},
            reason=reason.strip(),
        )
    return cycle


class _Keeper:
    """The work on one inspection; each question to the store is asked once."""

    def __init__(self, inspection: Inspection, actor: Actor) -> None:
        self.inspection = inspection
        self.actor = actor
        self.today = actor.today
        self.schedule: Schedule = schedule_of(inspection)
        self.rows = {row.key: row for row in ReportingCycle.objects.filter(inspection=inspection)}

    def release(self) -> None:
        """Say of what is open and unanswered, and need not be answered any more, why not.

        What was done after the cut-off of a cycle, on days on which nobody closed it, was missing all the same.
        """
        unclosed_rows = [row for row in self.rows.values() if row.closed_at is None]
        measures = Measure.objects.filter(pk=OuterRef("measure"))
        any_day = self._waiting(unclosed_rows)
        any_day.filter(Exists(measures.exclude(withdrawn_at=None))).update(released_for="withdrawn")
        waiting = self._waiting([row for row in unclosed_rows if row.cut_off >= self.today])
        done = measures.filter(completion_status=CompletionStatus.COMPLETED)
        waiting.filter(Exists(done)).update(released_for="done")
        answers = Answer.objects.filter(response=OuterRef("measure__response"), finding__withdrawn_at=None)
        unclosed = answers.exclude(finding__closure_stage__in=CLOSED)
        waiting.filter(Exists(answers)).exclude(Exists(unclosed)).update(released_for="closed")

    @staticmethod
    def _waiting(rows: list[ReportingCycle]) -> QuerySet[ExpectedUpdate]:
        return ExpectedUpdate.objects.filter(cycle__in=[row.pk for row in rows], answer=None, released_for="")

    def open(self) -> list[ReportingCycle]:
        """Open what has come for measures that nothing is open for; return the cycles that are new."""
        asked = self._asked()
        if not asked:
            return []
        windows: dict[str, Window] = {}
        wanted: dict[str, list[int]] = defaultdict(list)
        first = min(window.opens for found in asked.values() for window in found)
        reports = _Reports(self.inspection, first)
        for measure, found in asked.items():
            for window in found:
                row = self.rows.get(window.key)
                if (row is None or row.closed_at is None) and reports.was_open(measure, window):
                    windows.setdefault(window.key, window)
                    wanted[window.key].append(measure.pk)
        new = [
            self._row(windows[key])
            for key in sorted(windows, key=lambda key: windows[key].cut_off)
            if key not in self.rows
        ]
        for row in new:
            row.save()
            self.rows[row.key] = row
        self._expect({one.pk: one for one in asked}, wanted, reports)
        return new

    def close(self) -> list[ReportingCycle]:
        """Close what is over and return it."""
        over = [row for row in self.rows.values() if row.closed_at is None and row.cut_off < self.today]
        over.sort(key=lambda row: (row.cut_off, row.pk))
        counts = Counter(
            ExpectedUpdate.objects.filter(cycle__in=over, answer=None, released_for="").values_list(
                "cycle_id", flat=True
            )
        )
        for row in over:
            change(row, seen=row.version, values={"closed_at": self.actor.at}, subject_type="cycle")
            self._record(row, "closed", {"missing": counts[row.pk]})
        return over

    def _asked(self) -> dict[Measure, list[Window]]:
        """Return the windows that each measure has not been asked for, from the day after the last one that it was."""
        measures = self._uncovered()
        last = ExpectedUpdate.objects.filter(measure__in=measures.values("pk")).values_list("measure_id")
        covered = {pk: (cut_off, end) for pk, cut_off, end in last.annotate(Max("cycle__cut_off"), Max("cycle__end"))}
        came = _confirmed(self.inspection)
        closed = set(_closed_responses(self.inspection))
        found: dict[Measure, list[Window]] = {}
        known: dict[tuple[str, dt.date, dt.date | None], list[Window]] = {}
        shown = ("response_id", "rectification_class", "completion_status", "percent", "withdrawn_at", "document_id")
        for measure in measures.only(*shown).order_by("order", "pk").iterator(chunk_size=2000):
            cut_off, end = covered.get(measure.pk, (None, None))
            first = cut_off + _DAY if cut_off else came.get(measure.document_id, self.schedule.since)
            if first > self.today or measure.response_id in closed:
                continue
            key = (measure.rectification_class, first, end)
            if key not in known:
                until = end or first - _DAY  # what was over before the measure came is not asked for
                known[key] = list(self.schedule.windows(key[0], first, self.today, reported_until=until))
            if known[key]:
                found[measure] = known[key]
        return found

    def _uncovered(self) -> QuerySet[Measure]:
        """Return the measures that no cycle takes reports of today: what is to be done, and what was when the last cycle was opened.

        What has been done or withdrawn since then may have been open in a cycle that went by meanwhile.
        """
        times = [at for row in self.rows.values() for at in (row.opened_at, row.closed_at) if at]
        day = timezone.localtime(max(times, default=self.inspection.created_at)).date()
        since = dt.datetime.combine(day, dt.time.min, timezone.get_current_timezone())
        reported = ProgressUpdate.objects.filter(measure=OuterRef("pk"), reported_at__gte=since)
        asked = ExpectedUpdate.objects.filter(
            measure=OuterRef("pk"),
            cycle__in=[row.pk for row in self.rows.values() if row.cut_off >= self.today and row.closed_at is None],
        )
        still = Q(withdrawn_at=None) & ~Q(completion_status=CompletionStatus.COMPLETED)
        measures = Measure.objects.filter(inspection=self.inspection).exclude(Exists(asked))
        return measures.filter(still | Q(withdrawn_at__gte=since) | (Q(withdrawn_at=None) & Q(Exists(reported))))

    def _row(self, window: Window) -> ReportingCycle:
        return ReportingCycle(
            unit_id=self.inspection.unit_id,
            inspection=self.inspection,
            kind=window.cycle,
            key=window.key,
            label=window.label,
            start=window.start,
            end=window.end,
            planned_cut_off=window.cut_off,
            cut_off=window.cut_off,
            opened_at=self.actor.at,
        )

    def _expect(self, measures: Mapping[int, Measure], wanted: Mapping[str, list[int]], reports: _Reports) -> None:
        if not wanted:
            return
        departments = _departments(self.inspection)
        latest = _latest_reports(self.inspection)
        rows = []
        for key, some in wanted.items():
            cycle = self.rows[key]
            for pk in some:
                measure = measures[pk]
                names, organization = departments.get(measure.response_id, ([], None))
                answer, on = reports.answers.get((pk, key), (None, None))
                rows.append(
                    ExpectedUpdate(
                        unit_id=cycle.unit_id,
                        cycle=cycle,
                        measure_id=pk,
                        departments=names,
                        department_id=organization,
                        previous_id=latest.get(pk),
                        percent=measure.percent,
                        completion_status=measure.completion_status,
                        answer_id=answer,
                        late=on is not None and on > cycle.cut_off,
                    )
                )
            self._record(cycle, "asked", {"asked": len(some), "until": cycle.cut_off})
        ExpectedUpdate.objects.bulk_create(rows, batch_size=_AT_ONCE)

    def _record(self, cycle: ReportingCycle, act: str, after: Mapping[str, object]) -> None:
        record(
            unit_id=cycle.unit_id,
            actor=self.actor,
            action=f"cycle.{act}",
            subject=Subject("cycle", cycle.pk, f"《{self.inspection.title}》{cycle.label}填报"),
            after=dict(after),
        )


class _Reports:
    """What was reported since a day: which report answers a cycle, and whether a measure that is done now was open then."""

    def __init__(self, inspection: Inspection, since: dt.date) -> None:
        begin = dt.datetime.combine(since, dt.time.min, timezone.get_current_timezone())
        updates = ProgressUpdate.objects.filter(inspection=inspection, measure__isnull=False, reported_at__gte=begin)
        self.answers: dict[tuple[int, str], tuple[int, dt.date]] = {}
        self.last: dict[int, dt.date] = {}
        rows = updates.order_by("pk").values_list("pk", "measure_id", "cycle", "reported_at")
        for pk, measure, cycle, at in rows.iterator(chunk_size=2000):
            day = timezone.localtime(at).date()
            if measure is not None:
                self.answers.setdefault((measure, cycle), (pk, day))
                self.last[measure] = day

    def was_open(self, measure: Measure, window: Window) -> bool:
        """Return whether the measure was to be reported on when the window was opened."""
        if measure.withdrawn_at is not None:
            return timezone.localtime(measure.withdrawn_at).date() >= window.opens
        if measure.completion_status != CompletionStatus.COMPLETED:
            return True
        return self.last.get(measure.pk, dt.date.min) >= window.opens


def _confirmed(inspection: Inspection) -> dict[int | None, dt.date]:
    """Return on which day the measures of each document came into the ledger."""
    found: dict[int | None, dt.date] = {}
    versions = PlanVersion.objects.filter(inspection=inspection).order_by("number")
    for document, at in versions.values_list("document_id", "confirmed_at"):
        found.setdefault(document, timezone.localtime(at).date())
    return found


def _closed_responses(inspection: Inspection) -> Iterable[int]:
    """Return the responses of which every finding is closed out."""
    findings = Finding.objects.filter(inspection=inspection, withdrawn_at=None)
    unclosed = set(findings.exclude(closure_stage__in=CLOSED).values_list("responses", flat=True))
    return {pk for pk in findings.filter(closure_stage__in=CLOSED).values_list("responses", flat=True) if pk} - unclosed


def _departments(inspection: Inspection) -> dict[int, tuple[list[str], int | None]]:
    """Return for each response the names of the departments responsible for it, and the first of them, where it is known."""
    found: dict[int, tuple[list[str], int | None]] = {}
    acting = Assignment.objects.filter(
        Q(until=None), inspection=inspection, role=Assignment.Role.RESPONSIBLE_DEPARTMENT
    )
    for response, name, organization in acting.order_by("order", "pk").values_list(
        "response_id", "name", "organization_id"
    ):
        names, _ = found.setdefault(response, ([], organization))
        if name not in names:
            names.append(name)
    return found


def _latest_reports(inspection: Inspection) -> dict[int, int]:
    updates = ProgressUpdate.objects.filter(inspection=inspection, measure__isnull=False)
    return dict(updates.values_list("measure_id").annotate(Max("pk")))
