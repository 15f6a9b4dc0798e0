"""离线填报表: what goes out to a department, and how what came back differs from what stands in the system now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenggai import profile as profiles
from zhenggai.export.numbering import numbered
from zhenggai.text import day_words
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.progress import Said, check_report
from zhenggai.web.ledger.drafting.reporting_sheet import TAKEABLE, FilledRow, Now, row_key, standing_of_row
from zhenggai.web.ledger.models import ExpectedUpdate, Measure, ProgressUpdate, ReturnedSheet
from zhenggai.web.ledger.models.rows import CompletionStatus
from zhenggai.workflow.reporting import RELEASES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.drafting.reporting_sheet import Standing
    from zhenggai.web.ledger.models import ReportingCycle

_STATUS = dict(CompletionStatus.choices)
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One row that came back: what it says, how it stands, and what stands in the system. `said` is the last report there."""

    reference: str
    row: int
    measure_id: int | None
    text: str
    standing: Standing
    values: Mapping[str, str]
    status: str
    faults: tuple[str, ...]
    before_percent: int
    before_status: str
    now_status: str
    now_percent: int | None
    now_said: str
    now_who: str
    version: int
    gone: str
    meant: str
    """The reference that the row had when it was sent, where it has been changed or stands in several rows."""

    @property
    def twice(self) -> bool:
        """Say whether the row is a copy of one before it, its reference unchanged."""
        return bool(self.meant) and self.reference == f"{self.meant}（第{self.row}行）"


@dataclass(frozen=True, slots=True)
class SheetReview:
    """A sheet that came back, row by row. `over` says that its cycle is closed: what is taken now is late."""

    id: int
    cycle_id: int
    inspection_id: int
    inspection: str
    cycle: str
    department: str
    sender: str
    name: str
    brought_by: str
    brought_at: dt.datetime
    over: bool
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """One sheet that came back, in the list."""

    id: int
    label: str
    department: str
    sender: str
    brought_at: dt.datetime
    taken: int


def departments_of(cycle: ReportingCycle) -> dict[str, int | None]:
    """Return the departments that still have something to report in a cycle, with the organisation that is meant."""
    waiting = ExpectedUpdate.objects.filter(cycle=cycle, answer=None, released_for="").order_by("measure__order", "pk")
    found: dict[str, int | None] = {}
    for names, organization in waiting.values_list("departments", "department_id"):
        if names:
            found.setdefault(names[0], organization)
    return found


def department_rows(cycle: ReportingCycle, department: str) -> dict[str, dict[str, Any]]:
    """Return what the sheet of a department is filled with, by reference; restricted matters stay in the system."""
    waiting = ExpectedUpdate.objects.filter(cycle=cycle, answer=None, released_for="").select_related(
        "measure", "previous"
    )
    mine = [row for row in waiting.order_by("measure__order", "pk") if row.departments[:1] == [department]]
    secret = access.restricted_measures([row.measure_id for row in mine])
    latest = _latest([row.measure_id for row in mine])
    found = {}
    for row in mine:
        measure = row.measure
        if measure.pk in secret:
            continue
        last = latest.get(measure.pk)
        due = measure.due_on
        found[measure.reference] = {
            "measure": measure.pk,
            "text": numbered(measure.number, measure.text),
            "due": day_words(due) if due else measure.due_text,
            "last": f"{profiles.label_of(last.cycle)}：{last.done}" if last else "",
            "percent": measure.percent,
            "status": measure.completion_status,
            "latest": last.pk if last else None,
        }
    return found


def returned_review(rights: Rights, pk: int) -> SheetReview:
    """Return how a sheet that came back stands against the system; faults as `access.returned_sheet`."""
    returned = access.returned_sheet(rights, pk)
    sent, cycle = returned.sheet, returned.sheet.cycle
    ids = {reference: row["measure"] for reference, row in sent.rows.items()}
    measures = {one.pk: one for one in Measure.objects.filter(pk__in=ids.values())}
    secret = access.restricted_measures(measures)
    latest = _latest(list(ids.values()))
    of_cycle = _latest(list(ids.values()), cycle=cycle.key)
    expected = ExpectedUpdate.objects.filter(cycle=cycle, measure__in=ids.values())
    released = dict(expected.exclude(released_for="").values_list("measure_id", "released_for"))
    keys = {row_key(sent.number, reference): reference for reference in sent.rows}
    lines = []
    for reference, content in sorted(returned.content.items(), key=lambda item: item[1]["row"]):
        measure = measures.get(ids.get(reference, 0))
        row = FilledRow(
            reference, content["row"], content["values"], content["faults"], content["key"], content["stray"]
        )
        before = sent.rows.get(reference)
        last = latest.get(measure.pk) if measure else None
        same_cycle = of_cycle.get(measure.pk) if measure else None
        now = None
        if measure:
            gone = "withdrawn" if measure.withdrawn_at else released.get(measure.pk, "")
            now = Now(
                measure.percent,
                measure.completion_status,
                last.pk if last else None,
                _words(same_cycle),
                RELEASES.get(gone, ""),
            )
        faults = dict(content["faults"])
        standing = standing_of_row(row, before, now, taken=reference in returned.taken)
        if standing in TAKEABLE and before:
            faults = _faults(content["values"], before)
            standing = "wrong" if faults else standing
        lines.append(
            SheetLine(
                reference=reference,
                row=row.row,
                measure_id=measure.pk if measure else None,
                text=numbered(measure.number, measure.text) if measure and measure.pk not in secret else "",
                standing=standing,
                values=row.values,
                status=_STATUS.get(row.values["status"], row.values["status"]),
                faults=tuple(faults.values()) if standing == "wrong" else (),
                before_percent=before["percent"] if before else 0,
                before_status=before["status"] if before else "",
                now_status=_STATUS[measure.completion_status] if measure else "",
                now_percent=measure.percent if measure else None,
                now_said=last.done if last and measure and measure.pk not in secret else "",
                now_who=last.reported_by.name if last and last.reported_by else "",
                version=measure.version if measure else 0,
                gone=now.gone if now else "",
                meant=keys.get(row.key, "") if row.stray else "",
            )
        )
    return SheetReview(
        returned.pk, cycle.pk, cycle.inspection_id, cycle.inspection.title, cycle.label, sent.department, returned.sender,
        returned.name, returned.brought_by.name, returned.brought_at,
        cycle.closed_at is not None or cycle.cut_off < rights.today, tuple(lines),
    )  # fmt: skip


def returned_list(rights: Rights) -> tuple[ReturnedLine, ...]:
    """Return the sheets that came back last, of those that the person may confirm."""
    found = ReturnedSheet.objects.filter(access.collected(rights)).select_related("sheet__cycle").order_by("-pk")
    return tuple(
        ReturnedLine(one.pk, one.sheet.cycle.label, one.sheet.department, one.sender, one.brought_at, len(one.taken))
        for one in found[:_SHOWN]
    )


def _faults(values: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, str]:
    percent = values["percent"] or str(before["percent"])
    said = Said(
        int(percent), values["status"] or before["status"], values["done"], values["difficulty"], values["next_step"]
    )
    try:
        check_report(said)
    except Invalid as fault:
        return fault.fields
    return {}


def _latest(measures: list[int], *, cycle: str = "") -> dict[int | None, ProgressUpdate]:
    updates = ProgressUpdate.objects.filter(measure__in=measures).select_related("reported_by").order_by("pk")
    if cycle:
        updates = updates.filter(cycle=cycle)
    return {update.measure_id: update for update in updates}


def _words(update: ProgressUpdate | None) -> dict[str, str]:
    if update is None:
        return {}
    return {
        "status": update.completion_status,
        "percent": "" if update.percent is None else str(update.percent),
        "done": update.done,
        "difficulty": update.difficulty,
        "next_step": update.next_step,
    }
