"""How a person stands to findings and their applications: the facts that the table of transitions asks for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Q

from zhenggai.web.accounts.models import OrganizationClosure
from zhenggai.web.ledger.closing.lapse import current_closures
from zhenggai.web.ledger.models import Answer, Assignment, ClosureStep
from zhenggai.workflow import ACTS, TRANSITIONS, Case, Reach, Transition
from zhenggai.workflow.closures import acts_of, open_to

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Closure, Finding

_LEADERS = frozenset({"lead_leader", "responsible_leader"})


@dataclass(frozen=True, slots=True)
class Stand:
    """One person before one finding: the case, how far each act reaches, and the application in hand."""

    case: Case
    reaches: dict[str, Reach]
    closure: Closure | None
    above: frozenset[int]
    """The finding's unit and every organisation above it."""

    def refusal(self, transition: Transition) -> str:
        """Return why the person cannot take the step, or ""."""
        return transition.refusal(replace(self.case, reach=self.reaches.get(transition.act, Reach.NONE)))

    def capacity(self, rights: Rights, transition: Transition) -> tuple[str, int | None]:
        """Return in which role the person takes the step, and whom the person stands in for, if the role is not the person's own."""
        able = [scope for scope in rights.scopes if ACTS[transition.act].of(scope.role)]
        able = [scope for scope in able if scope.organization_id in self.above]
        scope = next((scope for scope in able if scope.through is None), able[0] if able else None)
        return (scope.role, scope.through) if scope else ("", None)

    def steps(self) -> list[Transition]:
        """Return the steps that the person may take now."""
        return open_to(self.case, self.reaches)


def stands_of(rights: Rights, findings: Iterable[Finding]) -> dict[int, Stand]:
    """Return how the person stands to each finding, by its id. Five queries whatever the number; inspections must be loaded."""
    rows = list(findings)
    closures = current_closures(row.pk for row in rows)
    signed = _signed(rights, closures.values())
    assigned, leaders = _assigned(rights, [row.pk for row in rows])
    above = _above({row.unit_id for row in rows})
    found = {}
    for row in rows:
        closure = closures.get(row.pk)
        current = closure if closure and closure.cycle == row.cycle else None
        case = Case(
            stage=row.closure_stage,
            reach=Reach.NONE,
            assigned=frozenset(assigned.get(row.pk, ())),
            signed=frozenset(signed.get(current.pk, ())) if current else frozenset(),
            of_applicant=bool(current and current.department_id in rights.departments),
            key=row.key,
            lapsed=bool(current and current.lapsed_at),
            leaders=frozenset(leaders.get(row.pk, ())),
        )
        over = frozenset(above[row.unit_id])
        found[row.pk] = Stand(case, _reaches(rights, row, over, assigned.get(row.pk, set())), current, over)
    return found


def stand_of(rights: Rights, finding: Finding) -> Stand:
    """Return how the person stands to one finding."""
    return stands_of(rights, [finding])[finding.pk]


def _reaches(rights: Rights, finding: Finding, above: frozenset[int], assigned: set[str]) -> dict[str, Reach]:
    found = {}
    for act in acts_of():
        if rights.scopes_at(act, Reach.UNIT) & above:
            found[act] = Reach.UNIT
        elif finding.inspection.filed_at is not None and rights.scopes_at(act, Reach.FILED) & above:
            found[act] = Reach.FILED
        elif assigned and rights.scopes_at(act, Reach.OWN):
            found[act] = Reach.OWN
    return found


def _above(units: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = OrganizationClosure.objects.filter(descendant__in=units)
    for ancestor, unit in rows.values_list("ancestor_id", "descendant_id"):
        found[unit].add(ancestor)
    return found


def _assigned(rights: Rights, findings: list[int]) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """Return the roles in which the plan names the person for each finding, and the leaders' roles that it names at all."""
    answers = Answer.objects.filter(finding__in=findings, response__withdrawn_at=None)
    of_response: dict[int, list[int]] = defaultdict(list)
    for finding, response in answers.values_list("finding_id", "response_id"):
        of_response[response].append(finding)
    today = Q(until=None) | Q(until__gte=rights.today)
    mine: dict[int, set[str]] = defaultdict(set)
    leaders: dict[int, set[str]] = defaultdict(set)
    rows = Assignment.objects.filter(today, response__in=of_response)
    for response, role, person, organization in rows.values_list("response_id", "role", "person_id", "organization_id"):
        for finding in of_response[response]:
            if role in _LEADERS:
                leaders[finding].add(role)
            if person in rights.people or organization in rights.departments:
                mine[finding].add(role)
    return mine, leaders


def _signed(rights: Rights, closures: Iterable[Closure]) -> dict[int, set[str]]:
    steps = ClosureStep.objects.filter(closure__in=list(closures))
    steps = steps.filter(Q(person__in=rights.people) | Q(through__in=rights.people))
    found: dict[int, set[str]] = defaultdict(set)
    for closure, transition in steps.values_list("closure_id", "transition"):
        found[closure].add(TRANSITIONS[transition].stage)
    return found
