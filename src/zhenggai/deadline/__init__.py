"""WORDS → WHEN: time limits and recurring duties read from any wording."""

from zhenggai.deadline.context import Context, PhaseEnd
from zhenggai.deadline.reading import Leftover, Reading, Wording, read, recurrences
from zhenggai.deadline.registry import forms

__all__ = ["Context", "Leftover", "PhaseEnd", "Reading", "Wording", "forms", "read", "recurrences"]
