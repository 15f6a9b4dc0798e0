"""What of the restricted layer a person may not know of, for screens that show more than the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from zhenggai.web.ledger.models import (
    Area,
    Evidence,
    EvidenceLink,
    Finding,
    Item,
    Measure,
    Resolution,
    Response,
    SupervisionPaper,
)
from zhenggai.web.ledger.models.rows import Layer

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from zhenggai.web.accounts.rights import Rights


def hidden_subjects(rights: Rights, units: Collection[int]) -> frozenset[tuple[str, str]]:
    """Return the restricted findings of `units`, as events name them: (kind, id); with their responses, measures and evidence.

    So are headings above nothing else: an item may say the very words of its only finding. Evidence is hidden by its
    own layer too, and where it proves nothing that the person may know of.
    """
    secret = set(units) - rights.restricted_units
    findings = Finding.objects.filter(layer=Layer.RESTRICTED, unit__in=secret)
    responses = Response.objects.filter(answers__finding__in=findings)
    measures = Measure.objects.filter(response__in=responses)
    others = Finding.objects.exclude(layer=Layer.RESTRICTED).filter(withdrawn_at=None)
    items = Item.objects.filter(findings__in=findings).exclude(
        pk__in=others.filter(item__findings__in=findings).values("item")
    )
    areas = Area.objects.filter(findings__in=findings).exclude(
        pk__in=others.filter(area__findings__in=findings).values("area")
    )
    links = EvidenceLink.objects.filter(evidence=OuterRef("pk"), removed_at=None)
    hidden = Q(layer=Layer.RESTRICTED) | ~Exists(links.exclude(measure__in=measures.values("pk")))
    evidence = Evidence.objects.filter(hidden, unit__in=secret)
    kinds: dict[str, QuerySet[Any]] = {
        "finding": findings,
        "response": responses,
        "measure": measures,
        "item": items,
        "area": areas,
    }
    kinds["evidence"] = evidence
    kinds["paper"] = SupervisionPaper.objects.filter(Q(finding__in=findings) | Q(measure__in=measures))
    kinds["resolution"] = Resolution.objects.filter(finding__in=findings)
    return frozenset((kind, str(pk)) for kind, rows in kinds.items() for pk in rows.values_list("pk", flat=True))


def restricted_measures(inspection_id: int) -> dict[str, int]:
    """Return the measures of an inspection that answer a restricted finding: that finding's id by the measure's number."""
    rows = Measure.objects.filter(inspection=inspection_id, response__findings__layer=Layer.RESTRICTED)
    return dict(rows.values_list("reference", "response__findings"))
