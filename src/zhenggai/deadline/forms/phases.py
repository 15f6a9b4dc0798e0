"""A phase of the schedule: 集中整改期内, 第一阶段, 建章立制阶段结束前."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.deadline.form import Form
from zhenggai.deadline.grammar import PERIOD
from zhenggai.deadline.kinds import Phase

if TYPE_CHECKING:
    from zhenggai.deadline.form import Parts, Scene

_STAGES = [
    "整改落实",
    "整改",
    "整治",
    "治理",
    "攻坚",
    "过渡",
    "试运行",
    "试点",
    "提升",
    "巩固提升",
    "巩固",
    "自查自纠",
    "自查",
    "排查",
    "教育活动",
    "实施",
    "动员",
    "筹备",
]
_NO_TITLE = re.compile(r".*(?:每|按|已|未|截至|年|日|前|后|立行立改|长期|持续)")


def _phase(match: re.Match[str], scene: Scene) -> Parts | None:
    title = match.group("t")
    _, right = scene.script.clause(match.start(), match.end())
    if _NO_TITLE.match(title) or right.startswith(("性", "目标", "成果", "后", "任务", "以来")):
        return None
    if scene.mode == "prose" and not match.group("end"):
        return ()
    if title.endswith("期间"):
        title = title[:-1]
    if "“" not in title:
        title = scene.script.literal(match.start("t"), match.start("t") + len(title))
    return (Phase(_as_announced(title, scene)),)


def _as_announced(title: str, scene: Scene) -> str:
    """Return the title as the schedule has it, where the words shorten it; else the words."""
    stem = re.sub(r"(?:阶段|期)$", "", title)
    for phase in scene.context.phases:
        if re.sub(r"(?:阶段|期)$", "", phase.title) == stem:
            return phase.title
    return title


PHASE = Form(
    key="phase",
    title="阶段",
    about="以方案的某一阶段为限；标题为去掉“内”“结束前”后的文字。",
    pattern=(
        rf"(?:在|于)?(?:{PERIOD}的?)?(?P<t>(?:集中|专项|巡察|巡视|全面|持续|深化|边|审计|督察|立行立改|问题|对账|重点|本次|当前)?"
        rf"(?:{'|'.join(_STAGES)})期间?"
        r"|第[一二三四五六1-6](?:阶段|步)|[\u4e00-\u9fff]{2,12}?(?<![分各按现该本逐同全长新])阶段(?![性目成任])"
        r"|集中整改|专项整治)(?P<end>(?:期?满|结束|完成|完毕)?(?:之前|以前|前)|以?内|期间|结束时|(?<=期间)|(?<=[期段步])(?=$|[,。;、:)(]|完成|整改到位|底|末))(?:完成)?"
    ),
    build=_phase,
    examples=("集中整改期内", "第一阶段", "建章立制阶段结束前", "集中整改结束前", "过渡期内"),
    signs=(*(stage[-1] + "期" for stage in _STAGES), "阶段", "步", "集中整改", "整治"),
)
