"""Reading single values of a profile's table; a bad one is refused by its name."""

from __future__ import annotations

from typing import Any

LONGEST = 300
LARGEST = 100_000


class ProfileError(Exception):
    """A profile that cannot be used; `str(error)` names the profile and the value in one Chinese sentence.

    `path` is where the value stands (`closure.verifiers`), `what` the sentence without the profile's name.
    """

    def __init__(self, name: str, what: str, path: str = "") -> None:
        self.path = path
        self.what = what
        super().__init__(f"规则配置“{name}”{what}")


def text(table: dict[str, Any], key: str, name: str, *, at: str = "") -> str:
    """Return the words at `key` of `table`; `at` is the path of the table, with a point at its end."""
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ProfileError(name, f"的 {key} 应当是文字，不能空着。", at + key)
    if len(value) > LONGEST:
        raise ProfileError(name, f"的 {key} 过长，请控制在{LONGEST}字以内。", at + key)
    return value


def number(table: dict[str, Any], key: str, name: str, least: int = 0, *, at: str = "") -> int:
    """Return the whole number at `key` of `table`, which is at least `least`; `at` as in `text`."""
    value = table.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST:
        raise ProfileError(name, f"的 {key} 应当是{least}至{LARGEST}之间的整数。", at + key)
    return value
