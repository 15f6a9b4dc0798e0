"""What stands before every view: log-in, method, the act, and faults told as pages."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpResponseRedirect
from django.urls import reverse

from zhenggai.web.accounts.actions.sessions import record_denial
from zhenggai.web.faults import LedgerFault, Refused
from zhenggai.web.ledger.access import refusal
from zhenggai.web.pages.admission import SINGLE_SIGN_ON
from zhenggai.web.pages.faults import fault_page, not_allowed
from zhenggai.web.pages.screen import ANYONE, PUBLIC
from zhenggai.web.pages.session_over import to_login

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from zhenggai.web.pages.requests import PersonRequest
    from zhenggai.web.pages.screen import Screen

_BEFORE_PASSWORD = ("password", "logout")
"""What a person may open who must first choose a password."""


def guarded(screen: Screen) -> Callable[..., HttpResponseBase]:
    """Return the screen's view behind its gate."""

    @wraps(screen.view)
    def view(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        if request.method not in (*screen.methods, "HEAD"):
            return not_allowed(request, screen.methods)
        try:
            return _stopped(screen, request) or screen.view(request, **arguments)
        except LedgerFault as fault:
            _tell_denial(request, fault)
            return fault_page(request, fault)

    return view


def _stopped(screen: Screen, request: HttpRequest) -> HttpResponse | None:
    if screen.act == PUBLIC:
        return None
    if not request.user.is_authenticated:
        return to_login(request, screen)
    person = cast("PersonRequest", request)
    vouched = request.session.get(SINGLE_SIGN_ON)
    if person.user.must_change_password and not vouched and screen.key not in _BEFORE_PASSWORD:
        return HttpResponseRedirect(reverse("password"))
    if screen.act != ANYONE and not person.rights.may(screen.act):
        raise refusal(screen.act)
    return None


def _tell_denial(request: HttpRequest, fault: LedgerFault) -> None:
    if isinstance(fault, Refused) and fault.act:
        person = cast("PersonRequest", request)
        record_denial(actor=person.actor, unit_id=person.user.unit_id, act=fault.act, address=request.path)
