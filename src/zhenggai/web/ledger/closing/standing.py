"""How a person stands to findings and their applications: the facts that the table of transitions asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zhenggai.web.ledger.closing.lapse import current_closures
from zhenggai.web.ledger.closing.naming import Above, Names, above_of, involved, names_of, roles_named
from zhenggai.web.ledger.closing.signers import parts_of, signers_of
from zhenggai.workflow import ACTS, TRANSITIONS, Case, Reach, Transition
from zhenggai.workflow.closures import acts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Closure, Finding


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
                yield hat, replace(self.case, role=hat.role, reach=hat.acts[transition.act], assigned=hat.assigned)


def _distance(transition: Transition, case: Case) -> int:
    obstacle = transition.obstacle(case)
    order = ("role", "stage", *transition.guards, "")
    return order.index(obstacle)


def stands_of(rights: Rights, findings: Iterable[Finding]) -> dict[int, Stand]:
    """Return how the person stands to each finding, by its id. Five queries whatever the number; inspections must be loaded."""
    rows = list(findings)
    if not rows:
        return {}
    closures = current_closures(row.pk for row in rows)
    signed = signers_of(closures.values())
    named = names_of([row.pk for row in rows], rights.today)
    above = above_of(
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
            signed=parts_of(signed[current.pk], rights.people) if current else frozenset(),
            involved=involved(names, row, current, rights.people, rights.departments, above),
            key=row.key,
            lapsed=bool(current and current.lapsed_at),
            leaders=frozenset(names.leaders),
            source=row.inspection.source,
            department_named=bool(names.departments),
        )
        found[row.pk] = Stand(case, tuple(_hats(rights, row, names, above)), current)
    return found


def stand_of(rights: Rights, finding: Finding) -> Stand:
    """Return how the person stands to one finding."""
    return stands_of(rights, [finding])[finding.pk]


def _hats(rights: Rights, finding: Finding, names: Names, above: Above) -> Iterator[Hat]:
    """Yield the roles that reach the finding, the person's own first."""
    for scope in sorted(rights.scopes, key=lambda one: one.through is not None):
        holder = scope.through or rights.person_id
        posts = [organization for person, organization in rights.posts if person == holder]
        assigned = roles_named(names, finding.unit_id, holder, posts, scope.organization_id, above)
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
