"""Profiles that come with the program, bad values refused by name, and changing one value by value."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest

from zhenggai import profile as profiles
from zhenggai.profile import ProfileError


def table_of(key: str = "inspection-2024@1") -> dict[str, Any]:
    return copy.deepcopy(profiles.shipped_tables()[key])


def test_three_customs_are_shipped() -> None:
    found = {key: (one.source, one.period_months, one.period_days) for key, one in profiles.shipped().items()}
    assert found == {
        "inspection-2024@1": ("inspection", 6, 0),
        "inspection-2018@1": ("inspection", 3, 0),
        "audit-60@1": ("audit", 0, 60),
    }


def test_an_unknown_one_is_named() -> None:
    with pytest.raises(ProfileError, match="“own-9@1”不存在，可用的有：inspection-2024@1"):
        profiles.load("own-9@1")


BAD = [
    ("immediate_days", 0, "immediate_days 应当是1至100000之间的整数"),
    ("immediate_days", "三十", "immediate_days 应当是"),
    ("immediate_days", True, "immediate_days 应当是"),
    ("period_months", -1, "period_months 应当是0至"),
    ("period_months", 0, "集中整改期不能为0"),
    ("name", " ", "name 应当是文字"),
    ("name", "长" * 301, "name 过长"),
    ("source", "petition", "source 只能是 inspection 或 audit，现在是“petition”"),
    ("cycle", "daily", "cycle 只能是"),
    ("light", [], "缺少预警颜色"),
    ("light.0.days_left", -2, "days_left 应当是-1至"),
    ("light.0.days_left", 10, "剩余天数相同"),
    ("light.0.days_left", 99, "“临期”的剩余天数应当大于“逾期”的99天"),
    ("light.2.days_left", 5, "“将到期”的剩余天数应当大于“临期”的10天"),
    ("light.1.word", "", "word 应当是文字"),
    ("duty", None, "缺少周期任务规定"),
    ("duty.day_off", "sooner", "day_off 只能是 later、earlier、none"),
    ("duty.least_share", 101, "least_share 应当是1至100"),
    ("duty.milestone_days", 0, "milestone_days 应当是1至"),
    ("duty.horizon_days", 0, "horizon_days 应当是1至"),
    ("extension", None, "缺少延期规定"),
    ("extension.most", -1, "most 应当是0至"),
    ("extension.decided_by", [], "decided_by 应当至少有一项"),
    ("extension.decided_by", ["handler"], "decided_by 应当至少有一项"),
    ("meeting", None, "缺少会议规定"),
    ("meeting", [], "缺少会议规定"),
    ("meeting.0.type", "party", "type 只能是 sync、progress"),
    ("meeting.1.type", "sync", "“碰头会”规定了两次"),
    ("meeting.0.name", "", "name 应当是文字"),
    ("meeting.0.freq", "often", "freq 只能是 none、week"),
    ("meeting.0.interval", 0, "interval 应当是1至"),
    ("meeting.0.day", 25, "day 应当是30字以内的文字"),
    ("meeting.2.nodes", ["midnight"], "nodes 应当从反馈后"),
    ("meeting.0.chair", "archivist", "chair 只能是 principal"),
    ("meeting.0.attends", [], "attends 应当至少有1项"),
    ("meeting.0.agenda", ["gossip"], "agenda 应当至少有1项"),
    ("meeting.0.resolution_days", 0, "resolution_days 应当是1至"),
    ("meeting.0.resolution_days", 400, "resolution_days 应当是1至366"),
    ("meeting.0.invite_days", -1, "invite_days 应当是0至"),
    ("meeting.0.closes", True, "closes 只能是 yes、no"),
    ("reporting", None, "缺少填报规定"),
    ("reporting.long_term", "daily", "long_term 只能是 general、week"),
    ("reporting.immediate_early", None, "immediate_early 只能是"),
    ("reporting.early_days", 1001, "early_days 应当是0至1000"),
    ("reporting.cut_off_week", 6, "cut_off_week 应当是0至5"),
    ("reporting.cut_off_month", -1, "cut_off_month 应当是0至"),
    ("reporting.day_off", "sooner", "day_off 只能是"),
    ("reporting.missing_told", ["public"], "missing_told 应当从经办人、"),
    ("reporting.late", "ignored", "late 只能是 taken、refused"),
    ("rounding", None, "缺少百分比规定"),
    ("rounding.digits", 5, "digits 应当是0至4"),
    ("rounding.mode", "up", "mode 只能是 half_up、cut"),
    ("grade", [], "缺少等次"),
    ("grade.1.least", 95, "从高到低排列"),
    ("grade.0.least", 101, "不超过100"),
    ("grade.3.least", 10, "应当从0分起"),
    ("grade.2.word", "", "word 应当是文字"),
    ("grading", {}, "缺少一票否决情形"),
    ("grading.veto.rebound", " ", "rebound 应当是文字"),
    ("recipients", {}, "red 应当从经办人、"),
    ("recipients.yellow", ["public"], "yellow 应当从经办人、"),
    ("form_texts", None, "缺少表单用语"),
    ("form_texts.reminder", "", "reminder 应当是文字"),
    ("lexicon", None, "缺少词表"),
    ("lexicon.vague_verbs", [""], "vague_verbs 应当是用“、”隔开的词语"),
    ("lexicon.vague_verbs", ["很长" * 200], "vague_verbs 过长"),
    ("supervision", None, "缺少督办规定"),
    ("supervision.least_due", 0, "least_due 应当是1至"),
    ("paper", None, "缺少督办文书"),
    ("paper.letter", None, "缺少督办文书"),
    ("paper.order.name", "", "name 应当是文字"),
    ("paper.order.number", "整督{号}号", "number 应当含有一个 {年} 和一个 {号}"),
    ("paper.order.number", "整提〔{年}〕{号}号", "number 与另一种文书相同"),
    ("ladder", [], "缺少督办台阶"),
    ("ladder", ["约谈"], "缺少督办台阶"),
    ("ladder.2.level", 3, "这一级应当是2"),
    ("ladder.2.paper", "telegram", "paper 只能是 reminder"),
    ("ladder.2.overdue", 3, "不认识的项目：overdue"),
    ("ladder.2.overdue_days", -1, "overdue_days 应当是0至"),
    ("ladder.2.answer_workdays", None, "answer_workdays 应当是0至"),
    ("ladder.2.recipients", [], "recipients 应当至少有一项"),
    ("ladder.2.recipients", ["everybody"], "recipients 应当至少有一项"),
    ("ladder.2.signed_by", ["handler"], "signed_by 应当至少有一项"),
    ("ladder.2.by_hand", ["mood"], "by_hand 只能从"),
    ("ladder.1.days_left", 20, "days_left 应当小于上一级的20天"),
    ("ladder.3.overdue_days", 1, "overdue_days 应当大于上一级的1天"),
    ("ladder.0.overdue_days", 1, "overdue_days 应当大于"),
    ("ladder.4.on_time_below", 101, "on_time_below 应当是0至100"),
    ("ladder.6.overdue_days", 90, "移送只能由人提出"),
    ("ladder.6.by_hand", [], "没有触发条件，也不能由人提出"),
    ("ladder.5.paper", "transfer", "移送"),
    ("closure", None, "缺少销号要求"),
    ("closure.verifiers", 0, "verifiers 应当是1至"),
    ("closure.weak_evidence", "statement", "weak_evidence 应当是材料类别的列表"),
    ("closure.evidence_megabytes", 0, "evidence_megabytes 应当是1至"),
    ("closure.weak_evidence", ["gossip"], "weak_evidence 应当是材料类别的列表"),
    ("closure.always", ["nothing"], "always 应当是销号条件代码的列表"),
    ("closure.reasons", {}, r"\[closure.reasons\] 应当至少有一项"),
    ("closure.reasons.other", "", "other 应当是文字"),
]


@pytest.mark.parametrize(("path", "value", "message"), BAD, ids=[f"{path}={value!r:.12}" for path, value, _ in BAD])
def test_a_bad_value_is_refused_by_its_name(path: str, value: object, message: str) -> None:
    table = table_of()
    holder: Any = table
    *steps, last = path.split(".")
    for step in steps:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    holder[last] = value
    with pytest.raises(ProfileError, match=message) as caught:
        profiles.read_table(table, "本地配置")
    assert str(caught.value).startswith("规则配置“本地配置”")
    assert caught.value.path.startswith(path.split(".", maxsplit=1)[0])


@pytest.mark.parametrize("path", ["version", "immediate_days", "closure.resubmit_days", "light.2.colour"])
def test_a_missing_key_is_refused_by_its_name(path: str) -> None:
    table = table_of()
    holder: Any = table
    *steps, last = path.split(".")
    for step in steps:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    del holder[last]
    with pytest.raises(ProfileError, match=f"的 {last} 应当是") as caught:
        profiles.read_table(table, "本地配置")
    assert caught.value.path == path


def test_no_toml_is_refused() -> None:
    with pytest.raises(ProfileError, match="格式不对"):
        profiles.parse("code = ", "坏的.toml")


def test_every_value_shown_has_a_name() -> None:
    for table in profiles.shipped_tables().values():
        fields = profiles.fields_of(table)
        assert not [field.path for field in fields if field.label == field.path]
        assert {"name", "cycle", "light.0.days_left", "closure.criteria.fact"} <= {field.path for field in fields}
        assert not {"code", "version", "source", "light.0.colour"} & {field.path for field in fields}


def test_what_is_typed_unchanged_changes_nothing() -> None:
    table = table_of()
    typed = {field.path: field.value for field in profiles.fields_of(table)}
    assert profiles.changed(table, typed) == table
    assert profiles.difference(table, profiles.changed(table, typed)) == ()


def test_changes_are_listed_with_their_names() -> None:
    table = table_of()
    typed = {
        "period_months": "4",
        "cycle": "month",
        "closure.reasons.amount_mismatch": "",
        "closure.methods.survey": "问卷调查",
        "closure.reasons.+": "材料缺签章\n\n 佐证重复使用 ",
    }
    after = profiles.changed(table, typed)
    shown = [(one.section, one.label, one.before, one.after) for one in profiles.difference(table, after)]
    assert shown == [
        ("基本", "集中整改期（月，以天计的填0）", "6", "4"),
        ("基本", "填报周期", "每半月", "每月"),
        ("销号：退回原因", "退回原因", "", "材料缺签章"),
        ("销号：退回原因", "退回原因", "", "佐证重复使用"),
        ("销号：核查方式", "核查方式", "问卷测评", "问卷调查"),
        ("销号：退回原因", "退回原因", "金额不符", ""),
    ]
    assert profiles.read_table(after, "x").closing.reasons["own2"] == "佐证重复使用"
    assert table == table_of(), "the profile it was made from is as it was"


def test_an_older_table_says_of_newer_customs_what_the_shipped_one_says() -> None:
    old = table_of()
    del old["extension"], old["meeting"], old["closure"]["always"], old["closure"]["reasons"]["other"]
    old["immediate_days"] = 7
    filled = profiles.completed(old, table_of())
    assert filled["extension"] == table_of()["extension"]
    assert filled["meeting"] == table_of()["meeting"]
    assert filled["closure"]["always"] == ["measures", "fact"]
    assert filled["immediate_days"] == 7
    assert "other" not in filled["closure"]["reasons"], "what the office took away stays away"


def test_words_in_a_number_stay_to_be_refused_by_name() -> None:
    after = profiles.changed(table_of(), {"closure.verifiers": "两人"})
    with pytest.raises(ProfileError, match="verifiers"):
        profiles.read_table(after, "x")


def test_the_meetings_of_each_custom() -> None:
    kinds = {key: [one.type for one in found.meetings] for key, found in profiles.shipped().items()}
    assert kinds["inspection-2024@1"] == list(profiles.MEETING_TYPES)
    assert "democratic_life" not in kinds["audit-60@1"]
    sync = profiles.load("inspection-2024@1").meeting("sync")
    assert sync is not None
    assert sync.rule == {
        "kind": "every", "freq": "half_month", "interval": 1, "times": None, "date_in_period": None,
    }  # fmt: skip
    group = profiles.load("inspection-2018@1").meeting("leading_group")
    assert group is not None
    assert (group.rule, group.nodes, group.closes) == (None, ("plan", "mid_term", "report"), True)


def test_a_changed_meeting_is_named_by_its_kind() -> None:
    table = table_of()
    after = profiles.changed(table, {"meeting.0.freq": "month", "meeting.0.agenda": "departments、other"})
    shown = [(one.section, one.label, one.before, one.after) for one in profiles.difference(table, after)]
    assert shown[0] == ("会议：碰头会", "多久召开一次", "半月", "月")
    assert shown[1][3] == "各责任部门汇报进展、其他事项"


@pytest.mark.parametrize(
    ("digits", "mode", "part", "whole", "shown"),
    [
        (2, "half_up", 688, 697, "98.71%"),
        (0, "cut", 1691, 1786, "94%"),
        (0, "half_up", 1691, 1786, "95%"),
        (0, "half_up", 996, 1000, "99%"),
        (1, "half_up", 9996, 10000, "99.9%"),
        (0, "half_up", 10, 10, "100%"),
        (0, "half_up", 1, 8, "13%"),
        (2, "cut", 2, 3, "66.66%"),
        (2, "half_up", 0, 0, "—"),
    ],
)
def test_a_rate_is_rounded_as_the_profile_says(digits: int, mode: str, part: int, whole: int, shown: str) -> None:
    assert profiles.RoundingCustom(digits, mode == "half_up").rate(part, whole) == shown


def test_scores_fall_into_grades_and_a_veto_outweighs_them() -> None:
    grading = profiles.load("inspection-2024@1").grading
    assert [grading.grade(score).word for score in (100, 90, 89, 60, 59, 0)] == ["好", "好", "较好", "一般", "差", "差"]
    assert grading.grade(99, vetoed=True).word == "差"


def test_words_of_ones_own_are_typed_with_a_sign_between() -> None:
    table = table_of()
    after = profiles.changed(
        table, {"lexicon.vague_times": "近期、 早日 、", "recipients.green": "", "grading.veto.refusal": ""}
    )
    read = profiles.read_table(after, "x")
    assert read.lexicon.vague_times == ("近期", "早日")
    assert read.thresholds[-1].told == frozenset()
    assert [(one.section, one.before, one.after) for one in profiles.difference(table, after)][-1] == (
        "等次", "拒不整改", ""
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "feedback", "end"),
    [
        ("inspection-2024@1", "2024-11-26", "2025-05-26"),
        ("inspection-2024@1", "2025-08-31", "2026-02-28"),
        ("inspection-2018@1", "2023-02-28", "2023-05-28"),
        ("audit-60@1", "2025-01-06", "2025-03-07"),
    ],
)
def test_the_concentrated_period_ends_by_the_profile(key: str, feedback: str, end: str) -> None:
    assert profiles.load(key).period_end(dt.date.fromisoformat(feedback)) == dt.date.fromisoformat(end)
