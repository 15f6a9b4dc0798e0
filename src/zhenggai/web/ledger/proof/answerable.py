"""Who answers for what against the events: each act that changes it tells the hash over all of an inspection's assignments."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from zhenggai.web.ledger.models import Assignment, Inspection
from zhenggai.web.ledger.proof.misfits import Misfit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NAME = "answerable"
"""The key under which an event tells the hashes, by the inspections' ids as text."""
FORMAT = "1:"
"""What the hash is made over, before the hash itself: whoever hashes more counts it up and keeps the old way beside."""
_COLUMNS = (
    "pk",
    "response_id",
    "measure_id",
    "role",
    "name",
    "person_id",
    "organization_id",
    "order",
    "since",
    "until",
)


def answerable(inspections: Iterable[int]) -> dict[str, Any]:
    """Return what an event tells that has changed assignments of the inspections; made after the change."""
    return {NAME: {str(pk): _digest(pk) for pk in sorted(set(inspections))}}


def answerable_misfits(unit_id: int, told: Mapping[str, tuple[str, int]]) -> Iterator[Misfit]:
    """Check the assignments of the unit; `told` gives hash and event's number by the inspection's id, as told last."""
    for inspection in Inspection.objects.filter(unit_id=unit_id).order_by("pk"):
        digest, number = told.get(str(inspection.pk), ("", 0))
        if digest and digest != _digest(inspection.pk):
            what = f"与第{number}号操作记录不符，此后没有调整的登记"
            yield Misfit("answerable", f"《{inspection.title}》的责任分工", what, number)


def _digest(inspection_id: int) -> str:
    hashed = hashlib.sha256()
    rows = Assignment.objects.filter(inspection=inspection_id).order_by("pk").values_list(*_COLUMNS)
    for row in rows.iterator(chunk_size=2000):
        hashed.update(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n")
    return FORMAT + hashed.hexdigest()
