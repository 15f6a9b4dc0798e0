"""The registration of routes: each names the act that it needs, as a screen does; the permission test reads them off `ROUTES`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ninja import P, PathEx, Router

from zhenggai.web.api import schemas as s
from zhenggai.web.api.security import Caller, TokenBearer

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

router = Router()
Id = PathEx[int, P(ge=1, le=2**63 - 1)]


@dataclass(frozen=True, slots=True)
class Route:
    """One route: its method, its path and the act that it needs."""

    method: str
    path: str
    act: str


ROUTES: list[Route] = []
_FAULTS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 422), s.FaultOut)


def route(
    method: str, path: str, act: str, answer: Any, summary: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a view with its act; who may not do the act at all is refused before the view runs."""
    ROUTES.append(Route(method, path, act))

    def register(view: Callable[..., Any]) -> Callable[..., Any]:
        operation = router.api_operation(
            [method],
            path,
            auth=TokenBearer(act),
            response={200: answer, **_FAULTS},
            summary=summary,
            operation_id=view.__name__,
        )
        return operation(view)

    return register


def caller_of(request: HttpRequest) -> Caller:
    """Return who asks."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller
