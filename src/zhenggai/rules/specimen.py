"""Small fragments put into a whole plan: the examples of the manual, and the cases of the tests, are read like any document.

A fragment is lines `name：text`; a line without a known name goes on with the one before. Each 问题 begins a finding, and
what the fragment does not say stands in the frame as it should be. An empty text leaves the line out. A fragment that
begins with 全文： is a whole document itself.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenggai.document import read_bytes
from zhenggai.plan import build_plan
from zhenggai.rules.facts import Facts
from zhenggai.rules.gathering import gather

if TYPE_CHECKING:
    from zhenggai.plan import Plan
    from zhenggai.profile import Profile

TODAY = dt.date(2024, 5, 20)
_WHOLE = "全文："
_DOCUMENT = {
    "页首": "",
    "标题": "青桐镇党委关于县委第一巡察组反馈意见的整改方案",
    "文号": "",
    "前言": "2024年1月至3月，县委第一巡察组对青桐镇党委开展巡察，2024年4月10日反馈意见。集中整改期为2024年4月11日至10月10日。现制定本方案。",
    "指导思想": "坚持问题导向，把整改与日常工作结合起来，逐条改到位。",
    "方面": "（一）履行职责方面",
    "另一方面": "（二）作风建设方面",
    "组织": "成立巡察整改工作领导小组，镇党委书记林清越任组长，镇长周望舒、副书记沈知行、副镇长顾望川任副组长；下设办公室和督查组，督查组由纪委书记何止戈负责。",
    "进度": "2024年5月16日至9月30日为整改阶段，10月1日至10月10日为总结阶段，7月31日前召开专题民主生活会。",
    "要求": "10月10日前报送整改进展情况报告和党委书记组织整改落实情况报告，向社会公开，开展群众满意度测评；对整改不力的追责问责。",
    "补充": "",
    "附件": "",
    "落款": "中共青桐镇委员会",
    "日期": "2024年5月15日",
    "附件正文": "",
}
_FINDING = {
    "问题": "",
    "措施": "对6份登记表逐份更正，由经手人签字后归档。",
    "牵头领导": "沈知行",
    "责任领导": "",
    "责任部门": "党政办公室",
    "配合部门": "",
    "验收部门": "",
    "完成时限": "2024年7月15日前",
    "栏目": "",
}
_OTHERS = (
    {
        "问题": "会议室借用登记不全，6次借用没有签名。",
        "措施": "对6次借用补签姓名，登记簿由办公室收存。",
        "牵头领导": "林清越",
    },
    {"问题": "公示栏更新不及时，3期公示超过期限。", "措施": "撤换3期公示，由值班人员签字。", "牵头领导": "周望舒"},
    {"问题": "档案柜钥匙保管混乱，2把钥匙去向不明。", "措施": "更换2把锁，钥匙交2人分别保管。"},
    {
        "问题": "便民服务窗口排队时间长，4个窗口只开2个。",
        "措施": "增开2个窗口，排班表在大厅公布。",
        "牵头领导": "顾望川",
    },
)
"""Findings of the frame in which no rule finds anything."""
_GIVEN = {**_FINDING, "问题": "外出登记不全，6份登记表没有填写。"}
_ALONE = "其他问题"
"""With 无 the findings of the frame are left out."""
_NAMES = "|".join((*_DOCUMENT, *_FINDING, _ALONE, "反馈"))
_LINE = re.compile(rf"^({_NAMES})：(.*)$")


@dataclass(slots=True)
class Specimen:
    """A fragment, taken apart."""

    document: dict[str, str] = field(default_factory=lambda: dict(_DOCUMENT))
    findings: list[dict[str, str]] = field(default_factory=list)
    alone: bool = False
    feedback: str = ""
    whole: str | None = None


def take_apart(fragment: str) -> Specimen:
    """Return what a fragment says.

    Raises:
        ValueError: its first line has no name.
    """
    found = Specimen()
    if fragment.startswith(_WHOLE):
        found.whole = fragment.removeprefix(_WHOLE).lstrip("\n")
        return found
    last: tuple[dict[str, str], str] | None = None
    for line in fragment.splitlines():
        match = _LINE.match(line.strip())
        if match is None:
            if last is None:
                raise ValueError(f"样例的第一行没有名称：{line}")
            last[0][last[1]] += "\n" + line.strip()
            continue
        last = _place(found, match[1], match[2])
    found.feedback = found.document.pop("反馈", "")
    found.alone = found.document.pop(_ALONE, "") == "无"
    return found


def _place(specimen: Specimen, name: str, text: str) -> tuple[dict[str, str], str]:
    table = specimen.document
    if name == "问题":
        specimen.findings.append(dict(_FINDING))
    if name in _FINDING:
        if not specimen.findings:
            specimen.findings.append(dict(_FINDING))
        table = specimen.findings[-1]
    table[name] = text
    return table, name


def render(specimen: Specimen) -> str:
    """Return the whole plan that a fragment stands for."""
    if specimen.whole is not None:
        return specimen.whole
    said = specimen.document
    given = [f for f in specimen.findings if f["问题"]] or [{**_GIVEN, **_overrides(specimen)}]
    others = [] if specimen.alone else [{**_FINDING, **other} for other in _OTHERS]
    first, number = _problems(given, 1)
    second, _ = _problems(others, number)
    lines = [
        said["页首"],
        said["标题"],
        said["文号"],
        said["前言"],
        "一、总体要求",
        said["指导思想"],
        "二、整改任务",
        said["方面"],
        *first,
        *([said["另一方面"], *second] if others else []),
        "三、组织保障",
        *[f"（{n}）{said[key]}" for n, key in zip("一二三", ("组织", "进度", "要求"), strict=True) if said[key]],
        said["补充"],
        said["附件"],
        said["落款"],
        said["日期"],
        said["附件正文"],
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _overrides(specimen: Specimen) -> dict[str, str]:
    return {k: v for f in specimen.findings for k, v in f.items() if k != "问题" and v != _FINDING[k]}


def _problems(findings: list[dict[str, str]], number: int) -> tuple[list[str], int]:
    lines: list[str] = []
    for one in findings:
        marked = re.match(
            r"^(?:\d{1,2}[.、]|（[一二三四五六七八九十\d]+）|[一二三四五六七八九十]是|[①-⑳])", one["问题"]
        )
        lines.append(one["问题"] if marked else f"{number}.{one['问题']}")
        if one["措施"]:
            lines.append(f"整改措施：{one['措施']}")
        names = ("牵头领导", "责任领导", "责任部门", "配合部门", "验收部门", "完成时限")
        fields = [f"{name}：{one[name]}" for name in names if one[name]]
        fields += [one["栏目"]] if one["栏目"] else []
        if fields:
            lines.append(f"（{'；'.join(fields)}）")
        number += 1
    return lines, number


def plan_of(text: str) -> Plan:
    """Return what the reader makes of a text."""
    return build_plan(read_bytes(text.encode(), "样例.txt"), as_of=TODAY)


def facts_of(fragment: str, profile: Profile, today: dt.date = TODAY) -> Facts:
    """Return the facts of the plan that a fragment stands for, read by the project's own reader."""
    specimen = take_apart(fragment)
    document = read_bytes(render(specimen).encode(), "样例.txt")
    feedback = plan_of(specimen.feedback) if specimen.feedback else None
    return Facts(today, profile, gather(document, build_plan(document, as_of=today)), feedback)
