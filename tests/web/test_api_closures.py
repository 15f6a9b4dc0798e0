"""销号 over the API: five people with tokens, a batch, a rebound; a token's acts are the limit of what it can sign."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from closings import HANDED, closable, close, colleague, form, shown_of
from django.utils import timezone
from test_api import client_of, fault, key_of

from zhenggai.web.audit.chain import first_break
from zhenggai.web.audit.models import Event
from zhenggai.workflow import TRANSITIONS

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client
    from offices import Office

    from zhenggai.web.ledger.models import Finding, Inspection

STEPS = (
    ("responsible_leader", "review", "reviewed"),
    ("supervision", "verify", "verified"),
    ("group", "approve", "approved"),
    ("inspection_office", "confirm", "confirmed"),
)


@pytest.fixture
def finding(office: Office, inspection: Inspection) -> Finding:
    return closable(office, inspection)


CLIENTS: dict[str, Client] = {}


@pytest.fixture(autouse=True)
def _no_clients_of_another_test() -> None:
    CLIENTS.clear()


def client(office: Office, role: str) -> Client:
    if role not in CLIENTS:
        CLIENTS[role] = client_of(key_of(office, role))
    return CLIENTS[role]


def post(office: Office, role: str, path: str, body: dict[str, Any]) -> HttpResponse:
    return client(office, role).post(f"/api/v1/{path}", body, content_type="application/json")


def papers(code: str, office: Office | None = None) -> dict[str, Any]:
    values: dict[str, Any] = {"verifiers": [colleague(office).pk]} if office else {}
    for demand in TRANSITIONS[code].demands:
        values |= HANDED[demand]
    today = timezone.localdate()
    values |= {name: today for name in ("verified_on", "met_on") if name in values}
    if "due_on" in values:
        values["due_on"] = today + dt.timedelta(days=60)
    return {name: list(one) if isinstance(one, tuple) else one for name, one in values.items()}


def test_five_tokens_close_a_finding(office: Office, inspection: Inspection, finding: Finding) -> None:
    filed = post(office, "office", f"inspections/{inspection.pk}/file", {"seen": inspection.version})
    assert filed.status_code == 200, filed.content
    body = {"seen": None, "application": form(finding)}
    begun = post(office, "handler", f"findings/{finding.pk}/closure/prepare", body).json()
    assert begun["stage"] == "拟申请"
    body |= {"seen": begun["version"], "shown": ""}
    path = f"findings/{finding.pk}/closure/apply"
    assert post(office, "department_head", path, body).status_code == 409, "what was not shown is not signed"
    body["shown"] = client(office, "department_head").get(f"/api/v1/findings/{finding.pk}/closure").json()["shown"]
    closure = post(office, "department_head", path, body).json()
    for role, word, code in STEPS:
        queues = client(office, role).get("/api/v1/closures").json()
        assert [row["closure_id"] for queue in queues for row in queue["rows"]] == [closure["id"]]
        sent = {"seen": closure["version"], "transition": code, **papers(code, office)}
        answer = post(office, role, f"closures/{closure['id']}/{word}", sent)
        assert answer.status_code == 200, answer.content.decode()
        again = post(office, role, f"closures/{closure['id']}/{word}", sent)
        assert again.status_code == 409
        closure = answer.json()
    assert closure["stage"] == "已认定"
    story = client(office, "office").get(f"/api/v1/findings/{finding.pk}/closure").json()
    assert [one["label"] for one in story["attempts"][0]["signatures"]][-1] == "认定"
    assert story["application"]["lateral"] == "对照排查其他处室，未发现同类问题"
    assert story["measures"][0]["proofs"]
    reopened = post(
        office,
        "supervision",
        f"findings/{finding.pk}/closure/reopen",
        {"seen": closure["version"], **papers("reopened")},
    )
    assert reopened.status_code == 200, reopened.content.decode()
    finding.refresh_from_db()
    assert (finding.cycle, finding.closure_stage) == (2, "none")
    assert first_break(office.unit.pk) is None
    assert all("（接口）" in event.actor_name for event in Event.objects.filter(action="closure.verified"))


def test_what_is_missing_is_named_by_field(office: Office, finding: Finding) -> None:
    body = {"seen": None, "shown": shown_of(finding), "application": form(finding) | {"lateral": "", "criteria": {}}}
    answer = post(office, "department_head", f"findings/{finding.pk}/closure/apply", body)
    assert answer.status_code == 422
    assert "criteria:fact" in fault(answer)["fields"]


def test_a_route_takes_the_steps_of_its_act_only(office: Office, finding: Finding) -> None:
    closure = close(office, finding, ())
    sent = {"seen": closure.version, "transition": "reviewed"}
    assert post(office, "supervision", f"closures/{closure.pk}/verify", sent).status_code == 422
    assert post(office, "responsible_leader", f"closures/{closure.pk}/review", sent).status_code == 200


def test_the_table_refuses_over_the_api_as_well(office: Office, finding: Finding) -> None:
    closure = close(office, finding, ())
    sent = {"seen": closure.version, "transition": "verified", **papers("verified", office)}
    answer = post(office, "supervision", f"closures/{closure.pk}/verify", sent)
    assert (answer.status_code, fault(answer)["fault"]) == (403, "refused")
    assert "已申请" in fault(answer)["message"]


def test_a_meeting_decides_whole_or_not_at_all(office: Office, inspection: Inspection) -> None:
    found = [closable(office, inspection, reference) for reference in ("W001", "W003")]
    made = [close(office, one, (("responsible_leader", "reviewed"), ("supervision", "verified"))) for one in found]
    choices = [
        {"closure_id": one.pk, "seen": one.version, "transition": code, **papers(code)}
        for one, code in zip(made, ("approved", "continued"), strict=True)
    ]
    wrong = [choices[0], choices[1] | {"missing": ""}]
    answer = post(office, "group", "closures/decisions", {"choices": wrong})
    assert (answer.status_code, list(fault(answer)["fields"])) == (422, [f"missing:{made[1].pk}"])
    answer = post(office, "group", "closures/decisions", {"choices": choices})
    assert sorted(one["stage"] for one in answer.json()) == ["已退回", "已销号"]


def test_a_key_finding_is_set_and_a_stale_version_is_told(office: Office, finding: Finding) -> None:
    path = f"findings/{finding.pk}/key"
    assert post(office, "office", path, {"seen": finding.version, "key": True}).json()["key"] is True
    assert post(office, "office", path, {"seen": finding.version, "key": False}).status_code == 409


@pytest.mark.parametrize("seen", [2**70, -1, 0])
def test_hostile_versions_are_a_conflict(office: Office, finding: Finding, seen: int) -> None:
    assert post(office, "office", f"findings/{finding.pk}/key", {"seen": seen, "key": True}).status_code in (409, 422)
    closure = close(office, finding, ())
    sent = {"seen": seen, "transition": "reviewed"}
    assert post(office, "responsible_leader", f"closures/{closure.pk}/review", sent).status_code in (409, 422)
