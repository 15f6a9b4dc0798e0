"""The contract of a rule: what it is called, what it looks at, what it may be told, and how it says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenggai.plan.model import Span
from zhenggai.rules.facts import Answer, DocumentFacts, Facts, Need, TextBlock

if TYPE_CHECKING:
    from zhenggai.plan.model import Plan
    from zhenggai.rules.result import Severity
    from zhenggai.rules.wording.lexicon import Lexicon

FAMILIES: Mapping[str, str] = {
    "P": "方案",
    "E": "进展与佐证",
    "D": "日期与程序",
    "N": "统计",
    "C": "保密与公开",
    "F": "格式",
}
"""The first letter of a code → what its family is about."""

Value = bool | int | float | str | tuple[str, ...]


class RuleError(Exception):
    """A rule, or an option set for it, that cannot be used: said at start, never while checking."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something that a profile may set for a rule in `[rules.CODE]`; `about` says in Chinese what it does."""

    key: str
    default: Value
    about: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What a rule is given beside its subject."""

    facts: Facts
    options: Mapping[str, Value]
    lexicon: Lexicon

    @property
    def document(self) -> DocumentFacts:
        """The document, for rules that need one."""
        if self.facts.document is None:
            raise RuleError("这条规则需要文件。")
        return self.facts.document

    @property
    def plan(self) -> Plan:
        """The plan that was read of the document."""
        return self.document.plan

    def number(self, key: str) -> float:
        """Return a number that the rule may be told."""
        value = self.options[key]
        if not isinstance(value, int | float):
            raise RuleError(f"选项 {key} 应当是数。")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of words that the rule may be told."""
        value = self.options[key]
        if not isinstance(value, tuple):
            raise RuleError(f"选项 {key} 应当是词表。")
        return value


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found. `findings` empty means the document as a whole; a result is made for each of them."""

    quote: str
    why: str
    fix: str
    findings: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()


Check = Callable[[Any, Setting], Iterable[Hit]]
Over = Callable[[Facts], Iterable[object]]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule: a file of its own below `zhenggai.rules` holds it together with its manual, the module's docstring.

    `over` gives the subjects that `check` looks at one after another: a rule that fails on one of them has still said what
    it found on the others.
    """

    code: str
    name: str
    severity: Severity
    over: Over
    check: Check
    manual: str | None
    needs: frozenset[Need] = frozenset({Need.PLAN})
    options: tuple[Option, ...] = ()

    @property
    def key(self) -> str:
        """The name under which the rule is found."""
        return self.code

    @property
    def family(self) -> str:
        """What its family is about."""
        return FAMILIES[self.code[0]]


def each_answer(facts: Facts) -> Iterable[Answer]:
    """Look at each finding with what is answered to it."""
    return facts.document.answers if facts.document is not None else ()


def each_block(facts: Facts) -> Iterable[TextBlock]:
    """Look at each paragraph and table cell of the document itself."""
    return facts.document.own if facts.document is not None else ()


def the_document(facts: Facts) -> Iterable[DocumentFacts]:
    """Look at the document as a whole."""
    return (facts.document,) if facts.document is not None else ()


def at(block: TextBlock, start: int, end: int) -> tuple[tuple[str, ...], tuple[Span, ...], str]:
    """Return to which findings the characters `start` to `end` of a block belong, where they stand, and the words."""
    return block.owner(start).findings, (Span(block.number, start, end),), block.raw[start:end]
