"""登录已超时: to the log-in page and back; what was typed into a form is shown, so that it can be taken along."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from zhenggai.web.pages.faults import into_faults

if TYPE_CHECKING:
    from django.http import HttpRequest

    from zhenggai.web.pages.screen import Screen

_SECRETS = frozenset({"csrfmiddlewaretoken", "password", "old", "new", "again", "code", "key"})


def to_login(request: HttpRequest, screen: Screen) -> HttpResponse:
    """Lead to the log-in page, and from there to the page that the person was on."""
    onward = _onward(request, screen)
    address = f"{reverse('login')}?next={quote(onward)}"
    typed = _typed(request)
    if typed:
        page = {"typed": typed, "login_url": address}
        if request.headers.get("HX-Request"):
            return into_faults(render(request, "pages/session_over_strip.html", page, status=403))
        return render(request, "pages/session_over.html", page, status=403)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _onward(request: HttpRequest, screen: Screen) -> str:
    """Return the page to go on with: this one, or for what only takes forms and parts of a page the one they stood on."""
    part = request.headers.get("HX-Request")
    if "GET" in screen.methods and not part:
        return request.get_full_path()
    before = request.headers.get("HX-Current-URL" if part else "Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure()):
        return reverse("home")
    parts = urlsplit(before)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _typed(request: HttpRequest) -> list[str]:
    """Return the texts of a form that did not get through: what a person wrote, not keys, figures and passwords."""
    if request.method != "POST":
        return []
    values = (value.strip() for name, value in request.POST.items() if name not in _SECRETS and isinstance(value, str))
    return [value for value in values if not value.isascii() or " " in value]
