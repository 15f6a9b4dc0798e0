"""When the limits of a draft fall due: parts as the plan format prints them, dates, and what a person must know."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from zhenggai import deadline
from zhenggai.deadline import kinds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.profile import Profile
    from zhenggai.web.ledger.drafting.model import Draft, LimitDraft

_KINDS = {part.kind: part for part in get_args(kinds.TimePart)}


@dataclass(frozen=True, slots=True)
class DueDate:
    """The date by which something is to be done, or None; `statement` says in Chinese what a person must know of it."""

    on: dt.date | None
    statement: str
    rectification_class: str


def part_of(printed: dict[str, Any]) -> kinds.TimePart:
    """Return the time part that the plan format prints as `printed`."""
    kind = _KINDS[printed["kind"]]
    values = {field.name: printed.get(field.name) for field in dataclasses.fields(kind)}
    for name in ("date", "start", "end"):
        if isinstance(text := values.get(name), str):
            values[name] = dt.date.fromisoformat(text)
    part: kinds.TimePart = kind(**values)
    return part


def context_of(draft: Draft) -> deadline.Context:
    """Return the dates of the draft that limits are counted from."""
    head = draft["head"]
    return deadline.Context(
        plan_date=day_of(head["plan_date"]),
        feedback_date=day_of(head["feedback_date"]),
        phases=tuple(deadline.PhaseEnd(phase["title"], day_of(phase["end"])) for phase in draft["phases"]),
    )


def due_date(limit: LimitDraft | None, context: deadline.Context, profile: Profile) -> DueDate:
    """Return the date of `limit`: the last of its dates; 立行立改 counts the profile's days from the plan."""
    if limit is None:
        return DueDate(None, "", "")
    parts = [part_of(printed) for printed in limit["parts"]]
    found = deadline.due(parts, anchors=context, workdays=deadline.national())
    dates = [due.date for due in found if due.date]
    statements = [due.statement for due in found if due.statement and (due.date or not dates)]
    if not dates and any(isinstance(part, kinds.AtOnce) for part in parts):
        start = context.plan_date or context.feedback_date
        if start:
            dates = [start + dt.timedelta(days=profile.immediate_days)]
            statements = [f"立行立改，按规则配置自方案日期起{profile.immediate_days}天内完成。"]
    return DueDate(max(dates, default=None), "".join(statements), _class_of(parts, bool(dates)))


def _class_of(parts: Iterable[kinds.TimePart], dated: bool) -> str:
    kinds_found = {part.kind for part in parts}
    if "at_once" in kinds_found:
        return "immediate"
    if dated:
        return "time_limited"
    return "long_term" if kinds_found & {"ongoing", "every"} else ""


def day_of(text: str) -> dt.date | None:
    """Return the date that a draft keeps as `text`, in ISO form or ""."""
    return dt.date.fromisoformat(text) if text else None
