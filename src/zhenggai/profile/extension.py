"""What an office holds about extensions: how many, answered within how long, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenggai.profile.values import ProfileError, number

if TYPE_CHECKING:
    from collections.abc import Mapping

DECIDERS: Mapping[str, str] = {
    "group": "领导小组",
    "principal": "主要负责人",
    "lead_leader": "牵头领导",
    "responsible_leader": "责任领导",
    "office": "整改办",
}
"""The roles that a profile may let decide."""


@dataclass(frozen=True, slots=True)
class ExtensionCustom:
    """The custom of 延期. A measure is extended `most` times at most; one of the roles `decided_by` answers within `answer_workdays`."""

    most: int
    answer_workdays: int
    decided_by: frozenset[str]


def parse_extension(table: dict[str, Any], name: str) -> ExtensionCustom:
    """Read the part `[extension]` of the profile `name`.

    Raises:
        ProfileError: it is missing, or a value in it is not what it must be.
    """
    part = table.get("extension")
    if not isinstance(part, dict):
        raise ProfileError(name, "缺少延期规定（[extension]）。", "extension")
    roles = part.get("decided_by")
    if not isinstance(roles, list) or not roles or not all(role in DECIDERS for role in roles):
        raise ProfileError(
            name,
            "的 decided_by 应当至少有一项，从领导小组、主要负责人、牵头领导、责任领导、整改办中选。",
            "extension.decided_by",
        )
    return ExtensionCustom(
        most=number(part, "most", name, at="extension."),
        answer_workdays=number(part, "answer_workdays", name, least=1, at="extension."),
        decided_by=frozenset(roles),
    )
