"""Whatever a plan holds and however its parts hang together: a whole grid, nothing lost, no crash."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.export import plans

from zhenggai import export
from zhenggai.export.reports import ledger
from zhenggai.export.sheet import Subject
from zhenggai.plan.model import Area, Doubt, Finding, Item, Measure, Plan, Progress, Response, Span, TimeLimit

WORDS = st.text(alphabet=st.characters(codec=None, max_codepoint=0x2FFFF), max_size=12) | st.sampled_from(
    ["=1+1", "整改措施", "一\n二", "\x1b[2J", "", " ", "，" * 40, "a" * 50]
)
NUMBERS = st.none() | st.sampled_from(["1", "（一）", "一是", "①", "一", "问题1", "1.1", ""])
LIMITS = st.none() | st.builds(TimeLimit, WORDS)
SPANS = st.lists(st.builds(Span, st.integers(0, 3), st.integers(0, 9), st.integers(0, 9)), max_size=2).map(tuple)


@st.composite
def any_plan(draw: st.DrawFn) -> Plan:
    """Areas, items, findings and responses that hang together at random; some point to what is not there."""
    areas = tuple(Area(f"A{n}", draw(NUMBERS), draw(WORDS), draw(SPANS)) for n in range(draw(st.integers(0, 3))))
    some_area = st.none() | st.sampled_from(["A0", "A1", "A9"])
    items = tuple(
        Item(f"I{n}", draw(some_area), draw(NUMBERS), draw(WORDS), draw(SPANS)) for n in range(draw(st.integers(0, 4)))
    )
    some_item = st.none() | st.sampled_from(["I0", "I1", "I2", "I9"])
    findings = tuple(
        Finding(f"F{n}", draw(some_area), draw(some_item), draw(NUMBERS), draw(WORDS), spans=draw(SPANS))
        for n in range(draw(st.integers(0, 6)))
    )
    some_findings = st.lists(st.sampled_from(["F0", "F1", "F2", "F3", "F9"]), max_size=4, unique=True).map(tuple)
    measures = st.lists(st.builds(Measure, st.just("M1"), NUMBERS, WORDS, SPANS, LIMITS), max_size=4).map(tuple)
    progress = st.lists(st.builds(Progress, NUMBERS, WORDS, SPANS), max_size=4).map(tuple)
    responses = tuple(
        Response(
            f"R{n}",
            draw(some_findings),
            measures=draw(measures),
            progress=draw(progress),
            time_limit=draw(LIMITS),
            lead_leaders=tuple(draw(st.lists(WORDS, max_size=2))),
            labels=draw(st.dictionaries(WORDS, WORDS, max_size=2)),
            status=draw(st.none() | st.sampled_from(["completed", "ongoing"])),
        )
        for n in range(draw(st.integers(0, 4)))
    )
    doubts = (Doubt("any", draw(WORDS), draw(SPANS)),)
    return replace(
        plans.empty(),
        title=draw(st.none() | WORDS),
        issuer=draw(st.none() | WORDS),
        areas=areas,
        items=items,
        findings=findings,
        responses=responses,
        doubts=doubts,
        unassigned=draw(SPANS),
    )


@given(any_plan())
def test_every_place_of_the_grid_is_covered_once(plan: Plan) -> None:
    sheet = ledger.make(Subject(plan))
    places = [[0] * len(sheet.columns) for _ in sheet.rows]
    for n, row in enumerate(sheet.rows):
        for m, cell in enumerate(row):
            if cell is not None:
                for y in range(n, n + cell.rows):
                    for x in range(m, m + cell.columns):
                        places[y][x] += 1
    assert {count for row in places for count in row} <= {1}


@given(any_plan())
def test_nothing_is_lost(plan: Plan) -> None:
    shown = "\n".join(cell.text for row in ledger.make(Subject(plan)).rows for cell in row if cell)
    wanted = [a.title for a in plan.areas] + [i.title for i in plan.items]
    wanted += [m.text for r in plan.responses for m in r.measures]
    wanted += [p.text for r in plan.responses for p in r.progress]
    wanted += [name for r in plan.responses for name in r.lead_leaders]
    wanted += [r.time_limit.text for r in plan.responses if r.time_limit and not r.measures]
    assert [words for words in wanted if words not in shown] == []


@settings(max_examples=60)
@given(any_plan(), st.integers(0, 200))
def test_every_format_takes_it(plan: Plan, width: int) -> None:
    assert isinstance(export.render(plan), bytes)
    table = export.render(plan, format="table", width=width)
    assert isinstance(table, str)
    assert "\x1b" not in table
