"""延期: may it be asked for, and with what dates. Plain facts in, Chinese sentences out.

Asked before the time limit ends, with a reason, what has been done and an exact new date; one at a time; counted. The first
date stays what it was.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — the dataclass carries dates at run time
from dataclasses import dataclass

from zhenggai.text import day_words


@dataclass(frozen=True, slots=True)
class ExtensionCase:
    """What is known of a measure on the day of asking. `granted` counts the extensions that it has had."""

    today: dt.date
    due_on: dt.date | None
    granted: int
    most: int
    open: bool = False
    done: bool = False
    in_closing: bool = False
    withdrawn: bool = False


def refusal_to_ask(case: ExtensionCase) -> str:
    """Return why nothing can be asked for now, or ""."""
    rules = (
        (case.withdrawn, "这项措施已在后续方案中撤销，不需要延期。"),
        (case.done, "这项措施已完成，不需要延期。"),
        (case.in_closing, "这个问题已经申请销号，办结前不能延期；确需延期的，请先撤回销号申请。"),
        (case.due_on is None, "这项措施没有确定的到期日，不能申请延期；请先由整改办补充完成时限。"),
        (
            case.due_on is not None and case.due_on < case.today,
            f"延期应当在到期前申请，这项措施已于{day_words(case.due_on)}到期。请尽快完成，并在进展中说明逾期原因。",
        ),
        (case.open, "已有一份延期申请正在等待答复，不能重复申请。"),
        (
            case.granted >= case.most,
            f"这项措施已延期{case.granted}次，按规定最多延期{case.most}次，不能再申请。"
            if case.granted
            else "按本台账的规则配置，不办理延期。",
        ),
    )
    return next((why for holds, why in rules if holds), "")


def faults_of_asking(case: ExtensionCase, *, until: dt.date | None, reason: str, progress: str) -> dict[str, str]:
    """Return what is wrong with an application, by field."""
    faults = _texts({"reason": (reason, "延期原因", 1000), "progress": (progress, "目前进展", 1000)})
    if fault := fault_of_date(case, until):
        faults["until"] = fault
    return faults


def fault_of_date(case: ExtensionCase, until: dt.date | None) -> str:
    """Return what is wrong with a new date, or ""."""
    if until is None:
        return "请填写延期到哪一天。"
    if case.due_on and until <= case.due_on:
        return f"延期后的日期应当晚于现在的到期日{day_words(case.due_on)}。"
    if until <= case.today:
        return "延期后的日期应当晚于今天。"
    return ""


def faults_of_deciding(
    case: ExtensionCase, *, granted: bool | None, until: dt.date | None, note: str
) -> dict[str, str]:
    """Return what is wrong with a decision, by field; `granted` is None where none was chosen."""
    faults = {}
    if granted is None:
        faults["decision"] = "请选择同意延期或者不同意延期。"
    if granted and (fault := fault_of_date(case, until)):
        faults["until"] = fault
    if granted is False and not note.strip():
        faults["note"] = "不同意延期的，请写明理由。"
    if len(note) > 1000:
        faults["note"] = f"内容过长，请控制在1000字以内（现为{len(note)}字）。"
    return faults


def _texts(texts: dict[str, tuple[str, str, int]]) -> dict[str, str]:
    faults = {}
    for name, (words, label, longest) in texts.items():
        if not words.strip():
            faults[name] = f"请填写{label}。"
        elif len(words) > longest:
            faults[name] = f"内容过长，请控制在{longest}字以内（现为{len(words)}字）。"
    return faults
