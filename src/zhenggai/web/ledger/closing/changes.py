"""What differs between what was signed and what stands now, said so that a person can judge it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenggai.web.ledger.closing.state import in_format_1, matter_of
from zhenggai.web.ledger.models import Evidence
from zhenggai.web.ledger.models.rows import CompletionStatus, RectificationClass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from zhenggai.web.ledger.closing.state import Matter
    from zhenggai.web.ledger.models import Closure

_FIELDS = {
    "text": "内容",
    "due_text": "完成时限",
    "due_on": "到期日",
    "original_due_on": "原定到期日",
    "percent": "完成进度",
    "completion_status": "完成状态",
    "class": "整改类型",
    "title": "名称",
    "kind": "类别",
    "formed_on": "形成日期",
    "pages": "页数",
    "copies": "份数",
    "version": "版本",
    "file": "文件内容",
}
_CHOICES: dict[str, dict[str, str]] = {
    "completion_status": dict(CompletionStatus.choices),
    "class": dict(RectificationClass.choices),
    "kind": dict(Evidence.Kind.choices),
}
"""What the codes of a field are called."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was signed: `about` names it (措施C005的完成进度)."""

    about: str
    before: str
    after: str


def changes_since(closure: Closure, *, hidden: Collection[str]) -> tuple[Difference, ...]:
    """Return what has changed since the last signature on `closure`; of the rows with `hidden` references, that there is something."""
    last = closure.steps.select_related("state").order_by("-number").first()
    if last is None:
        return ()
    state = json.loads(last.state.content)
    signed: Matter = state["matter"]
    now = matter_of(closure.finding)
    if state["format"] == 1:
        now = in_format_1(now)
    told = tuple(_differences(_without(signed, hidden), _without(now, hidden)))
    return told if signed == now or told else (Difference("您无权查看的材料", "签字时的内容", "有改动"),)


def _without(matter: Matter, hidden: Collection[str]) -> Matter:
    measures = [
        {**measure, "evidence": [piece for piece in measure["evidence"] if piece["reference"] not in hidden]}
        for measure in matter["measures"]
        if measure["reference"] not in hidden
    ]
    return {**matter, "measures": measures}


def _differences(signed: Matter, now: Matter) -> Iterator[Difference]:
    yield from _fields("问题", signed["finding"], now["finding"])
    yield from _rows("措施", signed["measures"], now["measures"], _measure)


def _measure(name: str, signed: Matter, now: Matter) -> Iterator[Difference]:
    yield from _fields(name, signed, now)
    yield from _rows(f"{name}的佐证", signed["evidence"], now["evidence"], _fields)


def _rows(kind: str, signed: list[Matter], now: list[Matter], inside: Any) -> Iterator[Difference]:
    before = {row["reference"]: row for row in signed}
    after = {row["reference"]: row for row in now}
    for reference in sorted(before.keys() | after.keys()):
        name = f"{kind}{reference}"
        if reference not in after:
            yield Difference(name, "有", "已撤销")
        elif reference not in before:
            yield Difference(name, "没有", "新增")
        else:
            yield from inside(name, before[reference], after[reference])


def _fields(name: str, signed: Matter, now: Matter) -> Iterator[Difference]:
    for field, words in _FIELDS.items():
        if signed.get(field) != now.get(field):
            if field == "file":
                yield Difference(f"{name}的{words}", "签字时的文件", "已换成另一文件")
            else:
                yield Difference(f"{name}的{words}", _words(field, signed.get(field)), _words(field, now.get(field)))


def _words(field: str, value: object) -> str:
    if value in (None, ""):
        return "（空）"
    if field in _CHOICES:
        return _CHOICES[field].get(str(value), str(value))
    return f"{value}%" if field == "percent" else str(value)
