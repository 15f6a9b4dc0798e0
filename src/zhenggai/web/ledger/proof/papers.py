"""Supervision papers, their answers and the counts of transfers against their events."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Count

from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.models import PaperAnswer, PaperRecipient, SupervisionPaper, TransferCount
from zhenggai.web.ledger.proof.history import Past, batches, events_about
from zhenggai.web.ledger.proof.misfits import Misfit
from zhenggai.web.ledger.supervision.wording import wording_of
from zhenggai.workflow.papers import PAPER_STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STATES = {step.event: step.to for step in PAPER_STEPS.values()} | {"paper.raised": "draft"}
_ENDED = frozenset({"paper.closed", "paper.withdrawn"})


def paper_misfits(unit_id: int, tick: Callable[[], None]) -> Iterator[Misfit]:
    """Check every paper of the unit, that none is missing, and that the numbers have no gaps."""
    told = Event.objects.filter(unit_id=unit_id, subject_type="paper", action__in=("paper.raised", "paper.signed"))
    missing = dict(told.order_by("number").values_list("subject_id", "number"))
    for batch in batches(SupervisionPaper.objects.filter(unit_id=unit_id)):
        tick()
        ids = [row.pk for row in batch]
        events = events_about(unit_id, "paper", ids)
        names: dict[int, list[str]] = defaultdict(list)
        for paper, name in PaperRecipient.objects.filter(paper__in=ids).order_by("pk").values_list("paper_id", "name"):
            names[paper].append(name)
        answers = {row.paper_id: row for row in PaperAnswer.objects.filter(paper__in=ids)}
        for row in batch:
            missing.pop(str(row.pk), None)
            history = events.get(str(row.pk), [])
            yield from _of_paper(row, history, names[row.pk])
            yield from _of_answer(row, history, answers.get(row.pk))
    for number in sorted(missing.values()):
        yield Misfit("paper", f"第{number}号操作记录的督办文书", "缺失", number)
    yield from _of_numbers(unit_id)
    yield from _of_proposals(unit_id)
    yield from _of_transfers(unit_id)


def _of_paper(row: SupervisionPaper, history: list[Past], names: list[str]) -> Iterator[Misfit]:
    if not history:
        if row.made_by_id is not None or row.state not in ("draft", "lapsed"):
            yield Misfit("paper", row.called, "没有操作记录，系后来添入")
        return
    last = history[-1]
    state = _STATES.get(last.action, "")
    if row.state not in (state, "lapsed" if state == "draft" else state):  # a draft lapses with the day's work
        yield Misfit("paper", row.called, f"的状态与第{last.number}号操作记录不符", last.number)
    signed = next((past for past in history if past.action == "paper.signed"), None)
    if (signed.said("numbered") if signed else "") != row.numbered:
        yield Misfit("paper", row.called, "的文号与签发的操作记录不符", signed.number if signed else None)
    if signed is None:
        return
    if signed.actor_id != row.signed_by_id or signed.said("digest") != wording_of(row):
        yield Misfit("paper", row.called, f"的内容或签发人与第{signed.number}号操作记录不符", signed.number)
    if sorted(signed.said("recipients") or []) != sorted(names):
        yield Misfit("paper", row.called, f"的发送对象与第{signed.number}号操作记录不符", signed.number)
    if last.action in _ENDED and last.reason != row.ending:
        yield Misfit("paper", row.called, f"的审结意见或撤回原因与第{last.number}号操作记录不符", last.number)


def _of_answer(row: SupervisionPaper, history: list[Past], answer: PaperAnswer | None) -> Iterator[Misfit]:
    given = next((past for past in history if past.action == "paper.answered"), None)
    judged = next((past for past in history if past.action in ("paper.accepted", "paper.rejected")), None)
    if answer is None or given is None:
        if (answer is None) != (given is None):
            yield Misfit("paper", row.called, "的答复与操作记录不符", given.number if given else None)
        return
    if (given.said("answer"), given.actor_id) != (answer.text, answer.answered_by_id):
        yield Misfit("paper", row.called, f"的答复与第{given.number}号操作记录不符", given.number)
    said = (judged.action == "paper.accepted", judged.reason, judged.actor_id) if judged else (None, "", None)
    if said != (answer.accepted, answer.note, answer.judged_by_id):
        yield Misfit("paper", row.called, "的审定意见与操作记录不符", judged.number if judged else None)


def _of_numbers(unit_id: int) -> Iterator[Misfit]:
    """Check that each kind's numbers of a year run from 1 without a gap."""
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    rows = SupervisionPaper.objects.filter(unit_id=unit_id, number__isnull=False)
    for kind, year, number in rows.values_list("kind", "year", "number"):
        found[kind, year or 0].append(number or 0)
    for (_, year), numbers in sorted(found.items()):
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield Misfit("paper", f"{year}年的督办文书", "文号不连续")


def _of_proposals(unit_id: int) -> Iterator[Misfit]:
    """Check that there are just as many papers of the system as it said that it proposed, ledger by ledger."""
    proposed: dict[int, int] = defaultdict(int)
    events = Event.objects.filter(unit_id=unit_id, action="paper.proposed", subject_type="inspection")
    for inspection, after in events.values_list("subject_id", "after"):
        proposed[int(inspection)] += int((after or {}).get("proposed", 0))
    rows = SupervisionPaper.objects.filter(unit_id=unit_id, made_by=None).order_by()
    there = dict(rows.values_list("inspection_id").annotate(Count("pk")))
    for inspection in sorted({*proposed, *there}):
        if proposed.get(inspection, 0) != there.get(inspection, 0):
            yield Misfit("paper", "系统拟发的督办文书", "份数与操作记录不符")


def _of_transfers(unit_id: int) -> Iterator[Misfit]:
    rows = {str(row.pk): row for row in TransferCount.objects.filter(unit_id=unit_id)}
    events = events_about(unit_id, "transfer", rows)
    for pk, row in rows.items():
        history = events.get(pk, [])
        counted = history[0] if history else None
        withdrawn = any(past.action == "transfer.withdrawn" for past in history)
        said = (counted.said("count"), counted.said("transferred_on")) if counted else None
        if said != (row.count, row.transferred_on.isoformat()) or withdrawn != (row.withdrawn_at is not None):
            yield Misfit("transfer", f"{row.transferred_on}的移送数量", "与操作记录不符")
