"""The corpus of wordings: `corpus.tsv`, one wording a line with the dates of its document and what it means.

The last column writes the parts shortly: `by 2024-03-31 month`, `window 2024-01-01 2024-06-30`,
`within 15 workday feedback 2024-07-22`, `every month/2 x1 @25日前`, `phase …`, `event …`, `at_once`, `ongoing`,
`placeholder`; `-` is no part.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zhenggai.deadline import Context, read
from zhenggai.deadline.kinds import By, Event, Every, Phase, TimePart, Window, Within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.deadline.form import Mode

FILE = Path(__file__).with_name("corpus.tsv")


@dataclass(frozen=True)
class Case:
    mode: Mode
    context: Context
    text: str
    expected: str
    line: int

    def read(self) -> str:
        return short(read(self.text, context=self.context, mode=self.mode).parts)


def load() -> list[Case]:
    lines = FILE.read_text(encoding="utf-8").split("\n")
    return [_case(line.split("\t"), number) for number, line in enumerate(lines[1:], 2) if line]


def _case(cells: list[str], number: int) -> Case:
    mode, plan, feedback, as_of, text, expected = cells
    context = Context(plan_date=_date(plan), feedback_date=_date(feedback), as_of=_date(as_of))
    return Case(mode, context, text, expected, number)  # type: ignore[arg-type]


def _date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def short(parts: Iterable[TimePart]) -> str:
    return "; ".join(map(_short, parts)) or "-"


def _short(part: TimePart) -> str:
    words: tuple[object, ...]
    match part:
        case By():
            words = ("by", part.date, part.grain)
        case Window():
            words = ("window", part.start, part.end)
        case Within():
            words = ("within", part.count, part.unit, part.anchor, part.date)
        case Every():
            words = (f"every {part.freq}{f'/{part.interval}' if part.interval != 1 else ''}", *_every(part))
        case Phase() | Event():
            words = (part.kind, part.phase if isinstance(part, Phase) else part.event)
        case _:
            words = (part.kind,)
    return " ".join(str(word) for word in words if word is not None)


def _every(part: Every) -> tuple[str | None, str | None]:
    return f"x{part.times}" if part.times else None, f"@{part.date_in_period}" if part.date_in_period else None
