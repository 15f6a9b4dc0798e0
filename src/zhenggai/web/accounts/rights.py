"""What a person may do today: the grants, posts and deputyships of one moment, read in a few queries."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from zhenggai.web.accounts.models import Deputy, Grant, OrganizationClosure, Person, Post, RestrictedGrant
from zhenggai.workflow import ACTS, ROLES, Reach

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection


@dataclass(frozen=True, slots=True)
class Scope:
    """A role over an organisation and all below it. `through` names whom a deputy stands for."""

    role: str
    organization_id: int
    through: int | None = None


@dataclass(frozen=True, slots=True)
class Rights:
    """Everything that decides what a person may see and do on one day.

    `people` are the person and those whom the person stands in for; `departments` are theirs, and `posts` say whose: (person,
    organisation). `acts`, where it is not None, narrows the rights to the acts of a token.
    """

    person_id: int
    unit_id: int
    today: dt.date
    scopes: tuple[Scope, ...]
    people: frozenset[int]
    departments: frozenset[int]
    restricted_units: frozenset[int]
    acts: frozenset[str] | None = field(default=None)
    posts: frozenset[tuple[int, int]] = field(default=frozenset())

    def scopes_at(self, act: str, reach: Reach) -> frozenset[int]:
        """Return the organisations over which `act` reaches just as far as `reach`."""
        if self.acts is not None and act not in self.acts:
            return frozenset()
        table = ACTS[act]
        return frozenset(scope.organization_id for scope in self.scopes if table.of(scope.role) is reach)

    def may(self, act: str) -> bool:
        """Say whether the person may do `act` to anything at all: whether its button and menu entry are shown."""
        return any(self.scopes_at(act, reach) for reach in Reach if reach)

    def may_in(self, act: str, unit_id: int) -> bool:
        """Say whether the person may do `act` anywhere in the whole unit."""
        scopes = self.scopes_at(act, Reach.UNIT)
        return bool(scopes) and (
            unit_id in scopes or OrganizationClosure.objects.filter(ancestor__in=scopes, descendant_id=unit_id).exists()
        )

    def in_roles(self, roles: Collection[str]) -> Rights:
        """Return what the person may do by these roles alone."""
        return replace(self, scopes=tuple(scope for scope in self.scopes if scope.role in roles))

    @property
    def roles(self) -> frozenset[str]:
        """The codes of the person's roles."""
        return frozenset(scope.role for scope in self.scopes)


def rights_of(person: Person, today: dt.date, *, acts: frozenset[str] | None = None) -> Rights:
    """Return the rights of `person` on `today`. An administrator's role does not pass to a deputy, nor a need to know."""
    absent = list(Deputy.objects.filter(Deputy.current(today), deputy=person).values_list("person_id", flat=True))
    people = frozenset({person.pk, *absent})
    grants = Grant.objects.filter(Grant.current(today), person__in=people, person__is_active=True)
    posts = Post.objects.filter(Post.current(today), person__in=people)
    held = frozenset(posts.values_list("person_id", "organization_id"))
    secrets = RestrictedGrant.objects.filter(RestrictedGrant.current(today), person=person)
    return Rights(
        person_id=person.pk,
        unit_id=person.unit_id,
        today=today,
        scopes=tuple(
            Scope(role, scope, None if holder == person.pk else holder)
            for role, scope, holder in grants.values_list("role", "scope_id", "person_id")
            if holder == person.pk or not ROLES[role].administrator
        ),
        people=people,
        departments=frozenset(organization for _, organization in held),
        restricted_units=frozenset(secrets.values_list("unit_id", flat=True)),
        acts=acts,
        posts=held,
    )
