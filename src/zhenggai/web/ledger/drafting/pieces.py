"""Places that are cut where a text is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenggai.web.ledger.drafting.model import Places


def cut_places(places: Places, length: int, *, whole: bool) -> tuple[Places, Places]:
    """Return the places of the first `length` characters, and the rest; with `whole` everything goes to the first.

    Where a text was joined from several places without what stood between, the cut may be off by those characters; no place is
    lost and none is given twice.
    """
    if whole:
        return places, []
    first: Places = []
    left = length
    for n, (block, start, end) in enumerate(places):
        size = end - start
        if left >= size:
            first.append([block, start, end])
            left -= size
            continue
        if left > 0:
            first.append([block, start, start + left])
        return first, [[block, start + left, end], *places[n + 1 :]]
    return first, []
