"""Every rule fires where it must and keeps quiet where it must not: its cases, and the examples of its manual."""

from __future__ import annotations

import pytest
from fragments import CASES, all_cases, cases, outcome_of

from zhenggai.rules import rules
from zhenggai.rules.manual import read_manual

LEAST = 5


@pytest.mark.parametrize(("code", "kind", "fragment"), list(all_cases()))
def test_case(code: str, kind: str, fragment: str) -> None:
    outcome = outcome_of(fragment, code)
    assert not outcome.failures
    assert not outcome.skipped
    assert bool(outcome.results) == (kind == "fires"), [result.why for result in outcome.results]


@pytest.mark.parametrize("code", rules())
def test_every_rule_has_cases(code: str) -> None:
    found = cases(code)
    assert found.keys() == {"fires", "quiet"}
    assert min(map(len, found.values())) >= LEAST
    assert len(set(found["fires"])) + len(set(found["quiet"])) == sum(map(len, found.values()))


def test_every_case_file_is_a_rule() -> None:
    assert {file.stem for file in CASES.glob("*.txt")} == rules().keys()


def examples() -> list[tuple[str, str, str]]:
    return [
        (code, kind, fragment)
        for code, rule in rules().items()
        for kind, fragments in (("bad", read_manual(rule).bad), ("good", read_manual(rule).good))
        for fragment in fragments
    ]


@pytest.mark.parametrize(("code", "kind", "fragment"), examples())
def test_examples_of_the_manual_do_what_they_say(code: str, kind: str, fragment: str) -> None:
    assert bool(outcome_of(fragment, code).results) == (kind == "bad")


@pytest.mark.parametrize(("code", "kind", "fragment"), [case for case in all_cases() if case[1] == "fires"])
def test_a_result_says_where_and_what(code: str, kind: str, fragment: str) -> None:
    for result in outcome_of(fragment, code).results:
        assert result.quote
        assert result.why.endswith(("。", "？"))
        assert result.fix.endswith("。")
        assert (result.finding is None) == (result.finding_text is None)


def test_the_wording_is_neutral() -> None:
    accusing = ("造假", "弄虚作假", "欺骗", "作假")
    for rule in rules().values():
        manual = read_manual(rule)
        assert not [word for word in accusing if word in rule.name or word in manual.summary]


def test_nothing_is_found_in_the_frame() -> None:
    results = outcome_of("问题：门卫登记不全，5天没有记录。\n措施：补签5天的登记。").results
    assert {result.rule for result in results} == {"P16", "P25"}
