"""What is no limit although it looks like one: facts, past dates, beginnings, numbers of papers and meetings.

The rules are those of the plan format, “No part for”; the words were collected from documents of the trade.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenggai.deadline.form import Scene
    from zhenggai.deadline.script import Script

_LIMITS = re.compile(r"[前内底末止]|以前|为止|中旬|下旬|上旬")
_BEGINS = re.compile(r"(?:起(?!草)|开始|以来|以后|之后|后(?![勤续备])|至今|到现在|到目前)")
_AS_AT = re.compile(r"截[至止]到?$")
_AS_AT_LIMIT = re.compile(r"^(?:底|末)?(?:之|以)?前?(?:完成|整改|全部|全面|务必)")
_DONE_LEFT = re.compile(r"已(?:经)?(?!.*(?:并|拟|计划|预计|将|力争|确保|其余|剩余))|曾(?:经)?于?$")
_DONE_RIGHT = re.compile(
    r"^[^已]{0,4}(?<![确而])已(?:经|全|整|完|于|按|基|办|销|制|出|印|开|落|清|建|修|启|上|顺|如|在|拆|收|退|召|组|对|得|由|通)|^(?:完成|整改|召开|出台|开展|印发|办理)了"
)
_FACT_LABEL = re.compile(
    r"(?:发现|反馈|印发|成立|公示|实际完成|实际整改|发布|开工|立项|签订|检查|巡察|巡视|审计|登记|受理|交办|下达|移交|成文|发文|建账|填报|填表"
    r"|统计|录入|报告|入库|上报|办结|销号|任职|出生|入职)(?:日期|时间|年月|期间|于)?[:]?(?:为|是)?$"
)
_STATUS_BEFORE_BRACKET = re.compile(r"(?:已(?:经)?(?:整改|完成|办结|销号|落实|到位)+|^完成|整改完成)\($")
_OLD_DATE = re.compile(r"(?:原(?:定|计划|时限|期限|完成时限|整改时限|要求|为|先)?(?:为|于|是)?[:]?)$")
_PAPER = re.compile(
    r"^(?:第?[\d一二三四五六七八九十]+[次号期](?!前)|第?[\d×]+号|.{0,4}(?:党委|党组|党总支|常委|支委|班子|局务|校务|院务|办公)?会(?:议)?(?:上|审议|研究|通过|精神|决定|要求|纪要|第|指出))"
)
_TITLE_LEFT = re.compile(r"《[^》]*$")


def in_title(script: Script, start: int) -> bool:
    """Whether the place lies inside 《…》: the year of a paper's title is no limit."""
    return bool(_TITLE_LEFT.search(script.clean[max(0, start - 60) : start]))


def is_fact(scene: Scene, start: int, end: int) -> bool:
    """Whether the date between `start` and `end` tells what was or began, not what is due."""
    script = scene.script
    left, right = script.clause(start, end)
    words = script.clean[start:end]
    if in_title(script, start) or _PAPER.match(right):
        return True
    if _AS_AT.search(left):
        field_value = left.startswith("截止") and scene.mode == "field"
        return not (_AS_AT_LIMIT.match(right) or (field_value and not right.strip()))
    if _BEGINS.match(right) and not _LIMITS.search(words[-2:]):
        return True
    return _is_done(script, start, end, left, right)


def _is_done(script: Script, start: int, end: int, left: str, right: str) -> bool:
    del end
    before = script.clean[max(0, start - 30) : start]
    return bool(
        _DONE_LEFT.search(left)
        or _DONE_RIGHT.match(right)
        or _FACT_LABEL.search(before)
        or _STATUS_BEFORE_BRACKET.search(before)
    )


def is_superseded(script: Script, start: int) -> bool:
    """Whether the date is the one that was valid before: 原定2024年6月底."""
    return bool(_OLD_DATE.search(script.clean[max(0, start - 20) : start]))


_MOVES = re.compile(
    r"(?:(?:延期|延长|延后|延缓|延|推迟|推后|顺延|展期|展|变更|调整|调|改|顺推|放宽|宽限|提前|修改|修订|更正)(?:到|至|为|成|于)|(?:延期|推迟|调整后|变更后|延期后|顺延后|现改|现调整)(?:完成时限|整改时限|时限|期限|时间)?[:为]?)"
    r"(?:[^,。;、\d]{0,4}?)$"
)


def moves_date(script: Script, start: int) -> bool:
    """Whether the date replaces those before it: 延期至2024年9月底."""
    return bool(_MOVES.search(script.clean[max(0, start - 16) : start]))


_BARE_YEAR_MEANS_LIMIT = re.compile(
    r"^(?:$|[,。;、:!?()\[\]【】|/ ]|前|完成|整改|解决|落实|办结|实现|达到|全面|全部|基本|建成|销号|力争|实施|推进|出台|争取|确保|内|启动|执行|竣工|开展|制定|修订|建立|见效|取得|形成|组织|申报|纳入财政|投入|彻底|逐步|分)"
)


def is_bare_year_of_something(right: str) -> bool:
    """Whether a year alone belongs to a noun: 2024年工作要点, 2024年第3次会议."""
    return not _BARE_YEAR_MEANS_LIMIT.match(right)


_PROSE_LIMIT = re.compile(r"(?:前|之前|以前|前完成|止|为止)$|(?:底|末|内)$")
_PROSE_LEAD = re.compile(r"(?:到|于|在|力争|争取|确保|计划|预计|拟|将|最迟|不迟于|不晚于|务必|截止)$")
_PROSE_ACT = re.compile(
    r"^(?:前|之前|以前)?(?:全面|全部|基本|正式|集中|组织|彻底|力争|确保)?(?:完成|整改|出台|印发|建成|招录|启用|投入|开展|修订|制定|召开|办结|实现|落实|清退|退还|建立|上线|验收|销号|报|提交|实施|复工|完工|竣工)"
)


def is_limit_in_prose(scene: Scene, start: int, end: int, last: object) -> bool:
    """Whether running text means the date as a limit: 2024年3月底前印发, 确保年底前完成; not 2024年3月召开会议.

    A date without 前, 底 or the like counts only where it still lies ahead and an act is to be done by it.
    """
    left, right = scene.script.clause(start, end)
    words = scene.script.clean[start:end]
    if words.endswith("前"):
        return True
    reference = scene.reference
    ahead = reference is None or last >= reference  # type: ignore[operator]
    if _PROSE_LIMIT.search(words):
        return ahead or bool(_PROSE_LEAD.search(left))
    return reference is not None and ahead and bool(_PROSE_ACT.match(right) or _PROSE_LEAD.search(left))
