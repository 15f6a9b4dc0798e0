"""督办: the papers by state, one as it is written, and each of its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.profile import PAPER_KINDS
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger.actions import paper_answers
from zhenggai.web.ledger.actions import papers as steps
from zhenggai.web.ledger.actions.layers import record_restricted_evidence_reads, record_restricted_reads
from zhenggai.web.ledger.queries.papers import PaperFilter, paper_list, paper_story, restricted_of_paper
from zhenggai.web.pages.forms import number_in, number_of, text_of
from zhenggai.web.pages.screen import Menu, Screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest

_AT_ONCE = 50
"""How many papers are signed or served with one click."""


def papers(request: PersonRequest) -> HttpResponse:
    """List the papers of a state."""
    chosen = PaperFilter(
        group=request.GET.get("group", "") or _first_group(request),
        kind=request.GET.get("kind", ""),
        inspection=number_in(request.GET.get("inspection", "")),
        before=number_in(request.GET.get("before", "")),
    )
    found = paper_list(request.rights, chosen)
    values = {"found": found, "chosen": chosen, "kinds": PAPER_KINDS.items()}
    return render(request, "pages/papers.html", values)


def papers_together(request: PersonRequest) -> HttpResponse:
    """Sign or serve the chosen papers, each by itself; those that cannot be are named with the reason."""
    step = text_of(request, "step")
    chosen = [one for one in (number_in(value) for value in request.POST.getlist("paper")) if one][:_AT_ONCE]
    versions = {pk: number_of(request, f"seen:{pk}") or 0 for pk in chosen}
    done, faults = 0, []
    for pk in sorted(chosen):
        try:
            if step == "serve":
                steps.serve_paper(actor=request.actor, rights=request.rights, paper_id=pk, seen=versions[pk])
            else:
                steps.sign_paper(actor=request.actor, rights=request.rights, paper_id=pk, seen=versions[pk])
        except (Invalid, Refused, Stale, Unknown) as fault:
            faults.append(str(fault))
        else:
            done += 1
    words = "送达" if step == "serve" else "签发"
    if done:
        messages.success(request, f"已{words}{done}份。")
    for why in dict.fromkeys(faults):
        messages.error(request, f"有{faults.count(why)}份没有{words}：{why}")
    if not chosen:
        messages.error(request, f"请先选择要{words}的文书。")
    group = "signed" if step == "serve" else "draft"
    return HttpResponseRedirect(f"{reverse('papers')}?group={group}")


def paper(
    request: PersonRequest, pk: int, faults: dict[str, str] | None = None, conflict: str = "", status: int = 200
) -> HttpResponse:
    """Show one paper; one about a restricted matter leaves an event. What came back of a form is kept."""
    story = paper_story(request.rights, pk)
    record_restricted_reads(
        actor=request.actor, findings=restricted_of_paper(request.rights, story.paper), where="督办文书"
    )
    record_restricted_evidence_reads(actor=request.actor, pieces=story.restricted_evidence, where="督办文书")
    typed = {name: text_of(request, name) for name in request.POST if name != "csrfmiddlewaretoken"}
    writes = bool({"edited", "signed"} & story.may)
    fields = [(field, typed.get(f"f.{field.key}", words) if writes else words) for field, words in story.fields]
    kept = [(label, typed.get(name, "")) for name, label in _WRITTEN.items()]
    kept += [(field.label, typed.get(f"f.{field.key}", "")) for field, words in story.fields if not writes]
    values = {
        "section": "papers",
        "story": story,
        "paper": story.paper,
        "fields": fields,
        "typed": typed,
        "picked": set(request.POST.getlist("evidence")),
        "faults": faults or {},
        "conflict": conflict,
        "kept": [(label, words) for label, words in kept if words] if status == Refused.status else [],
        "skip_reason": typed.get("skip_reason", story.paper.skip_reason),
    }
    return render(request, "pages/paper.html", values, status=status)


def paper_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep a draft as it is filled in."""
    return _step(
        request, pk, "草稿已保存。",
        lambda seen: steps.edit_paper(
            actor=request.actor, rights=request.rights, paper_id=pk, seen=seen, body=_body(request),
            skip_reason=text_of(request, "skip_reason"),
        ),
    )  # fmt: skip


def paper_sign(request: PersonRequest, pk: int) -> HttpResponse:
    """Sign a draft as it stands on the page."""
    return _step(
        request, pk, "已签发并编号，请送达。",
        lambda seen: steps.sign_paper(
            actor=request.actor, rights=request.rights, paper_id=pk, seen=seen, body=_body(request),
            skip_reason=text_of(request, "skip_reason") if "skip_reason" in request.POST else None,
        ),
    )  # fmt: skip


def paper_serve(request: PersonRequest, pk: int) -> HttpResponse:
    """Serve a signed paper."""
    return _step(
        request, pk, "已送达，发送对象已收到消息。",
        lambda seen: steps.serve_paper(actor=request.actor, rights=request.rights, paper_id=pk, seen=seen),
    )  # fmt: skip


def paper_receive(request: PersonRequest, pk: int) -> HttpResponse:
    """Sign the receipt."""
    return _step(
        request, pk, "已签收。",
        lambda seen: steps.receive_paper(actor=request.actor, rights=request.rights, paper_id=pk, seen=seen),
    )  # fmt: skip


def paper_answer(request: PersonRequest, pk: int) -> HttpResponse:
    """Take an answer."""
    ids = [number_in(value) for value in request.POST.getlist("evidence")]
    return _step(
        request, pk, "已答复，等待审定。",
        lambda seen: paper_answers.answer_paper(
            actor=request.actor, rights=request.rights, paper_id=pk, seen=seen, text=text_of(request, "text"),
            evidence_ids=[one or 0 for one in ids],
        ),
    )  # fmt: skip


def paper_judge(request: PersonRequest, pk: int) -> HttpResponse:
    """Take the judgement of an answer."""
    accepted = {"accept": True, "reject": False}.get(text_of(request, "decision"))
    return _step(
        request, pk, "审定意见已保存。",
        lambda seen: paper_answers.judge_paper(
            actor=request.actor, rights=request.rights, paper_id=pk, seen=seen, accepted=accepted,
            note=text_of(request, "note"),
        ),
    )  # fmt: skip


def paper_close(request: PersonRequest, pk: int) -> HttpResponse:
    """Close a paper."""
    return _step(
        request, pk, "已办结。",
        lambda seen: paper_answers.close_paper(
            actor=request.actor, rights=request.rights, paper_id=pk, seen=seen, closing=text_of(request, "closing")
        ),
    )  # fmt: skip


def paper_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a paper back."""
    return _step(
        request, pk, "已撤回。",
        lambda seen: steps.withdraw_paper(
            actor=request.actor, rights=request.rights, paper_id=pk, seen=seen, reason=text_of(request, "reason")
        ),
    )  # fmt: skip


_WRITTEN = {
    "text": "办理结果",
    "note": "审定意见",
    "closing": "审结意见",
    "reason": "撤回原因",
    "skip_reason": "越级理由",
}
"""What is written in the forms beside the paper; it is shown again where somebody else was faster and the form is gone."""


def _step(request: PersonRequest, pk: int, done: str, take: Callable[[int], object]) -> HttpResponse:
    """Take a step; what is wrong with it is shown on the paper's page, with what was typed."""
    try:
        take(number_of(request, "seen") or 0)
    except Invalid as fault:
        return paper(request, pk, fault.fields, status=422)
    except Stale as fault:
        return paper(request, pk, conflict=str(fault), status=fault.status)
    except Refused as fault:
        if fault.act:
            raise
        return paper(request, pk, conflict=str(fault), status=fault.status)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("paper", args=[pk]))


def _body(request: PersonRequest) -> dict[str, str]:
    return {name.removeprefix("f."): text_of(request, name) for name in request.POST if name.startswith("f.")}


def _first_group(request: PersonRequest) -> str:
    """Return the group that somebody looks at first: who signs the drafts, everybody else what has been served."""
    return "draft" if request.rights.may("paper.sign") else "served"


SCREENS = (
    Screen("papers", "papers/", papers, "paper.read", menu=Menu("督办", 45)),
    Screen("papers_together", "papers/together/", papers_together, "paper.sign", methods=("POST",)),
    Screen("paper", "papers/<int:pk>/", paper, "paper.read"),
    Screen("paper_edit", "papers/<int:pk>/edit/", paper_edit, "paper.draft", methods=("POST",)),
    Screen("paper_sign", "papers/<int:pk>/sign/", paper_sign, "paper.sign", methods=("POST",)),
    Screen("paper_serve", "papers/<int:pk>/serve/", paper_serve, "paper.serve", methods=("POST",)),
    Screen("paper_receive", "papers/<int:pk>/receive/", paper_receive, "paper.receive", methods=("POST",)),
    Screen("paper_answer", "papers/<int:pk>/answer/", paper_answer, "paper.answer", methods=("POST",)),
    Screen("paper_judge", "papers/<int:pk>/judge/", paper_judge, "paper.judge", methods=("POST",)),
    Screen("paper_close", "papers/<int:pk>/close/", paper_close, "paper.judge", methods=("POST",)),
    Screen("paper_withdraw", "papers/<int:pk>/withdraw/", paper_withdraw, "paper.withdraw", methods=("POST",)),
)
