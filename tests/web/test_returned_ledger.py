"""The ledger as xlsx out, edited with another program, and back as a difference."""

from __future__ import annotations

import datetime as dt
import io
import random
from typing import TYPE_CHECKING

import openpyxl
import pytest
from offices import NOW, SAMPLE

from zhenggai import export
from zhenggai.document import read_document
from zhenggai.plan import build_plan
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger.actions import imports
from zhenggai.web.ledger.actions.differences import confirm_differences, decide
from zhenggai.web.ledger.actions.exports import export_ledger
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.models import (
    Assignment,
    Finding,
    ImportDraft,
    Inspection,
    Item,
    Measure,
    ProgressUpdate,
    Response,
)
from zhenggai.web.ledger.queries.differences import Review, review_of

if TYPE_CHECKING:
    from offices import Office
    from openpyxl.worksheet.worksheet import Worksheet


class Sheet:
    """The exported sheet, to be edited by reference and column title."""

    def __init__(self, office: Office, inspection: Inspection, role: str = "office", **chosen: object) -> None:
        data = export_ledger(
            actor=office.actor(role), rights=office.rights(role), inspection_id=inspection.pk, **chosen
        ).data
        self.book = openpyxl.load_workbook(io.BytesIO(data))
        self.page: Worksheet = self.book.worksheets[0]
        self.head = next(row[0].row for row in self.page.iter_rows() if row[0].value == "序号")
        self.columns = {cell.value: cell.column for cell in self.page[self.head]}

    def row(self, reference: str) -> int:
        rows = range(self.head + 1, self.page.max_row + 1)
        return next(n for n in rows if str(self.page.cell(n, self.columns["编号"]).value or "").endswith(reference))

    def put(self, reference: str, column: str, value: object) -> None:
        row, at = self.row(reference), self.columns[column]
        for area in self.page.merged_cells.ranges:
            if area.min_row <= row <= area.max_row and area.min_col <= at <= area.max_col:
                row, at = area.min_row, area.min_col
        self.page.cell(row, at).value = value

    def take_apart(self) -> None:
        """Undo all merges, as people do who want to sort."""
        for area in list(self.page.merged_cells.ranges):
            self.page.unmerge_cells(str(area))

    def insert_below(self, reference: str, **values: object) -> int:
        """Put a row behind one; openpyxl moves no merged cells, so they are undone first."""
        self.take_apart()
        row = self.row(reference) + 1
        self.page.insert_rows(row)
        for column, value in values.items():
            self.page.cell(row, self.columns[column]).value = value
        return row

    def delete(self, reference: str) -> None:
        self.take_apart()
        self.page.delete_rows(self.row(reference))

    def data(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def review(office: Office, inspection: Inspection, data: bytes, name: str = "台账.xlsx") -> Review:
    draft = imports.upload_document(
        actor=office.actor("office"),
        rights=office.rights("office"),
        unit_id=office.unit.pk,
        name=name,
        data=data,
        inspection_id=inspection.pk,
    )
    return review_of(office.rights("office"), draft.pk)


def again(office: Office, found: Review) -> Review:
    return review_of(office.rights("office"), found.draft.pk)


def choose(office: Office, found: Review, choices: dict[str, str]) -> Review:
    draft = ImportDraft.objects.get(pk=found.draft.pk)
    act = {"actor": office.actor("office"), "rights": office.rights("office"), "draft_id": draft.pk}
    decide(**act, seen=draft.version, choices=choices)
    return again(office, found)


def confirm(office: Office, found: Review) -> object:
    draft = ImportDraft.objects.get(pk=found.draft.pk)
    act = {"actor": office.actor("office"), "rights": office.rights("office"), "draft_id": draft.pk}
    return confirm_differences(**act, seen=draft.version, versions=found.versions())


def told(found: Review) -> list[tuple[str, str, dict[str, tuple[str, str]]]]:
    return [(d.group, d.reference, {c.name: c.words for c in d.fields}) for d in found.comparison.differences]


def test_what_comes_back_unedited_says_nothing(office: Office, inspection: Inspection) -> None:
    assert told(review(office, inspection, Sheet(office, inspection).data())) == []


@pytest.mark.parametrize(
    ("reference", "column", "value", "expected"),
    [
        ("C003", "整改措施", "①统一印制支部学习记录本，逐次登记。", ("changed", "C003", {"text": ("统一印制支部学习记录本，逐次登记、当场签到。", "统一印制支部学习记录本，逐次登记。")})),
        ("C003", "完成时限", "2025年7月31日前", ("changed", "C003", {"due_text": ("2025年6月30日前", "2025年7月31日前")})),
        ("C011", "完成时限", dt.date(2025, 8, 15), ("changed", "C011", {"due_text": ("2025年7月底前", "2025年8月15日")})),
        ("C003", "责任部门", "党委办公室、教务处", ("changed", "Y002", {"responsible_department": ("党委办公室", "党委办公室、教务处")})),
        ("C003", "整改目标", "学习记录完整", ("changed", "Y002", {"objective": ("", "学习记录完整")})),
        ("C003", "备注", "由党办汇总", ("changed", "Y002", {"remark": ("", "由党办汇总")})),
        ("C003", "整改类型", "长期坚持", ("changed", "C003", {"rectification_class": ("限期整改", "长期坚持")})),
        ("C003", "具体问题", "二是部分党支部用传阅文件代替集体学习。", ("changed", "W002", {"text": ("部分党支部用传阅文件代替集体学习，学习记录缺页漏签。", "部分党支部用传阅文件代替集体学习。")})),
        ("C003", "聚焦方面", "（一）贯彻落实上级决策部署和学习方面", ("changed", "F001", {"title": ("贯彻落实上级决策部署方面", "贯彻落实上级决策部署和学习方面")})),
        ("C003", "反馈问题", "1.理论学习不扎实。", ("changed", "T001", {"title": ("理论学习不够扎实。", "理论学习不扎实。")})),
        ("C003", "整改措施", "③统一印制支部学习记录本，逐次登记、当场签到。", ("changed", "C003", {"number": ("①", "③")})),
        ("C003", "进展情况", "已印制并发放。", ("progress", "C003", {"done": ("", "已印制并发放。")})),
        ("C003", "完成进度", "６０％", ("progress", "C003", {"percent": ("0%", "60%")})),
        ("C003", "完成状态", "基本完成", ("progress", "C003", {"status": ("正在整改", "基本完成")})),
        ("C003", "完成状态", "已整改", ("progress", "C003", {"status": ("正在整改", "已完成"), "percent": ("0%", "100%")})),
        ("C003", "存在困难", "个别支部人少", ("progress", "C003", {"difficulty": ("", "个别支部人少")})),
        ("C003", "下一步措施", "开展抽查", ("progress", "C003", {"next_step": ("", "开展抽查")})),
        ("C003", "完成时限", None, ("missing", "C003", {"due_text": ("2025年6月30日前", "")})),
        ("C003", "配合部门", None, ("missing", "Y002", {"cooperating_department": ("各党支部", "")})),
    ],
)  # fmt: skip
def test_one_edited_cell_is_one_difference(
    office: Office, inspection: Inspection, reference: str, column: str, value: object, expected: object
) -> None:
    sheet = Sheet(office, inspection)
    sheet.put(reference, column, value)
    found = told(review(office, inspection, sheet.data()))
    if column == "完成时限":
        found = found[:1]
    assert found == [expected]


FAULTS = {
    "a day that does not exist": ("完成时限", "2025年6月31日前", "没有这一天", "2025年6月30日前"),
    "a month that does not exist": ("完成时限", "2025年13月", "没有这个月份", ""),
    "no time limit": ("完成时限", "尽快", "读不出时限", ""),
    "a date without its format": ("完成时限", 45838, "没有设成日期格式", "2025年6月30日"),
    "a misspelt status": ("完成状态", "己完成", "请填", "已完成"),
    "no status": ("完成状态", "OK", "请填", ""),
    "a share": ("完成进度", "0.6", "请填0%至100%", "60%"),
    "too much": ("完成进度", "160%", "请填0%至100%", ""),
    "no percentage": ("完成进度", "一半", "请填0%至100%", ""),
    "a misspelt class": ("整改类型", "立行力改", "请填", "立行立改"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_cell_that_cannot_be_read_is_named_with_row_column_and_suggestion(
    office: Office, inspection: Inspection, name: str
) -> None:
    column, value, message, suggestion = FAULTS[name]
    sheet = Sheet(office, inspection)
    sheet.put("C009", column, value)
    found = review(office, inspection, sheet.data())
    faults = [d for d in found.comparison.differences if d.group == "cell"]
    first = next(d for d in faults if d.id.startswith(f"cell:{sheet.row('C009')}:"))
    assert first.title == f"第{sheet.row('C009')}行“{column}”列（W005/C009）"
    assert message in first.note
    assert first.suggestion == suggestion
    assert first.reference == "C009"
    assert {d.group for d in found.comparison.differences} == {"cell"}, "an unread cell changes nothing"
    if suggestion:
        with pytest.raises(Invalid):
            confirm(office, found)
        taken = choose(office, found, {d.id: "take" for d in faults})
        assert "cell" not in {d.group for d in taken.comparison.differences}
        assert "C009" in {d.reference for d in taken.comparison.differences}
    else:
        assert first.choices == (("keep", "不改"),)


def test_the_other_cells_of_a_row_with_a_fault_still_count(office: Office, inspection: Inspection) -> None:
    sheet = Sheet(office, inspection)
    sheet.put("C003", "完成状态", "OK")
    sheet.put("C003", "进展情况", "已印制。")
    found = review(office, inspection, sheet.data())
    assert [(d.group, d.reference) for d in found.comparison.differences] == [("cell", "C003"), ("progress", "C003")]


@pytest.mark.parametrize(
    ("reference", "words", "message", "suggestion"),
    [
        ("C003", "W002/C004", "编号C004与第11行重复", "作为新增"),
        ("C003", "W002/C999", "没有编号C999", "W002/C003"),
        ("C003", "编号丢了", "读不出编号", "W002/C003"),
        ("C003", "W009/C003", "不属于问题W009", "W002/C003"),
    ],
)
def test_a_reference_that_is_wrong_is_named(
    office: Office, inspection: Inspection, reference: str, words: str, message: str, suggestion: str
) -> None:
    sheet = Sheet(office, inspection)
    row = sheet.row(reference)
    sheet.put(reference, "编号", words)
    found = review(office, inspection, sheet.data())
    fault = next(d for d in found.comparison.differences if d.group == "cell")
    number = str(row + 1 if "重复" in message else row)
    assert fault.place == f"第{number}行“编号”列"
    assert message.replace("11", str(row)) in fault.note
    assert fault.suggestion == suggestion
    if suggestion != "作为新增":
        assert told(choose(office, found, {fault.id: "take"})) == []


def test_a_new_row_without_a_reference_is_a_new_measure(office: Office, inspection: Inspection) -> None:
    sheet = Sheet(office, inspection)
    sheet.insert_below(
        "C004",
        整改措施="③年底评比一次。",
        完成时限="2025年12月底前",
        进展情况="已拟定评比办法。",
        完成状态="正在整改",
        完成进度="20%",
    )
    found = review(office, inspection, sheet.data())
    assert [(d.group, d.kind) for d in found.comparison.differences] == [("new", "measure")]
    confirm(office, found)
    new = Measure.objects.get(reference="C026")
    assert (new.response.reference, new.number, new.text) == ("Y002", "③", "年底评比一次。")
    assert (new.due_on, new.percent) == (dt.date(2025, 12, 31), 20)
    assert ProgressUpdate.objects.get(measure=new).done == "已拟定评比办法。"
    assert Measure.objects.get(reference="C004").order < new.order < Measure.objects.get(reference="C005").order


def test_a_new_row_with_a_new_problem_is_a_new_finding(office: Office, inspection: Inspection) -> None:
    sheet = Sheet(office, inspection)
    sheet.insert_below(
        "C004",
        具体问题="三是学习笔记照抄照搬。",
        整改措施="开展笔记抽查。",
        责任部门="党委办公室",
        完成时限="2025年8月底前",
    )
    found = review(office, inspection, sheet.data())
    assert [(d.group, d.kind) for d in found.comparison.differences] == [("new", "finding")]
    confirm(office, found)
    new = Finding.objects.get(reference="W013")
    assert (new.item.reference, new.number, new.text) == ("T001", "三是", "学习笔记照抄照搬。")
    assert [a.name for a in Assignment.objects.filter(response__findings=new)] == ["党委办公室"]


def test_a_deleted_row_is_a_question_and_nothing_is_deleted(office: Office, inspection: Inspection) -> None:
    sheet = Sheet(office, inspection)
    sheet.delete("C004")
    found = review(office, inspection, sheet.data())
    assert [(d.group, d.reference, d.default) for d in found.comparison.differences] == [("missing", "C004", "keep")]
    confirm(office, found)
    assert not Measure.objects.exclude(withdrawn_at=None).exists()
    assert Measure.objects.count() == 25


def test_what_a_filter_left_out_is_not_missing(office: Office, inspection: Inspection) -> None:
    chosen = Finding.objects.filter(reference__in=["W002", "W003"]).values_list("pk", flat=True)
    sheet = Sheet(office, inspection, chosen=chosen)
    assert told(review(office, inspection, sheet.data())) == []
    sheet.delete("C006")
    assert [(g, r) for g, r, _ in told(review(office, inspection, sheet.data()))] == [("missing", "C006")]


def test_cells_taken_apart_say_nothing_by_their_blanks(office: Office, inspection: Inspection) -> None:
    sheet = Sheet(office, inspection)
    sheet.take_apart()
    blanks = [d for d in review(office, inspection, sheet.data()).comparison.differences if d.kind != "measure"]
    assert blanks == []


def test_what_others_changed_meanwhile_is_left_alone(office: Office, inspection: Inspection) -> None:
    sheet = Sheet(office, inspection)
    report_progress(
        actor=office.actor("handler"),
        rights=office.rights("handler"),
        measure_id=Measure.objects.get(reference="C005").pk,
        seen=1,
        percent=30,
        completion_status="ongoing",
        done="已修订办法初稿。",
    )
    sheet.put("C003", "进展情况", "已印制。")
    assert [(g, r) for g, r, _ in told(review(office, inspection, sheet.data()))] == [("progress", "C003")]
    sheet.put("C005", "进展情况", "办法已印发。")
    found = review(office, inspection, sheet.data())
    unsure = next(d for d in found.comparison.differences if d.reference == "C005")
    assert unsure.default == ""
    assert "导出后" in unsure.note


def test_progress_from_the_sheet_is_a_new_record(office: Office, inspection: Inspection) -> None:
    sheet = Sheet(office, inspection)
    sheet.put("C003", "进展情况", "已印制。")
    sheet.put("C003", "完成进度", "50%")
    confirm(office, review(office, inspection, sheet.data()))
    second = Sheet(office, inspection)
    second.put("C003", "完成进度", "80%")
    assert confirm(office, review(office, inspection, second.data())) is None
    updates = ProgressUpdate.objects.filter(measure__reference="C003").order_by("pk")
    assert [(u.percent, u.done, u.revision) for u in updates] == [(50, "已印制。", 1), (80, "已印制。", 2)]
    assert Measure.objects.get(reference="C003").percent == 80


def test_a_sheet_of_another_inspection_is_refused(office: Office, inspection: Inspection) -> None:
    other = Inspection.objects.create(
        unit=office.unit, code="2025-2", title="审计整改", profile=inspection.profile, created_at=NOW
    )
    with pytest.raises(Refused, match="编号是“2025-1”"):
        review(office, other, Sheet(office, inspection).data())


def test_a_code_with_blanks_is_known_again(office: Office, inspection: Inspection) -> None:
    Inspection.objects.update(code="市巡 2025-1 号")
    sheet = Sheet(office, inspection)
    sheet.put("C003", "完成进度", "50%")
    assert [(g, r) for g, r, _ in told(review(office, inspection, sheet.data()))] == [("progress", "C003")]


def test_a_filled_in_ledger_without_references_is_matched_by_its_words(office: Office, inspection: Inspection) -> None:
    document = read_document(SAMPLE)
    book = openpyxl.load_workbook(io.BytesIO(export.render(build_plan(document, as_of=NOW.date()))))
    page = book.worksheets[0]
    head = next(row for row in page.iter_rows() if row[0].value == "序号")
    at = {cell.value: cell.column for cell in head}
    row = next(r[0].row for r in page.iter_rows() if "统一印制支部学习记录本" in str(r[at["整改措施"] - 1].value))
    for area in list(page.merged_cells.ranges):
        if area.min_col in (at["整改进展"], at["完成状态"]):
            page.unmerge_cells(str(area))
    page.cell(row, at["整改进展"]).value = "已印制并发放120册。"
    page.cell(row + 1, at["整改进展"]).value = "已抽查1次。"
    out = io.BytesIO()
    book.save(out)
    found = review(office, inspection, out.getvalue(), "本校台账.xlsx")
    assert [(g, r, f["done"][1]) for g, r, f in told(found)] == [
        ("progress", "C003", "已印制并发放120册。"),
        ("progress", "C004", "已抽查1次。"),
    ]


def test_a_misspelt_person_is_named_with_row_and_column(office: Office, inspection: Inspection) -> None:
    sheet = Sheet(office, inspection)
    sheet.put("C005", "责任部门", "教务外")
    question = review(office, inspection, sheet.data()).comparison.differences[0]
    assert (question.group, question.suggestion) == ("name", "教务处")
    assert question.place == f"第{sheet.row('C005')}行“责任部门”列"


def _fill(inspection: Inspection, office: Office, seed: int) -> None:
    """Give the ledger contents that are hard to bring there and back."""
    rng = random.Random(seed)  # noqa: S311 — the same contents in each run
    words = rng.sample(
        [
            "=1+1", "第一行\n第二行", "　前后有空格　", "“引号”和'撇号'", "①带圈", "1.5万元", "长" * 40_000, "a\tb", "2025-06-30", "100%",
            "1", "一是开头", "没有结尾标点", "<b>标签</b>", "&amp;", "序号", "编号：W001",
        ],
        8,
    )  # fmt: skip
    measures, responses = list(Measure.objects.order_by("?")[:4]), list(Response.objects.order_by("?")[:2])
    for measure, text in zip(measures, words, strict=False):
        Measure.objects.filter(pk=measure.pk).update(text=text, number=rng.choice(["", "①", "1"]))
    for response, text in zip(responses, words[4:], strict=False):
        Response.objects.filter(pk=response.pk).update(objective=text, labels={"备注": words[6]})
    Item.objects.filter(reference="T004").update(title=words[7])
    for measure, text in zip(measures, reversed(words), strict=False):
        ProgressUpdate.objects.create(
            unit=office.unit,
            inspection=inspection,
            response=measure.response,
            measure=measure if seed % 2 else None,
            cycle="2025-05",
            done=text,
            difficulty=words[0],
            reported_at=NOW,
        )


@pytest.mark.parametrize("seed", range(6))
def test_there_and_back_without_an_edit_is_no_difference(office: Office, inspection: Inspection, seed: int) -> None:
    _fill(inspection, office, seed)
    assert told(review(office, inspection, Sheet(office, inspection).data())) == []
    data = export_ledger(actor=office.actor("office"), rights=office.rights("office"), inspection_id=inspection.pk).data
    assert told(review(office, inspection, data)) == []
    Event.objects.filter(action="ledger.exported").delete()
    assert told(review(office, inspection, data)) == [], "also where what was sent is not known any more"
