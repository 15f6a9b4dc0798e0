"""Later documents as differences: changed plans, notices of progress, filled-in ledgers; and what the decisions write."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from offices import NOW, SAMPLE, TODAY, import_sample

from zhenggai.web.audit.chain import first_break
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger.actions import imports
from zhenggai.web.ledger.actions.differences import confirm_differences, decide, link
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.models import (
    Area,
    Assignment,
    Finding,
    ImportDraft,
    Inspection,
    Item,
    Measure,
    PlanVersion,
    ProgressUpdate,
    Response,
)
from zhenggai.web.ledger.queries.differences import Review, review_of

if TYPE_CHECKING:
    from offices import Office

    from zhenggai.web.ledger.drafting.difference import Difference

PLAN = SAMPLE.with_suffix(".txt")
TEXT = PLAN.read_text(encoding="utf-8")
NOTICE = """青桐市第九中学关于巡察整改进展情况的通报
根据市委统一部署，2025年3月市委第五巡察组对青桐市第九中学党委进行了巡察。现将巡察整改进展情况予以公布。
一、贯彻落实上级决策部署方面
1.针对“部分党支部用传阅文件代替集体学习，学习记录缺页漏签”的问题。
整改进展：统一印制学习记录本120册，6月起逐次登记、当场签到。
2.针对“有2个党支部没有按期换届，最长的超期14个月”的问题。
整改进展：2个党支部已于6月12日完成换届。整改状态：已完成。
"""


@pytest.fixture
def ledger(office: Office) -> Inspection:
    return import_sample(office, file=PLAN)


def later(*edits: tuple[str, str]) -> str:
    text = TEXT
    for before, after in edits:
        assert before in text, before
        text = text.replace(before, after)
    return text


def review(office: Office, inspection: Inspection, text: str, name: str = "方案修订稿.txt") -> Review:
    draft = imports.upload_document(
        actor=office.actor("office"),
        rights=office.rights("office"),
        unit_id=office.unit.pk,
        name=name,
        data=text.encode(),
        inspection_id=inspection.pk,
    )
    return review_of(office.rights("office"), draft.pk)


def brief(difference: Difference) -> tuple[str, str]:
    return difference.group, difference.reference or difference.title


def briefs(found: Review) -> list[tuple[str, str]]:
    return [brief(difference) for difference in found.comparison.differences]


def one(found: Review, pk: str) -> Difference:
    return next(d for d in found.comparison.differences if d.id == pk)


def choose(office: Office, found: Review, reason: str = "", **choices: str) -> ImportDraft:
    """Make choices by group, or by reference."""
    made = {}
    for difference in found.comparison.differences:
        wanted = choices.get(difference.reference) or choices.get(difference.group)
        if wanted and wanted in dict(difference.choices):
            made[difference.id] = wanted
    draft = ImportDraft.objects.get(pk=found.draft.pk)
    return decide(
        actor=office.actor("office"),
        rights=office.rights("office"),
        draft_id=draft.pk,
        seen=draft.version,
        choices=made,
        reasons=dict.fromkeys((pk for pk, choice in made.items() if choice == "withdraw"), reason),
    )


def confirm(office: Office, found: Review, versions: dict[str, int] | None = None) -> PlanVersion | None:
    draft = ImportDraft.objects.get(pk=found.draft.pk)
    return confirm_differences(
        actor=office.actor("office"),
        rights=office.rights("office"),
        draft_id=draft.pk,
        seen=draft.version,
        versions=found.versions() if versions is None else versions,
    )


def counts() -> list[int]:
    return [model._default_manager.count() for model in (Area, Item, Finding, Response, Measure, Assignment)]


def test_the_same_document_again_says_nothing(office: Office, ledger: Inspection) -> None:
    assert briefs(review(office, ledger, TEXT)) == []


CHANGES = {
    "a changed deadline": (
        [("完成时限：2025年6月30日前", "完成时限：2025年7月31日前")],
        [("changed", "C003"), ("changed", "C004")],
    ),
    "a reworded measure": (
        [("①统一印制支部学习记录本，逐次登记、当场签到。", "①统一印制支部学习记录本，逐次登记、当场签到，支部书记签字。")],
        [("changed", "C003")],
    ),
    "a reworded finding": (
        [("部分党支部用传阅文件代替集体学习，学习记录缺页漏签。", "3个党支部用传阅文件代替集体学习，学习记录缺页漏签。")],
        [("changed", "W002")],
    ),
    "another department": (
        [("责任部门：总务处；配合部门：财务室；完成", "责任部门：总务处、办公室；配合部门：财务室；完成")],
        [("changed", "Y006")],
    ),
    "a dropped measure": (
        [("②每季度安排一次专题研讨，发言提纲提前交党委办公室审阅。", "")],
        [("missing", "C002")],
    ),
    "a new measure": (
        [("抽查结果在校内通报。", "抽查结果在校内通报。③年底评比一次。")],
        [("new", "新增措施")],
    ),
    "a dropped department": (
        [("；配合部门：各党支部；完成时限：2025年6月30日前", "；完成时限：2025年6月30日前")],
        [("missing", "Y002")],
    ),
    "a split finding": (
        [
            ("一是校党委理论学习中心组全年只集中学习4次，且没有安排交流研讨。", "一是校党委理论学习中心组全年只集中学习4次。"),
            ("②每季度安排一次专题研讨，发言提纲提前交党委办公室审阅。\n", "\n"),
            (
                "二是部分党支部用",
                "二是没有安排交流研讨，中心组学习缺少互动。\n整改措施：①每季度安排一次专题研讨，发言提纲提前交党委办公室审阅。\n（牵头领导：钱某某；责任部门：党委办公室；完成时限：2025年6月30日前。）\n三是部分党支部用",
            ),
        ],
        [("changed", "W001"), ("changed", "C002"), ("changed", "W002"), ("new", "新增问题")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_plan_is_shown_row_by_row(office: Office, ledger: Inspection, name: str) -> None:
    edits, expected = CHANGES[name]
    assert sorted(briefs(review(office, ledger, later(*edits)))) == sorted(expected)


def test_a_finding_that_moved_to_another_item_is_moved_not_dropped(office: Office, ledger: Inspection) -> None:
    block = TEXT[TEXT.index("二是家长陪餐制度") : TEXT.index("5.财务管理存在漏洞")]
    text = TEXT.replace(block, "").replace("8.干部教师轮岗", block.replace("二是", "三是", 1) + "8.干部教师轮岗")
    found = review(office, ledger, text)
    assert briefs(found) == [("changed", "W007")]
    moved = {change.name: change.words for change in one(found, "changed:W007").fields}
    assert moved == {"number": ("二是", "三是"), "parents": ("T004", "T007")}
    confirm(office, found)
    finding = Finding.objects.get(reference="W007")
    assert (finding.item.reference, finding.area.reference) == ("T007", "F003")


def test_renumbered_items_are_one_row_that_says_so(office: Office, ledger: Inspection) -> None:
    text = TEXT
    for n in range(8, 1, -1):
        text = text.replace(f"\n{n}.", f"\n{n + 1}.")
    added = "2.会议制度执行不严格。2024年有3次党委会没有形成会议记录。\n整改措施：重新印制会议记录本并逐次归档。\n（责任部门：党委办公室；完成时限：2025年6月30日前。）\n"
    text = text.replace("3.落实“双减”", added + "3.落实“双减”", 1)
    found = review(office, ledger, text)
    assert briefs(found) == [("changed", "仅序号变化的7行"), ("new", "新增问题")]
    confirm(office, found)
    assert list(Item.objects.filter(reference__in=["T002", "T008"]).values_list("number", flat=True)) == ["3", "9"]
    new = Finding.objects.get(reference="W013")
    assert (new.item.number, new.item.reference, new.area.reference) == ("2", "T009", "F001")
    assert Measure.objects.get(reference="C026").due_on == dt.date(2025, 6, 30)


def test_a_dropped_finding_is_one_question_and_stays_unless_withdrawn_with_a_reason(
    office: Office, ledger: Inspection
) -> None:
    start = TEXT.index("6.固定资产管理混乱")
    text = TEXT[:start] + TEXT[TEXT.index("（三）基层党组织") :]
    found = review(office, ledger, text)
    assert briefs(found) == [("missing", "W009")]
    question = one(found, "missing:W009")
    assert question.default == "keep"
    assert len(question.brings) == 2
    before = counts()
    confirm(office, found)
    assert counts() == before
    assert not Finding.objects.exclude(withdrawn_at=None).exists()
    assert [v.number for v in ledger.plan_versions.all()] == [1]

    again = review(office, ledger, text)
    choose(office, again, missing="withdraw")
    with pytest.raises(Invalid, match="理由"):
        confirm(office, review_of(office.rights("office"), again.draft.pk))
    choose(office, again, missing="withdraw", reason="市委巡察办同意并入第5条整改")
    confirm(office, review_of(office.rights("office"), again.draft.pk))
    assert counts() == before
    gone = Finding.objects.exclude(withdrawn_at=None).get()
    assert gone.reference == "W009"
    assert set(Measure.objects.exclude(withdrawn_at=None).values_list("reference", flat=True)) == {"C018", "C019"}
    assert Item.objects.exclude(withdrawn_at=None).get().reference == "T006"
    event = Event.objects.get(action="finding.withdrawn")
    assert event.reason == "市委巡察办同意并入第5条整改"
    assert first_break(office.unit.pk) is None


def test_a_changed_deadline_keeps_the_original_date_and_makes_plan_version_2(
    office: Office, ledger: Inspection
) -> None:
    found = review(office, ledger, later(*CHANGES["a changed deadline"][0]))
    version = confirm(office, found)
    assert version is not None
    assert version.number == 2
    measure = Measure.objects.get(reference="C003")
    assert (measure.due_on, measure.original_due_on) == (dt.date(2025, 7, 31), dt.date(2025, 6, 30))
    assert measure.version == 2
    event = Event.objects.filter(action="measure.changed").order_by("number")[0]
    assert event.before == {"due_text": "2025年6月30日前", "due_on": "2025-06-30"}
    assert event.after == {"due_text": "2025年7月31日前", "due_on": "2025-07-31"}
    summary = Event.objects.get(action="difference.confirmed").after
    assert (summary["plan"], summary["measure.changed"]) == (2, 2)
    assert first_break(office.unit.pk) is None
    with pytest.raises(Refused):
        confirm(office, found)


def test_what_is_kept_is_not_written(office: Office, ledger: Inspection) -> None:
    found = review(office, ledger, later(*CHANGES["a changed deadline"][0]))
    choose(office, found, C003="keep")
    confirm(office, review_of(office.rights("office"), found.draft.pk))
    assert Measure.objects.get(reference="C003").due_text == "2025年6月30日前"
    assert Measure.objects.get(reference="C004").due_text == "2025年7月31日前"


def test_another_department_ends_and_begins_assignments(office: Office, ledger: Inspection) -> None:
    text = later(("责任部门：总务处；配合部门：财务室；完成", "责任部门：办公室；配合部门：财务室；完成"))
    confirm(office, review(office, ledger, text))
    assigned = Assignment.objects.filter(response__reference="Y006", role="responsible_department").order_by("pk")
    assert [(a.name, a.until, a.since) for a in assigned] == [("总务处", TODAY, TODAY), ("办公室", None, TODAY)]
    assert assigned[1].organization == office.departments["办公室"]


def test_a_split_finding_moves_its_measure_to_the_new_one(office: Office, ledger: Inspection) -> None:
    found = review(office, ledger, later(*CHANGES["a split finding"][0]))
    assert one(found, "changed:C002").needs
    choose(office, found, new="keep")
    with pytest.raises(Invalid, match="没有采用"):
        confirm(office, review_of(office.rights("office"), found.draft.pk))
    choose(office, found, new="take")
    confirm(office, review_of(office.rights("office"), found.draft.pk))
    new = Finding.objects.get(reference="W013")
    assert new.text == "没有安排交流研讨，中心组学习缺少互动。"
    measure = Measure.objects.get(reference="C002")
    assert measure.response.findings.get() == new
    assert Finding.objects.get(reference="W001").order < new.order < Finding.objects.get(reference="W002").order
    assert Measure.objects.count() == 25


def test_a_misspelt_department_is_asked_about(office: Office, ledger: Inspection) -> None:
    text = later(("责任部门：总务处；配合部门：财务室；完成", "责任部门：总务外；配合部门：财务室；完成"))
    found = review(office, ledger, text)
    assert brief(found.comparison.differences[0]) == ("name", "“总务外”")
    with pytest.raises(Invalid, match="总务外"):
        confirm(office, found)
    choose(office, found, name="take")
    assert briefs(review_of(office.rights("office"), found.draft.pk)) == []
    choose(office, review(office, ledger, text), name="new")


def test_an_unsure_match_must_be_decided_and_can_be_linked_otherwise(office: Office, ledger: Inspection) -> None:
    text = later(("部分党支部用传阅文件代替集体学习，学习记录缺页漏签。", "支部学习以传阅代替集体学习，记录有缺漏。"))
    found = review(office, ledger, text)
    unsure = one(found, "changed:W002")
    assert (unsure.certain, unsure.default) == (False, "")
    with pytest.raises(Invalid, match="请选择如何处理"):
        confirm(office, found)
    act = {"actor": office.actor("office"), "rights": office.rights("office"), "draft_id": found.draft.pk}
    with pytest.raises(Invalid, match="没有编号"):
        link(**act, seen=1, difference_id=unsure.id, reference="W999")
    with pytest.raises(Invalid, match="不是同一类"):
        link(**act, seen=1, difference_id=unsure.id, reference="C001")
    link(**act, seen=1, difference_id=unsure.id, reference="new")
    linked = review_of(office.rights("office"), found.draft.pk)
    assert ("missing", "W002") in briefs(linked)
    assert ("new", "新增问题") in briefs(linked)
    link(
        **act,
        seen=2,
        difference_id=next(d.id for d in linked.comparison.differences if d.group == "new"),
        reference="w002",
    )
    assert one(review_of(office.rights("office"), found.draft.pk), "changed:W002").default == "take"


def test_a_notice_brings_progress_and_never_drops_anything(office: Office, ledger: Inspection) -> None:
    found = review(office, ledger, NOTICE, "进展通报.txt")
    assert briefs(found) == [("progress", "Y002"), ("progress", "Y010")]
    before = counts()
    assert confirm(office, found) is None
    assert counts() == before
    update = ProgressUpdate.objects.get(response__reference="Y002")
    assert (update.done, update.cycle, update.revision) == (
        "统一印制学习记录本120册，6月起逐次登记、当场签到。",
        "2025-05-2",
        1,
    )
    assert Response.objects.get(reference="Y010").completion_status == "completed"
    assert [v.number for v in ledger.plan_versions.all()] == [1]
    assert Event.objects.filter(action="progress.reported").count() == 2
    assert briefs(review(office, ledger, NOTICE)) == []

    confirm(office, review(office, ledger, NOTICE.replace("120册", "150册")))
    updates = ProgressUpdate.objects.filter(response__reference="Y002").order_by("pk")
    assert [(u.revision, "120册" in u.done) for u in updates] == [(1, True), (2, False)]


def test_progress_on_an_unknown_problem_must_be_linked(office: Office, ledger: Inspection) -> None:
    found = review(
        office,
        ledger,
        NOTICE.replace("部分党支部用传阅文件代替集体学习，学习记录缺页漏签", "校园停车秩序混乱，电动车乱停乱放"),
    )
    unlinked = next(d for d in found.comparison.differences if not d.reference)
    assert unlinked.default == ""
    choose(office, found, progress="take")
    with pytest.raises(Invalid, match="编号"):
        confirm(office, review_of(office.rights("office"), found.draft.pk))
    act = {"actor": office.actor("office"), "rights": office.rights("office"), "draft_id": found.draft.pk}
    link(**act, seen=2, difference_id=unlinked.id, reference="W002")
    confirm(office, review_of(office.rights("office"), found.draft.pk))
    assert ProgressUpdate.objects.filter(response__reference="Y002").exists()


def test_who_changed_a_row_meanwhile_is_named_and_nothing_is_written(office: Office, ledger: Inspection) -> None:
    text = later(*CHANGES["a changed deadline"][0], *CHANGES["a reworded finding"][0])
    found = review(office, ledger, text)
    seen = found.versions()
    head = office.people["handler"]
    office.departments["教务处"]
    Assignment.objects.filter(response__reference="Y002").update(organization=office.departments["教务处"])
    report_progress(
        actor=office.actor("handler", NOW + dt.timedelta(minutes=5)),
        rights=office.rights("handler"),
        measure_id=Measure.objects.get(reference="C004").pk,
        seen=1,
        percent=30,
        completion_status="ongoing",
        done="已抽查一次。",
    )
    with pytest.raises(Stale, match=f"{head.name}已在2025年5月20日09:35修改了措施C004"):
        confirm(office, found, seen)
    assert Finding.objects.get(reference="W002").text.startswith("部分")
    assert ImportDraft.objects.get(pk=found.draft.pk).state == "review"
    confirm(office, review_of(office.rights("office"), found.draft.pk))


def test_two_people_who_decide_at_once(office: Office, ledger: Inspection) -> None:
    found = review(office, ledger, later(*CHANGES["a changed deadline"][0]))
    act = {"actor": office.actor("office"), "rights": office.rights("office"), "draft_id": found.draft.pk, "seen": 1}
    decide(**act, choices={"changed:C003": "keep"})
    with pytest.raises(Stale, match="整改办某某"):
        decide(**act, choices={"changed:C003": "take"})


@pytest.mark.parametrize("choices", [{"changed:C003": "withdraw"}, {"missing:C001": "keep"}, {"": ""}])
def test_a_choice_that_there_is_not_is_refused(office: Office, ledger: Inspection, choices: dict[str, str]) -> None:
    found = review(office, ledger, later(*CHANGES["a changed deadline"][0]))
    with pytest.raises(Invalid):
        decide(
            actor=office.actor("office"),
            rights=office.rights("office"),
            draft_id=found.draft.pk,
            seen=1,
            choices=choices,
        )


@pytest.mark.parametrize(
    ("role", "fault"), [("handler", Unknown), ("discipline", Unknown), ("inspection_office", Unknown)]
)
def test_only_the_office_compares(office: Office, ledger: Inspection, role: str, fault: type[Exception]) -> None:
    found = review(office, ledger, TEXT)
    with pytest.raises(fault):
        review_of(office.rights(role), found.draft.pk)


def test_a_first_document_is_not_compared(office: Office, ledger: Inspection) -> None:
    draft = imports.upload_document(
        actor=office.actor("office"),
        rights=office.rights("office"),
        unit_id=office.unit.pk,
        name="a.txt",
        data=PLAN.read_bytes(),
    )
    with pytest.raises(Refused, match="第一份"):
        review_of(office.rights("office"), draft.pk)


def test_a_later_document_cannot_be_confirmed_as_a_new_ledger(office: Office, ledger: Inspection) -> None:
    found = review(office, ledger, TEXT)
    act = {"actor": office.actor("office"), "rights": office.rights("office"), "draft_id": found.draft.pk, "seen": 1}
    with pytest.raises(Refused, match="后续文件"):
        imports.confirm_draft(**act, title="另一本台账", code="2025-9", profile="inspection-2024@1")
    assert Inspection.objects.count() == 1
