"""Who inspected, as the beginning of a document names it."""

from __future__ import annotations

import pytest

from zhenggai.web.ledger.drafting.feedback_body import feedback_body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025年2月20日至3月28日，市委第五巡察组对我校党组织开展了常规巡察。", "市委第五巡察组"),
        ("关于市委第五巡察组反馈意见的整改方案", "市委第五巡察组"),
        ("根据市委统一部署，2025年3月市委第二巡察组对我局党组进行了巡察。", "市委第二巡察组"),
        ("中共云溪县委第一巡察组关于巡察云溪县第一小学的反馈意见", "中共云溪县委第一巡察组"),
        ("为认真落实省委巡视组反馈意见，制定本方案。", "省委巡视组"),
        ("按照中央第三巡视组要求，逐条整改。", "中央第三巡视组"),
        ("青桐市审计局于2025年4月对我单位预算执行情况进行了审计。", "青桐市审计局"),
        ("接受市委教育工委第 3 巡察组巡察", "市委教育工委第3巡察组"),
        ("巡察组向我校反馈了巡察意见。", ""),
        ("4月15日，巡察组向我校反馈了意见", ""),
        ("学校成立整改工作领导小组。", ""),
        ("", ""),
    ],
)
def test_the_body_is_named_without_the_words_around_it(text: str, expected: str) -> None:
    assert feedback_body([text]) == expected


def test_what_stands_far_behind_is_not_taken() -> None:
    assert feedback_body([*["整改措施。"] * 30, "市委第五巡察组反馈。"]) == ""
    assert feedback_body(["整改方案", "市委第五巡察组反馈，县审计局移送。"]) == "市委第五巡察组"
