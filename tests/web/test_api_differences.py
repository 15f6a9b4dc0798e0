"""A later document over the API: uploaded, compared, decided, confirmed — and what cannot be taken is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from offices import import_sample
from test_api import client_of, fault, key_of
from test_difference_page import LATER, PLAN, TEXT
from test_returned_ledger import Sheet

from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.models import Finding, Inspection, Measure, PlanVersion, ProgressUpdate

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client
    from offices import Office


@pytest.fixture
def ledger(office: Office) -> Inspection:
    return import_sample(office, file=PLAN)


@pytest.fixture
def api(office: Office) -> Client:
    return client_of(key_of(office, "office"))


def upload(api: Client, ledger: Inspection, data: bytes, name: str = "方案修订稿.txt") -> dict[str, Any]:
    answer = api.post(f"/api/v1/inspections/{ledger.pk}/later", {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 200, answer.content.decode()
    draft: dict[str, Any] = answer.json()
    assert draft["inspection_id"] == ledger.pk
    return draft


def listed(api: Client, draft: dict[str, Any]) -> dict[str, Any]:
    answer = api.get(f"/api/v1/drafts/{draft['id']}/differences")
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def send(api: Client, draft: dict[str, Any], what: str, **body: object) -> HttpResponse:
    address = f"/api/v1/drafts/{draft['id']}/differences/{what}"
    return api.post(address, body, content_type="application/json")


def test_a_changed_plan_goes_up_is_decided_and_confirmed(api: Client, ledger: Inspection) -> None:
    draft = upload(api, ledger, LATER.encode())
    found = listed(api, draft)
    groups = {difference["group"] for difference in found["differences"]}
    assert {"changed", "new", "missing"} <= groups
    assert found["total"] == len(found["differences"])
    (gone,) = [one for one in found["differences"] if one["group"] == "missing"]
    assert gone["choice"] == "keep", "absence is a question, never a deletion"
    (changed,) = [one for one in found["differences"] if one["reference"] == "C003"]
    assert changed["changes"][0]["after"] == "2025年7月31日前"
    decided = send(api, draft, "decide", seen=found["version"], choices={gone["id"]: "withdraw"})
    assert decided.status_code == 200
    seen = decided.json()["version"]
    bare = send(api, draft, "confirm", seen=seen, versions=found["versions"])
    assert (bare.status_code, list(fault(bare)["fields"])) == (422, [gone["id"]])
    reasoned = send(api, draft, "decide", seen=seen, reasons={gone["id"]: "已并入第1项"})
    assert reasoned.status_code == 200
    done = send(api, draft, "confirm", seen=reasoned.json()["version"], versions=found["versions"])
    assert (done.status_code, done.json()) == (200, {"plan": 2})
    assert Measure.objects.get(reference="C003").due_text == "2025年7月31日前"
    assert Measure.objects.get(reference=gone["reference"]).withdrawn_at is not None
    assert "（接口）" in Event.objects.filter(action="difference.confirmed").latest("pk").actor_name
    assert api.get(f"/api/v1/drafts/{draft['id']}/differences").status_code == 403


def test_differences_come_in_pages(api: Client, ledger: Inspection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhenggai.web.api.routes.differences.PAGE", 2)
    draft = upload(api, ledger, LATER.encode())
    first = listed(api, draft)
    assert len(first["differences"]) == 2
    assert first["after"] == first["differences"][-1]["id"]
    path = f"/api/v1/drafts/{draft['id']}/differences"
    second = api.get(path, {"after": first["after"]}).json()
    ids = [one["id"] for page in (first, second) for one in page["differences"]]
    assert len(ids) == len(set(ids)) == first["total"]
    assert second["after"] == ""
    wrong = api.get(path, {"after": "nothing"})
    assert (wrong.status_code, list(fault(wrong)["fields"])) == (422, ["after"])


def test_the_ledger_comes_back_as_xlsx_and_its_progress_is_kept(
    office: Office, api: Client, ledger: Inspection
) -> None:
    sheet = Sheet(office, ledger)
    sheet.put("C003", "进展情况", "已印制。")
    sheet.put("C003", "完成进度", "30%")
    draft = upload(api, ledger, sheet.data(), "台账.xlsx")
    found = listed(api, draft)
    assert found["from_sheet"]
    done = send(api, draft, "confirm", seen=found["version"], versions=found["versions"])
    assert (done.status_code, done.json()) == (200, {"plan": None})
    assert ProgressUpdate.objects.get().done == "已印制。"


def test_what_cannot_be_taken_is_named(api: Client, ledger: Inspection) -> None:
    draft = upload(api, ledger, LATER.encode())
    seen = listed(api, draft)["version"]
    unknown = send(api, draft, "decide", seen=seen, choices={"changed:X": "take"})
    assert (unknown.status_code, list(fault(unknown)["fields"])) == (422, ["choice"])
    nowhere = send(api, draft, "link", seen=seen, difference="changed:X", reference="C001")
    assert (nowhere.status_code, list(fault(nowhere)["fields"])) == (422, ["reference"])
    stale = send(api, draft, "confirm", seen=seen, versions={})
    assert stale.status_code == 409, "rows that were not seen are not written over"
    assert send(api, draft, "decide", seen=seen + 1, choices={}).status_code == 409
    assert PlanVersion.objects.count() == 1


def test_a_row_is_linked_to_another_of_the_ledger(api: Client, ledger: Inspection) -> None:
    draft = upload(api, ledger, LATER.encode())
    found = listed(api, draft)
    (new,) = [one for one in found["differences"] if one["group"] == "new" and one["kind"] == "measure"]
    assert new["offered"]
    answer = send(api, draft, "link", seen=found["version"], difference=new["id"], reference="C002")
    assert answer.status_code == 200
    assert "changed:C002" in {one["id"] for one in listed(api, answer.json())["differences"]}


def test_a_first_document_has_no_differences(api: Client, ledger: Inspection) -> None:
    first = api.post("/api/v1/drafts", {"file": SimpleUploadedFile("方案.txt", TEXT.encode())}).json()
    answer = api.get(f"/api/v1/drafts/{first['id']}/differences")
    assert (answer.status_code, fault(answer)["fault"]) == (403, "refused")


def test_a_look_at_a_restricted_finding_leaves_an_event_and_without_need_to_know_is_hidden(
    office: Office, api: Client, ledger: Inspection
) -> None:
    changed = TEXT.replace("完成时限：2025年6月30日前", "完成时限：2025年7月31日前")
    about = Finding.objects.filter(answers__response__measures__reference="C003").get()
    Finding.objects.filter(pk=about.pk).update(layer="restricted")
    draft = upload(api, ledger, changed.encode())
    assert "C003" not in {one["reference"] for one in listed(api, draft)["differences"]}
    office.people["office"].restricted_grants.create(unit=office.unit, reason="承办", since="2025-01-01")
    assert "C003" in {one["reference"] for one in listed(api, draft)["differences"]}
    event = Event.objects.filter(action="restricted.read").latest("pk")
    assert event.after == {"where": "接口"}


def test_a_bad_file_names_its_field(api: Client, ledger: Inspection) -> None:
    answer = api.post(f"/api/v1/inspections/{ledger.pk}/later", {"file": SimpleUploadedFile("空.txt", b"")})
    assert (answer.status_code, list(fault(answer)["fields"])) == (422, ["file"])


def test_a_later_document_of_another_unit_is_not_known(office: Office, ledger: Inspection, api: Client) -> None:
    draft = upload(api, ledger, LATER.encode())
    other = client_of(key_of(office, "handler"))
    assert other.get(f"/api/v1/drafts/{draft['id']}/differences").status_code == 403
