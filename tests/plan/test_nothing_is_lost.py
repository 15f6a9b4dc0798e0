"""found + furniture + unassigned = the problem part, whatever the document; no document makes the reader fail."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhenggai.document import read_bytes, read_document
from zhenggai.document.blocks import Block, Cell, Document
from zhenggai.plan import Plan, build_plan
from zhenggai.plan.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

CORPUS = Path(__file__).parent / "corpus"
DOCUMENTS = {path.stem: read_document(path) for path in sorted(CORPUS.glob("*.txt"))}
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
"""What divides the lines of a cell beside line breaks; the whole value of a cell holds it."""
EMPTY_HEADINGS = (
    ("整改进展情况：已完成整改。", None),
    ("一是", 1),
    ("（1）", 1),
    ("【整改措施】无（1）", None),
    ("（1）", None),
    ("（立行立改）（1） 2）—", None),
)
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
HOSTILE = st.text(
    st.one_of(
        st.sampled_from("\r\x0b\x1c\x85\u2028\u200b\u202e\u0301\ufeff\ufffd\U000e0001"),
        st.characters(exclude_categories=["Cs"]),
    ),
    min_size=1,
    max_size=3,
)
"""Line ends of every kind, marks that turn the direction of writing, characters without width, anything else."""
texts = st.lists(st.one_of(*[st.sampled_from(WORDS)] * 9, HOSTILE), min_size=1, max_size=9).map("".join)
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
    check_spans(plan, document)
    check_coverage(plan, document)
    check_links(plan)
    check_texts(plan, document)
    json.dumps(plan.to_dict(), ensure_ascii=False).encode()


def check_spans(plan: Plan, document: Document) -> None:
    """Every place that the plan names lies inside its block."""
    others = (*plan.phases, *plan.milestones, *plan.mechanisms, *plan.groups, *plan.attachments, *plan.doubts)
    limits = [m.time_limit for r in plan.responses for m in (r, *r.measures) if m.time_limit is not None]
    everything = [
        *found_spans(plan),
        *plan.unassigned,
        *plan.problem_part,
        *(s for one in (*plan.furniture, *others, *limits) for s in one.spans),
    ]
    assert all(0 <= s.start <= s.end <= len(document.blocks[s.block].text) for s in everything)


def check_coverage(plan: Plan, document: Document) -> None:
    """What is found, what is furniture and what is unassigned are the problem part, each character in one of them."""
    found, rest = places(found_spans(plan)), places(plan.unassigned)
    furniture, part = places(s for f in plan.furniture for s in f.spans), places(plan.problem_part)
    for block in {*part, *furniture, *rest, *found}:
        text = document.blocks[block].text
        assert part[block] <= found[block] | furniture[block] | rest[block]
        assert furniture[block] | rest[block] <= part[block]
        assert not found[block] & (furniture[block] | rest[block])
        assert not furniture[block] & rest[block]
        breaks = {i for match in BREAK.finditer(text) for i in range(match.start(), match.end())}
        outside = found[block] - part[block] - breaks
        assert not any(text[i].isalnum() for i in outside)
    for spans in (plan.unassigned, [s for f in plan.furniture for s in f.spans]):
        assert sum(s.end - s.start for s in spans) == sum(map(len, places(spans).values())), "said twice"


def check_links(plan: Plan) -> None:
    """Every identifier is one row's alone, and every reference has its row."""
    areas, items, findings = ([one.id for one in rows] for rows in (plan.areas, plan.items, plan.findings))
    measures = [m.id for r in plan.responses for m in r.measures]
    identifiers = [*areas, *items, *findings, *measures, *(r.id for r in plan.responses)]
    assert len(set(identifiers)) == len(identifiers)
    assert {i.area for i in plan.items} | {f.area for f in plan.findings} <= {None, *areas}
    assert {f.item for f in plan.findings} <= {None, *items}
    for response in plan.responses:
        assert response.findings
        assert set(response.findings) <= set(findings)
        assert len(set(response.findings)) == len(response.findings)


def check_texts(plan: Plan, document: Document) -> None:
    """Every text is, but for blanks and line breaks, what stands at its places."""

    def standing(spans: Iterable[Span]) -> str:
        return bare("".join(document.blocks[s.block].text[s.start : s.end] for s in spans))

    for heading in (*plan.areas, *plan.items):
        assert bare(heading.title) == standing(heading.spans)
    for finding in plan.findings:
        assert bare(finding.text + (finding.cause or "")) == standing(finding.spans)
    for entry in (e for r in plan.responses for e in (*r.measures, *r.progress)):
        assert bare(entry.text) == standing(entry.spans)
    for limit in (r.time_limit for r in plan.responses if r.time_limit is not None):
        assert bare(limit.text).replace("；", "") == standing(limit.spans).replace("；", "")


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_of_a_whole_document_is_lost(name: str) -> None:
    check(build_plan(DOCUMENTS[name]), DOCUMENTS[name])


def test_two_empty_headings_are_no_reason_to_fail() -> None:
    lines = EMPTY_HEADINGS
    document = _document(Block(0, text, heading=heading) for text, heading in lines)
    check(build_plan(document), document)


@pytest.mark.parametrize("lines", ["1.甲\n①乙\n", "1.甲不够\n（1）乙\n①丙\n", "一是甲。①乙。1.丙。"])
def test_numbers_that_begin_again_and_again_do_not_nest_without_end(lines: str) -> None:
    document = read_bytes(("某局整改方案\n一、整改任务\n" + lines * 2000).encode(), "方案.txt")
    check(build_plan(document), document)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_nothing_of_any_document_is_lost(document: Document) -> None:
    check(build_plan(document), document)


@pytest.mark.slow
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_nothing_of_very_many_documents_is_lost(document: Document) -> None:
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


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutations())
def test_nothing_of_a_damaged_document_is_lost(document: Document) -> None:
    check(build_plan(document), document)


@pytest.mark.slow
@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutations())
def test_nothing_of_very_many_damaged_documents_is_lost(document: Document) -> None:
    check(build_plan(document), document)


SPOILS = {
    "a text that stands elsewhere": lambda plan: replace(
        plan, findings=(replace(plan.findings[0], text="另文"), *plan.findings[1:])
    ),
    "a character said to be unassigned that is found": lambda plan: replace(plan, unassigned=plan.findings[0].spans),
    "a character left out": lambda plan: replace(plan, furniture=plan.furniture[1:]),
    "a place outside its block": lambda plan: replace(plan, unassigned=(Span(0, 0, 10_000),)),
    "a response to no finding": lambda plan: replace(plan, findings=plan.findings[1:]),
    "an identifier used twice": lambda plan: replace(plan, responses=(*plan.responses, plan.responses[0])),
}


@pytest.mark.parametrize("fault", SPOILS)
def test_the_check_itself_notices(fault: str) -> None:
    document = DOCUMENTS["village-plan-brackets"]
    with pytest.raises(AssertionError):
        check(SPOILS[fault](build_plan(document)), document)
