"""消息: the kinds of what people are told, by code, in the words of the inbox. The inbox, the bells and the handbook read this table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zhenggai.workflow.acts import ACTS
from zhenggai.workflow.closures import CLOSED, STAGES, TRANSITIONS

if TYPE_CHECKING:
    from zhenggai.workflow.closures import Case, Transition

KINDS: dict[str, str] = {
    "closure_waiting": "销号待办",
    "closure_returned": "销号退回",
    "closure_done": "销号办结",
    "closure_news": "销号进展",
    "extension_asked": "延期待答复",
    "extension_answered": "延期答复",
    "due": "到期提醒",
    "occurrence_missed": "周期任务缺次",
    "occurrence_moved": "周期任务调整",
    "assigned": "任务交接",
    "paper": "督办",
    "meeting": "碰头会",
    "resolution": "议定事项",
    "report": "进展填报",
    "job": "后台任务",
}

UNSAID = "限知事项，打开后可以查看。"
"""What a notice says of a restricted finding beside its number: who opens it leaves an event, who passes by does not."""

_THEIRS = ("once", "outside", "not_signed", "source")
"""Conditions that say of a person, and not of the finding, that the next step is none of theirs."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """Under which kind somebody hears of a step of a close-out, and the act that waits for them, if one does."""

    kind: str
    act: str = ""


def hearing_of(step: Transition, case: Case) -> Hearing | None:
    """Return how somebody hears of `step` who stands to the application after it as `case` says, in a role that the table tells.

    None for those who cannot take the next step, though their role does: they have signed before, or answer for the finding.
    """
    if step.to == "returned" or step.code == "reopened":
        return Hearing("closure_returned")
    theirs = False
    for following in TRANSITIONS.values():
        if case.stage not in following.froms or following.to in ("", "none", "returned", case.stage):
            continue
        asked = replace(case, reach=ACTS[following.act].of(case.role))
        obstacle = following.obstacle(asked)
        if not obstacle:
            return Hearing("closure_waiting", following.act)
        theirs = theirs or obstacle in _THEIRS
    if theirs:
        return None
    return Hearing("closure_done" if step.to in CLOSED or not step.to else "closure_news")


def words_of_step(step: Transition, hearing: Hearing, *, by: str, missing: str = "", until: str = "") -> str:
    """Return what somebody is told of a step: who took it, what is missing and by when, or what waits for them."""
    told = f"{by}：{step.label}"
    if missing:
        told += f"，{missing.rstrip('。；，')}"
    if until:
        told += f"，请在{until}前重新申请"
    if hearing.act:
        told += f"，请您{ACTS[hearing.act].name}"
    elif step.to and step.to != "returned":
        told += f"，现在是“{STAGES[step.to]}”"
    return f"{told}。"
