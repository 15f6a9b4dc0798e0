"""Every wording of the corpus means what its line says."""

from __future__ import annotations

import pytest
from tests.deadline.corpus import Case, load

from zhenggai.deadline import Context, forms, read
from zhenggai.deadline.reading import ties

CASES = load()


def names(case: Case) -> str:
    return f"{case.line}:{case.text}"


@pytest.mark.parametrize("case", CASES, ids=names)
def test_wording_means_what_its_line_says(case: Case) -> None:
    assert case.read() == case.expected


def test_corpus_is_large_and_holds_what_is_no_limit() -> None:
    assert len(CASES) >= 1000
    assert sum(case.expected == "-" for case in CASES) >= 200


def test_no_two_forms_read_the_same_words() -> None:
    found = {case.text: tied for case in CASES if (tied := ties(case.text, context=case.context, mode=case.mode))}
    assert found == {}


EXAMPLES = [(form, example) for form in forms() for example in form.examples]
REFERENCE = Context(plan_date=CASES[0].context.plan_date, feedback_date=CASES[0].context.feedback_date)


@pytest.mark.parametrize(("form", "example"), EXAMPLES, ids=lambda value: getattr(value, "key", value))
def test_examples_are_read_by_their_own_form_alone(form, example) -> None:
    mode = form.modes[0]
    reading = read(example, context=REFERENCE, mode=mode)
    assert [wording.form for wording in reading.wordings] == [form.key]
    assert reading.parts
    assert ties(example, context=REFERENCE, mode=mode) == ()


def test_every_form_is_described_in_chinese() -> None:
    for form in forms():
        assert form.examples, form.key
        assert form.about.endswith("。"), form.key
        assert len(form.title) <= 24, form.key
