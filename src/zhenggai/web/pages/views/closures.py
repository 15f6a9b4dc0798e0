"""销号: the queue of each person, the application form, one close-out with its signatures, the decision of a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.faults import Invalid, LedgerFault, Refused, Stale
from zhenggai.web.ledger.actions import closures as actions
from zhenggai.web.ledger.actions.closures import Choice
from zhenggai.web.ledger.actions.filing import file_plan, set_key
from zhenggai.web.ledger.actions.layers import record_restricted_evidence_reads, record_restricted_reads
from zhenggai.web.ledger.closing.demands import Handed
from zhenggai.web.ledger.queries.closure_queues import queues_of, queues_with_gaps
from zhenggai.web.ledger.queries.closures import ClosureStory, closure_story
from zhenggai.web.ledger.wording import APPLICATION_TEXTS, CRITERION_ANSWERS, REBOUND_TRIGGERS
from zhenggai.web.pages.amounts import amount_in, amount_out
from zhenggai.web.pages.forms import NO_DATE, date_in, number_in, number_of, text_of
from zhenggai.web.pages.screen import Menu, Screen
from zhenggai.workflow import TRANSITIONS

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest
    from zhenggai.workflow import Transition

_TEXTS = ("institutions", "money_note", "other", "long_term", "lateral")
_DATES = {"verified_on": "核查日期", "met_on": "会议日期", "resubmit_by": "重新申请期限", "due_on": "新的整改时限"}


def closures(request: PersonRequest) -> HttpResponse:
    """Show what waits for the person, one table a step."""
    queues = queues_with_gaps(request.rights)
    values = {"queues": [queue for queue in queues if queue.rows], "served": queues}
    return render(request, "pages/closures.html", values)


# -- one close-out -----------------------------------------------------------------------------------------------------


def closure(
    request: PersonRequest,
    pk: int,
    faults: dict[str, str] | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the close-out of a finding as its form: claim beside evidence, signatures below, the steps that the person may take."""
    story = _shown(request, pk, "销号页")
    signing = [step for step in story.steps if step.code not in ("prepared", "applied")]
    values = {
        "section": "closures",
        "story": story,
        "finding": story.finding,
        "custom": story.profile.closing,
        "signing": signing,
        "only_rebound": all(step.code == "reopened" for step in signing),
        "chosen": request.POST.get("transition") or (signing[0].code if len(signing) == 1 else ""),
        "demands": {demand for step in signing for demand in step.demands},
        "may_prepare": any(step.code == "prepared" for step in story.steps),
        "triggers": REBOUND_TRIGGERS,
        "amounts": _amounts(story),
        "typed": request.POST,
        "methods": request.POST.getlist("methods"),
        "chosen_verifiers": {number_in(value) for value in request.POST.getlist("verifiers")},
        "faults": faults or {},
        "conflict": conflict,
        "criterion_answers": CRITERION_ANSWERS,
    }
    return render(request, "pages/closure.html", values, status=status)


def closure_sign(request: PersonRequest, pk: int) -> HttpResponse:
    """Take one step with the application of a finding."""
    code = request.POST.get("transition", "")
    step = TRANSITIONS.get(code)
    if step is None:
        return closure(request, pk, {"transition": "请选择办理意见。"}, status=422)
    try:
        handed, seen = _handed(request, step), number_of(request, "seen") or 0
        if step.code == "reopened":
            actions.reopen_finding(actor=request.actor, rights=request.rights, finding_id=pk, seen=seen, handed=handed)
        else:
            shown = text_of(request, "shown")
            choice = Choice(number_of(request, "closure") or 0, seen, code, handed, shown)
            actions.sign(actor=request.actor, rights=request.rights, choice=choice)
    except Invalid as fault:
        return closure(request, pk, fault.fields, status=422)
    except (Stale, Refused) as fault:
        return closure(request, pk, conflict=str(fault), status=fault.status)
    messages.success(request, f"已办理：{step.label.removeprefix('重点问题')}。")
    return HttpResponseRedirect(reverse("closure", args=[pk]))


def _handed(request: PersonRequest, step: Transition) -> Handed:
    """Return what the form hands in for `step`; only what the step demands is read.

    Raises:
        Invalid: a date that cannot be read.
    """
    read = _Dates(request)
    handed = Handed(
        note=text_of(request, "note"),
        methods=tuple(request.POST.getlist("methods")),
        verifiers=tuple(number_in(value) or 0 for value in request.POST.getlist("verifiers")),
        experts=tuple(text_of(request, "experts").replace("，", "、").split("、")),
        verified_on=read("verified_on"),
        findings=text_of(request, "findings"),
        meeting=text_of(request, "meeting"),
        meeting_number=text_of(request, "meeting_number"),
        met_on=read("met_on"),
        document=text_of(request, "document"),
        reason=text_of(request, "reason") if "reason" in step.demands else "",
        missing=text_of(request, "missing"),
        resubmit_by=read("resubmit_by") if "reason" in step.demands else None,
        trigger=text_of(request, "trigger"),
        due_on=read("due_on") if "rebound" in step.demands else None,
    )
    read.refuse_unread()
    return handed


class _Dates:
    """Reads dates of a form and remembers those that are none."""

    def __init__(self, request: PersonRequest) -> None:
        self._request = request
        self._faults: dict[str, str] = {}

    def __call__(self, name: str) -> Any:
        words = text_of(self._request, name)
        date = date_in(words)
        if words and date is None:
            self._faults[name] = f"{_DATES[name.partition(':')[0]]}：{NO_DATE}"
        return date

    def refuse_unread(self) -> None:
        if self._faults:
            raise Invalid(self._faults)


# -- the application ---------------------------------------------------------------------------------------------------


def application(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the application form of a finding, keep it, or sign it."""
    faults: dict[str, str] = {}
    conflict, status = "", 200
    story = _shown(request, pk, "销号申请页")
    if request.method == "POST":
        try:
            return _keep(request, story)
        except Invalid as fault:
            faults, status = fault.fields, 422
        except (Stale, Refused) as fault:
            conflict, status = str(fault), fault.status
            story = closure_story(request.rights, pk)
    preparing = {step.code for step in story.steps} & {"prepared", "applied"}
    if not preparing and request.method == "GET":
        return HttpResponseRedirect(reverse("closure", args=[pk]))
    form: dict[str, Any] = dict(story.application)
    form |= {name: amount_out(form[name]) for name in ("money_found", "money_recovered")}
    entries = {line.reference: (line.done or line.reported, line.completed_on) for line in story.measures}
    typed = dict(request.POST.items()) if request.method == "POST" else _typed(form, entries)
    values = {
        "section": "closures",
        "story": story,
        "finding": story.finding,
        "custom": story.profile.closing,
        "typed": typed,
        "faults": faults,
        "conflict": conflict,
        "may_apply": request.rights.may("closure.apply"),
        "keeping": request.POST.get("what") != "apply",
        "criterion_answers": CRITERION_ANSWERS,
        "seen": story.version if story.begun else "",
        "texts": [(name, words) for name, words in APPLICATION_TEXTS.items() if name != "money_note"],
    }
    return render(request, "pages/application.html", values, status=status)


def _typed(form: dict[str, Any], entries: dict[str, Any]) -> dict[str, str]:
    typed = {
        name: "" if form[name] is None else str(form[name])
        for name in (*_TEXTS, "people", "money_found", "money_recovered")
    }
    for reference, (done, day) in entries.items():
        typed[f"done:{reference}"], typed[f"completed_on:{reference}"] = done, day.isoformat() if day else ""
    return typed | {f"criteria:{code}": answer for code, answer in form["criteria"].items()}


def _keep(request: PersonRequest, story: ClosureStory) -> HttpResponse:
    content = _content(request, story)
    seen = number_in(request.POST.get("seen", "").strip())
    signing = request.POST.get("what") == "apply"
    actor, rights, pk = request.actor, request.rights, story.finding.pk
    if signing:
        shown = text_of(request, "shown")
        actions.apply_for_closure(actor=actor, rights=rights, finding_id=pk, seen=seen, shown=shown, content=content)
        messages.success(request, "已申请销号，等待责任领导审核。")
        return HttpResponseRedirect(reverse("closure", args=[pk]))
    actions.prepare_application(actor=actor, rights=rights, finding_id=pk, seen=seen, content=content)
    messages.success(request, "申请已保存，可以继续填写，由部门负责人签字后提交。")
    return HttpResponseRedirect(reverse("application", args=[pk]))


def _content(request: PersonRequest, story: ClosureStory) -> dict[str, Any]:
    """Return the form as `closing.application` takes it.

    Raises:
        Invalid: a number that cannot be read.
    """
    faults: dict[str, str] = {}
    content: dict[str, Any] = {name: text_of(request, name) for name in _TEXTS}
    for name, words in (("money_found", "涉及金额"), ("money_recovered", "已追缴、退还金额")):
        typed = text_of(request, name)
        content[name] = amount_in(typed)
        if typed and content[name] is None:
            faults[name] = f"{words}请以元为单位填写，最多两位小数，如12300.50。"
    people = text_of(request, "people")
    content["people"] = number_in(people, digits=6)
    if people and content["people"] is None:
        faults["people"] = "处理人数请填写整数。"
    if faults:
        raise Invalid(faults)
    content["measures"] = {
        line.reference: {
            "done": text_of(request, f"done:{line.reference}"),
            "completed_on": text_of(request, f"completed_on:{line.reference}"),
        }
        for line in story.measures
    }
    content["criteria"] = {code: text_of(request, f"criteria:{code}") for code in story.profile.closing.criteria}
    return content


def _amounts(story: ClosureStory) -> dict[str, str]:
    form = story.application
    return {"found": amount_out(form["money_found"]), "recovered": amount_out(form["money_recovered"])}


def _shown(request: PersonRequest, pk: int, where: str) -> ClosureStory:
    story = closure_story(request.rights, pk)
    finding = story.finding
    if finding.layer == "restricted":
        record_restricted_reads(
            actor=request.actor, findings=[(finding.pk, finding.unit_id, finding.reference)], where=where
        )
    record_restricted_evidence_reads(actor=request.actor, pieces=story.restricted_evidence, where=where)
    return story


# -- the meeting -------------------------------------------------------------------------------------------------------


def closure_batch(request: PersonRequest) -> HttpResponse:
    """Show what waits for the leading group and take what one meeting decided."""
    faults: dict[str, str] = {}
    conflict, status = "", 200
    queue = next((queue for queue in queues_of(request.rights) if queue.act == "closure.approve"), None)
    rows = queue.rows if queue else ()
    if request.method == "POST":
        try:
            read = _Dates(request)
            choices = [
                _choice(request, row.closure_id or 0, read)
                for row in rows
                if text_of(request, f"choice:{row.closure_id}")
            ]
            unread = [key for key in request.POST if key.startswith("choice:") and request.POST[key]]
            read.refuse_unread()
            if len(unread) != len(choices):
                raise Stale("名单已有变化，有的问题已由他人办理，请核对后重新提交。您填写的内容已保留。")
            decided = actions.decide_batch(actor=request.actor, rights=request.rights, choices=choices)
        except Invalid as fault:
            faults, status = fault.fields, 422
        except LedgerFault as fault:
            conflict, status = str(fault), fault.status
        else:
            messages.success(request, f"已记录会议审定：{len(decided)}个问题。")
            return HttpResponseRedirect(reverse("closures"))
    values = {
        "section": "closures",
        "rows": rows,
        "more": bool(queue and queue.more),
        "typed": request.POST,
        "faults": faults,
        "conflict": conflict,
        "reasons": _reasons(),
    }
    return render(request, "pages/closure_batch.html", values, status=status)


def _choice(request: PersonRequest, closure_id: int, read: _Dates) -> Choice:
    handed = Handed(
        note=text_of(request, f"note:{closure_id}"),
        meeting=text_of(request, "meeting"),
        meeting_number=text_of(request, "meeting_number"),
        met_on=read("met_on"),
        reason=text_of(request, f"reason:{closure_id}"),
        missing=text_of(request, f"missing:{closure_id}"),
        resubmit_by=read(f"resubmit_by:{closure_id}"),
    )
    return Choice(
        closure_id, number_of(request, f"seen:{closure_id}") or 0, text_of(request, f"choice:{closure_id}"), handed
    )


def _reasons() -> dict[str, str]:
    """Return the reasons of the newest custom: those of an older profile have the same codes."""
    from zhenggai import profile  # noqa: PLC0415 — beside its only use

    return dict(next(iter(profile.shipped().values())).closing.reasons)


# -- filing and key findings -------------------------------------------------------------------------------------------


def plan_file(request: PersonRequest, pk: int) -> HttpResponse:
    """File the plan with the office above."""
    try:
        file_plan(actor=request.actor, rights=request.rights, inspection_id=pk, seen=number_of(request, "seen") or 0)
    except (Refused, Stale) as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, "方案已报送备案，上级巡察办可以查看台账。")
    return HttpResponseRedirect(reverse("ledger", args=[pk]))


def finding_key(request: PersonRequest, pk: int) -> HttpResponse:
    """Say whether a finding is a key one."""
    try:
        set_key(
            actor=request.actor,
            rights=request.rights,
            finding_id=pk,
            seen=number_of(request, "seen") or 0,
            key=request.POST.get("key") == "1",
        )
    except (Refused, Stale) as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, "重点问题标记已更新。")
    return HttpResponseRedirect(reverse("finding", args=[pk]))


SCREENS = (
    Screen("closures", "closures/", closures, "ledger.read", menu=Menu("销号", 40)),
    Screen("closure_batch", "closures/meeting/", closure_batch, "closure.approve", methods=("GET", "POST")),
    Screen("closure", "findings/<int:pk>/closure/", closure, "ledger.read"),
    Screen("closure_sign", "findings/<int:pk>/closure/sign/", closure_sign, "ledger.read", methods=("POST",)),
    Screen("application", "findings/<int:pk>/application/", application, "closure.prepare", methods=("GET", "POST")),
    Screen("plan_file", "ledger/<int:pk>/file/", plan_file, "plan.file", methods=("POST",)),
    Screen("finding_key", "findings/<int:pk>/key/", finding_key, "ledger.edit", methods=("POST",)),
)
