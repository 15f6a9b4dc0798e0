"""单点登录: the office's own sign-on (OpenID Connect) vouches for people who have an account here. It makes no accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse

from zhenggai.web.accounts.models import Person
from zhenggai.web.pages.admission import receive

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin
    from django.http import HttpRequest


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Ends allauth's flow where it would log in or sign up: who is known here goes through this application's own door."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
        """Let in the person whose log-in name is the claim `ZHENGGAI_OIDC_CLAIM`.

        Raises:
            ImmediateHttpResponse: always; it carries the answer.
        """
        name = _name_of(sociallogin.account.extra_data)
        person = Person.objects.filter(login=name, is_active=True).first() if name else None
        if person is None:
            _refuse(request, f"单点登录成功，但“{name or '（未提供登录名）'}”在本系统没有账号，请联系系统管理员开通。")
        onward = sociallogin.state.get("next") or "/"
        raise ImmediateHttpResponse(receive(request, person, onward, vouched=True))

    def on_authentication_error(self, request: HttpRequest, *_: Any, **__: Any) -> NoReturn:
        """Return to the log-in page with one sentence.

        Raises:
            ImmediateHttpResponse: always.
        """
        _refuse(request, "单点登录没有完成，请重试，或用本系统的登录名和密码登录。")

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:  # noqa: ARG002
        """Take nothing over: people are kept by this application."""
        return sociallogin.user

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002 — allauth gives it
        """Make no accounts."""
        return False


def _name_of(claims: dict[str, Any]) -> str:
    for part in (claims.get("userinfo"), claims.get("id_token"), claims):
        if isinstance(part, dict) and isinstance(part.get(settings.OIDC_CLAIM), str):
            return str(part[settings.OIDC_CLAIM]).strip().lower()[:40]
    return ""


def _refuse(request: HttpRequest, sentence: str) -> NoReturn:
    messages.error(request, sentence)
    raise ImmediateHttpResponse(HttpResponseRedirect(reverse("login")))
