"""One row of the comparison of a later document with the ledger, on which a person decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from zhenggai.text import day_words
from zhenggai.web.ledger.drafting.later import FIELD_WORDS
from zhenggai.web.ledger.drafting.standing import CLASS_WORDS, KIND_WORDS, STATUS_WORDS, Kind, Row, headline

if TYPE_CHECKING:
    from zhenggai.web.ledger.drafting.compared import Compared
    from zhenggai.web.ledger.drafting.model import Places

Group = Literal["cell", "name", "changed", "new", "missing", "progress"]
GROUPS: Final[dict[Group, str]] = {
    "cell": "读不出的单元格",
    "name": "需要核对的名称",
    "changed": "变化",
    "new": "新增",
    "missing": "文件中没有",
    "progress": "进展",
}
NUMBERS: Final = "numbers"
"""The difference that holds all rows of which nothing but the number has changed."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, as the ledger keeps it; `about` is the reference where a difference is about several rows."""

    name: str
    before: str
    after: str
    about: str = ""

    @property
    def label(self) -> str:
        """What a person calls the field."""
        return f"{self.about} {FIELD_WORDS[self.name]}".strip()

    @property
    def words(self) -> tuple[str, str]:
        """Before and after as a person reads them."""
        return _words(self.name, self.before), _words(self.name, self.after)


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of the comparison, on which a person decides.

    `reference` names the standing row, `key` the one of the document; `rows` are the keys that a new row brings along and
    `brings` their words. `needs` is the key of a new row without which this cannot be taken. `offered` are references to link
    to. `default` is the choice that holds when nobody has made another; "" asks for one.
    """

    id: str
    group: Group
    title: str
    kind: Kind | None = None
    reference: str = ""
    key: str = ""
    fields: tuple[FieldChange, ...] = ()
    default: str = ""
    certain: bool = True
    note: str = ""
    place: str = ""
    places: Places = field(default_factory=list)
    rows: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    needs: str = ""
    offered: tuple[tuple[str, str], ...] = ()
    suggestion: str = ""

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The choices with their words, that which changes nothing last."""
        if self.group == "missing" and not self.fields:
            return ("keep", "保留"), ("withdraw", "撤销")
        words: dict[Group, tuple[tuple[str, str], ...]] = {
            "cell": (("take", "采用建议"), ("keep", "不改")) if self.suggestion else (("keep", "不改"),),
            "name": (("take", f"改为“{self.suggestion}”"), ("new", "按原文新增")),
            "changed": (("take", "采用"), ("keep", "保留原样")),
            "new": (("take", "新增"), ("keep", "不新增")),
            "missing": (("keep", "保留"), ("take", "清空")),
            "progress": (("take", "记为新进展"), ("keep", "不采用")),
        }
        return words[self.group]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences, in the order of the groups and of the ledger, with what they were made of."""

    differences: tuple[Difference, ...]
    compared: Compared

    def by_group(self) -> dict[Group, list[Difference]]:
        """Return the differences of each group that has some."""
        found: dict[Group, list[Difference]] = {}
        for difference in self.differences:
            found.setdefault(difference.group, []).append(difference)
        return found


def title_of(row: Row) -> str:
    """Return what a person calls the row: its kind, its reference, its first words."""
    words = headline(row)
    return f"{KIND_WORDS[row.kind]}{row.reference}" + (f" {words}" if words else "")


def _words(name: str, value: str) -> str:
    if name in ("start", "end") and value:
        day = dt.date.fromisoformat(value)
        return day_words(day)
    if name == "status":
        return STATUS_WORDS.get(value, value)
    if name == "rectification_class":
        return CLASS_WORDS.get(value, value)
    return f"{value}%" if name == "percent" and value else value
