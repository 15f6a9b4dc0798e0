"""Time limits as rules ask about them: the dates that they come to, and whether they come to any."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai import deadline
from zhenggai.deadline.kinds import By, Event, Every, Phase, TimePart, Window, Within
from zhenggai.text import fold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from zhenggai.plan.model import TimeLimit
    from zhenggai.rules.facts import DocumentFacts


_YEAR = re.compile(r"(?:19|20)\d\d年")
VAGUE_LIMIT = re.compile(
    r"尽快|尽早|适时|近期|择机|抓紧时间|限期|长期坚持|立行立改|即知即改|立知立改|立即整改|即行即改|条件成熟(?:时|后)"
)
"""In a measure that says when and gives no date; to be searched in a folded text."""


def dates_of(limit: TimeLimit, document: DocumentFacts) -> tuple[dt.date, ...]:
    """Return the dates that a limit comes to."""
    return tuple(date for part in limit.parts if (date := date_of(part, document)) is not None)


def date_of(part: TimePart, document: DocumentFacts) -> dt.date | None:
    """Return the last day of a part of a limit; None where it has none or nobody can say."""
    match part:
        case By():
            return part.date
        case Window():
            return part.end
        case Within():
            return part.date or deadline.due((part,), anchors=_context(document), workdays=deadline.national())[0].date
        case Phase():
            ends = [p.end for p in document.plan.phases if p.end and (p.title in part.phase or part.phase in p.title)]
            return max(ends, default=document.period_end)
        case _:
            return None


def is_definite(limits: Iterable[TimeLimit], document: DocumentFacts) -> bool:
    """Return whether some part of the limits is a date, comes to one, is a stated length or an event of a stated year."""
    for limit in limits:
        for part in limit.parts:
            if date_of(part, document) is not None or isinstance(part, Within):
                return True
            if isinstance(part, Every) and part.date_in_period:
                return True
            if isinstance(part, Event) and _YEAR.search(fold(part.event)):
                return True
    return False


def has_kind(limits: Iterable[TimeLimit], kinds: tuple[type, ...]) -> bool:
    """Return whether one of the limits has a part of one of the kinds."""
    return any(isinstance(part, kinds) for limit in limits for part in limit.parts)


def parts_of(limits: Iterable[TimeLimit]) -> Iterator[TimePart]:
    """Yield the parts of several limits."""
    for limit in limits:
        yield from limit.parts


def _context(document: DocumentFacts) -> deadline.Context:
    plan = document.plan
    return deadline.Context(
        plan_date=plan.plan_date, feedback_date=plan.feedback_date, document_date=plan.feedback_date or plan.plan_date
    )
