"""The profile that an inspection is bound to: shipped with the program, or made by its office.

A version of a profile is never changed, so what has been read once holds for as long as the process runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai import profile as profiles
from zhenggai.web.ledger.models import OwnProfile

if TYPE_CHECKING:
    import datetime as dt
    from typing import Any

    from zhenggai.profile import Profile
    from zhenggai.web.ledger.models import Inspection

_read: dict[str, Profile] = {}


def profile_of(key: str) -> Profile:
    """Return the profile `key`.

    Raises:
        ProfileError: there is none of that name.
    """
    if key in profiles.shipped():
        return profiles.load(key)
    if key not in _read:
        _read[key] = profiles.read_table(table_of(key), key)
    return _read[key]


def period_end_of(inspection: Inspection) -> dt.date | None:
    """Return the last day of the concentrated period: as set for the inspection, or else by its profile; None without a feedback date."""
    if inspection.period_end or inspection.feedback_date is None:
        return inspection.period_end
    return profile_of(inspection.profile).period_end(inspection.feedback_date)


def table_of(key: str) -> dict[str, Any]:
    """Return what the profile `key` says, value by value; an own one says of newer customs what the shipped one says.

    Raises:
        ProfileError: there is none of that name.
    """
    shipped = profiles.shipped_tables().get(key)
    if shipped is not None:
        return shipped
    code, _, version = key.rpartition("@")
    own = OwnProfile.objects.filter(code=code, version=int(version) if version.isdecimal() else 0).first()
    if own is None:
        raise profiles.ProfileError(key, "不存在，可能在导入或恢复数据时缺失，请联系系统管理员。")
    return profiles.completed(own.table, _root(own.table["source"]))


def _root(source: str) -> dict[str, Any]:
    """Return the newest shipped profile of the source: what an own profile does not say yet is as there."""
    return next(table for table in profiles.shipped_tables().values() if table["source"] == source)


def choices_of(unit_id: int) -> dict[str, str]:
    """Return the profiles that an inspection of the unit can be bound to, key and name: the newest of its own, then the shipped."""
    newest: dict[str, OwnProfile] = {}
    for own in OwnProfile.objects.filter(unit_id=unit_id).order_by("code", "version"):
        newest[own.code] = own
    found = {own.key: f"{own.table['name']}（第{own.version}版）" for own in newest.values()}
    return found | {key: profile.name for key, profile in profiles.shipped().items()}


def forget() -> None:
    """Forget what has been read, where the store under the process has changed."""
    _read.clear()
