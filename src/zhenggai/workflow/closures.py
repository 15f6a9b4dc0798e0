"""对账销号: which step may follow which, by whom and under what conditions. One line a transition.

Buttons, queues, API routes, events, the diagram and the permission test are read off this table. Conditions are asked in the order
in which they stand, on a `Case` that says how one person stands to one application; no database is needed.
The chain and its forms are those of the office's own procedure: application by the lead department, review by the responsible
leader, verification by the supervision group, approval by the leading group, confirmation by the office above.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.workflow.acts import ACTS, Act, Reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

STAGES = {
    "none": "未申请",
    "prepared": "拟申请",
    "applied": "已申请",
    "reviewed": "已审核",
    "endorsed": "牵头领导已审核",
    "verified": "已核查",
    "approved": "已销号",
    "confirmed": "已认定",
    "returned": "已退回",
}
"""销号状态 of a finding, in the order of the chain. `none` and `returned` wait for an application."""
IN_HAND = ("applied", "reviewed", "endorsed", "verified")
"""Stages in which an application waits for somebody's signature."""
CLOSED = ("approved", "confirmed")


@dataclass(frozen=True, slots=True)
class Case:
    """How one person stands to one finding and its application, in one role of theirs. Every field is a plain fact.

    `reach` is how far the role lets the act go here; `assigned` are the roles in which the plan names who holds it, or a department
    of theirs, for this finding.
    """

    stage: str
    reach: Reach
    assigned: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    """The parts of this application's form that the person, or somebody the person stands in for, has signed."""
    involved: bool = False
    """The person belongs to a department that is responsible or applies, or is named for the finding as leader or handler."""
    key: bool = False
    """A key finding (重点问题), which the lead leader reviews as well."""
    lapsed: bool = False
    """What was signed is no longer what stands in the ledger (需复核)."""
    leaders: frozenset[str] = frozenset()
    """The leaders' roles that the plan names for this finding at all."""
    role: str = ""
    """In which role of theirs the person comes."""
    source: str = "inspection"
    """Where the finding comes from: inspection, audit, or a check by another name."""
    department_named: bool = False
    """The plan names a responsible department that is known."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition: `holds` says whether it is met, `refusal` why the step cannot be taken and who can."""

    code: str
    refusal: str

    def holds(self, case: Case, part: str) -> bool:
        """Say whether the condition is met for signing `part` of the form."""
        return _CONDITIONS[self.code](case, part)


_OWNERS = frozenset({"responsible_department", "responsible_person", "handler"})


def _named(case: Case, roles: frozenset[str]) -> bool:
    """Say whether the plan names the person in one of `roles`; who may act for the whole unit need not be named."""
    return case.reach is not Reach.OWN or bool(case.assigned & roles)


def _heads(case: Case) -> frozenset[str]:
    """Return who signs an application: the head of a responsible department, or the person whom the plan names instead of one."""
    return frozenset({"responsible_department" if case.department_named else "responsible_person"})


def _reviewers(case: Case) -> frozenset[str]:
    return frozenset({"responsible_leader" if "responsible_leader" in case.leaders else "lead_leader"})


def _bodies_above(case: Case) -> frozenset[str]:
    """Return who above has the last word: what an audit found is the audit office's, everything else the inspecting office's."""
    return frozenset({"audit_office" if case.source == "audit" else "inspection_office"})


def _two_leaders(case: Case) -> bool:
    """Say whether the lead leader reviews as well. Where no responsible leader is named, the first review was the lead leader's."""
    return case.key and "responsible_leader" in case.leaders


_CONDITIONS: dict[str, Callable[[Case, str], bool]] = {
    "owner": lambda case, _part: _named(case, _OWNERS),
    "head": lambda case, _part: _named(case, _heads(case)),
    "reviewer": lambda case, _part: _named(case, _reviewers(case)),
    "lead_leader": lambda case, _part: _named(case, frozenset({"lead_leader"})),
    "key": lambda case, _part: _two_leaders(case),
    "not_key": lambda case, _part: not _two_leaders(case),
    "once": lambda case, part: not case.signed - {part},
    "not_signed": lambda case, _part: not case.signed - {"verification", "recheck"},
    "source": lambda case, _part: case.reach is not Reach.FILED or case.role in _bodies_above(case),
    "outside": lambda case, _part: not case.involved,
    "unchanged": lambda case, _part: not case.lapsed,
    "lapsed": lambda case, _part: case.lapsed,
}
_GUARDS = {
    "owner": "申请销号由责任部门办理，配合部门不能代为申请。",
    "head": "申请销号由责任部门的负责人签字；其他部门的负责人参与办理的，可以填写申请，不能签字提交。",
    "reviewer": "审核由该问题的责任领导办理；方案没有明确责任领导的，由牵头领导办理。",
    "lead_leader": "重点问题由该问题的牵头领导审核。",
    "key": "这个问题不是重点问题，或已由牵头领导审核，不需要再次审核。",
    "not_key": "这个问题是重点问题，须先由牵头领导审核，再由督查组核查。",
    "once": "同一人不能在一次销号中签两个环节，请由其他人员办理。",
    "not_signed": "申请、审核或审定过这次销号的人员不能复核，请由督查组其他成员办理。",
    "source": "审计查出的问题由审计机关认定，巡视巡察等反馈的问题由巡察办认定。",
    "outside": "督查人员属于责任部门，或者是这个问题的责任领导、牵头领导、责任人、经办人，不能核查本部门和本人的整改，请由督查组其他成员办理。",
    "unchanged": "申请后措施或佐证有改动，须复核：还没有销号的，请退回申请部门核对后重新申请；已经销号的，请督查组复核。",
    "lapsed": "签字后没有改动，不需要复核。",
}
GUARDS: dict[str, Guard] = {code: Guard(code, refusal) for code, refusal in _GUARDS.items()}


@dataclass(frozen=True, slots=True)
class Transition:
    """One step of the chain. `act` says who may take it at all; `tells` are the roles that have to act or know next.

    `demands` name what must be handed in with it: `application` (measures with evidence), `verification` (method, people, findings),
    `meeting`, `document` (number), `reason` (reason code, what is missing, new date), `note`, `rebound` (trigger, new time limit).
    """

    code: str
    label: str
    stage: str
    """The part of the form that the step fills."""
    act: str
    froms: tuple[str, ...]
    to: str
    guards: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()

    @property
    def event(self) -> str:
        """The name of the event that the step leaves."""
        return f"closure.{self.code}"

    def obstacle(self, case: Case) -> str:
        """Return what stands in the way of the step: "role", "stage" or the code of a guard; "" when nothing does.

        Roles come first, so that nobody learns of the state of what is none of theirs.
        """
        if case.reach is Reach.NONE:
            return "role"
        if case.stage not in self.froms:
            return "stage"
        return next((code for code in self.guards if not GUARDS[code].holds(case, self.stage)), "")

    def refusal(self, case: Case) -> str:
        """Return why the step cannot be taken and who can, in Chinese; "" when it can."""
        obstacle = self.obstacle(case)
        if obstacle == "role":
            from zhenggai.workflow.roles import ROLES  # noqa: PLC0415 — only words need it

            act: Act = ACTS[self.act]
            return f"您没有“{act.name}”的权限，可由{'、'.join(ROLES[role].name for role in act.reach)}办理。"
        if obstacle == "stage":
            stages = "、".join(f"“{STAGES[stage]}”" for stage in self.froms)
            return f"当前状态是“{STAGES[case.stage]}”，只有{stages}时才能{self.label}。"
        return GUARDS[obstacle].refusal if obstacle else ""


_ALL = (
    Transition(
        "prepared", "填写申请", "application", "closure.prepare", ("none", "returned", "prepared"), "prepared",
        ("owner",), tells=("department_head",),
    ),
    Transition(
        "applied", "申请销号", "application", "closure.apply", ("prepared",), "applied",
        ("head",), ("application",), ("responsible_leader", "lead_leader"),
    ),
    Transition(
        "withdrawn", "撤回申请", "application", "closure.apply", ("prepared", "applied"), "none", ("head",), ("note",),
    ),
    Transition(
        "reviewed", "审核同意", "review", "closure.review", ("applied",), "reviewed",
        ("reviewer", "once", "unchanged"), tells=("supervision", "lead_leader"),
    ),
    Transition(
        "review_returned", "审核退回", "review", "closure.review", ("applied",), "returned",
        ("reviewer", "once"), ("reason",), ("department_head", "handler"),
    ),
    Transition(
        "endorsed", "牵头领导同意", "endorsement", "closure.endorse", ("reviewed",), "endorsed",
        ("lead_leader", "key", "once", "unchanged"), tells=("supervision",),
    ),
    Transition(
        "endorsement_returned", "牵头领导退回", "endorsement", "closure.endorse", ("reviewed",), "returned",
        ("lead_leader", "key", "once"), ("reason",), ("department_head", "handler"),
    ),
    Transition(
        "verified", "核查通过", "verification", "closure.verify", ("reviewed",), "verified",
        ("not_key", "once", "outside", "unchanged"), ("verification",), ("group", "principal"),
    ),
    Transition(
        "key_verified", "重点问题核查通过", "verification", "closure.verify", ("endorsed",), "verified",
        ("key", "once", "outside", "unchanged"), ("verification",), ("group", "principal"),
    ),
    Transition(
        "supplement_asked", "要求补充材料", "verification", "closure.verify", ("reviewed", "endorsed"), "returned",
        ("once", "outside"), ("reason",), ("department_head", "handler"),
    ),
    Transition(
        "verification_returned", "核查退回", "verification", "closure.verify", ("reviewed", "endorsed"), "returned",
        ("once", "outside"), ("verification", "reason"), ("department_head", "handler"),
    ),
    Transition(
        "approved", "同意销号", "approval", "closure.approve", ("verified",), "approved",
        ("once", "unchanged"), ("meeting",),
        ("inspection_office", "audit_office", "office", "department_head", "handler"),
    ),
    Transition(
        "continued", "继续整改", "approval", "closure.approve", ("verified",), "returned",
        ("once",), ("meeting", "reason"), ("department_head", "handler"),
    ),
    Transition(
        "confirmed", "认定", "confirmation", "closure.confirm", ("approved",), "confirmed",
        ("source", "once", "unchanged"), ("document",), ("office", "department_head", "handler"),
    ),
    Transition(
        "not_confirmed", "不予认定", "confirmation", "closure.confirm", ("approved",), "returned",
        ("source", "once"), ("document", "reason"), ("office", "department_head", "handler"),
    ),
    Transition(
        "rechecked", "复核通过", "recheck", "closure.verify", CLOSED, "",
        ("lapsed", "not_signed", "outside"), ("verification",), ("office",),
    ),
    Transition(
        "reopened", "反弹，重新整改", "recheck", "closure.reopen", CLOSED, "none",
        ("source",), ("rebound",), ("office", "department_head", "handler"),
    ),
)  # fmt: skip

TRANSITIONS: dict[str, Transition] = {transition.code: transition for transition in _ALL}


def acts_of(transitions: Iterable[Transition] = _ALL) -> tuple[str, ...]:
    """Return the acts that the chain knows, each once."""
    return tuple(dict.fromkeys(transition.act for transition in transitions))


def waiting_for(act: str) -> tuple[str, ...]:
    """Return the stages in which an application waits for `act`: what the queue of those who may do it shows."""
    return tuple(
        dict.fromkeys(
            stage for t in _ALL if t.act == act and t.stage != "recheck" for stage in t.froms if stage != "none"
        )
    )
