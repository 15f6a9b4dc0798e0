"""An annex table that repeats the problems of the text: its fields go to them; a table of something else stays itself."""

from __future__ import annotations

import pytest

from zhenggai.document.blocks import Block, Cell, Document
from zhenggai.plan import Plan, build_plan

TEXT = (
    "某局整改方案",
    "一、整改任务",
    "1.台账登记不全，漏登3处。",
    "整改措施：逐页补登台账。",
    "2.差旅报销太慢，超期10天。",
    "整改措施：三日内办结报销。",
    "3.食堂没有留样，抽查缺2天。",
    "整改措施：按餐留样。",
    "附件",
    "责任分工表",
)
HEAD = "序号|问题|责任部门|完成时限"
Row = tuple[str, str, str, str | None]
"""Problem (its first four characters), measures, departments, limit."""
DONE = [("台账登记", "逐页补登台账。"), ("差旅报销", "三日内办结报销。"), ("食堂没有", "按餐留样。")]


def read(rows: tuple[str, ...], text: tuple[str, ...] = TEXT) -> Plan:
    blocks = [Block(number, line) for number, line in enumerate(text)]
    for row, line in enumerate(rows):
        for column, value in enumerate(line.split("|")):
            if value:
                blocks.append(Block(len(blocks), value, cell=Cell(0, row, column)))
    return build_plan(Document("方案.docx", "x", "0" * 64, tuple(blocks)))


def rows_of(plan: Plan) -> list[Row]:
    texts = {f.id: f.text for f in plan.findings}
    return [
        (
            "+".join(texts[f][:4] for f in r.findings),
            "+".join(m.text for m in r.measures),
            " ".join(r.responsible_departments),
            r.time_limit.text if r.time_limit else None,
        )
        for r in plan.responses
    ]


def with_fields(*fields: tuple[str, str | None]) -> list[Row]:
    return [(*done, *field) for done, field in zip(DONE, fields, strict=True)]


OFFICE, FINANCE, LOGISTICS = ("办公室", "5月底前"), ("财务科", "立行立改"), ("后勤科", "长期坚持")
NONE = ("", None)
MERGED = {
    "the whole texts": (
        (
            HEAD,
            "1|台账登记不全，漏登3处。|办公室|5月底前",
            "2|差旅报销太慢，超期10天。|财务科|立行立改",
            "3|食堂没有留样，抽查缺2天。|后勤科|长期坚持",
        ),
        with_fields(OFFICE, FINANCE, LOGISTICS),
    ),
    "their beginnings": (
        (HEAD, "1|台账登记不全|办公室|5月底前", "2|差旅报销太慢|财务科|立行立改", "3|食堂没有留样|后勤科|长期坚持"),
        with_fields(OFFICE, FINANCE, LOGISTICS),
    ),
    "in another order": (
        (HEAD, "1|食堂没有留样|后勤科|长期坚持", "2|台账登记不全|办公室|5月底前", "3|差旅报销太慢|财务科|立行立改"),
        with_fields(OFFICE, FINANCE, LOGISTICS),
    ),
    "other punctuation": (
        (
            HEAD,
            "1|台账登记不全,漏登3处|办公室|5月底前",
            "2|差旅报销太慢（超期10天）|财务科|立行立改",
            "3|食堂没有留样；抽查缺2天|后勤科|长期坚持",
        ),
        with_fields(OFFICE, FINANCE, LOGISTICS),
    ),
    "by their numbers, in other words": (
        (HEAD, "1|台账漏登|办公室|5月底前", "2|报销超期|财务科|立行立改", "3|食堂缺样|后勤科|长期坚持"),
        with_fields(OFFICE, FINANCE, LOGISTICS),
    ),
    "one row for two problems": (
        (HEAD, "1、2|台账和报销的问题|办公室|5月底前", "3|食堂缺样|后勤科|长期坚持"),
        with_fields(OFFICE, OFFICE, LOGISTICS),
    ),
    "some of the rows": (
        (HEAD, "1|台账登记不全|办公室|5月底前", "2|食堂没有留样|后勤科|长期坚持"),
        with_fields(OFFICE, NONE, LOGISTICS),
    ),
    "no table": ((), with_fields(NONE, NONE, NONE)),
    "a table of people": (("姓名|职务", "甲某|科长"), with_fields(NONE, NONE, NONE)),
    "another ledger": (
        (HEAD, "1|电梯年检过期|总务科|5月底前", "2|车棚漏雨|总务科|立行立改"),
        [*with_fields(NONE, NONE, NONE), ("电梯年检", "", "总务科", "5月底前"), ("车棚漏雨", "", "总务科", "立行立改")],
    ),
    "one row more than the text": (
        (HEAD, "1|台账登记不全|办公室|5月底前", "2|差旅报销太慢|财务科|立行立改", "9|车棚漏雨|总务科|长期坚持"),
        [*with_fields(OFFICE, FINANCE, NONE), ("车棚漏雨", "", "总务科", "长期坚持")],
    ),
}


@pytest.mark.parametrize("name", MERGED)
def test_the_fields_of_a_row_go_to_its_problem(name: str) -> None:
    rows, expected = MERGED[name]
    assert rows_of(read(rows)) == expected


SHARING = (
    "某局整改方案",
    "一、整改任务",
    "1.内务管理混乱。",
    "一是台账登记不全，漏登3处。",
    "二是差旅报销太慢，超期10天。",
    "整改措施：内务逐项清理。",
    "2.食堂没有留样，抽查缺2天。",
    "整改措施：按餐留样。",
    "附件",
    "责任分工表",
)
BOTH = "台账登记+差旅报销"
SHARED = {
    "rows of their own": (
        (HEAD, "1|台账登记不全|办公室|5月底前", "2|差旅报销太慢|财务科|立行立改", "3|食堂没有留样|后勤科|长期坚持"),
        [
            (BOTH, "内务逐项清理。", *NONE),
            ("台账登记", "", *OFFICE),
            ("差旅报销", "", *FINANCE),
            ("食堂没有", "按餐留样。", *LOGISTICS),
        ],
    ),
    "rows that say the same": (
        (HEAD, "1|台账登记不全|办公室|5月底前", "2|差旅报销太慢|办公室|5月底前", "3|食堂没有留样|后勤科|长期坚持"),
        [(BOTH, "内务逐项清理。", *OFFICE), ("食堂没有", "按餐留样。", *LOGISTICS)],
    ),
    "other fields in each row": (
        (HEAD, "1|台账登记不全|办公室|", "2|差旅报销太慢||立行立改", "3|食堂没有留样|后勤科|长期坚持"),
        [
            (BOTH, "内务逐项清理。", *NONE),
            ("台账登记", "", "办公室", None),
            ("差旅报销", "", "", "立行立改"),
            ("食堂没有", "按餐留样。", *LOGISTICS),
        ],
    ),
    "a row for one alone": (
        (HEAD, "1|台账登记不全|办公室|5月底前", "3|食堂没有留样|后勤科|长期坚持"),
        [
            (BOTH, "内务逐项清理。", *NONE),
            ("台账登记", "", *OFFICE),
            ("食堂没有", "按餐留样。", *LOGISTICS),
        ],
    ),
    "rows without fields": (
        (HEAD, "1|台账登记不全||", "2|差旅报销太慢||", "3|食堂没有留样|后勤科|长期坚持"),
        [(BOTH, "内务逐项清理。", *NONE), ("食堂没有", "按餐留样。", *LOGISTICS)],
    ),
}


@pytest.mark.parametrize("name", SHARED)
def test_problems_that_share_measures_keep_the_fields_of_their_rows(name: str) -> None:
    rows, expected = SHARED[name]
    assert rows_of(read(rows, SHARING)) == expected


def test_what_the_text_says_of_a_field_stays() -> None:
    text = (*TEXT[:4], "责任部门：档案室", *TEXT[4:])
    plan = read((HEAD, "1|台账登记不全|办公室|5月底前", "2|差旅报销太慢|财务科|立行立改"), text)
    assert rows_of(plan)[0] == ("台账登记", "逐页补登台账。", "档案室", "5月底前")


def test_measures_of_the_table_fill_a_problem_without_measures_alone() -> None:
    text = (*TEXT[:5], *TEXT[6:])
    plan = read(
        ("序号|问题|整改措施|责任部门", "1|台账登记不全|重做台账|办公室", "2|差旅报销太慢|限时办结|财务科"), text
    )
    assert {row[:2] for row in rows_of(plan)} == {
        ("台账登记", "逐页补登台账。"),
        ("差旅报销", "限时办结"),
        ("食堂没有", "按餐留样。"),
    }


def test_a_row_that_no_problem_matches_is_said() -> None:
    rows, _ = MERGED["one row more than the text"]
    doubts = [d for d in read(rows).doubts if d.code == "row_unmatched"]
    assert len(doubts) == 1
    assert "车棚漏雨" in doubts[0].message
