"""What an office sets for single rules: the raw tables, which the rules themselves hold against what they know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhenggai.profile.values import ProfileError

if TYPE_CHECKING:
    from collections.abc import Mapping

RuleTable = dict[str, Any]


def parse_rules(table: Mapping[str, Any], name: str) -> dict[str, RuleTable]:
    """Read the part `[rules]` of the profile `name`, which may be absent: one table for each rule, by its code.

    `[rules.lexicon]` stands for lists of words that several rules share. Whether a rule knows an option is for the rule to say.

    Raises:
        ProfileError: something in it is no table, or holds a table itself.
    """
    part = table.get("rules", {})
    if not isinstance(part, dict):
        raise ProfileError(name, "的 [rules] 应当是一组表。", "rules")
    for code, options in part.items():
        if not isinstance(options, dict):
            raise ProfileError(name, f"的 rules.{code} 应当是一个表。", f"rules.{code}")
        for key, value in options.items():
            if isinstance(value, dict):
                raise ProfileError(name, f"的 rules.{code}.{key} 不能再是表。", f"rules.{code}.{key}")
    return {code: dict(options) for code, options in part.items()}
