"""What every request carries: the person's rights, who acts, and the frame of the page."""

from __future__ import annotations

import uuid
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from zhenggai.web.accounts.rights import Rights, rights_of
from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger.queries.notices import unread_count
from zhenggai.web.pages.screen import ANYONE, screens

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from django.http import HttpResponse, QueryDict
    from django_htmx.middleware import HtmxDetails

    from zhenggai.web.accounts.models import Person


class PersonRequest(HttpRequest):
    """A request behind the gate, as views see it. For types only: `RequestMiddleware` puts these values on the request."""

    user: Person
    htmx: HtmxDetails
    rights: Rights
    actor: Actor
    today: dt.date


class _Lazy:
    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.at = timezone.now()
        self.request_id = uuid.uuid4().hex

    @cached_property
    def today(self) -> dt.date:
        return timezone.localtime(self.at).date()

    @cached_property
    def rights(self) -> Rights:
        return rights_of(cast("Person", self._request.user), self.today)

    @cached_property
    def actor(self) -> Actor:
        person = cast("Person", self._request.user)
        return Actor(person.pk, person.name, self.at, self.request_id)


class RequestMiddleware:
    """Puts `rights`, `actor` and `today` on the request, computed when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request; nothing that a person sees is kept by the browser or a proxy."""
        lazy = _Lazy(request)
        _stay_awake(request, lazy.at)
        _drop_nulls(request)
        request.today = lazy.today  # type: ignore[attr-defined]
        for name in ("rights", "actor"):
            setattr(request, name, SimpleLazyObject(partial(getattr, lazy, name)))
        response = self._get_response(request)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _stay_awake(request: HttpRequest, now: dt.datetime) -> None:
    """Let the session last from the last request on; it is written at most once a minute.

    A page that asks by itself how far something is keeps nobody logged in who has gone away.
    """
    if request.headers.get("X-Poll"):
        return
    if not request.COOKIES.get(settings.SESSION_COOKIE_NAME) or SESSION_KEY not in request.session:
        return
    if now.timestamp() - request.session.get("seen", 0) > 60:
        request.session["seen"] = now.timestamp()


def _drop_nulls(request: HttpRequest) -> None:
    """Leave out the character U+0000, which nobody types and PostgreSQL cannot keep."""
    if "%00" in request.META.get("QUERY_STRING", ""):
        request.GET = _plain(request.GET)  # type: ignore[assignment]
    if request.path.startswith(
        "/api/"
    ):  # which must know who asks before it takes in what is sent, and has its own parser
        return
    if request.method == "POST" and any("\0" in value for _, values in request.POST.lists() for value in values):
        request.POST = _plain(request.POST)  # type: ignore[assignment]


def _plain(values: QueryDict) -> QueryDict:
    plain = values.copy()
    for name, typed in values.lists():
        plain.setlist(name, [value.replace("\0", "") for value in typed])
    return plain


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of a page shows: the menu of this person, the unit, the day; unread notices are counted when it is shown."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    rights = cast("PersonRequest", request).rights
    entries = [screen for screen in screens().values() if screen.menu]
    entries.sort(key=lambda screen: screen.menu.order if screen.menu else 0)
    return {
        "menu": [
            {"key": screen.key, "title": screen.menu.title}
            for screen in entries
            if screen.menu and (screen.act == ANYONE or rights.may(screen.act))
        ],
        "rights": rights,
        "unread": partial(unread_count, rights),
        "today": cast("PersonRequest", request).today,
    }
