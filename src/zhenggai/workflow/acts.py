"""Which role may do what, and to how much of the ledger: one line an act.

Pages, API routes, buttons and the permission test are read off this table; nothing else decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from zhenggai.workflow.roles import ROLES


class Reach(IntEnum):
    """How far a role's act goes. A person with several roles has the farthest reach of them."""

    NONE = 0
    OWN = 1
    """What is assigned to the person or to a department of the person."""
    FILED = 2
    """Whole units below the grant's organisation, but only what has been filed."""
    UNIT = 3
    """Everything of the units that the grant is over."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person does; `reach` gives each role that may, and how far."""

    code: str
    name: str
    reach: dict[str, Reach]

    def of(self, role: str) -> Reach:
        """Return how far the act goes for `role`."""
        return self.reach.get(role, Reach.NONE)


def _act(code: str, name: str, *, unit: str = "", own: str = "", filed: str = "") -> Act:
    reach = dict.fromkeys(unit.split(), Reach.UNIT)
    reach |= dict.fromkeys(own.split(), Reach.OWN)
    reach |= dict.fromkeys(filed.split(), Reach.FILED)
    unknown = reach.keys() - ROLES.keys()
    if unknown:
        raise ValueError(f"unknown roles in {code}: {unknown}")
    return Act(code, name, reach)


_ABOVE = " ".join(role.code for role in ROLES.values() if role.above)
_WHOLE = "principal office supervision group discipline"
_OWN = "lead_leader responsible_leader department_head handler"

_ALL = (
    _act("ledger.read", "查看台账", unit=_WHOLE + " archivist", own=_OWN, filed=_ABOVE),
    _act("ledger.export", "导出台账", unit=_WHOLE + " archivist", own=_OWN, filed=_ABOVE),
    _act("ledger.edit", "修改台账", unit="office"),
    _act("import.read", "查看导入稿", unit="office"),
    _act("import.upload", "上传文件", unit="office"),
    _act("import.edit", "核对导入稿", unit="office"),
    _act("plan.confirm", "确认方案", unit="office"),
    _act("progress.report", "填报进展", own="department_head handler"),
    _act("reporting.read", "查看填报情况", unit=_WHOLE),
    _act("reporting.manage", "管理填报周期", unit="office"),
    _act("reporting.collect", "收发离线填报表", unit="office", own="department_head handler"),
    _act("plan.file", "报送备案", unit="office"),
    _act("evidence.read", "查看佐证材料", unit=_WHOLE + " archivist", own=_OWN, filed=_ABOVE),
    _act("evidence.add", "上传佐证材料", own="department_head handler"),
    _act("evidence.edit", "更换佐证材料", own="department_head handler"),
    _act("closure.prepare", "填写销号申请", own="department_head handler"),
    _act("closure.apply", "申请销号", own="department_head"),
    _act("closure.review", "审核销号申请", own="responsible_leader lead_leader"),
    _act("closure.endorse", "审核重点问题", own="lead_leader"),
    _act("closure.verify", "核查整改", unit="supervision"),
    _act("closure.approve", "审定销号", unit="group principal"),
    _act("closure.confirm", "认定销号", filed="inspection_office audit_office"),
    _act("closure.reopen", "认定反弹", unit="supervision", filed="inspection_office audit_office"),
    _act("occurrence.report", "填报周期任务", unit="office", own="department_head handler"),
    _act("occurrence.move", "调整周期任务", unit="office"),
    _act("duty.edit", "设立、取消周期任务", unit="office"),
    _act("extension.ask", "申请延期", own="department_head"),
    _act("extension.decide", "答复延期申请", unit="group principal office", own="lead_leader responsible_leader"),
    _act("meeting.read", "查看会议", unit=_WHOLE + " archivist", own=_OWN),
    _act("meeting.prepare", "组织会议", unit="office"),
    _act("meeting.issue", "印发会议纪要", unit="principal group office"),
    _act("resolution.report", "报告议定事项办理情况", unit="office", own=_OWN),
    _act("resolution.accept", "验收议定事项", unit="office supervision", own=_OWN),
    _act("resolution.withdraw", "撤销议定事项", unit="office"),
    _act("paper.read", "查看督办文书", unit=_WHOLE + " archivist", own=_OWN),
    _act("paper.draft", "起草督办文书", unit="office supervision"),
    _act("paper.sign", "签发督办文书", unit="office supervision group principal"),
    _act("paper.serve", "送达督办文书", unit="office supervision"),
    _act("paper.receive", "签收督办文书", unit="principal", own=_OWN),
    _act("paper.answer", "答复督办文书", unit="principal", own="lead_leader responsible_leader department_head"),
    _act("paper.judge", "审定督办答复", unit="office supervision"),
    _act("paper.withdraw", "撤回督办文书", unit="office supervision group principal"),
    _act("transfer.read", "查看移送数量", unit="principal discipline"),
    _act("transfer.count", "登记移送数量", unit="discipline"),
    _act("profile.read", "查看规则配置", unit=_WHOLE),
    _act("profile.edit", "修改规则配置", unit="office"),
    _act("handover.make", "办理交接", unit="office"),
    _act("bell.edit", "设置提醒", unit="office system_administrator"),
    _act("organization.read", "查看机构人员", unit="office principal system_administrator security_administrator"),
    _act("organization.edit", "管理机构人员", unit="office system_administrator"),
    _act("person.unlock", "解锁账号、重置密码", unit="system_administrator"),
    _act("grant.edit", "授予和收回角色", unit="security_administrator"),
    _act("restricted.grant", "授予限知权限", unit="security_administrator"),
    _act(
        "deputy.appoint",
        "指定代办人",
        unit="office",
        own="principal lead_leader responsible_leader department_head handler",
    ),
    _act("event.read", "查看操作记录", unit="audit_administrator discipline"),
    _act("proof.export", "导出存证", unit="audit_administrator discipline archivist"),
    _act("store.verify", "核验数据", unit="audit_administrator"),
    _act("job.read", "查看后台任务", unit="system_administrator office"),
    _act("job.retry", "重新办理后台任务", unit="system_administrator office"),
    _act("token.issue", "发放接口令牌", unit="security_administrator"),
)

ACTS: dict[str, Act] = {act.code: act for act in _ALL}
