"""The plan format: what a document becomes. A public interface, described in docs/reference/plan-format.md."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from zhenggai.deadline import kinds

SCHEMA = "zhenggai.plan/1"

Kind = Literal["plan", "notice", "report", "ledger", "other"]
Status = Literal["completed", "basically_done", "ongoing", "not_done"]


class Span(NamedTuple):
    """Characters `start` to `end` (half-open) of block `block` of the document as read."""

    block: int
    start: int
    end: int


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """The file that was read."""

    name: str
    media_type: str
    sha256: str
    characters: int


@dataclass(frozen=True, slots=True)
class Announced:
    """Totals that the document itself states; None where it states none."""

    areas: int | None = None
    items: int | None = None
    findings: int | None = None
    measures: int | None = None
    completed: int | None = None
    basically_done: int | None = None
    ongoing: int | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """方面: the highest level of the problem part."""

    id: str
    number: str | None
    title: str
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Item:
    """条: a numbered problem, perhaps with sub-problems."""

    id: str
    area: str | None
    number: str | None
    title: str
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A leaf: the lowest problem that a measure answers."""

    id: str
    area: str | None
    item: str | None
    number: str | None
    text: str
    cause: str | None = None
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A time limit in its literal words, and what they mean."""

    text: str
    parts: tuple[kinds.TimePart, ...] = ()
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure; `time_limit` is one written inside the measure itself."""

    id: str
    number: str | None
    text: str
    spans: Spans = ()
    time_limit: TimeLimit | None = None
    recurrences: tuple[kinds.Every, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """One entry of what has been done."""

    number: str | None
    text: str
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Response:
    """One block of measures or progress with its fields, and the findings that it answers."""

    id: str
    findings: tuple[str, ...]
    objective: str | None = None
    measures: tuple[Measure, ...] = ()
    lead_leaders: tuple[str, ...] = ()
    responsible_leaders: tuple[str, ...] = ()
    responsible_persons: tuple[str, ...] = ()
    responsible_departments: tuple[str, ...] = ()
    cooperating_departments: tuple[str, ...] = ()
    verifying_departments: tuple[str, ...] = ()
    supervising_departments: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    time_limit: TimeLimit | None = None
    progress: tuple[Progress, ...] = ()
    status: Status | None = None
    status_text: str | None = None
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class SchedulePhase:
    """A phase of the schedule. Dates are None where the document gives none."""

    number: str | None
    title: str
    start: dt.date | None
    end: dt.date | None
    text: str
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated act of the schedule: a meeting to hold, a report due."""

    text: str
    time_limit: TimeLimit
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A standing arrangement with its rhythm: 碰头会制度."""

    name: str
    recurrences: tuple[kinds.Every, ...]
    text: str
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A leading group, its office, a supervision group."""

    name: str
    parent: str | None = None
    leader: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()
    director: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    duties: str | None = None
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment that the document names; `present` where its text follows."""

    number: int | None
    title: str
    present: bool
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """What could not be read for certain, said to a person."""

    code: str
    message: str
    spans: Spans = ()


class FurnitureReason(StrEnum):
    """Why text of the problem part belongs to no field: it is furniture, named as such."""

    MARK = "mark"
    LABEL = "label"
    PAGE = "page"
    TABLE = "table"
    SEPARATOR = "separator"
    HEADING = "heading"
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class FurnitureSpan:
    """Text of the problem part that is no content: a number, a label, a table head, punctuation between fields."""

    reason: FurnitureReason
    spans: Spans


@dataclass(frozen=True, slots=True)
class Plan:
    """One document, understood."""

    source: Source
    kind: Kind
    title: str | None
    issuer: str | None
    document_number: str | None
    feedback_date: dt.date | None
    plan_date: dt.date | None
    announced: Announced
    areas: tuple[Area, ...]
    items: tuple[Item, ...]
    findings: tuple[Finding, ...]
    responses: tuple[Response, ...]
    phases: tuple[SchedulePhase, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    mechanisms: tuple[Mechanism, ...] = ()
    groups: tuple[Group, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    furniture: tuple[FurnitureSpan, ...] = ()
    unassigned: Spans = ()
    problem_part: Spans = ()
    """Every character of the problem part; found + furniture + unassigned cover it exactly."""

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as the JSON object of the plan format."""
        return {"schema": SCHEMA, **_plain(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, kinds.TimePart):
        return kinds.to_dict(value)
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Span):
        return value._asdict()
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
