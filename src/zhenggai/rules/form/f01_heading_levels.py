"""标题层次跳级、颠倒，或者同级标题用了不同的编号。

判定：层次应为一、→（一）→1.→（1）。从一、直接到（1）是跳级；1. 下面用（一）是颠倒；（一）之后接 2. 是同级混用。

例外：只有两层的，可以从一、到 1.；一、（一）1.一是①的写法；（1）、①编列措施的；附件和表格。

为什么：层次不清，读的人分不清哪些是并列的、哪些是从属的。

反例：
    全文：关于县委第一巡察组反馈意见的整改方案
    一、总体要求
    逐条改到位。
    二、整改任务
    （一）履行职责方面
    1.值班登记不全，3天没有签名。
    整改措施：补签3天的登记。（牵头领导：沈知行；责任部门：党政办公室；完成时限：2024年7月15日前）
    三、组织保障
    （1）成立整改工作领导小组。
    （2）每月调度一次。

正例：
    全文：关于县委第一巡察组反馈意见的整改方案
    一、总体要求
    逐条改到位。
    二、整改任务
    （一）履行职责方面
    1.值班登记不全，3天没有签名。
    整改措施：补签3天的登记。（牵头领导：沈知行；责任部门：党政办公室；完成时限：2024年7月15日前）
    三、组织保障
    1.成立整改工作领导小组。
    2.每月调度一次。

依据：GB/T 9704—2012《党政机关公文格式》
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from zhenggai.plan.marks import MarkKind, leading_mark
from zhenggai.plan.model import Span
from zhenggai.rules.facts import Need, Role
from zhenggai.rules.result import Severity
from zhenggai.rules.rule import Hit, Rule, Setting, the_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.rules.facts import DocumentFacts

_LEVEL = {MarkKind.CHINESE: 1, MarkKind.CHINESE_PAREN: 2, MarkKind.ARABIC: 3, MarkKind.ARABIC_PAREN: 4}
_ANNEX = re.compile(r"^附\s*件")
_HEADINGS = frozenset({Role.OUTSIDE, Role.HEADING, Role.FINDING})
_NAMES = {1: "一、", 2: "（一）", 3: "1.", 4: "（1）"}


class _Heading(NamedTuple):
    level: int
    number: int
    text: str
    span: Span


def check(document: DocumentFacts, _setting: Setting) -> Iterator[Hit]:
    """Follow the headings down the document; one result for each kind of fault."""
    told: set[str] = set()
    for heading, why in _faults(list(_headings(document))):
        if why in told:
            continue
        told.add(why)
        yield Hit(
            quote=heading.text[:30],
            why=f"“{heading.text[:12]}”{why}，需核对层次。",
            fix="请按一、（一）1.（1）的顺序编列；只有两层的，可用一、和 1.。",
            spans=(heading.span,),
        )


def _headings(document: DocumentFacts) -> Iterator[_Heading]:
    for block in document.own:
        if block.row is not None:
            continue
        start = 0
        for line in block.text.split("\n"):
            text = line.strip()
            if _ANNEX.match(text):
                return
            mark = leading_mark(text) if text else None
            position = start + len(line) - len(line.lstrip())
            if mark is not None and mark.kind in _LEVEL and block.owner(position + mark.end).role in _HEADINGS:
                raw = block.raw[position : position + len(text)]
                yield _Heading(_LEVEL[mark.kind], mark.number, raw, Span(block.number, position, position + len(text)))
            start += len(line) + 1


def _faults(headings: list[_Heading]) -> Iterator[tuple[_Heading, str]]:
    if not any(h.level == 1 for h in headings):
        return
    path: list[_Heading] = []
    """The heading that is open at each level, the highest first."""
    for heading in headings:
        open_levels = [h.level for h in path]
        if heading.level in open_levels:
            path = [h for h in path if h.level < heading.level] + [heading]
            continue
        parent = path[-1] if path else None
        if parent is not None:
            why = _fault(parent, heading, headings)
            if why is not None:
                yield heading, why
            if parent.level > heading.level:
                path = [h for h in path if h.level < heading.level]
        path.append(heading)


def _fault(parent: _Heading, heading: _Heading, headings: list[_Heading]) -> str | None:
    """What is wrong with a heading that begins a new run below `parent`."""
    if heading.level < parent.level:
        return f"在{_NAMES[parent.level]}之下用了{_NAMES[heading.level]}，层次颠倒"
    if heading.number != 1 and heading.number == parent.number + 1 and not _runs_on(heading, headings):
        return f"与{_NAMES[parent.level]}同级而编号不同"
    if heading.level - parent.level == 1:
        return None
    if (parent.level, heading.level) == (1, 3):
        return None if not _has_second(parent, headings) else "在同一部分中有时跳过（一）"
    return f"从{_NAMES[parent.level]}直接到{_NAMES[heading.level]}，跳过了一级"


def _runs_on(heading: _Heading, headings: list[_Heading]) -> bool:
    """Whether the numbers of this level run on from an earlier part."""
    before = headings[: headings.index(heading)]
    last = next((h for h in reversed(before) if h.level == heading.level), None)
    return last is not None and last.number == heading.number - 1


def _has_second(part: _Heading, headings: list[_Heading]) -> bool:
    """Whether （一） stands in the same part: then 1. directly under 一、 skips it."""
    place = headings.index(part)
    for heading in headings[place + 1 :]:
        if heading.level == 1:
            return False
        if heading.level == 2:
            return True
    return False


RULE = Rule("F01", "标题层次不顺", Severity.INFO, the_document, check, __doc__, needs=frozenset({Need.DOCUMENT}))
