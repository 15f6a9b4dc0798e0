"""The engine: what is carried out, what fails, and that one failure hides nothing else."""

from __future__ import annotations

import dataclasses

import pytest
from fragments import PROFILE

from zhenggai.rules import Facts, Need, Rule, RuleError, Severity, check, rules
from zhenggai.rules.rule import Hit, Option, each_answer, the_document
from zhenggai.rules.specimen import TODAY, facts_of, plan_of

PLAN = "问题：门卫登记不全，5天没有记录。\n责任部门：各科室\n完成时限：长期坚持"
MANUAL = "甲。\n\n判定：乙。\n\n为什么：丙。\n\n反例：\n    问题：丁。\n\n正例：\n    问题：戊。"


def rule_of(code: str, function: object, **fields: object) -> Rule:
    return Rule(code, "试", Severity.WARN, fields.pop("over", each_answer), function, MANUAL, **fields)  # type: ignore[arg-type]


def with_rules(**tables: object) -> Facts:
    facts = facts_of(PLAN, PROFILE)
    return dataclasses.replace(facts, profile=dataclasses.replace(PROFILE, rules=tables))


def fails_on_the_first(answer, _setting):  # type: ignore[no-untyped-def]
    if "门卫" in answer.finding.text:
        raise ZeroDivisionError("甲")
    yield Hit(answer.finding.text, "需核实。", "请核对。", (answer.finding.id,))


def test_a_rule_that_raises_on_one_object_hides_neither_its_other_results_nor_other_rules() -> None:
    broken = rule_of("P97", fails_on_the_first)
    alone = check(facts_of(PLAN, PROFILE), among={"P97": broken})
    assert [(f.rule, "门卫" in f.subject, "ZeroDivisionError" in f.error) for f in alone.failures] == [
        ("P97", True, True)
    ]
    assert len(alone.results) == 4
    both = check(facts_of(PLAN, PROFILE), among={"P97": broken, "P05": rules()["P05"]})
    assert "P05" in {result.rule for result in both.results}
    assert both.blocks


def test_a_rule_that_cannot_find_its_subjects_is_told() -> None:
    def nothing(_facts: Facts) -> object:
        raise LookupError("乙")

    outcome = check(facts_of(PLAN, PROFILE), among={"P97": rule_of("P97", fails_on_the_first, over=nothing)})
    assert [(f.rule, f.subject) for f in outcome.failures] == [("P97", "全文")]


def test_families_and_codes_choose_and_leave_out() -> None:
    facts = facts_of(PLAN, PROFILE)
    found = {result.rule for result in check(facts).results}
    assert {"P05", "P06"} <= found
    assert {r.rule for r in check(facts, select=["P05"]).results} == {"P05"}
    assert {r.rule[0] for r in check(facts, select=["P"]).results} == {"P"}
    assert {r.rule for r in check(facts, ignore=["P05"]).results} == found - {"P05"}
    assert not check(facts, ignore=["P"], select=["C", "P"]).results


@pytest.mark.parametrize("code", ["P00", "X", "p05"])
def test_an_unknown_code_is_refused(code: str) -> None:
    with pytest.raises(RuleError, match=code):
        check(facts_of(PLAN, PROFILE), select=[code])


def test_without_its_facts_a_rule_is_not_carried_out() -> None:
    outcome = check(facts_of(PLAN, PROFILE))
    assert outcome.skipped == (("P01", (Need.FEEDBACK,)),)
    nothing = check(Facts(TODAY, PROFILE))
    assert not nothing.results
    assert {code for code, _ in nothing.skipped} == rules().keys()


def test_a_notice_without_measures_is_no_plan() -> None:
    text = "全文：关于巡察整改进展情况的通报\n一、整改情况\n（一）履行职责方面\n1.门卫登记不全。\n整改情况：已补签。"
    assert Need.PLAN not in facts_of(text, PROFILE).present


class TestOptions:
    def test_the_profile_switches_off_and_weighs(self) -> None:
        assert not check(with_rules(P05={"enabled": False}), select=["P05"]).results
        weighed = check(with_rules(P05={"severity": "info"}), select=["P05"])
        assert {r.severity for r in weighed.results} == {Severity.INFO}
        assert not weighed.blocks

    def test_the_profile_sets_an_option(self) -> None:
        crowded = facts_of("问题：甲不全。\n牵头领导：周望舒\n问题：乙不全。\n牵头领导：周望舒", PROFILE)
        profile = dataclasses.replace(PROFILE, rules={"P19": {"most": 0.9}})
        assert check(dataclasses.replace(crowded, profile=PROFILE), select=["P19"]).results == ()
        strict = dataclasses.replace(PROFILE, rules={"P19": {"most": 0.2}})
        assert check(dataclasses.replace(crowded, profile=strict), select=["P19"]).results
        assert check(dataclasses.replace(crowded, profile=profile), select=["P19"]).results == ()

    def test_a_list_of_words_is_replaced(self) -> None:
        words = ["各科室之外的词"]
        assert not check(with_rules(lexicon={"collective_marks": words, "vague_owners": []}), select=["P05"]).results

    def test_the_profile_adds_to_a_list(self) -> None:
        lexicon = dataclasses.replace(PROFILE.lexicon, vague_owners=("党政办公室",))
        facts = facts_of("问题：甲不全，5处没有登记。", PROFILE)
        own = dataclasses.replace(facts, profile=dataclasses.replace(PROFILE, lexicon=lexicon))
        assert not check(facts, select=["P05"]).results
        assert check(own, select=["P05"]).results

    @pytest.mark.parametrize(
        "tables",
        [
            {"P05": {"color": "red"}},
            {"P05": {"severity": "fatal"}},
            {"P19": {"most": "half"}},
            {"P19": {"most": True}},
            {"P00": {}},
            {"lexicon": {"unheard_of": ["甲"]}},
            {"lexicon": {"vague_owners": "甲"}},
        ],
    )
    def test_what_no_rule_knows_is_refused(self, tables: dict[str, object]) -> None:
        with pytest.raises(RuleError):
            check(with_rules(**tables))


def test_an_option_of_words_may_be_told() -> None:
    told = []

    def listen(_document, setting):  # type: ignore[no-untyped-def]
        told.append(setting.words("heard"))
        return ()

    rule = rule_of("P97", listen, over=the_document, options=(Option("heard", ("甲",), "听到的词"),))
    facts = with_rules(P97={"heard": ["乙", "丙"]})
    assert not check(facts, among={"P97": rule}).failures
    assert told == [("乙", "丙")]


def test_shared_measures_belong_to_each_finding() -> None:
    facts = facts_of("问题：食堂管理不严。一是留样不足。二是记录补写。\n完成时限：长期坚持", PROFILE)
    found = [result.finding_text for result in check(facts, select=["P06"]).results]
    assert found == ["留样不足。", "记录补写。"]


def test_a_result_points_at_its_words() -> None:
    facts = facts_of(PLAN, PROFILE)
    result = check(facts, select=["P06"]).results[0]
    assert facts.document is not None
    assert facts.document.quote(result.spans[0]) == "长期坚持"
    assert result.to_dict()["spans"] == [result.spans[0]._asdict()]


def test_the_feedback_is_read_as_a_plan() -> None:
    letter = plan_of("关于对青桐镇党委巡察的反馈意见\n二、存在的主要问题\n1.门卫登记不全，5天没有记录。\n")
    assert [finding.text for finding in letter.findings] == ["门卫登记不全，5天没有记录。"]
