"""What of the restricted layer a person may not know of, for screens that show more than the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.ledger.models import Finding, Measure, Response
from zhenggai.web.ledger.models.rows import Layer

if TYPE_CHECKING:
    from collections.abc import Collection

    from zhenggai.web.accounts.rights import Rights


def hidden_subjects(rights: Rights, units: Collection[int]) -> frozenset[tuple[str, str]]:
    """Return the restricted findings of `units`, their responses and measures, as events name them: (kind, id)."""
    findings = Finding.objects.filter(layer=Layer.RESTRICTED, unit__in=set(units) - rights.restricted_units)
    responses = Response.objects.filter(answers__finding__in=findings)
    measures = Measure.objects.filter(response__in=responses)
    kinds = {"finding": findings, "response": responses, "measure": measures}
    return frozenset((kind, str(pk)) for kind, rows in kinds.items() for pk in rows.values_list("pk", flat=True))
