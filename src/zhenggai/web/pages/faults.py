"""Faults as pages: one Chinese sentence that says what to do, with the status that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import render

from zhenggai.web.faults import Invalid, LedgerFault, Refused, Stale, Unknown

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_TITLES: dict[type[LedgerFault], str] = {
    Unknown: "没有找到",
    Refused: "不能办理",
    Stale: "内容已有变化",
    Invalid: "请更正后再提交",
}


def fault_page(request: HttpRequest, fault: LedgerFault) -> HttpResponse:
    """Return the fault as a page, or as a strip for a part of a page that htmx asked for."""
    title = _TITLES.get(type(fault), "不能办理")
    template = "pages/fault_strip.html" if request.headers.get("HX-Request") else "pages/fault.html"
    return render(request, template, {"title": title, "message": str(fault)}, status=fault.status)


def forgery(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 — Django gives it
    """Say what to do when a form comes back without its token."""
    message = "页面已过期或登录状态已变化，请返回上一页刷新后重新提交。"
    return render(request, "pages/fault.html", {"title": "请刷新页面", "message": message}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 — Django gives it
    """Say that there is no such page."""
    if request.path.startswith("/api/"):
        answer = {"fault": "unknown", "message": "没有这个接口，请核对地址。", "fields": {}}
        return JsonResponse(answer, status=404, json_dumps_params={"ensure_ascii": False})
    return fault_page(request, Unknown("这个页面"))


def broken(request: HttpRequest) -> HttpResponse:
    """Say that the program itself failed, and that nothing was changed."""
    message = "程序出现错误，本次操作没有保存。请重试；仍然出错时，请把操作步骤告诉系统管理员。"
    return render(request, "pages/fault.html", {"title": "程序出错", "message": message}, status=500)
