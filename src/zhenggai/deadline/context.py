"""What a document tells about its own time: the dates from which its wordings are counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.deadline.days import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from zhenggai.deadline.kinds import Anchor


@dataclass(frozen=True, slots=True)
class PhaseEnd:
    """A phase of the document's schedule and its last day, where the document gives one."""

    title: str
    end: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The dates of a document. All may be missing; then a wording that needs them is not read.

    `default_year` is a year known without a day, as from a document number.
    """

    plan_date: dt.date | None = None
    feedback_date: dt.date | None = None
    document_date: dt.date | None = None
    default_year: int | None = None
    as_of: dt.date | None = None
    phases: tuple[PhaseEnd, ...] = ()

    @property
    def reference(self) -> dt.date | None:
        """The date that 今年, 本月 and dates without a year are counted from."""
        known_year = self.default_year is not None and FIRST_YEAR <= self.default_year <= LAST_YEAR
        year_start = dt.date(self.default_year or 0, 1, 1) if known_year else None
        dates = (self.plan_date, self.feedback_date, self.document_date, year_start, self.as_of)
        return next((date for date in dates if _is_plausible(date)), None)

    @property
    def year_is_assumed(self) -> bool:
        """Whether the document gives no date at all, so that years come from `as_of` alone."""
        documented = (self.plan_date, self.feedback_date, self.document_date, self.default_year)
        return not any(documented) and self.as_of is not None

    def date_of(self, anchor: Anchor) -> dt.date | None:
        """Return the date of the act that starts a period, or None where the document does not give it."""
        dates = {"feedback": self.feedback_date, "plan": self.plan_date, "document": self.document_date}
        return dates[anchor] if _is_plausible(dates[anchor]) else None


def _is_plausible(date: dt.date | None) -> bool:
    """Whether a document may bear the date; others (a date of 1 January of the year 1) are as good as none."""
    return date is not None and FIRST_YEAR <= date.year <= LAST_YEAR
