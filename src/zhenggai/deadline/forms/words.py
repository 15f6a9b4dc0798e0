"""Words that set no date: 立行立改, 长期坚持."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.deadline.form import Form
from zhenggai.deadline.grammar import CHINESE
from zhenggai.deadline.guards import in_title
from zhenggai.deadline.kinds import AtOnce, Ongoing

if TYPE_CHECKING:
    from zhenggai.deadline.form import Parts, Scene

_DONE = (
    r"(?:整改|改正|纠正|更正|落实|完成|执行|停止|清退|退还|清理|清除|办理|办结|解决|处理|处置|排除|消除|拆除|更换|修复|关停|整治|规范|开展|进行|组织|启动|实施"
    r"|行动|纠治|销号|到位|改)"
)
_REFUSED_BEFORE = re.compile(r"[未没非不已](?:能|有|做到|真正|及时|严格)*$")


def _whole_clause(match: re.Match[str], scene: Scene) -> bool:
    """In running text such words are a limit only where they stand alone: 能立行立改的 is no limit."""
    left, right = scene.script.clause(match.start(), match.end())
    return bool(re.fullmatch(r"(?:并|且|要|做到|坚持)?", left) and re.fullmatch(r"(?:整改|完成)?", right))


def _at_once(match: re.Match[str], scene: Scene) -> Parts | None:
    left, _ = scene.script.clause(match.start(), match.end())
    if _REFUSED_BEFORE.search(left) or in_title(scene.script, match.start()):
        return ()
    if scene.mode == "prose" and not _whole_clause(match, scene):
        return ()
    return (AtOnce(),)


AT_ONCE = Form(
    key="at_once",
    title="立行立改",
    about="要求立即整改的四字用语：立行立改、即知即改、边查边改、随查随改、立查立改等。",
    pattern=(
        r"(?:立[知行说查接整审巡督学]|即[知查行审交巡接学发督]|边[查学审整督巡建议]|随[查审时发督]现?)、?"
        r"(?:立即|立|即|边|随)(?:行|知)?(?:整改|改正|改进|改|纠正|纠|办|整治|整|治|行)(?:[到至]位|完成|到底)?"
        r"|未巡先改|未审先改|能改即改|当改即改|即改即销|立改立销|(?<![立即])[立即]改[立即]行|(?<![立即边])立改(?!革)|(?<![\u4e00-\u9fff])即改(?!革)"
    ),
    build=_at_once,
    examples=("立行立改", "即知即改", "边查边改", "立查立改"),
    signs=("立", "即", "边", "随", "未", "能", "当"),
)

AT_ONCE_PLAIN = Form(
    key="at_once.plain",
    title="立即整改",
    about="“立即”“马上”“即刻”“当场”“即日”等词后接整改、完成等动作，或单独作为时限。",
    pattern=(
        rf"(?:立即|即刻|马上|立刻|即时|即行|第一时间)(?:{_DONE}{{1,2}}|(?=$|[,。;、)]))"
        rf"|(?:当场|现场|当日|当天|当即|即日)(?:整改|改正|纠正|完成|解决|办结|处置)(?:完毕|到位|完成)?|(?<=^)即日起?(?=。?$)|马上就?(?:改|办)"
    ),
    build=_at_once,
    examples=("立即整改", "马上改正", "当场整改", "即刻落实"),
    signs=("立", "即", "马上", "第一时间", "当", "现场"),
    modes=("field",),
)

_UNTIL = re.compile(r"^(?:直?[到至])(?:\d|年底|次年|明年|今年|本|下|[" + CHINESE + "]+[年月])")
_NO_LONG_RUN = re.compile(
    r"^(?:以来|未|存在|不|闲置|空|挂|拖|占|欠|规划|计划|投资|借款|应收|得不到|没有|被|滞|性?(?:整改)?措施[^落])"
)


def _ongoing(match: re.Match[str], scene: Scene) -> Parts | None:
    left, right = scene.script.clause(match.start(), match.end())
    if _UNTIL.match(right) or _NO_LONG_RUN.match(right):
        return None
    if _REFUSED_BEFORE.search(left) or in_title(scene.script, match.start()):
        return ()
    if scene.mode == "prose" and not _whole_clause(match, scene):
        return ()
    return (Ongoing(),)


_KEEP = (
    r"(?:坚持|整改|推进|执行|落实|保持|抓好|抓|实施|有效|开展|巩固|跟踪|任务|工作|贯彻|进行|推动|规范|管理|运行|监管|维护|监测|治理|遵守|监督|关注|整治|改进"
    r"|跟进|发力|深化|用力|加强|优化|完善|提升|提高|强化|做好|加力|加大|深入|健全|压实|攻坚|督导|督促|督办|落细|见效|不断|学习|化|常态)"
)

ONGOING = Form(
    key="ongoing",
    title="长期坚持",
    about="没有终点的要求：长期坚持、持续推进、常态化开展、常抓不懈等；“持续至某日”不在此列。",
    pattern=(
        rf"(?:并|需|须|应|要)?(?:长期性?|持续性?|常态化?|经常性?|常年|始终|不断|不间断地?|滚动|长效|永久){_KEEP}{{1,3}}(?:中|下去|长期)?"
        rf"|(?<!中)长期(?![{CHINESE}\d]*(?:以来|未|存在|不|闲置))(?=$|[,。;、:)(/]|的(?:$|[,。;]))"
        r"|(?:持续|常态化?|常年|不间断|经常性)(?=$|[,。;、)])|持续不断"
        r"|常抓不懈|长抓不懈|常抓常[新管严]|抓常抓长|抓长抓常|久久为功|一以贯之|坚持不懈|驰而不息|长治长效|并坚持(?=$|[,。;)])|贯穿始终|常态长效|长效常态|日常坚持|(?<!中)长期"
    ),
    build=_ongoing,
    examples=("长期坚持", "持续推进", "常态化开展", "常抓不懈"),
    signs=("长", "续", "常", "断", "滚", "久", "贯", "懈", "驰", "坚持", "始终"),
)
