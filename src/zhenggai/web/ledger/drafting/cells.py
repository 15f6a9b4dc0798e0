"""Words of a cell → a value, or why they cannot be read and what to take instead."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rapidfuzz import fuzz, process

from zhenggai import deadline
from zhenggai.deadline.kinds import to_dict
from zhenggai.plan.parties import split_names
from zhenggai.plan.wording import read_status
from zhenggai.text import day_words, fold
from zhenggai.text import number as number_of
from zhenggai.web.ledger.drafting.model import PARTY_ROLES, LimitDraft
from zhenggai.web.ledger.drafting.standing import CLASS_WORDS, STATUS_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

_CLASSES: Final = {
    "立行立改": "immediate",
    "即知即改": "immediate",
    "边巡边改": "immediate",
    "限期整改": "time_limited",
    "分阶段整改": "time_limited",
    "集中整改期内完成": "time_limited",
    "短期": "time_limited",
    "中期": "time_limited",
    "长期坚持": "long_term",
    "持续整改": "long_term",
    "长期整改": "long_term",
    "长期": "long_term",
}
_DATE = re.compile(r"(\d{4})\s*[年./\-]\s*(\d{1,2})\s*[月./\-]\s*(\d{1,2})\s*[日号]?")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_MONTH = re.compile(r"(\d{4})\s*[年./\-]\s*(\d{1,2})(?!\d)")
_PERCENT = re.compile(r"(?:约|已完成|完成)?\s*(\d{1,3})(?:\.0+)?\s*%?")
_FIRST_DAY = dt.date(1899, 12, 30)
"""Day 0 of a spreadsheet."""
_SHARE = re.compile(r"0?\.\d{1,2}")


@dataclass(frozen=True, slots=True)
class Understood:
    """The value of a cell as words of its field, and for a time limit what the words mean."""

    words: str
    limit: LimitDraft | None = None


@dataclass(frozen=True, slots=True)
class Puzzle:
    """Why a cell cannot be read, and what to take instead, "" for nothing to suggest."""

    message: str
    suggestion: str = ""


def read_cell(key: str, words: str, context: deadline.Context) -> Understood | Puzzle:
    """Return what `words` in the column `key` mean."""
    words = words.strip()
    if key == "due_text":
        return _limit(words, context)
    if key == "status":
        return _status(words)
    if key == "percent":
        return _percent(words)
    if key == "rectification_class":
        return _class(words)
    if key in PARTY_ROLES:
        return Understood("、".join(split_names(words)))
    return Understood(words)


def _limit(words: str, context: deadline.Context) -> Understood | Puzzle:
    if not words:
        return Understood("")
    wrong = _date_fault(words)
    if wrong:
        return wrong
    reading = deadline.read(words, context=context)
    parts: list[dict[str, Any]] = [dict(to_dict(part)) for part in reading.parts]
    if not parts or all(part["kind"] == "placeholder" for part in parts):
        return Puzzle("读不出时限，请写成“2025年6月30日前”或“长期坚持”这样的文字")
    if day := _ISO.fullmatch(words):
        words = "{}年{}月{}日".format(*(int(part) for part in day.groups()))
    return Understood(words, LimitDraft(text=words, parts=parts, places=[]))


def _date_fault(words: str) -> Puzzle | None:
    """Return what is wrong with a date in `words`: a day or month that does not exist, a figure that lost its format."""
    folded = fold(words)
    if re.fullmatch(r"[34]\d{4}|5[0-4]\d{3}", folded):
        day = _FIRST_DAY + dt.timedelta(days=int(folded))
        return Puzzle("这是没有设成日期格式的数字", day_words(day))
    for match in _DATE.finditer(folded):
        year, month, day_of_month = (int(part) for part in match.groups())
        if 1 <= month <= 12 and not 1 <= day_of_month <= calendar.monthrange(year, month)[1]:
            last = f"{year}年{month}月{calendar.monthrange(year, month)[1]}日"
            return Puzzle("没有这一天", words[: match.start()] + last + words[match.end() :])
    if any(not 1 <= int(match[2]) <= 12 for match in _MONTH.finditer(folded)):
        return Puzzle("没有这个月份")
    return None


def _status(words: str) -> Understood | Puzzle:
    by_word = {word: code for code, word in STATUS_WORDS.items()}
    code = by_word.get(words) or read_status(fold(words))
    if code or not words:
        return Understood(code or "")
    return Puzzle(f"请填{'、'.join(by_word)}之一", _nearest(words, by_word))


def _class(words: str) -> Understood | Puzzle:
    if not words or words in _CLASSES:
        return Understood(_CLASSES.get(words, ""))
    return Puzzle(f"请填{'、'.join(CLASS_WORDS.values())}之一", _nearest(words, {w: c for c, w in CLASS_WORDS.items()}))


def _percent(words: str) -> Understood | Puzzle:
    folded = fold(words).strip()
    if not folded:
        return Understood("")
    spoken = re.fullmatch(r"百分之(.+)", folded)
    value = number_of(spoken[1]) if spoken else None
    match = _PERCENT.fullmatch(folded)
    if match:
        value = int(match[1])
    if value is not None and value <= 100:
        return Understood(str(value))
    if _SHARE.fullmatch(folded):
        return Puzzle("请填0%至100%", f"{round(float(folded) * 100)}%")
    if value is None and read_status(folded) == "completed":
        return Puzzle("请填0%至100%", "100%")
    return Puzzle("请填0%至100%")


def _nearest(words: str, known: Mapping[str, str]) -> str:
    """Return the known word that is meant beyond doubt: written with a look-alike character, or far nearer than the next."""
    words = words.replace("己", "已").replace("巳", "已")
    found = process.extract(words, list(known), scorer=fuzz.ratio, limit=2)
    if not found or found[0][1] < 60 or (len(found) > 1 and found[0][1] - found[1][1] < 15):
        return ""
    return str(found[0][0])
