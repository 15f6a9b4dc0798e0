"""Roles, need to know, deputies: what people are given, for how long, and by whom. Nothing is deleted; it ends."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from zhenggai.web.accounts.actions.organizations import unit_of
from zhenggai.web.accounts.actions.people import person_of
from zhenggai.web.accounts.actions.permission import refusal, require
from zhenggai.web.accounts.holdings import NAME as HOLDS
from zhenggai.web.accounts.holdings import holdings
from zhenggai.web.accounts.models import Deputy, Grant, Organization, Person, RestrictedGrant
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused, Unknown
from zhenggai.workflow import ROLES, Reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights

ONE_ADMINISTRATOR = "ZHENGGAI_ONE_ADMINISTRATOR"
"""The setting under which one person may hold several of the three administrators' roles, for an office of two people."""
LONGEST_SECRET = 366
"""Days that a need to know may last before it must be given anew."""


@transaction.atomic
def grant_roles(
    *,
    actor: Actor,
    rights: Rights | None = None,
    person: Person,
    roles: Iterable[str],
    scope: Organization,
    since: dt.date | None = None,
    until: dt.date | None = None,
    reason: str = "",
) -> list[Grant]:
    """Give `person` each of `roles` over `scope`.

    Raises:
        Refused: nobody gives roles to himself; nobody holds two of the three administrators' roles.
        Invalid: field `role` or `until`.
    """
    require(rights, "grant.edit", unit_of(scope))
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    start = since or actor.today
    granted = []
    for role in roles:
        if role not in ROLES:
            raise Invalid({"role": "请从列表中选择角色。"})
        grant = Grant(
            person=person,
            role=role,
            scope=scope,
            since=start,
            until=until,
            reason=reason.strip()[:200],
            granted_by_id=actor.person_id,
        )
        _check(actor, rights, grant)
        grant.save()
        granted.append(grant)
        after = {"role": ROLES[role].name, "scope": scope.name, "since": grant.since, "until": grant.until}
        _record(actor, unit_of(scope), person, "role.granted", after, reason)
    return granted


def _check(actor: Actor, rights: Rights | None, grant: Grant) -> None:
    if grant.until is not None and grant.until < grant.since:
        raise Invalid({"until": "终止日期不能早于起始日期。"})
    if rights is None:
        return
    person, role = grant.person, ROLES[grant.role]
    if person.pk == actor.person_id:
        raise Refused("不能给自己授予角色，请由另一位安全管理员办理。")
    if person.left_on:
        raise Refused(f"{person.name}已离任，不能再授予角色。")
    meanwhile = Q(until=None) | Q(until__gte=grant.since)
    if grant.until is not None:
        meanwhile &= Q(since__lte=grant.until)
    held = Grant.objects.filter(meanwhile, person=person)
    if held.filter(role=role.code, scope=grant.scope).exists():
        raise Invalid({"role": f"{person.name}在这段时间已有“{role.name}”角色，不必重复授予。"})
    if role.administrator and os.environ.get(ONE_ADMINISTRATOR) != "1":
        _refuse_second_administrator(person, held, role.code)


def _refuse_second_administrator(person: Person, held: QuerySet[Grant], role: str) -> None:
    others = [code for code, known in ROLES.items() if known.administrator and code != role]
    other = held.filter(role__in=others).first()
    if other:
        raise Refused(
            f"{person.name}已是{ROLES[other.role].name}。系统、安全、审计三个管理员应由不同的人担任，请另选一人。"
        )


@transaction.atomic
def revoke_grant(*, actor: Actor, rights: Rights, grant_id: int) -> Grant:
    """Take a role back: it ends the day before the act.

    Raises:
        Invalid: it has ended already; field `grant`.
    """
    grant = Grant.objects.select_related("person", "scope").filter(pk=grant_id).first()
    if grant is None or (grant.until is not None and grant.until < actor.today):
        raise Invalid({"grant": "这项授权已经结束，请刷新页面。"})
    require(rights, "grant.edit", unit_of(grant.scope))
    if grant.person_id == actor.person_id:
        raise Refused("不能收回自己的角色，请由另一位安全管理员办理。")
    grant.until = actor.today - dt.timedelta(days=1)
    grant.save(update_fields=["until"])
    after = {"role": ROLES[grant.role].name, "scope": grant.scope.name, "until": grant.until}
    _record(actor, unit_of(grant.scope), grant.person, "role.revoked", after)
    return grant


@transaction.atomic
def grant_restricted(
    *, actor: Actor, rights: Rights, person_id: int, reason: str, until: dt.date | None
) -> RestrictedGrant:
    """Let a person see the restricted layer of the person's unit, for a reason and until a day.

    Raises:
        Invalid: field `reason` or `until`.
    """
    person = person_of(rights, person_id, "restricted.grant")
    if person.pk == actor.person_id:
        raise Refused("不能给自己授予限知权限，请由另一位安全管理员办理。")
    fields = {}
    if not reason.strip():
        fields["reason"] = "请填写需要知悉的理由。"
    if until is None:
        fields["until"] = "请填写终止日期。"
    elif not actor.today <= until <= actor.today + dt.timedelta(days=LONGEST_SECRET):
        fields["until"] = "终止日期应在今天之后、一年之内。"
    if fields:
        raise Invalid(fields)
    grant = RestrictedGrant.objects.create(
        person=person,
        unit_id=person.unit_id,
        reason=reason.strip()[:200],
        since=actor.today,
        until=until,
        granted_by_id=actor.person_id,
    )
    after = {"since": grant.since, "until": grant.until}
    _record(actor, person.unit_id, person, "restricted.granted", after, grant.reason)
    return grant


@transaction.atomic
def revoke_restricted(*, actor: Actor, rights: Rights, grant_id: int) -> RestrictedGrant:
    """End a need to know at once."""
    grant = RestrictedGrant.objects.select_related("person").filter(pk=grant_id).first()
    if grant is None or (grant.until is not None and grant.until < actor.today):
        raise Invalid({"grant": "这项限知权限已经结束，请刷新页面。"})
    require(rights, "restricted.grant", grant.unit_id)
    grant.until = actor.today - dt.timedelta(days=1)
    grant.save(update_fields=["until"])
    _record(actor, grant.unit_id, grant.person, "restricted.revoked", {"until": grant.until})
    return grant


@transaction.atomic
def appoint_deputy(
    *,
    actor: Actor,
    rights: Rights,
    person_id: int,
    deputy_id: int,
    since: dt.date | None,
    until: dt.date | None,
    reason: str,
) -> Deputy:
    """Let `deputy_id` act for `person_id` while that person is away; people name their own deputy, the office anybody's.

    Raises:
        Refused: the person may not, or would become somebody else's deputy by an own act.
        Invalid: field `deputy`, `since` or `until`.
    """
    person, deputy = (Person.objects.filter(pk=pk).first() for pk in (person_id, deputy_id))
    if person is None:
        raise Invalid({"person": "没有这个人员，请刷新页面。"})
    if person.unit_id != rights.unit_id and not rights.may_in("deputy.appoint", person.unit_id):
        raise Unknown("这个人员")
    own = person.pk == actor.person_id and bool(rights.scopes_at("deputy.appoint", Reach.OWN))
    if not own and not rights.may_in("deputy.appoint", person.unit_id):
        raise refusal("deputy.appoint")
    if deputy_id == actor.person_id and not own:
        raise Refused("不能指定自己代办他人的事项，请由本人或另一位整改办人员指定。")
    fields = {}
    if deputy is None or deputy.unit_id != person.unit_id or deputy.pk == person.pk or deputy.left_on:
        fields["deputy"] = "请选择本单位的另一位在职人员。"
    if since is None:
        fields["since"] = "请填写起始日期。"
    if until is None:
        fields["until"] = "请填写终止日期。"
    elif since and until < since:
        fields["until"] = "终止日期不能早于起始日期。"
    if fields or deputy is None or since is None:
        raise Invalid(fields)
    made = Deputy.objects.create(
        person=person,
        deputy=deputy,
        since=since,
        until=until,
        reason=reason.strip()[:200],
        appointed_by_id=actor.person_id,
    )
    after = {"receiver": deputy.name, "since": since, "until": until}
    _record(actor, person.unit_id, person, "deputy.appointed", after, made.reason)
    return made


@transaction.atomic
def end_deputy(*, actor: Actor, rights: Rights, deputy_id: int) -> Deputy:
    """End a deputyship with the day before the act."""
    made = Deputy.objects.select_related("person", "deputy").filter(pk=deputy_id).first()
    if made is None or (made.until is not None and made.until < actor.today):
        raise Invalid({"deputy": "这项代办已经结束，请刷新页面。"})
    if made.person_id != actor.person_id and not rights.may_in("deputy.appoint", made.person.unit_id):
        raise refusal("deputy.appoint")
    made.until = actor.today - dt.timedelta(days=1)
    made.save(update_fields=["until"])
    _record(
        actor, made.person.unit_id, made.person, "deputy.ended", {"receiver": made.deputy.name, "until": made.until}
    )
    return made


def _record(
    actor: Actor, unit_id: int, person: Person, action: str, after: Mapping[str, object], reason: str = ""
) -> None:
    record(
        unit_id=unit_id,
        actor=actor,
        action=action,
        subject=Subject("person", person.pk, person.name),
        after={**after, HOLDS: holdings(person.pk)},
        reason=reason,
    )
