"""The numbers that head a text: 一、 （一） 1. （1） ① 一是 问题一： 项目1.1： 第二章."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from zhenggai.text import circled, leaping, number

if TYPE_CHECKING:
    from collections.abc import Iterator


class MarkKind(StrEnum):
    """The kinds of number. A kind says nothing about the level: that comes from the context."""

    CHAPTER = "chapter"
    CHINESE = "chinese"
    CHINESE_PAREN = "chinese_paren"
    PROBLEM = "problem"
    PROJECT = "project"
    DOTTED = "dotted"
    ARABIC = "arabic"
    ARABIC_PAREN = "arabic_paren"
    HALF_PAREN = "half_paren"
    CIRCLED = "circled"
    ORDINAL = "ordinal"
    HEADING = "heading"


@dataclass(slots=True)
class Mark:
    """A number as it stands at `start` to `end` of a folded text. `text` is the bare number, folded: (一), 1, 一是, 问题1."""

    kind: MarkKind
    number: int
    text: str
    start: int
    end: int


_CN = "[〇零一二三四五六七八九十百]"
_NOUN = (
    "(?:(?:第?[〇零一二三四五六七八九十]?(?:反馈|存在|具体|主要|突出|巡[察视查]|审计|移交|检视|整改|查摆|发现|督察|督导|共性|个性|自查|重点|典型))"
    "(?:的|发现|反馈)?)?(?:问题|任务|事项|意见|隐患|缺陷|清单)"
)
_UNITS = "%％‰万亿元年月日个人次名条项份家号宗所辆台座起处户件克吨米公千百毫平吋度小倍岁"
_PATTERNS: tuple[tuple[MarkKind, re.Pattern[str]], ...] = (
    (
        MarkKind.CHAPTER,
        re.compile(rf"(?P<text>第\s*(?P<number>{_CN}{{1,3}}|\d{{1,2}})\s*(?:部分|章|篇|节|类|方面))\s*[、.:]?\s*"),
    ),
    (
        MarkKind.PROBLEM,
        re.compile(
            rf"【?(?P<text>{_NOUN}\s*\(?\s*(?P<number>{_CN}{{1,3}}|\d{{1,3}})\s*\)?)(?:】\s*:?\s*|\s*[:.、]\s*(?!\d)|\s+(?=\S))"
        ),
    ),
    (
        MarkKind.PROJECT,
        re.compile(r"(?P<text>(?:项目|问题|任务)\s*(?P<number>[\dlIO]{1,2}[.\-][\dlIO]{1,2}))\s*[:.、]?\s*"),
    ),
    (
        MarkKind.DOTTED,
        re.compile(
            rf"(?P<text>(?P<number>\d{{1,2}}\.\d{{1,2}}(?:\.\d{{1,2}})?))(?![\d{_UNITS}])(?:[.、:]\s*|\s+|(?=[\u4e00-\u9fff“\"《]))"
        ),
    ),
    (MarkKind.CHINESE_PAREN, re.compile(rf"(?P<text>\(\s*(?P<number>{_CN}{{1,3}})\s*\))\s*[、.:]?\s*")),
    (MarkKind.ARABIC_PAREN, re.compile(r"(?P<text>\(\s*(?P<number>\d{1,3})\s*\))\s*[、.:]?\s*")),
    (MarkKind.HALF_PAREN, re.compile(r"(?P<text>(?P<number>\d{1,2})\))\s*[、.]?\s*")),
    (MarkKind.ORDINAL, re.compile(rf"(?P<text>(?P<number>{_CN}{{1,2}})(?:是|要|则))(?!否|求)\s*[,:]?\s*")),
    (
        MarkKind.ORDINAL,
        re.compile(r"(?P<text>其(?P<number>[一二三四五六七八九])(?:是)?)(?=[,、:\u4e00-\u9fff])[,、:]?\s*"),
    ),
    (MarkKind.ORDINAL, re.compile(r"(?P<text>第(?P<number>[一二三四五六七八九十]{1,2}))[,、:]\s*")),
    (MarkKind.CHINESE, re.compile(rf"(?P<text>(?P<number>{_CN}{{1,3}}))\s*(?:、|\.(?=\s*[\u4e00-\u9fff“\"]))\s*")),
    (
        MarkKind.ARABIC,
        re.compile(rf"(?P<text>(?P<number>\d{{1,2}}))[.](?=\d{{3,6}}[\u4e00-\u9fff])(?!\d+[{_UNITS}多余])"),
    ),
    (
        MarkKind.ARABIC,
        re.compile(
            r"(?P<text>(?P<number>\d{1,3}|[lI](?=[.、]\s*[\u4e00-\u9fff“])))\s*(?:[、.](?!\s*\d)|、|[.]\s+(?=\d)|[.](?=\d+(?:[个名家号户宗处条项起件所辆台座次份月]|年\D)|(?:19|20)\d\d(?:年|[-—~至])))\s*"
        ),
    ),
    (MarkKind.CIRCLED, re.compile(r"(?P<text>(?P<number>[①-⑳㉑-㉟㊱-㊿]))\s*[、.]?\s*")),
)
_PLAIN_INLINE = (
    rf"[①-⑳㉑-㉟㊱-㊿]|\(\s*(?:\d{{1,2}}|{_CN}{{1,3}})\s*\)|(?<!\d)(?<!\d[.])\d{{1,2}}(?:[.、](?!\d)|[.](?=\d+[个名家号户宗处条项起件所辆台座月]|(?:19|20)\d\d(?:年|[-~至])))|(?<![\d(])\d{{1,2}}\)"
    rf"|{_CN}{{1,2}}(?:是|要)|其[一二三四五六七八九]|{_CN}{{1,3}}、|项目\s*\d{{1,2}}[.\-]\d{{1,2}}"
)
_NOUN_INLINE = rf"{_NOUN}\s*\(?(?:{_CN}{{1,2}}|\d{{1,3}})\)?\s*[:.、]"
_INLINE_BEGINS = "①-⑳㉑-㉟㊱-㊿(0-9〇零一二三四五六七八九十百其项"
_INLINE = leaping(_INLINE_BEGINS, _PLAIN_INLINE)
_INLINE_WITH_NOUNS = leaping(
    _INLINE_BEGINS + "问任事意隐缺清第反存具主突巡审移检整查发督共个自重典", f"{_PLAIN_INLINE}|{_NOUN_INLINE}"
)
_NUMBERED_NOUN = re.compile(rf"[题务项见患陷单]\s*\(?(?:{_CN}|\d)")
"""Without this no noun with its number (问题3：) stands in a text."""
_AFTER_SENTENCE = set('。;:!?)>”"」』】 \n')
_AFTER_CLAUSE = _AFTER_SENTENCE | {","}
_ALLOWED_BEFORE: dict[MarkKind, set[str]] = {
    MarkKind.ORDINAL: _AFTER_CLAUSE,
    MarkKind.ARABIC_PAREN: _AFTER_CLAUSE,
}
_HEADINGS = {MarkKind.CHAPTER, MarkKind.CHINESE, MarkKind.CHINESE_PAREN, MarkKind.DOTTED}
_FURTHEST_GAP = 3


_NUMERALS = "〇零一二三四五六七八九十"
_NOUN_BEGINS = "问任事意隐缺清反存具主突巡审移检整查发督共个自重典第" + _NUMERALS
_BEGINNINGS: dict[MarkKind, str] = {
    MarkKind.CHAPTER: "第",
    MarkKind.PROBLEM: "【" + _NOUN_BEGINS,
    MarkKind.PROJECT: "项问任",
    MarkKind.DOTTED: "0123456789",
    MarkKind.CHINESE_PAREN: "(",
    MarkKind.ARABIC_PAREN: "(",
    MarkKind.HALF_PAREN: "0123456789",
    MarkKind.ORDINAL: _NUMERALS + "百其第",
    MarkKind.CHINESE: _NUMERALS + "百",
    MarkKind.ARABIC: "0123456789lI",
    MarkKind.CIRCLED: "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿",
}
"""The characters with which a number of each kind begins."""
_BY_BEGINNING: dict[str, tuple[tuple[MarkKind, re.Pattern[str]], ...]] = {
    first: tuple((kind, pattern) for kind, pattern in _PATTERNS if first in _BEGINNINGS[kind])
    for first in "".join(_BEGINNINGS.values())
}
"""The patterns that may match, by the first character: nearly all places of a text need none tried."""


@lru_cache(maxsize=512)
def leading_mark(text: str) -> Mark | None:
    """Return the number with which the folded `text` begins, or None."""
    return _mark_at(text, 0)


def _mark_at(text: str, position: int) -> Mark | None:
    for kind, pattern in _BY_BEGINNING.get(text[position : position + 1], ()):
        match = pattern.match(text, position)
        if match is None:
            continue
        value = _value(kind, match["number"])
        if value is not None and (match.end() < len(text) or kind is not MarkKind.DOTTED):
            return Mark(kind, value, match["text"].replace(" ", ""), match.start(), match.end())
    return None


@lru_cache(maxsize=512)
def _value(kind: MarkKind, written: str) -> int | None:
    if kind in {MarkKind.DOTTED, MarkKind.PROJECT}:
        digits = written.replace("l", "1").replace("I", "1").replace("O", "0")
        return int(re.split(r"[.\-]", digits)[-1])
    if kind is MarkKind.CIRCLED:
        return circled(written)
    return number("1" if written in {"l", "I"} else written)


def written_mark(mark: Mark, raw: str) -> str:
    """Return the number as it stands in the unfolded text `raw`: （一）, １, 问题1; without what divides it from the text."""
    return "".join(raw[mark.start : mark.end].strip("【】、.．：:,，。 \u3000").split())


def inline_marks(
    text: str, start: int, end: int, latest: dict[MarkKind, int], *, run_on: bool, acts: bool = False
) -> Iterator[Mark]:
    """Yield the numbers that stand inside the folded `text` between `start` and `end`, in order.

    A number counts where punctuation allows one and where it continues or begins a sequence; `latest` holds the
    latest number of each kind and is kept up to date. In `run_on` text, where headings carry no punctuation, a number in
    sequence counts wherever it stands. A number of headings counts only there, or where the text holds `acts` (the text
    behind 整改措施：) and begins with the first of its kind: （一）……。（二）…….
    """
    pattern = _INLINE if _NUMBERED_NOUN.search(text, start, end) is None else _INLINE_WITH_NOUNS
    position = start
    first = _mark_at(text, start) if acts and text[start : start + 1] == "(" else None
    lists = first.kind if first is not None and first.kind is MarkKind.CHINESE_PAREN and first.number == 1 else None
    while True:
        found = pattern.search(text, position, end)
        if found is None:
            return
        position = found.end("whole")
        mark = _mark_at(text, found.start())
        if mark is None or (mark.kind in _HEADINGS and mark.kind is not lists and not run_on):
            continue
        if not _stands_free(text, mark, start, latest, run_on=run_on):
            continue
        latest[mark.kind] = mark.number
        position = max(position, mark.end)
        if mark.end <= end:
            yield mark


def _stands_free(text: str, mark: Mark, start: int, latest: dict[MarkKind, int], *, run_on: bool) -> bool:
    last = latest.get(mark.kind, 0)
    continues = last < mark.number <= last + _FURTHEST_GAP
    if not (continues or mark.number == 1):
        return False
    before = text[mark.start - 1] if mark.start else ""
    if mark.start == start or not before:
        return True
    if run_on and mark.number == last + 1 and mark.kind is not MarkKind.ORDINAL:
        return before not in "第、和与及至-" or mark.kind is MarkKind.CIRCLED
    return _allows(text, before, mark)


def _allows(text: str, before: str, mark: Mark) -> bool:
    """Whether the character before a number inside a text lets one begin there."""
    if mark.kind is MarkKind.CIRCLED:
        return before not in "第图表式"
    if before == "," and mark.number == 1:
        return mark.kind is MarkKind.ORDINAL and "二" + mark.text[-1] in text[mark.end :]
    return before in _ALLOWED_BEFORE.get(mark.kind, _AFTER_SENTENCE)
