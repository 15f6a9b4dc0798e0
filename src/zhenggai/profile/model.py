"""A profile and how it is read from TOML. A bad value is refused by its name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from zhenggai.profile.closing import ClosingCustom, parse_closing
from zhenggai.profile.values import ProfileError, number, text

Cycle = Literal["week", "half_month", "month", "quarter"]
CYCLES: dict[Cycle, str] = {"week": "每周", "half_month": "每半月", "month": "每月", "quarter": "每季度"}
FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A light that shows when at most `days_left` days remain; `word` always stands beside the colour."""

    days_left: int
    colour: str
    word: str


@dataclass(frozen=True, slots=True)
class Profile:
    """Local custom of one inspecting office in one time. `period_months` is the concentrated period."""

    code: str
    version: int
    name: str
    source: Literal["inspection", "audit"]
    period_months: int
    period_days: int
    immediate_days: int
    cycle: Cycle
    thresholds: tuple[Threshold, ...]
    closing: ClosingCustom

    @property
    def key(self) -> str:
        """The name under which an inspection remembers its profile."""
        return f"{self.code}@{self.version}"


@cache
def shipped() -> dict[str, Profile]:
    """Return the profiles that come with the program, by key, the newest custom first."""
    profiles = [parse(path.read_text(encoding="utf-8"), path.name) for path in sorted(FOLDER.glob("*.toml"))]
    profiles.sort(key=lambda profile: (profile.source != "inspection", -profile.period_months))
    return {profile.key: profile for profile in profiles}


def load(key: str) -> Profile:
    """Return the profile `key`.

    Raises:
        ProfileError: there is none of that name.
    """
    try:
        return shipped()[key]
    except KeyError:
        raise ProfileError(f"没有名为“{key}”的规则配置，可用的有：{'、'.join(shipped())}。") from None


def parse(toml: str, name: str) -> Profile:
    """Read a profile from the TOML text `toml` of the file `name`.

    Raises:
        ProfileError: it is no TOML, a value is missing or is not what it must be.
    """
    try:
        table = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as fault:
        raise ProfileError(f"规则配置“{name}”的格式不对：{fault}") from None
    source, cycle = text(table, "source", name), text(table, "cycle", name)
    if source not in ("inspection", "audit"):
        raise ProfileError(f"规则配置“{name}”的 source 只能是 inspection 或 audit，现在是“{source}”。")
    if cycle not in CYCLES:
        raise ProfileError(f"规则配置“{name}”的 cycle 只能是 {'、'.join(CYCLES)}，现在是“{cycle}”。")
    return Profile(
        code=text(table, "code", name),
        version=number(table, "version", name, least=1),
        name=text(table, "name", name),
        source=cast("Literal['inspection', 'audit']", source),
        period_months=number(table, "period_months", name),
        period_days=number(table, "period_days", name),
        immediate_days=number(table, "immediate_days", name, least=1),
        cycle=cycle,
        thresholds=_thresholds(table, name),
        closing=parse_closing(table, name),
    )


def _thresholds(table: dict[str, Any], name: str) -> tuple[Threshold, ...]:
    entries = table.get("light")
    if not isinstance(entries, list) or not entries:
        raise ProfileError(f"规则配置“{name}”缺少预警颜色（[[light]]）。")
    found = [
        Threshold(number(entry, "days_left", name, least=-1), text(entry, "colour", name), text(entry, "word", name))
        for entry in entries
    ]
    return tuple(sorted(found, key=lambda threshold: threshold.days_left))
