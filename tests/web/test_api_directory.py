"""The API's directory of people and its events: what is shown to whom, page by page, narrowed as on the screens."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from offices import SYSTEM, import_sample, make_office
from test_api import client_of, fault, key_of

from zhenggai.web.accounts.actions import create_person, hold_post
from zhenggai.web.accounts.models import Person, RestrictedGrant
from zhenggai.web.accounts.queries import DIRECTORY_PAGE
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.models import Finding

if TYPE_CHECKING:
    from offices import Office
    from pytest_django import DjangoAssertNumQueries

    from zhenggai.web.ledger.models import Inspection


def people(office: Office, role: str = "office", query: str = "") -> dict[str, Any]:
    answer = client_of(key_of(office, role)).get(f"/api/v1/people?{query}")
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def test_the_directory_names_posts_and_roles_of_today(office: Office) -> None:
    found = {line["name"]: line for line in people(office)["people"]}
    assert found["经办人某某"]["titles"] == "教务处"
    assert found["经办人某某"]["roles"] == "经办人"
    assert {line["unit_id"] for line in found.values()} == {office.unit.pk}, "nobody of another unit"


def test_the_directory_comes_in_pages_without_gap_or_repetition(office: Office) -> None:
    for n in range(DIRECTORY_PAGE + 20):
        Person.objects.create(unit=office.unit, name=f"教师{n}")
    client = client_of(key_of(office, "office"))
    seen: list[int] = []
    after = 0
    for _ in range(5):
        page = client.get(f"/api/v1/people?after={after}").json()
        assert len(page["people"]) <= DIRECTORY_PAGE
        seen += [line["id"] for line in page["people"]]
        if page["after"] is None:
            break
        after = page["after"]
    assert len(seen) == len(set(seen)) == Person.objects.filter(unit=office.unit).count()
    assert seen == sorted(seen)


def test_the_directory_is_narrowed_by_name_and_unit(office: Office) -> None:
    foreign = make_office("云溪县第一小学", "-2", office.above)
    assert [line["name"] for line in people(office, query="q=经办")["people"]] == ["经办人某某"]
    assert people(office, "principal", f"unit={foreign.unit.pk}")["people"] == []


@pytest.mark.parametrize("query", ["after=-1", "after=x", f"unit={2**70}"])
def test_a_key_that_is_none_is_named(office: Office, query: str) -> None:
    answer = client_of(key_of(office, "office")).get(f"/api/v1/people?{query}")
    assert (answer.status_code, list(fault(answer)["fields"])) == (422, [query.partition("=")[0]])


def test_the_number_of_queries_of_the_directory_does_not_grow(
    office: Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(key_of(office, "office"))
    client.get("/api/v1/people")
    with django_assert_num_queries(8):
        client.get("/api/v1/people")
    for n in range(30):
        someone = create_person(actor=SYSTEM, unit=office.unit, name=f"教师{n}")
        hold_post(actor=SYSTEM, person=someone, organization=office.departments["教务处"], since=dt.date(2025, 1, 1))
    with django_assert_num_queries(8):
        client.get("/api/v1/people")


def test_a_person_comes_with_posts_and_grants_and_the_account_only_for_its_administrator(office: Office) -> None:
    handler = office.people["handler"]
    RestrictedGrant.objects.create(
        person=handler, unit=office.unit, reason="承办", since=dt.date(2025, 1, 1), until=dt.date(2025, 9, 1)
    )
    path = f"/api/v1/people/{handler.pk}"
    told = client_of(key_of(office, "office")).get(path).json()
    assert [post["organization"] for post in told["posts"]] == ["教务处"]
    assert [(grant["role"], grant["current"]) for grant in told["grants"]] == [("handler", True)]
    assert [secret["reason"] for secret in told["need_to_know"]] == ["承办"]
    assert told["account"] is None
    administered = client_of(key_of(office, "system_administrator")).get(path).json()
    assert administered["account"] == {"login": "handler", "locked_until": None, "has_code": False}


def test_a_token_that_may_not_administer_accounts_does_not_see_one(office: Office) -> None:
    key = key_of(office, "system_administrator", ("organization.read",))
    assert client_of(key).get(f"/api/v1/people/{office.people['handler'].pk}").json()["account"] is None


def test_a_person_of_another_unit_is_not_known(office: Office) -> None:
    foreign = make_office("云溪县第一小学", "-2", office.above)
    answer = client_of(key_of(office, "office")).get(f"/api/v1/people/{foreign.people['handler'].pk}")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("action=plan.confirmed", {"确认方案"}),
        ("about=方案", None),
        ("who=整改办", None),
        ("since=2025-05-20&until=2025-05-20&action=import.uploaded", {"上传文件"}),
        ("until=2025-05-19", set()),
        ("since=2025-05-21&action=plan.confirmed", set()),
        ("who=没有这个人", set()),
        ("until=9999-12-31&action=plan.confirmed", {"确认方案"}),
        ("since=0001-01-01&action=plan.confirmed", {"确认方案"}),
        ("until=0001-01-01", set()),
    ],
)
def test_events_are_narrowed_as_on_their_screen(
    office: Office, inspection: Inspection, query: str, expected: set[str] | None
) -> None:
    answer = client_of(key_of(office, "audit_administrator")).get(f"/api/v1/events?{query}")
    assert answer.status_code == 200, answer.content.decode()
    told = answer.json()["events"]
    if expected is None:
        name, _, words = query.partition("=")
        assert told
        assert all(words in event[name] for event in told)
    else:
        assert {event["what"] for event in told} == expected


@pytest.mark.parametrize("query", ["since=昨天", "until=2025-02-30", "action=nothing"])
def test_a_filter_that_cannot_be_read_is_named(office: Office, query: str) -> None:
    answer = client_of(key_of(office, "audit_administrator")).get(f"/api/v1/events?{query}")
    assert (answer.status_code, list(fault(answer)["fields"])) == (422, [query.partition("=")[0]])


def test_of_a_restricted_finding_the_events_tell_nothing(office: Office, inspection: Inspection) -> None:
    finding = Finding.objects.get(reference="W003")
    Finding.objects.filter(pk=finding.pk).update(layer="restricted")
    event = Event.objects.order_by("-pk")[0]
    Event.objects.filter(pk=event.pk).update(
        subject_type="finding", subject_id=str(finding.pk), subject_label="问题W003", reason="秘密的理由"
    )
    client = client_of(key_of(office, "audit_administrator"))
    answer = client.get("/api/v1/events")
    assert "（限知事项）" in {told["about"] for told in answer.json()["events"]}
    assert "秘密的理由" not in answer.content.decode()
    assert client.get("/api/v1/events?about=W003").json()["events"] == []


def test_events_of_another_unit_are_not_told(office: Office) -> None:
    import_sample(make_office("云溪县第一小学", "-2", office.above))
    answer = client_of(key_of(office, "audit_administrator")).get("/api/v1/events?action=plan.confirmed")
    assert answer.json()["events"] == []
