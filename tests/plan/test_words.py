"""Marks, labels, statuses and names, as tables: what is written, and what it is."""

from __future__ import annotations

import pytest

from zhenggai.plan import wording
from zhenggai.plan.labels import Role, classify, labels_in
from zhenggai.plan.marks import MarkKind, inline_marks, leading_mark, written_mark
from zhenggai.plan.parties import is_placeholder, split_names
from zhenggai.text import fold

MARKS = (
    ("一、总体要求", MarkKind.CHINESE, 1, "一"),
    ("十二、其他", MarkKind.CHINESE, 12, "十二"),
    ("（三）作风方面", MarkKind.CHINESE_PAREN, 3, "（三）"),
    ("(三) 作风方面", MarkKind.CHINESE_PAREN, 3, "(三)"),
    ("1.学习不够", MarkKind.ARABIC, 1, "1"),
    ("１．学习不够", MarkKind.ARABIC, 1, "１"),
    ("17、学习不够", MarkKind.ARABIC, 17, "17"),
    ("l.学习不够", MarkKind.ARABIC, 1, "l"),
    ("1.3个项目没有开工", MarkKind.ARABIC, 1, "1"),
    ("1、4家企业搬迁", MarkKind.ARABIC, 1, "1"),
    ("（2）补办手续", MarkKind.ARABIC_PAREN, 2, "（2）"),
    ("2）补办手续", MarkKind.HALF_PAREN, 2, "2）"),
    ("⑫补办手续", MarkKind.CIRCLED, 12, "⑫"),
    ("二是补办手续", MarkKind.ORDINAL, 2, "二是"),
    ("三要压实责任", MarkKind.ORDINAL, 3, "三要"),
    ("其一，补办手续", MarkKind.ORDINAL, 1, "其一"),
    ("问题3：没有台账", MarkKind.PROBLEM, 3, "问题3"),
    ("反馈问题二：没有台账", MarkKind.PROBLEM, 2, "反馈问题二"),
    ("【问题4】没有台账", MarkKind.PROBLEM, 4, "问题4"),
    ("存在问题1. 没有台账", MarkKind.PROBLEM, 1, "存在问题1"),
    ("项目2.l：河道没有清淤", MarkKind.PROJECT, 1, "项目2.l"),
    ("2.1 政治建设方面", MarkKind.DOTTED, 1, "2.1"),
    ("第二章 整改任务", MarkKind.CHAPTER, 2, "第二章"),
    ("1）补办手续", MarkKind.HALF_PAREN, 1, "1）"),
    ("㉑补办手续", MarkKind.CIRCLED, 21, "㉑"),
    ("第一，补办手续", MarkKind.ORDINAL, 1, "第一"),
    ("其三是补办手续", MarkKind.ORDINAL, 3, "其三是"),
    ("问题（二）：没有台账", MarkKind.PROBLEM, 2, "问题（二）"),
    ("任务3：建立台账", MarkKind.PROBLEM, 3, "任务3"),
    ("1.1.1 政治建设", MarkKind.DOTTED, 1, "1.1.1"),
    ("第二方面：财务", MarkKind.CHAPTER, 2, "第二方面"),
    ("一、", MarkKind.CHINESE, 1, "一"),
    ("①", MarkKind.CIRCLED, 1, "①"),
)
NO_MARKS = (
    "2024年3月底前完成",
    "3.5万元没有上缴",
    "12.6%的学生",
    "三楼通道堵塞",
    "一般隐患",
    "问题1个",
    "整改措施：",
    "十分重视",
    "100人以上学校",
    "",
    "1",
    "2031",
    "一是否",
    "十一月召开会议",
    "1:30开会",
    "第3条规定",
    "（甲）某科",
    "（2031）6号",
    "5%",
    "二〇三一年",
    "第一批资金",
    "0.5倍",
)


@pytest.mark.parametrize(("text", "kind", "number", "written"), MARKS)
def test_a_number_is_told(text: str, kind: MarkKind, number: int, written: str) -> None:
    mark = leading_mark(fold(text))
    assert mark is not None
    assert (mark.kind, mark.number, written_mark(mark, text)) == (kind, number, written)


@pytest.mark.parametrize("text", NO_MARKS)
def test_what_is_no_number(text: str) -> None:
    assert leading_mark(fold(text)) is None


INLINE = (
    ("一是甲。二是乙；三是丙。", ["一是", "二是", "三是"]),
    ("强化导向，一是甲，二是乙。", ["一是", "二是"]),
    ("①甲②乙③丙", ["①", "②", "③"]),
    ("（1）甲；（2）乙。", ["(1)", "(2)"]),
    ("1.甲。2.乙。", ["1", "2"]),
    ("这一是非问题没有定论", []),
    ("投入3.5万元，增长1.2倍", []),
    ("见《办法》第（三）项", []),
    ("以下3个问题：1.甲；2.乙", ["1", "2"]),
    ("问题1：甲。问题2：乙。", ["问题1", "问题2"]),
    ("其一，甲；其二，乙。", ["其一", "其二"]),
    ("1）甲；2）乙", ["1)", "2)"]),
    ("①甲③丙⑨壬", ["①", "③"]),
    ("一是甲，其中一是非难辨", ["一是"]),
    ("强化导向，一是甲。", []),
    ("甲（1）乙（2）丙", []),
    ("甲一是乙二是丙", []),
    ("一、甲。二、乙。", []),
    ("如图①所示，第②类最多", []),
    ("自2031.1.1起执行", []),
    ("", []),
)


@pytest.mark.parametrize(("text", "marks"), INLINE)
def test_numbers_inside_a_text(text: str, marks: list[str]) -> None:
    folded = fold(text)
    assert [m.text for m in inline_marks(folded, 0, len(folded), {}, run_on=False)] == marks


LABELS = {
    Role.MEASURES: "整改措施 措施 整改举措 整改要求 整改计划 具体措施 拟采取措施 整改措施及要求 对策",
    Role.PROGRESS: "整改情况 整改落实情况 整改进展情况 整改完成情况 整改成效 目前进展 整改描述 进度情况 本月进展 完成情况",
    Role.STATUS: "整改状态 完成状态 整改进度 当前状态 进度",
    Role.CAUSE: "原因 原因分析 成因 产生原因 问题根源 原因剖析",
    Role.OBJECTIVE: "整改目标 目标要求 预期成效",
    Role.TIME_LIMIT: "完成时限 整改时限 整改期限 时限 预计完成时间 要求完成时间 治理期限 时间节点",
    Role.LEAD_LEADERS: "牵头领导 牵头县领导 包抓领导 包保领导 挂牌领导",
    Role.RESPONSIBLE_LEADERS: "责任领导 分管领导 责任校领导",
    Role.RESPONSIBLE_PERSONS: "责任人 具体责任人 整改责任人 整改落实人 负责人",
    Role.RESPONSIBLE_DEPARTMENTS: "责任部门 责任科室 责任股室 责任单位 主责部门 承办单位 部门单位 收文单位 责任单位/责任人",
    Role.LEAD_DEPARTMENTS: "牵头部门 牵头单位 整体牵头部门/负责人",
    Role.COOPERATING_DEPARTMENTS: "配合部门 配合科室 协办单位 协同部门 协助单位",
    Role.VERIFYING_DEPARTMENTS: "验收单位 验收科室 复查部门 销号单位",
    Role.SUPERVISING_DEPARTMENTS: "督办单位 督导单位",
    Role.OTHER: "验收人 验收时间 检查日期 隐患等级 整改类型 备注 督办人 销号意见",
    Role.NUMBER: "序号 问题编号 措施编号",
    Role.AREA: "方面 巡视反馈重点方面 聚焦方面",
    Role.ITEM: "反馈问题 整改任务 巡视反馈重点内容",
    Role.PROBLEM: "问题 存在问题 具体问题 具体表现 问题描述 隐患描述 审计查出问题 反馈的具体问题",
}
NO_LABELS = (
    "同志们",
    "总体要求",
    "指导思想",
    "第一责任人",
    "会议",
    "成立领导机构",
    "某某",
    "一",
    "责任",
    "市委第三巡察组反馈意见整改工作领导小组办公室",
    "",
    "工作小组",
    "情况说明会",
    "措施得力",
    "问题导向",
    "责任重大",
    "会议时间",
    "完成",
    "要求",
    "姓名",
    "占比",
)


@pytest.mark.parametrize(("word", "role"), [(word, role) for role, words in LABELS.items() for word in words.split()])
def test_a_label_has_its_role(word: str, role: Role) -> None:
    assert classify(word) is role


@pytest.mark.parametrize("word", NO_LABELS)
def test_what_is_no_label(word: str) -> None:
    assert classify(word) is None


LINES = (
    ("牵头领导：甲某  责任股室：办公室", ["牵头领导", "责任股室"]),
    ("（牵头领导：甲某；责任部门：乙科；完成时限：立行立改）", ["牵头领导", "责任部门", "完成时限"]),
    ("【责任人】甲某【完成时限】春节前", ["责任人", "完成时限"]),
    ("会议指出：作风不实的单位要整改。", []),
    ("他说的问题：没有解决", []),
    ("整改措施：甲。责任部门：乙科", ["整改措施", "责任部门"]),
    ("整改措施:甲", ["整改措施"]),
    ("整改情况：甲。下一步：乙。", ["整改情况", "下一步"]),
    ("完成时限：2031年5月（责任人：甲某）", ["完成时限", "责任人"]),
    ("配合部门：甲科、乙科、牵头部门：丙科", ["配合部门", "牵头部门"]),
    ("一、整改措施：甲", ["整改措施"]),
    ("【整改措施】甲", ["整改措施"]),
    ("责任领导及部门：甲某、乙科", ["责任领导及部门"]),
    ("联系电话：某号", ["联系电话"]),
    ("本部门：甲", []),
    ("责任部门 乙科", []),
    ("整改措施", []),
    ("他强调：要整改措施到位", []),
    ("主要问题有：", []),
    ("[责任人]甲某", []),
    ("：：：", []),
    ("", []),
)


@pytest.mark.parametrize(("text", "words"), LINES)
def test_labels_in_a_line(text: str, words: list[str]) -> None:
    assert [found.word for found in labels_in(fold(text))] == words


STATUSES = (
    ("已完成", "completed"), ("完成", "completed"), ("已整改", "completed"), ("已销号", "completed"), ("已办结", "completed"),
    ("100%", "completed"), ("已完成，长期坚持", "completed"), ("该问题已整改到位", "completed"), ("已验收销号", "completed"),
    ("基本完成", "basically_done"), ("阶段性完成", "basically_done"), ("取得阶段性成果并持续整改", "basically_done"),
    ("正在整改", "ongoing"), ("整改中", "ongoing"), ("持续推进", "ongoing"), ("80%", "ongoing"), ("正在推进", "ongoing"),
    ("未完成", "not_done"), ("未整改", "not_done"), ("逾期未整改", "not_done"), ("尚未启动", "not_done"), ("未完成（未到时限）", "not_done"),
    ("已整改销号", "completed"), ("是", "completed"), ("否", "not_done"), ("目前该问题已整改完成", "completed"), ("约60%", "ongoing"), ("已申请验收", "ongoing"),
    ("已完成3项", None), ("已完成。下一步加强检查", None), ("已制定办法，正在推进", None), ("清退4家", None), ("已修订办法", None), ("完成率达到95%", None), ("", None), ("已完成3项，其余正在推进中的项目共5个", None),
)  # fmt: skip


@pytest.mark.parametrize(("text", "status"), STATUSES)
def test_a_status_is_told_from_a_story(text: str, status: str | None) -> None:
    assert wording.read_status(fold(text)) == status


LIMITS = (
    *(
        (text, True)
        for text in (
            "2031年5月底前", "5月底前", "2031年5月31日前完成", "2031年5月底前完成，并长期坚持", "立行立改", "长期坚持", "即知即改，持续推进",
            "三个月内", "2031年第二季度", "2031年上半年", "2031/5/31", "2031.5.31", "2031年5月—8月", "集中整改期内", "XX", "待定",
        )
    ),
    *(
        (text, False)
        for text in (
            "", "—", "已完成", "教务处", "加强学习", "2031年5月印发办法", "2031年5月底前由教务处负责", "2031年6月30日前，责任人甲某",
            "条件成熟再说", "每" * 61,
        )
    ),
)  # fmt: skip


@pytest.mark.parametrize(("text", "limit"), LIMITS)
def test_a_limit_is_told_from_other_words(text: str, limit: bool) -> None:
    assert wording.is_time_limit(fold(text)) is limit


FAULTS = (
    ("制度执行不严格，有3次未审批", True),
    ("台账缺失，底数不清", True),
    ("两张皮现象依然存在", True),
    ("账目混乱", True),
    ("隐患排查不彻底", True),
    ("超标准接待3次", True),
    ("拖欠工资4个月", True),
    ("没有召开专题会", True),
    ("流于形式", True),
    ("在班子建设上存在短板", True),
    ("修订管理办法，明确审批权限", False),
    ("已于2031年5月印发", False),
    ("组织全体党员学习条例", False),
    ("建立台账，定期检查", False),
    ("召开专题会，学习文件", False),
    ("约谈责任人3名", False),
    ("某县档案局", False),
    ("已清退超标用房，约谈责任人并通报", False),
    ("整改完成后没有公开，也未通报", True),
    ("", False),
    ("完善制度，堵塞漏洞", False),
    ("清退违规发放的补贴", False),
    ("补齐工作短板", False),
    ("防止未批先建", False),
    ("消除隐患不及时", True),
    ("清理不彻底", True),
    ("清理违规用房，仍有隐患", True),
    ("整治工作存在短板", True),
    ("短板没有补齐", True),
)


@pytest.mark.parametrize(("text", "fault"), FAULTS)
def test_a_fault_is_told_from_a_deed(text: str, fault: bool) -> None:
    assert wording.states_fault(fold(text)) is fault


NAMES = (
    ("教务处、总务处", ("教务处", "总务处")),
    ("教务处，总务处；工会", ("教务处", "总务处", "工会")),
    ("教务处,总务处;工会", ("教务处", "总务处", "工会")),
    ("教务处\n总务处", ("教务处", "总务处")),
    ("甲某某 乙某某 丙某", ("甲某某", "乙某某", "丙某")),
    ("教务处、", ("教务处",)),
    ("各村（社区）、镇纪委", ("各村（社区）", "镇纪委")),
    ("甲某（组长、书记）、乙某", ("甲某（组长、书记）", "乙某")),
    ("各县区党委、政府，市直有关部门", ("各县区党委", "政府", "市直有关部门")),
    ("张 某", ("张某",)),
    ("张　某", ("张某",)),
    ("教务处", ("教务处",)),
    ("甲科、无", ("甲科",)),
    ("XX、教务处", ("XX", "教务处")),
    ("XX X", ("XX X",)),
    ("待定", ("待定",)),
    ("无", ()),
    ("暂无", ()),
    ("不涉及", ()),
    ("/", ()),
    ("——", ()),
    ("、", ()),
    ("", ()),
    ("张 某、李 某", ("张某", "李某")),
    ("张　某、李某某", ("张某", "李某某")),
    ("张  某；李 某（书记）", ("张某", "李某（书记）")),
    ("张 某某、李某", ("张", "某某", "李某")),
    ("甲科 乙科、丙科", ("甲科", "乙科", "丙科")),
)


@pytest.mark.parametrize(("value", "expected"), NAMES)
def test_names_are_divided(value: str, expected: tuple[str, ...]) -> None:
    assert split_names(value) == expected


def test_a_slash_divides_department_and_person() -> None:
    assert split_names("党群工作部/李某", slashes=True) == ("党群工作部", "李某")
    assert split_names("党群工作部/李某") == ("党群工作部/李某",)


BLANKS = (
    *((name, True) for name in ("XX", "xx", "X", "×××", "*", "○○", "____", "（  ）", "待定", "待明确", "XX某")),
    *((name, False) for name in ("某某", "某", "张某某", "李某", "教务处", "X科", "待定处", "")),
)


@pytest.mark.parametrize(("name", "blank"), BLANKS)
def test_blanks_to_fill_are_told_from_names(name: str, blank: bool) -> None:
    assert is_placeholder(name) is blank
