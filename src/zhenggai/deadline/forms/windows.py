"""From one date to another: 5月13日—7月31日, 2024年1月至6月, 即日起至年底, 2024年全年."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from zhenggai.deadline import guards, points
from zhenggai.deadline.form import Form
from zhenggai.deadline.grammar import BEFORE, CHINESE, CLOCK, MONTH, NOTE, NUM, RANGE, YEAR
from zhenggai.deadline.kinds import By, Window
from zhenggai.deadline.limits import note_year
from zhenggai.deadline.points import Point, Stretch, locate
from zhenggai.text import number

if TYPE_CHECKING:
    from zhenggai.deadline.form import Parts, Scene

_SIDE_YEAR = rf"(?:{YEAR}|(?<!\d)20\d\d(?=[./-]?Q[1-4]))?"
_CALENDAR = (
    rf"(?=[\d{CHINESE}今本当明次翌来后去上下第年月这元Q前中]){_SIDE_YEAR}"
    rf"(?:{MONTH}(?:的?(?:{NUM}[日号]?{NOTE}{CLOCK}|[上中下]旬末?)|[初中](?![旬间国央心等期学])|月?[底末])?"
    r"|[上中下]旬末?|第?[一二三四1-4]季度[底末]?|[./-]?Q[1-4](?!\d)|[上下]半年度?[底末]?|年?[底末终尾初])?"
)
_NUMERIC = (
    r"(?<![\d.])(?:(?:19|20)?\d\d[./-]\d{1,2}[./月-]\d{1,2}|(?:19|20)\d\d[./-]\d{1,2}|20\d\d(?:0[1-9]|1[0-2])(?:\d\d)?"
    r"|\d{1,2}[./]\d{1,2})(?!\d)[月日号]?[底末]?"
)
_POINT = f"{_NUMERIC}|{_CALENDAR}"
"""Whatever may begin or end a window; the rules of `points` then say what it is."""

_SHORTENED = rf"(?:{YEAR})?(?:{MONTH})?第?{NUM}"
_NOW = r"即日|即时|现在|目前|本?(?:整改)?(?:方案)?(?:印发|发布|下发|公布)之日|反馈之日"
_NEXT_YEAR = re.compile(r"(?:次|翌|第二)年")


def _parse(text: str, scene: Scene) -> Point | None:
    return next((point for rule in points.IN_WINDOWS if (point := rule.read(text, scene))), None)


def _completed(start: str, end: str) -> str:
    """Give a shortened beginning the unit of the end: 1 in 1至6月, 3月1 in 3月1至15日, 第一 in 第一至三季度."""
    if not re.fullmatch(_SHORTENED, start) or start[-1] in "年月日":
        return start
    if "季度" in end:
        return start + "季度"
    if "月" in start:
        return start + "日"
    return start + ("月" if "月" in end else "年" if "年" in end else "")


def _end_point(text: str, first: Point, scene: Scene) -> Point | None:
    """Return the end, a bare day or number taking what it lacks from the beginning."""
    third = re.fullmatch("([上中下])旬", text)
    if third and 1 <= first.number <= 12 and first.grain in ("day", "ten_days", "month"):
        return Point("ten_days", first.year, first.number, "上中下".index(third.group(1)) + 1)
    short = re.fullmatch(rf"({NUM})([日号]?)", text)
    if not short:
        return _parse(text, scene)
    value = number(short.group(1)) or 0
    if first.grain == "day" and (short.group(2) or value <= 31):
        month = first.number + (value < first.part)
        return Point("day", None if month > 12 else first.year, month % 12 or 12, value)
    if first.grain == "month" and not short.group(2) and value <= 12 and first.year:
        return Point("month", first.year, value)
    return None


def _first_day(text: str, found: Stretch) -> dt.date:
    return found[1] if text[-1] in "底末" else found[0]


def _settle(start: Point, end: Point, base: dt.date | None, later: int | None) -> tuple[Stretch, Stretch] | None:
    """Settle both years. `later`: how many years after the beginning the end is said to be."""
    if start.year is not None or start.fixed:
        first = start.stretch(start.year or 0)
        if not first:
            return None
        last = end.stretch(first[0].year + later) if later else locate(end, first[0])
        return (first, last) if last else None
    if later:
        for year in range(base.year - 1, base.year + 2) if base else ():
            first, last = start.stretch(year), end.stretch(year + later)
            if first and last and base and last[1] >= base:
                return first, last
        return None
    last = locate(end, base)
    return _begin_before(start, last) if last else None


def _begin_before(start: Point, last: Stretch) -> tuple[Stretch, Stretch] | None:
    for year in (last[1].year, last[1].year - 1):
        first = start.stretch(year)
        if first and first[0] <= last[1]:
            return first, last
    return None


def _window(match: re.Match[str], scene: Scene) -> Parts | None:
    end_words = match.group("b")
    following = _NEXT_YEAR.match(end_words)
    if following:
        end_words = end_words[following.end() :]
        end_words = end_words if end_words[:1].isalnum() and end_words[0] not in "底末" else "年" + (end_words or "底")
    if match.group("now"):
        return _from_now(match, end_words, scene)
    start_words = _completed(match.group("a"), end_words)
    start = _parse(start_words, scene)
    end = _end_point(end_words, start, scene) if start else None
    if not start or not end:
        return () if re.search(r"[月日号]", match.group("a")) else None
    settled = _settle(start, end, scene.base, 1 if following else None)
    if not settled:
        return ()
    window = Window(_first_day(start_words, settled[0]), settled[1][1])
    return _checked(window, match, scene, end if start.year is None else start)


def _from_now(match: re.Match[str], end_words: str, scene: Scene) -> Parts | None:
    """A window from today on: the plan's date, or the feedback's where the words say so."""
    words = match.group("now")
    context = scene.context
    begin = context.date_of("feedback") if "反馈" in words else context.date_of("plan") or scene.reference
    end = _parse(end_words, scene)
    found = locate(end, begin or scene.base) if end else None
    if not end or not found:
        return ()
    if begin is None or begin > found[1]:
        return (By(found[1], end.grain),)
    return _checked(Window(begin, found[1]), match, scene, end)


def _checked(window: Window, match: re.Match[str], scene: Scene, dated: Point) -> Parts:
    if window.start > window.end:
        return ()
    if guards.is_fact(scene, match.start(), match.end()):
        scene.last = window.end
        return ()
    if scene.mode == "prose" and not guards.is_limit_in_prose(scene, match.start(), match.end(), window.end):
        return ()
    note_year(dated, window.end, scene, scene.script.literal(match.start(), match.end()))
    return (window,)


WINDOW = Form(
    key="window",
    title="起止日期",
    about="从某日（月、季度、年）起至某日止；开头可写“即日起”，结尾可写“年底”“次年”，省略的年、月从另一端补足。",
    pattern=(
        rf"(?:自|从|由)?(?:(?P<now>{_NOW})|(?P<a>{_NUMERIC}|{_CALENDAR}|{_SIDE_YEAR}第?{NUM}))(?:起|开始)?,?{RANGE}"
        rf"(?P<b>{_NUMERIC}|(?:次|翌|第二)年年?[底末]|{NUM}(?:[日号]|(?![年月季个天日号元\d]))|{_CALENDAR})(?:期间|{BEFORE})?"
    ),
    build=_window,
    examples=(
        "5月13日—7月31日",
        "2024年1月至6月",
        "2023年11月至次年3月",
        "即日起至年底",
        "2024.3-2024.6",
        "3月1日至15日",
    ),
    signs=("至", "到", "-", "~", "→"),
)


def _whole_year(match: re.Match[str], scene: Scene) -> Parts | None:
    this_year = scene.base.year if scene.base else None
    year = points.year_of(match.group("y"), scene) if match.group("y") else this_year
    if year is None:
        return ()
    return _checked(Window(dt.date(year, 1, 1), dt.date(year, 12, 31)), match, scene, Point("year", year))


WHOLE_YEAR = Form(
    key="window.year",
    title="全年",
    about="某年全年，从1月1日至12月31日。",
    pattern=(rf"(?P<y>{YEAR})?(?:全年度?|整年)(?!底)"),
    build=_whole_year,
    examples=("2024年全年", "全年"),
    signs=("全年", "整年"),
    modes=("field",),
)


def _five_years(match: re.Match[str], scene: Scene) -> Parts | None:
    last = 1955 + 5 * (10 + (number(match.group("p")) or 0))
    return _checked(Window(dt.date(last - 4, 1, 1), dt.date(last, 12, 31)), match, scene, Point("year", last))


FIVE_YEARS = Form(
    key="window.five_years",
    title="五年规划期间",
    about="“十四五”期间等，指该五年规划的起止。",
    pattern=(r"十(?P<p>[一二三四五六七八九])五(?:规划)?(?:期间|时期内?|期内)"),
    build=_five_years,
    examples=("“十四五”期间",),
    signs=("五",),
    modes=("field",),
)
