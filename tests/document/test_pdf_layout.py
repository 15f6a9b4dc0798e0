"""The layout of pages, apart from any file: nothing is lost, nothing comes twice, whatever stands where."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenggai.document.blocks import Furniture
from zhenggai.document.layout.compose import compose
from zhenggai.document.layout.lines import set_lines
from zhenggai.document.layout.page import Glyph, Grid, Line, Page
from zhenggai.document.layout.rules import Rule, find_meshes


def glyphs(text: str, x: float, top: float, size: float = 16) -> list[Glyph]:
    found = []
    for character in text:
        width = size * (0.5 if character.isascii() else 1)
        found.append(Glyph(character, x, x + width, top, top + size))
        x += width
    return found


def page(number: int, texts: list[tuple[float, float, str]], level: list[Rule], upright: list[Rule]) -> Page:
    meshes = find_meshes(level, upright)
    free = [g for x, top, text in texts for g in glyphs(text, x, top) if not any(mesh.take(g) for mesh in meshes)]
    items: list[Line | Grid] = [*set_lines(free), *(mesh.grid() for mesh in meshes)]
    return Page(number, 595, 842, sorted(items, key=lambda item: item.top))


def grid_rules(top: float, rows: int, heights: float = 40) -> tuple[list[Rule], list[Rule]]:
    edges = [80.0, 120.0, 300.0, 520.0]
    return (
        [Rule(top + heights * n, edges[0], edges[-1]) for n in range(rows + 1)],
        [Rule(x, top, top + heights * rows) for x in edges],
    )


PLACES = st.floats(20, 560, width=32)
RULES = st.lists(
    st.builds(lambda at, start, length: Rule(at, start, start + length), PLACES, PLACES, st.floats(0, 400, width=32)),
    max_size=14,
)
TEXTS = st.lists(
    st.tuples(PLACES, st.floats(20, 800, width=32), st.text("一、整改（①）“”。1a3 问题：", max_size=12)), max_size=14
)


@given(st.lists(st.tuples(TEXTS, RULES, RULES), max_size=4))
def test_no_page_loses_or_doubles_a_character(
    sheets: list[tuple[list[tuple[float, float, str]], list[Rule], list[Rule]]],
) -> None:
    pages = [page(n, *sheet) for n, sheet in enumerate(sheets, 1)]
    blocks = compose(pages)
    written = Counter(c for texts, *_ in sheets for _, _, text in texts for c in text if c != " ")
    shown = Counter(c for block in blocks for c in block.text if not c.isspace())
    drawn_twice = written - shown
    assert not shown - written
    assert all(_overlaps(sheets, character) for character in drawn_twice)
    assert [block.number for block in blocks] == list(range(len(blocks)))
    places = [
        (b.cell.table, b.cell.row + i, b.cell.column + j)
        for b in blocks
        if b.cell
        for i in range(b.cell.row_span)
        for j in range(b.cell.column_span)
    ]
    assert len(places) == len(set(places)), "two cells in one place"


def _overlaps(sheets: list[tuple[list[tuple[float, float, str]], list[Rule], list[Rule]]], character: str) -> bool:
    """Say whether a character is drawn twice at all but the same place, which is made-up bold and comes once."""
    for texts, *_ in sheets:
        found = [g for x, top, text in texts for g in glyphs(text, x, top) if g.text == character]
        for n, one in enumerate(found):
            if any(abs(one.x0 - other.x0) < 2.5 and abs(one.top - other.top) < 2.5 for other in found[n + 1 :]):
                return True
    return False


@given(
    st.lists(
        st.tuples(
            st.integers(1, 5),
            st.lists(
                st.sampled_from(["", "1", "问题", "严格落实责任，建立长效机制", "一是清理。"]), min_size=15, max_size=15
            ),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_table_over_pages_keeps_every_cell(parts: list[tuple[int, list[str]]]) -> None:
    pages = []
    for number, (rows, words) in enumerate(parts, 1):
        texts = [
            (x + 4, 106.0 + 40 * row, words[3 * row + column])
            for row in range(rows)
            for column, x in enumerate((80.0, 120.0, 300.0))
        ]
        pages.append(page(number, texts, *grid_rules(100, rows)))
    blocks = compose(pages)
    written = Counter(c for rows, words in parts for text in words[: 3 * rows] for c in text)
    assert Counter(c for block in blocks for c in block.text if c != "\n") == written
    assert len({block.cell.table for block in blocks if block.cell}) <= 1


@pytest.mark.parametrize("tilt", [0.0, 1.0])
def test_rules_that_miss_each_other_by_a_hair_meet(tilt: float) -> None:
    level, upright = grid_rules(100, 2)
    level = [Rule(rule.at + tilt, rule.start + 1.5, rule.end - 1.5) for rule in level]
    (mesh,) = find_meshes(level, upright)
    assert len(mesh) == 6


def test_crowds_of_rules_are_a_drawing() -> None:
    many = [Rule(5.0 * n, 0, 20_000) for n in range(3_000)]
    assert find_meshes(many, many) == []


def test_a_label_at_the_top_of_some_pages_is_text() -> None:
    pages = [
        page(
            n,
            [
                (80, 100, "整改措施：" if n in {2, 7, 9} else "甲乙丙丁戊己庚辛壬癸子丑"[n] * 9),
                (112, 128, "甲乙丙丁戊己庚辛壬癸子丑"[n] * 5),
            ],
            [],
            [],
        )
        for n in range(1, 12)
    ]
    assert not [block for block in compose(pages) if block.furniture is Furniture.RUNNING_HEAD]


def test_a_head_on_every_other_page_runs() -> None:
    pages = [
        page(n, [*([(200, 40, "整改方案")] if n % 2 else []), (80, 100, "甲乙丙丁戊己庚辛壬"[n] * 9)], [], [])
        for n in range(1, 9)
    ]
    assert len([block for block in compose(pages) if block.furniture is Furniture.RUNNING_HEAD]) == 4


def test_inner_and_outer_pages_have_their_own_margins() -> None:
    text = "严格落实责任，建立长效机制，巩固整改成果，防止同类问题再次发生，请各部门认真贯彻执行好这项工作"
    pages = []
    for n in range(1, 5):
        left = 80 if n % 2 else 100
        rows = [
            (left + 32, 200 + 28 * r, text[:26]) if r % 2 == 0 else (left, 200 + 28 * r, text[26:46] + "。")
            for r in range(8)
        ]
        pages.append(page(n, [(float(x), float(y), words) for x, y, words in rows], [], []))
    assert {block.text for block in compose(pages)} == {text[:46] + "。"}
