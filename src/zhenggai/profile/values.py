"""Reading single values of a profile's TOML; a bad one is refused by its name."""

from __future__ import annotations

from typing import Any


class ProfileError(Exception):
    """A profile that cannot be used; `str(error)` names the file and the value in one Chinese sentence."""


def text(table: dict[str, Any], key: str, name: str) -> str:
    """Return the words at `key` of `table`."""
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ProfileError(f"规则配置“{name}”的 {key} 应当是文字。")
    return value


def number(table: dict[str, Any], key: str, name: str, least: int = 0) -> int:
    """Return the whole number at `key` of `table`, which is at least `least`."""
    value = table.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ProfileError(f"规则配置“{name}”的 {key} 应当是不小于{least}的整数。")
    return value
