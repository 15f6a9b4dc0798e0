"""督办文书 answered, judged and closed: who answers does not judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from zhenggai.web.audit.chain import Actor, hold_chain
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.papers import end, reached, record_step, tell_of
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.models import PaperAnswer, PaperRecipient, SupervisionPaper
from zhenggai.web.ledger.recipients import holders
from zhenggai.web.ledger.supervision.addressees import measures_of
from zhenggai.workflow.paper_forms import faults_of_text

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Evidence


def answer_paper(
    *, actor: Actor, rights: Rights, paper_id: int, seen: int, text: str, evidence_ids: Collection[int]
) -> PaperAnswer:
    """Answer a paper, with evidence of its measures that is in the ledger.

    Raises:
        Unknown, Refused: the person is not one who answers it, or no answer is waited for.
        Invalid: fields `text` or `evidence`.
        Stale: somebody else has changed it since.
    """
    paper, step, _ = reached(rights, paper_id, "answered")
    faults = faults_of_text(text, "办理结果", name="text")
    pieces = list(evidence_for(rights, paper).filter(pk__in=evidence_ids))
    if len(pieces) < len(set(evidence_ids)):
        faults["evidence"] = "有的佐证材料不属于这一事项，或者已经撤回，请重新选择。"
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        hold_chain(paper.unit_id)
        change(paper, seen=seen, values={"state": step.to}, subject_type="paper")
        answer = PaperAnswer.objects.create(
            unit_id=paper.unit_id,
            paper=paper,
            text=text.strip(),
            answered_by_id=actor.person_id or 0,
            answered_by_name=actor.name,
            answered_at=actor.at,
        )
        answer.evidence.set(pieces)
        mine = PaperRecipient.objects.filter(paper=paper, person__in=rights.people, received_at=None)
        mine.update(received_at=actor.at, received_by=actor.person_id)  # who answers has it in hand
        record_step(actor, paper, step, after={"answer": answer.text, "pieces": [piece.reference for piece in pieces]})
        judges = holders(paper.unit_id, ("office", "supervision"), actor.today)
        tell_of(actor, paper, judges, f"answered:{paper.pk}", f"{actor.name}已答复，请审定。")
    return answer


def judge_paper(
    *, actor: Actor, rights: Rights, paper_id: int, seen: int, accepted: bool | None, note: str
) -> SupervisionPaper:
    """Accept the answer, or not; then the next paper follows.

    Raises:
        Unknown, Refused: the person may not judge it, or no answer has been given.
        Invalid: fields `decision` or `note`.
        Stale: somebody else has changed it since.
    """
    paper, step, _ = reached(rights, paper_id, "rejected" if accepted is False else "accepted")
    faults = {} if accepted is not None else {"decision": "请选择认可或者不予认可。"}
    if accepted is False:
        faults |= faults_of_text(note, "不予认可的理由", name="note")
    elif len(note) > 2000:
        faults["note"] = f"内容过长，请控制在2000字以内（现为{len(note)}字）。"
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        hold_chain(paper.unit_id)
        change(paper, seen=seen, values={"state": step.to}, subject_type="paper")
        PaperAnswer.objects.filter(paper=paper).update(
            accepted=accepted, note=note.strip(), judged_by=actor.person_id, judged_at=actor.at
        )
        record_step(actor, paper, step, after={"judgement": step.label}, reason=note.strip())
        told = set(PaperRecipient.objects.filter(paper=paper).values_list("person_id", flat=True))
        why = "答复已认可。" if accepted else f"答复未予认可：{note.strip()}"
        tell_of(actor, paper, told, f"judged:{paper.pk}", why)
    return paper


def close_paper(*, actor: Actor, rights: Rights, paper_id: int, seen: int, closing: str) -> SupervisionPaper:
    """Close a paper whose answer was accepted, or one that asked for none.

    Raises:
        Unknown, Refused: the person may not close it, or it is not yet to be closed.
        Invalid: field `closing`.
        Stale: somebody else has changed it since.
    """
    code = "closed" if access.paper(rights, paper_id, "paper.judge").asks else "noted"
    paper, step, _ = reached(rights, paper_id, code)
    if "closing" in step.demands and (faults := faults_of_text(closing, "审结意见", name="closing")):
        raise Invalid(faults)
    with transaction.atomic():
        hold_chain(paper.unit_id)
        end(paper, step, actor, seen=seen, ending=closing.strip())
        record_step(actor, paper, step, after={}, reason=closing.strip())
    return paper


def evidence_for(rights: Rights, paper: SupervisionPaper) -> QuerySet[Evidence]:
    """Return the evidence of the paper's measures that the person may see; of a department's paper, that of the whole inspection."""
    pieces = access.evidence(rights).filter(inspection=paper.inspection_id, withdrawn_at=None)
    if paper.department_id:
        return pieces.order_by("pk")
    linked = pieces.filter(links__measure__in=measures_of(paper), links__removed_at=None)
    return linked.distinct().order_by("pk")
