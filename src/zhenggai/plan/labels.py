"""The labels of fields and their meaning: 整改措施：, 责任科室：, 完成时限：, and as table heads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from zhenggai.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator


class Role(StrEnum):
    """What a labelled text is. The party roles carry the names of the fields of a response."""

    AREA = "area"
    ITEM = "item"
    PROBLEM = "problem"
    CAUSE = "cause"
    OBJECTIVE = "objective"
    MEASURES = "measures"
    PROGRESS = "progress"
    NEXT_STEP = "next_step"
    STATUS = "status"
    TIME_LIMIT = "time_limit"
    LEAD_LEADERS = "lead_leaders"
    RESPONSIBLE_LEADERS = "responsible_leaders"
    RESPONSIBLE_PERSONS = "responsible_persons"
    RESPONSIBLE_DEPARTMENTS = "responsible_departments"
    LEAD_DEPARTMENTS = "lead_departments"
    COOPERATING_DEPARTMENTS = "cooperating_departments"
    VERIFYING_DEPARTMENTS = "verifying_departments"
    SUPERVISING_DEPARTMENTS = "supervising_departments"
    ASSIGNMENT = "assignment"
    NUMBER = "number"
    OTHER = "other"


TEXTS = frozenset({Role.PROBLEM, Role.CAUSE, Role.OBJECTIVE, Role.MEASURES, Role.PROGRESS, Role.NEXT_STEP})
"""Roles whose text may run over several lines and hold numbered entries."""
ACTIONS = frozenset({Role.MEASURES, Role.PROGRESS})
"""Roles whose text tells what is or was done."""
PARTIES = frozenset(
    {
        Role.LEAD_LEADERS,
        Role.RESPONSIBLE_LEADERS,
        Role.RESPONSIBLE_PERSONS,
        Role.RESPONSIBLE_DEPARTMENTS,
        Role.LEAD_DEPARTMENTS,
        Role.COOPERATING_DEPARTMENTS,
        Role.VERIFYING_DEPARTMENTS,
        Role.SUPERVISING_DEPARTMENTS,
    }
)
"""Roles whose text names persons or departments."""
FIELDS = PARTIES | {Role.TIME_LIMIT, Role.STATUS, Role.OTHER, Role.ASSIGNMENT}
"""Roles whose text is a short value."""


@dataclass(frozen=True, slots=True)
class Label:
    """One meaning with the wordings that carry it: `words` as examples for people, `pattern` for all of them."""

    role: Role
    title: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]


def _label(role: Role, title: str, words: str, pattern: str) -> Label:
    return Label(role, title, tuple(words.split()), re.compile(pattern))


_DEPARTMENT = "(?:部门|科室|股室|处室|单位|机构|主体|支部|党支部|组织|党组织|部室|室所|科所|站所|处|科|股|办公室|乡镇|责任部门|责任单位|责任科室)"
_PERSON = "(?:县|市|区|院|校|局|所|行|公司|班子)?(?:级)?(?:领导|领导同志|负责人|责任人|责任领导|校领导|院领导|人|同志|成员|人员)"
_ROUND = "(?:巡[视察查]|审计|督[察导查]|检查|反馈|考核|检视|查摆|自查)"

LABELS: tuple[Label, ...] = (
    _label(
        Role.OTHER,
        "不对应台账栏目的标签，原样保留",
        "验收人 验收时间 复查结论 整改类型 备注 销号人 销号日期 检查日期 隐患等级 联系电话 问题来源",
        r"(?:验收|复查|复核|销号|排查|发现|登记|填报|填表|审核|审批|销号|督办|检查|报告|立项|开始|起始|启动|公示|更新|制表|签字)(?:人|人员|时间|日期|结论|意见|结果|状态|期间|编号|情况)"
        r"|(?:缺陷|隐患|整改|风险|评估|整治)(?:类型|类别|分类|级别|等级|来源|性质|编号|位置|属性|层级|地点|难度)|等级|级别|性质|备注|说明|附件|附注|来源|编号|定性依据|(?:政策|法规|制度)?依据|联系电话|联系人"
        r"|联系方式|电话|传真|邮箱|邮编|地址|整改分类|整改期间|所属.{1,4}|归属.{1,6}|专业分类|对应.{2,8}指标|[一二三]级指标|是否(?:消除|纳入整改|立行立改|涉密|公开)|涉及金额|金额|佐证材料|印证材料|支撑材料"
        r"|制度(?:建设)?(?:成果|名称)|督办人|上级知晓|应急预案|发生时间|事故名称|审批状态|填报单位|报送单位|报送时间|填报日期|制表单位|序时进度|问责情况|追责问责|处理情况|风险点|盖章|签发人|密级|主题词|抄送|抄报|主送",
    ),
    _label(
        Role.ASSIGNMENT,
        "责任分工（后面逐项列明）",
        "责任分工 责任落实 任务分工",
        r"(?:整改)?(?:责任|任务|工作)?分工|责任(?:落实|安排|明确|清单)|落实责任|责任分工及时限|责任(?:单位|部门|领导)(?:、|及|和)(?:完成|整改)?时限",
    ),
    _label(
        Role.NUMBER,
        "序号",
        "序号 编号 问题序号 问题编号",
        r"(?:问题|任务|整改|措施|事项)?(?:序号|编号|项次|代码)|序\s*号|No\.?|NO\.?",
    ),
    _label(
        Role.AREA,
        "方面",
        "方面 反馈方面 巡视反馈重点方面 问题类别 问题类型",
        r".{0,8}(?:方面|领域|大类|板块)|问题(?:大类|所属方面|类型|类别|分类)|方面类别|类别|类型",
    ),
    _label(
        Role.ITEM,
        "条（含有具体问题的问题）",
        "反馈问题 重点内容 整改任务 主要问题",
        rf"{_ROUND}*(?:反馈)?(?:的)?(?:重点|主要)(?:内容|问题)|(?:整改|重点|工作|主要)任务(?:名称|内容)?|整改(?:事项|项目)|(?:问题|任务|项目|事项)(?:名称|标题|概述|概要)|{_ROUND}+问题",
    ),
    _label(
        Role.PROBLEM,
        "问题",
        "问题 存在问题 具体问题 具体表现 问题描述 问题摘要 隐患描述 反馈意见 审计发现问题",
        rf"(?:{_ROUND}|存在|具体|主要|突出|有关|移交|整改|重点|涉及|查出|发现|指出|提出|本次)*(?:的)?(?:问题|隐患|缺陷|不足|意见)(?:及表现|表现|描述|摘要|表述|简述|内容|简要表述|详情|情况|清单|事实|隐患|具体表现|简题|现象)?"
        rf"|(?:问题)?(?:具体|主要)?表现(?:形式)?|{_ROUND}+(?:的)?(?:反馈)?(?:具体)?(?:意见|内容|情况|事项)|{_ROUND}+的?具体问题|(?:反馈|具体|问题|工作|督办|事项)(?:内容|事项)|违规(?:事实|问题)|简题|问题点",
    ),
    _label(
        Role.CAUSE,
        "原因",
        "原因 原因分析 成因 产生原因 问题根源",
        r"(?:问题|产生|存在|主要|形成|深层次|具体|根本)*(?:的)?(?:原因|成因|根源|根因|症结)(?:分析|剖析|说明|及分析)?|原因剖析",
    ),
    _label(
        Role.OBJECTIVE,
        "整改目标",
        "整改目标 预期成效 目标要求",
        r"(?:整改|工作|预期|阶段性?|总体|治理|任务|完成)?目标(?:要求|任务|效果)?|(?:预期|预计)(?:成效|效果|成果|目标)|整改(?:标准|目标和要求|目标及要求)|达到(?:效果|目标)",
    ),
    _label(
        Role.MEASURES,
        "整改措施",
        "整改措施 措施 整改举措 整改要求 整改计划 整改方案 对策",
        r"(?:咋|怎么|如何)(?:整)?改|(?:具体|主要|拟采取|采取|拟定|下步|下一步|今后|针对性|拟|后续|相关|以上问题|上述问题)*(?:的)?(?:整改)?(?:落实)?(?:措施|举措|办法|对策|对策措施|工作措施)(?:或建议|及建议|和建议|及要求|和要求|清单|内容|及步骤|及责任分工)?"
        r"|整改(?:要求|计划|方案|建议|意见|工作计划|思路|路径|任务和措施|做法|内容|内容及措施)|(?:防控|改进|防范|处理|解决)(?:措施|意见|办法|方案)",
    ),
    _label(
        Role.STATUS,
        "完成状态",
        "整改状态 完成状态 整改进度 当前状态 完成情况",
        r"(?:整改|完成|当前|目前|问题|任务|办理|销号|落实|工作|办结|本月|本期|本季度)*(?:状态|进度)|(?:整改)?(?:完成|销号|办结)(?:与否|程度|比例|率|百分比)|是否(?:完成|整改|销号|整改到位|整改完成|办结|完成整改)(?:整改|到位)?|状况|整改结论",
    ),
    _label(
        Role.PROGRESS,
        "整改进展",
        "整改情况 整改进展情况 整改落实情况 整改完成情况 整改成效 目前进展 整改描述",
        rf"{_ROUND}*(?:目前|当前|阶段性?|截至目前|已|本月|本期|本季度|本周|最新)?(?:整改|落实|任务|措施|问题|工作|办理|核查|处理)?(?:的)?(?:落实|完成|进展|推进|工作|整改|取得|办理|办结|执行)*(?:的)?(?:情况|成效|成果|效果|进展|结果|描述|实效)(?:说明|描述|及成效|和成效|汇报|报告)?"
        r"|整改措施(?:及|和|与|的)?(?:落实|完成|进展|成效|整改)+(?:情况|成效|及成效)*|反馈内容|已(?:完成|开展)(?:的)?工作|完成情况|整改后|整改举措及成效|整改措施及成效|进度情况|.{0,8}整改进展情况",
    ),
    _label(
        Role.NEXT_STEP,
        "下一步打算",
        "下一步 下一步打算 下步措施",
        r"(?:下一?步|后续|今后)(?:工作)?(?:整改)?(?:打算|计划|安排|工作|措施|举措|考虑|工作打算|工作计划|工作措施)?",
    ),
    _label(
        Role.TIME_LIMIT,
        "完成时限",
        "完成时限 整改时限 整改期限 预计完成时间 时间节点",
        r"(?:整改|完成|办结|治理|预计|要求|计划|拟|落实|最迟|限定|任务|工作|预计整改|计划整改|预计销号|整改完成|整改任务)*(?:的)?(?:完成|整改|办结|销号|办理)?(?:时限|期限|时间|日期|限期|时间节点|节点|截止时间|截止日期|时限要求|时间要求|时间安排|时间表|完成期限)",
    ),
    _label(
        Role.LEAD_LEADERS,
        "牵头领导",
        "牵头领导 牵头县领导 包抓领导 包保领导 挂牌领导",
        rf"(?:总|整体)?(?:牵头|包抓|包保|包案|包联|包干|领办|挂帅|挂牌|挂钩|联系|带头|督战|领衔)(?:的)?{_PERSON}",
    ),
    _label(
        Role.RESPONSIBLE_PERSONS,
        "责任人",
        "责任人 具体责任人 整改责任人 整改落实人 经办人",
        r"(?:直接|具体|整改|主要|落实|问题|任务|工作|部门|单位|科室|防控)*(?:责任人|责任人员|落实人|经办人|承办人|具体负责人|负责人|负责同志|责任同志|联络人|办理人|执行人|实施人|整改人)(?:员)?",
    ),
    _label(
        Role.RESPONSIBLE_LEADERS,
        "责任领导",
        "责任领导 分管领导 主管领导",
        rf"(?:整改)?(?:直接|具体|主要)?(?:责任|分管|主管|负责|主责|协管|承办)(?:的)?(?:校|院|县|市|区|局|镇|所|公司|班子)?(?:级)?领导(?:同志)?|分管(?:同志|副职|负责人|领导责任人)|(?:责任|分管)(?:班子)?成员|责任(?:{_PERSON})?领导",
    ),
    _label(
        Role.SUPERVISING_DEPARTMENTS,
        "督办单位",
        "督办单位 督导部门 监督部门",
        rf"(?:责任)?(?:督办|督导|督查|监督|监管|督促|跟踪督办|行业监管)(?:责任)?{_DEPARTMENT}",
    ),
    _label(
        Role.VERIFYING_DEPARTMENTS,
        "验收单位",
        "验收单位 验收科室 复查部门 销号单位 审核部门",
        rf"(?:整改)?(?:验收|复查|销号|核查|认定|复核|验收销号|审核|把关|评估)(?:责任|认定)?{_DEPARTMENT}",
    ),
    _label(
        Role.COOPERATING_DEPARTMENTS,
        "配合部门",
        "配合部门 配合单位 协办单位 协同部门 会办单位",
        rf"(?:责任)?(?:协助|协同|配合|协办|协作|会同|参与|会办|联办|协调|支持|参加|联动)(?:责任|的)?{_DEPARTMENT}",
    ),
    _label(
        Role.LEAD_DEPARTMENTS,
        "牵头部门",
        "牵头部门 牵头单位 整体牵头部门/负责人",
        rf"(?:整体|总)?(?:牵头|牵头责任|总牵头)(?:的)?{_DEPARTMENT}(?:[/及和、](?:责任)?(?:负责人|责任人|领导))?",
    ),
    _label(
        Role.RESPONSIBLE_DEPARTMENTS,
        "责任部门",
        "责任部门 责任单位 责任科室 责任股室 主责部门 承办单位 部门单位 责任主体",
        rf"(?:主要|具体|整改|直接|第一)?(?:责任|主责|主办|承办|负责|实施|落实|整改|整改责任|整改主体|整改落实|主管|主体责任|主责任|收文|执行|被审计|被检查|涉及)(?:的)?{_DEPARTMENT}(?:[/及和、](?:责任)?(?:负责人|责任人|领导|部门|单位))?"
        r"|部门单位|单位部门|单位名称|责任主体|部门|单位|科室",
    ),
)
"""All labels, in the order in which a wording is tried: the first whose pattern matches whole gives the role."""

_FORM = re.compile(
    r"[【\[(]\s*(?P<boxed>[\u4e00-\u9fff/、 ]{2,14})\s*[】\])]\s*:?\s*"
    r"|(?P<plain>[\u4e00-\u9fff](?:[\u4e00-\u9fff/、()]| (?=[\u4e00-\u9fff])){0,13}?)\s*(?P<numbered>[一二三四五六七八九十]|\d{1,2})?\s*(?:[:]|[-]{1,2}(?=[\u4e00-\u9fff]))\s*"
)
_BOUNDARY = re.compile(r"[。;!?,)】」』》|〕>\-—、/ \n(]|(?=【)")
"""What may stand before a label in the middle of a text."""
_STANDALONE = frozenset({Role.MEASURES, Role.PROGRESS, Role.CAUSE, Role.OBJECTIVE})
_TOO_SHORT_IN_PROSE = frozenset(
    [
        "问题",
        "意见",
        "情况",
        "结果",
        "时间",
        "日期",
        "部门",
        "单位",
        "科室",
        "效果",
        "目标",
        "内容",
        "成效",
        "成果",
        "状况",
        "电话",
        "地址",
        "来源",
        "说明",
        "附件",
        "进展",
        "不足",
        "办法",
        "隐患",
        "缺陷",
    ]
)


@dataclass(slots=True)
class FoundLabel:
    """A label at `start` to `end` (after the colon) of a folded text. `number` is that of 措施一：."""

    word: str
    role: Role
    start: int
    end: int
    number: str | None = None


@lru_cache(maxsize=4096)
def classify(word: str) -> Role | None:
    """Return the role that the label or table head `word` names, or None."""
    word = re.sub(r"\s+|[*:]", "", fold(word))
    if not 1 < len(word) <= 20:
        return None
    for label in LABELS:
        if label.pattern.fullmatch(word):
            return label.role
    stripped = re.sub(r"\([^()]*\)", "", word)
    if stripped != word:
        return classify(stripped)
    return _of_pair(word)


def _of_pair(word: str) -> Role | None:
    """Return the role of a pair of labels such as 责任单位/责任人 or 责任领导及部门: that of its first half."""
    halves = re.split(r"[/、及和与]|\\|暨", word, maxsplit=1)
    return classify(halves[0]) if len(halves) == 2 and len(halves[0]) > 1 else None


def label_at(text: str, position: int = 0) -> FoundLabel | None:
    """Return the label with its colon or box that stands at `position` of the folded `text`, or None."""
    match = _FORM.match(text, position)
    if match is None:
        return None
    boxed, plain, numbered = match.groups()
    word = (boxed or plain).replace(" ", "")
    role = classify(word)
    if role is None or (boxed and text[position] != "【" and role not in _STANDALONE and ":" not in match[0]):
        return None
    return FoundLabel(word, role, position, match.end(), numbered)


def standalone_label(text: str) -> FoundLabel | None:
    """Return the label that the whole line `text` is, without a colon: 整改措施, or None."""
    word = text.strip(" 。:*")
    if len(word) > 10:
        return None
    role = classify(word)
    if role not in _STANDALONE or word in _TOO_SHORT_IN_PROSE:
        return None
    return FoundLabel(word, role, 0, len(text))


_SPACED = re.compile(r"(?P<word>[\u4e00-\u9fff/]{2,10}?)(?:\s+|为|是)(?=[\u4e00-\u9fffA-Za-z\d“])")


def spaced_labels_in(text: str, start: int, end: int) -> Iterator[FoundLabel]:
    """Yield the labels that a blank or 为 divides from their values, in a list of fields: 牵头领导 张某；责任处室 办公室."""
    position = start
    while position < end:
        while position < end and text[position] in " ;,。、(|":
            position += 1
        match = _SPACED.match(text, position, end)
        role = classify(match["word"]) if match else None
        if match and role in PARTIES | {Role.TIME_LIMIT}:
            yield FoundLabel(match["word"], role, match.start(), match.end())
        following = [i for i in (text.find(c, position, end) for c in ";,。|") if i >= 0]
        position = min(following) + 1 if following else end


_COLON = re.compile(r":|[】\]]")


def labels_in(text: str, start: int = 0, end: int | None = None) -> Iterator[FoundLabel]:
    """Yield the labels that stand in the folded `text` from `start` on, each where punctuation or a blank allows one."""
    end = len(text) if end is None else end
    position = start
    for colon in _COLON.finditer(text, start, end):
        if colon.start() < position:
            continue
        found = _label_before(text, position, colon.start())
        if found is not None and found.end <= end:
            yield found
            position = found.end


_PLAIN_BEFORE = re.compile(
    r"(?P<lead>.*[。;!?,】」』》|〕>\n])?(?P<word>[\u4e00-\u9fff]{1,13}(?![一二三四五六七八九十])[\u4e00-\u9fff])",
    re.DOTALL,
)
"""A word of nothing but characters up to the colon, and before it a mark that no label runs across."""


def _label_before(text: str, floor: int, colon: int) -> FoundLabel | None:
    """Return the longest label that ends with the colon at `colon` and begins after `floor` where one may begin."""
    first = max(floor, colon - 16)
    plain = _PLAIN_BEFORE.fullmatch(text, first, colon) if text[colon] == ":" else None
    if plain is not None and (first == floor or plain["lead"] is not None):
        word = plain["word"]
        role = classify(word)
        return FoundLabel(word, role, colon - len(word), _after_blanks(text, colon + 1)) if role is not None else None
    starts = [first] if first == floor else []
    starts += [match.end() for match in _BOUNDARY.finditer(text, first, colon - 1)]
    for start in starts:
        if start >= colon - 1 or text[start] in " ,;。、(":
            continue
        found = label_at(text, start)
        if found is not None and found.end > colon:
            return found
    return None


def _after_blanks(text: str, position: int) -> int:
    while text[position : position + 1].isspace():
        position += 1
    return position


def is_vague(word: str) -> bool:
    """Return whether `word` is too common a noun to be taken as a label in the middle of a sentence."""
    return word in _TOO_SHORT_IN_PROSE
