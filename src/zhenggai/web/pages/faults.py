"""Faults as pages: one Chinese sentence that says what to do, with the status that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import DisallowedHost
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from zhenggai.web.faults import Invalid, LedgerFault, Refused, Stale, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

_TITLES: dict[type[LedgerFault], str] = {
    Unknown: "没有找到",
    Refused: "不能办理",
    Stale: "内容已有变化",
    Invalid: "请更正后再提交",
}


def fault_page(request: HttpRequest, fault: LedgerFault) -> HttpResponse:
    """Return the fault as a page, or at the top of the page whose part htmx asked for."""
    return _told(request, _TITLES.get(type(fault), "不能办理"), str(fault), fault.status)


def into_faults(response: HttpResponse) -> HttpResponse:
    """Let htmx put a part at the top of the page, so that the form that was sent off stays with all that was typed."""
    response["HX-Retarget"], response["HX-Reswap"] = "#faults", "innerHTML show:#faults:top"
    response["HX-Push-Url"] = "false"
    return response


def forgery(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 — Django gives it
    """Say what to do when a form comes back without its token."""
    message = "页面已过期或登录状态已变化，请返回上一页刷新后重新提交。"
    return _told(request, "请刷新页面", message, 403)


def not_allowed(request: HttpRequest, methods: Sequence[str]) -> HttpResponse:
    """Say that an address only takes forms, as one that stands in the browser's line after a form came back."""
    response = _told(request, "请从页面上办理", "这个网址只接收提交的表单，不能直接打开或刷新。请从左侧菜单进入。", 405)
    response["Allow"] = ", ".join(methods)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 — Django gives it
    """Say why a request was not even looked at: too much in it, or an address that the program was not told of."""
    title, message = "不能办理", "提交的内容过多或格式不对，没有保存。请减少内容后再试。"
    if isinstance(exception, DisallowedHost):
        title = "网址不在允许范围内"
        message = "程序没有登记这个网址。请改用管理员提供的网址；管理员可在环境变量 ZHENGGAI_HOSTS 中登记主机名，然后重新启动。"
    return HttpResponse(render_to_string("pages/fault_bare.html", {"title": title, "message": message}), status=400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 — Django gives it
    """Say that there is no such page."""
    if request.path.startswith("/api/"):
        answer = {"fault": "unknown", "message": "没有这个接口，请核对地址。", "fields": {}}
        return JsonResponse(answer, status=404, json_dumps_params={"ensure_ascii": False})
    return fault_page(request, Unknown("这个页面"))


def broken(request: HttpRequest) -> HttpResponse:
    """Say that the program itself failed, and that nothing was changed."""
    message = "程序出现错误，本次操作没有保存。请重试；仍然出错时，请把操作步骤告诉系统管理员。"
    return _told(request, "程序出错", message, 500)


def _told(request: HttpRequest, title: str, message: str, status: int) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return into_faults(render(request, "pages/fault_strip.html", {"message": message}, status=status))
    return render(request, "pages/fault.html", {"title": title, "message": message}, status=status)
