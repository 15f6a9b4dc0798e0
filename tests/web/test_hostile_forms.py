"""Every form with every field too long, with characters that a database cannot keep, or with values of another kind."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from answers import content_of
from django.db import transaction
from django.test import Client
from offices import BACKEND
from test_permissions import address

from zhenggai.web import pages
from zhenggai.web.pages.screen import ANYONE, PUBLIC, screens
from zhenggai.workflow import ACTS

if TYPE_CHECKING:
    from worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
TEMPLATES = Path(pages.__file__).parent / "templates"
FIELDS = sorted(
    {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'\bname="([a-z_]+)"', path.read_text(encoding="utf-8"))
    }
)
VALUES = {
    "long": "长" * 5000,
    "null": "甲\0乙",
    "number": "1",
    "large": "9" * 30,
    "negative": "-1",
    "date": "2025-02-30",
    "day": "2026-07-20",
    "mark-up": "<script>alert(1)</script>",
}
FORMS = sorted(key for key, screen in screens().items() if "POST" in screen.methods and key != "logout")


def test_the_fields_are_found() -> None:
    assert {"title", "name", "reason", "seen", "percent", "password", "code"} <= set(FIELDS)


@pytest.mark.parametrize("key", FORMS)
def test_a_form_never_breaks(key: str, world: World) -> None:
    screen = screens()[key]
    office = world.offices["own"]
    url = address(screen, world.ids["own"])
    roles = ["office"] if screen.act in (ANYONE, PUBLIC) else list(ACTS[screen.act].reach)[:2]
    for role in roles:
        for kind, value in VALUES.items():
            with transaction.atomic():
                client = Client(raise_request_exception=False)
                client.force_login(office.people[role], backend=BACKEND)
                answer = client.post(url, dict.fromkeys(FIELDS, value))
                assert answer.status_code < 500, (role, kind)
                assert VALUES["mark-up"].encode() not in content_of(answer), (role, kind)
                transaction.set_rollback(True)
