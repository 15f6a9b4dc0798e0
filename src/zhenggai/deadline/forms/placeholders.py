"""A blank still to be filled: XX, ×月×日, 2024年　月底前, （　　）, 待定."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.deadline.form import Form
from zhenggai.deadline.grammar import NUM, RANGE
from zhenggai.deadline.kinds import Placeholder

if TYPE_CHECKING:
    from zhenggai.deadline.form import Parts, Scene

_SLOT = rf"(?:{NUM}|×{{1,6}})"
_DATE = rf"(?:(?:[\d×]{{1,4}}|×{{1,6}})?年度?(?:[底末]|[上下]半年)?|(?:{_SLOT}|本)?月份?(?:[底末初]|[上中下]旬)?|第?×{{1,6}}季度[底末]?|{_SLOT}?[日号])"
_DATED = re.compile(r"[年月日号季]")


def _unwritten(match: re.Match[str], scene: Scene) -> Parts | None:
    del match
    return (Placeholder(),) if scene.mode == "field" else ()


UNWRITTEN = Form(
    key="placeholder.unwritten",
    title="年月日",
    about="只有“年月日”三字而没有数字。",
    pattern=(r"(?:(?<=^)|(?<=[,。;、:(]))年月日?前?(?=$|[,。;、)])"),
    build=_unwritten,
    examples=("年月日", "年月"),
    signs=("年月",),
)


def _date(match: re.Match[str], scene: Scene) -> Parts | None:
    words = match.group()
    if "×" not in words or not _DATED.search(words):
        return None
    if scene.mode == "prose" and not words.endswith(("前", "内")):
        return ()
    return (Placeholder(),)


DATE = Form(
    key="placeholder.date",
    title="待填日期",
    about="年、月、日、季度中有一处留空或用×、X、*、下划线代替；留空的起止日期同样只算一处。",
    pattern=(
        rf"(?:{_DATE}){{1,4}}(?:起?{RANGE}(?:{_DATE}){{1,4}})?(?:之前|以前|前|内|止)?"
        rf"|[\d×]{{1,4}}[./-][\d×]{{1,2}}(?:[./-][\d×]{{1,2}})?(?:之前|以前|前)?"
    ),
    build=_date,
    examples=("×月×日前", "2024年X月底前", "    年  月  日", "____年__月", "2024年第×季度"),
    signs=("×",),
)


def _period(match: re.Match[str], scene: Scene) -> Parts | None:
    del match
    return (Placeholder(),) if scene.mode == "field" else ()


PERIOD = Form(
    key="placeholder.period",
    title="待填期限",
    about="天数、工作日数、月数留空：XX个工作日内。",
    pattern=(r"×{1,6}(?:个?(?:工作日|自然日|天|周|星期)|个(?:月|季度))(?:之内|以内|内|(?=$|[,。;、)]))"),
    build=_period,
    examples=("XX个工作日内", "×天内"),
    signs=("×",),
)

ALONE = Form(
    key="placeholder.alone",
    title="空白",
    about="只有占位符、空括号，或“待定”“待补充”等字样。",
    pattern=(
        r"(?:(?<=^)|(?<=[,。;、:(]))×{1,6}(?:底?前|完成|前完成)?(?=$|[,。;、)])"
        r"|待(?:定|补充|补|填写?|明确|确定|研究确定|商定|议定)(?=$|[,。;、)])|(?:另行|另)(?:确定|通知|明确|定)(?=$|[,。;、)])|(?:尚未|暂未|未)确定(?=$|[,。;、)])|暂定(?=$|[,。;、)])|时间待定"
    ),
    build=_period,
    examples=("XX", "（　　）", "待定"),
    signs=("×", "定", "待", "另"),
)
