"""What an office holds about reporting: which measures report how often, until when, and what becomes of a late report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from zhenggai.profile.duty import SHIFTS
from zhenggai.profile.values import ProfileError, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.deadline import Shift

Cycle = Literal["week", "half_month", "month", "quarter"]
CYCLES: Mapping[Cycle, str] = {"week": "每周", "half_month": "每半月", "month": "每月", "quarter": "每季度"}
GENERAL = "general"
"""Said of a class of measures: it reports in the profile's own cycle."""
RHYTHMS: Mapping[str, str] = {GENERAL: "与填报周期相同", **{str(code): word for code, word in CYCLES.items()}}
CLASSES = ("immediate", "time_limited", "long_term")
LATE: Mapping[str, str] = {"taken": "收下，标明迟报", "refused": "不再接收"}
TOLD: Mapping[str, str] = {
    "handler": "经办人",
    "department_head": "部门负责人",
    "responsible_leader": "责任领导",
    "lead_leader": "牵头领导",
    "office": "整改办",
}
"""The roles that a profile may let know of missing reports."""
_LATEST: Mapping[Cycle, int] = {"week": 5, "half_month": 13, "month": 27, "quarter": 80}
"""A cycle is closed before the next one of its kind has ended."""
REPORTING_LABELS = {
    "reporting.early_days": "方案确认后多少天为前期（0为不分前期）",
    "reporting.immediate_early": "立行立改的措施，前期",
    "reporting.immediate": "立行立改的措施",
    "reporting.time_limited": "限期整改的措施",
    "reporting.long_term": "长期坚持的措施",
    "reporting.cut_off_week": "每周填报：周日后几天截止",
    "reporting.cut_off_half_month": "每半月填报：半月结束后几天截止",
    "reporting.cut_off_month": "每月填报：次月几日截止（0为当月最后一天）",
    "reporting.cut_off_quarter": "每季度填报：季度结束后几天截止",
    "reporting.day_off": "截止日遇休息日",
    "reporting.soon_days": "截止前几天提醒",
    "reporting.missing_told": "截止后未填报的，告知",
    "reporting.late": "截止后补报的",
}
REPORTING_CHOICES: dict[str, Mapping[str, str]] = {
    **{f"reporting.{name}": RHYTHMS for name in ("immediate_early", *CLASSES)},
    "reporting.day_off": SHIFTS,
    "reporting.missing_told": TOLD,
    "reporting.late": LATE,
}


@dataclass(frozen=True, slots=True)
class ReportingCustom:
    """The custom of 填报.

    `rhythms` give the cycle of each class of measures, `early` that of 立行立改 in the first `early_days` days after the plan was
    confirmed. A cycle closes at the end of the day `cut_off[cycle]` days after it, moved off a day off as `day_off` says; `soon_days` before
    it, who has not reported is reminded; afterwards the roles `missing_told` hear who is missing, and a late report is marked
    as such, or refused where not `late_taken`.
    """

    general: Cycle
    rhythms: Mapping[str, Cycle]
    early: Cycle
    early_days: int
    cut_off: Mapping[Cycle, int]
    day_off: Shift
    soon_days: int
    missing_told: frozenset[str]
    late_taken: bool


def parse_reporting(table: dict[str, Any], name: str, general: Cycle) -> ReportingCustom:
    """Read the part `[reporting]` of the profile `name`, whose own cycle is `general`.

    Raises:
        ProfileError: it is missing, or a value in it is not what it must be.
    """
    part = table.get("reporting")
    if not isinstance(part, dict):
        raise ProfileError(name, "缺少填报规定（[reporting]）。", "reporting")
    chosen = {
        key: _choice(part, key, name, choices)
        for key, choices in (
            ("immediate_early", RHYTHMS),
            *((one, RHYTHMS) for one in CLASSES),
            ("day_off", SHIFTS),
            ("late", LATE),
        )
    }
    told = part.get("missing_told")
    if not isinstance(told, list) or not all(role in TOLD for role in told):
        raise ProfileError(name, f"的 missing_told 应当从{'、'.join(TOLD.values())}中选。", "reporting.missing_told")
    return ReportingCustom(
        general=general,
        rhythms={one: _cycle(chosen[one], general) for one in CLASSES},
        early=_cycle(chosen["immediate_early"], general),
        early_days=_at_most(part, "early_days", name, 1000),
        cut_off={cycle: _at_most(part, f"cut_off_{cycle}", name, most) for cycle, most in _LATEST.items()},
        day_off=cast("Shift", chosen["day_off"]),
        soon_days=_at_most(part, "soon_days", name, 30),
        missing_told=frozenset(told),
        late_taken=chosen["late"] == "taken",
    )


def _choice(part: dict[str, Any], key: str, name: str, choices: Mapping[str, str]) -> str:
    value = part.get(key)
    if not isinstance(value, str) or value not in choices:
        raise ProfileError(name, f"的 {key} 只能是 {'、'.join(choices)}。", f"reporting.{key}")
    return value


def _cycle(word: str, general: Cycle) -> Cycle:
    return general if word == GENERAL else cast("Cycle", word)


def _at_most(part: dict[str, Any], key: str, name: str, most: int) -> int:
    value = number(part, key, name, at="reporting.")
    if value > most:
        raise ProfileError(name, f"的 {key} 应当是0至{most}之间的整数。", f"reporting.{key}")
    return value
