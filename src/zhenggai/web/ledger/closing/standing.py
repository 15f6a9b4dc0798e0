"""How a person stands to findings and their applications: the facts that the table of transitions asks for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db.models import Q

from zhenggai.web.accounts.models import OrganizationClosure
from zhenggai.web.ledger.closing.lapse import current_closures
from zhenggai.web.ledger.models import Answer, Assignment, ClosureStep
from zhenggai.workflow import ACTS, TRANSITIONS, Case, Reach, Transition
from zhenggai.workflow.closures import acts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhenggai.web.accounts.rights import Rights, Scope
    from zhenggai.web.ledger.models import Closure, Finding

_LEADERS = frozenset({"lead_leader", "responsible_leader"})


@dataclass(frozen=True, slots=True)
class Hat:
    """A role in which the person comes to a finding: whose it is, if not the person's own, and what the plan names that holder for.

    Role and naming belong together: what one person may do and what the plan says of another never add up.
    """

    role: str
    through: int | None
    assigned: frozenset[str]
    acts: dict[str, Reach]


@dataclass(frozen=True, slots=True)
class Stand:
    """One person before one finding: the case without any role, the roles, and the application in hand."""

    case: Case
    hats: tuple[Hat, ...]
    closure: Closure | None

    def reaches(self, act: str) -> bool:
        """Say whether any role of the person lets `act` go here at all."""
        return any(act in hat.acts for hat in self.hats)

    def refusal(self, transition: Transition) -> str:
        """Return why the person cannot take the step, or ""; of several roles, what stands in the way of the one that comes farthest."""
        cases = [case for _, case in self._cases(transition)] or [self.case]
        return transition.refusal(max(cases, key=lambda case: _distance(transition, case)))

    def capacity(self, transition: Transition) -> tuple[str, int | None]:
        """Return the role in which the person may take the step, and whom the person stands in for, if it is not the person's own."""
        able = (hat for hat, case in self._cases(transition) if not transition.obstacle(case))
        hat = next(able, None)
        return (hat.role, hat.through) if hat else ("", None)

    def steps(self) -> list[Transition]:
        """Return the steps that the person may take now."""
        return [transition for transition in TRANSITIONS.values() if not self.refusal(transition)]

    def _cases(self, transition: Transition) -> Iterator[tuple[Hat, Case]]:
        for hat in self.hats:
            if transition.act in hat.acts:
                yield hat, replace(self.case, reach=hat.acts[transition.act], assigned=hat.assigned)


def _distance(transition: Transition, case: Case) -> int:
    obstacle = transition.obstacle(case)
    order = ("role", "stage", *transition.guards, "")
    return order.index(obstacle)


def stands_of(rights: Rights, findings: Iterable[Finding]) -> dict[int, Stand]:
    """Return how the person stands to each finding, by its id. Five queries whatever the number; inspections must be loaded."""
    rows = list(findings)
    closures = current_closures(row.pk for row in rows)
    signed = _signed(rights, closures.values())
    named = _named(rights, [row.pk for row in rows])
    above = _above(
        {row.unit_id for row in rows} | rights.departments | {scope.organization_id for scope in rights.scopes}
    )
    found = {}
    for row in rows:
        closure = closures.get(row.pk)
        current = closure if closure and closure.cycle == row.cycle else None
        names = named[row.pk]
        case = Case(
            stage=row.closure_stage,
            reach=Reach.NONE,
            signed=frozenset(signed.get(current.pk, ())) if current else frozenset(),
            of_applicant=bool(current and current.department_id in rights.departments),
            key=row.key,
            lapsed=bool(current and current.lapsed_at),
            leaders=frozenset(names.leaders),
            department_named=bool(names.departments),
        )
        found[row.pk] = Stand(case, tuple(_hats(rights, row, names, above)), current)
    return found


def stand_of(rights: Rights, finding: Finding) -> Stand:
    """Return how the person stands to one finding."""
    return stands_of(rights, [finding])[finding.pk]


@dataclass(slots=True)
class _Names:
    """Whom the plan names for a finding: people and organisations with their roles there."""

    people: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    organizations: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    leaders: set[str] = field(default_factory=set)
    departments: set[int] = field(default_factory=set)


def _named(rights: Rights, findings: list[int]) -> dict[int, _Names]:
    answers = Answer.objects.filter(finding__in=findings, response__withdrawn_at=None)
    of_response: dict[int, list[int]] = defaultdict(list)
    for finding, response in answers.values_list("finding_id", "response_id"):
        of_response[response].append(finding)
    found: dict[int, _Names] = defaultdict(_Names)
    rows = Assignment.objects.filter(Q(until=None) | Q(until__gte=rights.today), response__in=of_response)
    for response, role, person, organization in rows.values_list("response_id", "role", "person_id", "organization_id"):
        for names in (found[finding] for finding in of_response[response]):
            if role in _LEADERS:
                names.leaders.add(role)
            if person:
                names.people[person].add(role)
            if organization:
                names.organizations[organization].add(role)
                if role == "responsible_department":
                    names.departments.add(organization)
    return found


def _hats(rights: Rights, finding: Finding, names: _Names, above: dict[int, set[int]]) -> Iterator[Hat]:
    """Yield the roles that reach the finding, the person's own first."""
    for scope in sorted(rights.scopes, key=lambda one: one.through is not None):
        assigned = frozenset(_assigned(rights, scope, finding, names, above))
        acts: dict[str, Reach] = {}
        for act in acts_of():
            reach = ACTS[act].of(scope.role)
            if rights.acts is not None and act not in rights.acts:
                continue
            whole = scope.organization_id in above[finding.unit_id]
            if (
                (reach is Reach.UNIT and whole)
                or (reach is Reach.FILED and whole and finding.inspection.filed_at is not None)
                or (reach is Reach.OWN and assigned)
            ):
                acts[act] = reach
        if acts:
            yield Hat(scope.role, scope.through, assigned, acts)


def _assigned(
    rights: Rights, scope: Scope, finding: Finding, names: _Names, above: dict[int, set[int]]
) -> Iterator[str]:
    """Yield the roles in which the plan names the holder of `scope`, or a department of the holder that the role is over."""
    holder = scope.through or rights.person_id
    if scope.organization_id in above[finding.unit_id] or finding.unit_id in above[scope.organization_id]:
        yield from names.people.get(holder, ())
    for person, organization in rights.posts:
        if person == holder and scope.organization_id in above[organization]:
            yield from names.organizations.get(organization, ())


def _above(organizations: set[int] | frozenset[int]) -> dict[int, set[int]]:
    """Return each organisation with every organisation above it."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = OrganizationClosure.objects.filter(descendant__in=organizations)
    for ancestor, descendant in rows.values_list("ancestor_id", "descendant_id"):
        found[descendant].add(ancestor)
    return found


def _signed(rights: Rights, closures: Iterable[Closure]) -> dict[int, set[str]]:
    steps = ClosureStep.objects.filter(closure__in=list(closures))
    steps = steps.filter(Q(person__in=rights.people) | Q(through__in=rights.people))
    found: dict[int, set[str]] = defaultdict(set)
    for closure, transition in steps.values_list("closure_id", "transition"):
        found[closure].add(TRANSITIONS[transition].stage)
    return found
