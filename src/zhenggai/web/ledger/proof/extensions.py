"""Applications for a later date against their events."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from zhenggai.web.audit.models import Event
from zhenggai.web.audit.sealing import written
from zhenggai.web.ledger.models import Extension
from zhenggai.web.ledger.proof.history import Past, events_about, in_pieces
from zhenggai.web.ledger.proof.misfits import Misfit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ANSWERS = {"extension.granted": "granted", "extension.refused": "refused", "extension.withdrawn": "withdrawn"}
Values = dict[str, Any]
_WORDS = {
    "due_on": "申请时的到期日",
    "until": "申请延期的日期",
    "reason": "延期原因",
    "progress": "目前进展",
    "asked_by_id": "申请人",
    "asked_at": "申请时间",
    "answer_by": "应答复日期",
    "state": "状态",
    "granted_until": "批准延期的日期",
    "note": "答复意见",
    "decided_by_id": "答复人",
    "decided_at": "答复时间",
}


def extension_misfits(unit_id: int, tick: Callable[[], None]) -> Iterator[Misfit]:
    """Check every application of the unit."""
    told = Event.objects.filter(unit_id=unit_id, action="extension.asked").values_list("subject_id", flat=True)
    had = Extension.objects.filter(unit_id=unit_id).values_list("measure_id", flat=True)
    measures = sorted({*map(str, had.distinct()), *told.distinct()}, key=int)
    for some in in_pieces(measures):
        tick()
        events = events_about(unit_id, "measure", some, prefix="extension.")
        rows: dict[str, list[Extension]] = defaultdict(list)
        for row in Extension.objects.filter(measure__in=some).select_related("measure").order_by("number"):
            rows[str(row.measure_id)].append(row)
        for measure in some:
            yield from _of_measure(rows[measure], _expected(events.get(measure, [])))


def _expected(history: list[Past]) -> list[tuple[Values, int]]:
    """Return what each application must say, in the order in which they were made, and which event said it last."""
    found: list[tuple[Values, int]] = []
    for past in history:
        if past.action == "extension.asked":
            values = {
                "due_on": (past.before or {}).get("asked_until"),
                "until": past.said("asked_until"),
                "reason": past.reason,
                "progress": past.said("so_far"),
                "asked_by_id": past.actor_id,
                "asked_at": past.at,
                "answer_by": past.said("answer_by"),
                "state": "asked",
                "granted_until": None,
                "note": "",
                "decided_by_id": None,
                "decided_at": None,
            }
            found.append((values, past.number))
        elif past.action in _ANSWERS and found:
            answer: Values = {"state": _ANSWERS[past.action], "decided_at": past.at}
            if past.action != "extension.withdrawn":
                answer |= {"note": past.reason, "decided_by_id": past.actor_id, "granted_until": past.said("due_on")}
            found[-1] = ({**found[-1][0], **answer}, past.number)
    return found


def _of_measure(rows: list[Extension], expected: list[tuple[Values, int]]) -> Iterator[Misfit]:
    for number, row in enumerate(rows, start=1):
        where = f"措施{row.measure.reference}的第{row.number}次延期申请"
        if number > len(expected):
            yield Misfit("extension", where, "没有申请的操作记录，系后来添入")
            continue
        values, event = expected[number - 1]
        if row.number != number:
            yield Misfit("extension", where, f"的次序与第{event}号操作记录不符", event)
        for name, word in _WORDS.items():
            if _plain(getattr(row, name)) != _plain(values[name]):
                yield Misfit("extension", where, f"的{word}与第{event}号操作记录不符", event)
    for _, event in expected[len(rows) :]:
        yield Misfit("extension", f"第{event}号操作记录的延期申请", "缺失", event)


def _plain(value: Any) -> str:
    return written(value) if value is None or isinstance(value, dt.date) else str(value)
