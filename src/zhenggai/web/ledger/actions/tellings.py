"""Telling of extensions, moved occurrences and handovers: each to whom it concerns, within the transaction of the act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.profile.extension import DECIDERS
from zhenggai.text import day_words
from zhenggai.web.ledger.actions.notices import Line, Telling, tell
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import Answer, Assignment
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.web.ledger.recipients import LEADERS, OWNERS, answerable, findings_of, holders

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from zhenggai.web.audit.chain import Actor
    from zhenggai.web.ledger.models import Extension, Handover, Measure, Occurrence


def tell_extension_asked(*, actor: Actor, asked: Extension, measure: Measure) -> int:
    """Tell those whom the profile lets answer."""
    roles = profile_of(measure.inspection.profile).extension.decided_by & DECIDERS.keys()
    people = holders(measure.unit_id, roles - LEADERS, actor.today)
    if named := roles & LEADERS:
        people |= answerable([measure.pk], named, actor.today)[measure.pk]
    why = f"{actor.name}申请第{asked.number}次延期至{day_words(asked.until)}，请在{day_words(asked.answer_by)}前答复。"
    return _tell_of_extension(actor, asked, measure, people, "extension_asked", why)


def tell_extension_answered(*, actor: Actor, asked: Extension, measure: Measure) -> int:
    """Tell who asked and those who act on the measure."""
    people = {asked.asked_by_id} | answerable([measure.pk], OWNERS, actor.today)[measure.pk]
    until = f"至{day_words(asked.granted_until)}" if asked.granted_until else ""
    note = f"：{asked.note.rstrip('。')}" if asked.note else ""
    why = f"{asked.get_state_display()}{until}{note}。"
    return _tell_of_extension(actor, asked, measure, people, "extension_answered", why)


def tell_moved(*, actor: Actor, occurrence: Occurrence, before: dt.date, reason: str) -> int:
    """Tell those who act on an occurrence of its new date."""
    measure = occurrence.duty.measure
    finding = None
    if measure is None:
        people = holders(occurrence.unit_id, ("office",), actor.today)
        what = occurrence.duty.mechanism.name if occurrence.duty.mechanism else ""
    else:
        people = answerable([measure.pk], OWNERS, actor.today)[measure.pk]
        finding = findings_of([measure.pk]).get(measure.pk)
        what = f"措施{measure.reference}"
    telling = [
        Telling(
            person, "occurrence_moved", f"occurrence:{occurrence.pk}:moved:{occurrence.version}",
            f"{what}{occurrence.label}的周期任务",
            f"到期日由{day_words(before)}调整为{day_words(occurrence.due_on)}，{reason.rstrip('。')}。",
            "occurrence", occurrence.pk, occurrence.inspection_id, finding,
        )
        for person in _besides(actor, people)
    ]  # fmt: skip
    return tell(actor=actor, unit_id=occurrence.unit_id, tellings=telling)


def tell_handed_over(*, actor: Actor, handover: Handover, passed: Iterable[Assignment]) -> int:
    """Tell the receiver what has become theirs, finding by finding."""
    rows = list(passed)
    answers = Answer.objects.filter(response__in={row.response_id for row in rows}, finding__withdrawn_at=None)
    named: dict[int, tuple[int, str]] = {}
    for response, finding, reference, layer in answers.order_by("finding__order", "finding_id").values_list(
        "response_id", "finding_id", "finding__reference", "finding__layer"
    ):
        if layer == Layer.RESTRICTED or response not in named:
            named[response] = (finding, reference)
    lines = {}
    for row in rows:
        role = Assignment.Role(row.role).label
        if row.response_id in named:
            finding, reference = named[row.response_id]
            line = Line(f"问题{reference}", f"您是{role}。", role, "finding", finding, finding)
        else:
            line = Line(f"措施组{row.response.reference}", f"您是{role}。", role, "ledger", row.inspection_id)
        lines[line.what, role] = line
    if not lines:
        return 0
    telling = Telling(
        handover.receiver_id, "assigned", f"handover:{handover.pk}", f"{handover.giver.name}向您交接",
        f"事由：{handover.reason}", "home", lines=tuple(lines.values()),
    )  # fmt: skip
    return tell(actor=actor, unit_id=handover.unit_id, tellings=[telling])


def _tell_of_extension(actor: Actor, asked: Extension, measure: Measure, people: set[int], kind: str, why: str) -> int:
    finding = findings_of([measure.pk]).get(measure.pk)
    tellings = [
        Telling(
            person, kind, f"extension:{asked.pk}:{asked.state}", f"措施{measure.reference}", why,
            "extension", asked.pk, asked.inspection_id, finding,
        )
        for person in _besides(actor, people)
    ]  # fmt: skip
    return tell(actor=actor, unit_id=asked.unit_id, tellings=tellings)


def _besides(actor: Actor, people: set[int]) -> list[int]:
    return sorted(people - {actor.person_id or 0})
