"""The 台账: rows, spans, filters, pages, columns, who sees what."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from offices import BACKEND, TODAY, import_sample, make_office

from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.models import Finding, Measure, Response
from zhenggai.web.ledger.queries.filters import Filters
from zhenggai.web.ledger.queries.ledger import LedgerPage, ledger_page

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office
    from pytest_django import DjangoAssertNumQueries

    from zhenggai.web.ledger.models import Inspection


def page(office: Office, inspection: Inspection, role: str = "office", **values: str) -> LedgerPage:
    filters, faults = Filters.read(values)
    assert not faults
    return ledger_page(office.rights(role), inspection, filters, after=values.get("after", ""))


def references(found: LedgerPage) -> list[str]:
    return [line.reference for row in found.rows if row.finding for line in row.finding.findings]


def test_every_cell_spans_the_measures_it_is_about(office: Office, inspection: Inspection) -> None:
    found = page(office, inspection)
    assert found.findings == 12
    assert len(found.rows) == Measure.objects.count()
    for column in ("area", "item", "finding", "response"):
        cells = [getattr(row, column) for row in found.rows]
        assert sum(cell.rows for cell in cells if cell) == len(found.rows), column
        filled = 0
        for cell in cells:
            assert (cell is not None) == (filled == 0), column
            filled = (cell.rows if cell else filled) - 1
    assert [row.finding.first for row in found.rows if row.finding] == list(range(1, 13))


def test_findings_that_share_a_response_stand_in_one_cell(office: Office, inspection: Inspection) -> None:
    first, second = Finding.objects.filter(item__number="1").order_by("order")
    answered = Response.objects.get(answers__finding=first)
    second.answers.update(response=answered)
    cell = page(office, inspection).rows[0].finding
    assert cell is not None
    assert [line.reference for line in cell.findings] == [first.reference, second.reference]
    assert (cell.first, cell.last, cell.rows) == (1, 2, 2)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"department": "教务处"}, ["W003"]),
        ({"leader": "钱某某"}, ["W001", "W004", "W012"]),
        ({"leader": "无此人"}, []),
        ({"status": "completed"}, []),
        ({"stage": "none", "department": "教务处"}, ["W003"]),
        ({"stage": "approved"}, []),
        ({"colour": "green"}, ["W001", "W005", "W007"]),
        ({"colour": "yellow"}, []),
        ({"since": "2025-08-01", "until": "2025-08-31"}, ["W010", "W012"]),
        ({"q": "比价"}, ["W006"]),
        ({"q": "100%"}, []),
    ],
)
def test_filters(office: Office, inspection: Inspection, filters: dict[str, str], expected: list[str]) -> None:
    Measure.objects.filter(due_on=dt.date(2025, 5, 25)).update(due_on=None)
    assert references(page(office, inspection, **filters)) == expected


@pytest.mark.parametrize(
    ("name", "value"), [("since", "5月"), ("until", "2025-13-01"), ("status", "x"), ("area", "1; DROP"), ("stage", "?")]
)
def test_a_filter_that_cannot_be_read_is_named_and_ignored(name: str, value: str) -> None:
    filters, faults = Filters.read({name: value})
    assert list(faults) == [name]
    assert not filters.used


def test_pages_follow_one_another_without_gap_or_repetition(office: Office, inspection: Inspection) -> None:
    seen, after = [], ""
    while True:
        found = ledger_page(office.rights("office"), inspection, Filters(), after=after, size=5)
        seen += references(found)
        after = found.after
        if not after:
            break
    assert seen == references(page(office, inspection))


@pytest.mark.parametrize(
    ("role", "count"),
    [
        ("office", 12),
        ("handler", 1),
        ("principal", 12),
        ("archivist", 12),
        ("lead_leader", 0),
        ("inspection_office", 0),
    ],
)
def test_a_role_sees_its_part(office: Office, inspection: Inspection, role: str, count: int) -> None:
    assert page(office, inspection, role).findings == count


def test_a_restricted_finding_shows_only_with_need_to_know(office: Office, inspection: Inspection) -> None:
    Finding.objects.filter(reference="W003").update(layer="restricted")
    assert "W003" not in references(page(office, inspection))
    office.people["office"].restricted_grants.create(
        unit=office.unit, reason="办理", since=TODAY, until=TODAY + dt.timedelta(days=3)
    )
    assert "W003" in references(page(office, inspection))
    later = office.rights("office", TODAY + dt.timedelta(days=4))
    assert "W003" not in references(ledger_page(later, inspection, Filters()))


def test_showing_a_restricted_finding_is_an_event(client: Client, office: Office, inspection: Inspection) -> None:
    Finding.objects.filter(reference="W003").update(layer="restricted")
    handler = office.people["handler"]
    handler.restricted_grants.create(unit=office.unit, reason="承办", since=TODAY)
    client.force_login(handler, backend=BACKEND)
    measure = Measure.objects.get(reference="C005").pk
    for n, url in enumerate((f"/ledger/{inspection.pk}/", f"/measures/{measure}/progress/"), start=1):
        assert client.get(url).status_code == 200
        assert Event.objects.filter(action="restricted.read", subject_label="问题W003").count() == n, url
    client.force_login(office.people["office"], backend=BACKEND)
    assert client.get(f"/ledger/{inspection.pk}/").status_code == 200
    assert Event.objects.filter(action="restricted.read").count() == n


def test_the_number_of_queries_is_fixed(
    office: Office, inspection: Inspection, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rights = office.rights("office")
    with django_assert_num_queries(7):
        ledger_page(rights, inspection, Filters())


class TestScreen:
    @pytest.fixture
    def clerk(self, client: Client, office: Office) -> Client:
        client.force_login(office.people["office"], backend=BACKEND)
        return client

    def test_it_shows_the_ledger(self, clerk: Client, inspection: Inspection) -> None:
        text = clerk.get(f"/ledger/{inspection.pk}/").content.decode()
        assert "建立食材采购三方比价制度" in text
        assert "逾期" in text

    def test_another_unit_is_not_even_known(self, clerk: Client, inspection: Inspection) -> None:
        other = make_office("云溪县第一小学", "-2")
        foreign = import_sample(other)
        assert clerk.get(f"/ledger/{foreign.pk}/").status_code == 404

    def test_a_bad_date_is_named_and_kept(self, clerk: Client, inspection: Inspection) -> None:
        response = clerk.get(f"/ledger/{inspection.pk}/?since=abc")
        assert response.status_code == 422
        assert "日期请按" in response.content.decode()

    def test_htmx_gets_the_table_alone(self, clerk: Client, inspection: Inspection) -> None:
        headers = {"HX-Request": "true", "HX-Target": "ledger"}
        text = clerk.get(f"/ledger/{inspection.pk}/?department=教务处", headers=headers).content.decode()
        assert "<html" not in text
        assert "共1个问题" in text

    def test_all_columns_can_be_left_out_and_stay_out(self, clerk: Client, inspection: Inspection) -> None:
        for url in (f"/ledger/{inspection.pk}/?columns=", f"/ledger/{inspection.pk}/"):
            heads = clerk.get(url).content.decode().split("<thead>")[1].split("</thead>")[0]
            assert heads.count("<th ") == 3, url

    def test_a_column_can_be_left_out_and_stays_out(self, clerk: Client, inspection: Inspection) -> None:
        assert (
            "牵头"
            not in clerk.get(f"/ledger/{inspection.pk}/?columns=area&columns=due").content.decode().split("<table")[1]
        )
        assert "牵头" not in clerk.get(f"/ledger/{inspection.pk}/").content.decode().split("<table")[1]
