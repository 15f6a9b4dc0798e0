"""Letting somebody in: after the password, after the code of the phone, or from the office's single sign-on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from zhenggai.web.accounts.actions.sessions import record_session
from zhenggai.web.accounts.models import Person
from zhenggai.web.accounts.queries import locked_until
from zhenggai.web.accounts.second_factor import has_code
from zhenggai.web.pages.templatetags.words import moment

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

BACKEND = "django.contrib.auth.backends.ModelBackend"
SINGLE_SIGN_ON = "single_sign_on"
"""The session's mark that the office's single sign-on vouched for the person, whose password here is then of no account."""
_WAITING = "waiting_for_code"
_PATIENCE = dt.timedelta(minutes=5)


def onward_of(request: HttpRequest) -> str:
    """Return where to go after the log-in: a page of this application, or its first one."""
    onward = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return onward if safe else "/"


def lock_of(name: str) -> str:
    """Return the sentence that tells until when log-in is refused and who can end that, or nothing."""
    until = locked_until(name, timezone.now())
    if until is None:
        return ""
    return f"连续输错{settings.AXES_FAILURE_LIMIT}次，账号已锁定至{moment(_whole_minute(until))}，请届时再试，或请系统管理员解锁。"


def receive(request: HttpRequest, person: Person, onward: str, *, vouched: bool = False) -> HttpResponse:
    """Let in whose password was right (or who is `vouched` for), after the code of the phone if one is asked for."""
    if not has_code(person):
        return admit(request, person, onward, vouched=vouched)
    request.session.cycle_key()
    request.session[_WAITING] = {
        "person": person.pk,
        "proof": person.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "onward": onward,
        "vouched": vouched,
    }
    return HttpResponseRedirect(reverse("login_code"))


def waiting(request: HttpRequest) -> tuple[Person, str, bool] | None:
    """Return who has given the password and not yet the code, where to go then, and whether they were vouched for."""
    kept = request.session.get(_WAITING)
    if not kept or timezone.now().timestamp() - kept["at"] > _PATIENCE.total_seconds():
        return None
    person = Person.objects.filter(pk=kept["person"], is_active=True).first()
    if person is None or kept["proof"] != person.get_session_auth_hash():
        return None
    return person, kept["onward"], kept["vouched"]


def admit(request: HttpRequest, person: Person, onward: str, *, vouched: bool = False) -> HttpResponse:
    """Begin the person's session, under a new key, and record it."""
    now = timezone.now()
    request.session.pop(_WAITING, None)
    login(request, person, backend=BACKEND)
    request.session["seen"] = now.timestamp()
    if vouched:
        request.session[SINGLE_SIGN_ON] = True
    elif _too_old(person, now):
        Person.objects.filter(pk=person.pk).update(must_change_password=True)
    address = cast("str", request.META.get("REMOTE_ADDR", ""))
    record_session(login=person.login or "", what="succeeded", at=now, address=address)
    return HttpResponseRedirect(onward)


def _too_old(person: Person, now: dt.datetime) -> bool:
    days: int = settings.PASSWORD_DAYS
    return bool(days and person.password_changed_at and person.password_changed_at < now - dt.timedelta(days=days))


def _whole_minute(time: dt.datetime) -> dt.datetime:
    return time.replace(second=0, microsecond=0) + dt.timedelta(minutes=1)
