"""Progress that a later document reports: a new record for the cycle of the day, beside those that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Max

from zhenggai import profile as profiles
from zhenggai.web.ledger.cycles import CycleNow, answer_expected, cycles_now
from zhenggai.web.ledger.drafting.standing import STATUS_WORDS, Report
from zhenggai.web.ledger.models import Measure, ProgressUpdate, Response

if TYPE_CHECKING:
    from zhenggai.profile import CycleTime
    from zhenggai.web.ledger.actions.amendment import Amendment
    from zhenggai.web.ledger.drafting.difference import Difference
    from zhenggai.web.ledger.drafting.later import IncomingReport


def add_progress(amendment: Amendment, difference: Difference) -> None:
    """Add the report of one difference to its measure or its block.

    Raises:
        Stale: somebody else has reported since the person saw the row.
    """
    stated = {change.name: change.after for change in difference.fields}
    known = amendment.standing.reports.get(difference.reference, Report())
    values: dict[str, Any] = {}
    if "status" in stated:
        values["completion_status"] = stated["status"]
    if "percent" in stated and amendment.standing.rows[difference.reference].kind == "measure":
        values["percent"] = int(stated["percent"])
    row = amendment.write(difference.reference, values)
    if isinstance(row, (Measure, Response)):
        _add(amendment, row, stated, known, difference.places)


def add_progress_of_new(amendment: Amendment, report: IncomingReport) -> None:
    """Add a report on a measure that the same document has brought."""
    row = amendment.made.get(report.target)
    if not isinstance(row, (Measure, Response)):
        return
    stated = {name: words for name, words in report.fields.items() if words}
    if stated.get("status") == "completed" and isinstance(row, Measure):
        stated["percent"] = "100"
    if "status" in stated:
        row.completion_status = stated["status"]
    if "percent" in stated and isinstance(row, Measure):
        row.percent = int(stated["percent"])
    row.save(update_fields=["completion_status", *(["percent"] if isinstance(row, Measure) else [])])
    _add(amendment, row, stated, Report(), report.places)


def _add(
    amendment: Amendment, row: Measure | Response, stated: dict[str, str], known: Report, places: list[list[int]]
) -> None:
    measure = row if isinstance(row, Measure) else None
    response_id = row.response_id if isinstance(row, Measure) else row.pk
    if measure is not None:
        measure.inspection = amendment.inspection
        cycle: CycleNow | CycleTime = cycles_now([measure], amendment.actor.today)[measure.pk]
    else:
        cycle = profiles.cycle_of(amendment.profile.cycle, amendment.actor.today)
    earlier = ProgressUpdate.objects.filter(response_id=response_id, measure=measure, cycle=cycle.key)
    percent = stated.get("percent") or known.percent
    update = ProgressUpdate.objects.create(
        unit_id=amendment.inspection.unit_id,
        inspection=amendment.inspection,
        response_id=response_id,
        measure=measure,
        cycle=cycle.key,
        revision=(earlier.aggregate(last=Max("revision"))["last"] or 0) + 1,
        percent=int(percent) if percent and measure else None,
        completion_status=stated.get("status") or known.status,
        done=stated.get("done") or _unchanged(amendment, stated, known),
        difficulty=stated.get("difficulty") or _kept(amendment, known.difficulty),
        next_step=stated.get("next_step") or _kept(amendment, known.next_step),
        document=amendment.document,
        places=places,
        reported_by_id=amendment.actor.person_id,
        reported_at=amendment.actor.at,
    )
    if measure is not None:
        answer_expected(update=update)
    names = {name: "completion_status" if name == "status" else name for name in stated}
    amendment.tell(
        "progress.reported",
        row,
        before={told: getattr(known, name) for name, told in names.items()},
        after={told: stated[name] for name, told in names.items()} | {"cycle": cycle.label},
    )


def _unchanged(amendment: Amendment, stated: dict[str, str], known: Report) -> str:
    """Return what stands as done where only other fields were filled in: a sheet shows it still, a document says less."""
    if amendment.review.from_sheet and known.done:
        return known.done
    if "status" in stated:
        return f"（文件只写明完成状态：{STATUS_WORDS[stated['status']]}）"
    return "（文件没有写明工作进展）"


def _kept(amendment: Amendment, words: str) -> str:
    return words if amendment.review.from_sheet else ""
