"""督办文书: the list, one paper, and each of its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhenggai.web.api import paper_schemas as s
from zhenggai.web.api.registration import Id, caller_of, route
from zhenggai.web.ledger.actions import paper_answers, papers
from zhenggai.web.ledger.actions.layers import record_restricted_evidence_reads, record_restricted_reads
from zhenggai.web.ledger.actions.paper_raising import About, raise_paper
from zhenggai.web.ledger.queries.papers import PaperFilter, paper_list, paper_story, restricted_of_paper

if TYPE_CHECKING:
    from django.http import HttpRequest


@route("GET", "/papers", "paper.read", s.PaperListOut, "督办文书")
def list_papers(request: HttpRequest, group: str = "served", kind: str = "", before: int | None = None) -> Any:
    """Return a page of the papers of a group (draft, signed, served, answered, accepted, rejected, closed, withdrawn), and counts."""
    found = paper_list(caller_of(request).rights, PaperFilter(group, kind, None, before))
    return {
        "counts": {key: count for key, _, count in found.groups},
        "papers": list(found.lines),
        "next_before": found.last,
    }


@route("GET", "/papers/{pk}", "paper.read", s.PaperOut, "一份督办文书")
def read_paper(request: HttpRequest, pk: Id) -> Any:
    """Return a paper field by field, to whom it goes, its answer, and the steps that the caller may take."""
    caller = caller_of(request)
    story = paper_story(caller.rights, pk)
    record_restricted_reads(actor=caller.actor, findings=restricted_of_paper(caller.rights, story.paper), where="接口")
    record_restricted_evidence_reads(actor=caller.actor, pieces=story.restricted_evidence, where="接口")
    paper, answer = story.paper, story.answer
    return {
        "id": paper.pk,
        "called": story.called,
        "kind": paper.kind,
        "level": paper.level,
        "level_name": paper.level_name,
        "state": paper.state,
        "version": paper.version,
        "measure_id": paper.measure_id,
        "finding_id": story.finding_id,
        "department_id": paper.department_id,
        "reason": paper.reason,
        "skip_reason": paper.skip_reason,
        "numbered": paper.numbered,
        "signed_by": paper.signed_by_name,
        "signed_at": paper.signed_at,
        "served_at": paper.served_at,
        "answer_by": paper.answer_by,
        "fields": {field.key: words for field, words in story.fields},
        "recipients": list(story.receipts),
        "answer": answer.text if answer else "",
        "answered_by": answer.answered_by_name if answer else "",
        "accepted": answer.accepted if answer else None,
        "evidence": [piece.reference for piece in story.pieces],
        "ending": paper.ending,
        "steps": sorted(story.may),
    }


@route("POST", "/measures/{pk}/papers", "paper.draft", s.PaperChanged, "对措施提出督办")
def raise_for_measure(request: HttpRequest, pk: Id, body: s.RaiseIn) -> Any:
    """Make a draft about a measure by hand."""
    return _raise(request, About("measure", pk), body)


@route("POST", "/findings/{pk}/papers", "paper.draft", s.PaperChanged, "对问题提出督办")
def raise_for_finding(request: HttpRequest, pk: Id, body: s.RaiseIn) -> Any:
    """Make a draft about a finding by hand."""
    return _raise(request, About("finding", pk), body)


@route("POST", "/papers/{pk}/edit", "paper.draft", s.PaperChanged, "修改督办文书草稿")
def edit_paper(request: HttpRequest, pk: Id, body: s.EditIn) -> Any:
    """Keep the fields of a draft; those that are not named stay."""
    caller = caller_of(request)
    return papers.edit_paper(
        actor=caller.actor, rights=caller.rights, paper_id=pk, seen=body.seen, body=body.fields,
        skip_reason=body.skip_reason,
    )  # fmt: skip


@route("POST", "/papers/{pk}/sign", "paper.sign", s.PaperChanged, "签发督办文书")
def sign_paper(request: HttpRequest, pk: Id, body: s.SignPaperIn) -> Any:
    """Sign a draft as it stands, with its number."""
    caller = caller_of(request)
    return papers.sign_paper(
        actor=caller.actor, rights=caller.rights, paper_id=pk, seen=body.seen, body=body.fields,
        skip_reason=body.skip_reason,
    )  # fmt: skip


@route("POST", "/papers/{pk}/serve", "paper.serve", s.PaperChanged, "送达督办文书")
def serve_paper(request: HttpRequest, pk: Id, body: s.SeenIn) -> Any:
    """Serve a signed paper."""
    caller = caller_of(request)
    return papers.serve_paper(actor=caller.actor, rights=caller.rights, paper_id=pk, seen=body.seen)


@route("POST", "/papers/{pk}/receive", "paper.receive", s.PaperChanged, "签收督办文书")
def receive_paper(request: HttpRequest, pk: Id, body: s.SeenIn) -> Any:
    """Sign the receipt."""
    caller = caller_of(request)
    return papers.receive_paper(actor=caller.actor, rights=caller.rights, paper_id=pk, seen=body.seen)


@route("POST", "/papers/{pk}/answer", "paper.answer", s.PaperChanged, "答复督办文书")
def answer_paper(request: HttpRequest, pk: Id, body: s.AnswerIn) -> Any:
    """Answer a paper, with evidence of its measures by id."""
    caller = caller_of(request)
    return paper_answers.answer_paper(
        actor=caller.actor, rights=caller.rights, paper_id=pk, seen=body.seen, text=body.text,
        evidence_ids=body.evidence,
    ).paper  # fmt: skip


@route("POST", "/papers/{pk}/judge", "paper.judge", s.PaperChanged, "审定督办答复")
def judge_paper(request: HttpRequest, pk: Id, body: s.JudgeIn) -> Any:
    """Accept the answer or not."""
    caller = caller_of(request)
    return paper_answers.judge_paper(
        actor=caller.actor, rights=caller.rights, paper_id=pk, seen=body.seen, accepted=body.accepted, note=body.note
    )


@route("POST", "/papers/{pk}/close", "paper.judge", s.PaperChanged, "办结督办文书")
def close_paper(request: HttpRequest, pk: Id, body: s.CloseIn) -> Any:
    """Close a paper."""
    caller = caller_of(request)
    return paper_answers.close_paper(
        actor=caller.actor, rights=caller.rights, paper_id=pk, seen=body.seen, closing=body.closing
    )


@route("POST", "/papers/{pk}/withdraw", "paper.withdraw", s.PaperChanged, "撤回督办文书")
def withdraw_paper(request: HttpRequest, pk: Id, body: s.WithdrawPaperIn) -> Any:
    """Take a paper back."""
    caller = caller_of(request)
    return papers.withdraw_paper(
        actor=caller.actor, rights=caller.rights, paper_id=pk, seen=body.seen, reason=body.reason
    )


def _raise(request: HttpRequest, about: About, body: s.RaiseIn) -> Any:
    caller = caller_of(request)
    return raise_paper(
        actor=caller.actor, rights=caller.rights, about=about, level=body.level, ground=body.ground,
        reason=body.reason, skip_reason=body.skip_reason,
    )  # fmt: skip
