"""The ledger as it stands, in a form that a later document can be compared with: plain rows that know no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

Kind = Literal["area", "item", "finding", "response", "measure", "phase", "milestone", "mechanism", "group"]
SCHEDULE: Final[tuple[Kind, ...]] = ("phase", "milestone", "mechanism", "group")
"""What a plan says beside its measures; these rows stand by themselves."""
KINDS: Final[tuple[Kind, ...]] = ("area", "item", "finding", "response", "measure", *SCHEDULE)
KIND_WORDS: Final[dict[Kind, str]] = {
    "area": "方面",
    "item": "反馈问题",
    "finding": "问题",
    "response": "责任分工",
    "measure": "措施",
    "phase": "工作阶段",
    "milestone": "时间节点",
    "mechanism": "工作机制",
    "group": "领导机构",
}
STATUS_WORDS: Final[dict[str, str]] = {
    "not_done": "未完成",
    "ongoing": "正在整改",
    "basically_done": "基本完成",
    "completed": "已完成",
}
CLASS_WORDS: Final[dict[str, str]] = {"immediate": "立行立改", "time_limited": "限期整改", "long_term": "长期坚持"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger. `fields` are what is compared, as words; names of a role are joined by 、.

    `parents` are the references of what the row belongs to: the item or else the area of a finding, the findings of a
    response, the response of a measure.
    """

    kind: Kind
    reference: str
    fields: dict[str, str]
    parents: tuple[str, ...] = ()
    pk: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """The last report on a measure or a response; `percent` as digits."""

    done: str = ""
    status: str = ""
    percent: str = ""
    difficulty: str = ""
    next_step: str = ""


REPORT_FIELDS: Final = ("done", "status", "percent", "difficulty", "next_step")


@dataclass(frozen=True, slots=True)
class Standing:
    """All rows of an inspection that are not withdrawn, by reference and in the order of the ledger.

    `reports` gives the last report by the reference of its measure or response; `people` and `departments` are the unit's.
    """

    rows: dict[str, Row]
    reports: dict[str, Report] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()
    people: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

    def of(self, kind: Kind) -> list[Row]:
        """Return the rows of one kind."""
        return [row for row in self.rows.values() if row.kind == kind]

    def below(self) -> dict[str, list[Row]]:
        """Return the rows by the reference of each of their parents."""
        found: dict[str, list[Row]] = {}
        for row in self.rows.values():
            for parent in row.parents:
                found.setdefault(parent, []).append(row)
        return found

    def report(self, measure: Row) -> Report:
        """Return what the ledger shows as the last report on `measure`: its own, else the words of its response's."""
        own = self.reports.get(measure.reference, Report())
        if own.done or own.difficulty or own.next_step or not measure.parents:
            return own
        shared = self.reports.get(measure.parents[0], Report())
        return Report(shared.done, own.status, own.percent, shared.difficulty, shared.next_step)


def headline(row: Row, limit: int = 40) -> str:
    """Return the words by which a person knows the row."""
    words = row.fields.get("text") or row.fields.get("title") or row.fields.get("objective") or ""
    return words if len(words) <= limit else words[: limit - 1] + "…"
