"""What a signature must come with: a verification, a meeting, a document number, a reason, a rebound; each checked by name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from zhenggai.text import day_words
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.models import Rebound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.profile import ClosingCustom
    from zhenggai.web.ledger.closing.verifiers import Verifier
    from zhenggai.web.ledger.models import Closure

LONGEST = 2000
LONGEST_NAME = 50
MOST_EXPERTS = 10
LATEST_RESUBMISSION = 180
"""Days: a later new date is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What a person hands in with a signature; which of it counts, the transition's demands say.

    `methods` are codes of the profile, `verifiers` people of the supervision group who verified beside the signer, `experts` names of
    others who helped, `meeting` is (name, number, day), `document` the number of the paper that says it.
    """

    note: str = ""
    methods: tuple[str, ...] = ()
    verifiers: tuple[int, ...] = ()
    experts: tuple[str, ...] = ()
    verified_on: dt.date | None = None
    findings: str = ""
    meeting: str = ""
    meeting_number: str = ""
    met_on: dt.date | None = None
    document: str = ""
    reason: str = ""
    missing: str = ""
    resubmit_by: dt.date | None = None
    trigger: str = ""
    due_on: dt.date | None = None


def checker_of(
    closure: Closure, custom: ClosingCustom, *, today: dt.date, signer: str, verifiers: tuple[Verifier, ...]
) -> Checker:
    """Return the checker for the next step with `closure`: it knows when it was applied for, changed and verified."""
    came = closure.lapsed_at or closure.applied_at
    verified = [step.details["verification"]["on"] for step in closure.steps.all() if "verification" in step.details]
    return Checker(
        custom,
        today,
        signer,
        verifiers,
        verify_from=timezone.localdate(came) if came else None,
        meet_from=dt.date.fromisoformat(max(verified)) if any(verified) else None,
    )


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks what was handed in on `today`, for somebody called `signer`; `verifiers` are who may verify beside the signer, or may not.

    Nothing is verified before `verify_from`, and no meeting decides before `meet_from`.
    """

    custom: ClosingCustom
    today: dt.date
    signer: str
    verifiers: tuple[Verifier, ...] = ()
    verify_from: dt.date | None = None
    meet_from: dt.date | None = None

    def details(self, demands: tuple[str, ...], handed: Handed) -> dict[str, Any]:
        """Return what the step keeps of `handed`.

        Raises:
            Invalid: fields named as those of `Handed`.
        """
        faults: dict[str, str] = {}
        details: dict[str, Any] = {}
        for demand in demands:
            if demand in _CHECKS:
                faults |= dict(_CHECKS[demand](self, handed, details))
        for name, (words, longest) in _WORDS.items():
            length = len(getattr(handed, name).strip())
            if length > longest:
                faults[name] = f"{words}过长，请控制在{longest}字以内（现为{length}字）。"
        if faults:
            raise Invalid(faults)
        return details

    def verification(self, handed: Handed, details: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """核查: by what means, by whom, when, what was found."""
        methods = [code for code in self.custom.methods if code in handed.methods]
        chosen = [one for one in self.verifiers if one.id in handed.verifiers]
        experts = list(dict.fromkeys(filter(None, (name.strip() for name in handed.experts))))
        if not methods:
            yield "methods", "请至少选择一种核查方式。"
        if fault := self._verifiers_fault(handed, chosen):
            yield "verifiers", fault
        if any(len(name) > LONGEST_NAME for name in experts) or len(experts) > MOST_EXPERTS:
            yield "experts", f"外请专家请填写姓名，用“、”分开，每个不超过{LONGEST_NAME}字，最多{MOST_EXPERTS}人。"
        if handed.verified_on is None:
            yield "verified_on", "请填写核查日期。"
        elif handed.verified_on > self.today:
            yield "verified_on", "核查日期不能晚于今天。"
        elif self.verify_from and handed.verified_on < self.verify_from:
            yield "verified_on", f"核查日期早于{day_words(self.verify_from)}（申请或改动之日），请核对。"
        if not handed.findings.strip():
            yield "findings", "请填写核查情况：看了什么、问了谁、结果如何。"
        details["verification"] = {
            "methods": methods,
            "people": [self.signer, *(one.name for one in chosen)],
            "verifiers": [one.id for one in chosen],
            "experts": experts,
            "on": handed.verified_on.isoformat() if handed.verified_on else "",
            "findings": handed.findings.strip(),
        }

    def _verifiers_fault(self, handed: Handed, chosen: list[Verifier]) -> str:
        against = next((one for one in chosen if one.objection), None)
        if against:
            return f"{against.name}{against.objection}，不能参加核查，请选择督查组其他成员。"
        if len(chosen) != len(set(handed.verifiers)):
            return "核查人员请从本单位督查组成员中选择。"
        if len(chosen) + 1 < self.custom.verifiers:
            return f"核查人员不得少于{self.custom.verifiers}人（含本人），请从督查组成员中选择其他核查人员。"
        return ""

    def meeting(self, handed: Handed, details: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """审定: at which meeting."""
        if not handed.meeting.strip():
            yield "meeting", "请填写审定会议的名称。"
        if handed.met_on is None:
            yield "met_on", "请填写会议日期。"
        elif handed.met_on > self.today:
            yield "met_on", "会议日期不能晚于今天。"
        elif self.meet_from and handed.met_on < self.meet_from:
            yield "met_on", f"会议日期早于核查日期{day_words(self.meet_from)}，没有核查的问题不能审定，请核对。"
        details["meeting"] = {
            "name": handed.meeting.strip(),
            "number": handed.meeting_number.strip(),
            "on": handed.met_on.isoformat() if handed.met_on else "",
        }

    def document(self, handed: Handed, details: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """认定: by which paper."""
        if not handed.document.strip():
            yield "document", "请填写认定文件的文号。"
        details["document"] = handed.document.strip()

    def reason(self, handed: Handed, details: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """退回: why, what is missing, and until when to apply again."""
        if handed.reason not in self.custom.reasons:
            yield "reason", "请选择退回原因。"
        if not handed.missing.strip():
            yield "missing", "请写明需要补充或整改的内容。"
        until = handed.resubmit_by or self.today + dt.timedelta(days=self.custom.resubmit_days)
        if until <= self.today:
            yield "resubmit_by", "重新申请期限应晚于今天。"
        elif (until - self.today).days > LATEST_RESUBMISSION:
            yield "resubmit_by", f"重新申请期限不能超过{LATEST_RESUBMISSION}天。"
        details["return"] = {"missing": handed.missing.strip(), "resubmit_by": until.isoformat()}

    def note(self, handed: Handed, _details: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """A reason in words."""
        if not handed.note.strip():
            yield "note", "请说明理由。"

    def rebound(self, handed: Handed, details: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """反弹: what showed it, what happened, and the new time limit."""
        if handed.trigger not in Rebound.Trigger:
            yield "trigger", "请选择触发情形。"
        if not handed.note.strip():
            yield "note", "请写明反弹的具体情况。"
        if handed.due_on is None:
            yield "due_on", "请填写新的整改时限。"
        elif handed.due_on <= self.today:
            yield "due_on", "新的整改时限应晚于今天。"
        details["rebound"] = {"trigger": handed.trigger, "due_on": handed.due_on.isoformat() if handed.due_on else ""}


_WORDS = {
    "note": ("意见", LONGEST),
    "findings": ("核查情况", LONGEST),
    "missing": ("需补充或整改的内容", LONGEST),
    "meeting": ("会议名称", 100),
    "meeting_number": ("会议编号", 50),
    "document": ("文号", 50),
}
"""The texts of `Handed`: what they are called, and how many characters they may have."""
_CHECKS = {
    "verification": Checker.verification,
    "meeting": Checker.meeting,
    "document": Checker.document,
    "reason": Checker.reason,
    "note": Checker.note,
    "rebound": Checker.rebound,
}
