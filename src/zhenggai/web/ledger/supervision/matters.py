"""What the ledger says of the matter of a paper on a day: what a draft is filled with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from zhenggai import profile as profiles
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import Answer, Assignment, Finding, Measure, ProgressUpdate, SupervisionPaper
from zhenggai.web.ledger.supervision.addressees import addressees_of, measures_of
from zhenggai.workflow.ladder import ISSUED, words_of_due
from zhenggai.workflow.paper_forms import Known, fill

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from zhenggai.profile import Level

_LONGEST = 300


def level_of(paper: SupervisionPaper) -> Level | None:
    """Return the level of a paper as the ledger's profile has it today; None where the profile has no such level any more."""
    levels = profile_of(paper.inspection.profile).ladder.levels
    return levels[paper.level] if paper.level < len(levels) else None


def body_of(paper: SupervisionPaper, today: dt.date) -> dict[str, str]:
    """Return the paper field by field: as it was left, or filled from what is known on the day."""
    if paper.body:
        return {key: str(words) for key, words in paper.body.items()}
    return fill(paper.kind, known_of(paper, today))


def known_of(paper: SupervisionPaper, today: dt.date) -> Known:
    """Return what the ledger says of the paper's matter on the day."""
    ids = measures_of(paper)
    measures = list(Measure.objects.filter(pk__in=ids).order_by("order", "pk"))
    named = _named(measures, today)
    level = level_of(paper)
    people = addressees_of(paper, level, today) if level else {}
    levels = profile_of(paper.inspection.profile).ladder.levels
    measure = measures[0] if paper.measure_id and measures else None
    last = _last_report(ids)
    return Known(
        matter=matter_in_words(paper),
        reason=_facts(paper, measure, today),
        level=paper.level_name,
        next_level=levels[paper.level + 1].name if paper.level + 1 < len(levels) else "",
        due_on=measure.due_on if measure else None,
        left=profiles.days_left(measure.due_on, today) if measure and measure.due_on else None,
        percent=measure.percent if measure else None,
        progress=last,
        addressees="、".join(name for name, _ in people.values()),
        lead_leaders=named.get("lead_leader", ""),
        responsible_leaders=named.get("responsible_leader", ""),
        departments=paper.department.name if paper.department else named.get("responsible_department", ""),
        cooperating=named.get("cooperating_department", ""),
        unit=paper.unit.name,
        source=f"《{paper.inspection.title}》中，",
        answer_workdays=level.answer_workdays if level else 0,
        times=_times(paper),
        contact="整改办",
        measures=_listed(measures) if paper.finding_id else "",
    )


def _facts(paper: SupervisionPaper, measure: Measure | None, today: dt.date) -> str:
    """Return the facts that the paper goes by: those of the day where they are a matter of days, else those of the proposal."""
    if measure and measure.due_on and paper.cause.startswith("due:"):
        return f"{words_of_due(measure.due_on, measure.percent, today)}。"
    words = str(paper.facts.get("words") or paper.reason)
    return words if words.endswith("。") else f"{words}。"


def matter_in_words(paper: SupervisionPaper) -> str:
    """Return what a paper is about, with number and words."""
    if paper.measure:
        finding = (
            Finding.objects.filter(responses=paper.measure.response_id, withdrawn_at=None).order_by("order").first()
        )
        of = f"问题{finding.reference}：{_cut(finding.text)}\n" if finding else ""
        return f"{of}措施{paper.measure.reference}：{_cut(paper.measure.text)}"
    if paper.finding:
        return f"问题{paper.finding.reference}：{_cut(paper.finding.text)}"
    return f"{paper.department.name}承担的整改措施" if paper.department else ""


def findings_of_papers(papers: Iterable[SupervisionPaper]) -> dict[int, int]:
    """Return the finding on whose page each paper stands, by paper; none for those about departments."""
    rows = list(papers)
    responses = {row.measure.response_id for row in rows if row.measure}
    first: dict[int, int] = {}
    answers = Answer.objects.filter(response__in=responses, finding__withdrawn_at=None).order_by("finding__order", "pk")
    for response, finding in answers.values_list("response_id", "finding_id"):
        first.setdefault(response, finding)
    found = {}
    for row in rows:
        finding_id = row.finding_id or (first.get(row.measure.response_id) if row.measure else None)
        if finding_id:
            found[row.pk] = finding_id
    return found


def _named(measures: list[Measure], today: dt.date) -> dict[str, str]:
    responses = {measure.response_id for measure in measures}
    rows = Assignment.objects.filter(Q(until=None) | Q(until__gte=today), response__in=responses)
    found: dict[str, dict[str, None]] = {}
    for role, name in rows.order_by("order", "pk").values_list("role", "name"):
        found.setdefault(role, {})[name] = None
    return {role: "、".join(names) for role, names in found.items()}


def _last_report(measures: list[int]) -> str:
    last = ProgressUpdate.objects.filter(measure__in=measures).order_by("-pk").values_list("done", flat=True).first()
    return _cut(last or "")


def _times(paper: SupervisionPaper) -> int:
    """Return which paper of its kind this is on the matter."""
    same = SupervisionPaper.objects.filter(
        measure=paper.measure_id, finding=paper.finding_id, department=paper.department_id, kind=paper.kind
    )
    earlier = same.filter(inspection=paper.inspection_id, state__in=ISSUED)
    return (earlier.filter(pk__lt=paper.pk) if paper.pk else earlier).count() + 1


def _listed(measures: list[Measure]) -> str:
    return "；".join(f"{measure.reference} {_cut(measure.text, 80)}" for measure in measures[:10])


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
