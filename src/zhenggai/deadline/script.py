"""The text of a wording as the forms see it: one width, no blanks, blanks to be filled marked, places kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

BLANK = "×"
"""Stands for any mark of something still to be filled in: X, *, __, empty brackets, a gap before 年, 月 or 日."""

BREAKS = ",。;、:!?()[]【】|"
"""Marks that end a clause, after folding."""

_OPENING = {"“": "”", "‘": "’", "「": "」", "『": "』"}
_BREAK = re.compile(f"[{re.escape(BREAKS)}]")
_SENTENCE_END = re.compile("[。;!?]")
_DIGITLIKE = str.maketrans({"l": "1", "I": "1", "|": "1", "O": "0", "o": "0"})
_LOOSE_DIGITS = re.compile(r"(?<![A-Za-z0-9])[0-9lI|Oo]{1,8}(?![A-Za-z0-9])")
_BEFORE_UNIT = re.compile(r"\s*(?:[年月日号天周季次]|个[月工星季]|工作日|[./-]\s*\d)")
_AFTER_SEPARATOR = re.compile(r"\d[./-]\s*$")
_EMPTY_BRACKETS = re.compile(r"\([\s_×]*\)|\[[\s_×]*\]|【[\s_×]*】|\{[\s_×]*\}")
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_GAP = re.compile(r"(?:(?<=^)|(?<=[年月,。;:、(至到-]))[ _]+(?=[年月日号](?![常程]))")
_DASH_GAP = re.compile(r"(?:(?<=^)|(?<=[年月,。;:(]))-+(?=[年月日号])")
_FILLER = re.compile(r"[Xx×*_□△✕╳]+|…{1,2}(?=[年月日号])")
_VAGUE = re.compile(r"某(?=[年月日号])")
_CIRCLE_ZERO = re.compile(r"(?<=[一二三四五六七八九〇零])○|○(?=[〇零○]?[一二三四五六七八九])")
_CIRCLES = re.compile(r"○+")
_ONE_FOR_DASH = re.compile(r"(?<=[日月])一(?=\d{1,4}[年月日.])")
_SPLIT_NUMBER = re.compile(r"(?<=[年月]\d) +(?=\d *[月日号])")
_LIST_MARK = re.compile(r"(?:(?<=^)|(?<=[;。]))\d{1,2}(\.)(?=\d{1,4}[年月])")
_UNEVEN = re.compile(r"[lIOo|○<(\[【{ _\-Xx×*□△✕╳…某]|[日月]一\d|\d\.\d")
"""Without one of these there is nothing to make uniform but widths: the patterns above all need one."""
_DROPPED = frozenset("“”\"'‘’「」『』\x00")


@dataclass(slots=True)
class Script:
    """`clean` is what the forms match; character i of it stood at `places[i]` of `source`."""

    source: str
    clean: str
    places: Sequence[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of `source` that holds characters `start` to `end` of `clean`."""
        if start >= end:
            return self.places[start], self.places[start]
        first, last = self.places[start], self.places[end - 1] + 1
        opened = self.source[first - 1 : first]
        if opened and opened in _OPENING and _OPENING[opened] in self.source[first:last]:
            first -= 1  # a quotation mark that closes inside the words opens them
        return first, last

    def literal(self, start: int, end: int) -> str:
        """Return the words as written, without blanks and line breaks."""
        first, last = self.place(start, end)
        return "".join(self.source[first:last].split())

    def clause(self, start: int, end: int) -> tuple[str, str]:
        """Return what stands in the same clause before `start` and after `end`, at most 80 characters each."""
        return self._reach(start, end, _BREAK, 80)

    def sentence(self, start: int, end: int) -> tuple[str, str]:
        """Return what stands in the same sentence before `start` and after `end`, at most 200 characters each."""
        return self._reach(start, end, _SENTENCE_END, 200)

    def _reach(self, start: int, end: int, stop: re.Pattern[str], far: int) -> tuple[str, str]:
        before, after = self.clean[max(0, start - far) : start], self.clean[end : end + far]
        return stop.split(before)[-1], stop.split(after, maxsplit=1)[0]


def prepare(source: str) -> Script:
    """Return `source` made uniform for matching."""
    text = fold(source.replace("\t", ";")).replace("\n", " ").replace("\r", " ").replace("\f", " ").replace("\v", " ")
    if _UNEVEN.search(text) is None and _DROPPED.isdisjoint(text):
        return Script(source, text, range(len(text) + 1))
    text = _SPLIT_NUMBER.sub(lambda m: "\x00" * len(m.group()), text)
    text = _LOOSE_DIGITS.sub(_digits, text)
    text = _CIRCLES.sub(_blank, _CIRCLE_ZERO.sub("〇", text))
    text = _BREAK_TAG.sub(lambda m: ";" + " " * (len(m.group()) - 1), text)
    text = _EMPTY_BRACKETS.sub(_blank, text)
    text = _DASH_GAP.sub(_blank, _GAP.sub(_blank, text))
    text = _VAGUE.sub(BLANK, _FILLER.sub(_blank, text))
    text = _ONE_FOR_DASH.sub("-", text)
    text = _LIST_MARK.sub(lambda m: m.group().replace(".", "、"), text)
    kept = [i for i, c in enumerate(text) if c not in _DROPPED and (c != " " or _between_digits(text, i))]
    return Script(source, "".join(text[i] for i in kept), (*kept, len(source)))


def _digits(match: re.Match[str]) -> str:
    """Read l, I and O as 1 and 0 where the run can only be a number."""
    run = match.group()
    if run.isdigit():
        return run
    dated = _BEFORE_UNIT.match(match.string, match.end()) or _AFTER_SEPARATOR.search(
        match.string[max(0, match.start() - 4) : match.start()]
    )
    alone = len(run) == 1 and run in "lI"
    if dated and (alone or any(c.isdigit() for c in run)):
        return run.translate(_DIGITLIKE)
    return run


def _blank(match: re.Match[str]) -> str:
    """One mark for the whole run; the rest of it is dropped, the length kept."""
    return BLANK + "\x00" * (len(match.group()) - 1)


def _between_digits(text: str, i: int) -> bool:
    """Whether the blank keeps two numbers apart: the first of its run, digits on both sides."""
    if i == 0 or not text[i - 1].isdigit():
        return False
    rest = text[i : i + 200].lstrip(" ")
    return bool(rest) and rest[0].isdigit()
