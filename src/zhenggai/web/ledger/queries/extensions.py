"""延期: the applications that a person sees, one of them, and what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from zhenggai.profile import DECIDERS
from zhenggai.web.faults import Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.extensions import case_of, deciding
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import Answer, Extension
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.web.ledger.queries.closure_queues import UNSAID
from zhenggai.workflow.extensions import refusal_to_ask

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Measure

State = Extension.State
SHOWN = 200


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """One application. `measure`, `reason` and `progress` are not said where a list may not say them."""

    id: int
    number: int
    state: str
    state_code: str
    reference: str
    measure: str
    measure_id: int
    inspection: str
    due_on: dt.date
    until: dt.date
    reason: str
    progress: str
    asked_by: str
    asked_at: dt.datetime
    answer_by: dt.date
    granted_until: dt.date | None
    note: str
    decided_by: str
    decided_at: dt.datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class ExtensionStory:
    """One application with what the person may do with it, and the measure's earlier ones."""

    line: ExtensionLine
    original_due_on: dt.date | None
    finding_id: int
    earlier: tuple[ExtensionLine, ...]
    may_decide: bool
    may_withdraw: bool
    deciders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """What the form of an application needs: `refusal` says why none can be made."""

    measure: Measure
    finding_id: int
    refusal: str
    granted: int
    most: int
    answer_workdays: int
    earlier: tuple[ExtensionLine, ...]


def extension_list(rights: Rights) -> tuple[ExtensionLine, ...]:
    """Return the applications that the person sees: those that wait first, then the newest."""
    seen = Extension.objects.filter(measure__in=access.measures(rights, "ledger.read").values("pk"))
    waiting = list(_rows(seen.filter(state=State.ASKED)).order_by("answer_by", "pk")[:SHOWN])
    settled = list(_rows(seen.exclude(state=State.ASKED)).order_by("-decided_at", "-pk")[:SHOWN])
    return _lines([*waiting, *settled], told=False)


def extension_story(rights: Rights, pk: int) -> ExtensionStory:
    """Return one application; faults as `access.measure`."""
    row = _rows(Extension.objects.filter(pk=pk)).first()
    if row is None:
        raise Unknown("这份延期申请")
    measure = access.measure(rights, row.measure_id, "ledger.read")
    earlier = _rows(Extension.objects.filter(measure=measure, number__lt=row.number)).order_by("-number")
    waits = row.state == State.ASKED
    return ExtensionStory(
        line=_lines([row], told=True)[0],
        original_due_on=measure.original_due_on,
        finding_id=access.answered_by(rights, measure.response_id),
        earlier=_lines(earlier, told=True),
        may_decide=waits and row.asked_by_id not in rights.people and _may_decide(rights, row),
        may_withdraw=waits and access.measures(rights, "extension.ask").filter(pk=measure.pk).exists(),
        deciders=tuple(
            words
            for role, words in DECIDERS.items()
            if role in profile_of(measure.inspection.profile).extension.decided_by
        ),
    )


def asking(rights: Rights, measure_id: int) -> Asking:
    """Return what the form for the measure needs; faults as `access.measure`."""
    measure = access.measure(rights, measure_id, "extension.ask")
    case = case_of(measure, rights.today)
    custom = profile_of(measure.inspection.profile).extension
    return Asking(
        measure=measure,
        finding_id=access.answered_by(rights, measure.response_id),
        refusal=refusal_to_ask(case),
        granted=case.granted,
        most=case.most,
        answer_workdays=custom.answer_workdays,
        earlier=_lines(_rows(Extension.objects.filter(measure=measure)).order_by("-number"), told=True),
    )


def waiting_for(rights: Rights) -> tuple[ExtensionLine, ...]:
    """Return the applications that the person is to answer, the most urgent first."""
    if not rights.may("extension.decide"):
        return ()
    reach = access.measures(rights, "extension.decide").values("pk")
    rows = _rows(Extension.objects.filter(state=State.ASKED, measure__in=reach)).exclude(asked_by__in=rights.people)
    found = list(rows.order_by("answer_by", "pk")[:SHOWN])
    mine: set[int] = set()
    for profile in {row.inspection.profile for row in found}:
        narrowed = access.measures(deciding(rights, profile), "extension.decide")
        asked = [row.measure_id for row in found if row.inspection.profile == profile]
        mine |= set(narrowed.filter(pk__in=asked).values_list("pk", flat=True))
    return _lines([row for row in found if row.measure_id in mine], told=False)


def extensions_of(measures: Iterable[int]) -> dict[int, tuple[Extension, ...]]:
    """Return the applications of each measure, the newest first."""
    found: dict[int, list[Extension]] = {}
    for row in Extension.objects.filter(measure__in=list(measures)).order_by("-number"):
        found.setdefault(row.measure_id, []).append(row)
    return {measure: tuple(rows) for measure, rows in found.items()}


def _rows(rows: QuerySet[Extension]) -> QuerySet[Extension]:
    secret = Answer.objects.filter(response=OuterRef("measure__response"), finding__layer=Layer.RESTRICTED)
    people = rows.select_related("measure", "inspection", "asked_by", "decided_by")
    return people.annotate(secret=Exists(secret))


def _may_decide(rights: Rights, row: Extension) -> bool:
    narrowed = deciding(rights, row.inspection.profile)
    return access.measures(narrowed, "extension.decide").filter(pk=row.measure_id).exists()


def _lines(rows: Iterable[Extension], *, told: bool) -> tuple[ExtensionLine, ...]:
    """Return the rows as lines; a list (not `told`) says nothing of a restricted finding's words."""
    return tuple(_line(row, hidden=not told and row.secret) for row in rows)  # type: ignore[attr-defined]  # annotated


def _line(row: Extension, *, hidden: bool) -> ExtensionLine:
    return ExtensionLine(
        id=row.pk,
        number=row.number,
        state=row.get_state_display(),
        state_code=row.state,
        reference=row.measure.reference,
        measure=UNSAID if hidden else row.measure.text,
        measure_id=row.measure_id,
        inspection=row.inspection.title,
        due_on=row.due_on,
        until=row.until,
        reason="" if hidden else row.reason,
        progress="" if hidden else row.progress,
        asked_by=row.asked_by.name,
        asked_at=row.asked_at,
        answer_by=row.answer_by,
        granted_until=row.granted_until,
        note="" if hidden else row.note,
        decided_by=row.decided_by.name if row.decided_by else "",
        decided_at=row.decided_at,
        version=row.version,
    )
