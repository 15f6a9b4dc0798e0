"""附件说明与附件对不上：列了没有附，或者标题不同。

判定：附件说明列出的附件，文后没有；或者文后附件的标题与所列的不同。

例外：标题相同的；只差单位名称前缀的；写明另附、另发的。

为什么：附件往往就是台账。对不上，收文的人不知道缺的是哪一份。

反例：
    附件：附件：青桐镇巡察整改任务清单

正例：
    附件：附件：青桐镇巡察整改任务清单
    附件正文：附件
    青桐镇巡察整改任务清单
    党政办公室承担第1项。
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from zhenggai.plan.model import Span
from zhenggai.rules.facts import Need
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, the_document
from zhenggai.text import compact, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import DocumentFacts, TextBlock

_LISTED = re.compile(r"^附\s*件\s*(?P<n>\d{1,2}|[一二三四五六七八九十])?\s*[:.、]\s*(?P<title>\S.*)$")
_NEXT = re.compile(r"^(?P<n>\d{1,2})\s*[.、]\s*(?P<title>\S.{1,60})$")
_BETWEEN = re.compile(r"[\s;,]+(?=\d{1,2}\s*[.、])")
_HEAD = re.compile(r"^附\s*件\s*(?P<n>\d{1,2}|[一二三四五六七八九十])?\s*[:.]?$")
_APART = re.compile(r"另附|另行|单独|另发|另册|见附页|不公开|略")
_LEAST = 6


class _Named(NamedTuple):
    number: int | None
    title: str
    span: Span


def check(document: DocumentFacts, _setting: Setting) -> Iterator[Hit]:
    """Compare what is listed with what follows."""
    lines = [
        (block, line.strip())
        for block in document.own
        if block.row is None
        for line in block.text.split("\n")
        if line.strip()
    ]
    listed, heads = _read(lines)
    for place, one in enumerate(listed):
        if _APART.search(one.title):
            continue
        own = _head_of(one, place, listed, heads)
        if own is None:
            yield _hit(one.title, f"附件说明列有“{one.title}”，文后没有这个附件。", one.span)
        elif not _same(one.title, own.title):
            yield _hit(own.title or one.title, f"附件说明写“{one.title}”，附件标题是“{own.title}”，不一致。", own.span)


def _read(lines: list[tuple[TextBlock, str]]) -> tuple[list[_Named], list[_Named]]:
    """The attachments that are listed, and the heads of those that follow."""
    listed: list[_Named] = []
    heads: list[_Named] = []
    listing = False
    for place, (block, text) in enumerate(lines):
        head, entry = _HEAD.match(text), _LISTED.match(text)
        span = Span(block.number, 0, len(block.text))
        if head is not None and not (text.endswith(":") and _begins_list(lines, place)):
            title = lines[place + 1][1] if place + 1 < len(lines) else ""
            heads.append(_Named(_number(head["n"]), title, span))
            listing = False
        elif head is not None:
            listing = True
        elif entry is not None and _repeats(entry, listed, heads):
            heads.append(_Named(_number(entry["n"]), entry["title"], span))
            listing = False
        elif entry is not None:
            listed += _entries(entry, span)
            listing = True
        elif listing and (following := _NEXT.match(text)) is not None:
            listed.append(_Named(_number(following["n"]), following["title"], span))
        else:
            listing = False
            known = next((one for one in listed if compact(one.title) == compact(text)), None)
            if known is not None and not any(compact(h.title) == compact(text) for h in heads):
                heads.append(_Named(known.number, text, span))
    return listed, heads


def _entries(entry: re.Match[str], span: Span) -> list[_Named]:
    """The attachments that one line lists: 附件：1.甲表 2.乙表."""
    found = []
    for piece in _BETWEEN.split(entry["title"]):
        inner = _NEXT.match(piece)
        count = _number(inner["n"]) if inner else _number(entry["n"])
        found.append(_Named(count, inner["title"] if inner else piece, span))
    return found


def _begins_list(lines: list[tuple[TextBlock, str]], place: int) -> bool:
    return place + 1 < len(lines) and _NEXT.match(lines[place + 1][1]) is not None


def _repeats(entry: re.Match[str], listed: list[_Named], heads: list[_Named]) -> bool:
    """Whether 附件1：标题 stands over the attachment itself: it was listed before."""
    count = _number(entry["n"])
    again = [one for one in listed if one.number == count and count is not None]
    return bool(again) or bool(heads) or any(compact(one.title) == compact(entry["title"]) for one in listed)


def _head_of(one: _Named, place: int, listed: list[_Named], heads: list[_Named]) -> _Named | None:
    by_title = next((head for head in heads if _same(one.title, head.title)), None)
    if by_title is not None:
        return by_title
    if one.number is not None:
        numbered = next((head for head in heads if head.number == one.number), None)
        if numbered is not None:
            return numbered
        if any(head.number is not None for head in heads):
            return None
    free = [head for head in heads if not any(_same(other.title, head.title) for other in listed)]
    return free[0] if free and (len(listed) == 1 or place < len(free)) else None


def _same(listed: str, title: str) -> bool:
    one, other = compact(listed), compact(title)
    if one == other:
        return True
    return min(len(one), len(other)) >= _LEAST and (one.endswith(other) or other.endswith(one))


def _number(written: str | None) -> int | None:
    return number(written) if written else None


def _hit(quote: str, why: str, span: Span) -> Hit:
    return Hit(quote, f"{why}请核对。", "请补上附件，或者使附件说明与附件标题一致。", spans=(span,))


RULE = Rule("F03", "附件与附件说明不符", Severity.WARN, the_document, check, __doc__, needs=frozenset({Need.DOCUMENT}))
