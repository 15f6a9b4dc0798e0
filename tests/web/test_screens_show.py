"""What a person must be able to read on a screen, where no other test looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offices import BACKEND

if TYPE_CHECKING:
    from django.test import Client
    from offices import Office

    from zhenggai.web.ledger.models import Inspection


def test_a_person_page_names_the_roles(client: Client, office: Office) -> None:
    client.force_login(office.people["security_administrator"], backend=BACKEND)
    text = client.get(f"/people/{office.people['archivist'].pk}/").content.decode()
    assert "<td>档案员</td>" in text


def test_a_leader_of_the_group_is_not_asked_to_press_others(
    client: Client, office: Office, inspection: Inspection
) -> None:
    leader = office.people["lead_leader"]
    office.people["group"].grants.update(person=leader)
    client.force_login(leader, backend=BACKEND)
    text = client.get("/").content.decode()
    assert "逾期" in text  # the whole ledger's figures are there
    assert "督促" not in text
    inspection.responses.first().assignments.create(
        unit=office.unit, inspection=inspection, role="lead_leader", person=leader, name="某", since="2025-01-01"
    )
    assert "督促" in client.get("/").content.decode()
