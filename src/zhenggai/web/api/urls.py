"""The API under /api/v1/: JSON in Chinese as it stands, faults with their status, nothing without a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from django.urls import path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.renderers import BaseRenderer

from zhenggai import __version__
from zhenggai.web.api.routes import router
from zhenggai.web.faults import Invalid, LedgerFault, Refused, Stale, Unknown

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_STATUS = {Unknown: 404, Refused: 403, Stale: 409, Invalid: 422}


class PlainRenderer(BaseRenderer):
    """JSON with Chinese as it stands, not as escapes."""

    media_type = "application/json"
    charset = "utf-8"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002 — ninja gives them
        """Return `data` as JSON."""
        return orjson.dumps(data, default=str)


api = NinjaAPI(
    title="整改台账接口",
    version=__version__,
    renderer=PlainRenderer(),
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
    return api.create_response(request, answer, status=_STATUS.get(type(fault), 400))


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """Name the values of a request that are missing or of the wrong kind."""
    fields = {str(error["loc"][-1]): "这一项缺少或格式不对。" for error in fault.errors}
    answer = {"fault": "invalid", "message": f"请求内容有误：{'、'.join(fields)}。", "fields": fields}
    return api.create_response(request, answer, status=422)


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, fault: AuthenticationError) -> HttpResponse:  # noqa: ARG001 — ninja gives it
    """Say that a valid token is needed."""
    answer = {"fault": "unauthenticated", "message": "令牌无效或已过期，请向安全管理员申请新的令牌。", "fields": {}}
    return api.create_response(request, answer, status=401)


urlpatterns = [path("v1/", api.urls)]


def openapi() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))
