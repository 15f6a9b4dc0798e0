"""What rules look at: plain data about one document, and the paper that it answers.

Further facts (ledger, evidence, meetings, other units) become further fields of `Facts`, each with its `Need`, when the
first rule asks for them.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — the dataclasses carry dates at run time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenggai.plan.model import Area, Finding, Item, Measure, Plan, Response, Span, TimeLimit
    from zhenggai.profile import Profile


class Need(StrEnum):
    """A fact that a rule needs: without it the rule is not carried out."""

    DOCUMENT = "document"
    PLAN = "plan"
    FEEDBACK = "feedback"

    @property
    def word(self) -> str:
        """What people call it."""
        return {"document": "文件", "plan": "整改方案（有整改措施的文件）", "feedback": "反馈意见"}[self.value]


class Role(StrEnum):
    """What a piece of text is in the plan."""

    FINDING = "finding"
    MEASURE = "measure"
    FIELD = "field"
    PROGRESS = "progress"
    HEADING = "heading"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Owner:
    """To what a place belongs: its role, and the findings in whose text, measures or fields it stands."""

    role: Role
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Characters `start` to `end` of a block, and what they belong to."""

    start: int
    end: int
    owner: Owner


OUTSIDE = Owner(Role.OUTSIDE)


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A block of the document: `text` folded (`zhenggai.text.fold`), `raw` as it stands, of the same length.

    `row` tells table cells of one row from others, None outside tables. `margin` is text of the page and not of the document:
    headers, footers, watermarks.
    """

    number: int
    text: str
    raw: str
    row: tuple[str, int, int] | None = None
    margin: bool = False
    header: bool = False
    claims: tuple[Claim, ...] = ()
    fallback: Owner = OUTSIDE
    """What places belong to that no claim is near."""

    def owner(self, position: int) -> Owner:
        """Return what the character at `position` belongs to; what lies between two claims belongs to the one before it."""
        holding = [c.owner for c in self.claims if c.start <= position < c.end]
        if holding:
            return _merged(holding)
        before = [c for c in self.claims if c.end <= position]
        if before:
            last = max(c.end for c in before)
            return _merged([c.owner for c in before if c.end == last])
        after = [c for c in self.claims if c.start > position]
        if after:
            first = min(c.start for c in after)
            return _merged([c.owner for c in after if c.start == first])
        return self.fallback


def _merged(owners: list[Owner]) -> Owner:
    if len(owners) == 1:
        return owners[0]
    role = next((o.role for o in owners if o.role is not Role.HEADING), Role.HEADING)
    return Owner(role, tuple(dict.fromkeys(f for o in owners for f in o.findings)))


@dataclass(frozen=True, slots=True)
class Answer:
    """One finding and everything that the plan answers to it."""

    finding: Finding
    item: Item | None
    area: Area | None
    responses: tuple[Response, ...]
    said_leaders: tuple[str, ...] = ()
    said_departments: tuple[str, ...] = ()
    """Whom sentences name that stand for the fields: 由副局长甲牵头，乙科负责."""

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All measures, in order."""
        return tuple(measure for response in self.responses for measure in response.measures)

    @property
    def problem(self) -> str:
        """The finding with the heading of its item."""
        above = self.item.title if self.item is not None and self.item.title != self.finding.text else ""
        return f"{above}{self.finding.text}"

    @property
    def limits(self) -> tuple[TimeLimit, ...]:
        """The limits that stand in the fields."""
        return tuple(r.time_limit for r in self.responses if r.time_limit is not None)

    @property
    def measure_limits(self) -> tuple[TimeLimit, ...]:
        """The limits that stand inside measures."""
        return tuple(m.time_limit for m in self.measures if m.time_limit is not None)

    @property
    def leaders(self) -> tuple[str, ...]:
        """Whoever leads: the lead leaders, else the responsible leaders, else the persons, else whom sentences name."""
        for field in ("lead_leaders", "responsible_leaders", "responsible_persons"):
            found = tuple(dict.fromkeys(name for r in self.responses for name in getattr(r, field)))
            if found:
                return found
        return self.said_leaders


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """One document: its blocks with what every place belongs to, the plan that was read of it, its answers."""

    plan: Plan
    blocks: tuple[TextBlock, ...]
    answers: tuple[Answer, ...]
    findings: dict[str, Finding]
    own: tuple[TextBlock, ...]
    """The blocks of the document itself, without what belongs to the page."""
    period_end: dt.date | None
    """The last day of the period of rectification that the document states."""

    def quote(self, span: Span) -> str:
        """Return the words at `span` as they stand."""
        block = next((b for b in self.blocks if b.number == span.block), None)
        return block.raw[span.start : span.end] if block is not None else ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that rules may look at. What is None is not known, and the rules that need it are not carried out."""

    today: dt.date
    profile: Profile
    document: DocumentFacts | None = None
    feedback: Plan | None = None

    @property
    def present(self) -> frozenset[Need]:
        """The facts that are there."""
        found = set()
        if self.document is not None:
            found.add(Need.DOCUMENT)
            plan = self.document.plan
            if plan.findings and (plan.kind == "plan" or any(r.measures for r in plan.responses)):
                found.add(Need.PLAN)
        if self.feedback is not None:
            found.add(Need.FEEDBACK)
        return frozenset(found)

    @property
    def reference(self) -> dt.date:
        """The day that the document is to be right for: its own date, else today."""
        date = self.document.plan.plan_date if self.document is not None else None
        return date or self.today
