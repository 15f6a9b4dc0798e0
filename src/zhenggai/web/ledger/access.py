"""May this person see it: every query of the ledger begins here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhenggai.web.accounts.actions.permission import refusal, require
from zhenggai.web.accounts.models import OrganizationClosure
from zhenggai.web.faults import Unknown
from zhenggai.web.ledger.models import (
    Answer,
    Assignment,
    Closure,
    Evidence,
    EvidenceLink,
    Finding,
    ImportDraft,
    Inspection,
    Job,
    Measure,
    Occurrence,
    PaperRecipient,
    ReportingCycle,
    Response,
    ReturnedSheet,
    SupervisionPaper,
)
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.workflow import Reach
from zhenggai.workflow.papers import UNSERVED

if TYPE_CHECKING:
    from collections.abc import Collection

    from zhenggai.web.accounts.rights import Rights

__all__ = [
    "answered_by",
    "collected",
    "draft",
    "drafts",
    "evidence",
    "evidence_piece",
    "finding",
    "findings",
    "in_units",
    "inspection",
    "inspections",
    "job",
    "jobs",
    "measure",
    "measures",
    "measures_beyond",
    "measures_shown_with_evidence",
    "occurrence",
    "occurrences",
    "own_measures",
    "paper",
    "papers",
    "refusal",
    "reporting_cycle",
    "reporting_cycles",
    "require",
    "responses",
    "restricted_in",
    "restricted_measures",
    "returned_sheet",
    "shown",
]


def inspections(rights: Rights, act: str = "ledger.read") -> QuerySet[Inspection]:
    """Return the inspections that `act` reaches, in whole or in part."""
    own = Q(pk__in=_own_assignments(rights).values("inspection_id")) if _reaches_own(rights, act) else Q(pk__in=())
    return Inspection.objects.filter(in_units(rights, act, filed="filed_at") | own)


def findings(rights: Rights, act: str = "ledger.read") -> QuerySet[Finding]:
    """Return the findings that `act` reaches and whose layer the person may see, those withdrawn included."""
    condition = in_units(rights, act)
    if _reaches_own(rights, act):
        own = Answer.objects.filter(response__in=_own_assignments(rights).values("response_id"))
        condition |= Q(pk__in=own.values("finding_id"))
    return Finding.objects.filter(condition).filter(_layer(rights))


def measures(rights: Rights, act: str) -> QuerySet[Measure]:
    """Return the measures that `act` reaches; a measure of a restricted finding only with a need to know."""
    condition = in_units(rights, act)
    if _reaches_own(rights, act):
        condition |= Q(response__in=_own_assignments(rights).values("response_id"))
    return Measure.objects.filter(condition, shown(rights, "response"))


def own_measures(rights: Rights) -> QuerySet[Measure]:
    """Return those of the measures that the person may see for which the person, a department of theirs or an absent colleague answers."""
    mine = _own_assignments(rights).values("response_id")
    return measures(rights, "ledger.read").filter(response__in=mine)


def responses(rights: Rights, act: str) -> QuerySet[Response]:
    """Return the responses that `act` reaches, as `measures` does."""
    condition = in_units(rights, act)
    if _reaches_own(rights, act):
        condition |= Q(pk__in=_own_assignments(rights).values("response_id"))
    return Response.objects.filter(condition, shown(rights, "pk"))


def shown(rights: Rights, response: str) -> Q:
    """Return the condition that the response in the field `response` answers no restricted finding which is secret to the person.

    It asks for each row by itself, so that it costs what is shown and not what the store holds.
    """
    secret = Answer.objects.filter(response=OuterRef(response), finding__layer=Layer.RESTRICTED)
    return Q(~Exists(secret.exclude(finding__unit__in=rights.restricted_units)))


def occurrences(rights: Rights, act: str) -> QuerySet[Occurrence]:
    """Return the occurrences that `act` reaches: those of measures as `measures` does, those of arrangements with the whole unit."""
    of_measures = Q(duty__measure__in=measures(rights, act).values("pk"))
    return Occurrence.objects.filter(of_measures | (Q(duty__measure=None) & in_units(rights, act)))


def papers(rights: Rights, act: str = "paper.read") -> QuerySet[SupervisionPaper]:
    """Return the supervision papers that `act` reaches: those addressed to the person or about what is the person's, or all of a unit.

    One that has not been served is seen by who drafts and signs alone; one about a restricted finding only with a need to know.
    """
    condition = in_units(rights, act)
    if _reaches_own(rights, act):
        own = _own_assignments(rights).values("response_id")
        condition |= Q(pk__in=PaperRecipient.objects.filter(person__in=rights.people).values("paper_id"))
        condition |= Q(measure__response__in=own) | Q(department__in=rights.departments)
        condition |= Q(finding__in=Answer.objects.filter(response__in=own).values("finding_id"))
    found = SupervisionPaper.objects.filter(condition)
    secret = Answer.objects.filter(response=OuterRef("measure__response"), finding__layer=Layer.RESTRICTED)
    found = found.filter(
        ~Exists(secret.exclude(finding__unit__in=rights.restricted_units)),
        Q(finding=None) | ~Q(finding__layer=Layer.RESTRICTED) | Q(finding__unit__in=rights.restricted_units),
    )
    makers = rights.scopes_at("paper.draft", Reach.UNIT) | rights.scopes_at("paper.sign", Reach.UNIT)
    return found.filter(~Q(state__in=UNSERVED) | Q(unit__in=_units(makers)))


def evidence(rights: Rights, act: str = "evidence.read") -> QuerySet[Evidence]:
    """Return the pieces of evidence that `act` reaches, those withdrawn included, and whose layer the person may see.

    A piece is reached through any measure that it proves; offices above see what a closed finding was closed upon.
    """
    links = EvidenceLink.objects.filter(
        evidence=OuterRef("pk"), removed_at=None, measure__in=measures_shown_with_evidence(rights, act).values("pk")
    )
    return Evidence.objects.filter(Exists(links)).filter(_layer(rights))


def measures_shown_with_evidence(rights: Rights, act: str = "evidence.read") -> QuerySet[Measure]:
    """Return the measures whose evidence `act` reaches."""
    condition = Q(pk__in=())
    if whole := rights.scopes_at(act, Reach.UNIT):
        condition |= Q(unit__in=_units(whole))
    if _reaches_own(rights, act):
        condition |= Q(response__in=_own_assignments(rights).values("response_id"))
    if below := rights.scopes_at(act, Reach.FILED):
        submitted = Closure.objects.filter(closed_at__isnull=False, finding__answers__response=OuterRef("response"))
        condition |= Q(Exists(submitted), inspection__filed_at__isnull=False, unit__in=_units(below))
    return Measure.objects.filter(condition, shown(rights, "response"))


def measures_beyond(rights: Rights, piece: Evidence) -> QuerySet[Measure]:
    """Return the measures that a piece proves and whose evidence is not the person's to change."""
    own = measures(rights, "evidence.edit").values("pk")
    return Measure.objects.filter(
        evidence_links__evidence=piece, evidence_links__removed_at=None, withdrawn_at=None
    ).exclude(pk__in=own)


def restricted_measures(ids: Collection[int]) -> set[int]:
    """Return which of the measures answer a restricted finding."""
    found = Answer.objects.filter(response__measures__in=ids, finding__layer=Layer.RESTRICTED)
    return set(found.values_list("response__measures", flat=True)) & set(ids)


def restricted_in(inspection_id: int) -> set[int]:
    """Return the measures of an inspection that answer a restricted finding."""
    found = Answer.objects.filter(finding__inspection=inspection_id, finding__layer=Layer.RESTRICTED)
    return {pk for pk in found.values_list("response__measures", flat=True) if pk}


def reporting_cycles(rights: Rights, act: str) -> QuerySet[ReportingCycle]:
    """Return the reporting cycles of the units in which the person may do `act`."""
    return ReportingCycle.objects.filter(in_units(rights, act))


def reporting_cycle(rights: Rights, pk: int, act: str) -> ReportingCycle:
    """Return one reporting cycle for `act`; faults as `inspection`."""
    found = reporting_cycles(rights, act).select_related("inspection", "unit").filter(pk=pk).first()
    if found is None:
        _refuse_if(reporting_cycles(rights, "reporting.read").filter(pk=pk).exists(), act)
        raise Unknown("这个填报周期")
    return found


def collected(rights: Rights, act: str = "reporting.collect") -> Q:
    """Return the condition on sheets that came back: of the units of the office, or sent to a department of the person's."""
    own = Q(sheet__organization__in=rights.departments) if _reaches_own(rights, act) else Q(pk__in=())
    return in_units(rights, act, filed="brought_at") | own


def returned_sheet(rights: Rights, pk: int, act: str = "reporting.collect") -> ReturnedSheet:
    """Return one sheet that came back, for the office of its unit or the department that it was sent to; faults as `inspection`."""
    found = ReturnedSheet.objects.filter(collected(rights, act))
    one = found.select_related("sheet__cycle__inspection", "brought_by").filter(pk=pk).first()
    if one is None:
        raise Unknown("这份收回的填报表")
    return one


def drafts(rights: Rights, act: str = "import.read") -> QuerySet[ImportDraft]:
    """Return the drafts of the units in which the person may do `act`."""
    return ImportDraft.objects.filter(in_units(rights, act, filed="created_at"))


def jobs(rights: Rights, act: str) -> QuerySet[Job]:
    """Return the background jobs of the units in which the person may do `act`, and with them those of the whole installation."""
    scopes = rights.scopes_at(act, Reach.UNIT)
    return Job.objects.filter(Q(unit__in=_units(scopes)) | Q(unit=None)) if scopes else Job.objects.none()


def job(rights: Rights, pk: int, act: str, kind: str | None = None) -> Job:
    """Return one background job for `act`, of `kind` if that is given.

    Raises:
        Unknown: there is none, or it is not the person's to see.
    """
    found = jobs(rights, act).filter(pk=pk).first()
    if found is None or kind not in (None, found.kind):
        raise Unknown("这项后台任务")
    return found


def inspection(rights: Rights, pk: int, act: str) -> Inspection:
    """Return one inspection for `act`.

    Raises:
        Unknown: there is none, or the person may not even know of it.
        Refused: the person may see it, but not do this.
    """
    found = inspections(rights, act).filter(pk=pk).first()
    if found is None:
        _refuse_if(inspections(rights).filter(pk=pk).exists(), act)
        raise Unknown("这次巡察或审计")
    return found


def finding(rights: Rights, pk: int, act: str) -> Finding:
    """Return one finding for `act`; faults as `inspection`."""
    found = findings(rights, act).select_related("inspection", "area", "item").filter(pk=pk).first()
    if found is None:
        _refuse_if(findings(rights).filter(pk=pk).exists(), act)
        raise Unknown("这个问题")
    return found


def measure(rights: Rights, pk: int, act: str) -> Measure:
    """Return one measure for `act`; faults as `inspection`."""
    found = measures(rights, act).select_related("inspection", "response").filter(pk=pk).first()
    if found is None:
        _refuse_if(measures(rights, "ledger.read").filter(pk=pk).exists(), act)
        raise Unknown("这项措施")
    return found


def occurrence(rights: Rights, pk: int, act: str) -> Occurrence:
    """Return one occurrence for `act`, with its duty; faults as `inspection`."""
    found = (
        occurrences(rights, act).select_related("duty__measure", "duty__mechanism", "inspection").filter(pk=pk).first()
    )
    if found is None:
        _refuse_if(occurrences(rights, "ledger.read").filter(pk=pk).exists(), act)
        raise Unknown("这一次周期任务")
    return found


def response(rights: Rights, pk: int, act: str) -> Response:
    """Return one response for `act`; faults as `inspection`."""
    found = responses(rights, act).select_related("inspection").filter(pk=pk).first()
    if found is None:
        _refuse_if(responses(rights, "ledger.read").filter(pk=pk).exists(), act)
        raise Unknown("这组措施")
    return found


def paper(rights: Rights, pk: int, act: str) -> SupervisionPaper:
    """Return one supervision paper for `act`, with what it is about; faults as `inspection`."""
    about = ("inspection", "measure__response", "finding", "department", "unit", "follows")
    found = papers(rights, act).select_related(*about).filter(pk=pk).first()
    if found is None:
        _refuse_if(papers(rights).filter(pk=pk).exists(), act)
        raise Unknown("这份督办文书")
    return found


def draft(rights: Rights, pk: int, act: str) -> ImportDraft:
    """Return one draft for `act`; faults as `inspection`."""
    found = drafts(rights, act).select_related("document", "inspection").filter(pk=pk).first()
    if found is None:
        _refuse_if(drafts(rights).filter(pk=pk).exists(), act)
        raise Unknown("这份导入稿")
    return found


def evidence_piece(rights: Rights, pk: int, act: str) -> Evidence:
    """Return one piece of evidence for `act`; faults as `inspection`."""
    found = evidence(rights, act).select_related("inspection").filter(pk=pk).first()
    if found is None:
        _refuse_if(evidence(rights).filter(pk=pk).exists(), act)
        raise Unknown("这份佐证材料")
    return found


def answered_by(rights: Rights, response_id: int) -> int:
    """Return the first finding that the response answers and the person may see.

    Raises:
        Unknown: there is none.
    """
    answers = Answer.objects.filter(response=response_id, finding__in=findings(rights).values("pk"))
    found = answers.order_by("finding__order").values_list("finding_id", flat=True).first()
    if found is None:
        raise Unknown("这项措施对应的问题")
    return found


def _refuse_if(visible: bool, act: str) -> None:
    if visible:
        raise refusal(act)


def in_units(rights: Rights, act: str, *, filed: str = "inspection__filed_at") -> Q:
    """Return the condition on a row's unit: whole units, and below inspecting offices only what is filed."""
    condition = Q(pk__in=())
    whole, below = rights.scopes_at(act, Reach.UNIT), rights.scopes_at(act, Reach.FILED)
    if whole:
        condition |= Q(unit__in=_units(whole))
    if below:
        condition |= Q(**{f"{filed}__isnull": False}, unit__in=_units(below))
    return condition


def _units(scopes: frozenset[int]) -> QuerySet[OrganizationClosure, int]:
    return OrganizationClosure.objects.filter(ancestor__in=scopes).values_list("descendant_id", flat=True)


def _reaches_own(rights: Rights, act: str) -> bool:
    return bool(rights.scopes_at(act, Reach.OWN))


def _own_assignments(rights: Rights) -> QuerySet[Assignment]:
    today = rights.today
    mine = Q(person__in=rights.people) | Q(organization__in=rights.departments)
    return Assignment.objects.filter(mine).filter(Q(until=None) | Q(until__gte=today))


def _layer(rights: Rights) -> Q:
    open_to_all = Q(layer=Layer.INTERNAL)
    return open_to_all | Q(unit__in=rights.restricted_units) if rights.restricted_units else open_to_all
