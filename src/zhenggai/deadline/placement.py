"""Where in its period a recurring act falls: 25日前, 末月20日前, 周一、周四, 6月底、12月底前, 最后一个周五, 开学前.

A period is given by its first and last day. What cannot be placed (春节前, 汛期前) falls on the last day, and that is said.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from zhenggai.deadline.days import add_months, day, month_end, sunday_of
from zhenggai.deadline.grammar import count

if TYPE_CHECKING:
    from zhenggai.deadline.kinds import Frequency
    from zhenggai.deadline.workdays import WorkCalendar

_DROPPED = re.compile(r"(?:之前|以前|前|之内|以内|内|止|[;；]|下班|[上下]午|晚上?|期间|开展|的)+$")
_PARITY = re.compile(r"^[单双](?:月|周|日)")
_AND = re.compile(r"[、,和及与]")
_TO = re.compile(r"(?:至|到|-|~)")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)?([一二三四五六日天])")
_NTH_WEEK = re.compile(r"第(.{1,2}?)个?(?:周|星期)")
_NTH_WEEKDAY = re.compile(r"(?:第(?P<n>.{1,2}?)个?|(?P<last>最后一?个?))(?:周|星期)(?P<day>[一二三四五六日天])")
_NTH_WORKDAY = re.compile(r"(?:第(?P<n>.{1,3}?)个?|(?P<first>首个?)|(?P<last>最后一?个?))工作日")
_DAY_OF_MONTH = re.compile(r"(\d{1,2}|[一二三四五六七八九十]{1,3})[日号]?")
_MONTH = re.compile(r"(\d{1,2}|[一二三四五六七八九十]{1,2})月?份?(.*)")
_MONTH_OF_PERIOD = re.compile(
    r"(?:(?P<first>首|头一?个?)|(?P<last>末|最后一?个?)|(?P<middle>次|中)|第(?P<n>.{1,2}?)个?)个?月份?(?P<rest>.*)"
)
_QUARTER = re.compile(r"第?([一二三四1-4])季度?(?:末|底)?")
_AFTER_END = re.compile(r"(?:终了|结束|届满)(?:之日起|之后|后|起)的?(.{1,3}?)个?(工作日|天|日|周|月)")
_TERM_WEEK = re.compile(r"开学(?:后)?第?(.{1,2}?)个?周")
_FIXED = {"元旦": (12, 31), "五一": (4, 30), "七一": (6, 30), "国庆": (9, 30), "国庆节": (9, 30)}
_WEEKDAYS = "一二三四五六日"


def place(
    words: str | None, freq: Frequency, start: dt.date, end: dt.date, workdays: WorkCalendar
) -> tuple[dt.date, ...]:
    """Return the days between `start` and `end` that `words` name, in order; empty where they name none."""
    if not words:
        return ()
    found: list[dt.date] = []
    for piece in _pieces(_PARITY.sub("", _DROPPED.sub("", words)), freq):
        date = _of(piece, freq, start, end, workdays)
        if date is None:
            return ()
        found.append(date)
    return tuple(sorted(set(found)))


def _pieces(words: str, freq: Frequency) -> list[str]:
    """Return the single points that the words list; of a range the last (1日至5日), of 3、6、9月 each with its unit."""
    pieces = [_TO.split(piece)[-1] for piece in _AND.split(words) if piece]
    unit = re.search(r"月(?:[底末初]|份)?$|[日号]$", words)
    if freq in ("year", "half_year", "month") and unit and len(pieces) > 1:
        pieces = [piece if re.search(r"[月日号底末]", piece) else piece + unit.group() for piece in pieces]
    return [_DROPPED.sub("", piece) for piece in pieces]


def _of(words: str, freq: Frequency, start: dt.date, end: dt.date, workdays: WorkCalendar) -> dt.date | None:
    after = _AFTER_END.fullmatch(words)
    if after:
        return _after_end(after, end, workdays)
    if words in ("末", "底", "月底", "月末", "年底", "年末", "期末", "学期末", "季末", "季度末", "结束", "周末", "终"):
        return end
    match freq:
        case "week":
            found = _in_week(words, start)
        case "month" | "half_month":
            found = _in_month(words, start, workdays)
        case "quarter" | "half_year":
            found = _in_months(words, start, end, workdays)
        case "year":
            found = _in_year(words, start, end, workdays)
        case "semester":
            found = _in_semester(words, start, end)
        case "day":
            found = None
    return found


def _after_end(match: re.Match[str], end: dt.date, workdays: WorkCalendar) -> dt.date | None:
    number = count(match.group(1))
    if number is None:
        return None
    match match.group(2):
        case "工作日":
            return workdays.after(end, number)
        case "周":
            return end + dt.timedelta(weeks=number)
        case "月":
            return add_months(end, number)
    return end + dt.timedelta(days=number)


def _in_week(words: str, start: dt.date) -> dt.date | None:
    match = _WEEKDAY.fullmatch(words)
    if match:
        return sunday_of(start) - dt.timedelta(days=6 - _weekday(match.group(1)))
    return sunday_of(start) - dt.timedelta(days=6) if words in ("初", "周初") else None


def _in_month(words: str, start: dt.date, workdays: WorkCalendar) -> dt.date | None:
    first, last = start.replace(day=1), month_end(start.year, start.month)
    parts = {"初": 10, "月初": 10, "上旬": 10, "中": 20, "月中": 20, "中旬": 20, "下旬": last.day}
    if words in parts:
        return first.replace(day=parts[words])
    weekday = _NTH_WEEKDAY.fullmatch(words)
    if weekday:
        return _nth_weekday(weekday, first, last)
    workday = _NTH_WORKDAY.fullmatch(words)
    if workday:
        return _nth_workday(workday, first, last, workdays)
    week = _NTH_WEEK.fullmatch(words)
    if week:
        return min(sunday_of(first) + dt.timedelta(weeks=(count(week.group(1)) or 1) - 1), last)
    match = _DAY_OF_MONTH.fullmatch(words)
    number = count(match.group(1)) if match else None
    if number is None or not 1 <= number <= 31:
        return None
    return first.replace(day=min(number, last.day))


def _nth_weekday(match: re.Match[str], first: dt.date, last: dt.date) -> dt.date | None:
    weekday = _weekday(match.group("day"))
    if match.group("last"):
        return last - dt.timedelta(days=(last.weekday() - weekday) % 7)
    found = first + dt.timedelta(days=(weekday - first.weekday()) % 7, weeks=(count(match.group("n")) or 1) - 1)
    return found if found <= last else None


def _nth_workday(match: re.Match[str], first: dt.date, last: dt.date, workdays: WorkCalendar) -> dt.date | None:
    if match.group("last"):
        return max((d for d in _days(first, last) if workdays.is_workday(d)), default=None)
    found = workdays.after(first - dt.timedelta(days=1), count(match.group("n") or "1") or 1)
    return found if found <= last else None


def _in_months(words: str, start: dt.date, end: dt.date, workdays: WorkCalendar) -> dt.date | None:
    """Return the day in a quarter or half-year: 末月20日, 第一个月15日, 首月底."""
    match = _MONTH_OF_PERIOD.fullmatch(words)
    if match is None:
        begun = {"初": dt.timedelta(days=9), "季初": dt.timedelta(days=9), "季度初": dt.timedelta(days=9)}.get(words)
        middle = start + (end - start) / 2 if words in ("中", "季中", "年中") else None
        return start + begun if begun else middle or _in_year(words, start, end, workdays)
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    last, middle_month = months - 1, (months - 1) // 2
    number = count(match.group("n") or "") or 1
    offset = 0 if match.group("first") else last if match.group("last") else middle_month
    if match.group("n"):
        offset = min(number - 1, last)
    month = add_months(start.replace(day=1), offset)
    rest = match.group("rest")
    return month_end(month.year, month.month) if rest in ("", "底", "末") else _in_month(rest, month, workdays)


def _in_year(words: str, start: dt.date, end: dt.date, workdays: WorkCalendar) -> dt.date | None:
    whole = {
        "上半年": (6, 30), "上": (6, 30), "下半年": (12, 31), "下": (12, 31), "年中": (6, 30), "中": (6, 30),
        "年初": (1, 31), "初": (1, 31), "学年末": (7, 31), **_FIXED,
    }  # fmt: skip
    if words in whole:
        return _inside(day(start.year, *whole[words]), start, end)
    quarter = _QUARTER.fullmatch(words)
    if quarter:
        month = 3 * (count(quarter.group(1)) or 1)
        return _inside(month_end(start.year, month), start, end)
    match = _MONTH.fullmatch(words)
    number = count(match.group(1)) if match else None
    if match is None or number is None or not 1 <= number <= 12 or "月" not in words:
        return None
    if match.group(2) in ("", "底", "末"):
        return _inside(month_end(start.year, number), start, end)
    return _inside(_in_month(match.group(2), dt.date(start.year, number, 1), workdays), start, end)


def _in_semester(words: str, start: dt.date, end: dt.date) -> dt.date | None:
    """Return the day in a term: before it, its first week, its middle, its last day."""
    named = {
        "开学": start - dt.timedelta(days=1),
        "开学初": start + dt.timedelta(days=6),
        "开学时": start,
        "初": start + dt.timedelta(days=6),
        "学期初": start + dt.timedelta(days=6),
        "期初": start + dt.timedelta(days=6),
        "中": start + (end - start) / 2,
        "期中": start + (end - start) / 2,
        "学期中": start + (end - start) / 2,
        "放假": end,
    }
    if words in named:
        return named[words]
    week = _TERM_WEEK.fullmatch(words)
    number = count(week.group(1)) if week else None
    return sunday_of(start) + dt.timedelta(weeks=number - 1) if number else None


def _inside(date: dt.date | None, start: dt.date, end: dt.date) -> dt.date | None:
    return date if date and start <= date <= end else None


def _weekday(word: str) -> int:
    return _WEEKDAYS.index(word.replace("天", "日"))


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
