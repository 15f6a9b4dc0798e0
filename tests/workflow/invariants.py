"""What must hold of any table of close-out, written from the office's procedure and not from the table.

Each function yields a sentence for every way in which a table of transitions breaks its rule.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cells import LEADERS, Cell, all_cells

from zhenggai.workflow import ACTS, ROLES, Reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhenggai.workflow import Transition

    Table = tuple[Transition, ...]

ORDER = ("none", "returned", "prepared", "applied", "reviewed", "endorsed", "verified", "approved", "confirmed")
SIGNERS = {
    "application": {"handler", "department_head"},
    "review": {"responsible_leader", "lead_leader"},
    "endorsement": {"lead_leader"},
    "verification": {"supervision"},
    "approval": {"group", "principal"},
    "confirmation": {"inspection_office", "audit_office"},
    "recheck": {"supervision", "inspection_office", "audit_office"},
}
PAPERS = {
    "reviewed": set(),
    "endorsed": set(),
    "applied": {"application"},
    "verified": {"verification"},
    "key_verified": {"verification"},
    "verification_returned": {"verification"},
    "approved": {"meeting"},
    "continued": {"meeting"},
    "confirmed": {"document"},
    "not_confirmed": {"document"},
    "rechecked": {"verification"},
    "reopened": {"rebound"},
    "withdrawn": {"note"},
}
"""What must be handed in beside the reason of a return."""
NO_SIGNATURE = {"office", "discipline", "archivist", "inspection_group", "organization_department", "publicity_department",
    "finance_office", "system_administrator", "security_administrator", "audit_administrator"}  # fmt: skip


@cache
def cells() -> tuple[Cell, ...]:
    return tuple(all_cells())


def taken(table: Table) -> Iterator[tuple[Transition, Cell]]:
    """Yield every step with every cell that may take it."""
    for step in table:
        for cell in _takers(step):
            yield step, cell


@cache
def _takers(step: Transition) -> tuple[Cell, ...]:
    return tuple(cell for cell in cells() if cell.allows(step))


def nobody_signs_two_parts(table: Table) -> Iterator[str]:
    for step, cell in taken(table):
        mine = cell.case(step).signed - {step.stage}
        if mine and step.stage not in ("application", "recheck"):
            yield f"{cell} signs {step.code} after {mine}"
        if step.code == "rechecked" and mine - {"verification"}:
            yield f"{cell} rechecks what was signed by themselves"


def only_its_signers_sign_a_part(table: Table) -> Iterator[str]:
    for step, cell in taken(table):
        if cell.role in NO_SIGNATURE or cell.role not in SIGNERS[step.stage]:
            yield f"{cell.role} takes {step.code}"
        if step.code == "applied" and cell.role != "department_head":
            yield f"{cell.role} signs the application"


def who_verifies_is_of_another_department(table: Table) -> Iterator[str]:
    for step, cell in taken(table):
        if step.act == "closure.verify" and cell.relation in ("applicant", "colleague", "handler"):
            yield f"{cell} verifies what is their own"


def who_is_not_named_does_not_act(table: Table) -> Iterator[str]:
    for step, cell in taken(table):
        case = cell.case(step)
        if cell.relation == "foreign":
            yield f"{cell} acts on another unit"
        involved = ("applicant", "colleague", "handler") if step.code == "prepared" else ("applicant", "colleague")
        if step.stage == "application" and cell.relation not in involved:
            yield f"{cell} applies for a department that is not the own"
        if step.stage in ("review", "endorsement") and not case.assigned & LEADERS:
            yield f"{cell} reviews what another leader answers for"
        if step.stage == "review" and cell.role == "lead_leader":
            yield f"{cell} reviews in place of the responsible leader"


def above_only_what_is_filed(table: Table) -> Iterator[str]:
    for step in table:
        for role, reach in ACTS[step.act].reach.items():
            if ROLES[role].above and reach is not Reach.FILED:
                yield f"{role} takes {step.code} on what has not been filed"


def the_body_above_fits_the_source(table: Table) -> Iterator[str]:
    """What an audit found is confirmed and opened anew by the audit office, what an inspection found by the inspecting office."""
    for source, body in (
        ("inspection", "inspection_office"),
        ("audit", "audit_office"),
        ("special_check", "inspection_office"),
    ):
        for step in (one for one in table if one.code in ("confirmed", "not_confirmed", "reopened")):
            found = {
                role
                for role in ROLES
                if ROLES[role].above and Cell("approved", role, "other", source=source).allows(step)
            }
            if found != {body}:
                yield f"{step.code} of {source} by {found}"


def nothing_is_left_out(table: Table) -> Iterator[str]:
    """Walk every way from 未申请, with whoever is needed, and look what has been signed when it is closed."""
    for key, leaders in ((False, LEADERS), (True, LEADERS), (True, frozenset({"lead_leader"}))):
        needed = {"applied", "review", "verification", "approval"}
        if key and leaders == LEADERS:
            needed.add("endorsement")
        for stage, parts in _reached(table, key=key, leaders=leaders):
            if stage in ("approved", "confirmed") and not needed <= parts:
                yield f"closed without {needed - parts} (key: {key})"
            if stage == "confirmed" and "confirmation" not in parts:
                yield "confirmed by nobody"


def everything_comes_to_its_end(table: Table) -> Iterator[str]:
    for key, leaders in ((False, LEADERS), (True, LEADERS), (True, frozenset({"lead_leader"}))):
        ends = {stage for stage, _ in _reached(table, key=key, leaders=leaders)}
        if not {"confirmed", "returned"} <= ends:
            yield f"dead end (key: {key}, {sorted(leaders)}): {sorted(ends)}"


def _reached(table: Table, *, key: bool, leaders: frozenset[str]) -> set[tuple[str, frozenset[str]]]:
    """Return (stage, steps taken and parts agreed to) that can be reached by people of whom each signs but once."""
    steps = {
        (stage, step)
        for step in table
        for stage in step.froms
        if any(
            Cell(stage, role, relation, key=key, leaders=leaders).allows(step)
            for role in ROLES
            for relation in ("applicant", "colleague", "other", "handler")
        )
    }
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [("none", frozenset[str]())]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        stage, parts = here
        for start, step in steps:
            if start == stage and step.to:
                back = step.to in ("none", "returned")
                waiting.append((step.to, frozenset() if back else parts | {step.code, step.stage}))
    return seen


def every_stage_has_a_way_back(table: Table) -> Iterator[str]:
    for stage in ("prepared", "applied", "reviewed", "endorsed", "verified", "approved", "confirmed"):
        for lapsed in (False, True):
            back = [step for step in table if step.to in ("none", "returned")]
            if not any((cell.stage, cell.lapsed) == (stage, lapsed) for step in back for cell in _takers(step)):
                yield f"no way back from {stage} (lapsed: {lapsed})"


def who_goes_back_says_why(table: Table) -> Iterator[str]:
    for step in table:
        backwards = any(step.to and ORDER.index(step.to) < ORDER.index(stage) for stage in step.froms)
        if step.to == "returned" and "reason" not in step.demands:
            yield f"{step.code} returns without a reason"
        elif backwards and not {"reason", "note", "rebound"} & set(step.demands):
            yield f"{step.code} goes back without a word"


def papers_are_handed_in(table: Table) -> Iterator[str]:
    for step in table:
        missing = PAPERS.get(step.code, set()) - set(step.demands)
        if missing:
            yield f"{step.code} without {missing}"


def what_has_lapsed_goes_no_further(table: Table) -> Iterator[str]:
    for step, cell in taken(table):
        forward = step.to and ORDER.index(step.to) > ORDER.index(cell.stage)
        if cell.lapsed and forward and step.stage != "application":
            yield f"{step.code} over what has lapsed"
        if step.code == "rechecked" and not cell.lapsed:
            yield "a recheck of what stands"


def only_key_findings_go_to_the_lead_leader(table: Table) -> Iterator[str]:
    for step, cell in taken(table):
        if step.stage == "endorsement" and not cell.key:
            yield f"{step.code} of a finding that is not key"


INVARIANTS: tuple[Callable[[Table], Iterator[str]], ...] = (
    nobody_signs_two_parts,
    only_its_signers_sign_a_part,
    who_verifies_is_of_another_department,
    who_is_not_named_does_not_act,
    above_only_what_is_filed,
    the_body_above_fits_the_source,
    nothing_is_left_out,
    everything_comes_to_its_end,
    every_stage_has_a_way_back,
    who_goes_back_says_why,
    papers_are_handed_in,
    what_has_lapsed_goes_no_further,
    only_key_findings_go_to_the_lead_leader,
)
