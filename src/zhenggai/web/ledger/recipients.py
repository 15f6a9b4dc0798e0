"""Whom to tell: who holds a role over a unit, who answers for measures, who may know of a finding. For many at once, few queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from django.db.models import F, Q

from zhenggai.web.accounts.models import Deputy, Grant, OrganizationClosure, Person, Post, RestrictedGrant
from zhenggai.web.ledger.models import Answer, Assignment, Finding, Measure
from zhenggai.web.ledger.models.rows import Layer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator

OWNERS = frozenset({"responsible_department", "responsible_person", "handler"})
"""The roles of assignments that make somebody act on a measure."""
LEADERS = frozenset({"responsible_leader", "lead_leader"})
_ACTING = ("department_head", "handler")
_AT_ONCE = 5000
"""Numbers in one query; a store takes no more than some ten thousand."""
_T = TypeVar("_T", int, str)


def portions(values: Iterable[_T], size: int = _AT_ONCE) -> Iterator[list[_T]]:
    """Yield the values in portions that one query can take."""
    remaining = iter(values)
    while portion := list(islice(remaining, size)):
        yield portion


def holders(unit_id: int, roles: Collection[str], today: dt.date) -> set[int]:
    """Return who holds one of `roles` over the whole unit on `today`: granted for it or for what stands above it."""
    above = OrganizationClosure.objects.filter(descendant=unit_id).values("ancestor")
    grants = Grant.objects.filter(Grant.current(today), role__in=roles, scope__in=above)
    return set(grants.values_list("person_id", flat=True))


def answerable(
    measure_ids: Iterable[int], roles: Collection[str], today: dt.date, *, acting: Collection[str] = _ACTING
) -> dict[int, set[int]]:
    """Return who answers for each measure on `today` in one of the assignments' `roles`.

    That is the person who is named; for a department those who hold a post there and a role in `acting` over it.
    """
    responses: dict[int, int] = {}
    for some in portions(measure_ids):
        responses |= dict(Measure.objects.filter(pk__in=some).values_list("pk", "response_id"))
    named: dict[int, list[tuple[int | None, int | None, int | None]]] = defaultdict(list)
    for some in portions(set(responses.values())):
        rows = Assignment.objects.filter(Q(until=None) | Q(until__gte=today), role__in=roles, response__in=some)
        for response, *rest in rows.values_list("response_id", "measure_id", "person_id", "organization_id"):
            named[response].append((rest[0], rest[1], rest[2]))
    members = members_of({row[2] for rows in named.values() for row in rows if row[2]}, acting, today)
    found: dict[int, set[int]] = {}
    for measure, response in responses.items():
        here = found[measure] = set()
        for only, person, organization in named[response]:
            if only is None or only == measure:
                here |= {person} if person else members[organization] if organization else set()
    return found


def members_of(organizations: Collection[int], roles: Collection[str], today: dt.date) -> dict[int, set[int]]:
    """Return who holds a post in each organisation and one of `roles` over it, on `today`."""
    found: dict[int, set[int]] = defaultdict(set)
    above = OrganizationClosure.objects.filter(descendant__in=organizations)
    reach: dict[int, set[int]] = defaultdict(set)
    for ancestor, descendant in above.values_list("ancestor_id", "descendant_id"):
        reach[descendant].add(ancestor)
    posts = Post.objects.filter(Post.current(today), organization__in=organizations)
    held = list(posts.values_list("person_id", "organization_id"))
    grants = Grant.objects.filter(Grant.current(today), role__in=roles, person__in={person for person, _ in held})
    over: dict[int, set[int]] = defaultdict(set)
    for person, scope in grants.values_list("person_id", "scope_id"):
        over[person].add(scope)
    for person, organization in held:
        if over[person] & reach[organization]:
            found[organization].add(person)
    return found


def findings_of(measure_ids: Iterable[int]) -> dict[int, int]:
    """Return the finding that a notice about each measure names: the restricted one, if it answers any, else the first."""
    found: dict[int, int] = {}
    for some in portions(measure_ids):
        answers = Answer.objects.filter(response__measures__in=some, finding__withdrawn_at=None)
        ordered = answers.annotate(of=F("response__measures")).order_by("finding__order", "finding_id")
        for measure, finding, layer in ordered.values_list("of", "finding_id", "finding__layer"):
            if layer == Layer.RESTRICTED or measure not in found:
                found[measure] = finding
    return found


@dataclass(frozen=True, slots=True)
class Reach:
    """Who can be told today: `able` have an account; `deputies` stand in for each absent person; `knowing` may know, by unit."""

    able: frozenset[int]
    deputies: dict[int, tuple[int, ...]]
    knowing: dict[int, frozenset[int]]

    def told(self, person: int, secret_of: int | None) -> list[tuple[int, int | None]]:
        """Return who hears what `person` is told, and for whom: (who, None or the absent person).

        `secret_of` is the unit of a restricted finding: only those hear of it who may know; a need to know passes to no deputy.
        """
        both: list[tuple[int, int | None]] = [(person, None)]
        both += [(deputy, person) for deputy in self.deputies.get(person, ())]
        may_know = None if secret_of is None else self.knowing.get(secret_of, frozenset())
        return [
            (who, absent)
            for who, absent in both
            if who in self.able and (may_know is None or who in may_know)
        ]  # fmt: skip


def reach_of(people: Collection[int], units: Collection[int], today: dt.date) -> Reach:
    """Return who of `people` and their deputies can be told on `today`; `units` are those of the restricted findings.

    Somebody without an account hears nothing, but who stands in does; of somebody who has left nobody hears anything more.
    """
    here = set(Person.objects.filter(pk__in=people, is_active=True, left_on=None).values_list("pk", flat=True))
    deputies: dict[int, list[int]] = defaultdict(list)
    current = Deputy.objects.filter(Deputy.current(today), person__in=here).order_by("pk")
    for person, deputy in current.values_list("person_id", "deputy_id"):
        deputies[person].append(deputy)
    all_of_them = here | {deputy for some in deputies.values() for deputy in some}
    able = Person.objects.filter(pk__in=all_of_them, is_active=True, left_on=None).exclude(login=None).exclude(login="")
    knowing: dict[int, set[int]] = defaultdict(set)
    needs = RestrictedGrant.objects.filter(RestrictedGrant.current(today), unit__in=units, person__in=all_of_them)
    for person, unit in needs.values_list("person_id", "unit_id"):
        knowing[unit].add(person)
    return Reach(
        able=frozenset(able.values_list("pk", flat=True)),
        deputies={person: tuple(some) for person, some in deputies.items()},
        knowing={unit: frozenset(some) for unit, some in knowing.items()},
    )


def layers_of(finding_ids: Collection[int]) -> dict[int, tuple[str, int]]:
    """Return number and unit of those of the findings that are restricted."""
    found: dict[int, tuple[str, int]] = {}
    for some in portions(finding_ids):
        rows = Finding.objects.filter(pk__in=some, layer=Layer.RESTRICTED)
        found |= {pk: (reference, unit) for pk, reference, unit in rows.values_list("pk", "reference", "unit_id")}
    return found
