"""The table of supervision papers: every step × role × state × relation as printed in papers.tsv, and what must hold of any such table.

Write papers.tsv anew with WRITE_PERMISSIONS=1 and look at the difference. `*` stands for all values of a column that come out
alike. 可 is allowed, otherwise the code of what stands in the way.
"""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import groupby, product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from zhenggai.workflow import ACTS, ROLES, Reach
from zhenggai.workflow.papers import OPEN_STATES, PAPER_GUARDS, PAPER_STATES, PAPER_STEPS, PaperCase, PaperStep

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = Path(__file__).with_name("papers.tsv")
TABLE = tuple(PAPER_STEPS.values())
RELATIONS: dict[str, dict[str, bool]] = {
    "outside": {},
    "addressed": {"recipient": True},
    "addressed_received": {"recipient": True, "received": True},
    "answerable": {"recipient": True, "received": True, "answerable": True},
    "answerer": {"recipient": True, "received": True, "answerable": True, "answered": True},
}
"""How the person stands to the paper; one of another unit has no reach."""
VARIANTS = tuple(product((True, False), (True, False), (False, True)))
"""(an answer is asked for, the profile lets the role sign, another paper on the matter is running)."""
HEAD = ("step", "role", "state", "relation", *("，".join(("要答复" if a else "不要答复", "可签" if s else "不可签", "另有在办" if b else "无在办")) for a, s, b in VARIANTS))  # fmt: skip


def case(step: PaperStep, role: str, state: str, relation: str, variant: tuple[bool, bool, bool]) -> PaperCase:
    asks, signs, busy = variant
    reach = ACTS[step.act].of(role) if step.act else Reach.NONE
    return PaperCase(state, reach, asks=asks, signs=signs, busy=busy, **RELATIONS[relation])


def outcomes(step: PaperStep, role: str, state: str, relation: str) -> tuple[str, ...]:
    found = tuple(step.obstacle(case(step, role, state, relation, variant)) or "可" for variant in VARIANTS)
    return found[:1] if len(set(found)) == 1 else found


def rows_of(step: PaperStep, role: str) -> Iterator[tuple[str, ...]]:
    drawn: dict[str, tuple[tuple[str, ...], ...]] = {}
    for state in PAPER_STATES:
        alike: dict[tuple[str, ...], list[str]] = {}
        for relation in RELATIONS:
            alike.setdefault(outcomes(step, role, state, relation), []).append(relation)
        drawn[state] = tuple(
            ("*" if len(names) == len(RELATIONS) else ",".join(names), *found) for found, names in alike.items()
        )
    states = list(PAPER_STATES)
    ordered = sorted(drawn, key=lambda state: (drawn[state], states.index(state)))
    for lines, group in groupby(ordered, drawn.__getitem__):
        named = list(group)
        for line in lines:
            yield (step.code, role, "*" if len(named) == len(PAPER_STATES) else ",".join(named), *line)


def test_the_table_comes_out_as_it_is_printed() -> None:
    text = "".join(
        "\t".join(row) + "\n" for row in [HEAD, *(r for s in TABLE for role in ROLES for r in rows_of(s, role))]
    )
    if os.environ.get("WRITE_PERMISSIONS"):
        FILE.write_text(text, encoding="utf-8")
    assert text == FILE.read_text(encoding="utf-8")


def test_the_printed_table_leaves_no_cell_out() -> None:
    seen = set()
    for line in FILE.read_text(encoding="utf-8").splitlines()[1:]:
        code, role, states, relations, *found = line.split("\t")
        for state, relation in product(
            PAPER_STATES if states == "*" else states.split(","),
            RELATIONS if relations == "*" else relations.split(","),
        ):
            assert (code, role, state, relation) not in seen
            seen.add((code, role, state, relation))
            assert tuple(found) == outcomes(PAPER_STEPS[code], role, state, relation)
    assert len(seen) == len(TABLE) * len(ROLES) * len(PAPER_STATES) * len(RELATIONS)


def faults(table: tuple[PaperStep, ...]) -> Iterator[str]:  # noqa: C901, PLR0912 — one line a rule
    """Say what is wrong with a table, from the procedure and not from the table itself."""
    order = ["draft", "signed", "served", "received", "answered"]
    for step, role, state, relation, variant in product(table, ROLES, PAPER_STATES, RELATIONS, VARIANTS):
        one = case(step, role, state, relation, variant)
        if step.obstacle(one):
            continue
        if state not in OPEN_STATES:
            yield f"{step.code}: what is over is moved from {state}"
        if role in {"archivist", "discipline"} or ROLES[role].above or ROLES[role].administrator:
            yield f"{step.code} by {role}"
        if step.code in ("signed", "accepted", "rejected") and one.recipient:
            yield f"{step.code} by who is called to account"
        if step.code == "signed" and (not one.signs or one.busy or state != "draft"):
            yield "signed by the wrong role, twice, or beside another"
        if step.code == "served" and state != "signed":
            yield "served before it is signed"
        if step.code == "answered" and not (one.answerable and one.asks and state in ("served", "received")):
            yield "answered by the wrong person or at the wrong time"
        if step.code in ("accepted", "rejected") and (one.answered or state != "answered"):
            yield "judged by who answered, or without an answer"
        if step.code == "withdrawn" and state != "draft" and not one.signs:
            yield "taken back by who could not have signed it"
        if step.code == "closed" and state != "accepted":
            yield "closed though not accepted"
        if step.to == "closed" and one.asks and state in ("served", "received"):
            yield "closed without an answer"
        if step.to in order and state in order and order.index(step.to) < order.index(state):
            yield f"{step.code} goes back"
    demands = {step.code: step.demands for step in table}
    for code, wanted in (("signed", "skip"), ("signed", "body"), ("answered", "answer"), ("rejected", "note"), ("withdrawn", "reason")):  # fmt: skip
        if wanted not in demands[code]:
            yield f"{code} without {wanted}"


def test_what_must_hold_of_the_table_holds() -> None:
    assert not sorted(set(faults(TABLE)))


def spoiled() -> Iterator[tuple[str, PaperStep]]:
    for step in TABLE:
        for guard in step.guards:
            if guard not in (
                "recipient",
                "not_received",
            ):  # that each receives for themselves is a nicety of the receipt
                yield f"{step.code} without {guard}", replace(step, guards=tuple(g for g in step.guards if g != guard))
        if step.act and step.code != "edited":
            yield f"{step.code} of what is over", replace(step, froms=(*step.froms, "withdrawn"))
    yield "served as a draft", replace(PAPER_STEPS["served"], froms=("draft",))
    yield "judged unanswered", replace(PAPER_STEPS["accepted"], froms=("received",))
    yield "closed unjudged", replace(PAPER_STEPS["closed"], froms=("received",))
    yield "signed again", replace(PAPER_STEPS["signed"], froms=("served",))
    yield "signed without a reason for levels left out", replace(PAPER_STEPS["signed"], demands=("body",))
    yield "judged by who reads", replace(PAPER_STEPS["accepted"], act="paper.read")


@pytest.mark.parametrize("wrong", [step for _, step in spoiled()], ids=[what for what, _ in spoiled()])
def test_a_table_with_one_thing_wrong_is_noticed(wrong: PaperStep) -> None:
    assert next(faults(tuple(wrong if step.code == wrong.code else step for step in TABLE)), None)


def test_every_refusal_is_a_sentence_of_its_own_and_who_may_not_is_told_who_can() -> None:
    words = [guard.refusal for guard in PAPER_GUARDS.values()]
    assert len(set(words)) == len(words)
    for step in TABLE:
        if step.act:
            assert step.refusal(PaperCase("draft", Reach.NONE)).endswith("办理。")
            states = [state for state in PAPER_STATES if state not in step.froms]
            assert "只有" in step.refusal(PaperCase(states[0], Reach.UNIT))


def test_what_follows_by_itself_is_no_act_of_a_person() -> None:
    by_itself = [step for step in TABLE if not step.act]
    assert [step.code for step in by_itself] == ["followed", "lapsed"]
    assert all(step.obstacle(PaperCase(step.froms[0], Reach.UNIT)) == "role" for step in by_itself)
