"""To whom a paper goes: the people who hold the roles of its level for its matter today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.profile import ADDRESSEES
from zhenggai.web.accounts.models import Grant, OrganizationClosure, Person
from zhenggai.web.ledger.models import Finding, Measure
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.web.ledger.recipients import answerable, holders, members_of, reach_of

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.profile import Level
    from zhenggai.web.ledger.models import SupervisionPaper

_OWNERS = ("responsible_department", "responsible_person", "handler")


def addressees_of(paper: SupervisionPaper, level: Level, today: dt.date) -> dict[int, tuple[str, str]]:
    """Return name and role of those to whom the paper goes, by person; of a restricted matter only who may know.

    Who is in several roles stands in the first of them.
    """
    measures = measures_of(paper)
    found: dict[int, str] = {}
    for role in level.recipients:
        for person in sorted(_holding(role, paper, measures, today)):
            found.setdefault(person, role)
    secret = is_restricted(paper)
    reach = reach_of(found, {paper.unit_id} if secret else (), today)
    knowing = reach.knowing.get(paper.unit_id, frozenset())
    people = Person.objects.filter(pk__in=found, is_active=True, left_on=None)
    names = dict(people.values_list("pk", "name"))
    return {
        pk: (names[pk], role) for pk, role in found.items() if pk in names and (not secret or pk in knowing)
    }  # fmt: skip


def measures_of(paper: SupervisionPaper) -> list[int]:
    """Return the measures that a paper is about; none for one about a department."""
    if paper.measure_id:
        return [paper.measure_id]
    if paper.finding_id:
        rows = Measure.objects.filter(response__findings=paper.finding_id, withdrawn_at=None).order_by("order", "pk")
        return list(rows.values_list("pk", flat=True))
    return []


def is_restricted(paper: SupervisionPaper) -> bool:
    """Say whether the paper is about a restricted finding."""
    if paper.finding_id:
        return Finding.objects.filter(pk=paper.finding_id, layer=Layer.RESTRICTED).exists()
    secret = Finding.objects.filter(responses__measures=paper.measure_id, layer=Layer.RESTRICTED)
    return paper.measure_id is not None and secret.exists()


def words_of(role: str) -> str:
    """Return what an addressee is called by the role."""
    return ADDRESSEES.get(role, role)


def _holding(role: str, paper: SupervisionPaper, measures: list[int], today: dt.date) -> set[int]:
    if role == "principal":
        return holders(paper.unit_id, ("principal",), today)
    if role == "all_departments":
        below = OrganizationClosure.objects.filter(ancestor=paper.unit_id).values("descendant")
        heads = Grant.objects.filter(Grant.current(today), role="department_head", scope__in=below)
        return set(heads.values_list("person_id", flat=True))
    if paper.department_id:
        acting = ("handler",) if role == "handler" else ("department_head",)
        of_department = members_of({paper.department_id}, acting, today)
        return of_department.get(paper.department_id, set()) if role in ("handler", "department_head") else set()
    if role == "handler":
        return _united(answerable(measures, _OWNERS, today, acting=("handler",)))
    if role == "department_head":
        heads_of = _united(answerable(measures, ("responsible_department",), today, acting=("department_head",)))
        return heads_of or _united(answerable(measures, ("responsible_person",), today))
    return _united(answerable(measures, (role,), today))


def _united(found: dict[int, set[int]]) -> set[int]:
    return {person for people in found.values() for person in people}
