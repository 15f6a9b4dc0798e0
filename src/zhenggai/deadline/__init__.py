"""WORDS → WHEN: time limits and recurring duties read from any wording."""

from zhenggai.deadline.context import Context, PhaseEnd
from zhenggai.deadline.duedates import Due, due
from zhenggai.deadline.form import Form
from zhenggai.deadline.reading import Leftover, Reading, Wording, limits_in, read, recurrences
from zhenggai.deadline.registry import forms
from zhenggai.deadline.standard import show
from zhenggai.deadline.workdays import WorkCalendar, national

__all__ = [
    "Context",
    "Due",
    "Form",
    "Leftover",
    "PhaseEnd",
    "Reading",
    "Wording",
    "WorkCalendar",
    "due",
    "forms",
    "limits_in",
    "national",
    "read",
    "recurrences",
    "show",
]
