"""References that are never used twice: counters of the inspection, taken in the transaction that uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.ledger.models import Inspection

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIXES = {"area": "F", "item": "T", "finding": "W", "response": "Y", "measure": "C", "evidence": "Z"}


class Numbering:
    """The next references of one inspection. `save` must be called before the transaction ends."""

    def __init__(self, inspection_id: int) -> None:
        """Hold the inspection's row, so that two transactions cannot take the same reference."""
        self._inspection = Inspection.objects.select_for_update().get(pk=inspection_id)

    def take(self, kind: str) -> str:
        """Return the next reference of `kind`: area, item, finding, response, measure or evidence."""
        number = getattr(self._inspection, f"last_{kind}") + 1
        setattr(self._inspection, f"last_{kind}", number)
        return f"{_PREFIXES[kind]}{number:03d}"

    def save(self) -> None:
        """Keep what has been taken."""
        Inspection.objects.filter(pk=self._inspection.pk).update(**dict(self._counters()))

    def _counters(self) -> Iterator[tuple[str, int]]:
        for kind in _PREFIXES:
            yield f"last_{kind}", getattr(self._inspection, f"last_{kind}")
