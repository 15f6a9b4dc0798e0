"""The API: tokens, the same rules as the screens, faults as JSON, and the contract under fuzzing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from answers import content_of
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from offices import SAMPLE, Office, import_sample, make_office

from zhenggai.web.accounts.actions import issue_token, revoke_token
from zhenggai.web.accounts.actions.tokens import digest_of
from zhenggai.web.accounts.models import RestrictedGrant, Token
from zhenggai.web.accounts.rights import rights_of
from zhenggai.web.api.routes import ROUTES
from zhenggai.web.audit.chain import Actor
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.models import Finding, Inspection, Measure, ProgressUpdate, ReportingCycle
from zhenggai.workflow import ACTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

ALL = tuple(ACTS)


def key_of(office: Office, role: str, acts: tuple[str, ...] = ALL) -> str:
    key = f"zg_{role}-{len(acts)}"
    now = timezone.now()
    Token.objects.create(
        person=office.people[role],
        name="测试",
        digest=digest_of(key),
        acts=list(acts),
        created_at=now,
        expires_at=now + dt.timedelta(days=3),
    )
    return key


def client_of(key: str) -> Client:
    return Client(headers={"authorization": f"Bearer {key}"})


def fault(answer: HttpResponse) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()  # type: ignore[attr-defined]
    assert set(found) == {"fault", "message", "fields"}
    assert found["message"]
    return found


def test_the_ledger_comes_in_chinese_row_by_row(office: Office, inspection: Inspection) -> None:
    client = client_of(key_of(office, "office"))
    assert [one["code"] for one in client.get("/api/v1/inspections").json()] == ["2025-1"]
    answer = client.get(f"/api/v1/inspections/{inspection.pk}/ledger?department=教务处")
    assert "教务处".encode() in answer.content
    rows = answer.json()["rows"]
    assert [row["measure"]["reference"] for row in rows] == ["C005", "C006", "C007"]
    assert {row["findings"][0]["reference"] for row in rows} == {"W003"}
    finding = client.get(f"/api/v1/findings/{rows[0]['findings'][0]['id']}").json()
    assert finding["responses"][0]["parties"][0] == ["牵头领导", "李某某"]


def test_a_handler_reports_over_the_api_and_is_named_in_the_event(office: Office, inspection: Inspection) -> None:
    client = client_of(key_of(office, "handler"))
    measure = Measure.objects.get(reference="C005")
    body = {"seen": 1, "percent": 30, "completion_status": "ongoing", "done": "已起草。"}
    url = f"/api/v1/measures/{measure.pk}/progress"
    assert client.post(url, body, content_type="application/json").status_code == 200
    stale = client.post(url, body, content_type="application/json")
    assert (stale.status_code, fault(stale)["fault"]) == (409, "stale")
    assert "（接口）" in fault(stale)["message"]
    bad = client.post(url, body | {"seen": 2, "percent": 300}, content_type="application/json")
    assert (bad.status_code, list(fault(bad)["fields"])) == (422, ["percent"])
    assert ProgressUpdate.objects.count() == 1
    assert client.get(f"/api/v1/measures/{measure.pk}").json()["reports"][0]["done"] == "已起草。"


def test_a_document_goes_up_and_is_confirmed(office: Office) -> None:
    client = client_of(key_of(office, "office"))
    draft = client.post("/api/v1/drafts", {"file": SimpleUploadedFile("方案.docx", SAMPLE.read_bytes())}).json()
    assert draft["state"] == "review"
    body = {"seen": draft["version"], "title": "整改", "code": "A-1", "profile": "inspection-2024@1"}
    done = client.post(f"/api/v1/drafts/{draft['id']}/confirm", body, content_type="application/json")
    assert done.status_code == 200
    assert Finding.objects.filter(inspection=done.json()["id"]).count() == 12
    assert ReportingCycle.objects.filter(inspection=done.json()["id"]).exists(), "its cycles are open at once"
    again = client.post(f"/api/v1/drafts/{draft['id']}/confirm", body, content_type="application/json")
    assert again.status_code == 403
    empty = client.post("/api/v1/drafts", {"file": SimpleUploadedFile("空.txt", b"")})
    assert (empty.status_code, list(fault(empty)["fields"])) == (422, ["file"])


@pytest.mark.parametrize("spoil", ["none", "wrong", "expired", "revoked", "left"])
def test_a_bad_token_opens_nothing(office: Office, inspection: Inspection, spoil: str) -> None:
    key = key_of(office, "office")
    token = Token.objects.get()
    if spoil == "expired":
        Token.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    elif spoil == "revoked":
        giver = office.people["security_administrator"]
        rights = rights_of(giver, timezone.localdate())
        revoke_token(actor=Actor(giver.pk, giver.name, timezone.now()), rights=rights, token_id=token.pk)
    elif spoil == "left":
        type(token.person).objects.filter(pk=token.person_id).update(is_active=False)
    client = Client() if spoil == "none" else client_of(key + ("x" if spoil == "wrong" else ""))
    answer = client.get("/api/v1/inspections")
    assert (answer.status_code, fault(answer)["fault"]) == (401, "unauthenticated")


def test_a_token_is_shown_once_and_kept_as_a_hash_only(office: Office) -> None:
    giver = office.people["security_administrator"]
    rights = rights_of(giver, timezone.localdate())
    _, key = issue_token(
        actor=Actor(giver.pk, giver.name, timezone.now()),
        rights=rights,
        person_id=office.people["office"].pk,
        name="报表",
        acts=["ledger.read"],
        days=3,
    )
    assert client_of(key).get("/api/v1/inspections").status_code == 200
    assert key not in str(Token.objects.values().get())


def test_a_token_narrows_what_its_person_may_do(office: Office, inspection: Inspection) -> None:
    client = client_of(key_of(office, "office", acts=("ledger.read",)))
    assert client.get("/api/v1/inspections").status_code == 200
    refused = client.get("/api/v1/drafts")
    assert (refused.status_code, fault(refused)["fault"]) == (403, "refused")
    assert "这个令牌不含“查看导入稿”权限" in fault(refused)["message"], "the person may, the token may not"
    refused = client_of(key_of(office, "handler", acts=("ledger.read",))).get("/api/v1/drafts")
    assert "可由整改办" in fault(refused)["message"], "neither may"


def test_a_session_does_not_open_the_api(client: Client, office: Office) -> None:
    client.force_login(office.people["office"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/inspections").status_code == 401


def test_what_another_unit_has_is_not_even_known(office: Office) -> None:
    foreign = import_sample(make_office("云溪县第一小学", "-2"))
    client = client_of(key_of(office, "office"))
    assert client.get(f"/api/v1/inspections/{foreign.pk}/ledger").status_code == 404
    assert client.get(f"/api/v1/findings/{foreign.findings.first().pk}").status_code == 404


def test_a_restricted_finding_is_secret(office: Office, inspection: Inspection) -> None:
    Finding.objects.filter(reference="W003").update(layer="restricted")
    client = client_of(key_of(office, "office"))
    assert client.get(f"/api/v1/findings/{Finding.objects.get(reference='W003').pk}").status_code == 404
    assert client.get(f"/api/v1/measures/{Measure.objects.get(reference='C005').pk}").status_code == 404
    rows = client.get(f"/api/v1/inspections/{inspection.pk}/ledger").json()["rows"]
    assert "W003" not in {finding["reference"] for row in rows for finding in row["findings"]}


def test_with_a_need_to_know_every_look_is_an_event(office: Office, inspection: Inspection) -> None:
    Finding.objects.filter(reference="W003").update(layer="restricted")
    handler = office.people["handler"]
    RestrictedGrant.objects.create(person=handler, unit=office.unit, reason="承办", since=dt.date(2025, 1, 1))
    client = client_of(key_of(office, "handler"))
    finding, measure = Finding.objects.get(reference="W003").pk, Measure.objects.get(reference="C005").pk
    looks = (f"findings/{finding}", f"measures/{measure}", f"inspections/{inspection.pk}/ledger")
    for n, path in enumerate(looks, start=1):
        assert client.get(f"/api/v1/{path}").status_code == 200
        events = Event.objects.filter(action="restricted.read", subject_label="问题W003")
        assert events.count() == n, path
        assert all("（接口）" in event.actor_name for event in events)


FAR = 2**70


@pytest.mark.parametrize(
    ("path", "values", "statuses"),
    [
        ("progress", {"done": "已起草\0办法。"}, {200}),
        ("progress", {"done": "长" * 5000}, {422}),
        ("progress", {"percent": FAR}, {422}),
        ("progress", {"seen": FAR}, {409, 422}),
        ("progress", {"seen": -1}, {409, 422}),
        ("progress", {"completion_status": "\0"}, {422}),
        ("progress", {"completion_status": "x" * 500}, {422}),
        ("confirm", {"title": "长" * 500}, {422}),
        ("confirm", {"code": "长" * 500}, {422}),
        ("confirm", {"code": "A\0B"}, {200}),
        ("confirm", {"profile": "../x"}, {422}),
        ("confirm", {"seen": FAR}, {409, 422}),
    ],
    ids=lambda value: "".join(value) if isinstance(value, dict) else None,
)
def test_hostile_values_are_refused_or_made_plain(
    office: Office, inspection: Inspection, path: str, values: dict[str, Any], statuses: set[int]
) -> None:
    if path == "progress":
        client = client_of(key_of(office, "handler"))
        url = f"/api/v1/measures/{Measure.objects.get(reference='C005').pk}/progress"
        body = {"seen": 1, "percent": 30, "completion_status": "ongoing", "done": "已起草。"}
    else:
        client = client_of(key_of(office, "office"))
        draft = client.post("/api/v1/drafts", {"file": SimpleUploadedFile("方\0案.docx", SAMPLE.read_bytes())}).json()
        url = f"/api/v1/drafts/{draft['id']}/confirm"
        body = {"seen": draft["version"], "title": "整改", "code": "A-1", "profile": "inspection-2024@1"}
    answer = client.post(url, body | values, content_type="application/json")
    assert answer.status_code in statuses, answer.content.decode()
    if answer.status_code != 200:
        fault(answer)


@pytest.mark.parametrize(
    "query", ["q=%00", "q=a%00b", "leader=%00", "after=9-9-9", "after=x", "colour=x", "area=99999999999999999999"]
)
def test_hostile_queries_break_nothing(office: Office, inspection: Inspection, query: str) -> None:
    client = client_of(key_of(office, "office"))
    assert client.get(f"/api/v1/inspections/{inspection.pk}/ledger?{query}").status_code in (200, 422)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b'{"done": "\\ud800"}', b"[" * 100_000, b"1e999"], ids=range(7)
)
def test_what_is_no_json_is_told(office: Office, inspection: Inspection, body: bytes) -> None:
    url = f"/api/v1/measures/{Measure.objects.get(reference='C005').pk}/progress"
    answer = client_of(key_of(office, "handler")).generic("POST", url, body, content_type="application/json")
    assert answer.status_code in (400, 422)
    fault(answer)


@pytest.mark.parametrize("path", ["nothing", "findings/x", "findings/99999999999999999999", "findings/0"])
def test_what_is_not_there_is_told_as_json(office: Office, path: str) -> None:
    answer = client_of(key_of(office, "office")).get(f"/api/v1/{path}")
    assert answer.status_code in (404, 422)
    fault(answer)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_refuses_who_may_not_do_its_act(office: Office, inspection: Inspection, route: Any) -> None:
    measure = Measure.objects.get(reference="C005").pk
    url = "/api/v1" + route.path.replace("{pk}", str(measure))
    for role in office.people:
        answer = client_of(key_of(office, role)).generic(route.method, url, content_type="application/json", data="{}")
        content_of(answer)
        allowed = bool(ACTS[route.act].of(role))
        assert (answer.status_code == 403) is not allowed, (role, answer.status_code)
        assert answer.status_code < 500


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """The end of a request to the plain WSGI application would close the connection in which the test's transaction is open."""
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.mark.slow
def test_the_contract_holds_under_fuzzing(office: Office, inspection: Inspection, kept_connection: None) -> None:
    import schemathesis  # noqa: PLC0415 — heavy, and only this test needs it
    from hypothesis import HealthCheck, given, settings  # noqa: PLC0415
    from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance  # noqa: PLC0415

    from zhenggai.web.api.urls import openapi  # noqa: PLC0415
    from zhenggai.web.wsgi import application  # noqa: PLC0415

    headers = {"Authorization": f"Bearer {key_of(office, 'office')}", "Host": "localhost"}
    schema = schemathesis.openapi.from_dict(openapi())
    schema.app = application
    excluded = [
        ignored_auth,
        positive_data_acceptance,
    ]  # the first forgets the header; an empty file is refused with 422
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def conforms(case: Any) -> None:
            answer = case.call(headers=headers)
            assert answer.status_code < 500
            case.validate_response(answer, excluded_checks=excluded)

        conforms()
