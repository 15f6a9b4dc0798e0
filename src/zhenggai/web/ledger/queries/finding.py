"""One finding and its whole story: source words, answers, limits, responsibility, reports, events."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from zhenggai import deadline
from zhenggai import profile as profiles
from zhenggai.deadline.kinds import Every
from zhenggai.web.audit.wording import Told, tell
from zhenggai.web.ledger import access
from zhenggai.web.ledger.closing.gaps import gaps_of
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.cycles import cycles_now
from zhenggai.web.ledger.models import (
    Answer,
    Assignment,
    DocumentText,
    Extension,
    Finding,
    Measure,
    PlanVersion,
    ProgressUpdate,
)
from zhenggai.web.ledger.models.rows import ClosureStage, CompletionStatus, Layer, RectificationClass
from zhenggai.web.ledger.queries.duties import OccurrenceLine, occurrences_of, without_milestone
from zhenggai.web.ledger.queries.evidence import evidence_of_measures
from zhenggai.web.ledger.queries.ledger import lapsed, numbered
from zhenggai.web.ledger.queries.papers import PaperLine, papers_of_finding

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.profile import Light, Profile
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.cycles import CycleNow
    from zhenggai.web.ledger.queries.evidence import Piece

_STATUS = dict(CompletionStatus.choices)
_CLASS = dict(RectificationClass.choices)
_ROLES = dict(Assignment.Role.choices)
EVENTS = 100
"""How many of the newest events the page shows."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a document in three parts, the middle one the words that are meant; `block` is its place."""

    document_id: int
    block: int
    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Report:
    """One progress update."""

    cycle: str
    revision: int
    percent: int | None
    status: str
    done: str
    difficulty: str
    next_step: str
    by: str
    at: dt.datetime
    late: bool = False
    sender: str = ""
    """Who filled in the sheet that the report came in; "" for one made on the screen."""


@dataclass(frozen=True, slots=True)
class MeasureStory:
    """A measure with its limit and reports, the newest first."""

    id: int
    reference: str
    text: str
    rectification_class: str
    due_text: str
    due_on: dt.date | None
    original_due_on: dt.date | None
    due_statement: str
    light: Light
    percent: int
    status: str
    status_code: str
    duties: str
    version: int
    reports: tuple[Report, ...]
    reported_this_cycle: bool
    cycle: CycleNow
    may_report: bool
    unit_id: int
    inspection_id: int
    evidence: tuple[Piece, ...] = ()
    may_prove: bool = False
    extensions: tuple[Extension, ...] = ()
    occurrences: tuple[OccurrenceLine, ...] = ()
    no_milestone: int = 0
    """In how many days a measure of lasting effect should have something due and has not; 0 where all is well."""
    may_extend: bool = False


@dataclass(frozen=True, slots=True)
class ResponseStory:
    """A response, its parties by role in Chinese, its measures, and the other findings that it answers."""

    id: int
    objective: str
    parties: tuple[tuple[str, str], ...]
    labels: dict[str, str]
    measures: tuple[MeasureStory, ...]
    reports: tuple[Report, ...]
    shared_with: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class FindingStory:
    """Everything of one finding."""

    finding: Finding
    heading: str
    stage: str
    lapsed: bool
    """What was signed for it no longer stands: 需复核."""
    gaps: tuple[str, ...]
    """Signatures of its close-out that nobody can give, and what to do."""
    profile: Profile
    source: tuple[Excerpt, ...]
    responses: tuple[ResponseStory, ...]
    versions: tuple[PlanVersion, ...]
    events: tuple[Told, ...]
    papers: tuple[PaperLine, ...]


def finding_story(rights: Rights, pk: int, *, as_of: dt.date | None = None) -> FindingStory:
    """Return one finding with everything that belongs to it, lateness as on the day `as_of`; faults as `access.finding`."""
    finding = access.finding(rights, pk, "ledger.read")
    profile = profile_of(finding.inspection.profile)
    responses = _responses(rights, finding, profile, as_of or rights.today)
    measures = [measure.id for response in responses for measure in response.measures]
    about = Q(subject_type="finding", subject_id=str(finding.pk))
    about |= Q(subject_type="measure", subject_id__in=[str(pk) for pk in measures])
    about |= Q(subject_type="inspection", subject_id=str(finding.inspection_id))
    about |= Q(subject_type="response", subject_id__in=[str(response.id) for response in responses])
    papers = papers_of_finding(rights, finding.pk)
    about |= Q(subject_type="paper", subject_id__in=[str(paper.id) for paper in papers])
    return FindingStory(
        finding=finding,
        heading=numbered(finding.number, finding.text),
        stage=ClosureStage(finding.closure_stage).label,
        gaps=gaps_of([finding], rights.today).get(finding.pk, ()),
        lapsed=Finding.objects.filter(lapsed(), pk=finding.pk).exists(),
        profile=profile,
        source=_excerpts(finding),
        responses=responses,
        versions=tuple(PlanVersion.objects.filter(inspection=finding.inspection).defer("content").order_by("number")),
        events=tell(about, limit=EVENTS),
        papers=papers,
    )


def measure_story(rights: Rights, pk: int, act: str = "ledger.read") -> MeasureStory:
    """Return one measure for `act` as the finding's page shows it, without its evidence; faults as `access.measure`."""
    measure = access.measure(rights, pk, act)
    profile = profile_of(measure.inspection.profile)
    cycle = cycles_now([measure], rights.today)[measure.pk]
    reports = _reports(Q(measure=measure))
    reportable = access.measures(rights, "progress.report").filter(pk=pk).exists()
    return _measure(measure, reports.get(pk, []), profile, cycle, rights.today, reportable)


def finding_of_measure(rights: Rights, pk: int) -> int:
    """Return a finding that the measure answers and the person may see; faults as `access.measure`."""
    return access.answered_by(rights, access.measure(rights, pk, "ledger.read").response_id)


def restricted_of_measure(rights: Rights, pk: int) -> list[tuple[int, int, str]]:
    """Return the restricted findings that the measure answers as (id, unit, reference): showing it is an event."""
    answered = access.findings(rights).filter(responses__measures=pk, layer=Layer.RESTRICTED)
    return list(answered.values_list("pk", "unit_id", "reference"))


def _responses(rights: Rights, finding: Finding, profile: Profile, day: dt.date) -> tuple[ResponseStory, ...]:
    """Return the responses, lateness as on `day`; what the person may do and the reporting cycle are those of today."""
    answers = Answer.objects.filter(access.shown(rights, "response"), finding=finding, response__withdrawn_at=None)
    answers = answers.select_related("response")
    responses = [answer.response for answer in answers.order_by("response__order", "response_id")]
    ids = [response.pk for response in responses]
    measures: dict[int, list[Measure]] = defaultdict(list)
    for measure in Measure.objects.filter(response__in=ids, withdrawn_at=None).order_by("order", "pk"):
        measure.inspection = finding.inspection
        measures[measure.response_id].append(measure)
    cycles = cycles_now((one for some in measures.values() for one in some), rights.today)
    reports = _reports(Q(response__in=ids))
    parties = _parties(ids)
    shared = _shared(rights, finding, ids)
    mine = set(access.measures(rights, "progress.report").filter(response__in=ids).values_list("pk", flat=True))
    provable = set(access.measures(rights, "evidence.add").filter(response__in=ids).values_list("pk", flat=True))
    extensible = set(access.measures(rights, "extension.ask").filter(response__in=ids).values_list("pk", flat=True))
    extensions = _extensions(ids)
    bare = without_milestone(Measure.objects.filter(response__in=ids), profile, day)
    lacking = set(bare.values_list("pk", flat=True))
    recurring = occurrences_of([measure.pk for group in measures.values() for measure in group], profile, day)
    proofs = evidence_of_measures(rights, [measure.pk for group in measures.values() for measure in group])
    return tuple(
        ResponseStory(
            id=response.pk,
            objective=response.objective,
            parties=parties.get(response.pk, ()),
            labels=_unsaid(response.labels, parties.get(response.pk, ()), measures[response.pk]),
            measures=tuple(
                replace(
                    _measure(
                        measure,
                        reports.get(measure.pk, []),
                        profile,
                        cycles[measure.pk],
                        day,
                        measure.pk in mine,
                    ),
                    evidence=proofs.get(measure.pk, ()),
                    may_prove=measure.pk in provable,
                    occurrences=recurring.get(measure.pk, ()),
                    no_milestone=profile.duty.milestone_days if measure.pk in lacking else 0,
                    extensions=tuple(extensions.get(measure.pk, ())),
                    may_extend=measure.pk in extensible and _may_be_later(measure, rights.today),
                )
                for measure in measures[response.pk]
            ),
            reports=tuple(report for _, report in reports.get(-response.pk, [])),
            shared_with=tuple(shared.get(response.pk, ())),
        )
        for response in responses
    )


def _extensions(responses: list[int]) -> dict[int, list[Extension]]:
    """Return the applications for a later date by measure, in their order."""
    found: dict[int, list[Extension]] = defaultdict(list)
    for row in Extension.objects.filter(measure__response__in=responses).order_by("number"):
        found[row.measure_id].append(row)
    return found


def _may_be_later(measure: Measure, today: dt.date) -> bool:
    """Whether a later date can be worth asking for; the form says why it cannot be asked for after all."""
    return (
        measure.due_on is not None
        and measure.due_on >= today
        and measure.completion_status != CompletionStatus.COMPLETED
    )


def _unsaid(labels: dict[str, str], parties: tuple[tuple[str, str], ...], measures: list[Measure]) -> dict[str, str]:
    """Return the labels of the document without those whose words the page shows already."""
    said = {_letters(names) for _, names in parties} | {_letters(measure.due_text) for measure in measures}
    return {label: words for label, words in labels.items() if _letters(words) not in said}


def _letters(words: str) -> str:
    return "".join(filter(str.isalnum, words))


def _measure(
    measure: Measure,
    reports: list[tuple[str, Report]],
    profile: Profile,
    cycle: CycleNow,
    today: dt.date,
    may_report: bool,
) -> MeasureStory:
    done = measure.completion_status == CompletionStatus.COMPLETED
    return MeasureStory(
        id=measure.pk,
        reference=measure.reference,
        text=numbered(measure.number, measure.text),
        rectification_class=_CLASS.get(measure.rectification_class, ""),
        due_text=measure.due_text,
        due_on=measure.due_on,
        original_due_on=measure.original_due_on,
        due_statement=measure.due_statement,
        light=profiles.light_of(profile, measure.due_on, today, done=done),
        percent=measure.percent,
        status=_STATUS[measure.completion_status],
        status_code=measure.completion_status,
        duties=deadline.show(_every(part) for part in measure.recurrences if part.get("kind") == "every"),
        version=measure.version,
        reports=tuple(report for _, report in reports),
        reported_this_cycle=any(key == cycle.key for key, _ in reports),
        cycle=cycle,
        may_report=may_report,
        unit_id=measure.unit_id,
        inspection_id=measure.inspection_id,
    )


def _every(part: dict[str, Any]) -> Every:
    return Every(**{name: value for name, value in part.items() if name != "kind"})


def _reports(condition: Q) -> dict[int, list[tuple[str, Report]]]:
    """Return reports by measure, the newest first; those of a response alone under its negative id."""
    found: dict[int, list[tuple[str, Report]]] = defaultdict(list)
    for update in ProgressUpdate.objects.filter(condition).select_related("reported_by").order_by("-pk"):
        report = Report(
            cycle=profiles.label_of(update.cycle),
            revision=update.revision,
            percent=update.percent,
            status=_STATUS.get(update.completion_status, ""),
            done=update.done,
            difficulty=update.difficulty,
            next_step=update.next_step,
            by=update.reported_by.name if update.reported_by else "系统",
            at=update.reported_at,
            late=update.late,
            sender=update.sender,
        )
        found[update.measure_id or -update.response_id].append((update.cycle, report))
    return found


def _parties(ids: list[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    names: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    assigned = Assignment.objects.filter(response__in=ids, until=None).order_by("order", "pk")
    for response, role, name in assigned.values_list("response_id", "role", "name"):
        names[response][role].append(name)
    return {
        response: tuple((_ROLES[role], "、".join(dict.fromkeys(roles[role]))) for role in _ROLES if role in roles)
        for response, roles in names.items()
    }


def _shared(rights: Rights, finding: Finding, ids: list[int]) -> dict[int, list[tuple[int, str]]]:
    others: dict[int, list[tuple[int, str]]] = defaultdict(list)
    visible = access.findings(rights).filter(inspection=finding.inspection_id).exclude(pk=finding.pk)
    answers = Answer.objects.filter(response__in=ids, finding__in=visible.values("pk"))
    for response, pk, reference in answers.values_list("response_id", "finding_id", "finding__reference"):
        others[response].append((pk, reference))
    return others


def _excerpts(finding: Finding) -> tuple[Excerpt, ...]:
    """Return the words of the document that the finding was read from, with what stands around them."""
    if not finding.document_id or not finding.places:
        return ()
    stored = DocumentText.objects.filter(document_id=finding.document_id).first()
    if stored is None:
        return ()
    texts = {block["n"]: block["text"] for block in stored.blocks}
    found = []
    for block, start, end in finding.places[:3]:
        text = texts.get(block, "")
        found.append(
            Excerpt(finding.document_id, block, text[max(0, start - 40) : start], text[start:end], text[end : end + 40])
        )
    return tuple(found)
