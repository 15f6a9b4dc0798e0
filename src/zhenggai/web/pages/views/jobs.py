"""后台任务: what the program does by itself and how far it is; and 核验数据, which is asked for here and takes its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from zhenggai.web.faults import Stale
from zhenggai.web.ledger.actions.jobs import ask_verification, retry_job
from zhenggai.web.ledger.queries.jobs import STATES, job_line, job_page, verification_report, verifications
from zhenggai.web.pages.forms import number_in
from zhenggai.web.pages.screen import Menu, Screen

if TYPE_CHECKING:
    from zhenggai.web.ledger.queries.jobs import JobLine
    from zhenggai.web.pages.requests import PersonRequest


def jobs(request: PersonRequest, conflict: str = "", status: int = 200) -> HttpResponse:
    """List the jobs of the person's units, the newest first."""
    state = request.GET.get("state", "")
    page = job_page(request.rights, request.actor.at, state=state, before=number_in(request.GET.get("before", "")))
    values = {
        "page": page,
        "states": STATES,
        "state": state if state in STATES else "",
        "conflict": conflict,
        "section": "jobs",
    }
    return render(request, "pages/jobs.html", values, status=status)


def job(request: PersonRequest, pk: int) -> HttpResponse:
    """Answer how far a job is, as a part of a page."""
    return progress_of(request, job_line(request.rights, pk, request.actor.at), reverse("job", args=[pk]))


def progress_of(request: PersonRequest, line: JobLine, address: str) -> HttpResponse:
    """Answer a page that shows `pages/job_progress.html` and asks at `address` how far the job is; once it is over, the page is loaded anew."""
    answer = render(request, "pages/job_progress.html", {"job": line, "address": address})
    if not line.going:
        answer["HX-Refresh"] = "true"
    return answer


def job_retry(request: PersonRequest, pk: int) -> HttpResponse:
    """Let a job that failed be done at once."""
    try:
        retry_job(actor=request.actor, rights=request.rights, job_id=pk)
    except Stale as fault:
        return jobs(request, conflict=str(fault), status=409)
    messages.success(request, "已安排重新办理。")
    return HttpResponseRedirect(reverse("jobs"))


def verification_list(request: PersonRequest) -> HttpResponse:
    """Show the latest verifications, and ask for one."""
    if request.method == "POST":
        asked = ask_verification(actor=request.actor, rights=request.rights)
        return HttpResponseRedirect(reverse("verification", args=[asked.pk]))
    lines = verifications(request.rights, request.actor.at)
    return render(request, "pages/verifications.html", {"section": "events", "lines": lines})


def verification(request: PersonRequest, pk: int) -> HttpResponse:
    """Show how far a verification is, and then what it found."""
    report = verification_report(request.rights, pk, request.actor.at)
    address = reverse("verification", args=[pk])
    if request.htmx:
        return progress_of(request, report.line, address)
    values = {"section": "events", "report": report, "address": address}
    return render(request, "pages/verification.html", values)


SCREENS = (
    Screen("jobs", "jobs/", jobs, "job.read", menu=Menu("后台任务", 95)),
    Screen("job", "jobs/<int:pk>/", job, "job.read"),
    Screen("job_retry", "jobs/<int:pk>/retry/", job_retry, "job.retry", methods=("POST",)),
    Screen("verifications", "verifications/", verification_list, "store.verify", methods=("GET", "POST")),
    Screen("verification", "verifications/<int:pk>/", verification, "store.verify"),
)
