"""The addresses of the screens, read off the view files; and those of the single sign-on, which allauth serves."""

from __future__ import annotations

from django.urls import include, path

from zhenggai.web.pages.gate import guarded
from zhenggai.web.pages.screen import screens

urlpatterns = [
    *(path(screen.path, guarded(screen), name=screen.key) for screen in screens().values()),
    path("sign-on/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
