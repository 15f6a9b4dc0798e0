"""Points of the calendar as people write them: 2024年3月底, 下月10日, 第二季度, 2024.3.31, 本周五.

A rule matches one way of writing and gives a `Point`: a stretch of the calendar whose year may still be open. `locate`
settles the year by the rule of the plan format: the first one not before the date it is counted from.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.deadline.days import FIRST_YEAR, LAST_YEAR, add_months, day, month_end, sunday_of
from zhenggai.deadline.grammar import CHINESE, CLOCK, END, MONTH, NOTE, NUM, YEAR
from zhenggai.text import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenggai.deadline.form import Scene
    from zhenggai.deadline.kinds import Grain

    Parse = Callable[[re.Match[str], "Scene"], "Point | None"]

Stretch = tuple[dt.date, dt.date]
_YEARS_AHEAD = 9  # 29 February is at most eight years away


@dataclass(frozen=True, slots=True)
class Point:
    """A stretch of the calendar. `number` is the month, quarter or half; `part` the day or the third of a month.

    `fixed` is set instead where the words are counted from a date and leave nothing open.
    """

    grain: Grain
    year: int | None = None
    number: int = 0
    part: int = 0
    fixed: Stretch | None = None
    years_later: int | None = None
    """次年 in the end of a window: so many years after its start."""

    def stretch(self, year: int) -> Stretch | None:
        """Return the first and last day in `year`, or None where the calendar has no such stretch."""
        if self.fixed:
            return self.fixed
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}.get(self.grain)
        if months:
            return _months(year, max(self.number, 1), months)
        if self.grain == "day":
            date = day(year, self.number, self.part)
            return (date, date) if date else None
        return _third(year, self.number, self.part)


def _months(year: int, count: int, length: int) -> Stretch | None:
    last_month = count * length
    if last_month > 12:
        return None
    return dt.date(year, last_month - length + 1, 1), month_end(year, last_month)


def _third(year: int, month: int, third: int) -> Stretch | None:
    if not 1 <= month <= 12:
        return None
    last = month_end(year, month) if third == 3 else dt.date(year, month, third * 10)
    return dt.date(year, month, third * 10 - 9), last


def locate(point: Point, base: dt.date | None) -> Stretch | None:
    """Return the stretch that `point` means: in its own year, else the first whose end is not before `base`."""
    if point.year is not None or point.fixed:
        return point.stretch(point.year or 0)
    if base is None:
        return None
    for year in range(base.year, base.year + _YEARS_AHEAD):
        found = point.stretch(year)
        if found and found[1] >= base:
            return found
    return None


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of writing a point of the calendar."""

    pattern: str
    parse: Parse

    def read(self, text: str, scene: Scene) -> Point | None:
        """Return the point that the whole of `text` writes, or None."""
        match = re.fullmatch(self.pattern, text)
        return self.parse(match, scene) if match else None


_YEAR_UNIT, _MONTH_UNIT = re.compile(r"(?:年度?|度)$"), re.compile(r"月份?$")


def year_of(word: str | None, scene: Scene) -> int | None:
    """Return the year that 2024年, 24年, 二〇二四年度, 明年 or 次年 names, or None.

    Words that need a date to count from mean nothing without one.
    """
    if not word:
        return None
    stem = _YEAR_UNIT.sub("", word)
    value = number(stem)
    if value is not None and stem not in ("第二", "下一"):
        return value + 2000 if value < 100 else value
    return _relative_year(stem, scene)


def _relative_year(stem: str, scene: Scene) -> int | None:
    after_last = {"当": 0, "次": 1, "翌": 1, "第二": 1, "下": 1, "下一": 1}
    after_reference = {"今": 0, "本": 0, "明": 1, "来": 1, "后": 2, "去": -1, "上": -1}
    if stem in after_last and scene.base:
        return scene.base.year + after_last[stem]
    if stem in after_reference and scene.reference:
        return scene.reference.year + after_reference[stem]
    return None


def _open_year(match: re.Match[str], scene: Scene) -> tuple[bool, int | None]:
    """Whether the year, if one is written, could be read; and the year."""
    word = match.group("y")
    year = year_of(word, scene)
    return not word or year is not None, year


def _month(word: str | None, scene: Scene) -> tuple[int | None, int | None]:
    """Return year and month of 3月 (year open), 本月, 下月, 次月."""
    if not word:
        return None, None
    stem = _MONTH_UNIT.sub("", word)
    value = 1 if stem == "元" else number(stem)
    if value is not None:
        return None, value
    base = scene.base if stem in ("当", "次") else scene.reference
    if base is None:
        return None, None
    first = add_months(base.replace(day=1), -1 if stem[0] == "上" else 1 if stem[0] in "下次" else 0)
    return first.year, first.month


def _in_month(match: re.Match[str], scene: Scene, grain: Grain, part: int) -> Point | None:
    legible, year = _open_year(match, scene)
    month_year, month = _month(match.group("m"), scene)
    if not legible or month is None or not 1 <= month <= 12:
        return None
    return Point(grain, year or month_year, month, part)


def _day(match: re.Match[str], scene: Scene) -> Point | None:
    point = _in_month(match, scene, "day", number(match.group("d")) or 0)
    return point if point and _exists(point) else None


def _exists(point: Point) -> bool:
    """Whether the day exists in its year; 29 February without a year does in some."""
    return point.stretch(point.year if point.year is not None else 2000) is not None


def _numeric_day(match: re.Match[str], scene: Scene) -> Point | None:
    del scene
    year = int(match.group("y"))
    point = Point("day", year + 2000 if year < 100 else year, int(match.group("m")), int(match.group("d")))
    return point if _exists(point) else None


def _numeric_month(match: re.Match[str], scene: Scene) -> Point | None:
    del scene
    month = int(match.group("m"))
    return Point("month", int(match.group("y")), month) if 1 <= month <= 12 else None


def _short_day(match: re.Match[str], scene: Scene) -> Point | None:
    del scene
    point = Point("day", None, int(match.group("m")), int(match.group("d")))
    return point if _exists(point) else None


def _day_alone(match: re.Match[str], scene: Scene) -> Point | None:
    """25日: the first 25th not before the date it is counted from."""
    wanted, base = number(match.group("d")) or 0, scene.base
    if base is None:
        return None
    for months in range(3):
        first = add_months(base.replace(day=1), months)
        date = day(first.year, first.month, wanted)
        if date and date >= base:
            return Point("day", fixed=(date, date))
    return None


_THIRDS = {"上": 1, "初": 1, "中": 2, "下": 3}


def _ten_days(match: re.Match[str], scene: Scene) -> Point | None:
    third = _THIRDS[match.group("x")]
    if match.group("m"):
        return _in_month(match, scene, "ten_days", third)
    if match.group("y") or scene.base is None:
        return None
    for months in range(2):
        first = add_months(scene.base.replace(day=1), months)
        found = _third(first.year, first.month, third)
        if found and found[1] >= scene.base:
            return Point("ten_days", fixed=found)
    return None


def _month_part(match: re.Match[str], scene: Scene) -> Point | None:
    return _in_month(match, scene, "ten_days", _THIRDS[match.group("x")])


def _whole_month(match: re.Match[str], scene: Scene) -> Point | None:
    return _in_month(match, scene, "month", 0)


def _this_month(match: re.Match[str], scene: Scene) -> Point | None:
    if scene.base is None:
        return None
    part = _THIRDS.get(match.group("x"))
    year, month = scene.base.year, scene.base.month
    return Point("ten_days", year, month, part) if part else Point("month", year, month)


def _quarter(match: re.Match[str], scene: Scene) -> Point | None:
    legible, year = _open_year(match, scene)
    value = number(match.group("q").replace("Q", ""))
    return Point("quarter", year, value) if legible and value and 1 <= value <= 4 else None


def _relative_quarter(match: re.Match[str], scene: Scene) -> Point | None:
    word = match.group("r") or "本"
    base = scene.base if word[0] in "当次" else scene.reference
    if base is None:
        return None
    moved = add_months(base.replace(day=1), 3 if word[0] in "下次" else -3 if word[0] == "上" else 0)
    return Point("quarter", moved.year, (moved.month + 2) // 3)


def _half_year(match: re.Match[str], scene: Scene) -> Point | None:
    legible, year = _open_year(match, scene)
    return Point("half_year", year, 1 if match.group("h") == "上" else 2) if legible else None


def _mid_year(match: re.Match[str], scene: Scene) -> Point | None:
    legible, year = _open_year(match, scene)
    return Point("half_year", year, 1) if legible else None


def _whole_year(match: re.Match[str], scene: Scene) -> Point | None:
    year = year_of(match.group("y"), scene)
    if year is None:
        return None
    later = {"次": 1, "翌": 1, "第二": 1}.get(re.sub(r"年.*$", "", match.group("y")))
    return Point("year", year, years_later=later)


def _year_end(match: re.Match[str], scene: Scene) -> Point:
    del match, scene
    return Point("year")


def _five_years(match: re.Match[str], scene: Scene) -> Point:
    """“十四五”末: the plan of 2021 to 2025."""
    del scene
    return Point("year", 1955 + 5 * (10 + (number(match.group("p")) or 0)))


def _week(match: re.Match[str], scene: Scene) -> Point | None:
    base = scene.reference
    if base is None:
        return None
    word = match.group("w")
    weeks = -1 if word[0] == "上" else word.count("下") if word[0] == "下" else 1 if word[0] == "次" else 0
    sunday = sunday_of(base) + dt.timedelta(weeks=weeks)
    weekday = match.group("d")
    if not weekday:
        return Point("week", fixed=(sunday - dt.timedelta(days=6), sunday))
    date = sunday - dt.timedelta(days=6 - _WEEKDAYS[weekday])
    return Point("day", fixed=(date, date))


def _this_week(match: re.Match[str], scene: Scene) -> Point | None:
    del match
    if scene.reference is None:
        return None
    sunday = sunday_of(scene.reference)
    return Point("week", fixed=(sunday - dt.timedelta(days=6), sunday))


_WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6}


def _weekday(match: re.Match[str], scene: Scene) -> Point | None:
    """周五前: the first Friday not before the date it is counted from."""
    if scene.base is None:
        return None
    date = scene.base + dt.timedelta(days=(_WEEKDAYS[match.group("d")] - scene.base.weekday()) % 7)
    return Point("day", fixed=(date, date))


def _week_of_month(match: re.Match[str], scene: Scene) -> Point | None:
    """3月第二周: weeks end on Sunday, the first one on the month's first Sunday."""
    month = _in_month(match, scene, "month", 0)
    found = locate(month, scene.base) if month else None
    if not found:
        return None
    which = number(match.group("n")) or 9
    sunday = sunday_of(found[0]) + dt.timedelta(weeks=which - 1)
    if which > 6 or sunday - dt.timedelta(days=6) > found[1]:
        return None
    return Point("week", fixed=(sunday - dt.timedelta(days=6), sunday))


def _week_of_day(match: re.Match[str], scene: Scene) -> Point | None:
    point = _day(match, scene)
    found = locate(point, scene.base) if point else None
    if not found:
        return None
    sunday = sunday_of(found[0])
    return Point("week", fixed=(sunday - dt.timedelta(days=6), sunday))


def _year_start(match: re.Match[str], scene: Scene) -> Point | None:
    legible, year = _open_year(match, scene)
    return Point("day", year, 1, 1) if legible else None


_Y = rf"(?P<y>{YEAR})?"
_M = rf"(?P<m>{MONTH})"
_NO_NUMBER_BEFORE = rf"(?<![\d{CHINESE}今本明后去每×当次来上下翌半个这逐元])"
_NUMERIC_TIME = r"(?:[T ]?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d{1,6})?)?"

DAY = Rule(rf"{_Y}{_M}的?(?P<d>{NUM})(?:[日号](?!常)|{END}){NOTE}{CLOCK}", _day)
NUMERIC_DAY = Rule(
    r"(?<![\d.])(?P<y>(?:19|20)\d\d|\d\d)(?:(?=\.\d{1,2}\.)|(?=/\d{1,2}/)|(?=-\d{1,2}-)|(?=[./-]\d{1,2}月\d)|(?=年\d{1,2}[./-]))"
    rf"[./年-](?P<m>\d{{1,2}})[./月-](?P<d>\d{{1,2}})(?!\d)(?!\.\d{{1,2}}(?!\d))[日号]?{NOTE}{_NUMERIC_TIME}{CLOCK}",
    _numeric_day,
)
COMPACT_DAY = Rule(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)",
    _numeric_day,
)
SHORT_DAY = Rule(rf"(?<![\d./-])(?P<m>\d{{1,2}})[./-](?P<d>\d{{1,2}})(?![\d./-])[日号]?{CLOCK}", _short_day)
SHORT_DAY_OF_WINDOW = Rule(r"(?P<m>\d{1,2})[./](?P<d>\d{1,2})(?!\d)[日号]?", _short_day)
DAY_ALONE = Rule(rf"(?P<d>{NUM})[日号](?!常){NOTE}{CLOCK}", _day_alone)
TEN_DAYS = Rule(rf"{_Y}{_M}?的?(?P<x>[上中下])旬末?", _ten_days)
MONTH_PART = Rule(rf"{_Y}{_M}(?P<x>初|中(?![旬间国央心等期学小医层共高]))", _month_part)
WHOLE_MONTH = Rule(rf"{_Y}{_M}(?:月?[底末])?", _whole_month)
THIS_MONTH = Rule(rf"{_NO_NUMBER_BEFORE}月(?:底|末|内|(?P<x>初|中(?!旬)))", _this_month)
NUMERIC_MONTH = Rule(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)[./-](?P<m>\d{1,2})(?!\d)月?份?[底末]?(?![%万亿元个人吨亩千百米公号次])",
    _numeric_month,
)
COMPACT_MONTH = Rule(r"(?<!\d)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?!\d)[底末]?", _numeric_month)
QUARTER = Rule(
    rf"(?P<y>{YEAR}|(?<!\d)(?:19|20)\d\d[./-]?)?(?:第|前)?"
    rf"(?P<q>(?<![\d{CHINESE}每])[一二三四五六七八九1-9](?=季度)|Q[1-4](?!\d))(?:季度)?[底末]?",
    _quarter,
)
RELATIVE_QUARTER = Rule(
    r"(?:(?P<r>本|当|这个?|下一?个?|次|上一?个?)季度?(?!节)(?:末|底)?|(?<![\d一二三四本当下上次每个])季度?(?:末|底|内))",
    _relative_quarter,
)
HALF_YEAR = Rule(rf"{_Y}(?P<h>[上下])半年度?[底末]?", _half_year)
MID_YEAR = Rule(rf"(?:(?P<y>{YEAR})年?|{_NO_NUMBER_BEFORE}年)中(?![旬间国央心等期学小医层])", _mid_year)
WHOLE_YEAR = Rule(rf"(?P<y>{YEAR})(?:年?(?:[底末终尾]|内))?", _whole_year)
YEAR_END = Rule(rf"{_NO_NUMBER_BEFORE}(?:年(?:[底末终尾]|度?内|度末)|全年底)", _year_end)
YEAR_START = Rule(rf"(?:(?P<y>{YEAR})年?|{_NO_NUMBER_BEFORE}年)初", _year_start)
FIVE_YEARS = Rule(r"十(?P<p>[一二三四五六七八九])五(?:规划)?(?:期末|末|时期末|收官|结束)", _five_years)
WEEK = Rule(
    r"(?P<w>本|这|下下?一?个?|上|次)(?:周|星期|礼拜)(?:(?P<d>[一二三四五六日天])|末|内|底)?"
    rf"(?![期边]){CLOCK}",
    _week,
)
WEEKDAY = Rule(rf"(?<![本这下上次每逢/及和、至])(?:周|星期|礼拜)(?P<d>[一二三四五六日天]){CLOCK}", _weekday)
THIS_WEEK = Rule(r"(?<![本这下上次每双单两一二三四五六七八九十\d])周(?:末|内)", _this_week)
WEEK_OF_MONTH = Rule(rf"{_Y}{_M}的?第(?P<n>[一二三四五六1-6])个?(?:周|星期)(?![一二三四五六日天期])", _week_of_month)
WEEK_OF_DAY = Rule(rf"{_Y}{_M}(?P<d>{NUM})[日号](?:所在|那一?|当)周", _week_of_day)

IN_WINDOWS = (
    DAY,
    NUMERIC_DAY,
    COMPACT_DAY,
    SHORT_DAY_OF_WINDOW,
    YEAR_START,
    TEN_DAYS,
    MONTH_PART,
    WHOLE_MONTH,
    NUMERIC_MONTH,
    COMPACT_MONTH,
    QUARTER,
    HALF_YEAR,
    WHOLE_YEAR,
    YEAR_END,
)
"""The points that may begin or end a window, the most exact first."""
