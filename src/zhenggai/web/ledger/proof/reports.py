"""Reports of progress against their events, and those that came with the plan against the plan."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from zhenggai.web.audit.sealing import written
from zhenggai.web.ledger.actions.rows import IMPORTED
from zhenggai.web.ledger.models import Measure, ProgressUpdate, Response
from zhenggai.web.ledger.proof.history import Past, batches, events_about, in_pieces
from zhenggai.web.ledger.proof.misfits import Misfit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from zhenggai.web.ledger.models import Inspection

_WORDS = {
    "done": "工作进展",
    "difficulty": "存在困难",
    "next_step": "下一步措施",
    "percent": "完成进度",
    "completion_status": "完成状态",
}


def report_misfits(
    inspection: Inspection, planned: Mapping[str, Sequence[str]], tick: Callable[[], None]
) -> Iterator[Misfit]:
    """Check every report of an inspection; `planned` are the words that came with the plan, by the response's reference."""
    for responses in batches(Response.objects.filter(inspection=inspection)):
        tick()
        updates: dict[tuple[str, str], list[ProgressUpdate]] = defaultdict(list)
        came: dict[int, list[str]] = defaultdict(list)
        measures = list(Measure.objects.filter(response__in=responses).values_list("pk", flat=True))
        for update in (
            ProgressUpdate.objects.filter(response__in=responses).select_related("measure", "response").order_by("pk")
        ):
            if update.cycle == IMPORTED:
                came[update.response_id].append(update.done)
            elif update.measure_id:
                updates["measure", str(update.measure_id)].append(update)
            else:
                updates["response", str(update.response_id)].append(update)
        for response in responses:
            if sorted(came[response.pk]) != sorted(planned.get(response.reference, ())):
                where = f"《{inspection.title}》措施组{response.reference}"
                yield Misfit("report", where, "随方案导入的工作进展与确认的方案不符")
        for kind, ids in (("response", [response.pk for response in responses]), ("measure", measures)):
            for some in in_pieces(ids):
                events = events_about(inspection.unit_id, kind, some, prefix="progress.reported")
                for pk in map(str, some):
                    yield from _reports(inspection, updates[kind, pk], events.get(pk, []))


def _reports(inspection: Inspection, updates: list[ProgressUpdate], history: list[Past]) -> Iterator[Misfit]:
    """Hold the reports on one row against its events, in order: each act makes one of both."""
    for update, past in zip(updates, history, strict=False):
        where = f"《{inspection.title}》{_name(update)}第{past.number}号操作记录的进展"
        told = past.after or {}
        for name, word in _WORDS.items():
            if name in told and str(getattr(update, name)) != str(told[name]):
                yield Misfit("report", where, f"的{word}与操作记录不符", past.number)
        if (update.reported_by_id, written(update.reported_at)) != (past.actor_id, written(past.at)):
            yield Misfit("report", where, "的填报人或填报时间与操作记录不符", past.number)
    for update in updates[len(history) :]:
        yield Misfit("report", f"《{inspection.title}》{_name(update)}的进展", "没有填报的操作记录，系后来添入")
    for past in history[len(updates) :]:
        yield Misfit("report", f"《{inspection.title}》第{past.number}号操作记录填报的进展", "缺失", past.number)


def _name(update: ProgressUpdate) -> str:
    return update.measure.reference if update.measure else update.response.reference
