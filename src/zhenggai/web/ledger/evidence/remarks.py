"""What a person should notice: where declared and found do not agree, and what evidence of its kind lacks. Words, no verdict."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.text import day_words

if TYPE_CHECKING:
    from zhenggai.web.ledger.evidence.contents import Content
    from zhenggai.web.ledger.evidence.facts import Facts


@dataclass(frozen=True, slots=True)
class Claim:
    """What people said of a piece, and the two days that it is measured by."""

    kind: str
    formed_on: dt.date | None
    pages: int | None
    layer: str
    feedback: dt.date | None


_COUNTED = frozenset({"pdf", "ofd", "tiff"})
"""Whose page counts are counted; what Word writes of its pages is often older than the text."""
_SECRET_KINDS = {"sanction": "处理处分文件", "talk": "谈话记录"}


def remarks(declared: Claim, facts: Facts, content: Content) -> tuple[str, ...]:
    """Return one Chinese sentence for each thing to notice, the gravest first."""
    found = _dates(declared, facts, picture=content.picture)
    pages = facts.get("pages") if content.key in _COUNTED else None
    if declared.pages and pages and declared.pages != pages:
        found.append(f"申报{declared.pages}页，文件为{pages}页")
    if declared.kind == "statement":
        found.append("情况说明不能单独作为佐证")
    if declared.kind in _SECRET_KINDS and declared.layer != "restricted":
        found.append(f"{_SECRET_KINDS[declared.kind]}一般应为限知")
    return tuple(found)


def _dates(declared: Claim, facts: Facts, *, picture: bool) -> list[str]:
    found = []
    formed, taken = declared.formed_on, day_of(facts.get("taken"))
    if formed and taken and formed != taken:
        found.append(f"申报{day_words(formed)}，照片拍摄于{day_words(taken)}")
    created = day_of(facts.get("created"))
    if formed and created and created > formed + dt.timedelta(days=31):
        found.append(f"申报{day_words(formed)}，文件创建于{day_words(created)}")
    if declared.feedback:
        if formed and formed < declared.feedback:
            found.append(f"形成日期早于反馈日期{day_words(declared.feedback)}")
        elif taken and taken < declared.feedback:
            found.append(f"照片拍摄于反馈日期{day_words(declared.feedback)}之前")
    if formed is None:
        found.append("未填形成日期")
    if picture and declared.kind == "photo" and taken is None:
        found.append("照片没有拍摄时间")
    return found


def day_of(text: str | None) -> dt.date | None:
    """Return the day of a date in ISO form."""
    try:
        return dt.date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
