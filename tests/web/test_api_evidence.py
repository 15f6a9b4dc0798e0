"""Evidence through the API: the same acts as on the screens, in one round."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from files_of_evidence import pdf, picture

from zhenggai.web.accounts.actions.tokens import digest_of
from zhenggai.web.accounts.models import Token
from zhenggai.web.ledger.models import Evidence, Measure
from zhenggai.workflow import ACTS

if TYPE_CHECKING:
    from offices import Office

    from zhenggai.web.ledger.models import Inspection

API = "/api/v1"


@pytest.fixture
def handler(office: Office, inspection: Inspection) -> Client:
    now = timezone.now()
    Token.objects.create(
        person=office.people["handler"],
        name="测试",
        digest=digest_of("zg_x"),
        acts=list(ACTS),
        created_at=now,
        expires_at=now + dt.timedelta(days=3),
    )
    return Client(headers={"authorization": "Bearer zg_x"})


def send(client: Client, path: str, data: bytes, name: str = "记录.pdf", **values: Any) -> Any:
    return client.post(f"{API}{path}", {"file": SimpleUploadedFile(name, data), **values})


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"{API}{path}", body, content_type="application/json")


def test_a_whole_round(handler: Client) -> None:
    first, second = Measure.objects.filter(response__measures__reference="C005").order_by("pk")[:2]
    answer = send(handler, f"/measures/{first.pk}/evidence", pdf(), kind="meeting", formed_on="2025-05-01", pages="3")
    made = answer.json()
    assert (made["reference"], made["new"], made["remarks"]) == ("Z001", True, ["申报3页，文件为2页"])
    piece = f"/evidence/{made['id']}"
    again = send(handler, f"/measures/{second.pk}/evidence", pdf()).json()
    assert (again["id"], again["new"], again["notes"]) == (made["id"], False, ["与Z001相同，已直接关联。"])
    seen = again["version"]
    assert post(handler, piece, seen=seen - 1, title="x", kind="other").status_code == 409
    corrected = post(handler, piece, seen=seen, title="校务会记录", kind="meeting", formed_on="2025-05-02").json()
    assert (corrected["title"], corrected["pages"], corrected["remarks"]) == ("校务会记录", None, [])
    seen = corrected["version"]
    seen = post(handler, f"{piece}/unlink", seen=seen, measure=second.pk, reason="关联错误").json()["version"]
    linked = post(handler, f"{piece}/link", seen=seen, measures=[second.pk]).json()
    assert [reference for _, reference in linked["measures"]] == [first.reference, second.reference]
    replaced = send(handler, f"{piece}/file", picture(), "a.png", seen=linked["version"], reason="换成照片").json()
    assert (replaced["number"], replaced["file"]) == (2, "a.jpg")
    story = handler.get(f"{API}{piece}").json()
    assert [version["number"] for version in story["versions"]] == [2, 1]
    down = handler.get(f"{API}{piece}/file")
    assert b"".join(down) == picture()
    assert down["Content-Disposition"].startswith("attachment")
    assert b"".join(handler.get(f"{API}{piece}/file?number=1")) == pdf()
    post(handler, f"{piece}/withdraw", seen=replaced["version"], reason="有误")
    listed = handler.get(f"{API}/inspections/{first.inspection_id}/evidence?state=withdrawn").json()
    assert (listed["total"], listed["evidence"][0]["reference"]) == (1, "Z001")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "poem"}, "kind"),
        ({"formed_on": "5月"}, "formed_on"),
        ({"copies": "0"}, "copies"),
        ({"measures": "0"}, ""),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_kept(handler: Client, values: dict[str, str], field: str) -> None:
    measure = Measure.objects.get(reference="C005")
    answer = send(handler, f"/measures/{measure.pk}/evidence", pdf(), **values)
    assert answer.status_code == (422 if field else 404)
    assert not field or field in answer.json()["fields"]
    assert not Evidence.objects.exists()


def test_a_file_that_is_missing_refused_or_too_large_is_told(handler: Client, settings: Any) -> None:
    path = f"/measures/{Measure.objects.get(reference='C005').pk}/evidence"
    for answer in (
        handler.post(f"{API}{path}", {"kind": "meeting"}),
        send(handler, path, b"MZ" + bytes(60)),
    ):
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["file"])
    settings.EVIDENCE_LIMIT = 100
    assert "超过" in send(handler, path, pdf()).json()["message"]
