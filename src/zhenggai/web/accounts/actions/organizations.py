"""The tree of organisations. Its closure table is kept in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from zhenggai.web.accounts.actions.permission import require
from zhenggai.web.accounts.models import Organization, OrganizationClosure, Post
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused, Stale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.web.accounts.rights import Rights

Kind = Organization.Kind
LONGEST_NAME, LONGEST_SHORT = 100, 50
WITHIN_UNIT = (Kind.DEPARTMENT, Kind.BRANCH)


@transaction.atomic
def create_organization(
    *,
    actor: Actor,
    rights: Rights | None = None,
    kind: str,
    name: str,
    parent: Organization | None = None,
    short_name: str = "",
    order: int = 0,
) -> Organization:
    """Add an organisation below `parent`. A unit or an inspecting office has a chain of its own.

    Raises:
        Invalid: field `name`, `short_name` or `kind`.
    """
    if parent is not None:
        require(rights, "organization.edit", unit_of(parent))
    _check(name=name, kind=kind, parent=parent, itself=None)
    _check_short(short_name)
    organization = Organization.objects.create(
        parent=parent,
        unit=parent.unit if parent and kind in WITHIN_UNIT else None,
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
    _record(
        actor,
        organization,
        "created",
        after={"kind": kind, "name": organization.name, "parent": parent.name if parent else None},
    )
    return organization


@transaction.atomic
def change_organization(
    *, actor: Actor, rights: Rights, organization_id: int, seen: int, name: str, short_name: str
) -> Organization:
    """Give an organisation another name.

    Raises:
        Invalid: field `name` or `short_name`.
        Stale: somebody else has changed it since.
    """
    organization = _of(rights, organization_id)
    _check(name=name, kind=organization.kind, parent=organization.parent, itself=organization)
    _check_short(short_name)
    before = {"name": organization.name, "short_name": organization.short_name}
    after = {"name": name.strip(), "short_name": short_name.strip()}
    if not Organization.objects.filter(pk=organization.pk, version=seen).update(**after, version=seen + 1):
        raise Stale("这个机构已被他人修改，请核对后再提交。")
    organization.refresh_from_db()
    _record(actor, organization, "changed", before=before, after=after)
    return organization


@transaction.atomic
def move_organization(*, actor: Actor, rights: Rights, organization_id: int, seen: int, parent_id: int) -> Organization:
    """Put a department or branch, with everything below it, under another organisation of the same unit.

    Raises:
        Refused: it is a unit.
        Invalid: field `parent` or `name`.
        Stale: somebody else has changed it since.
    """
    organization = _of(rights, organization_id)
    if organization.kind not in WITHIN_UNIT:
        raise Refused("单位和巡察办的隶属关系不能在这里调整，请联系上级管理员。")
    Organization.objects.select_for_update().get(pk=unit_of(organization))
    parent = Organization.objects.filter(pk=parent_id, unit=organization.unit_id, closed_on=None).first()
    below = OrganizationClosure.objects.filter(ancestor=organization).values_list("descendant_id", flat=True)
    if parent is None:
        raise Invalid({"parent": "请选择本单位未撤销的机构作为上级。"})
    if parent.pk in below:
        raise Invalid({"parent": f"“{parent.name}”就在“{organization.name}”之下，不能作为它的上级。"})
    _check(name=organization.name, kind=organization.kind, parent=parent, itself=organization)
    before = organization.parent.name if organization.parent else None
    if not Organization.objects.filter(pk=organization.pk, version=seen).update(parent=parent, version=seen + 1):
        raise Stale("这个机构已被他人修改，请核对后再提交。")
    _put_below(list(below), parent)
    organization.refresh_from_db()
    _record(actor, organization, "moved", before={"parent": before}, after={"parent": parent.name})
    return organization


def _put_below(moved: list[int], parent: Organization) -> None:
    """Keep the closure table: whoever is moved has the new parent and those above it above, and no longer the old ones."""
    OrganizationClosure.objects.filter(descendant__in=moved).exclude(ancestor__in=moved).delete()
    above = OrganizationClosure.objects.filter(descendant=parent).values_list("ancestor_id", flat=True)
    OrganizationClosure.objects.bulk_create(
        OrganizationClosure(ancestor_id=ancestor, descendant_id=pk) for ancestor in list(above) for pk in moved
    )


@transaction.atomic
def close_organization(*, actor: Actor, rights: Rights, organization_id: int) -> Organization:
    """Close a department or branch on the day of the act. It stays where it is named; nothing new can be given to it.

    Raises:
        Refused: it is a unit, or people still hold posts in it, or something below it is not closed.
        Invalid: it is closed already; field `organization`.
    """
    organization = _of(rights, organization_id)
    if organization.kind not in WITHIN_UNIT:
        raise Refused("单位和巡察办不能在这里撤销，请联系上级管理员。")
    if organization.closed_on is not None:
        raise Invalid({"organization": f"“{organization.name}”已经撤销，请刷新页面。"})
    if Organization.objects.filter(parent=organization, closed_on=None).exists():
        raise Refused(f"“{organization.name}”下面还有未撤销的机构，请先调整或撤销下级。")
    lasting = Q(until=None) | Q(until__gt=actor.today)
    holders = Post.objects.filter(lasting, organization=organization).values("person").distinct().count()
    if holders:
        raise Refused(f"“{organization.name}”还有{holders}人任职，请先办理免职或调整。")
    organization.closed_on = actor.today
    organization.save(update_fields=["closed_on"])
    _record(actor, organization, "closed", after={"name": organization.name})
    return organization


def unit_of(organization: Organization) -> int:
    """Return the id of the unit on whose chain the organisation's events stand."""
    return organization.unit_id or organization.pk


def _of(rights: Rights, pk: int) -> Organization:
    organization = Organization.objects.select_related("parent").filter(pk=pk).first()
    if organization is None:
        raise Invalid({"organization": "这个机构已不存在，请刷新页面。"})
    require(rights, "organization.edit", unit_of(organization))
    return organization


def _check_short(name: str) -> None:
    if len(name.strip()) > LONGEST_SHORT:
        raise Invalid({"short_name": f"简称请控制在{LONGEST_SHORT}字以内。"})


def _check(*, name: str, kind: str, parent: Organization | None, itself: Organization | None) -> None:
    fields = {}
    if not name.strip():
        fields["name"] = "请填写机构名称。"
    elif len(name.strip()) > LONGEST_NAME:
        fields["name"] = f"机构名称请控制在{LONGEST_NAME}字以内。"
    else:
        same = Organization.objects.filter(parent=parent, name=name.strip(), closed_on=None)
        if itself is not None:
            same = same.exclude(pk=itself.pk)
        if same.exists():
            fields["name"] = f"同一上级下已有“{name.strip()}”。"
    if kind not in Kind:
        fields["kind"] = "请选择机构类别。"
    elif kind in WITHIN_UNIT and parent is None:
        fields["parent"] = "请选择上级机构。"
    elif kind not in WITHIN_UNIT and parent is not None and parent.kind != Kind.INSPECTION_OFFICE:
        fields["kind"] = "单位和巡察办只能建在巡察办之下。"
    if parent is not None and parent.closed_on is not None:
        fields["parent"] = f"“{parent.name}”已撤销，请选择其他上级。"
    if fields:
        raise Invalid(fields)


def _record(
    actor: Actor,
    organization: Organization,
    what: str,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object],
) -> None:
    record(
        unit_id=unit_of(organization),
        actor=actor,
        action=f"organization.{what}",
        subject=Subject("organization", organization.pk, organization.name),
        before=before,
        after=after,
    )
