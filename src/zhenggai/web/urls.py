"""All addresses."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("zhenggai.web.pages.urls")),
    path("api/", include("zhenggai.web.api.urls")),
]
handler400 = "zhenggai.web.pages.faults.bad_request"
handler404 = "zhenggai.web.pages.faults.not_found"
handler500 = "zhenggai.web.pages.faults.broken"
