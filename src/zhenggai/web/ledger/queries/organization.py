"""The people and organisations of a unit, as names of a document are compared with them."""

from __future__ import annotations

from zhenggai.web.accounts.models import Organization, Person
from zhenggai.web.ledger.drafting.names import Known


def known_names(unit_id: int) -> list[Known]:
    """Return the people who have not left and the departments and branches that are not closed."""
    people = Person.objects.filter(unit=unit_id, left_on=None).order_by("pk").values_list("pk", "name")
    places = Organization.objects.filter(unit=unit_id, closed_on=None).order_by("order", "pk")
    return [
        *(Known("person", pk, name) for pk, name in people),
        *(Known("organization", pk, name, short) for pk, name, short in places.values_list("pk", "name", "short_name")),
    ]
