"""督办文书 raised by hand, and counts of what has been transferred."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.actions.paper_raising import About, raise_paper, unmade
from zhenggai.web.ledger.actions.transfers import count_transfer, withdraw_transfer
from zhenggai.web.ledger.queries.papers import raising, restricted_of_paper, transfers_of
from zhenggai.web.pages.forms import date_of, number_of, text_of, with_unread_date
from zhenggai.web.pages.screen import Screen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from zhenggai.web.pages.requests import PersonRequest


def paper_of_measure(request: PersonRequest, measure: int) -> HttpResponse:
    """Raise a paper about a measure."""
    return _raise(request, About("measure", measure))


def paper_of_finding(request: PersonRequest, finding: int) -> HttpResponse:
    """Raise a paper about a finding."""
    return _raise(request, About("finding", finding))


def paper_of_department(request: PersonRequest, inspection: int, department: int) -> HttpResponse:
    """Raise a paper about a department."""
    return _raise(request, About("department", department), inspection)


def transfers(
    request: PersonRequest, faults: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    """Show how many matters have been transferred, and the form to whom it is given."""
    typed = {name: text_of(request, name) for name in ("transferred_on", "count", "body")}
    values = {"section": "papers", "found": transfers_of(request.rights), "typed": typed, "faults": faults or {}}
    return render(request, "pages/transfers.html", values, status=status)


def transfer_count(request: PersonRequest) -> HttpResponse:
    """Keep a count."""
    try:
        count_transfer(
            actor=request.actor,
            rights=request.rights,
            transferred_on=date_of(request, "transferred_on"),
            count=number_of(request, "count"),
            body=text_of(request, "body"),
        )
    except Invalid as fault:
        return transfers(request, with_unread_date(request, fault.fields, "transferred_on"), status=422)
    messages.success(request, "移送数量已登记。")
    return HttpResponseRedirect(reverse("transfers"))


def transfer_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Take back a count that was wrong."""
    withdraw_transfer(actor=request.actor, rights=request.rights, transfer_id=pk)
    messages.success(request, "登记已撤销。")
    return HttpResponseRedirect(reverse("transfers"))


def _raise(request: PersonRequest, about: About, inspection: int | None = None) -> HttpResponse:
    typed = {name: text_of(request, name) for name in ("level", "ground", "reason", "skip_reason")}
    faults: dict[str, str] = {}
    refusal, status = "", 200
    if request.method == "POST":
        try:
            made = raise_paper(
                actor=request.actor,
                rights=request.rights,
                about=about,
                inspection_id=inspection,
                level=number_of(request, "level"),
                ground=typed["ground"],
                reason=typed["reason"],
                skip_reason=typed["skip_reason"],
            )
        except Invalid as fault:
            faults, status = fault.fields, 422
        except Refused as fault:
            if fault.act:
                raise
            refusal, status = str(fault), 409
        else:
            messages.success(request, "草稿已生成，请核对各栏后签发。")
            return HttpResponseRedirect(reverse("paper", args=[made.pk]))
    form = raising(request.rights, about, inspection)
    secret = restricted_of_paper(request.rights, unmade(request.rights, about, inspection))
    record_restricted_reads(actor=request.actor, findings=secret, where="提出督办")
    values = {"section": "papers", "form": form, "typed": typed, "faults": faults, "refusal": refusal}
    return render(request, "pages/paper_raise.html", values, status=status)


_BOTH = ("GET", "POST")
SCREENS = (
    Screen("paper_of_measure", "measures/<int:measure>/paper/", paper_of_measure, "paper.draft", methods=_BOTH),
    Screen("paper_of_finding", "findings/<int:finding>/paper/", paper_of_finding, "paper.draft", methods=_BOTH),
    Screen(
        "paper_of_department",
        "ledger/<int:inspection>/departments/<int:department>/paper/",
        paper_of_department,
        "paper.draft",
        methods=_BOTH,
    ),
    Screen("transfers", "transfers/", transfers, "transfer.read"),
    Screen("transfer_count", "transfers/count/", transfer_count, "transfer.count", methods=("POST",)),
    Screen("transfer_withdraw", "transfers/<int:pk>/withdraw/", transfer_withdraw, "transfer.count", methods=("POST",)),
)
