"""到期提醒: which threshold something has crossed and has not been told of. No clock and no database."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — the dataclass carries dates at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

MISSED = -1
"""The threshold of an occurrence whose date has passed, whatever the profile has."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A threshold: crossed when at most `days_left` remain; `word` is what the profile calls it, and `colour` its light."""

    days_left: int
    word: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """Something with a date, and the thresholds of this date that have been told."""

    due_on: dt.date
    told: Collection[int] = ()


def crossed(marks: Sequence[Mark], due: Due, today: dt.date) -> Mark | None:
    """Return the threshold that is to be told now: the last that was crossed, unless it or a later one has been told.

    After days on which nothing ran, only where things stand now is told. A new date is a new matter: nothing has been told of it.
    """
    left = (due.due_on - today).days
    reached = [mark for mark in marks if left <= mark.days_left]
    if not reached:
        return None
    now = min(reached, key=lambda mark: mark.days_left)
    return None if any(days <= now.days_left for days in due.told) else now
