"""需复核: a signature holds for what was signed. When a measure or its evidence changes afterwards, the closure says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from zhenggai.web.audit.chain import Subject, record
from zhenggai.web.ledger.closing.state import matters_of, seals
from zhenggai.web.ledger.models import Answer, Closure, Finding, Measure
from zhenggai.workflow.closures import CLOSED, IN_HAND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.web.audit.chain import Actor


def lapse_changed(
    *, actor: Actor, measures: Iterable[int] = (), responses: Iterable[int] = (), findings: Iterable[int] = ()
) -> None:
    """Mark the closures that no longer stand for what was signed, among those that the changed rows belong to.

    To be called in the transaction of the change, after it. It compares and does not remember, so a call too many does no harm, and
    a change that was undone before anybody looked leaves nothing.

    Raises:
        RuntimeError: there is no transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a closure lapses in the transaction of the change")
    touched = set(responses) | set(Measure.objects.filter(pk__in=list(measures)).values_list("response_id", flat=True))
    ids = set(findings) | set(Answer.objects.filter(response__in=touched).values_list("finding_id", flat=True))
    signed = Finding.objects.filter(pk__in=ids, closure_stage__in=(*IN_HAND, *CLOSED)).values_list("pk", flat=True)
    closures = current_closures(signed)
    standing = {pk: closure for pk, closure in closures.items() if closure.lapsed_at is None and closure.matter}
    for pk, matter in matters_of(standing).items():
        closure = standing[pk]
        if not seals(closure.matter, matter):
            _mark(closure, actor)


def current_closures(findings: Iterable[int]) -> dict[int, Closure]:
    """Return the latest application of each finding, by the finding's id."""
    rows = Closure.objects.filter(finding__in=list(findings)).select_related("finding").order_by("pk")
    return {closure.finding_id: closure for closure in rows}


def _mark(closure: Closure, actor: Actor) -> None:
    Closure.objects.filter(pk=closure.pk, lapsed_at=None).update(lapsed_at=actor.at, version=closure.version + 1)
    record(
        unit_id=closure.unit_id,
        actor=actor,
        action="closure.lapsed",
        subject=Subject("finding", closure.finding_id, f"问题{closure.finding.reference}"),
        after={"closure": closure.pk, "closure_stage": closure.stage, "cycle": closure.cycle},
    )
