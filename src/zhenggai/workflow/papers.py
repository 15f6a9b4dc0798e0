"""督办文书: which step may follow which, by whom and under what conditions. One line a transition, as in `closures`.

Who is called to account neither signs the paper nor judges the answer; who signs is of the roles that the profile names for the level.
What the system does by itself (a draft that lapses, a paper that the next one takes the place of) is no act of a person and stands
here all the same, without an act.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.workflow.acts import ACTS, Reach
from zhenggai.workflow.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable

PAPER_STATES = {
    "draft": "待签发",
    "signed": "待送达",
    "served": "已送达",
    "received": "已签收",
    "answered": "已答复",
    "accepted": "答复已认可",
    "rejected": "答复未认可",
    "closed": "已办结",
    "withdrawn": "已撤回",
    "lapsed": "已失效",
}
UNSERVED = ("draft", "signed", "lapsed")
"""States in which nobody but those who make it has seen the paper."""
OPEN_STATES = ("draft", "signed", "served", "received", "answered", "accepted", "rejected")
"""States in which somebody still has something to do."""


@dataclass(frozen=True, slots=True)
class PaperCase:
    """How one person stands to one paper, in one role of theirs. Every field is a plain fact."""

    state: str
    reach: Reach
    recipient: bool = False
    """The paper is addressed to the person, or to somebody the person stands in for."""
    received: bool = False
    """That part of the receipt has been signed."""
    answerable: bool = False
    """The person heads the department that acts on the matter, or leads it, or is the head of the unit and addressed."""
    signs: bool = False
    """The role is one of those that the profile lets sign this level."""
    answered: bool = False
    """The person, or somebody the person stands in for, has given the answer."""
    asks: bool = True
    """The paper asks for an answer."""
    busy: bool = False
    """Another paper on the same matter waits for its answer."""


@dataclass(frozen=True, slots=True)
class PaperGuard:
    """A condition; `refusal` says why the step cannot be taken and who can."""

    code: str
    refusal: str
    holds: Callable[[PaperCase], bool]


_GUARDS = (
    PaperGuard("signer", "按本台账的规则配置，这一级的文书不由您的角色签发。", lambda case: case.signs),
    PaperGuard("not_addressee", "您是这份文书的发送对象，不能由本人签发，请由其他有权限的人员签发。", lambda case: not case.recipient),
    PaperGuard("free", "同一事项已有文书在办，请待其办结或撤回后再签发。", lambda case: not case.busy),
    PaperGuard("recipient", "签收由文书的发送对象办理。", lambda case: case.recipient),
    PaperGuard("not_received", "您已签收这份文书，不需要重复签收。", lambda case: not case.received),
    PaperGuard("answerable", "答复由责任部门负责人或者这一事项的领导办理。", lambda case: case.answerable),
    PaperGuard("asks", "这份文书不要求答复，签收后由整改办或督查组办结即可。", lambda case: case.asks),
    PaperGuard("asks_not", "这份文书要求答复，应当在答复认可后办结。", lambda case: not case.asks),
    PaperGuard(
        "withdrawer",
        "已经签发的文书由这一级的签发人撤回（见规则配置），请联系签发人。",
        lambda case: case.state == "draft" or case.signs,
    ),
    PaperGuard(
        "outside",
        "审定答复的人员不能是答复人，也不能是文书的发送对象或责任部门负责人，请由其他人员审定。",
        lambda case: not (case.answered or case.answerable or case.recipient),
    ),
)  # fmt: skip
PAPER_GUARDS: dict[str, PaperGuard] = {guard.code: guard for guard in _GUARDS}


@dataclass(frozen=True, slots=True)
class PaperStep:
    """One step. `act` says who may take it at all, "" for what follows by itself; `demands` what must be handed in with it.

    `demands`: `body` (the paper filled in), `skip` (why levels were left out), `answer` (text), `note` (why the answer is not accepted),
    `reason` (why it is withdrawn), `closing` (the closing words).
    """

    code: str
    label: str
    act: str
    froms: tuple[str, ...]
    to: str
    guards: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()

    @property
    def event(self) -> str:
        """The name of the event that the step leaves."""
        return f"paper.{self.code}"

    def obstacle(self, case: PaperCase) -> str:
        """Return what stands in the way: "role", "state" or the code of a guard; "" when nothing does. Roles come first."""
        if not self.act or case.reach is Reach.NONE:
            return "role"
        if case.state not in self.froms:
            return "state"
        return next((code for code in self.guards if not PAPER_GUARDS[code].holds(case)), "")

    def refusal(self, case: PaperCase) -> str:
        """Return why the step cannot be taken and who can, in Chinese; "" when it can."""
        obstacle = self.obstacle(case)
        if obstacle == "role":
            act = ACTS[self.act]
            return f"您没有“{act.name}”的权限，可由{'、'.join(ROLES[role].name for role in act.reach)}办理。"
        if obstacle == "state":
            states = "、".join(f"“{PAPER_STATES[state]}”" for state in self.froms)
            return f"这份文书{PAPER_STATES[case.state]}，只有{states}时才能{self.label}。"
        return PAPER_GUARDS[obstacle].refusal if obstacle else ""


_ALL = (
    PaperStep("edited", "修改", "paper.draft", ("draft",), "draft", (), ("body",)),
    PaperStep("signed", "签发", "paper.sign", ("draft",), "signed", ("signer", "not_addressee", "free"), ("body", "skip")),
    PaperStep("served", "送达", "paper.serve", ("signed",), "served"),
    PaperStep("received", "签收", "paper.receive", ("served", "received"), "received", ("recipient", "not_received")),
    PaperStep("answered", "答复", "paper.answer", ("served", "received"), "answered", ("asks", "answerable"), ("answer",)),
    PaperStep("accepted", "认可", "paper.judge", ("answered",), "accepted", ("outside",)),
    PaperStep("rejected", "不予认可", "paper.judge", ("answered",), "rejected", ("outside",), ("note",)),
    PaperStep("closed", "办结", "paper.judge", ("accepted",), "closed", (), ("closing",)),
    PaperStep("noted", "办结（不要求答复）", "paper.judge", ("served", "received"), "closed", ("asks_not",)),
    PaperStep("withdrawn", "撤回", "paper.withdraw", ("draft", "signed", "served", "received"), "withdrawn", ("withdrawer",), ("reason",)),
    PaperStep("followed", "由下一份文书接续", "", ("served", "received", "rejected"), "closed"),
    PaperStep("lapsed", "失效", "", ("draft",), "lapsed", (), ("reason",)),
)  # fmt: skip

PAPER_STEPS: dict[str, PaperStep] = {step.code: step for step in _ALL}
