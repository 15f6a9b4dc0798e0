"""The invented people of the demonstration: name, log-in name, roles, and the post each holds."""

from __future__ import annotations

from dataclasses import dataclass

DEPARTMENTS = ("党政办公室", "教务处", "总务处", "财务室")
BRANCHES = ("第一党支部", "第二党支部")
OFFICE_ABOVE = "云溪县委巡察办"
UNIT = "云溪县青桐中学"


@dataclass(frozen=True, slots=True)
class Cast:
    """One person of the demonstration. `place` is a department, or "" for the unit, or `OFFICE_ABOVE`."""

    name: str
    login: str
    roles: tuple[str, ...]
    place: str = ""
    title: str = ""


PEOPLE = (
    Cast("冯某某", "zhenggaiban", ("office",), "党政办公室", "整改办工作人员"),
    Cast("钱某某", "shuji", ("principal", "group", "lead_leader"), "", "党总支书记"),
    Cast("孙某某", "fushuji", ("responsible_leader", "lead_leader", "group"), "", "党总支副书记"),
    Cast("李某某", "jiaoxue", ("lead_leader", "responsible_leader", "group"), "", "教学副校长"),
    Cast("吴某某", "houqin", ("lead_leader", "responsible_leader", "group"), "", "后勤副校长"),
    Cast("陈某某", "jiaowuchu", ("department_head",), "教务处", "教务处主任"),
    Cast("沈某某", "jingban1", ("handler",), "教务处", "教务处干事"),
    Cast("韩某某", "zongwuchu", ("department_head",), "总务处", "总务处主任"),
    Cast("杨某某", "jingban2", ("handler",), "总务处", "总务处干事"),
    Cast("朱某某", "caiwushi", ("department_head", "handler"), "财务室", "财务室主任"),
    Cast("秦某某", "bangongshi", ("department_head", "handler"), "党政办公室", "党政办公室主任"),
    Cast("郑某某", "ducha", ("supervision",), "", "督查组组长"),
    Cast("许某某", "ducha2", ("supervision",), "", "督查组成员"),
    Cast("褚某某", "jijian", ("discipline",), "", "纪检委员"),
    Cast("卫某某", "dangan", ("archivist",), "党政办公室", "档案员"),
    Cast("蒋某某", "xunchaban", ("inspection_office",), OFFICE_ABOVE, "巡察办干部"),
    Cast("何某某", "xunchazu", ("inspection_group",), OFFICE_ABOVE, "巡察组联络员"),
    Cast("吕某某", "xianzuzhi", ("organization_department",), OFFICE_ABOVE, "组织部门联络员"),
    Cast("施某某", "xianxuanchuan", ("publicity_department",), OFFICE_ABOVE, "宣传部门联络员"),
    Cast("张某某", "xianshenji", ("audit_office",), OFFICE_ABOVE, "审计机关联络员"),
    Cast("孔某某", "xiancaizheng", ("finance_office",), OFFICE_ABOVE, "财政部门联络员"),
    Cast("曹某某", "xitong", ("system_administrator",), "", "系统管理员"),
    Cast("严某某", "anquan", ("security_administrator",), "", "安全管理员"),
    Cast("华某某", "shenji", ("audit_administrator",), "", "审计管理员"),
)

REPORTS = (
    (
        10,
        "jingban1",
        "立行立改",
        100,
        "completed",
        "已修订课后服务工作办法并印发，{n}个班级停止在课后服务时间上新课。",
        "",
        "",
    ),
    (
        14,
        "bangongshi",
        "学习记录本",
        60,
        "ongoing",
        "已完成记录本样式设计和印制，第一党支部已启用。",
        "第二党支部尚未完成登记培训。",
        "一周内完成第二党支部培训。",
    ),
    (
        16,
        "caiwushi",
        "逐笔核查",
        50,
        "ongoing",
        "已核查5笔，其中2笔手续齐全，3笔待补充说明。",
        "个别经办人已调离，联系核实需要时间。",
        "本月内完成其余4笔核查。",
    ),
    (
        20,
        "jingban2",
        "三方比价",
        40,
        "ongoing",
        "已起草食材采购三方比价制度，正在征求意见。",
        "",
        "提交校务会审议后实施。",
    ),
    (
        28,
        "bangongshi",
        "年度理论学习计划",
        80,
        "basically_done",
        "学习计划已印发，本月集中学习1次。",
        "",
        "坚持每月集中学习。",
    ),
    (
        30,
        "caiwushi",
        "逐笔核查",
        90,
        "ongoing",
        "9笔已全部核查，应退回的款项已退回2笔。",
        "尚有1笔正在办理退回。",
        "办结后整理佐证材料。",
    ),
    (31, "caiwushi", "业务培训", 100, "completed", "已组织财务人员业务培训1次，6人参加。", "", ""),
)
"""(days after the feedback, who, words of the measure, percent, status, done, difficulty, next step)."""
