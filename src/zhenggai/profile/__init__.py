"""LOCAL CUSTOM: what differs from office to office, as versioned TOML data.

A profile is named `code@version`. An inspection is bound to one; a newer version of the same code never changes what an
older one said. `data/` holds what is shipped.
"""

from zhenggai.deadline import CycleTime, cycle_of, label_of
from zhenggai.profile.closing import EVIDENCE_KINDS, ClosingCustom
from zhenggai.profile.duty import DutyCustom
from zhenggai.profile.extension import DECIDERS, ExtensionCustom
from zhenggai.profile.fields import (
    LIST_SIGN,
    Field,
    FieldChange,
    changed,
    completed,
    difference,
    fields_of,
    label_of_path,
    open_groups,
)
from zhenggai.profile.ladder import (
    ADDRESSEES,
    GROUNDS,
    PAPER_KINDS,
    SIGNERS,
    TRANSFER,
    LadderCustom,
    Level,
    PaperCustom,
)
from zhenggai.profile.lights import Light, days_left, light_of, words_of
from zhenggai.profile.meeting import ATTENDERS, MEETING_TYPES, NODES, SECTIONS, MeetingCustom
from zhenggai.profile.model import Profile, load, parse, read_table, shipped, shipped_tables
from zhenggai.profile.rates import ROUNDINGS, Grade, GradingCustom, RoundingCustom
from zhenggai.profile.reporting import CYCLES, Cycle, ReportingCustom
from zhenggai.profile.values import ProfileError
from zhenggai.profile.wording import RECIPIENTS, FormTexts, Lexicon

__all__ = [
    "ADDRESSEES",
    "ATTENDERS",
    "CYCLES",
    "DECIDERS",
    "EVIDENCE_KINDS",
    "GROUNDS",
    "LIST_SIGN",
    "MEETING_TYPES",
    "NODES",
    "PAPER_KINDS",
    "RECIPIENTS",
    "ROUNDINGS",
    "SECTIONS",
    "SIGNERS",
    "TRANSFER",
    "ClosingCustom",
    "Cycle",
    "CycleTime",
    "DutyCustom",
    "ExtensionCustom",
    "Field",
    "FieldChange",
    "FormTexts",
    "Grade",
    "GradingCustom",
    "LadderCustom",
    "Level",
    "Lexicon",
    "Light",
    "MeetingCustom",
    "PaperCustom",
    "Profile",
    "ProfileError",
    "ReportingCustom",
    "RoundingCustom",
    "changed",
    "completed",
    "cycle_of",
    "days_left",
    "difference",
    "fields_of",
    "label_of",
    "label_of_path",
    "light_of",
    "load",
    "open_groups",
    "parse",
    "read_table",
    "shipped",
    "shipped_tables",
    "words_of",
]
