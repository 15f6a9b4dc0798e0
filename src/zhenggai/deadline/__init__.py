"""WORDS → WHEN: time limits and recurring duties read from any wording."""

from zhenggai.deadline.context import Context, PhaseEnd
from zhenggai.deadline.cycles import CycleTime, cycle_of, following, label_of
from zhenggai.deadline.day_off import Shift, shifted
from zhenggai.deadline.days import add_months
from zhenggai.deadline.duedates import Due, due
from zhenggai.deadline.form import Form
from zhenggai.deadline.reading import Leftover, Reading, Wording, limits_in, read, recurrences
from zhenggai.deadline.recurrence import Course, Occasion, Term, needs_terms, next_occasion, occasions
from zhenggai.deadline.registry import forms
from zhenggai.deadline.standard import PERIODS, show
from zhenggai.deadline.workdays import WorkCalendar, national

__all__ = [
    "PERIODS",
    "Context",
    "Course",
    "CycleTime",
    "Due",
    "Form",
    "Leftover",
    "Occasion",
    "PhaseEnd",
    "Reading",
    "Shift",
    "Term",
    "Wording",
    "WorkCalendar",
    "add_months",
    "cycle_of",
    "due",
    "following",
    "forms",
    "label_of",
    "limits_in",
    "national",
    "needs_terms",
    "next_occasion",
    "occasions",
    "read",
    "recurrences",
    "shifted",
    "show",
]
