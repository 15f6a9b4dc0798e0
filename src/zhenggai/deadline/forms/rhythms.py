"""Rhythms in two words: 日巡查、周检查、月通报; 月度调度; 周报制度."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.deadline.duties import is_no_duty
from zhenggai.deadline.form import Form
from zhenggai.deadline.grammar import CHINESE, SHORT_VERB
from zhenggai.deadline.kinds import Every

if TYPE_CHECKING:
    from zhenggai.deadline.form import Parts, Scene
    from zhenggai.deadline.kinds import Frequency

_FREQUENCIES: dict[str, tuple[Frequency, int]] = {
    "日": ("day", 1),
    "周": ("week", 1),
    "双周": ("week", 2),
    "旬": ("day", 10),
    "半月": ("half_month", 1),
    "月": ("month", 1),
    "月度": ("month", 1),
    "双月": ("month", 2),
    "季": ("quarter", 1),
    "季度": ("quarter", 1),
    "半年": ("half_year", 1),
    "半年度": ("half_year", 1),
    "年": ("year", 1),
    "年度": ("year", 1),
    "学期": ("semester", 1),
}
_NOT_BEFORE = rf"(?<![\d{CHINESE}今本明去当上下前后每逐按隔逢单双半首末近次作生节假平昨翌这个学度第全×同即某连整终休息周往昔期何民法光济育终定])"
_SET_UP = re.compile(
    r"(?:实行|建立|开展|组织|落实|坚持|推行|执行|健全|完善|严格|进行|做好|抓好|实施|做到|采取|通过|、|和|及)$"
)
_ARRANGEMENT = re.compile(r"^.{0,8}(?:制度|机制|制(?!定|订|约|作))")


_UNIT = r"(?:半年度?|双周|双月|半月|月度?|季度?|年度|学期|[日周旬])"
_ACT = rf"(?:{SHORT_VERB}|报(?=制度|机制|告|表|[、,。;/]|$)|碰头|[结清](?=[、,。;月日]|$|制度)|零报告)"
_ACTS = (*re.findall(r"[\u4e00-\u9fff]+", SHORT_VERB), "报", "碰头", "结", "清")
_UNITS = ("年", "季", "月", "旬", "周", "日", "学期")


def _several(match: re.Match[str], scene: Scene) -> Parts | None:
    _, right = scene.script.clause(match.start(), match.end())
    if re.match(r"(?:结果|成绩|情况|指标|得分)", right):
        return None
    if is_no_duty(scene, match.start(), match.end()):
        return ()
    return tuple(Every(*_FREQUENCIES[unit]) for unit in re.findall(_UNIT, match.group("units")))


SEVERAL = Form(
    key="every.rhythm.list",
    title="月度、季度通报",
    about="几个周期共用一个动作，每个周期各为一项。",
    pattern=rf"{_NOT_BEFORE}(?P<units>{_UNIT}(?:[、和及]{_UNIT}){{1,6}}){_ACT}",
    build=_several,
    examples=("月度、季度通报", "日、周、月调度"),
    signs=_ACTS,
    also=_UNITS,
    modes=("field", "duty"),
)


def _rhythm(match: re.Match[str], scene: Scene) -> Parts | None:
    unit = match.group("unit")
    left, right = scene.script.clause(match.start(), match.end())
    if re.match(r"(?:结果|成绩|情况|指标|得分|等次|基数|表$|人员)", right):
        return None
    if re.search(r"[每逢]|按[月季周年]", left):
        return None
    if unit in ("年度", "年") and not (_SET_UP.search(left) or _ARRANGEMENT.match(right)):
        return None
    if is_no_duty(scene, match.start(), match.end()):
        return ()
    freq, interval = _FREQUENCIES[unit]
    return (Every(freq, interval),)


RHYTHM = Form(
    key="every.rhythm",
    title="日巡查、周检查、月通报",
    about="周期与动作连写的工作节奏；年度考核等须有“建立”“实行”或“制度”“机制”相配。",
    pattern=rf"{_NOT_BEFORE}(?P<unit>{_UNIT}){_ACT}",
    build=_rhythm,
    examples=("日巡查", "周调度", "月度调度", "季通报", "周报制度", "双周例会"),
    signs=_ACTS,
    also=_UNITS,
    modes=("field", "duty"),
)


def _adverb(match: re.Match[str], scene: Scene) -> Parts | None:
    del scene
    freq, interval = _FREQUENCIES[match.group("unit")]
    return (Every(freq, interval),)


ADVERB = Form(
    key="every.adverb",
    title="月度、季度",
    about="单独作为时限的“月度”“季度”“半年度”“年度”。",
    pattern=(r"(?:(?<=^)|(?<=[,。;、]))(?P<unit>月度|季度|半年度|年度)(?=$|[,。;、])"),
    build=_adverb,
    examples=("季度", "月度"),
    signs=("度",),
    modes=("field",),
)
