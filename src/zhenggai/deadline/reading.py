"""Reads the time out of words: the longest wording wins, what nothing read is kept."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from zhenggai.deadline import guards
from zhenggai.deadline.context import Context
from zhenggai.deadline.form import Form, Mode, Parts, Scene
from zhenggai.deadline.kinds import AtOnce, By, Every, Ongoing, Phase, Placeholder, Window, Within
from zhenggai.deadline.registry import forms
from zhenggai.deadline.script import Script, prepare
from zhenggai.text import leaping

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAYS_NOTHING = re.compile(
    r"(?:[\W_×]|完成时限|整改时限|阶段性|完成|整改|全面|全部|全力|基本|力争|争取|确保|务必|到位|之前|以前|前|并且|并|且|及|和|与|于|在|到|至|的|时限|期限|为|类"
    r"|取得|目标|成效|最迟|不迟于|不晚于|不超过|分别|各|自|从|起|已|即可|左右|底|末|内|年|月|日)++"  # possessive: linear
)
_WORD = re.compile(r"\w")
_PLAIN = (AtOnce, Ongoing, Placeholder)
_LIMITS = (By, Window, Within)
_NAMING = (AtOnce, Ongoing, Phase)


@dataclass(frozen=True, slots=True)
class Wording:
    """Characters `start` to `end` of the text, the form that read them, and what they mean.

    `parts` is empty where the words were understood to set no limit: a fact, a date that does not exist.
    """

    start: int
    end: int
    text: str
    form: str
    parts: Parts


@dataclass(frozen=True, slots=True)
class Leftover:
    """Characters `start` to `end` of the text, which no form read."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says of time. `doubts` are sentences for a person."""

    text: str
    parts: Parts
    wordings: tuple[Wording, ...]
    leftovers: tuple[Leftover, ...]
    doubts: tuple[str, ...] = ()


@dataclass(slots=True)
class _Hit:
    """One wording found, in characters of the cleaned text."""

    start: int
    end: int
    form: Form
    parts: Parts


_PERIOD = re.compile("[日天周旬月季年期拜]")
"""Without one of these, which every unit of a period holds, no text sets a recurring duty."""
_RHYTHM = re.compile("[每逢按隔]")
_DATED = leaping(
    r"\d０-９〇零○一二三四五六七八九十两俩半lIOoＯ×xX今明本这次上下当全前后同翌来去年月季周旬期即第",
    r"[\d０-９〇零○一二三四五六七八九十两俩半lIOoＯ×xX]\s*个?[多余来]?\s*(?:年|月|日|号|天|周|星期|礼拜|季|旬|工|自|学|小|半|[.．/／\-－—–年月])"
    r"|[今明本这次上下当全前后同翌来去][年月周季半]|[年月季周旬半期](?:底|末|内|中|前|初|度|尾|终)|即日|\d{6,8}|[第前][一二三四1-4]季",
)
"""Without this no text names a date, a window or a period: measures, which mostly name none, are told in one search."""


def read(text: str, *, context: Context, mode: Mode = "field") -> Reading:
    """Read `text` as a time limit (`field`), or for the limits inside a measure (`prose`), or its duties (`duty`).

    Never fails: what nothing reads is in `leftovers`.
    """
    scene = Scene(context, prepare(text), mode)
    hits = _settled_hits(scene)
    wordings = tuple(_wording(scene.script, hit) for hit in hits)
    parts = _joined(hits, scene.script)
    return Reading(text, parts, wordings, tuple(_leftovers(scene.script, hits)), _doubts(scene, hits))


def recurrences(text: str, *, context: Context | None = None) -> tuple[Every, ...]:
    """Return the recurring duties that the text of a measure sets, in their order.

    Recurring words that state a problem or a past fact give none.
    """
    if _PERIOD.search(text) is None:
        return ()
    scene = Scene(context or Context(), prepare(text), "duty")
    return tuple(part for part in _joined(_settled_hits(scene), scene.script) if isinstance(part, Every))


def limits_in(text: str, *, context: Context) -> tuple[Wording, ...]:
    """Return the wordings of dates, windows and periods that stand inside the text of a measure, in their order."""
    if _DATED.search(text) is None:
        return ()
    scene = Scene(context, prepare(text), "prose")
    limiting = [hit for hit in _settled_hits(scene) if any(isinstance(p, _LIMITS) for p in hit.parts)]
    if limiting and _RHYTHM.search(text) is not None:
        limiting = _without_dates_of_duties(limiting, Scene(context, scene.script, "duty"))
    return tuple(_wording(scene.script, hit) for hit in limiting)


def _without_dates_of_duties(hits: list[_Hit], scene: Scene) -> list[_Hit]:
    """Leave out the dates that say when in its period a duty comes back: 每年1月."""
    duties = [hit for hit in _settled_hits(scene) if any(isinstance(part, Every) for part in hit.parts)]
    return [hit for hit in hits if all(hit.end <= d.start or d.end <= hit.start for d in duties)]


def _settled_hits(scene: Scene) -> list[_Hit]:
    """Return the wordings in their order, without the parts of those that only name or precede the date that counts."""
    hits = list(_scan(scene))
    return _without_old_dates(_without_labels(hits, scene.script), scene.script) if hits else hits


def ties(text: str, *, context: Context, mode: Mode = "field") -> tuple[tuple[str, ...], ...]:
    """Return the keys of forms that read the same span of `text`, where neither is a fallback: errors of the forms."""
    scene = Scene(context, prepare(text), mode)
    found: list[tuple[str, ...]] = []
    for hit in _scan(scene):
        rivals = []
        for form in forms():
            match = form.compiled.match(scene.script.clean, hit.start) if mode in form.modes else None
            fresh = replace(scene, last=None, anchor=None, notes=[])
            if match and match.end() == hit.end and not form.fallback and form.build(match, fresh) is not None:
                rivals.append(form.key)
        if len(rivals) > 1:
            found.append(tuple(rivals))
    return tuple(found)


@cache
def _forms_by_sign(mode: Mode) -> tuple[tuple[Form, ...], dict[str, tuple[tuple[str, Form], ...]]]:
    """Return the forms of `mode` that are always tried, and the others with their signs, by the first character of these."""
    of_mode = [form for form in forms() if mode in form.modes]
    by_first: dict[str, list[tuple[str, Form]]] = {}
    for form in of_mode:
        for sign in form.signs:
            by_first.setdefault(sign[0], []).append((sign, form))
    return tuple(f for f in of_mode if not f.signs), {first: tuple(named) for first, named in by_first.items()}


def _forms_for(clean: str, mode: Mode) -> Iterator[Form]:
    """Yield the forms that may read something in the text `clean`: those that find their signs in it."""
    always, by_first = _forms_by_sign(mode)
    named = [form for first in set(clean) & by_first.keys() for sign, form in by_first[first] if sign in clean]
    for form in dict.fromkeys([*always, *named]):
        if not form.also or any(map(clean.__contains__, form.also)):
            yield form


def _scan(scene: Scene) -> Iterator[_Hit]:
    """Yield the wordings from left to right; at each place the longest that a form accepts."""
    clean = scene.script.clean
    found = ((form, form.compiled.search(clean)) for form in _forms_for(clean, scene.mode))
    upcoming = [(form, match) for form, match in found if match]
    while upcoming:
        start = min(match.start() for _, match in upcoming)
        hit = _longest(start, [(form, match) for form, match in upcoming if match.start() == start], scene)
        if hit:
            yield hit
        position = max(hit.end if hit else start + 1, start + 1)
        found = (
            (form, match if match.start() >= position else form.compiled.search(clean, position))
            for form, match in upcoming
        )
        upcoming = [(form, match) for form, match in found if match]


def _longest(start: int, here: list[tuple[Form, re.Match[str]]], scene: Scene) -> _Hit | None:
    here.sort(key=lambda pair: (-pair[1].end(), pair[0].fallback, pair[0].key))
    if scene.last and "其中" in scene.script.clean[max(0, start - 12) : start]:
        scene.last = dt.date(scene.last.year, 1, 1)
    for form, match in here:
        if match.end() == match.start():
            continue
        parts = form.build(match, scene)
        if parts is not None:
            scene.advance(parts)
            return _Hit(start, match.end(), form, parts)
    return None


_LABEL = re.compile(
    r"(?:性?(?:整改)?(?:类|事项|任务|问题|目标|项目|工作|措施|的)*)?[:(]|(?:性?(?:整改)?(?:类|事项|任务|问题|目标|项目)+)(?:的)?(?:于|在|,)?|的(?:于|在|,)?"
)


def _without_labels(hits: list[_Hit], script: Script) -> list[_Hit]:
    """Drop the parts of words that only name the date that follows: 第一阶段：2024年3月底前."""
    kept = []
    for place, hit in enumerate(hits):
        after = hits[place + 1] if place + 1 < len(hits) else None
        kept.append(_Hit(hit.start, hit.end, hit.form, ()) if _is_label(hit, after, script) else hit)
    return kept


def _is_label(hit: _Hit, after: _Hit | None, script: Script) -> bool:
    if not hit.parts or not isinstance(hit.parts[0], _NAMING):
        return False
    if isinstance(hit.parts[0], Phase) and script.clean[hit.end : hit.end + 1] == ":":
        return True
    if after is None or not after.parts or not isinstance(after.parts[0], _LIMITS):
        return False
    between = script.clean[hit.end : after.start]
    bracketed = between.endswith("(")
    names_alone = script.clean[hit.start : hit.end].endswith(("阶段", "期", "长期")) or len(between) > 1
    return bool(_LABEL.fullmatch(between)) and (names_alone or not bracketed)


def _without_old_dates(hits: list[_Hit], script: Script) -> list[_Hit]:
    """Of a date that was moved only the new one counts: 原定2024年6月底前，延期至2024年9月底."""
    dated = [place for place, hit in enumerate(hits) if _is_dated(hit)]
    if len(dated) < 2:  # no new date without an old one
        return hits
    moved = [place for place in dated if guards.moves_date(script, hits[place].start)]
    old = {place for place in dated if moved and place < moved[-1]}
    old |= {place for place in dated if guards.is_superseded(script, hits[place].start)}
    return [_Hit(h.start, h.end, h.form, ()) if place in old else h for place, h in enumerate(hits)]


def _is_dated(hit: _Hit) -> bool:
    return bool(hit.parts) and all(isinstance(part, By | Window) for part in hit.parts)


def _joined(hits: list[_Hit], script: Script) -> Parts:
    """Return all parts; two wordings in a row that say the same are one."""
    joined: list[Parts] = []
    end = 0
    for hit in hits:
        if not hit.parts:
            continue
        same = bool(joined) and joined[-1] == hit.parts
        if not (same and (isinstance(hit.parts[0], _PLAIN) or _WORD.search(script.clean, end, hit.start) is None)):
            joined.append(hit.parts)
        end = hit.end
    return tuple(part for parts in joined for part in parts)


def _wording(script: Script, hit: _Hit) -> Wording:
    start, end = script.place(hit.start, hit.end)
    return Wording(start, end, script.source[start:end], hit.form.key, hit.parts)


def _leftovers(script: Script, hits: list[_Hit]) -> Iterator[Leftover]:
    position = 0
    for start, end in [*((hit.start, hit.end) for hit in hits), (len(script.clean), len(script.clean))]:
        words = script.clean[position:start]
        if words and not _SAYS_NOTHING.fullmatch(words):
            first, last = script.place(position, start)
            yield Leftover(first, last, script.source[first:last])
        position = end


def _doubts(scene: Scene, hits: list[_Hit]) -> tuple[str, ...]:
    doubts = list(scene.notes)
    if scene.mode == "field" and scene.reference is None and any(not hit.parts for hit in hits):
        doubts.append("时限没有写明年份，也没有可依据的日期，未能推定。")
    return tuple(dict.fromkeys(doubts))
