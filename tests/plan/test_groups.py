"""Leading groups with their people, and the attachments of a document."""

from __future__ import annotations

import pytest

from zhenggai.document import read_bytes
from zhenggai.plan import Plan, build_plan

HEAD = "某局整改方案\n一、整改任务\n1.台账不全，有3处漏登。\n整改措施：补登台账。\n"


def read(text: str) -> Plan:
    return build_plan(read_bytes(f"{HEAD}{text}".encode(), "方案.txt"))


Row = tuple[str, str | None, str, str, str, str]
"""Name, parent, leaders, deputies, directors and members, the names divided by blanks."""
GROUPS = (
    ("成立整改领导小组，甲某担任组长。", [("整改领导小组", None, "甲某", "", "", "")]),
    (
        "成立整改工作领导小组，党组书记甲某任组长，副局长乙某、丙某任副组长。",
        [("整改工作领导小组", None, "党组书记甲某", "副局长乙某 丙某", "", "")],
    ),
    (
        "成立整改领导小组，组长甲某（书记），副组长乙某（主任）、丙某（副书记）。",
        [("整改领导小组", None, "甲某（书记）", "乙某（主任） 丙某（副书记）", "", "")],
    ),
    (
        "成立整改专班，由甲某任组长，乙某、丙某任副组长。办公室设在人事科。",
        [("整改专班", None, "甲某", "乙某 丙某", "", ""), ("办公室", "整改专班", "", "", "", "")],
    ),
    ("整改工作领导小组 组长：甲某 副组长：乙某", [("整改工作领导小组", None, "甲某", "乙某", "", "")]),
    (
        "整改领导小组。组长：甲某；副组长：乙某、丙某；成员：各股室负责人。",
        [("整改领导小组", None, "甲某", "乙某 丙某", "", "各股室负责人")],
    ),
    (
        "整改领导小组\n组长：甲 某\n副组长：乙某 丙某\n成员：丁某、\n戊某",
        [("整改领导小组", None, "甲某", "乙某 丙某", "", "丁某 戊某")],
    ),
    ("整改工作专班\n召集人：甲某\n联络员：乙某", [("整改工作专班", None, "甲某", "", "", "乙某")]),
    (
        "整改领导小组\n第一组长：甲某\n组长：乙某\n常务副组长：丙某",
        [("整改领导小组", None, "甲某 乙某", "丙某", "", "")],
    ),
    (
        "整改领导小组\n组　长：甲某\n1.领导小组下设办公室，办公室设在机关党委。\n主　任：乙某\n2.领导小组下设督查组\n组　长：丙某",
        [
            ("整改领导小组", None, "甲某", "", "", ""),
            ("办公室", "整改领导小组", "", "", "乙某", ""),
            ("督查组", "整改领导小组", "丙某", "", "", ""),
        ],
    ),
    ("各股室要加强领导。", []),
    ("组长：甲某；副组长：乙某。", []),
    ("领导小组要定期听取汇报。", []),
    ("请各组长按时到会。", []),
    (
        "成立整改工作领导小组，由甲某任组长，乙某任副组长，各科室负责人为成员。",
        [("整改工作领导小组", None, "甲某", "乙某", "", "各科室负责人")],
    ),
    (
        "成立整改领导小组，甲某任组长，乙某任常务副组长，丙某、丁某任副组长，各股室负责人为成员。",
        [("整改领导小组", None, "甲某", "乙某 丙某 丁某", "", "各股室负责人")],
    ),
    ("成立整改领导小组，甲某任组长，各科室负责人为成员。", [("整改领导小组", None, "甲某", "", "", "各科室负责人")]),
    ("成立由甲某任组长的整改领导小组。", [("整改领导小组", None, "甲某", "", "", "")]),
    (
        "组建由党组书记甲某任组长、乙某任副组长、各科室负责人为成员的整改工作专班。",
        [("整改工作专班", None, "党组书记甲某", "乙某", "", "各科室负责人")],
    ),
    (
        "领导小组办公室设在机关党委，乙某兼任办公室主任。",
        [("办公室", "领导小组", "", "", "乙某", "")],
    ),
    (
        "成立整改领导小组，甲某任组长。领导小组下设办公室，办公室设在人事科，主任由乙某兼任。",
        [("整改领导小组", None, "甲某", "", "", ""), ("办公室", "整改领导小组", "", "", "乙某", "")],
    ),
    ("甲某任组长的小组工作得力。", []),
    ("办公室设在机关党委，乙某兼任办公室主任。", []),
    ("领导小组办公室要定期督办。", []),
)


@pytest.mark.parametrize(("lines", "groups"), GROUPS)
def test_groups_and_their_people(lines: str, groups: list[Row]) -> None:
    found = read(f"二、组织保障\n（一）加强领导。\n{lines}\n").groups
    assert [
        (g.name, g.parent, *(" ".join(people) for people in (g.leader, g.deputies, g.director, g.members)))
        for g in found
    ] == groups


def test_duties_go_on_until_their_full_stop() -> None:
    groups = read("整改领导小组\n组长：甲某\n职责：统筹整改工作，\n研究难题。\n下一行不是职责\n").groups
    assert [g.duties for g in groups] == ["统筹整改工作，\n研究难题。"]


LONG = "本表由各科室按月更新，逐项登记整改措施的落实情况，写明时间和经办的人，由办公室汇总后送巡察办备查。\n"
ATTACHMENTS = (
    ("附件：整改台账\n", [(None, "整改台账", False)]),
    ("附：整改台账\n", [(None, "整改台账", False)]),
    ("附表1：整改台账\n", [(1, "整改台账", False)]),
    ("附件：1.整改台账\n2.人员名单\n", [(1, "整改台账", False), (2, "人员名单", False)]),
    ("附件1.整改台账\n附件2.人员名单\n", [(1, "整改台账", False), (2, "人员名单", False)]),
    ("附件一：整改台账\n附件二：人员名单\n", [(1, "整改台账", False), (2, "人员名单", False)]),
    (f"附件1：整改台账\n附件1\n整改台账\n{LONG}", [(1, "整改台账", True)]),
    (f"附件1：整改台账\n附件2：人员名单\n附件2\n人员名单\n{LONG}", [(1, "整改台账", False), (2, "人员名单", True)]),
    (f"附件\n整改台账\n{LONG}", [(None, "整改台账", True)]),
    (f"附件：整改台账\n某局\n2031年4月2日\n整改台账\n{LONG}", [(None, "整改台账", True)]),
    (f"附件：整改台账\n{LONG}", [(None, "整改台账", True)]),
    ("附件：整改台账\n某局\n2031年4月2日\n", [(None, "整改台账", False)]),
    ("", []),
    ("（附件另发）\n", []),
    ("附近居民反映强烈。\n", []),
    ("附属学校也有同样问题。\n", []),
    ("附件：\n1.整改台账\n2.人员名单\n", [(1, "整改台账", False), (2, "人员名单", False)]),
    ("附件：\n1.整改台账\n2.人员名单\n某局\n2031年4月2日\n", [(1, "整改台账", False), (2, "人员名单", False)]),
    (f"附件：\n1.整改台账\n2.人员名单\n附件2\n人员名单\n{LONG}", [(1, "整改台账", False), (2, "人员名单", True)]),
    ("附件：\n1.账实不符\n整改措施：核对。\n", [(None, "1.账实不符", True)]),
    ("附件：\n1.账实不符。\n2.报销慢。\n", [(None, "1.账实不符。", True)]),
)


@pytest.mark.parametrize(("tail", "attachments"), ATTACHMENTS)
def test_attachments_named_and_present(tail: str, attachments: list[tuple[int | None, str, bool]]) -> None:
    assert [(a.number, a.title, a.present) for a in read(tail).attachments] == attachments


def test_the_names_of_attachments_are_no_problems() -> None:
    for tail in ("附件：1.整改台账\n2.人员名单\n", "附件：\n1.整改台账\n2.人员名单\n", "附件1：台账\n附件2：名单\n"):
        plan = read(f"某县档案局\n2031年4月2日\n{tail}")
        assert [f.text for f in plan.findings] == ["台账不全，有3处漏登。"]
        assert [m.text for r in plan.responses for m in r.measures] == ["补登台账。"]
        assert plan.issuer == "某县档案局"
        assert plan.plan_date is not None
