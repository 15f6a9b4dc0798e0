"""Words that tell a fault from a deed, a status from a story, a limit from a name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from zhenggai import deadline

if TYPE_CHECKING:
    from zhenggai.plan.model import Status

_FAULT = re.compile(
    r"不(?:够|到位|力|严|实|深|强|足|高|全|准|规范|健全|完善|及时|平衡|均衡|彻底|明显|充分|扎实|细|紧|清|符|当|好|多|畅|明|广|大|透|牢|重视|落实|合理|合规|一致|匹配|主动|积极|敢|愿|善|会|能|按|经|公开|透明|统一|精准|科学|完整|顺)"
    r"|未|没有|没能|缺(?:乏|失|位|少|漏|项|口)|滞后|薄弱|偏(?:低|少|差|高|弱|软|松|重|慢|长|大|离)|差距|短板|漏洞|混乱|流于形式|走过场|形式主义|官僚主义|违规|违反|超(?:标|期|范围|额|编|面积|限)|虚(?:报|列|假|化)|弱化|淡化|软弱|涣散"
    r"|隐患|闲置|拖欠|挪用|截留|套取|侵占|推诿|懈怠|松懈|空白|空转|脱节|两张皮|老化|不均|失实|失管|失察|白条|隐瞒|擅自|应付|敷衍|照搬|照抄|畏难|反弹|脱岗|空岗|浪费|扰民|多头|随意|较(?:慢|差|弱|低|少)|慢|欠|问题(?:突出|较多|依然)|存在.{0,12}(?:问题|现象|情况)|存在(?:风险|差距|不足)"
)
_DEED = re.compile(
    r"已(?:经)?|完成|修订|印发|出台|制定|制订|召开|开展|组织|建立|成立|举办|下发|整改(?:完毕|到位)|清退|追回|收回|约谈|通报|处理|处分|培训|学习|排查|整治|落实|加强|强化|健全|完善|严格|规范|推进|推动|调整|增加|配备|安排|督促|明确|细化|补充|梳理|邀请|设立|清理|实行|推行|优化|压实|定期|自查|退回|核查|清收|签订|上线|招[录聘]|搭建|打造|补齐|补办|收缴|拨付|兑付|处罚|停发|取消|终止|拆除|新建|引进|开通|走访|盘活|公开|公示|选派|聘请|委托|更新|更换|安装|新增|停招|撤销|核减|给予|解聘|压减|拓展|清除|扣减|列入|追究|诫勉"
)
_AGAINST = re.compile(
    r"(?:堵塞|堵住|补齐|补足|弥补|清退|清理|清除|追缴|追回|收回|退还|拆除|取缔|查处|整治|治理|盘活|化解|消除|破解|解决|纠正|防止|杜绝|避免|防范|遏制|克服|根治|减少)(?:(?!存在)[^,。;、\d有中]){0,4}$"
)
"""Before the name of a fault: the deed that is against it, 堵塞漏洞."""
_PREVENTS = re.compile(r"(?:防止|杜绝|避免|防范|纠正)(?:出现|发生|再次|各类)*$")
_STATUS_WORDS: tuple[tuple[Status, str], ...] = (
    (
        "not_done",
        r"(?:逾期|到期)?(?:尚)?未(?:完成|整改|启动|开展|办结|销号|整改到位|完成整改|达到序时进度|完成销号)(?:整改)?|未整改到位|(?:整改)?滞后(?:任务)?|未开始|待整改|整改延期|逾期|否",
    ),
    (
        "basically_done",
        r"(?:已)?基本(?:完成|整改到位|整改完成|办结|解决|到位)(?:整改)?|(?:已)?阶段性(?:完成|办结|整改到位|整改完成|成果|完成整改)(?:整改)?|(?:已)?取得(?:明显)?阶段性(?:成果|成效|进展)(?:并持续整改|并持续推进)?|部分完成|部分整改|大部分完成",
    ),
    (
        "ongoing",
        r"正在(?:整改|推进|办理|有序推进|抓紧整改|进行|落实|实施|持续推进)(?:中)?|整改(?:中|进行中)|(?:持续|有序|稳步|加快)?(?:推进|整改)中|(?:需)?(?:持续|长期|继续|有序|加快)(?:推进|整改|坚持|实施|落实)|序时(?:推进|任务|进度)|进行中|办理中|待验收|已申请验收|按序时进度推进|达到序时进度|未到(?:时限|期)|部分完成.{0,6}|基本达到.{0,4}",
    ),
    (
        "completed",
        r"(?:问题|该问题|此问题|本问题|均|已|已经|全部|现)*(?:完成|整改|销号|办结|整改完成|整改完毕|整改到位|完成整改|验收销号|销号办结|对账销号|完成销号|解决|验收通过|直接销号|落实到位|整改销号|清零)(?:整改|任务|销号|并销号)?|完结|是|完成.?|整改完",
    ),
)
_STATUS = tuple((status, re.compile(pattern)) for status, pattern in _STATUS_WORDS)
_TAIL = re.compile(r"[,;、和并。]|\(")
_PERCENT = re.compile(r"(?:约|已|已完成|完成)?\s*(\d{1,3}(?:\.\d+)?)\s*%")
_LEADING_SUBJECT = re.compile(
    r"^(?:目前,?|现)?(?:该|此|本|以上|上述|反馈)?(?:项)?(?:问题)?(?:整改)?(?:状态|结果|进度|情况)?(?:为|是|:|均|都|全部)?"
)
_ANY_YEAR = deadline.Context(default_year=2000)
"""For telling whether words are a time limit at all; what they say is read with the document's own dates."""
_ASSIGNMENT = re.compile(r"由?[\u4e00-\u9fff、]{2,40}?(?:牵头|负责|负责落实|具体负责)(?:[,，;；。]|$)")


def count_faults(text: str) -> int:
    """Return how many words of the folded `text` name a fault that no deed is against; a plain denial (未、不、没有) counts twice."""
    text = text[:400]
    return sum(
        1 + (match[0][0] in "未不没缺") for match in _FAULT.finditer(text) if not _is_fought(text, match.start())
    )


def _is_fought(text: str, start: int) -> bool:
    """Whether the fault named at `start` is what a deed is against; 清理不彻底 denies the deed and is none."""
    against = _PREVENTS if text[start] in "未不没缺" else _AGAINST
    return start > 1 and against.search(text, max(0, start - 8), start) is not None


def count_deeds(text: str) -> int:
    """Return how many words of the folded `text` name something done or to be done."""
    return sum(1 for m in _DEED.finditer(text[:400]) if m.start() == 0 or text[m.start() - 1] not in "未不没")


def states_fault(text: str) -> bool:
    """Return whether the folded `text` reads as a problem and not as something done or to be done."""
    faults = count_faults(text)
    return faults > 0 and faults >= count_deeds(text)


@lru_cache(maxsize=2048)
def read_status(text: str) -> Status | None:
    """Return the status that the folded `text` states, where it states nothing else; None otherwise.

    已完成，长期坚持 is completed: the first of several wordings decides. A percentage below 100 is ongoing.
    """
    text = text.strip(" 。;,()【】[]")
    for words in dict.fromkeys((text, _LEADING_SUBJECT.sub("", text, count=1))):
        status = _status_in(words)
        if status is not None:
            return status
    return None


def _status_in(text: str) -> Status | None:
    percent = _PERCENT.fullmatch(text)
    if percent:
        return "completed" if float(percent[1]) >= 100 else "ongoing"
    if not text or len(text) > 24:
        return None
    parts = [part.strip(") ") for part in _TAIL.split(text) if part.strip(") ")]
    return _status_of(parts[0]) if parts and all(_status_of(part) for part in parts) else None


def _status_of(words: str) -> Status | None:
    if _PERCENT.fullmatch(words):
        return "completed" if words.startswith("100") else "ongoing"
    for status, pattern in _STATUS:
        if pattern.fullmatch(words):
            return status
    return None


def is_status(text: str) -> bool:
    """Return whether the folded `text` is a status and nothing else."""
    return read_status(text) is not None


_SILENCE = re.compile(
    r"(?:(?:暂|尚|仍|还)?未|没有|无)(?:按(?:时|期|要求))?(?:报送?|上报|填报|反馈|提交|报告)(?:整改)?(?:进展|情况|材料)*"
)


def is_silence(text: str) -> bool:
    """Return whether the folded `text` only says that no progress was told: 未报送."""
    return len(text) < 16 and _SILENCE.fullmatch(text.strip(" 。;,()")) is not None


@lru_cache(maxsize=2048)
def is_time_limit(text: str) -> bool:
    """Return whether the folded `text` is a time limit and nothing else."""
    if not text or len(text) > 60:
        return False
    reading = deadline.read(text, context=_ANY_YEAR)
    return bool(reading.parts) and not any(rest.text.strip(" ,;、。和并且及完成整改前") for rest in reading.leftovers)


def is_assignment(text: str) -> bool:
    """Return whether the folded `text` says in a sentence who leads or answers: 由党政办牵头，各村配合."""
    return len(text) < 80 and _ASSIGNMENT.match(text) is not None


_COMMON_PAIRS = frozenset(
    [
        "问题",
        "方案",
        "制定",
        "修订",
        "该问",
        "本方",
        "整改",
        "措施",
        "情况",
        "工作",
        "制度",
        "落实",
        "不力",
        "不够",
        "不到",
        "到位",
        "加强",
        "进行",
        "开展",
        "建立",
        "完善",
        "管理",
        "的工",
        "的问",
        "存在",
        "有的",
        "一次",
        "年的",
        "年以",
        "以来",
        "部门",
        "及时",
        "规范",
        "严格",
        "执行",
        "责任",
        "单位",
    ]
)


def share_subject(one: str, other: str) -> bool:
    """Return whether two folded texts speak of the same matter: whether they share pairs of characters that say something."""
    first, second = _pairs(one), _pairs(other)
    return len(first & second) > 0


def _pairs(text: str) -> set[str]:
    return {
        text[i : i + 2]
        for i in range(len(text) - 1)
        if "\u4e00" <= text[i] <= "\u9fff" and "\u4e00" <= text[i + 1] <= "\u9fff"
    } - _COMMON_PAIRS
