"""The roles of a rectification, inside the unit and above it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """A role that a grant gives to a person over an organisation; `duty` says in Chinese what it is there for."""

    code: str
    name: str
    duty: str
    administrator: bool = False
    above: bool = False
    """Whether the role belongs to the inspecting side and looks at units below it."""


_ALL = (
    Role("principal", "主要负责人", "第一责任人，审定方案，签发报告"),
    Role("lead_leader", "牵头领导", "牵头负责所分管的问题"),
    Role("responsible_leader", "责任领导", "审核所负责问题的整改"),
    Role("department_head", "部门负责人", "负责本部门承担的整改措施"),
    Role("handler", "经办人", "填报本部门措施的进展"),
    Role("office", "整改办", "管理全单位台账"),
    Role("supervision", "督查组", "核查整改落实情况"),
    Role("group", "领导小组", "审定销号和重要事项"),
    Role("discipline", "纪检组（纪委）", "监督整改，掌握限知内容"),
    Role("archivist", "档案员", "整理归档"),
    Role("inspection_office", "巡察办", "审核所辖单位的整改", above=True),
    Role("inspection_group", "巡察组", "对所巡察单位的整改提出意见", above=True),
    Role("organization_department", "组织部门", "会审选人用人方面的整改", above=True),
    Role("publicity_department", "宣传部门", "会审意识形态方面的整改", above=True),
    Role("audit_office", "审计机关", "会审审计方面的整改", above=True),
    Role("finance_office", "财政部门", "会审财务方面的整改", above=True),
    Role("system_administrator", "系统管理员", "管理机构、人员和系统运行", administrator=True),
    Role("security_administrator", "安全管理员", "管理授权和安全策略", administrator=True),
    Role("audit_administrator", "审计管理员", "查看操作记录", administrator=True),
)

ROLES: dict[str, Role] = {role.code: role for role in _ALL}
