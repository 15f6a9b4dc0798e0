"""Whom the plan names for a finding, and whether somebody is too near to it to verify it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q

from zhenggai.web.accounts.models import OrganizationClosure
from zhenggai.web.ledger.models import Answer, Assignment

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from zhenggai.web.ledger.models import Closure, Finding

_LEADERS = frozenset({"lead_leader", "responsible_leader"})
_ANSWERABLE = _LEADERS | {"responsible_person", "handler"}

Above = dict[int, set[int]]
"""Each organisation with itself and every organisation above it."""


@dataclass(slots=True)
class Names:
    """Whom the plan names for a finding or one of its measures: people and organisations, with their roles there."""

    people: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    organizations: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    leaders: set[str] = field(default_factory=set)
    departments: set[int] = field(default_factory=set)
    """Those that are responsible."""


def names_of(findings: Iterable[int], today: dt.date) -> dict[int, Names]:
    """Return who is named for each finding on `today`, by its id. Two queries whatever the number."""
    answers = Answer.objects.filter(finding__in=list(findings), response__withdrawn_at=None)
    of_response: dict[int, list[int]] = defaultdict(list)
    for finding, response in answers.values_list("finding_id", "response_id"):
        of_response[response].append(finding)
    found: dict[int, Names] = defaultdict(Names)
    rows = Assignment.objects.filter(Q(until=None) | Q(until__gte=today), response__in=of_response)
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


def above_of(organizations: Iterable[int]) -> Above:
    """Return what stands above each organisation. One query."""
    found: Above = defaultdict(set)
    rows = OrganizationClosure.objects.filter(descendant__in=list(organizations))
    for ancestor, descendant in rows.values_list("ancestor_id", "descendant_id"):
        found[descendant].add(ancestor)
    return found


def roles_named(names: Names, unit: int, holder: int, posts: Iterable[int], scope: int, above: Above) -> frozenset[str]:
    """Return the roles in which the plan names `holder`, whose role is over `scope`, or a department of the holder below it."""
    found: set[str] = set()
    if scope in above[unit] or unit in above[scope]:
        found |= names.people.get(holder, set())
    for post in posts:
        if scope in above[post]:
            found |= names.organizations.get(post, set())
    return frozenset(found)


def involved(
    names: Names, finding: Finding, closure: Closure | None, people: Collection[int], posts: Iterable[int], above: Above
) -> bool:
    """Say whether one of `people`, who hold `posts`, answers for the finding, so that they cannot verify it.

    Either the plan names them, or they belong to a responsible department, or to one below it. Everybody of a unit is below the unit:
    where the plan makes the whole unit responsible, only who holds a post in the unit itself is of it.
    """
    if any(names.people.get(person, set()) & _ANSWERABLE for person in people):
        return True
    applying = names.departments | ({closure.department_id} if closure and closure.department_id else set())
    return any(post in applying or above[post] & (applying - {finding.unit_id}) for post in posts)
