"""A profile and how it is read from TOML. A bad value is refused by its name."""

from __future__ import annotations

import datetime as dt
import itertools
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from zhenggai.deadline import add_months
from zhenggai.profile.closing import ClosingCustom, parse_closing
from zhenggai.profile.duty import DutyCustom, parse_duty
from zhenggai.profile.extension import ExtensionCustom, parse_extension
from zhenggai.profile.ladder import LadderCustom, parse_ladder
from zhenggai.profile.meeting import MeetingCustom, parse_meetings
from zhenggai.profile.rates import GradingCustom, RoundingCustom, parse_grading, parse_rounding
from zhenggai.profile.reporting import CYCLES, Cycle, ReportingCustom, parse_reporting
from zhenggai.profile.rule import RuleTable, parse_rules
from zhenggai.profile.values import ProfileError, number, text
from zhenggai.profile.wording import FormTexts, Lexicon, parse_form_texts, parse_lexicon, parse_recipients

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A light that shows when at most `days_left` days remain; `word` always stands beside the colour; `told` are roles."""

    days_left: int
    colour: str
    word: str
    told: frozenset[str]


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
    duty: DutyCustom
    extension: ExtensionCustom
    meetings: tuple[MeetingCustom, ...]
    ladder: LadderCustom
    closing: ClosingCustom
    reporting: ReportingCustom
    rounding: RoundingCustom
    grading: GradingCustom
    form_texts: FormTexts
    lexicon: Lexicon
    rules: dict[str, RuleTable]

    @property
    def key(self) -> str:
        """The name under which an inspection remembers its profile."""
        return f"{self.code}@{self.version}"

    def period_end(self, feedback: dt.date) -> dt.date:
        """Return the last day of the concentrated period that begins with the feedback."""
        return add_months(feedback, self.period_months) + dt.timedelta(days=self.period_days)

    def meeting(self, kind: str) -> MeetingCustom | None:
        """Return the custom of a kind of meeting, None where the office holds none of it."""
        return next((one for one in self.meetings if one.type == kind), None)


@cache
def shipped_tables() -> dict[str, dict[str, Any]]:
    """Return what the TOML of each shipped profile says, by key. Nobody changes these tables."""
    tables = [table_in(path.read_text(encoding="utf-8"), path.name) for path in sorted(FOLDER.glob("*.toml"))]
    return {read_table(table, table.get("code", "")).key: table for table in tables}


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
        raise ProfileError(key, f"不存在，可用的有：{'、'.join(shipped())}。") from None


def parse(toml: str, name: str) -> Profile:
    """Read a profile from the TOML text `toml` of the file `name`.

    Raises:
        ProfileError: it is no TOML, a value is missing or is not what it must be.
    """
    return read_table(table_in(toml, name), name)


def table_in(toml: str, name: str) -> dict[str, Any]:
    """Return the table that the TOML text of the file `name` writes.

    Raises:
        ProfileError: it is no TOML.
    """
    try:
        return tomllib.loads(toml)
    except tomllib.TOMLDecodeError as fault:
        raise ProfileError(name, f"的格式不对：{fault}") from None


def read_table(table: dict[str, Any], name: str) -> Profile:
    """Read a profile from its table; `name` is what messages call it.

    Raises:
        ProfileError: a value is missing or is not what it must be.
    """
    source, cycle = text(table, "source", name), cast("Cycle", text(table, "cycle", name))
    if source not in ("inspection", "audit"):
        raise ProfileError(name, f"的 source 只能是 inspection 或 audit，现在是“{source}”。", "source")
    if cycle not in CYCLES:
        raise ProfileError(name, f"的 cycle 只能是 {'、'.join(CYCLES)}，现在是“{cycle}”。", "cycle")
    if not (table.get("period_months") or table.get("period_days")):
        raise ProfileError(name, "的集中整改期不能为0，请填写月数或天数。", "period_months")
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
        duty=parse_duty(table, name),
        extension=parse_extension(table, name),
        meetings=parse_meetings(table, name),
        ladder=parse_ladder(table, name),
        closing=parse_closing(table, name),
        reporting=parse_reporting(table, name, cycle),
        rounding=parse_rounding(table, name),
        grading=parse_grading(table, name),
        form_texts=parse_form_texts(table, name),
        lexicon=parse_lexicon(table, name),
        rules=parse_rules(table, name),
    )


def _thresholds(table: dict[str, Any], name: str) -> tuple[Threshold, ...]:
    entries = table.get("light")
    if not isinstance(entries, list) or not entries:
        raise ProfileError(name, "缺少预警颜色（[[light]]）。", "light")
    colours = tuple(text(entry, "colour", name, at=f"light.{place}.") for place, entry in enumerate(entries))
    told = parse_recipients(table, name, colours)
    found = [
        Threshold(
            number(entry, "days_left", name, least=-1, at=f"light.{place}."),
            colour,
            text(entry, "word", name, at=f"light.{place}."),
            told[colour],
        )
        for place, (entry, colour) in enumerate(zip(entries, colours, strict=True))
    ]
    if len({threshold.days_left for threshold in found}) < len(found):
        raise ProfileError(name, "有两种预警的剩余天数相同，请改成不同的天数。", "light.0.days_left")
    for place, (nearer, further) in enumerate(itertools.pairwise(found), start=1):
        if nearer.days_left > further.days_left:
            what = f"“{further.word}”的剩余天数应当大于“{nearer.word}”的{nearer.days_left}天。"
            raise ProfileError(name, f"的{what}", f"light.{place}.days_left")
    return tuple(found)
