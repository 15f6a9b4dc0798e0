"""How a point of the calendar becomes a limit: the year settled, facts left out, the last day taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.deadline import guards
from zhenggai.deadline.kinds import By
from zhenggai.deadline.points import locate

if TYPE_CHECKING:
    import datetime as dt
    import re
    from collections.abc import Callable

    from zhenggai.deadline.form import Parts, Scene
    from zhenggai.deadline.points import Point, Rule


def limit(rule: Rule) -> Callable[[re.Match[str], Scene], Parts | None]:
    """Return a builder that reads the match as the last day of the point that `rule` writes."""

    def build(match: re.Match[str], scene: Scene) -> Parts | None:
        point = rule.parse(match, scene)
        return () if point is None else by(point, scene, match.start(), match.end())

    return build


def by(point: Point, scene: Scene, start: int, end: int) -> Parts:
    """Return the limit that `point` sets, or nothing where the words tell a fact."""
    found = locate(point, scene.base)
    if found is None:
        return ()
    if guards.is_fact(scene, start, end):
        scene.last = found[1]
        return ()
    if scene.mode == "prose" and not guards.is_limit_in_prose(scene, start, end, found[1]):
        return ()
    note_year(point, found[1], scene, scene.script.literal(start, end))
    return (By(found[1], point.grain),)


def note_year(point: Point, date: dt.date, scene: Scene, words: str) -> None:
    """Say so where the year of `date` is the reader's and not the document's."""
    if point.year is not None or point.fixed or scene.last is not None or scene.reference is None:
        return
    if scene.context.year_is_assumed:
        scene.notes.append(f"“{words}”未写年份，文件中也没有可依据的日期，按参照日期推定为{date.year}年。")
    elif date.year > scene.reference.year:
        scene.notes.append(f"“{words}”未写年份，按参照日期推定为次年（{date.year}年），请核对。")
