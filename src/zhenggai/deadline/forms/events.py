"""Something to come that has no date: 春节前, 2024年秋季学期开学前, 下次换届时, 新学期开学后一个月内."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from zhenggai.deadline.form import Form
from zhenggai.deadline.grammar import NUM, PERIOD, YEAR
from zhenggai.deadline.guards import in_title
from zhenggai.deadline.kinds import Event
from zhenggai.deadline.periods import DOCUMENT, FEEDBACK, PLAN

if TYPE_CHECKING:
    from zhenggai.deadline.form import Parts, Scene

_LATER = (
    rf"(?:之?前|以前|前夕|(?:之日起|之后|以后|后|之日)(?:的?{PERIOD}(?:之?内|以内)?)?|之时|之际|时(?![间限候段效]))"
)
_SEMESTER = (
    rf"(?:{YEAR}|(?<!\d)\d{{4}}[-至]\d{{4}}学年度?)?的?(?:(?<!每)(?:春季|秋季|第[一二]|本|下一?个?|上|新|今)?(?:春季|秋季|第[一二])?(?:学期|学年))"
    r"(?:开学|结束|期末|期初|末|初|放假|中期)?"
)
_HOLIDAY = (
    r"(?:元旦|春节|元宵节?|清明节?|五一|劳动节|端午节?|六一|儿童节|七一|建党节|八一|建军节|中秋节?|国庆节?|十一(?=前|期间|假期|长假|后|节|黄金周)|两节|双节|教师节|重阳节?|除夕|圣诞节?"
    r"|暑假|寒假|暑期|假期|汛期|主汛期|雨季|春耕|秋收|供暖季|采暖季|供暖期|采暖期|供热季|防火期|防汛期|任期|高考|中考|期末考试|期中考试|两会)"
    r"(?:[、和及](?:元旦|春节|中秋节?|国庆节?|五一|端午节?))?(?:佳节|假期|长假|黄金周|放假|结束|来临|到来|开始|节)?"
)
_SEASONS = "学期 学年 开学 节 春 秋 旦 宵 清明 端午 国庆 重阳 除夕 圣诞 五一 六一 七一 八一 十一 假 暑 汛 雨季 暖 供热 防火 任期 考 两会"
"""Of these every holiday, season and semester above holds one."""
_NAMED = (
    rf"(?:(?:{YEAR})?的?{_HOLIDAY}|{_SEMESTER}|(?:{YEAR})?的?(?:{NUM}月份?(?:{NUM}日)?|春季|秋季|新学期|新学年)?开学)"
)


def _event(match: re.Match[str], scene: Scene) -> Parts | None:
    if in_title(scene.script, match.start()):
        return ()
    left, right = scene.script.clause(match.start(), match.end())
    if re.match(r"(?:以来|已)", right) or re.search(r"已$|截[至止]到?$", left):
        return ()
    if scene.mode == "prose" and not re.search(r"前$", match.group()):
        return ()
    return (Event(scene.script.literal(match.start("e"), match.end("e"))),)


NAMED = Form(
    key="event.season",
    title="节假日、学期、汛期",
    about="以节日、假期、学期、开学、汛期等为限；连同“前”“后”“时”及其后的期限照录，不推算日期。",
    pattern=(rf"(?P<e>{_NAMED}(?:{_LATER}|期间|之?内|期末|(?<=学期)|(?<=学期[末初])|(?<=学年[末初])|当[天日]))"),
    build=_event,
    examples=("春节前", "2024年秋季学期开学前", "新学期开学后一个月内", "暑假期间", "本学期末"),
    signs=tuple(_SEASONS.split()),
)

_NOT_WORDS = re.compile(
    r"^(?:届|(?:延期|调整|变更|顺延|推迟|展期)(?:审批|批准)?|[的等]|.?[此目日之以]|完成|(?:问题|任务|全部|全面|整改)?(?:整改|完成|到位|落实|解决|办结|销号)+|按照?|根据|结合|对照|针对|如|若|凡|一旦|因|由于|通过|坚持|做到|逐步|逐项|分期|分批"
    r"|按?序|发现(?:问题)?|问题发现|收到|接到)$"
)
_NOT_IN_WORDS = re.compile(
    r"立行立改|即知即改|长期|持续|常态|截至|每[年月周日天季半个]|按[月季周]|已|未|×|《[^》]*$|[,。;]"
)
_ENDS_IN_DATE = re.compile(rf"(?:\d|[年月号旬周度底末内天]|(?<!节)日|{PERIOD}|工作日)$")
_PHASE_END = re.compile(r"(?:集中整改|整改期|阶段|专项整治)(?:结束|期?满|完成|完毕)?$")
_LATER_ANYWHERE = r"(?:(?<![目日此提当先眼以之])(?:之前|以前|前(?![期后述列提三几置景沿端任瞻所]))|(?<![最今此然随落滞善背前以之])(?:之后|以后|后(?![续勤期备台评果方]))|(?<![同按及随限临定实小暂适准平有即学课工即])(?:之时|时(?![间限候段效刻期常代任有])|之际)|之日起?|(?<=[成过定收立完批])起(?=\d|[一二三四五六七八九十两半]))"


def _general(match: re.Match[str], scene: Scene) -> Parts | None:
    if not _names_event(match.group("w")) or _is_of_other_form(match.group("w"), match.group("e")):
        return None
    if not match.group("p") and match.group("e").endswith(("起", "之日")):
        return None
    _, right = scene.script.clause(match.start(), match.end())
    return None if _AT_ONCE_AFTER.match(right) else _event(match, scene)


def _names_event(words: str) -> bool:
    """Whether the words before 前, 后 or 时 can be the name of something to come."""
    if len(words) < 2:
        return words in ("会", "节", "汛", "年", "考", "课")
    return not (_NOT_WORDS.match(words) or _NOT_IN_WORDS.search(words) or _ENDS_IN_DATE.search(words))


def _is_of_other_form(words: str, event: str) -> bool:
    """Whether a phase, a season or the start of a period is meant, which other forms read."""
    ends_phase = event.endswith("前") and _PHASE_END.search(words)
    return bool(ends_phase or _seasonal().search(event) or _anchor().fullmatch(_PERIOD_AT_END.sub("", event)))


_AT_ONCE_AFTER = re.compile(r"立即|即|马上|及时|立行|持续|长期|\d+次")
_PERIOD_AT_END = re.compile(rf"(?:{PERIOD})(?:之?内|以内)?$")


@cache
def _seasonal() -> re.Pattern[str]:
    return re.compile(NAMED.pattern)


@cache
def _anchor() -> re.Pattern[str]:
    return re.compile(f"(?:{FEEDBACK}|{PLAN}|{DOCUMENT})")


GENERAL = Form(
    key="event",
    title="某事之前、之后、之时",
    about="以尚未发生的事项为限：下次换届时、资金到位后、项目验收合格之日起30日内；照录文字，不推算日期。",
    pattern=(
        rf"(?:(?<=^)|(?<=[,。;、:(]))(?:待|在|于|拟于|拟在|争取在?|力争在?|确保在?|计划在?|预计在?|最迟|自|从)?"
        rf"(?P<e>(?P<w>[\u4e00-\u9fffA-Za-z\d·《》]{{1,24}}?){_LATER_ANYWHERE}(?:的?第?(?P<p>{PERIOD})(?:之?内|以内)?)?)"
    ),
    build=_general,
    examples=("下次换届时", "资金到位后", "项目验收合格之日起30日内", "会议结束后3个工作日内"),
    signs=("前", "后", "时", "起", "际"),
    modes=("field",),
    fallback=True,
)
