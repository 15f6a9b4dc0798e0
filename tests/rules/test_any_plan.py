"""Whatever the plan: no rule raises, and what does not change what is said does not change what is found."""

from __future__ import annotations

import datetime as dt

import hypothesis
import pytest
from fragments import CASES, PROFILE, cases, outcome_of
from hypothesis import strategies as st

from zhenggai.document import read_bytes
from zhenggai.plan import build_plan
from zhenggai.rules import Facts, check, gather
from zhenggai.rules.specimen import render, take_apart

TODAY = dt.date(2024, 5, 20)
PIECES = st.sampled_from(
    [
        "一、整改任务",
        "（一）履行职责方面",
        "（1）",
        "1.",
        "二是",
        "①",
        "整改措施：",
        "（牵头领导：",
        "责任部门：各科室；",
        "完成时限：长期坚持）",
        "完成时限：2024年2月30日前",
        "违规发放补贴3万元",
        "对举报人柏青禾",
        "段某",
        "XX",
        "《",
        "）",
        "每月1次",
        "附件：1.清单",
        "附件2",
        "党的十九大",
        "〔2024〕第09号",
        "督查组由某负责",
        "组长：",
        "\n",
        "\n",
        "。",
        "；",
        "\t",
        "",
    ]
)
HOSTILE = st.lists(
    st.one_of(PIECES, st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)), max_size=40
).map("".join)


def facts(text: str) -> Facts:
    document = read_bytes(text.encode("utf-8", "replace"), "any.txt")
    return Facts(TODAY, PROFILE, gather(document, build_plan(document, as_of=TODAY)))


@hypothesis.given(HOSTILE)
def test_no_rule_raises(text: str) -> None:
    body = "关于巡察反馈意见的整改方案\n二、整改任务\n1.门卫登记不全。\n整改措施：" + text
    found = facts(body)
    outcome = check(found)
    assert not outcome.failures
    assert found.document is not None
    for result in outcome.results:
        assert result.finding is None or result.finding in found.document.findings
        for span in result.spans:
            assert 0 <= span.start <= span.end <= len(found.document.blocks[span.block].raw)


@pytest.mark.parametrize(
    "text", ["。" * 20_000, "（" * 20_000, "对" * 20_000, "1月" * 10_000, "《》" * 10_000, "每月" * 10_000]
)
def test_a_long_monotonous_text_is_no_trouble(text: str) -> None:
    assert not check(facts("整改方案\n1.门卫登记不全。\n整改措施：" + text)).failures


FULL = str.maketrans("0123456789", "０１２３４５６７８９")
WIDTH_MATTERS = {"F04", "F05", "C02"}
"""Their cases are written in full width already, or are about the very form of the number."""


@pytest.mark.parametrize("code", sorted({file.stem for file in CASES.glob("*.txt")} - WIDTH_MATTERS))
def test_digits_in_full_width_say_the_same(code: str) -> None:
    for kind, fragments in cases(code).items():
        for fragment in fragments:
            if not fragment.startswith(("全文", "问题：1", "问题：2")) and "反馈" not in fragment:
                wide = fragment.translate(FULL)
                assert bool(outcome_of(wide, code).results) == (kind == "fires"), fragment


def test_the_order_of_findings_does_not_change_what_is_found_in_each() -> None:
    one = "问题：门卫登记不全，5天没有记录。\n责任部门：各科室"
    other = "问题：电梯超期未检，2部电梯没有标志。\n完成时限：长期坚持"
    codes = ("P03", "P04", "P05", "P06", "P07", "P09", "P12", "P13")
    first = {(r.rule, r.finding_text) for r in outcome_of(f"{one}\n{other}", *codes).results}
    second = {(r.rule, r.finding_text) for r in outcome_of(f"{other}\n{one}", *codes).results}
    assert first == second
    assert {rule for rule, _ in first} == {"P05", "P06"}


def test_checking_twice_says_the_same() -> None:
    text = render(take_apart("问题：门卫登记不全，5天没有记录。\n责任部门：各科室"))
    assert check(facts(text)) == check(facts(text))
