"""What an office holds about recurring duties: days off, periods cut short, how far ahead they are laid out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from zhenggai.profile.values import ProfileError, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.deadline import Shift

SHIFTS: Mapping[str, str] = {"later": "顺延到其后的工作日", "earlier": "提前到其前的工作日", "none": "不变"}


@dataclass(frozen=True, slots=True)
class DutyCustom:
    """The custom of 周期任务.

    A date on a day off is moved as `day_off` says; a period cut short counts from `least_share` percent of its days on;
    occurrences are laid out `horizon_days` ahead; a measure of lasting effect has something due within `milestone_days`.
    """

    day_off: Shift
    least_share: int
    horizon_days: int
    milestone_days: int


def parse_duty(table: dict[str, Any], name: str) -> DutyCustom:
    """Read the part `[duty]` of the profile `name`.

    Raises:
        ProfileError: it is missing, or a value in it is not what it must be.
    """
    part = table.get("duty")
    if not isinstance(part, dict):
        raise ProfileError(name, "缺少周期任务规定（[duty]）。", "duty")
    if part.get("day_off") not in SHIFTS:
        raise ProfileError(name, f"的 day_off 只能是 {'、'.join(SHIFTS)}。", "duty.day_off")
    share = number(part, "least_share", name, least=1, at="duty.")
    if share > 100:
        raise ProfileError(name, "的 least_share 应当是1至100之间的整数。", "duty.least_share")
    horizon = number(part, "horizon_days", name, least=1, at="duty.")
    if horizon > 1000:
        raise ProfileError(name, "的 horizon_days 应当是1至1000之间的整数。", "duty.horizon_days")
    milestone = number(part, "milestone_days", name, least=1, at="duty.")
    return DutyCustom(cast("Shift", part["day_off"]), share, horizon, milestone)
