"""What of the restricted layer a person may not know of, for screens that show more than the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.ledger.models import Area, Finding, Item, Measure, Response
from zhenggai.web.ledger.models.rows import Layer

if TYPE_CHECKING:
    from collections.abc import Collection

    from zhenggai.web.accounts.rights import Rights


def hidden_subjects(rights: Rights, units: Collection[int]) -> frozenset[tuple[str, str]]:
    """Return the restricted findings of `units`, as events name them: (kind, id); with their responses and measures.

    So are headings above nothing else: an item may say the very words of its only finding.
    """
    findings = Finding.objects.filter(layer=Layer.RESTRICTED, unit__in=set(units) - rights.restricted_units)
    responses = Response.objects.filter(answers__finding__in=findings)
    measures = Measure.objects.filter(response__in=responses)
    others = Finding.objects.exclude(layer=Layer.RESTRICTED).filter(withdrawn_at=None)
    items = Item.objects.filter(findings__in=findings).exclude(
        pk__in=others.filter(item__findings__in=findings).values("item")
    )
    areas = Area.objects.filter(findings__in=findings).exclude(
        pk__in=others.filter(area__findings__in=findings).values("area")
    )
    kinds = {"finding": findings, "response": responses, "measure": measures, "item": items, "area": areas}
    return frozenset((kind, str(pk)) for kind, rows in kinds.items() for pk in rows.values_list("pk", flat=True))
