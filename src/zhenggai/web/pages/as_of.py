"""?as_of=2026-09-30: a page reckoned for another day, past or to come."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from zhenggai.web.ledger.queries.filters import NO_DAY, as_of_day

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.web.pages.requests import PersonRequest


class AsOf(TypedDict):
    """What a template needs: the other day, what is wrong with what was asked for, and the day that is reckoned with."""

    as_of: dt.date | None
    as_of_fault: str
    reckoned: dt.date


def as_of(request: PersonRequest) -> AsOf:
    """Return the day that the address asks for; today where it asks for none, or for none that can be read."""
    typed = request.GET.get("as_of", "").strip()[:20]
    day = as_of_day(typed) if typed else None
    return AsOf(as_of=day, as_of_fault=NO_DAY if typed and day is None else "", reckoned=day or request.today)
