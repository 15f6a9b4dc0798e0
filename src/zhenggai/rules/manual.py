"""The manual page of a rule: what its module's docstring says, in sections."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.rules.rule import RuleError

if TYPE_CHECKING:
    from zhenggai.rules.rule import Rule

REQUIRED = ("判定", "为什么", "反例", "正例")
_SECTIONS = (*REQUIRED, "例外", "依据")
_HEAD = re.compile(rf"^({'|'.join(_SECTIONS)})：(.*)$")
_DIVIDER = "--"


@dataclass(frozen=True, slots=True)
class Manual:
    """A manual page. `bad` are fragments on which the rule must fire, `good` such on which it must not."""

    summary: str
    definition: str
    why: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    exceptions: str = ""
    source: str = ""


def read_manual(rule: Rule) -> Manual:
    """Return the manual page of a rule.

    Raises:
        RuleError: it has none, or a section is missing.
    """
    summary, _, rest = inspect.cleandoc(rule.manual or "").partition("\n")
    if not summary:
        raise RuleError(f"规则 {rule.code} 没有说明。")
    sections = _sections(rest)
    missing = [name for name in REQUIRED if not sections.get(name)]
    if missing:
        raise RuleError(f"规则 {rule.code} 的说明缺少“{'、'.join(missing)}”。")
    return Manual(
        summary=summary,
        definition=_prose(sections["判定"]),
        why=_prose(sections["为什么"]),
        bad=_fragments(sections["反例"]),
        good=_fragments(sections["正例"]),
        exceptions=_prose(sections.get("例外", [])),
        source=_prose(sections.get("依据", [])),
    )


def _sections(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        head = _HEAD.match(line)
        if head is not None:
            lines = found.setdefault(head[1], [])
            lines += [head[2]] if head[2] else []
        elif line.strip():
            lines.append(line)
    return found


def _prose(lines: list[str]) -> str:
    return "".join(line.strip() for line in lines)


def _fragments(lines: list[str]) -> tuple[str, ...]:
    fragments: list[list[str]] = [[]]
    for line in lines:
        if line.strip() == _DIVIDER:
            fragments.append([])
        else:
            fragments[-1].append(line.strip())
    return tuple("\n".join(fragment) for fragment in fragments if fragment)
