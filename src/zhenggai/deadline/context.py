"""What a document tells about its own time: the dates from which its wordings are counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
        year_start = dt.date(self.default_year, 1, 1) if self.default_year else None
        return self.plan_date or self.feedback_date or self.document_date or year_start or self.as_of

    @property
    def year_is_assumed(self) -> bool:
        """Whether the document gives no date at all, so that years come from `as_of` alone."""
        documented = (self.plan_date, self.feedback_date, self.document_date, self.default_year)
        return not any(documented) and self.as_of is not None

    def date_of(self, anchor: Anchor) -> dt.date | None:
        """Return the date of the act that starts a period, or None where the document does not give it."""
        dates = {"feedback": self.feedback_date, "plan": self.plan_date, "document": self.document_date}
        return dates[anchor]
