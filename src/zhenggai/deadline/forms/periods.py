"""A period: 三个月内, 反馈之日起15个工作日内, 收到整改通知书之日起30日内."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.deadline import guards
from zhenggai.deadline.form import Form
from zhenggai.deadline.grammar import PERIOD, WITHIN
from zhenggai.deadline.periods import DOCUMENT, FEEDBACK, PLAN, within

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenggai.deadline.form import Parts, Scene
    from zhenggai.deadline.kinds import Anchor

_LINK = r",?(?:立即)?(?:在|于)?第?"
_ENDS = rf"{WITHIN}|(?:时间|期限)?(?=$|[,。;、:)(]|完成|整改|左右|报|提交|制定|落实|办结|必须|须|应)"
_AFTERWARDS = r"[,(](?:自|从)?"


def _anchored(anchor: Anchor) -> Callable[[re.Match[str], Scene], Parts | None]:
    def build(match: re.Match[str], scene: Scene) -> Parts | None:
        part = within(match.group("p") or match.group("p2"), anchor, scene)
        return (part,) if part else None

    return build


def _pattern(anchor: str) -> str:
    """A period after its anchor, or before it in an afterthought: 30日内（自收到通知书之日起）."""
    return rf"(?:{anchor}){_LINK}(?P<p>{PERIOD})(?:{_ENDS}|前)|(?P<p2>{PERIOD}){WITHIN}(?:完成|完成整改|整改到位)?{_AFTERWARDS}(?:{anchor})(?:计算|算)?\)?"


FROM_FEEDBACK = Form(
    key="within.feedback",
    title="反馈后若干时间内",
    about="自反馈之日起计算的期限，反馈当日不计；月份止于对应日或月末。",
    pattern=_pattern(FEEDBACK),
    build=_anchored("feedback"),
    examples=("反馈之日起三个月内", "收到巡察反馈意见后15个工作日内", "2个月内（自反馈之日起计算）"),
    signs=("反馈",),
)

FROM_PLAN = Form(
    key="within.plan",
    title="方案印发后若干时间内",
    about="自方案印发之日起计算的期限；“即日起”同此。",
    pattern=_pattern(PLAN),
    build=_anchored("plan"),
    examples=("方案印发后15个工作日内", "自本方案印发之日起30日内", "即日起一个月内"),
    signs=("方案", "计划", "发", "公布", "即日"),
)

FROM_DOCUMENT = Form(
    key="within.document",
    title="收到文书后若干时间内",
    about="自通知、决定、审计报告、督办函等起算的期限；文书日期不明时不推算日期。",
    pattern=_pattern(DOCUMENT),
    build=_anchored("document"),
    examples=("收到整改通知书之日起30日内", "审计报告送达之日起60日内", "接到通知后3天内"),
    signs=("起", "后", "始"),
)

_PAST = re.compile(
    r"(?:近|过去|前|上|第|每|连续|已|历时|累计|超过|逾期|滞后|拖欠|不足|长达|工期|共|任职|试用期|服务|隔|不少于|至少|不低于|不得少于|最少|[每逢按].{0,40})$"
)


def _bare(match: re.Match[str], scene: Scene) -> Parts | None:
    left, right = scene.script.clause(match.start(), match.end())
    inside = match.group().endswith("内")
    words = match.group("p")
    if _PAST.search(left) and not (inside and left.endswith(("前", "上"))):
        return None
    if scene.mode == "prose" and (not inside or left.strip("于在力争确保取须要")):
        return None
    if guards.in_title(scene.script, match.start()) or re.match(r"\d{4}年", words):
        return None
    if words.endswith(("月", "季度")) and not re.search("[个半两]", words):
        return None
    if not inside and words[-1] in "日季" and not words.endswith("工作日") and (left or right):
        return None
    independent = match.group("lead") in ("为期", "历时", "用时")
    part = within(words, None if independent else scene.anchor, scene)
    return (part,) if part else None


BARE = Form(
    key="within",
    title="若干时间内",
    about="没有写明起算点的期限；紧接在写明起算点的期限之后的，沿用其起算点。半年为6个月，半个月为15日。",
    pattern=(rf"(?P<lead>为期|历时|用时|限期|利用|不超过)?(?P<p>{PERIOD})(?:的?时间)?(?:{_ENDS}|期(?=$|[,。;、)]))"),
    build=_bare,
    examples=("三个月内", "半年内", "10个工作日内", "两周内", "48小时内", "3个月"),
    signs=("年", "月", "日", "天", "周", "星期", "礼拜", "季度", "小时"),
)
