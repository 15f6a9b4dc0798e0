"""What of a later document stands for rows that are secret to the person who looks through it: it is left out.

Else the document would show as new what is in the ledger already, and taking it would put it there for all to read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from zhenggai.web.ledger.drafting.matching import match_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.web.ledger.drafting.later import Incoming, Later
    from zhenggai.web.ledger.drafting.standing import Standing

_HEADINGS = ("area", "item")


def without_secrets(later: Later, whole: Standing, seen: Standing, links: Mapping[str, str]) -> Later:
    """Return `later` without what stands for rows of `whole` that are not in `seen`, and without what is only below them.

    A heading of which only secret findings are known stays where the document has others below it.
    """
    hidden = whole.rows.keys() - seen.rows.keys()
    matches = match_rows(whole, later, links)
    gone = {row.key for row in later.rows if row.key in matches and matches[row.key].reference in hidden} | hidden
    for kind in ("response", "measure"):
        gone |= {row.key for row in later.rows if row.kind == kind and row.key not in matches and _all(row, gone)}
    for kind in ("item", "area"):
        inhabited = {parent for row in later.rows if row.key not in gone for parent in row.parents or ()}
        gone -= {row.key for row in later.rows if row.kind == kind and row.key in inhabited}
    return replace(
        later,
        rows=tuple(_without(row, gone) for row in later.rows if row.key not in gone),
        reports=tuple(report for report in later.reports if report.target not in gone),
        faults=tuple(fault for fault in later.faults if hidden.isdisjoint(fault.reference.split("/"))),
    )


def _all(row: Incoming, gone: set[str]) -> bool:
    return bool(row.parents) and gone.issuperset(row.parents or ())


def _without(row: Incoming, gone: set[str]) -> Incoming:
    if row.kind in _HEADINGS or not row.parents or gone.isdisjoint(row.parents):
        return row
    return replace(row, parents=tuple(parent for parent in row.parents if parent not in gone))
