"""周期任务 in a browser: the term set, an occurrence moved by the office, reported on by the handler, seen in the list."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from playwright.sync_api import expect

from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger.actions.duties import lay_out
from zhenggai.web.ledger.models import Measure, Occurrence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from offices import Office
    from playwright.sync_api import Page

    from zhenggai.web.ledger.models import Inspection


def test_an_occurrence_is_moved_reported_on_and_counted(
    office: Office, inspection: Inspection, page_as: Callable[..., Page], screenshot: Callable[..., Path]
) -> None:
    now = timezone.localdate()
    every = {"kind": "every", "freq": "month", "interval": 1, "times": 2, "date_in_period": None}
    Measure.objects.filter(inspection=inspection, reference="C005").update(recurrences=[every], due_parts=[])
    lay_out(actor=Actor(None, "系统", timezone.now() - dt.timedelta(days=70)), inspection_id=inspection.pk)
    lay_out(actor=Actor(None, "系统", timezone.now()), inspection_id=inspection.pk)
    mine = Occurrence.objects.filter(duty__measure__reference="C005", withdrawn_at=None)
    missed, coming = mine.filter(due_on__lt=now).latest("due_on"), mine.filter(due_on__gte=now).earliest("due_on")

    clerk = page_as("office")
    clerk.goto("/terms/")
    clerk.get_by_label("学期").fill("秋季学期")
    clerk.get_by_role("button", name="增加学期").click()
    expect(clerk.get_by_text("请填写开学日期。")).to_be_visible()
    screenshot(clerk, "terms-fault")
    clerk.get_by_label("开学日期").fill((now - dt.timedelta(days=60)).isoformat())
    clerk.get_by_label("放假日期").fill((now + dt.timedelta(days=60)).isoformat())
    clerk.get_by_role("button", name="增加学期").click()
    expect(clerk.get_by_text("学期已设置")).to_be_visible()
    clerk.goto(f"/occurrences/{coming.pk}/")
    clerk.get_by_label("调整到").fill((coming.due_on + dt.timedelta(days=2)).isoformat())
    clerk.get_by_label("原因").fill("与期中考试冲突。")
    clerk.get_by_role("button", name="调整").click()
    expect(clerk.get_by_text("已调整，原为")).to_be_visible()

    handler = page_as("handler")
    expect(handler.get_by_role("row").filter(has_text="C005").filter(has_text="缺").first).to_be_visible()
    screenshot(handler, "home-occurrences")
    handler.goto(f"/occurrences/{missed.pk}/")
    handler.get_by_label("次数").fill("0")
    handler.get_by_role("button", name="填报").click()
    expect(handler.get_by_text("次数请填写1到100之间的整数。")).to_be_visible()
    screenshot(handler, "occurrence-fault")
    handler.get_by_label("次数").fill("1")
    handler.get_by_label("开展日期").fill(missed.due_on.isoformat())
    handler.get_by_label("开展情况").fill("召开专题会议，研究课后服务安排。")
    handler.get_by_role("button", name="填报").click()
    expect(handler.get_by_text("已填报。")).to_be_visible()
    expect(handler.get_by_text("缺1次").first).to_be_visible()

    clerk.goto(f"/ledger/{inspection.pk}/occurrences/?state=missed")
    expect(clerk.get_by_role("row").filter(has_text="C005").filter(has_text=missed.label)).to_contain_text("1/2")
    assert clerk.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no scrolling sideways"
    screenshot(clerk, "occurrences")
