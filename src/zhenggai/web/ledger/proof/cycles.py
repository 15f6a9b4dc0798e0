"""填报周期 and their sheets against their events: when each takes reports, how many it asked for, what came back and was taken."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q

from zhenggai.web.audit.models import Event
from zhenggai.web.audit.sealing import written
from zhenggai.web.ledger.models import ExpectedUpdate, ReportingCycle, ReturnedSheet, SentSheet
from zhenggai.web.ledger.proof.history import Past, batches, events_about
from zhenggai.web.ledger.proof.misfits import Misfit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def cycle_misfits(unit_id: int, tick: Callable[[], None]) -> Iterator[Misfit]:
    """Check every cycle of the unit with what it asks for and the sheets of it, and that none is missing."""
    told = Event.objects.filter(unit_id=unit_id, subject_type="cycle", action="cycle.asked")
    missing = dict(told.order_by("-number").values_list("subject_id", "number"))
    for batch in batches(ReportingCycle.objects.filter(unit_id=unit_id)):
        tick()
        ids = [row.pk for row in batch]
        events = events_about(unit_id, "cycle", ids)
        asked = _counts(ids)
        sheets: dict[int, list[SentSheet]] = defaultdict(list)
        for sheet in SentSheet.objects.filter(cycle__in=ids):
            sheets[sheet.cycle_id].append(sheet)
        returned: dict[int, list[ReturnedSheet]] = defaultdict(list)
        for one in ReturnedSheet.objects.filter(sheet__cycle__in=ids).select_related("sheet").order_by("pk"):
            returned[one.sheet.cycle_id].append(one)
        for row in batch:
            missing.pop(str(row.pk), None)
            history = events.get(str(row.pk), [])
            yield from _of_cycle(row, history, asked[row.pk])
            yield from _of_sheets(row, history, sheets[row.pk], returned[row.pk])
    for number in sorted(missing.values()):
        yield Misfit("cycle", f"第{number}号操作记录的填报周期", "缺失", number)
    yield from _of_answers(unit_id)


def _of_cycle(row: ReportingCycle, history: list[Past], counts: Counter[str]) -> Iterator[Misfit]:
    called = f"{row.label}填报"
    asked = [past for past in history if past.action == "cycle.asked"]
    if not asked:
        yield Misfit("cycle", called, "没有操作记录，系后来添入")
        return
    adjusted = [past.said("cut_off") for past in history if past.action == "cycle.adjusted"]
    days = (asked[0].said("until"), [asked[0].said("until"), *adjusted][-1])
    if days != (row.planned_cut_off.isoformat(), row.cut_off.isoformat()):
        yield Misfit("cycle", called, "的截止日与操作记录不符")
    if sum(past.said("asked") for past in asked) != counts["all"]:
        yield Misfit("cycle", called, "应填报的措施数与操作记录不符")
    closed = next((past for past in history if past.action == "cycle.closed"), None)
    if written(closed.at if closed else None) != written(row.closed_at):
        yield Misfit("cycle", called, "是否截止与操作记录不符", closed.number if closed else None)
    elif closed and not counts["missing"] <= closed.said("missing") <= counts["missing"] + counts["late"]:
        yield Misfit("cycle", called, f"缺报的措施数与第{closed.number}号操作记录不符", closed.number)


def _of_sheets(
    row: ReportingCycle, history: list[Past], sheets: list[SentSheet], returned: list[ReturnedSheet]
) -> Iterator[Misfit]:
    sent = Counter((past.actor_id or 0, past.said("rows")) for past in history if past.action == "sheet.sent")
    if sent != Counter((sheet.sent_by_id, len(sheet.rows)) for sheet in sheets):
        yield Misfit("cycle", f"{row.label}发出的离线填报表", "与操作记录不符")
    taken: dict[str, list[str]] = defaultdict(list)
    for past in history:
        if past.action == "sheet.returned":
            taken[past.said("digest")] += past.said("taken")
    for one in returned:
        if sorted(taken.pop(one.sha256, [])) != sorted(one.taken):
            yield Misfit("cycle", f"{row.label}交回的离线填报表{one.sheet.number}", "采纳的行与操作记录不符")
    if taken:
        yield Misfit("cycle", f"{row.label}交回的离线填报表", "缺失")


def _of_answers(unit_id: int) -> Iterator[Misfit]:
    """Check that each report that counts for a cycle is one on the same measure and for that cycle."""
    answered = ExpectedUpdate.objects.filter(unit_id=unit_id, answer__isnull=False)
    wrong = answered.exclude(answer__measure=F("measure"), answer__cycle=F("cycle__key"))
    for label, reference in wrong.order_by("pk").values_list("cycle__label", "measure__reference"):
        yield Misfit("cycle", f"{label}措施{reference}的填报", "所指的进展不是这一期、这项措施的")


def _counts(ids: list[int]) -> dict[int, Counter[str]]:
    """Return by cycle how many reports are asked for, how many are missing, and how many came late."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    rows = ExpectedUpdate.objects.filter(cycle__in=ids).order_by().values("cycle_id")
    missing = Count("pk", filter=Q(answer=None, released_for=""))
    late = Count("pk", filter=Q(late=True))
    counted = rows.annotate(all=Count("pk"), missing=missing, came_late=late)
    for cycle, every, none, some in counted.values_list("cycle_id", "all", "missing", "came_late"):
        found[cycle] = Counter(all=every, missing=none, late=some)
    return found
