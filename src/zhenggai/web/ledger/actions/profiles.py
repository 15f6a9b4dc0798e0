"""Local custom made by the office: a new version of its own profile, and binding a ledger to another version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from zhenggai import profile as profiles
from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused, Stale
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.custom import choices_of, profile_of, table_of
from zhenggai.web.ledger.models import OwnProfile
from zhenggai.web.ledger.proof.own_profiles import content_digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zhenggai.profile import FieldChange
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Inspection


def preview_profile(*, rights: Rights, based_on: str, typed: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """Return what the values `typed` (by path) change in the profile `based_on`, without keeping anything.

    Raises:
        Refused: the person may not change profiles, or the profile is another unit's.
        Invalid: a value is not what it must be; its path is the name of the field.
    """
    _may(rights, based_on)
    before = table_of(based_on)
    return profiles.difference(before, _taken(before, typed))


def make_profile(*, actor: Actor, rights: Rights, based_on: str, typed: Mapping[str, str]) -> OwnProfile:
    """Keep the profile `based_on` with the values `typed` as the unit's own: the next version of it, or the first of a copy.

    Raises:
        Refused: as `preview_profile`, or nothing has been changed.
        Invalid: as `preview_profile`.
        Stale: somebody else has made the next version meanwhile.
    """
    _may(rights, based_on)
    before = table_of(based_on)
    table = _taken(before, typed)
    changes = profiles.difference(before, table)
    if not changes:
        raise Refused("没有改动，不需要保存。")
    try:
        with transaction.atomic():
            own = _next(rights.unit_id, based_on)
            table |= {"code": own.code, "version": own.version}
            own.content = json.dumps(table, ensure_ascii=False)
            own.based_on, own.made_by_id, own.made_at = based_on, actor.person_id or 0, actor.at
            own.save()
            _record(actor, own, changes)
    except IntegrityError:
        raise Stale("其他人刚刚保存了这项规则配置的新版本，请刷新后在新版本上修改。") from None
    return own


def bind_profile(*, actor: Actor, rights: Rights, inspection_id: int, seen: int, key: str) -> Inspection:
    """Bind an inspection to another profile. Dates that were set stay; lights, limits and forms follow the new one at once.

    Raises:
        Invalid: there is no such profile for the unit, or it is meant for findings of another source.
        Stale: somebody else has changed the inspection since.
    """
    inspection = access.inspection(rights, inspection_id, "profile.edit")
    if key not in choices_of(inspection.unit_id):
        raise Invalid({"profile": "请选择规则配置。"})
    if key == inspection.profile:
        return inspection
    if profile_of(key).source != profile_of(inspection.profile).source:
        raise Invalid({"profile": "巡视巡察与审计的规则不能互换，请选择同一类的规则配置。"})
    before = inspection.profile
    changes = profiles.difference(table_of(before), table_of(key))
    with transaction.atomic():
        change(inspection, seen=seen, values={"profile": key}, subject_type="inspection")
        record(
            unit_id=inspection.unit_id,
            actor=actor,
            action="profile.bound",
            subject=Subject("inspection", inspection.pk, f"《{inspection.title}》"),
            before={"profile": before, **{_called(one): one.before for one in changes}},
            after={"profile": key, **{_called(one): one.after for one in changes}},
        )
    return inspection


def _may(rights: Rights, based_on: str) -> None:
    access.require(rights, "profile.edit", rights.unit_id)
    if based_on not in choices_of(rights.unit_id):
        raise Refused("只能在本单位最新的规则配置或系统自带的规则配置上修改，请回到列表重新选择。")


def _taken(before: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    table = profiles.changed(before, typed)
    try:
        profiles.read_table(table, str(table.get("name", "")))
    except profiles.ProfileError as fault:
        raise Invalid({fault.path: _told(fault)}) from None
    return table


def _told(fault: profiles.ProfileError) -> str:
    """Return the fault with what people call the value instead of its key."""
    key = fault.path.rpartition(".")[2]
    return f"“{profiles.label_of_path(fault.path)}”{fault.what.replace(f'的 {key} ', '')}"


def _next(unit_id: int, based_on: str) -> OwnProfile:
    """Return the row of the next version: of the unit's own profile, or the first of a new one."""
    code = based_on.rpartition("@")[0]
    mine = OwnProfile.objects.filter(unit_id=unit_id)
    if mine.filter(code=code).exists():
        newest = mine.filter(code=code).order_by("-version").values_list("version", flat=True)[0]
        return OwnProfile(unit_id=unit_id, code=code, version=newest + 1)
    number = mine.values("code").distinct().count() + 1
    return OwnProfile(unit_id=unit_id, code=f"unit{unit_id}-{number}", version=1)


def _record(actor: Actor, own: OwnProfile, changes: Sequence[FieldChange]) -> None:
    record(
        unit_id=own.unit_id,
        actor=actor,
        action="profile.made",
        subject=Subject("profile", own.key, f"规则配置“{own.table['name']}”第{own.version}版"),
        before={"profile": own.based_on, **{_called(one): one.before for one in changes}},
        after={
            "profile": own.key,
            "digest": content_digest(own.content),
            **{_called(one): one.after for one in changes},
        },
    )


def _called(one: FieldChange) -> str:
    return one.label if one.label == one.section.rpartition("：")[2] else f"{one.section}：{one.label}"
