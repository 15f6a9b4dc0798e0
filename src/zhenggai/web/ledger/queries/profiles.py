"""规则配置: which there are, what they say, and which ledgers go by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai import profile as profiles
from zhenggai.web.faults import Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.custom import choices_of, table_of
from zhenggai.web.ledger.models import Inspection, OwnProfile

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.profile import Field, FieldChange
    from zhenggai.web.accounts.rights import Rights


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """One profile in the list. `ledgers` are the titles of the unit's ledgers that go by it; `made_at` None for a shipped one."""

    key: str
    name: str
    version: int
    newest: bool
    made_by: str
    made_at: dt.datetime | None
    ledgers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProfileText:
    """What one profile says: its values in groups, and what differs from the one it was made from."""

    key: str
    name: str
    groups: tuple[tuple[str, tuple[Field, ...]], ...]
    based_on: str
    changes: tuple[FieldChange, ...]
    may_change: bool


def profile_list(rights: Rights) -> tuple[ProfileLine, ...]:
    """Return the unit's own profiles, all versions with the newest first, and after them the shipped ones.

    Raises:
        Refused: the person may not see them.
    """
    access.require(rights, "profile.read", rights.unit_id)
    used: dict[str, list[str]] = {}
    for key, title in Inspection.objects.filter(unit_id=rights.unit_id).order_by("pk").values_list("profile", "title"):
        used.setdefault(key, []).append(title)
    choices = choices_of(rights.unit_id)
    own = OwnProfile.objects.filter(unit_id=rights.unit_id).select_related("made_by").order_by("code", "-version")
    lines = [
        ProfileLine(
            one.key, one.table["name"], one.version, one.key in choices, one.made_by.name, one.made_at,
            tuple(used.get(one.key, ())),
        )
        for one in own
    ]  # fmt: skip
    lines += [
        ProfileLine(one.key, one.name, one.version, True, "", None, tuple(used.get(one.key, ())))
        for one in profiles.shipped().values()
    ]
    return tuple(lines)


def profile_text(rights: Rights, key: str) -> ProfileText:
    """Return what the profile `key` says.

    Raises:
        Refused: the person may not see it.
        Unknown: there is none of that name, or it is another unit's.
    """
    access.require(rights, "profile.read", rights.unit_id)
    code, _, version = key.rpartition("@")
    own = OwnProfile.objects.filter(
        unit_id=rights.unit_id, code=code, version=int(version) if version.isdecimal() and len(version) < 9 else 0
    ).first()
    if own is None and key not in profiles.shipped():
        raise Unknown("这项规则配置")
    table = table_of(key)
    return ProfileText(
        key=key,
        name=table["name"],
        groups=_groups(profiles.fields_of(table)),
        based_on=own.based_on if own else "",
        changes=profiles.difference(table_of(own.based_on), table) if own else (),
        may_change=rights.may_in("profile.edit", rights.unit_id) and key in choices_of(rights.unit_id),
    )


def choices_for(rights: Rights, inspection: Inspection) -> tuple[tuple[str, str], ...]:
    """Return the profiles of the same source that the inspection can be bound to, or none where the person may not bind it."""
    if not rights.may_in("profile.edit", inspection.unit_id):
        return ()
    table = table_of(inspection.profile)
    now = {inspection.profile: f"{table['name']}（现用）"}
    choices = now | choices_of(inspection.unit_id) | now
    return tuple((key, name) for key, name in choices.items() if table_of(key)["source"] == table["source"])


def binding_difference(inspection: Inspection, key: str) -> tuple[FieldChange, ...]:
    """Return what would change for the inspection under the profile `key`."""
    return profiles.difference(table_of(inspection.profile), table_of(key))


def _groups(fields: tuple[Field, ...]) -> tuple[tuple[str, tuple[Field, ...]], ...]:
    sections = dict.fromkeys(field.section for field in fields)
    return tuple((section, tuple(field for field in fields if field.section == section)) for section in sections)
