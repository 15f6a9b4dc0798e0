"""What a reading keeps beside its parts: places, leftovers, doubts."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.deadline.corpus import load, short

from zhenggai.deadline import Context, Reading, due, national, read, recurrences, show
from zhenggai.deadline.kinds import Every

CONTEXT = Context(plan_date=dt.date(2024, 5, 8), feedback_date=dt.date(2024, 4, 12))
NOTHING_KNOWN = Context()
WORDS = [case.text for case in load()]


def test_wordings_carry_their_places_and_forms() -> None:
    text = "（一）２０２４年 ９月底前完成，\n并长期坚持"
    reading = read(text, context=CONTEXT)
    assert [(wording.text, wording.form) for wording in reading.wordings] == [
        ("２０２４年 ９月底前", "by.month"),
        ("并长期坚持", "ongoing"),
    ]
    assert all(text[w.start : w.end] == w.text for w in reading.wordings)


def test_what_nothing_reads_is_left_over() -> None:
    reading = read("视工程进展另议，2024年9月底前", context=CONTEXT)
    assert [leftover.text for leftover in reading.leftovers] == ["视工程进展另议，"]
    assert short(reading.parts) == "by 2024-09-30 month"


def test_words_that_say_nothing_are_no_leftover() -> None:
    assert read("力争于2024年9月底前全面完成整改。", context=CONTEXT).leftovers == ()


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (Context(plan_date=dt.date(2024, 2, 1), feedback_date=dt.date(2020, 1, 1)), "2024-03-31"),
        (Context(feedback_date=dt.date(2022, 2, 1), as_of=dt.date(2025, 1, 1)), "2022-03-31"),
        (Context(document_date=dt.date(2021, 2, 1)), "2021-03-31"),
        (Context(default_year=2023, as_of=dt.date(2025, 6, 1)), "2023-03-31"),
        (Context(as_of=dt.date(2025, 6, 1)), "2026-03-31"),
        (Context(plan_date=dt.date(1, 1, 1), as_of=dt.date(2025, 1, 1)), "2025-03-31"),
    ],
)
def test_the_year_comes_from_the_first_date_known(context: Context, expected: str) -> None:
    assert short(read("3月底前", context=context).parts) == f"by {expected} month"


def test_a_year_of_the_reader_is_a_doubt() -> None:
    assert read("9月底前", context=CONTEXT).doubts == ()
    assert read("2025年3月底前", context=CONTEXT).doubts == ()
    (rolled,) = read("3月底前", context=CONTEXT).doubts
    assert "2025年" in rolled
    (assumed,) = read("9月底前", context=Context(as_of=dt.date(2024, 1, 1))).doubts
    assert "2024年" in assumed
    (unknown,) = read("9月底前", context=NOTHING_KNOWN).doubts
    assert "年份" in unknown


def test_recurrences_are_found_in_prose_alone() -> None:
    text = "2024年9月底前建立台账，每月调度一次，立行立改。"
    assert recurrences(text) == (Every("month", 1, 1),)
    assert short(read(text, context=CONTEXT, mode="prose").parts) == "by 2024-09-30 month; at_once"


def test_past_years_are_facts_where_the_document_has_a_date() -> None:
    text = "2021年每季度召开一次例会。"
    assert recurrences(text, context=CONTEXT) == ()
    assert recurrences(text) == (Every("quarter", 1, 1),)


def holds(reading: Reading, text: str) -> bool:
    pieces = [*reading.wordings, *reading.leftovers]
    return reading.text == text and all(text[piece.start : piece.end] == piece.text for piece in pieces)


@pytest.mark.parametrize("mode", ["field", "prose", "duty"])
def test_mutated_wordings_are_always_read_somehow(mode) -> None:
    chance = random.Random(20240508)  # noqa: S311 — the same mutations every time
    alphabet = sorted(set("".join(WORDS)))
    for _ in range(1500):
        text = list(chance.choice(WORDS) + chance.choice(WORDS))
        for _ in range(chance.randrange(5)):
            text[chance.randrange(len(text))] = chance.choice(alphabet)
        words = "".join(text)
        reading = read(words, context=chance.choice((CONTEXT, NOTHING_KNOWN)), mode=mode)
        assert holds(reading, words)
        assert len(due(reading.parts, anchors=CONTEXT, workdays=national())) == len(reading.parts)
        assert isinstance(show(reading.parts), str)


@given(st.text(max_size=300), st.sampled_from(("field", "prose", "duty")))
def test_any_text_is_read_somehow(text: str, mode) -> None:
    assert holds(read(text, context=CONTEXT, mode=mode), text)


@given(st.dates(), st.sampled_from(WORDS))
def test_any_date_may_be_the_documents(date: dt.date, text: str) -> None:
    assert holds(read(text, context=Context(plan_date=date, feedback_date=date)), text)


@pytest.mark.parametrize(
    "run", ["每", "即日，", "X○", "（ ", "2024年", "完成时限张", "每月于1日前", "3月底前，", "反馈", " 年"]
)
def test_long_runs_are_read_to_the_end(run: str) -> None:
    text = run * 4000
    assert holds(read(text, context=CONTEXT), text)
