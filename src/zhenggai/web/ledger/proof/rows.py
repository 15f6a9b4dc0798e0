"""Rows of the ledger against the events that made and changed them: what a row says must be what its last event said."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenggai.web.audit.sealing import written
from zhenggai.web.ledger.actions.imports import digest_of
from zhenggai.web.ledger.models import Answer, Area, Finding, Inspection, Item, Measure, PlanVersion, Response
from zhenggai.web.ledger.proof.history import Past, batches, events_about
from zhenggai.web.ledger.proof.misfits import Misfit
from zhenggai.web.ledger.proof.origins import PREFIXES, Values, first_values, planned_reports
from zhenggai.web.ledger.proof.reports import report_misfits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Row = Area | Item | Finding | Response | Measure


@dataclass(frozen=True, slots=True)
class _Kind:
    """How rows of a kind are checked: `blank` is what one has that was added later where its event says nothing."""

    code: str
    model: type[Row]
    word: str
    blank: Values


_TITLED: Values = {"number": "", "title": "", "parents": []}
_KINDS = (
    _Kind("area", Area, "方面", _TITLED),
    _Kind("item", Item, "反馈问题", _TITLED),
    _Kind(
        "finding",
        Finding,
        "问题",
        {"number": "", "text": "", "cause": "", "layer": "internal", "key": False, "parents": []},
    ),
    _Kind("response", Response, "措施组", {"objective": "", "completion_status": "", "parents": []}),
    _Kind(
        "measure",
        Measure,
        "措施",
        {"number": "", "text": "", "due_text": "", "completion_status": "ongoing", "percent": 0, "parents": []},
    ),
)
_WORDS = {
    "number": "序号",
    "title": "名称",
    "text": "内容",
    "cause": "原因",
    "layer": "知悉范围",
    "key": "重点问题",
    "objective": "目标",
    "completion_status": "完成状态",
    "due_text": "完成时限",
    "due_on": "到期日",
    "original_due_on": "原定到期日",
    "percent": "完成进度",
    "parents": "所属",
    "withdrawn_at": "撤销时间",
}
_CHANGES = frozenset({"added", "changed", "granted", "layer_set", "key_set", "reported"})

_OF_OTHERS = ("closure.", "extension.asked", "extension.refused", "extension.withdrawn", "occurrence.", "duty.")
"""What is told of a row's application for close-out, its extensions that were not granted and its duties says nothing of the row."""


def row_misfits(unit_id: int, tick: Callable[[], None]) -> Iterator[Misfit]:
    """Check every inspection of the unit."""
    for inspection in Inspection.objects.filter(unit_id=unit_id).order_by("pk"):
        yield from _plan_misfits(inspection)
        yield from _filing_misfits(inspection)
        first = PlanVersion.objects.filter(inspection=inspection, number=1).first()
        origins = first_values(first.content) if first else {}
        for kind in _KINDS:
            yield from _rows_of(inspection, kind, origins, tick)
        yield from report_misfits(inspection, planned_reports(first.content) if first else {}, tick)


def lost_rows(unit_id: int, kind: str, numbered: dict[str, Past]) -> Iterator[Misfit]:
    """Check that rows that were added are there; `numbered` gives the event by the row's id."""
    known = next(one for one in _KINDS if one.code == kind)
    rows = known.model._default_manager.filter(unit_id=unit_id, pk__in=numbered)  # noqa: SLF001 — as in staleness
    there = {str(pk) for pk in rows.values_list("pk", flat=True)}
    for pk, past in numbered.items():
        if pk not in there:
            yield Misfit("row", f"第{past.number}号操作记录新增的{known.word}", "缺失", past.number)


def _plan_misfits(inspection: Inspection) -> Iterator[Misfit]:
    """Check that each plan version is the one that was confirmed, and none is missing."""
    title = f"《{inspection.title}》方案"
    events = events_about(inspection.unit_id, "inspection", [inspection.pk], prefix="plan.confirmed")
    confirmed = dict(enumerate(events.get(str(inspection.pk), []), start=1))
    for version in PlanVersion.objects.filter(inspection=inspection).order_by("number").iterator(chunk_size=1):
        past = confirmed.pop(version.number, None)
        if past is None:
            yield Misfit("plan", f"{title}第{version.number}版", "没有确认方案的操作记录")
        elif not digest_of(version.content) == version.digest == past.said("digest"):
            what = f"与第{past.number}号操作记录确认的内容不符"
            yield Misfit("plan", f"{title}第{version.number}版", what, past.number)
    for number, past in confirmed.items():
        yield Misfit("plan", f"{title}第{number}版", f"缺失，第{past.number}号操作记录曾予确认", past.number)


def _filing_misfits(inspection: Inspection) -> Iterator[Misfit]:
    """Check that the plan is filed if and only if, and just when, an event says so."""
    events = events_about(inspection.unit_id, "inspection", [inspection.pk], prefix="plan.filed")
    filed = events.get(str(inspection.pk), [])
    if _plain("", inspection.filed_at) != (_plain("", filed[-1].at) if filed else ""):
        source = f"第{filed[-1].number}号操作记录" if filed else "操作记录（没有报送）"
        yield Misfit(
            "plan", f"《{inspection.title}》方案的报送备案", f"与{source}不符", filed[-1].number if filed else None
        )


def _rows_of(
    inspection: Inspection, kind: _Kind, origins: dict[str, Values], tick: Callable[[], None]
) -> Iterator[Misfit]:
    waiting = {reference for reference in origins if reference.startswith(PREFIXES[kind.code])}
    title = f"《{inspection.title}》{kind.word}"
    for batch in batches(kind.model._default_manager.filter(inspection=inspection)):  # noqa: SLF001 — as in staleness
        tick()
        events = events_about(inspection.unit_id, kind.code, [row.pk for row in batch])
        parents = _parents(kind, batch)
        for row in batch:
            waiting.discard(row.reference)
            past = events.get(str(row.pk), [])
            origin = origins.get(row.reference)
            if origin is None and not any(one.action == f"{kind.code}.added" for one in past):
                yield Misfit("row", f"{title}{row.reference}", "没有新增的操作记录，系后来添入")
                continue
            expected, said_by = _expected(origin or kind.blank, past)
            actual = {name: getattr(row, name) for name in expected if name != "parents" and hasattr(row, name)}
            actual["parents"] = parents[row.pk]
            yield from _differences(f"{title}{row.reference}", actual, expected, said_by)
    for reference in sorted(waiting):
        yield Misfit("row", f"{title}{reference}", "缺失，确认的方案中有这一项")


def _parents(kind: _Kind, rows: Sequence[Any]) -> dict[int, list[str]]:
    """Return the references of the rows that each stands below."""
    if kind.code == "area":
        return {row.pk: [] for row in rows}
    if kind.code == "response":
        found: dict[int, list[str]] = {row.pk: [] for row in rows}
        answers = Answer.objects.filter(response__in=found).values_list("response_id", "finding__reference")
        for response, finding in answers:
            found[response].append(finding)
        return found
    names = {"item": ("area",), "finding": ("item", "area"), "measure": ("response",)}[kind.code]
    models: dict[str, type[Row]] = {"area": Area, "item": Item, "response": Response}
    above = {name: _referred(models[name], {getattr(row, f"{name}_id") for row in rows}) for name in names}
    owners = ((row.pk, [above[name].get(getattr(row, f"{name}_id")) for name in names]) for row in rows)
    return {pk: [reference for reference in references if reference][:1] for pk, references in owners}


def _referred(model: type[Row], ids: set[Any]) -> dict[int, str]:
    return dict(model._default_manager.filter(pk__in=ids).values_list("pk", "reference"))  # noqa: SLF001 — as in staleness


def _expected(origin: Values, history: list[Past]) -> tuple[Values, dict[str, int]]:
    """Return what the row must say by now, and which event said it last."""
    values: Values = {**origin, "withdrawn_at": None}
    said_by: dict[str, int] = {}
    for past in history:
        if past.action.startswith(_OF_OTHERS):
            continue
        what = past.action.rpartition(".")[2]
        told = past.after or {}
        if what == "withdrawn":
            told = {"withdrawn_at": past.at}
        elif what not in _CHANGES:
            continue
        elif "due_text" in told and "due_on" not in told:
            values.pop("due_on", None)
        values |= {name: value for name, value in told.items() if name in _WORDS}
        if (what == "added" and "due_on" in told) or (values.get("original_due_on", "") is None and "due_on" in told):
            values["original_due_on"] = told["due_on"]
        said_by |= dict.fromkeys(told, past.number)
    return values, said_by


def _differences(where: str, actual: Values, expected: Values, said_by: dict[str, int]) -> Iterator[Misfit]:
    for name, value in actual.items():
        stands, wanted = _plain(name, value), _plain(name, expected[name])
        if stands != wanted:
            number = said_by.get(name)
            source = f"第{number}号操作记录" if number else "确认的方案"
            what = f"的{_WORDS[name]}是“{_short(stands)}”，{source}是“{_short(wanted)}”"
            yield Misfit("row", where, what, number)


def _plain(name: str, value: Any) -> str:
    """Return a value as both a row and an event can say it."""
    if isinstance(value, dt.date):
        return written(value)
    if name == "key":
        return "是" if value in (True, "是") else "否"
    if name == "parents":
        return "、".join(sorted(value.split("、") if isinstance(value, str) else value)).strip("、")
    text = "" if value is None else str(value)
    return text[:300] if name == "due_text" else text


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}…"
