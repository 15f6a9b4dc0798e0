"""The parts of a time limit, as the plan format names them."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — the dataclasses carry dates at run time
from dataclasses import dataclass, fields
from typing import ClassVar, Literal

Grain = Literal["day", "week", "ten_days", "month", "quarter", "half_year", "year"]
PeriodUnit = Literal["day", "workday", "week", "month", "year"]
Anchor = Literal["feedback", "plan", "document"]
Frequency = Literal["day", "week", "half_month", "month", "quarter", "half_year", "year", "semester"]


@dataclass(frozen=True, slots=True)
class By:
    """A calendar date: 2024年3月底前. `date` is the last day of the `grain` that the words name."""

    kind: ClassVar[str] = "by"
    date: dt.date
    grain: Grain


@dataclass(frozen=True, slots=True)
class Window:
    """From one date to another: 5月13日—7月31日."""

    kind: ClassVar[str] = "window"
    start: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True)
class Within:
    """A period: 反馈之日起15个工作日内. `date` where the anchor's date is known."""

    kind: ClassVar[str] = "within"
    count: int
    unit: PeriodUnit
    anchor: Anchor | None = None
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Every:
    """A recurring duty: 每月不少于2次. `times` is the least number of acts in one period."""

    kind: ClassVar[str] = "every"
    freq: Frequency
    interval: int = 1
    times: int | None = None
    date_in_period: str | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """The end of a phase of the schedule: 集中整改期内."""

    kind: ClassVar[str] = "phase"
    phase: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something to come, in its literal words: 秋季学期开学前."""

    kind: ClassVar[str] = "event"
    event: str


@dataclass(frozen=True, slots=True)
class AtOnce:
    """立行立改, 即知即改."""

    kind: ClassVar[str] = "at_once"


@dataclass(frozen=True, slots=True)
class Ongoing:
    """长期坚持, 持续推进."""

    kind: ClassVar[str] = "ongoing"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A blank still to be filled: XX, ×月×日."""

    kind: ClassVar[str] = "placeholder"


TimePart = By | Window | Within | Every | Phase | Event | AtOnce | Ongoing | Placeholder


def to_dict(part: TimePart) -> dict[str, str | int | None]:
    """Return `part` as the plan format prints it: `kind` first, dates in ISO form, absent values as None."""
    out: dict[str, str | int | None] = {"kind": part.kind}
    for field in fields(part):
        value = getattr(part, field.name)
        out[field.name] = value.isoformat() if hasattr(value, "isoformat") else value
    return out
