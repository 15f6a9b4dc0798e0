"""The API under /api/v1/: JSON in Chinese as it stands, faults with their status, nothing without a token."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import orjson
from django.http import HttpResponseNotAllowed
from django.urls import path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from zhenggai import __version__
from zhenggai.web.api.routes import router
from zhenggai.web.faults import Invalid, LedgerFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class PlainRenderer(BaseRenderer):
    """JSON with Chinese as it stands, not as escapes."""

    media_type = "application/json"
    charset = "utf-8"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002 — ninja gives them
        """Return `data` as JSON."""
        return orjson.dumps(data, default=str)


class PlainParser(Parser):
    """JSON as the standard has it; the character U+0000, which PostgreSQL cannot keep, is left out."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body of `request`."""
        body: dict[str, Any] = without_nulls(orjson.loads(request.body))
        return body


def without_nulls(value: Any) -> Any:
    """Return JSON without U+0000 in its texts."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [without_nulls(one) for one in value]
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items()}
    return value


api = NinjaAPI(
    title="整改台账接口",
    version=__version__,
    renderer=PlainRenderer(),
    parser=PlainParser(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
api.add_router("", router)


@api.exception_handler(LedgerFault)
def told(request: HttpRequest, fault: LedgerFault) -> HttpResponse:
    """Return a fault with its status and sentence."""
    fields = fault.fields if isinstance(fault, Invalid) else {}
    answer = {"fault": type(fault).__name__.lower(), "message": str(fault), "fields": fields}
    return api.create_response(request, answer, status=fault.status)


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """Name the values of a request that are missing or of the wrong kind."""
    fields = {str(error["loc"][-1]): "这一项缺少或格式不对。" for error in fault.errors}
    answer = {"fault": "invalid", "message": f"请求内容有误：{'、'.join(fields)}。", "fields": fields}
    return api.create_response(request, answer, status=422)


@api.exception_handler(HttpError)
def not_json(request: HttpRequest, fault: HttpError) -> HttpResponse:
    """Say that the body is no JSON."""
    answer = {"fault": "unreadable", "message": "请求内容不是有效的JSON，请检查后重新发送。", "fields": {}}
    return api.create_response(request, answer, status=fault.status_code)


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, fault: AuthenticationError) -> HttpResponse:  # noqa: ARG001 — ninja gives it
    """Say that a valid token is needed."""
    answer = {"fault": "unauthenticated", "message": "令牌无效或已过期，请向安全管理员申请新的令牌。", "fields": {}}
    return api.create_response(request, answer, status=401)


def in_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return the view with the one fault in JSON that the framework tells in words of its own: a method that the address does not take."""

    @wraps(view)
    def answered(request: HttpRequest, **arguments: Any) -> HttpResponse:
        response = view(request, **arguments)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        allowed = response["Allow"]
        answer = {"fault": "not_allowed", "message": f"这个接口只接受{allowed}，请核对请求方法。", "fields": {}}
        told = api.create_response(request, answer, status=405)
        told["Allow"] = allowed
        return told

    return answered


_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    if _pattern.callback is not None:
        _pattern.callback = in_json(_pattern.callback)
urlpatterns = [path("v1/", (_patterns, _app, _namespace))]


def openapi() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))
