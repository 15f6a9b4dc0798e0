"""Whether recurring words set a duty, or state a problem or a past fact: 每月通报 against 未按季度听取."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.deadline.guards import in_title

if TYPE_CHECKING:
    from zhenggai.deadline.form import Scene

_NOT_BEFORE = re.compile(
    r"(?:未|没有|没能|没|无法|不能|不|并未|从未|尚未|难以|拒不|漏)(?:能|能够|再|曾|及时|严格|有效|坚持|做到|真正|落实|执行|实行|很好|达到|做好|满足|符合|完全|认真|切实|按规定|按要求|按制度|按照规定|按照要求|建立|开展|组织|形成|召开|进行|要求|明确|规定)*[,]?$"
)
_NOT_AFTER = re.compile(
    r"(?:(?<![对将把凡是否如若防于])(?:均|都|也|却)?未(?!来|雨|成年|婚|必|知|巡|[^,。;]{0,14}的)|没有(?![^,。;]{0,12}的)|仅(?!限)|(?<![不])只(?!要|有|需|能|增)|(?<![人刚英])才(?!能|可|干)|不足(?![^,。;]{0,8}[的问])|不到(?![^,。;]{0,6}的)|(?<!不)(?<!不得)少于|(?<!不)低于"
    r"|流于形式|走过场|(?<!防止)应付了事|存在[^,。;]{0,12}(?:问题|现象|情况)$)"
)
_EXAMINED = re.compile(
    r"(?:对|针对|将|把|凡|如|若|是否|有无|防止|杜绝|避免|解决|纠正|排查|查找|发现|整治|通报|督促|检查|梳理|清理|核查|提醒|约谈|曝光|问责|找出|查摆|查处)[^,。;]*$"
)
_STATE = (
    r"(?:规范|到位|足|够|严|严格|及时|力|高|强|实|深|深入|全|全面|健全|完善|经常|明确|清|清晰|紧|细|准|准确|完整|扎实|充分|落实|彻底|重视|担当|主动|积极|合理|符|一致|畅|顺|多"
    r"|大|好|精|精准|均衡|平衡|统一|熟悉|科学|真实|透明|公开|作为|履职|合规|达标|齐|齐全|浓|浓厚|严肃|严谨|稳|密切|紧密|有力|明显|突出|落地|牢|牢固|久|广|配套|匹配|同步|相符|闭环|精细|务实|聚焦|敏感|自觉|经心)"
)
_PREDICATE = re.compile(
    rf"(?:不(?:够)?{_STATE}|缺失|缺位|薄弱|滞后|淡薄|淡化|弱化|虚化|空转|形式化|表面化|形同虚设|名存实亡|雷同|补签|代签|敷衍了事|随意性大|断档|不规律|走过场|流于形式|空白|脱节|混乱|松散|涣散|有差距|缺乏[^,。;的]{{1,12}}|存在[^,。;]{{0,30}}(?:问题|现象|情况|风险|漏洞|隐患|差距|不足|短板|薄弱环节)|(?:重|轻)[^,。;]{{1,6}}(?:轻|重)[^,。;]{{1,6}}|跑冒滴漏|长期(?:未|不|空缺|闲置)[^,。;的]*)$"
)
_FRAMED = re.compile(
    r"^(?:切实|着力|坚决|及时|重点|进一步|严肃|全面|深入|认真|集中)*(?:对(?!象)|针对|围绕|聚焦|如|若|凡|因|为|防止|杜绝|避免|发现|解决|整改|整治|纠正|防范|克服|查找|查摆|排查|剖析|反思|紧盯|确保)"
)
_URGED = re.compile(r"^(?:切实|坚决|持续|进一步|及时|严肃)*(?:督促|推动|要求|建立|落实|重点|严格|坚持|做到)")
_SUBJECT_NOT = re.compile(
    r"^(?:但|却|而|实际|其中|截至|且|只是)?[^,。;对将把凡如若是否防]{0,14}?(?:未|没有|从未|仅(?!限)|只(?!要|有|需|能|增))(?!来|成年|雨)(?!.*(?:的|一律|予以|不予|坚决|追究|问责|约谈|通报|扣|提醒))"
)
_FROM_NOW = re.compile(
    r"下一步|今后|此后|整改措施|将|接下来|该问题已|现已建立|由[\u4e00-\u9fff]{2,10}(?:负责|牵头|每|按)|规定自"
    r"|(?:(?<=^)|(?<=[,;。:、①-⑳]))(?:要|应|需|须|并|切实|认真|全面|继续|进一步|坚决)*(?:要求|严格|落实|建立|督促|确保|坚持|健全|完善|制定|修订|实行|推行)"
)
_PAST = re.compile(
    r"(?:去年|上年度?|往年|以往|此前|过去|原来|曾经?|近年来|近[两三几一二]年|长期以来|一直以来|以来|期间|(?<![\u4e00-\u9fff])经?(?:检查|审计|巡察|巡视|核查|抽查|查)发现|经查|(?<![对把将\u4e00-\u9fff])(?:查阅|查看|翻阅|走访|调阅|座谈)[^,。;]{0,8}发现|反映|据统计|截至|截止目前)[^。;]*$"
)
_DONE_BEFORE = re.compile(
    r"已(?:经)?(?![^,。;]*(?:建立|形成|实行|制定|明确|健全|完善|落实|推行|出台|印发|规定|纳入))[^,。;]*$"
)
_DONE_AFTER = re.compile(
    r"^[^,。;]{0,16}(?:[召开展组织进行安排听取开走做学讲查报印发完成]{1,2}了|(?<!不得)累计|共(?:召开|开展|组织|计|有)|均已|已(?:召开|开展|完成|组织|通报))"
)
_SUMMED_UP = re.compile(r"累计(?!不|达到|至少)|共(?:召开|开展|组织|计)")
_YEARS_BEFORE = re.compile(
    r"((?:19|20)\d\d)年(?:度)?(?:至今|[、,和至-](?:19|20)?\d\d年(?:度)?|以来)?[^。;\d前底末内]{0,12}$"
)
_YEAR_LIST = re.compile(r"(?:19|20)\d\d年?(?:度)?[、和至-](?:19|20)\d\d年")
_FROM_PAST = re.compile(
    r"(?:从|自)?((?:19|20)\d\d|×{1,6})年(?:(?:\d{1,2}|×{1,6})月(?:份)?(?:\d{1,2}日)?)?(?:起|开始)[^。;]*$"
)
_SOME = re.compile(
    r"^(?:[一二三四五六七八九十]+是|\d+[.])?(?:但|而|且)?(?:个别|一些|有的|有些|少数|实际|事实上|部分(?:支部|党员|干部|单位|科室|部门|教师|人员|同志|职工|党组织|站所|村))"
)
_ACTUALLY = re.compile(r"[,;](?:但|而|却)?(?:实际|事实上)")
_SINCE_BLANK = re.compile(r"[从自]×{1,6}年(?:×{1,6}月)?(?:起|开始)?$")
_INCLUDED = re.compile(r"(?:纳入|列入|作为|结合|与|依据|根据|参照|占)$")


_MAY_DENY = re.compile("[未没不仅只才缺薄滞淡弱虚空形表名雷补代敷随断走流脱混松涣差存重轻跑长漏难拒无应]")
"""Without one of these characters no text denies an act or states a problem."""


def is_no_duty(scene: Scene, start: int, end: int) -> bool:
    """Whether the recurring words between `start` and `end` set no duty."""
    script = scene.script
    if in_title(script, start):
        return True
    doubtful = _MAY_DENY.search(script.clean) is not None
    left, right = script.clause(start, end)
    if (
        _SOME.match(left)
        or (doubtful and _NOT_BEFORE.search(left))
        or _INCLUDED.search(left)
        or _SINCE_BLANK.search(left)
    ):
        return True
    inside = script.clean[start:end]
    if doubtful and _denies(inside + right):
        return True
    before, after = script.sentence(start, end)
    if _is_past(scene, left, before, after):
        return True
    if _ACTUALLY.search(after):
        return True
    return doubtful and _tells_problem(script.clean[max(0, start - 200) : start], before, after)


def _denies(words: str) -> bool:
    """Whether the act is denied after the period: 每年仅1次, 每季度未召开; not 每月对未完成的单位通报."""
    match = _NOT_AFTER.search(words)
    if match and not _EXAMINED.search(words[: match.start()]):
        return True
    state = _PREDICATE.search(words)
    return bool(state) and not (state and _EXAMINED.search(words[: state.start()]))


def _is_past(scene: Scene, left: str, before: str, after: str) -> bool:
    if _DONE_BEFORE.search(left) or _DONE_AFTER.match(after):
        return True
    if _PAST.search(before) and not _FROM_NOW.search(before):
        return True
    if _SUMMED_UP.search(after) or _YEAR_LIST.search(before[-24:]):
        return True
    return scene.mode != "field" and _is_of_past_year(scene, before)


def _is_of_past_year(scene: Scene, before: str) -> bool:
    """Whether a year before that of the document governs the words: 2021年每季度召开, 从2021年起按月缴纳."""
    reference = scene.reference
    if reference is None:
        return False
    from_year, of_year = _FROM_PAST.search(before), _YEARS_BEFORE.search(before)
    return _is_before(from_year, reference.year - 1) or _is_before(of_year, reference.year)


def _is_before(match: re.Match[str] | None, year: int) -> bool:
    return match is not None and match.group(1).isdigit() and int(match.group(1)) < year


def _tells_problem(text_before: str, before: str, after: str) -> bool:
    """Whether the sentence, or an earlier one that nothing has answered yet, states a problem."""
    if any(_is_problem(clause) for clause in re.split(r"[,;、]", after)[1:]):
        return True
    if _FROM_NOW.search(before):
        return False
    if any(_is_problem(clause) for clause in re.split(r"[,;:、]", before)[:-1]):
        return True
    earlier = text_before[: len(text_before) - len(before)]
    if _FROM_NOW.search(earlier):
        return False
    return any(_is_problem(clause) for clause in re.split(r"[,;:。、]", earlier))


def _is_problem(clause: str) -> bool:
    clause = re.sub(r"^(?:[一二三四五六七八九十]+是|\d+[.]|第[一二三四五六]|其[一二三四])", "", clause)
    if _FRAMED.match(clause):
        return False
    return bool(_PREDICATE.search(clause) or (_SUBJECT_NOT.match(clause) and not _URGED.match(clause)))
