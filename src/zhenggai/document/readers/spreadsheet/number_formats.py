"""What a cell shows: a stored number and its format code become the text that a person reads in the cell."""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import lru_cache

BUILT_IN = {
    9: "0%",
    10: "0.00%",
    **dict.fromkeys((14, 15, 30), "yyyy-m-d"),
    16: "m-d",
    17: "yyyy-m",
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "h:mm"),
    22: "yyyy-m-d h:mm",
    **dict.fromkeys((27, 36, 50, 52, 57), "yyyy-m"),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), "m-d"),
    31: "yyyy-m-d",
}
"""The format codes that a file names by number alone (ECMA-376 18.8.30, with those of a Chinese Excel)."""

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]-]*)(?:-[0-9A-Fa-f]*)?\]|\[[^\]]*\]')
_DIGITS = re.compile(r"[0#?][0#?,]*(?:\.([0#?]*))?")
_DAY_MARKS = re.compile(r"[ymdhs]", re.IGNORECASE)


def show_number(value: float, code: str, *, since_1904: bool = False) -> str:
    """Return `value` as a cell with the format `code` shows it: 85%, 2024-03-31, 2024年3月, 003, 12.5万元.

    Dates come out whole even where the cell shows only month and day, and thousands are not divided by commas.
    """
    parts = _date_parts(code)
    if "[h" in code.lower() and parts == "h":
        minutes = round(value * 1440)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if parts:
        try:
            return _show_moment(_moment(value, since_1904=since_1904), parts, value)
        except (OverflowError, ValueError):
            return plain(value)
    return _show_figure(value, code.split(";", maxsplit=1)[0])


def show_date(moment: dt.datetime, code: str) -> str:
    """Return a date as a cell with the format `code` shows it."""
    return _show_moment(moment, _date_parts(code) or "ymd", 1.0)


def plain(value: float) -> str:
    """Return a number in its shortest form: 3.0 → 3, 0.1 + 0.2 → 0.3."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return format(value, ".15g")


@lru_cache(maxsize=512)
def _date_parts(code: str) -> str:
    """Return which of y, m, d, h a format shows; empty for the format of a plain number."""
    bare = re.sub(r"\[(h+|m+|s+)\]", r"\1", code.split(";", maxsplit=1)[0], flags=re.IGNORECASE)
    bare = _LITERAL.sub("", bare)
    if "general" in bare.lower() or re.search(r"[0#?]", re.sub(r"[.,]0+", "", bare)):
        return ""
    marks = "".join(_DAY_MARKS.findall(bare)).lower()
    clock = "h" if "h" in marks or "s" in marks else ""
    days = "".join(mark for mark in "yd" if mark in marks)
    month = "m" if "m" in marks and (days or not clock) else ""
    return days.replace("d", "") + month + ("d" if "d" in days else "") + clock


def _moment(value: float, *, since_1904: bool) -> dt.datetime:
    start = dt.datetime(1904, 1, 1) if since_1904 else dt.datetime(1899, 12, 30)  # noqa: DTZ001 a cell has no zone
    return start + dt.timedelta(seconds=round(value * 86400))


def _show_moment(moment: dt.datetime, parts: str, value: float) -> str:
    clock = moment.strftime("%H:%M") if "h" in parts else ""
    if parts == "h" and value < 1:
        return clock
    if parts == "ym":
        return f"{moment.year}年{moment.month}月"
    if parts == "y":
        return f"{moment.year}年"
    day = moment.strftime("%Y-%m-%d") if moment.year >= 1000 else moment.date().isoformat()
    return f"{day} {clock}".strip()


def _show_figure(value: float, code: str) -> str:
    before, figure, after, decimals = _figure_pattern(code)
    if not figure:
        return plain(value)
    percent = "%" in after or "%" in before
    amount = value * 100 if percent else value
    shown = plain(amount) if decimals is None else f"{amount:.{decimals}f}"
    zeros = figure.split(".")[0].replace(",", "")
    if set(zeros) == {"0"} and len(zeros) > 1:
        shown = shown.zfill(len(zeros))
    return f"{before}{shown}{after}".strip()


@lru_cache(maxsize=512)
def _figure_pattern(code: str) -> tuple[str, str, str, int | None]:
    """Divide a number format into what stands before the digits, the digits, what stands after, and the decimals."""
    kept: list[str] = []

    def put_away(found: re.Match[str]) -> str:
        kept.append(found[1] or found[2] or found[3] or "")
        return chr(0xE000 + len(kept) - 1)

    bare = _LITERAL.sub(put_away, code)
    digits = _DIGITS.search(bare)
    if not digits or "general" in bare.lower() or "e+" in bare.lower() or "/" in bare or len(kept) > 500:
        return "", "", "", None
    decimals = digits[1] or ""
    fixed = None if "#" in decimals or "?" in decimals else len(decimals)

    def back(text: str) -> str:
        return "".join(kept[ord(c) - 0xE000] if 0xE000 <= ord(c) < 0xE000 + len(kept) else c for c in text)

    return back(bare[: digits.start()]), digits[0], back(bare[digits.end() :]), fixed
