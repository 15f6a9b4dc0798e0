"""Plans made by hand, of units and people that do not exist."""

from __future__ import annotations

import datetime as dt

from zhenggai.deadline import kinds
from zhenggai.plan.model import (
    Announced,
    Area,
    Doubt,
    Finding,
    Item,
    Measure,
    Plan,
    Progress,
    Response,
    Source,
    Span,
    TimeLimit,
)

SOURCE = Source("青禾小学整改方案.docx", "application/octet-stream", "0" * 64, 900)


def empty() -> Plan:
    """A document in which nothing was found."""
    return Plan(SOURCE, "other", None, None, None, None, None, Announced(), (), (), (), ())


def school() -> Plan:
    """One area with an item of two findings that share a block, and an area with an item that is its own finding."""
    return Plan(
        source=SOURCE,
        kind="plan",
        title="关于区委第九巡察组反馈意见的整改落实方案",
        issuer="中共青禾小学支部委员会",
        document_number="青小党〔2031〕4号",
        feedback_date=dt.date(2031, 3, 5),
        plan_date=dt.date(2031, 4, 1),
        announced=Announced(areas=2),
        areas=(
            Area("A1", "（一）", "聚焦落实上级教育决策部署方面"),
            Area("A2", "（二）", "聚焦基层组织建设方面"),
        ),
        items=(
            Item("I1", "A1", "1", "课后服务管理不够规范"),
            Item("I2", "A1", "2", "劳动教育流于形式"),
            Item("I3", "A2", "3", "主题党日活动次数不足，全年只开展七次，参加人数没有达到要求。"),
        ),
        findings=(
            Finding("F1", "A1", "I1", "一是", "课后服务课程单一，五个年级只开设两门课程，家长反映选择余地小。"),
            Finding("F2", "A1", "I1", "二是", "课后服务收费没有按学期公示。"),
            Finding("F3", "A1", "I1", "三是", "看护教师交接记录不完整。"),
            Finding("F4", "A1", "I2", "一是", "校内劳动基地闲置，两年没有安排课程。"),
            Finding(
                "F5",
                "A2",
                "I3",
                None,
                "主题党日活动次数不足，全年只开展七次，参加人数没有达到要求。",
                cause="台账意识不强",
            ),
        ),
        responses=(
            Response(
                "R1",
                ("F1",),
                measures=(
                    Measure(
                        "M1", "①", "调查学生和家长的需要，增开书法、棋类、球类等八门课程，并邀请校外专业人员参与授课。"
                    ),
                    Measure("M2", "②", "每学期评价一次课程质量，不合格的课程停开。"),
                ),
                lead_leaders=("甄某某",),
                responsible_leaders=("贝某",),
                responsible_departments=("教导处",),
                cooperating_departments=("德育处", "总务处"),
                time_limit=TimeLimit(
                    "2031年9月底前，长期坚持", (kinds.By(dt.date(2031, 9, 30), "month"), kinds.Ongoing())
                ),
                progress=(Progress("一是", "需求问卷已回收612份。"), Progress("二是", "六门课程已经开课。")),
                status="ongoing",
                status_text="正在推进",
                labels={"牵头领导": "甄某某", "配合部门": "德育处、总务处", "整改类型": "限期整改"},
            ),
            Response(
                "R2",
                ("F2", "F3"),
                measures=(Measure("M3", None, "收费项目和标准每学期在校门口公示栏和学校网站公示，设立监督电话。"),),
                responsible_departments=("总务处",),
                time_limit=TimeLimit("立行立改", (kinds.AtOnce(),)),
                status="completed",
            ),
            Response(
                "R3",
                ("F4",),
                measures=(
                    Measure("M4", "①", "平整场地。", time_limit=TimeLimit("2031年5月底前")),
                    Measure("M5", "②", "编写课程表。", time_limit=TimeLimit("2031年8月底前")),
                ),
                status="not_done",
            ),
            Response("R4", ("F5",), measures=(Measure("M6", None, "补开活动并做好记录。"),), status="basically_done"),
        ),
        doubts=(Doubt("totals.areas", "文中说有3个方面，读出2个。", (Span(1, 0, 4),)),),
        unassigned=(Span(2, 3, 9),),
    )


def tangled() -> Plan:
    """Responses across each other, findings without any, and a response without a finding."""
    return Plan(
        source=SOURCE,
        kind="other",
        title=None,
        issuer=None,
        document_number=None,
        feedback_date=None,
        plan_date=None,
        announced=Announced(),
        areas=(),
        items=(Item("I1", None, "1", "第一条"), Item("I2", None, "2", "第二条")),
        findings=(
            Finding("F1", None, "I1", None, "甲问题"),
            Finding("F2", None, "I1", None, "乙问题"),
            Finding("F3", None, "I2", None, "丙问题"),
            Finding("F4", None, None, None, "丁问题"),
        ),
        responses=(
            Response("R1", ("F1", "F3"), measures=(Measure("M1", None, "甲丙共用的措施"),)),
            Response("R2", ("F3",), measures=(Measure("M2", "①", "丙的措施"), Measure("M3", "②", "丙的又一项措施"))),
            Response("R3", (), measures=(Measure("M4", None, "没有主的措施"),)),
        ),
    )
