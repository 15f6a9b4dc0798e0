"""The inspections that a person sees, and what one consists of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from zhenggai.web.ledger import access
from zhenggai.web.ledger.models import Area, Assignment, Finding

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Inspection


def inspection_list(rights: Rights, *, limit: int = 200) -> list[Inspection]:
    """Return the newest inspections that the person sees, with their units."""
    return list(access.inspections(rights).select_related("unit").order_by("-created_at", "-pk")[:limit])


def inspection_of(rights: Rights, pk: int, act: str = "ledger.read") -> Inspection:
    """Return one inspection with its unit; faults as `access.inspection`."""
    return access.inspection(rights, pk, act)


def areas_of(rights: Rights, inspection: Inspection) -> list[tuple[int, str]]:
    """Return the areas of findings that the person may see, and to who sees the whole those without any, as (id, title)."""
    areas = Area.objects.filter(inspection=inspection, withdrawn_at=None)
    visible = Q(pk__in=access.findings(rights).filter(inspection=inspection, withdrawn_at=None).values("area_id"))
    if rights.may_in("ledger.read", inspection.unit_id):
        visible |= Q(~Exists(Finding.objects.filter(area=OuterRef("pk"), withdrawn_at=None)))
    areas = areas.filter(visible)
    return list(areas.order_by("order", "pk").values_list("pk", "title"))


def party_names(rights: Rights, inspection: Inspection, role: str, text: str, *, limit: int = 30) -> list[str]:
    """Return the names in `role` (leader or department) that contain `text`, for a field that completes them."""
    roles = [name for name in Assignment.Role.values if name.endswith(role)]
    visible = access.responses(rights, "ledger.read").filter(inspection=inspection)
    names = Assignment.objects.filter(inspection=inspection, role__in=roles, name__icontains=text, until=None)
    found = names.filter(response__in=visible.values("pk")).order_by("name").values_list("name", flat=True)
    return list(found.distinct()[:limit])
