"""The table of close-out: every state × action × role × relation, as it stands in closures.tsv, and what must hold of it.

Write closures.tsv anew with WRITE_PERMISSIONS=1 and look at the difference. `*` stands for all values of a column that come out
alike; nothing is left out. 可 is allowed, otherwise the code of what stands in the way.
"""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import groupby, product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cells import RELATIONS, SOURCES, VARIANTS, Cell
from invariants import INVARIANTS

from zhenggai.workflow import ROLES, TRANSITIONS, Case, Reach
from zhenggai.workflow.closures import GUARDS, STAGES, waiting_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhenggai.workflow import Transition

    Row = tuple[str, ...]

FILE = Path(__file__).with_name("closures.tsv")
HEAD = ("action", "role", "source", "state", "relation", "一般", "本人已签", "需复核", "需复核已签", "重点", "重点已签", "重点复核", "重点复核已签")  # fmt: skip
TABLE = tuple(TRANSITIONS.values())


def outcomes(step: Transition, role: str, source: str, stage: str, relation: str) -> Row:
    cells = [Cell(stage, role, relation, *variant, source=source) for variant in VARIANTS]
    found = tuple(step.obstacle(cell.case(step)) or "可" for cell in cells)
    return found[:1] if len(set(found)) == 1 else found


def rows_of(step: Transition, role: str) -> Iterator[Row]:
    """Yield the lines of a role; `*` where it makes no difference where the finding comes from."""
    found = {source: list(_rows(step, role, source)) for source in SOURCES}
    first = next(iter(found.values()))
    if all(rows == first for rows in found.values()):
        found = {"*": first}
    for source, rows in found.items():
        yield from ((step.code, role, source, *row) for row in rows)


def _rows(step: Transition, role: str, source: str) -> Iterator[Row]:
    by_stage = {
        stage: tuple((relation, *outcomes(step, role, source, stage, relation)) for relation in RELATIONS)
        for stage in STAGES
    }
    drawn = {stage: _together(rows) for stage, rows in by_stage.items()}
    for lines, group in groupby(sorted(drawn, key=lambda stage: (drawn[stage], list(STAGES).index(stage))), drawn.get):
        stages = list(group)
        name = "*" if len(stages) == len(STAGES) else ",".join(stages)
        for line in lines or ():
            yield (name, *line)


def _together(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the rows with relations that come out alike in one."""
    alike: dict[Row, list[str]] = {}
    for relation, *found in rows:
        alike.setdefault(tuple(found), []).append(relation)
    return tuple(("*" if len(names) == len(rows) else ",".join(names), *found) for found, names in alike.items())


def test_the_table_comes_out_as_it_is_printed() -> None:
    rows = [HEAD, *(row for step in TABLE for role in ROLES for row in rows_of(step, role))]
    text = "".join("\t".join(row) + "\n" for row in rows)
    if os.environ.get("WRITE_PERMISSIONS"):
        FILE.write_text(text, encoding="utf-8")
    assert text == FILE.read_text(encoding="utf-8")


def test_the_printed_table_leaves_no_cell_out() -> None:
    seen = set()
    for line in FILE.read_text(encoding="utf-8").splitlines()[1:]:
        action, role, sources, stages, relations, *found = line.split("\t")
        assert len(found) in (1, len(VARIANTS))
        for source, stage, relation in product(
            SOURCES if sources == "*" else [sources],
            STAGES if stages == "*" else stages.split(","),
            RELATIONS if relations == "*" else relations.split(","),
        ):
            cell = (action, role, source, stage, relation)
            assert cell not in seen
            seen.add(cell)
            assert tuple(found) == outcomes(TRANSITIONS[action], role, source, stage, relation)
    assert len(seen) == len(TABLE) * len(ROLES) * len(SOURCES) * len(STAGES) * len(RELATIONS)


@pytest.mark.parametrize("holds", INVARIANTS, ids=lambda holds: holds.__name__)
def test_what_must_hold_of_the_table_holds(holds: Callable[..., Iterator[str]]) -> None:
    assert not list(holds(TABLE))


def spoiled() -> Iterator[tuple[str, str, Transition]]:
    """Yield tables with one thing wrong: (what, the code, the wrong transition)."""
    for step in TABLE:
        for guard in step.guards:
            if (step.code, guard) == ("key_verified", "key"):
                continue  # only key findings come to 牵头领导已审核; the guard is there for what people are told
            yield f"{step.code} without {guard}", step.code, replace(step, guards=_without(step.guards, guard))
        for demand in step.demands:
            yield f"{step.code} without {demand}", step.code, replace(step, demands=_without(step.demands, demand))
    for code, stage in (
        ("reviewed", "prepared"), ("verified", "applied"), ("key_verified", "reviewed"),
        ("approved", "reviewed"), ("approved", "endorsed"), ("approved", "applied"), ("confirmed", "verified"),
        ("prepared", "applied"), ("prepared", "approved"), ("reviewed", "verified"),
    ):  # fmt: skip
        step = TRANSITIONS[code]
        yield f"{code} from {stage}", code, replace(step, froms=(*step.froms, stage))
    for code, act in (
        ("applied", "closure.prepare"), ("verified", "closure.approve"), ("verified", "ledger.edit"), ("reviewed", "closure.verify"),
        ("approved", "closure.verify"), ("confirmed", "closure.approve"), ("reopened", "ledger.edit"),
    ):  # fmt: skip
        yield f"{code} by {act}", code, replace(TRANSITIONS[code], act=act)


def _without(values: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(value for value in values if value != one)


@pytest.mark.parametrize(
    ("code", "wrong"), [(code, wrong) for _, code, wrong in spoiled()], ids=[w for w, _, _ in spoiled()]
)
def test_a_table_with_one_thing_wrong_is_noticed(code: str, wrong: Transition) -> None:
    table = tuple(wrong if step.code == code else step for step in TABLE)
    assert any(next(holds(table), None) for holds in INVARIANTS)


def test_every_refusal_is_a_sentence_and_none_says_the_same_as_another() -> None:
    words = [guard.refusal for guard in GUARDS.values()]
    assert len(set(words)) == len(words)
    for step in TABLE:
        for stage in STAGES:
            cell = Cell(stage, "office", "other")
            assert step.refusal(cell.case(step)).endswith("办理。"), "who may not is told who can"


def test_a_queue_shows_the_stages_that_wait_for_its_act() -> None:
    assert waiting_for("closure.verify") == ("reviewed", "endorsed")


def test_where_no_department_is_named_the_person_who_is_signs_the_application() -> None:
    step = TRANSITIONS["applied"]
    case = Case(stage="prepared", reach=Reach.OWN, assigned=frozenset({"responsible_person"}))
    assert not step.obstacle(case)
    assert step.obstacle(replace(case, department_named=True)) == "head"
