"""How one person may stand to one application: every combination that the table of transitions can be asked about."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from zhenggai.workflow import ACTS, ROLES, Case, Reach
from zhenggai.workflow.closures import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenggai.workflow import Transition

RELATIONS = {
    "applicant": "申请人",
    "colleague": "申请部门的其他人",
    "other": "其他部门",
    "unnamed": "其他部门，方案只列为配合部门",
    "handler": "其他部门，方案列为经办人",
    "foreign": "其他单位",
}
"""How the person stands to who applies. A leader is named for the finding in all but the last two and `unnamed`."""
SOURCES = {"inspection": "巡视巡察", "audit": "审计"}
LEADERS = frozenset({"responsible_leader", "lead_leader"})
VARIANTS = tuple(product((False, True), repeat=3))
"""(a key finding, lapsed, the person has signed an earlier part)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One question to the table."""

    stage: str
    role: str
    relation: str
    key: bool = False
    lapsed: bool = False
    signed: bool = False
    leaders: frozenset[str] = LEADERS
    source: str = "inspection"

    def case(self, step: Transition) -> Case:
        """Return the case of a person who has this role only."""
        reach = ACTS[step.act].of(self.role)
        inside = self.relation in ("applicant", "colleague")
        return Case(
            stage=self.stage,
            reach=Reach.NONE if self.relation == "foreign" else reach,
            assigned=self._assigned(inside),
            signed=frozenset(self._signed(step)),
            involved=inside or self.relation == "handler",
            key=self.key,
            lapsed=self.lapsed,
            leaders=self.leaders,
            department_named=True,
            role=self.role,
            source=self.source,
        )

    def _assigned(self, inside: bool) -> frozenset[str]:
        if self.relation == "foreign":
            return frozenset()
        if self.relation == "handler":
            return frozenset({"handler"})
        if self.relation == "unnamed":
            return frozenset({"cooperating_department"})
        own = self.leaders & {self.role}
        return own | ({"responsible_department"} if inside else {"cooperating_department"})

    def _signed(self, step: Transition) -> Iterator[str]:
        if self.relation == "applicant":
            yield "application"
        if self.signed and step.stage != "application":
            yield "application" if step.stage == "review" else "review"

    def allows(self, step: Transition) -> bool:
        """Say whether the table lets the person take the step."""
        return not step.obstacle(self.case(step))


def all_cells(leaders: frozenset[str] = LEADERS) -> Iterator[Cell]:
    """Return every state × role × relation × variant."""
    for stage, role, relation, variant in product(STAGES, ROLES, RELATIONS, VARIANTS):
        yield Cell(stage, role, relation, *variant, leaders=leaders)
