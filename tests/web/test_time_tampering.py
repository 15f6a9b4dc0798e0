"""What time and supervision keep, changed behind the store's back: duties, occurrences, reports, extensions, profiles, terms."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F
from files_of_evidence import pdf
from offices import NOW, TODAY, import_sample, tell_grants

from zhenggai.web.ledger.actions.declarations import Declared
from zhenggai.web.ledger.actions.duties import lay_out, move_occurrence, report_occurrence, set_term
from zhenggai.web.ledger.actions.extensions import ask_extension, decide_extension, withdraw_extension
from zhenggai.web.ledger.actions.occurrence_evidence import add_occurrence_evidence
from zhenggai.web.ledger.actions.profiles import bind_profile, make_profile
from zhenggai.web.ledger.models import (
    Duty,
    Extension,
    Inspection,
    Measure,
    Occurrence,
    OccurrenceProof,
    OccurrenceReport,
    OwnProfile,
    UnitTerm,
)
from zhenggai.web.ledger.proof.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from offices import Office

pytestmark = pytest.mark.django_db
LATER = dt.date(2031, 1, 1)


@pytest.fixture
def busy(office: Office) -> Office:
    """A unit in which everything of the kind has been done once, and all of it told by events."""
    inspection = import_sample(office)
    clerk = {"actor": office.actor("office"), "rights": office.rights("office")}
    handler = {"actor": office.actor("handler"), "rights": office.rights("handler")}
    set_term(**clerk, name="秋季学期", start=dt.date(2025, 9, 1), end=dt.date(2026, 1, 20))
    lay_out(actor=office.actor("office"), inspection_id=inspection.pk)
    rows = list(Occurrence.objects.filter(duty__measure__reference="C007").order_by("due_on"))
    report_occurrence(**handler, occurrence_id=rows[0].pk, seen=1, count=1, held_on=TODAY, text="召开会议一次。")
    move_occurrence(
        **clerk, occurrence_id=rows[1].pk, seen=1, due_on=rows[1].due_on + dt.timedelta(days=1), reason="校历调整"
    )
    add_occurrence_evidence(
        **handler,
        occurrence_id=rows[0].pk,
        upload=SimpleUploadedFile("记录.pdf", pdf(1)),
        declared=Declared(kind="meeting", formed_on=TODAY),
    )
    _extensions(office)
    own = make_profile(**clerk, based_on="inspection-2024@1", typed={"immediate_days": "15"})
    inspection.refresh_from_db()
    bind_profile(**clerk, inspection_id=inspection.pk, seen=inspection.version, key=own.key)
    tell_grants(office)
    assert not wrong()
    return office


def _extensions(office: Office) -> None:
    head = {"actor": office.actor("department_head"), "rights": office.rights("department_head")}
    measure = Measure.objects.get(reference="C005")
    response = measure.response
    response.assignments.create(
        unit=office.unit, inspection=measure.inspection, role="responsible_department",
        organization=office.departments["教务处"], name="教务处", since=TODAY,
    )  # fmt: skip
    from zhenggai.web.audit.chain import Subject, record  # noqa: PLC0415
    from zhenggai.web.ledger.proof.answerable import answerable  # noqa: PLC0415

    with transaction.atomic():
        record(
            unit_id=office.unit.pk, actor=office.actor("office"), action="handover.made",
            subject=Subject("inspection", measure.inspection_id, "台账"), after=answerable([measure.inspection_id]),
        )  # fmt: skip
    for act in ("withdraw", "refuse", "grant"):
        measure.refresh_from_db()
        assert measure.due_on
        asked = ask_extension(
            **head, measure_id=measure.pk, seen=measure.version, until=measure.due_on + dt.timedelta(days=30),
            reason="需要上级批复", progress="已上报请示",
        )  # fmt: skip
        if act == "withdraw":
            withdraw_extension(**head, extension_id=asked.pk, seen=asked.version)
            continue
        decide_extension(
            actor=office.actor("group"), rights=office.rights("group"), extension_id=asked.pk, seen=asked.version,
            granted=act == "grant", until=asked.until if act == "grant" else None, note="经研究答复。",
        )  # fmt: skip


def wrong() -> list[str]:
    return [f"{one.where}{one.what}" for unit in verify(now=NOW).units for one in unit.misfits]


def _set(rows: Any, **values: Any) -> Callable[[], object]:
    return lambda: rows().update(**values)


def _first(model: Any, **which: Any) -> Callable[[], Any]:
    return lambda: model.objects.filter(pk=model.objects.filter(**which).order_by("pk").values_list("pk")[:1])


def _gone(rows: Any) -> Callable[[], object]:
    return lambda: rows()._raw_delete("default")


def _copy(model: Any, **values: Any) -> Callable[[], object]:
    def add() -> None:
        row = model.objects.order_by("-pk")[0]
        row.pk = None
        for name, value in values.items():
            setattr(row, name, value)
        row.save(force_insert=True)

    return add


PLAIN = _first(Occurrence, moved=False, done=0)
MOVED = _first(Occurrence, moved=True)
DONE = _first(Occurrence, done__gt=0)
REPORT = _first(OccurrenceReport)
GRANTED, REFUSED, TAKEN_BACK = (_first(Extension, state=state) for state in ("granted", "refused", "withdrawn"))
CHANGES: dict[str, tuple[Callable[[], object], str]] = {
    "the due date of one that nobody moved": (_set(PLAIN, due_on=LATER), "到期日"),
    "another due date of one that was moved": (_set(MOVED, due_on=LATER), "到期日"),
    "that it was moved": (_set(MOVED, moved=False), "到期日"),
    "who moved it": (_set(MOVED, moved_by=None), "到期日"),
    "why it was moved": (_set(MOVED, move_reason="另写的原因"), "到期日"),
    "the day of its rule": (_set(PLAIN, scheduled_on=LATER), "列出的周期任务"),
    "the day to which it was laid out": (_set(PLAIN, first_due_on=LATER, due_on=LATER), "列出的周期任务"),
    "a smaller quota": (_set(DONE, quota=9), "列出的周期任务"),
    "an occurrence withdrawn": (_set(PLAIN, withdrawn_at=NOW), "列出的周期任务"),
    "an occurrence lost": (_gone(PLAIN), "列出的周期任务"),
    "an occurrence added": (_copy(Occurrence, key="2031-01"), "列出的周期任务"),
    "a duty ended": (_set(_first(Duty), ended_at=NOW), "列出的周期任务"),
    "another rule": (_set(_first(Duty), rule={"kind": "every", "freq": "year"}), "列出的周期任务"),
    "acts that nobody reported": (_set(PLAIN, done=1), "完成次数"),
    "acts taken away": (_set(DONE, done=0), "完成次数"),
    "another day of the act": (_set(REPORT, held_on=dt.date(2025, 5, 19)), "填报"),
    "other words of the report": (_set(REPORT, text="另写的情况"), "填报"),
    "another reporter": (_set(REPORT, reported_by=F("reported_by") + 1), "填报"),
    "a report lost": (_gone(REPORT), "填报"),
    "a report added": (_copy(OccurrenceReport), "填报"),
    "evidence of another period": (
        lambda: OccurrenceProof.objects.update(occurrence=Occurrence.objects.order_by("-pk")[0]), "周期任务的关联",
    ),
    "evidence of a period ended": (_set(_first(OccurrenceProof), removed_at=NOW), "周期任务的关联"),
    "evidence of a period lost": (_gone(_first(OccurrenceProof)), "周期任务的关联"),
    "a term's end": (_set(_first(UnitTerm), end=dt.date(2026, 2, 1)), "学期"),
    "a term lost": (_gone(_first(UnitTerm)), "学期"),
    "a term added": (_copy(UnitTerm, start=dt.date(2027, 3, 1), name="春季学期"), "学期"),
    "a date granted": (_set(GRANTED, granted_until=LATER), "批准延期的日期"),
    "a date asked for": (_set(REFUSED, until=LATER), "申请延期的日期"),
    "the date at the time of asking": (_set(TAKEN_BACK, due_on=LATER), "申请时的到期日"),
    "a refusal made a grant": (_set(REFUSED, state="granted", granted_until=LATER), "状态"),
    "one taken back asked anew": (_set(TAKEN_BACK, state="asked", decided_at=None), "状态"),
    "the reason": (_set(GRANTED, reason="另写的原因"), "延期原因"),
    "the answer": (_set(REFUSED, note="另写的答复"), "答复意见"),
    "who answered": (_set(GRANTED, decided_by=F("asked_by")), "答复人"),
    "until when to answer": (_set(GRANTED, answer_by=LATER), "应答复日期"),
    "an application lost": (_gone(GRANTED), "延期申请"),
    "an application added": (_copy(Extension, number=4), "延期申请"),
    "a value of a profile": (_set(_first(OwnProfile), content='{"code": "x"}'), "规则配置"),
    "what a profile was made from": (_set(_first(OwnProfile), based_on="audit-60@1"), "规则配置"),
    "a profile added": (_copy(OwnProfile, version=2), "规则配置"),
    "a profile lost": (_gone(_first(OwnProfile)), "规则配置"),
    "another profile of the ledger": (_set(_first(Inspection), profile="inspection-2024@1"), "规则配置"),
}  # fmt: skip


def test_every_change_is_found_and_named(busy: Office) -> None:
    missed = []
    for name, (change, word) in CHANGES.items():
        with transaction.atomic():
            change()
            found = wrong()
            if not any(word in one for one in found):
                missed.append((name, found))
            transaction.set_rollback(True)
    assert not missed
    assert not wrong()
