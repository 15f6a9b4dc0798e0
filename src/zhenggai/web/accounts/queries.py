"""Organisations and people as the screens show them: a fixed number of queries each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from axes.models import AccessAttempt
from django.conf import settings

from zhenggai.web.accounts.actions.people import person_of
from zhenggai.web.accounts.models import (
    CalendarFeed,
    Deputy,
    Grant,
    Organization,
    OrganizationClosure,
    Person,
    Post,
    RestrictedGrant,
    Token,
)
from zhenggai.web.accounts.second_factor import has_code
from zhenggai.workflow import ACTS, ROLES, Reach

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights

ACT = "organization.read"
DIRECTORY_PAGE = 100
"""People in one answer of the directory."""
ADMINISTRATION = ("organization.read", "grant.edit", "person.unlock")


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list: name, log-in name, titles and roles."""

    id: int
    name: str
    login: str
    titles: str
    roles: str
    left_on: dt.date | None


@dataclass(frozen=True, slots=True)
class OrganizationLine:
    """An organisation with its depth in the tree and the people who hold posts in it."""

    id: int
    name: str
    short_name: str
    kind: str
    depth: int
    closed_on: dt.date | None
    version: int
    parent_id: int | None
    people: tuple[PersonLine, ...]

    @property
    def form(self) -> str:
        """The name of the form that changes it."""
        return f"edit-{self.id}"


@dataclass(frozen=True, slots=True)
class DirectoryLine:
    """A person of the directory with the posts and roles of today in words."""

    id: int
    name: str
    unit_id: int
    titles: str
    roles: str
    left_on: dt.date | None


@dataclass(frozen=True, slots=True)
class PersonStory:
    """Everything that a person has been given. `locked_until` is None while log-in is not refused."""

    person: Person
    posts: tuple[Post, ...]
    grants: tuple[tuple[Grant, str, bool], ...]
    secrets: tuple[RestrictedGrant, ...]
    deputies: tuple[Deputy, ...]
    tokens: tuple[tuple[Token, str, bool], ...]
    locked_until: dt.datetime | None
    has_code: bool


def units_of(rights: Rights, act: str = ACT) -> QuerySet[Organization]:
    """Return the units and inspecting offices that `act` reaches as a whole."""
    below = OrganizationClosure.objects.filter(ancestor__in=rights.scopes_at(act, Reach.UNIT))
    kinds = (Organization.Kind.UNIT, Organization.Kind.INSPECTION_OFFICE)
    return Organization.objects.filter(pk__in=below.values("descendant_id"), kind__in=kinds)


def unit_named(words: str) -> int | None:
    """Return the organisation that `words` mean, by its whole name or its id; None if there is none, or several."""
    found = list(Organization.objects.filter(name=words).values_list("pk", flat=True)[:2])
    if not found and words.isascii() and words.isdigit() and len(words) < 16:
        found = list(Organization.objects.filter(pk=int(words)).values_list("pk", flat=True))
    return found[0] if len(found) == 1 else None


def organization_tree(rights: Rights, unit_id: int) -> tuple[list[OrganizationLine], list[PersonLine]]:
    """Return the tree of one unit, and the people of the unit who hold no post."""
    organizations = list(Organization.objects.filter(unit=unit_id).order_by("order", "pk"))
    people = {person.pk: person for person in Person.objects.filter(unit=unit_id).order_by("left_on", "pk")}
    roles = _role_names(rights.today, list(people))
    held: dict[int, list[Post]] = defaultdict(list)
    for post in Post.objects.filter(Post.current(rights.today), organization__in=organizations).order_by("pk"):
        held[post.organization_id].append(post)
    placed = {post.person_id for posts in held.values() for post in posts}
    below: dict[int | None, list[Organization]] = defaultdict(list)
    for organization in organizations:
        below[organization.parent_id if organization.pk != unit_id else None].append(organization)

    def line(person: Person, title: str) -> PersonLine:
        return PersonLine(
            person.pk,
            person.name,
            person.login or "",
            title,
            "、".join(roles[person.pk]),
            person.left_on,
        )

    def walk(parent: int | None, depth: int) -> list[OrganizationLine]:
        lines = []
        for one in below[parent]:
            members = tuple(line(people[p.person_id], p.title) for p in held[one.pk] if p.person_id in people)
            kind = Organization.Kind(one.kind).label
            lines.append(
                OrganizationLine(
                    id=one.pk,
                    name=one.name,
                    short_name=one.short_name,
                    kind=kind,
                    depth=depth,
                    closed_on=one.closed_on,
                    version=one.version,
                    parent_id=one.parent_id,
                    people=members,
                )
            )
            lines += walk(one.pk, depth + 1)
        return lines

    return walk(None, 0), [line(person, "") for pk, person in people.items() if pk not in placed]


def directory_page(
    rights: Rights, *, unit: int | None = None, words: str = "", after: int = 0
) -> tuple[list[DirectoryLine], int | None]:
    """Return the people of the units whose directory the person may read, from the key `after` on, and the next page's key.

    `words` are part of a name. Three queries, however many people there are.
    """
    people = Person.objects.filter(unit__in=units_of(rights), name__icontains=words.strip()[:50], pk__gt=after)
    if unit is not None:
        people = people.filter(unit=unit)
    found = list(people.order_by("pk")[: DIRECTORY_PAGE + 1])
    shown = found[:DIRECTORY_PAGE]
    posts = Post.objects.filter(Post.current(rights.today), person__in=shown).order_by("pk")
    titles: dict[int, list[str]] = defaultdict(list)
    for post in posts.select_related("organization"):
        titles[post.person_id].append(f"{post.organization.name}{post.title}")
    roles = _role_names(rights.today, [person.pk for person in shown])
    lines = [
        DirectoryLine(
            person.pk,
            person.name,
            person.unit_id,
            "、".join(titles[person.pk]),
            "、".join(roles[person.pk]),
            person.left_on,
        )
        for person in shown
    ]
    return lines, shown[-1].pk if len(found) > DIRECTORY_PAGE else None


def _role_names(today: dt.date, people: Collection[int]) -> dict[int, list[str]]:
    roles: dict[int, list[str]] = defaultdict(list)
    current = Grant.objects.filter(Grant.current(today), person__in=people).order_by("pk")
    for pk, role in current.values_list("person_id", "role"):
        if ROLES[role].name not in roles[pk]:
            roles[pk].append(ROLES[role].name)
    return roles


def may_see_account(rights: Rights, unit_id: int) -> bool:
    """Say whether the person administers the accounts of a unit."""
    return rights.may_in("person.unlock", unit_id)


def person_story(rights: Rights, pk: int, now: dt.datetime) -> PersonStory:
    """Return one person with everything given to them; faults as `person_of`."""
    act = next((act for act in ADMINISTRATION if rights.may(act)), ACT)
    person = person_of(rights, pk, act)
    today = rights.today
    grants = Grant.objects.filter(person=person).select_related("scope", "granted_by").order_by("-since", "-pk")
    return PersonStory(
        person=person,
        posts=tuple(Post.objects.filter(person=person).select_related("organization").order_by("-since", "-pk")),
        grants=tuple((g, ROLES[g.role].name, g.until is None or g.until >= today) for g in grants),
        secrets=tuple(RestrictedGrant.objects.filter(person=person).select_related("granted_by").order_by("-pk")),
        deputies=tuple(Deputy.objects.filter(person=person).select_related("deputy").order_by("-pk")),
        tokens=tuple((t, _names(t), _valid(t, now)) for t in Token.objects.filter(person=person).order_by("-pk")),
        locked_until=locked_until(person.login, now) if person.login else None,
        has_code=has_code(person),
    )


def locked_until(login: str, now: dt.datetime) -> dt.datetime | None:
    """Return until when log-in under this name is refused because of wrong passwords, or None.

    Failures count together from wherever they came, each until the cool-off after the last one from there.
    """
    recent = AccessAttempt.objects.filter(username=login, attempt_time__gt=now - settings.AXES_COOLOFF_TIME)
    return _lock_of(recent.order_by("-attempt_time").values_list("attempt_time", "failures_since_start"))


def locks_among(logins: QuerySet[Person, str | None], now: dt.datetime) -> dict[str, dt.datetime]:
    """Return until when log-in is refused, by those of `logins` for which it is: one query."""
    recent = AccessAttempt.objects.filter(username__in=logins, attempt_time__gt=now - settings.AXES_COOLOFF_TIME)
    failures: dict[str, list[tuple[dt.datetime, int]]] = defaultdict(list)
    rows = recent.order_by("-attempt_time").values_list("username", "attempt_time", "failures_since_start")
    for name, time, count in rows:
        failures[name].append((time, count))
    locks = {name: _lock_of(found) for name, found in failures.items()}
    return {name: until for name, until in locks.items() if until}


def _lock_of(failures: Iterable[tuple[dt.datetime, int]]) -> dt.datetime | None:
    """Return until when these failures, the last first, keep the account locked."""
    total = 0
    for time, count in failures:
        total += count
        if total >= settings.AXES_FAILURE_LIMIT:
            until: dt.datetime = time + settings.AXES_COOLOFF_TIME
            return until
    return None


def colleagues(person: Person) -> list[tuple[int, str]]:
    """Return the other people of the unit who have not left, as (id, name)."""
    others = Person.objects.filter(unit=person.unit_id, left_on=None).exclude(pk=person.pk).order_by("pk")
    return list(others.values_list("pk", "name"))


def own_deputies(person: Person) -> list[Deputy]:
    """Return whom a person has named as deputy, the newest first."""
    return list(Deputy.objects.filter(person=person).select_related("deputy").order_by("-pk"))


def own_feed(person: Person, now: dt.datetime) -> CalendarFeed | None:
    """Return the address of the person's calendar that holds; None where there is none, or it is too old."""
    return CalendarFeed.objects.filter(person=person, revoked_at=None, expires_at__gt=now).first()


def own_tokens(person: Person, now: dt.datetime) -> list[tuple[Token, str]]:
    """Return the keys that act for a person just now, each with what it may do in words."""
    valid = Token.objects.filter(person=person, revoked_at=None, expires_at__gt=now).order_by("-pk")
    return [(token, _names(token)) for token in valid]


def _names(token: Token) -> str:
    return "、".join(ACTS[act].name for act in token.acts if act in ACTS)


def _valid(token: Token, now: dt.datetime) -> bool:
    return token.revoked_at is None and token.expires_at > now


def role_choices() -> list[tuple[str, str]]:
    """Return the roles as (code, name)."""
    return [(role.code, role.name) for role in ROLES.values()]


def act_choices() -> list[tuple[str, str]]:
    """Return the acts as (code, name)."""
    return [(act.code, act.name) for act in ACTS.values()]


def places_of(unit_id: int) -> list[tuple[int, str]]:
    """Return the organisations of a unit that are not closed, as (id, name)."""
    open_ones = Organization.objects.filter(unit=unit_id, closed_on=None).order_by("order", "pk")
    return list(open_ones.values_list("pk", "name"))


def people_of(unit_id: int) -> list[tuple[int, str]]:
    """Return the people of a unit who have not left, as (id, name)."""
    return list(Person.objects.filter(unit=unit_id, left_on=None).order_by("pk").values_list("pk", "name"))
