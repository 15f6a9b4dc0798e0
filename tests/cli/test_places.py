"""How a block is shown on one line."""

from __future__ import annotations

import pytest

from zhenggai.cli.reading.shapes import line, place
from zhenggai.document.blocks import Block, Cell, Furniture, Part


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (Block(0, "甲"), "正文"),
        (Block(0, "甲", heading=2), "正文 2级标题"),
        (Block(0, "甲", part=Part.FOOTNOTE), "脚注"),
        (Block(0, "甲", page=3, cell=Cell(1, 0, 4)), "第3页 表2第1行第5列"),
        (Block(0, "甲", sheet="问题清单", cell=Cell(0, 2, 0)), "工作表“问题清单” 表1第3行第1列"),
        (Block(0, "甲", part=Part.HEADER, cell=Cell(0, 0, 0)), "表1第1行第1列 页眉"),
        (Block(0, "1", part=Part.FOOTER, furniture=Furniture.PAGE_NUMBER), "页脚 页码"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_place(block: Block, expected: str) -> None:
    assert place(block) == expected


def test_a_block_stays_on_its_line() -> None:
    assert line(Block(7, "甲\n乙\t丙\\n")) == "7\t正文\t甲\\n乙\\t丙\\\\n"


@pytest.mark.parametrize("part", Part)
def test_every_part_has_a_word(part: Part) -> None:
    assert place(Block(0, "甲", part=part))


@pytest.mark.parametrize("furniture", Furniture)
def test_every_furniture_has_a_word(furniture: Furniture) -> None:
    assert len(place(Block(0, "甲", furniture=furniture)).split()) == 2
