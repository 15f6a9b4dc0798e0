"""A changed plan against the phases, dated acts, arrangements and groups of the ledger: row by row, absence a question."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from offices import import_sample
from test_differences import NOTICE, PLAN, TEXT, briefs, choose, confirm, later, one, review

from zhenggai.web.audit.chain import first_break
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Stale
from zhenggai.web.ledger.models import Inspection, Mechanism, Milestone, SchedulePhase, WorkGroup
from zhenggai.web.ledger.queries.schedule import entry_reference, schedule_rows

if TYPE_CHECKING:
    from offices import Office

    from zhenggai.web.ledger.queries.differences import Review

KINDS = ("phase", "milestone", "mechanism", "group")


@pytest.fixture
def ledger(office: Office) -> Inspection:
    return import_sample(office, file=PLAN)


def told(found: Review) -> list[tuple[str, str, tuple[tuple[str, str, str], ...]]]:
    return [
        (d.group, d.reference or d.kind or "", tuple((c.name, *c.words) for c in d.fields))
        for d in found.comparison.differences
        if d.kind in KINDS
    ]


def line(words: str) -> str:
    """Return the whole line of the plan in which `words` stand."""
    return next(line for line in TEXT.splitlines() if words in line)


def test_the_same_plan_says_nothing_new(office: Office, ledger: Inspection) -> None:
    assert len(schedule_rows(ledger)) == 13
    assert told(review(office, ledger, TEXT)) == []


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (("集中整改中期推进会", "集中整改中期推进会"), []),
        (
            ("6月20日前召开集中整改中期推进会", "6月25日前召开集中整改中期推进会"),
            {("changed", "J002", "content"), ("changed", "S002", "due_text")},
        ),
        (("督查组每月至少开展1次实地督查", "督查组每周至少开展1次实地督查"), {("changed", "Z003", "content")}),
        (("卫某某", "蒋某某"), {("changed", "L003", "members")}),
    ],
)
def test_what_a_plan_says_otherwise_is_shown_field_by_field(
    office: Office, ledger: Inspection, edit: tuple[str, str], expected: set[tuple[str, str, str]]
) -> None:
    found = told(review(office, ledger, later(edit)))
    assert {(group, reference, name) for group, reference, fields in found for name, _, _ in fields} == set(expected)


def test_what_is_absent_is_a_question_and_kept_unless_withdrawn_for_a_reason(
    office: Office, ledger: Inspection
) -> None:
    text = TEXT.replace(line("督查结果向领导小组报告") + "\n", "")
    found = review(office, ledger, text)
    assert told(found) == [("missing", "Z003", ())]
    assert one(found, "missing:Z003").default == "keep"
    assert confirm(office, found) is None, "nothing was taken"
    assert Mechanism.objects.filter(withdrawn_at=None).count() == 4
    again = review(office, ledger, text)
    choose(office, again, Z003="withdraw")
    with pytest.raises(Invalid):
        confirm(office, again)
    choose(office, again, "并入报告制度", Z003="withdraw")
    version = confirm(office, again)
    assert version is not None
    assert version.number == 2
    assert [m.name for m in Mechanism.objects.exclude(withdrawn_at=None)] == ["督查制度"]
    event = Event.objects.get(action="mechanism.withdrawn")
    assert (event.subject_label, event.reason) == ("工作机制Z003", "并入报告制度")
    assert first_break(office.unit.pk) is None


def test_changes_are_written_with_their_meanings_and_an_event_each(office: Office, ledger: Inspection) -> None:
    text = later(
        ("6月20日前召开集中整改中期推进会", "6月25日前召开集中整改中期推进会"),
        ("督查组每月至少开展1次实地督查", "督查组每周至少开展1次实地督查"),
        ("卫某某", "蒋某某"),
    )
    found = review(office, ledger, text)
    version = confirm(office, found)
    assert version is not None
    assert Milestone.objects.get(text="召开集中整改中期推进会").due_on == dt.date(2025, 6, 25)
    assert Mechanism.objects.get(name="督查制度").recurrences[0]["freq"] == "week"
    group = WorkGroup.objects.get(name="督查组")
    assert group.members == {"leader": ["郑某某"], "deputies": [], "director": [], "members": ["褚某某", "蒋某某"]}
    assert "6月25日" in SchedulePhase.objects.get(title="集中整改阶段").text
    assert SchedulePhase.objects.get(title="集中整改阶段").document == found.draft.document
    actions = set(Event.objects.values_list("action", flat=True))
    assert {"phase.changed", "milestone.changed", "mechanism.changed", "group.changed"} <= actions
    assert told(review(office, ledger, text)) == [], "what was taken is no difference any more"


def test_a_moved_phase_keeps_its_row(office: Office, ledger: Inspection) -> None:
    before = SchedulePhase.objects.get(title="巩固提升阶段")
    text = TEXT.replace("2025年10月31日", "2025年11月30日").replace("10月31日", "11月30日")
    found = review(office, ledger, text)
    (change,) = [entry for entry in told(found) if entry[1] == "J003"]
    assert ("end", "2025年10月31日", "2025年11月30日") in change[2]
    confirm(office, found)
    after = SchedulePhase.objects.get(title="巩固提升阶段")
    assert (after.pk, after.end, after.start) == (before.pk, dt.date(2025, 11, 30), before.start)


def test_what_is_new_stands_behind_and_takes_no_reference_again(office: Office, ledger: Inspection) -> None:
    last = line("没有佐证材料的不予销号")
    text = TEXT.replace(last, f"{last}\n（五）例会制度。领导小组每月召开一次例会，听取整改情况汇报。")
    found = review(office, ledger, text)
    assert [(group, kind) for group, kind, _ in told(found)] == [("new", "mechanism")]
    confirm(office, found)
    made = Mechanism.objects.get(name="例会制度")
    assert (entry_reference(made), made.recurrences[0]["freq"]) == ("Z005", "month")
    gone = review(office, ledger, TEXT)
    choose(office, gone, "不再召开", Z005="withdraw")
    confirm(office, gone)
    confirm(office, review(office, ledger, text))
    assert [entry_reference(m) for m in Mechanism.objects.filter(name="例会制度").order_by("pk")] == ["Z005", "Z006"]


def test_a_notice_asks_for_no_schedule(office: Office, ledger: Inspection) -> None:
    assert told(review(office, ledger, NOTICE)) == []


def test_what_somebody_changed_since_is_not_written_over(office: Office, ledger: Inspection) -> None:
    found = review(office, ledger, later(("卫某某", "蒋某某")))
    WorkGroup.objects.filter(name="督查组").update(text="职责已调整。")
    with pytest.raises(Stale):
        confirm(office, found)
    assert WorkGroup.objects.get(name="督查组").members["members"] == ["褚某某", "卫某某"]
    assert ("changed", "L003") in briefs(review(office, ledger, later(("卫某某", "蒋某某"))))
