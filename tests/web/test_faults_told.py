"""What went wrong before a screen was reached: told in Chinese, and nothing that was typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from offices import BACKEND

from zhenggai.web.ledger.models import Measure
from zhenggai.web.pages.screen import screens

if TYPE_CHECKING:
    from offices import Office


HTMX = {"HX-Request": "true"}


def signed_in(office: Office, role: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(office.people[role], backend=BACKEND)
    return client


@pytest.mark.parametrize("path", ["/imports/upload/", "/account/deputy/", "/events/check/", "/imports/1/confirm/"])
def test_an_address_that_only_takes_forms_says_so(office: Office, path: str) -> None:
    answer = signed_in(office, "office").get(path)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "这个网址只接收提交的表单" in answer.content.decode()


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"HTTP_HOST": "192.168.1.5:8000"}, "ZHENGGAI_HOSTS"),
        ({"data": {"title": "长" * 4_000_000}}, "内容过多"),
        ({"data": {f"f{n}": "x" for n in range(6_000)}}, "内容过多"),
    ],
)
def test_what_is_not_even_looked_at_is_told(office: Office, request_: dict[str, Any], words: str) -> None:
    answer = signed_in(office, "office").post("/imports/start/", **request_)
    assert answer.status_code == 400
    assert words in answer.content.decode()


class TestSessionOver:
    """Somebody writes for longer than the session lasts, and sends it off."""

    @pytest.mark.usefixtures("inspection")
    def test_what_was_written_is_shown(self, office: Office) -> None:
        measure = Measure.objects.get(reference="C005")
        typed = {"done": "已完成<b>三次</b>研讨。", "percent": "60", "completion_status": "ongoing", "seen": "1"}
        answer = Client().post(f"/measures/{measure.pk}/progress/", typed)
        text = answer.content.decode()
        assert answer.status_code == 403
        assert "已完成&lt;b&gt;三次&lt;/b&gt;研讨。" in text
        assert f"/login/?next=/measures/{measure.pk}/progress/" in text
        assert ">60<" not in text

    def test_a_part_of_a_page_leaves_the_form_alone(self, office: Office) -> None:
        answer = Client().post(
            "/measures/1/progress/",
            {"done": "已完成。"},
            headers=HTMX | {"HX-Current-URL": "http://testserver/findings/3/?a=1&b=2"},
        )
        assert (answer.status_code, answer["HX-Retarget"]) == (403, "#faults")
        assert "/login/?next=/findings/3/%3Fa%3D1%26b%3D2" in answer.content.decode()

    def test_no_password_is_shown(self, office: Office) -> None:
        answer = Client().post("/account/password/", {"old": "旧 密码", "new": "新 密码", "again": "新 密码"})
        assert answer.status_code == 302

    @pytest.mark.parametrize(
        ("before", "onward"),
        [
            ("http://testserver/ledger/1/?q=x", "/ledger/1/%3Fq%3Dx"),
            ("https://elsewhere.example/ledger/", "/"),
            ("", "/"),
        ],
    )
    def test_what_only_takes_forms_is_not_where_to_go_on(self, office: Office, before: str, onward: str) -> None:
        answer = Client().post("/events/check/", headers={"Referer": before})
        assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={onward}")


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [("office", "/measures/999999/progress/", 403), ("handler", "/measures/999999/progress/", 404)],
)
def test_a_fault_does_not_take_the_place_of_a_form(office: Office, role: str, path: str, status: int) -> None:
    answer = signed_in(office, role).post(path, {"done": "已完成。"}, headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"]) == (status, "#faults")
    assert "<html" not in answer.content.decode()


def test_neither_does_a_form_without_its_token(office: Office) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(office.people["handler"], backend=BACKEND)
    answer = client.post("/measures/1/progress/", {"done": "已完成。"}, headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"]) == (403, "#faults")
    assert "<html" not in answer.content.decode()


def test_neither_does_an_error_of_the_program(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("as if")

    monkeypatch.setattr("zhenggai.web.pages.views.finding.measure_story", fail)
    answer = signed_in(office, "handler").get("/measures/1/progress/", headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"]) == (500, "#faults")


def test_every_page_has_the_place_for_faults(office: Office) -> None:
    client = signed_in(office, "office")
    for key in ("home", "imports", "organizations", "account"):
        assert '<div id="faults"></div>' in client.get("/" + screens()[key].path).content.decode()
