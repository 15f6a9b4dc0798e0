"""Random walks through the table of close-out by people of random roles: what must hold at every step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cells import LEADERS
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from zhenggai.workflow import ACTS, TRANSITIONS, Case, Reach
from zhenggai.workflow.closures import CLOSED, IN_HAND

if TYPE_CHECKING:
    from zhenggai.workflow import Transition

ROLES = (
    "handler",
    "department_head",
    "responsible_leader",
    "lead_leader",
    "supervision",
    "group",
    "inspection_office",
    "office",
)
DEPARTMENTS = ("applying", "other")


@dataclass
class Walker:
    """A person: roles, department, and whether the plan names them as a leader of this finding."""

    roles: frozenset[str]
    department: str

    def reach(self, act: str) -> Reach:
        return max(ACTS[act].of(role) for role in self.roles)

    @property
    def assigned(self) -> frozenset[str]:
        return (self.roles & LEADERS) | ({"responsible_department"} if self.department == "applying" else set())


@dataclass
class Attempt:
    """One application: who signed which step."""

    signed: list[tuple[Walker, Transition]] = field(default_factory=list)

    def parts_of(self, who: Walker) -> frozenset[str]:
        return frozenset(step.stage for one, step in self.signed if one is who)

    def signers(self) -> dict[str, list[Walker]]:
        found: dict[str, list[Walker]] = {}
        for who, step in self.signed:
            if step.stage not in ("application", "recheck"):
                found.setdefault(step.stage, []).append(who)
        return found


walkers = st.builds(Walker, st.frozensets(st.sampled_from(ROLES), min_size=1, max_size=3), st.sampled_from(DEPARTMENTS))


class CloseOut(RuleBasedStateMachine):
    """One finding, and up to ten people who try everything."""

    @initialize(people=st.lists(walkers, min_size=6, max_size=10), key=st.booleans(), two=st.booleans())
    def begin(self, people: list[Walker], key: bool, two: bool) -> None:
        alone = [Walker(frozenset({role}), "applying" if role == "department_head" else "other") for role in ROLES]
        self.people = [*alone, *people]
        self.key, self.leaders = key, LEADERS if two else frozenset({"lead_leader"})
        self.stage, self.lapsed, self.attempts = "none", False, [Attempt()]

    def case_of(self, who: Walker, step: Transition) -> Case:
        return Case(
            stage=self.stage, reach=who.reach(step.act), assigned=who.assigned, leaders=self.leaders, key=self.key,
            signed=self.attempts[-1].parts_of(who), involved=who.department == "applying", lapsed=self.lapsed,
            department_named=True, role=max(who.roles, key=ACTS[step.act].of),
        )  # fmt: skip

    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        """Somebody takes a step that the table lets them take."""
        may = [
            (number, code)
            for number, who in enumerate(self.people)
            for code, step in TRANSITIONS.items()
            if not step.refusal(self.case_of(who, step))
        ]
        assert may, f"nobody can do anything about {self.stage} (lapsed: {self.lapsed}, key: {self.key})"
        code = data.draw(st.sampled_from(sorted({code for _, code in may})))
        number = data.draw(st.sampled_from([number for number, one in may if one == code]))
        who, step = self.people[number], TRANSITIONS[code]
        before = self.stage
        if step.code == "prepared" and before != "prepared":
            self.attempts.append(Attempt())
        self.attempts[-1].signed.append((who, step))
        self.stage = step.to or before
        if step.to in ("none", "returned", "applied") or step.code == "rechecked":
            self.lapsed = False

    @precondition(lambda self: self.stage in (*IN_HAND, *CLOSED))
    @rule()
    def change_a_measure(self) -> None:
        """Something that was signed is changed."""
        self.lapsed = True

    @invariant()
    def no_two_parts_by_one(self) -> None:
        signers = [
            id(who) for people in self.attempts[-1].signers().values() for who in {id(p): p for p in people}.values()
        ]
        assert len(set(signers)) == len(signers)

    @invariant()
    def closed_only_after_every_part(self) -> None:
        if self.stage in CLOSED:
            signed = self.attempts[-1].signed
            codes = {step.code for _, step in signed}
            assert {"prepared", "applied", "reviewed", "approved"} <= codes
            assert codes & {"verified", "key_verified"}
            assert ("endorsed" in codes) == (self.key and self.leaders == LEADERS)

    @invariant()
    def verified_by_others(self) -> None:
        for who, step in self.attempts[-1].signed:
            if step.act == "closure.verify":
                assert "supervision" in who.roles
                assert who.department != "applying"
            assert who.roles != {"office"}


CloseOut.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
test_random_walks = CloseOut.TestCase
