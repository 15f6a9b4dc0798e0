"""All rules that there are. A rule that is not whole is refused at start, by name, and not while somebody checks a plan."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from zhenggai import discover
from zhenggai import rules as folder
from zhenggai.rules.manual import read_manual
from zhenggai.rules.rule import FAMILIES, Rule, RuleError

if TYPE_CHECKING:
    from types import ModuleType

_CODE = re.compile(rf"[{''.join(FAMILIES)}]\d\d")
COMMON_OPTIONS = ("enabled", "severity")
"""What a profile may set for every rule: whether it is carried out, and how much its results weigh."""


@cache
def rules() -> dict[str, Rule]:
    """Return every rule by its code.

    Raises:
        RuleError: a rule is not whole: its code, its manual, its options.
        DuplicateKeyError: two rules carry one code.
    """
    return found_in(folder)


def found_in(package: ModuleType) -> dict[str, Rule]:
    """Return the rules below `package` by their codes; raises as `rules` does."""
    found = discover.collect(package, Rule)
    for rule in found.values():
        _require_whole(rule)
    order = list(FAMILIES)
    return dict(sorted(found.items(), key=lambda pair: (order.index(pair[0][0]), pair[0])))


def _require_whole(rule: Rule) -> None:
    if _CODE.fullmatch(rule.code) is None:
        raise RuleError(f"规则编号“{rule.code}”应当是{'、'.join(FAMILIES)}之一加两位数字。")
    if not rule.name:
        raise RuleError(f"规则 {rule.code} 没有名称。")
    if not rule.needs:
        raise RuleError(f"规则 {rule.code} 没有写明需要什么材料。")
    read_manual(rule)
    keys = [option.key for option in rule.options]
    if len(set(keys)) < len(keys) or set(keys) & set(COMMON_OPTIONS):
        raise RuleError(f"规则 {rule.code} 的选项有重名。")
