"""The addresses of the screens, read off the view files."""

from __future__ import annotations

from django.urls import path

from zhenggai.web.pages.gate import guarded
from zhenggai.web.pages.screen import screens

urlpatterns = [path(screen.path, guarded(screen), name=screen.key) for screen in screens().values()]
