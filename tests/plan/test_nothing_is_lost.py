"""found + furniture + unassigned = the problem part, whatever the document; no document makes the reader fail."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhenggai.document import read_document
from zhenggai.document.blocks import Block, Cell, Document
from zhenggai.plan import Plan, build_plan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.plan.model import Span

CORPUS = Path(__file__).parent / "corpus"
DOCUMENTS = {path.stem: read_document(path) for path in sorted(CORPUS.glob("*.txt"))}
WORDS = (
    *(
        "一、",
        "二、",
        "（一）",
        "（二）",
        "1.",
        "2.",
        "12、",
        "（1）",
        "（2）",
        "2）",
        "①",
        "②",
        "③",
        "一是",
        "二是",
        "三要",
        "其一，",
    ),
    *(
        "问题1：",
        "反馈问题二：",
        "【问题3】",
        "项目1.1：",
        "第一部分 ",
        "2.1 ",
        "问题：",
        "存在问题：",
        "具体表现：",
        "原因分析：",
    ),
    *(
        "整改目标：",
        "整改措施：",
        "【整改措施】",
        "整改情况：",
        "整改进展情况：已完成整改。",
        "完成情况：已完成",
        "下一步：",
        "责任分工：",
    ),
    *(
        "牵头领导：甲某；",
        "责任部门：教务处",
        "责任人 乙某",
        "完成时限：2031年3月底前",
        "整改时限：XX",
        "（立行立改）",
        "（已完成）",
    ),
    *(
        "（牵头领导：甲某；责任部门：乙科；完成时限：长期坚持。）",
        "（",
        "）",
        "【",
        "】",
        "：",
        "；",
        "。",
        "，",
        "\n",
        "　",
        " ",
        "<br>",
    ),
    *(
        "制度执行不严格，有3次未审批。",
        "修订办法并每季度检查1次。",
        "已于2031年5月完成。",
        "关于作风方面",
        "总体要求",
        "组织保障",
        "附件1：名单",
    ),
    *(
        "附件",
        "序号",
        "合计",
        "无",
        "/",
        "—",
        "组长：丙某",
        "2031年4月1日",
        "\x00",
        "😀",
        "㊿",
        "ａ１",
        "責任部門：某科",
    ),
)
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map("".join)
headings = st.sampled_from([None, None, None, 1, 2])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents of lines and tables made of what such documents are made of, in any order."""
    blocks: list[Block] = []
    for table in range(draw(st.integers(0, 8))):
        if draw(st.integers(0, 4)) == 0:
            blocks += _table(draw, table)
        else:
            blocks += [Block(0, draw(texts), heading=draw(headings)) for _ in range(draw(st.integers(1, 5)))]
    return _document(blocks)


def _table(draw: st.DrawFn, table: int) -> list[Block]:
    heads = draw(
        st.lists(
            st.sampled_from(["序号", "问题", "反馈问题", "整改措施", "责任部门", "完成时限", "状态", "备注"]),
            min_size=2,
            max_size=6,
        )
    )
    cells = [Block(0, head, cell=Cell(table, 0, column)) for column, head in enumerate(heads)]
    for row in range(1, draw(st.integers(1, 4)) + 1):
        for column in range(len(heads)):
            if draw(st.booleans()):
                span = draw(st.sampled_from([1, 1, 1, 2]))
                cells.append(Block(0, draw(texts), cell=Cell(table, row, column, span, 1)))
    return cells


def _document(blocks: Iterable[Block]) -> Document:
    return Document("方案.txt", "text/plain", "0" * 64, tuple(replace(b, number=n) for n, b in enumerate(blocks)))


def places(spans: Iterable[Span]) -> dict[int, set[int]]:
    out: dict[int, set[int]] = defaultdict(set)
    for span in spans:
        out[span.block] |= set(range(span.start, span.end))
    return out


def found_spans(plan: Plan) -> list[Span]:
    spans = [s for one in (*plan.areas, *plan.items, *plan.findings) for s in one.spans]
    for response in plan.responses:
        spans += response.spans
        spans += [s for entry in (*response.measures, *response.progress) for s in entry.spans]
    return spans


def check(plan: Plan, document: Document) -> None:
    everything = [
        *found_spans(plan),
        *plan.unassigned,
        *plan.problem_part,
        *(s for f in plan.furniture for s in f.spans),
    ]
    assert all(0 <= s.start <= s.end <= len(document.blocks[s.block].text) for s in everything)
    found, rest = places(found_spans(plan)), places(plan.unassigned)
    furniture, part = places(s for f in plan.furniture for s in f.spans), places(plan.problem_part)
    for block in {*part, *furniture, *rest}:
        assert part[block] <= found[block] | furniture[block] | rest[block]
        assert furniture[block] | rest[block] <= part[block]
        assert not found[block] & (furniture[block] | rest[block])
        assert not furniture[block] & rest[block]
    identifiers = [one.id for one in (*plan.areas, *plan.items, *plan.findings, *plan.responses)]
    assert len(set(identifiers)) == len(identifiers)
    findings = {finding.id for finding in plan.findings}
    assert all(response.findings and set(response.findings) <= findings for response in plan.responses)
    plan.to_dict()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_of_a_whole_document_is_lost(name: str) -> None:
    plan = build_plan(DOCUMENTS[name])
    check(plan, DOCUMENTS[name])
    for finding in plan.findings:
        own = [s for s in finding.spans if s.block < len(DOCUMENTS[name].blocks)]
        assert finding.text.startswith(DOCUMENTS[name].blocks[own[0].block].text[own[0].start : own[0].end][:10])
    for measure in (m for r in plan.responses for m in r.measures):
        pieces = [DOCUMENTS[name].blocks[s.block].text[s.start : s.end] for s in measure.spans]
        assert "".join(measure.text.split()) == "".join("".join(pieces).split())


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_nothing_of_any_document_is_lost(document: Document) -> None:
    check(build_plan(document), document)


@st.composite
def mutations(draw: st.DrawFn) -> Document:
    """A whole document after some accidents: lines lost, doubled, swapped, cut, joined, words slipped in."""
    document = DOCUMENTS[draw(st.sampled_from(sorted(DOCUMENTS)))]
    blocks = list(document.blocks)
    for _ in range(draw(st.integers(1, 10))):
        place = draw(st.integers(0, len(blocks) - 1))
        other = draw(st.integers(0, len(blocks) - 1))
        text = blocks[place].text
        cut = draw(st.integers(0, len(text)))
        match draw(st.sampled_from(["lose", "double", "swap", "cut", "join", "slip"])):
            case "lose" if len(blocks) > 1:
                del blocks[place]
            case "double":
                blocks.insert(place, blocks[other])
            case "swap":
                blocks[place], blocks[other] = blocks[other], blocks[place]
            case "cut":
                blocks[place] = replace(blocks[place], text=text[:cut])
            case "join":
                blocks[place] = replace(blocks[place], text=text + blocks[other].text)
            case _:
                blocks[place] = replace(blocks[place], text=text[:cut] + draw(st.sampled_from(WORDS)) + text[cut:])
    return _document(blocks)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutations())
def test_nothing_of_a_damaged_document_is_lost(document: Document) -> None:
    check(build_plan(document), document)
