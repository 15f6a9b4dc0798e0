"""What changes organisations, people and their rights. Each action records one event on the chain of the unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from zhenggai.web.accounts.models import Grant, Organization, OrganizationClosure, Person, Post
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid
from zhenggai.workflow import ROLES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

_WITHIN_UNIT = (Organization.Kind.DEPARTMENT, Organization.Kind.BRANCH)


@transaction.atomic
def create_organization(
    *, actor: Actor, kind: str, name: str, parent: Organization | None = None, short_name: str = "", order: int = 0
) -> Organization:
    """Add an organisation below `parent`. A unit or an inspecting office has a chain of its own."""
    organization = Organization.objects.create(
        parent=parent,
        unit=parent.unit if parent and kind in _WITHIN_UNIT else None,
        kind=kind,
        name=name.strip(),
        short_name=short_name.strip(),
        order=order,
    )
    if organization.unit_id is None:
        organization.unit = organization
        organization.save(update_fields=["unit"])
    above = (
        OrganizationClosure.objects.filter(descendant=parent).values_list("ancestor_id", flat=True) if parent else ()
    )
    OrganizationClosure.objects.bulk_create(
        OrganizationClosure(ancestor_id=pk, descendant=organization) for pk in (*above, organization.pk)
    )
    record(
        unit_id=_unit_of(organization),
        actor=actor,
        action="organization.created",
        subject=Subject("organization", organization.pk, organization.name),
        after={"kind": kind, "name": organization.name, "parent": parent.name if parent else None},
    )
    return organization


@transaction.atomic
def create_person(
    *,
    actor: Actor,
    unit: Organization,
    name: str,
    login: str | None = None,
    password: str | None = None,
    must_change: bool = True,
) -> Person:
    """Add a person to `unit`; with a `login` and a first `password`, which normally must be changed, the person can log in."""
    person = Person(unit=unit, name=name.strip(), login=login.strip().lower() if login else None)
    if password is None:
        person.set_unusable_password()
    else:
        person.set_password(password)
        person.must_change_password = must_change
    person.save()
    record(
        unit_id=unit.pk,
        actor=actor,
        action="person.created",
        subject=Subject("person", person.pk, person.name),
        after={"name": person.name, "login": person.login},
    )
    return person


@transaction.atomic
def hold_post(
    *, actor: Actor, person: Person, organization: Organization, title: str = "", since: dt.date | None = None
) -> Post:
    """Give `person` a post in `organization` from `since`, by default from the day of the act."""
    post = Post.objects.create(person=person, organization=organization, title=title, since=since or actor.today)
    record(
        unit_id=_unit_of(organization),
        actor=actor,
        action="post.held",
        subject=Subject("person", person.pk, person.name),
        after={"organization": organization.name, "title": title, "since": post.since},
    )
    return post


@transaction.atomic
def grant_roles(
    *, actor: Actor, person: Person, roles: Iterable[str], scope: Organization, since: dt.date | None = None
) -> list[Grant]:
    """Give `person` each of `roles` over `scope`."""
    granted = []
    for role in roles:
        granted.append(
            Grant.objects.create(
                person=person, role=role, scope=scope, since=since or actor.today, granted_by_id=actor.person_id
            )
        )
        record(
            unit_id=_unit_of(scope),
            actor=actor,
            action="role.granted",
            subject=Subject("person", person.pk, person.name),
            after={"role": ROLES[role].name, "scope": scope.name, "since": granted[-1].since},
        )
    return granted


def _unit_of(organization: Organization) -> int:
    return organization.unit_id or organization.pk


@transaction.atomic
def change_password(*, actor: Actor, person: Person, old: str, new: str, again: str) -> None:
    """Change a person's own password.

    Raises:
        Invalid: `old` is not the password; `new` breaks a rule or is not the same as `again`.
    """
    fields = {}
    if not person.check_password(old):
        fields["old"] = "原密码不正确。"
    if fault := password_fault(new, person):
        fields["new"] = fault
    elif new != again:
        fields["again"] = "两次输入的新密码不一致。"
    elif new == old:
        fields["new"] = "新密码不能与原密码相同。"
    if fields:
        raise Invalid(fields)
    person.set_password(new)
    person.must_change_password = False
    person.password_changed_at = actor.at
    person.save(update_fields=["password", "must_change_password", "password_changed_at"])
    record(
        unit_id=person.unit_id,
        actor=actor,
        action="password.changed",
        subject=Subject("person", person.pk, person.name),
    )


def password_fault(password: str, person: Person) -> str | None:
    """Return what is wrong with a new password in one Chinese sentence, or None."""
    try:
        validate_password(password, person)
    except ValidationError as fault:
        return "".join(fault.messages)
    return None
