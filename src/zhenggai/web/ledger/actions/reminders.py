"""到期提醒: one digest a person and day of what has crossed a threshold of the profile; each crossing is told once for ever."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from zhenggai.profile.lights import days_left, words_of
from zhenggai.text import day_words
from zhenggai.web.accounts.models import Grant
from zhenggai.web.audit.chain import Actor, Subject, hold_chain, record
from zhenggai.web.ledger.actions.notices import Line, Telling, tell
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.light_recipients import hearing
from zhenggai.web.ledger.models import Answer, Inspection, Measure, Occurrence, Reminder
from zhenggai.web.ledger.models.rows import CompletionStatus
from zhenggai.web.ledger.recipients import findings_of, layers_of, portions
from zhenggai.workflow import ACTS, ROLES
from zhenggai.workflow.closures import CLOSED
from zhenggai.workflow.reminders import MISSED, Due, Mark, crossed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhenggai.profile import Profile
    from zhenggai.web.ledger.light_recipients import Lit

LISTED = 300
"""Entries of one digest; what is beyond is counted and stands in the ledger."""
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class _Crossing:
    """What is to be told of one measure or occurrence. `measure_id` is the measure whose people hear of it, if it is one's."""

    mark: Mark
    due_on: dt.date
    what: str
    why: str
    screen: str
    argument: int
    measure_id: int | None
    occurrence_id: int | None = None

    @property
    def missed(self) -> bool:
        return self.occurrence_id is not None and self.mark.days_left == MISSED


def remind(*, actor: Actor, inspection_id: int) -> dict[str, int]:
    """Tell those whom the profile names for a light which measures and occurrences of an inspection have come into it."""
    with transaction.atomic():
        inspection = Inspection.objects.get(pk=inspection_id)
        hold_chain(inspection.unit_id)
        profile = profile_of(inspection.profile)
        told = _told(inspection)
        crossings = [
            *_measures(inspection, profile, actor.today, told),
            *_occurrences(inspection, profile, actor.today, told),
        ]
        if not crossings:
            return {}
        earlier = Reminder.objects.filter(inspection=inspection, day=actor.today).count()
        Reminder.objects.bulk_create((_row(inspection, one, actor.today) for one in crossings), batch_size=_AT_ONCE)
        roles = {light.colour: light.told for light in profile.thresholds}
        lit = [(one.measure_id, one.mark.colour) for one in crossings]
        people = hearing(lit, roles, unit_id=inspection.unit_id, today=actor.today)
        tellings = list(_digests(inspection, crossings, people, actor.today, earlier))
        count = tell(actor=actor, unit_id=inspection.unit_id, tellings=tellings)
        record(
            unit_id=inspection.unit_id,
            actor=actor,
            action="reminder.told",
            subject=Subject("inspection", inspection.pk, f"《{inspection.title}》的到期提醒"),
            after={"reminded": len(crossings), "people": len({telling.person_id for telling in tellings})},
        )
    return {"到期提醒": count}


def _told(inspection: Inspection) -> dict[tuple[int | None, int | None, dt.date], list[int]]:
    """Return which thresholds have been told, by measure or occurrence and its date."""
    found: dict[tuple[int | None, int | None, dt.date], list[int]] = defaultdict(list)
    rows = Reminder.objects.filter(inspection=inspection)
    for measure, occurrence, due_on, left in rows.values_list("measure_id", "occurrence_id", "due_on", "days_left"):
        found[measure, occurrence, due_on].append(left)
    return found


def _measures(
    inspection: Inspection,
    profile: Profile,
    today: dt.date,
    told: dict[tuple[int | None, int | None, dt.date], list[int]],
) -> Iterator[_Crossing]:
    """Yield what has been crossed by open measures, the most urgent first."""
    marks = [Mark(light.days_left, light.word, light.colour) for light in profile.thresholds]
    until = today + dt.timedelta(days=max(mark.days_left for mark in marks))
    still = Answer.objects.filter(response=OuterRef("response"), finding__withdrawn_at=None)
    rows = (
        Measure.objects.filter(Exists(still.exclude(finding__closure_stage__in=CLOSED)))
        .filter(inspection=inspection, withdrawn_at=None, due_on__lte=until)
        .exclude(completion_status=CompletionStatus.COMPLETED)
        .order_by("due_on", "order", "pk")
    )
    for pk, reference, due_on in rows.values_list("pk", "reference", "due_on"):
        mark = crossed(marks, Due(due_on, told.get((pk, None, due_on), ())), today) if due_on else None
        if mark and due_on:
            why = f"{day_words(due_on)}到期，{words_of(days_left(due_on, today))}。"
            yield _Crossing(mark, due_on, f"措施{reference}", why, "progress", pk, pk)


def _occurrences(
    inspection: Inspection,
    profile: Profile,
    today: dt.date,
    told: dict[tuple[int | None, int | None, dt.date], list[int]],
) -> Iterator[_Crossing]:
    """Yield what has been crossed by open occurrences whose period has begun; one that is past is missed."""
    ahead = [Mark(light.days_left, light.word, light.colour) for light in profile.thresholds if light.days_left >= 0]
    marks = [*ahead, Mark(MISSED, "缺次", profile.thresholds[0].colour)]
    until = today + dt.timedelta(days=max(mark.days_left for mark in marks))
    rows = Occurrence.objects.filter(inspection=inspection, withdrawn_at=None, done__lt=F("quota"), due_on__lte=until)
    rows = rows.select_related("duty__measure", "duty__mechanism").order_by("due_on", "pk")
    for row in rows:
        if row.due_on >= today and min(row.start, row.scheduled_on) > today:
            continue
        mark = crossed(marks, Due(row.due_on, told.get((None, row.pk, row.due_on), ())), today)
        if mark is None:
            continue
        measure = row.duty.measure
        name = f"措施{measure.reference}" if measure else row.duty.mechanism.name if row.duty.mechanism else ""
        left = words_of(days_left(row.due_on, today))
        state = (
            f"缺{row.shortfall(today)}次"
            if mark.days_left == MISSED
            else f"{left}，已完成{row.done}次、要求{row.quota}次"
        )
        yield _Crossing(
            mark, row.due_on, f"{name}{row.label}的周期任务", f"{day_words(row.due_on)}到期，{state}。",
            "occurrence", row.pk, measure.pk if measure else None, row.pk,
        )  # fmt: skip


def _row(inspection: Inspection, one: _Crossing, day: dt.date) -> Reminder:
    return Reminder(
        unit_id=inspection.unit_id,
        inspection=inspection,
        measure_id=None if one.occurrence_id else one.measure_id,
        occurrence_id=one.occurrence_id,
        due_on=one.due_on,
        days_left=one.mark.days_left,
        day=day,
    )


def _digests(
    inspection: Inspection, crossings: list[_Crossing], people: Mapping[Lit, set[int]], today: dt.date, earlier: int
) -> Iterator[Telling]:
    """Yield a digest for each person: what falls due, and apart from it what has been missed."""
    findings = findings_of({one.measure_id for one in crossings if one.measure_id})
    secret = layers_of(set(findings.values()))
    reporting = _reporting({person for some in people.values() for person in some}, today)
    shares: dict[tuple[int, bool], list[_Crossing]] = defaultdict(list)
    for one in crossings:
        for person in people.get((one.measure_id, one.mark.colour), ()):
            shares[person, one.missed].append(one)
    for (person, missed), share in sorted(shares.items()):
        lines: list[Line] = []
        beyond = Counter[str]()
        for one in sorted(share, key=lambda one: one.mark.days_left):
            finding = findings.get(one.measure_id or 0)
            if len(lines) < LISTED or finding in secret:
                place = (one.screen, one.argument)
                if one.screen == "progress" and person not in reporting and finding:
                    place = ("finding", finding)
                lines.append(Line(one.what, one.why, one.mark.word, *place, finding))
            else:
                beyond[one.mark.word] += 1
        lines += [
            Line(f"其余{count}项", "请在台账中查看。", word, "ledger", inspection.pk, None, count)
            for word, count in beyond.items()
        ]
        kind = "occurrence_missed" if missed else "due"
        what = f"《{inspection.title}》" + ("有周期任务没有完成" if missed else "有事项临近或超过时限")
        yield Telling(
            person, kind, f"{kind}:{inspection.pk}:{person}:{today.isoformat()}:{earlier}", what, "", "ledger", inspection.pk, inspection.pk,
            lines=tuple(lines),
        )  # fmt: skip


def _reporting(people: set[int], today: dt.date) -> set[int]:
    """Return who may report progress at all; the others are led to the finding."""
    roles = [role for role in ROLES if ACTS["progress.report"].of(role)]
    grants = Grant.objects.filter(Grant.current(today), role__in=roles)
    return {
        person
        for some in portions(people)
        for person in grants.filter(person__in=some).values_list("person_id", flat=True)
    }
