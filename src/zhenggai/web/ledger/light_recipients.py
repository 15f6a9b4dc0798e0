"""Who hears that something has come into a light: the roles that the profile gives for its colour, those who act, or the office."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from zhenggai.web.ledger.recipients import LEADERS, OWNERS, answerable, holders, reach_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

Lit = tuple[int | None, str]
"""A measure, or None for what is no measure's, and the colour of the light that it has come into."""


def hearing(
    lit: Iterable[Lit], roles_of: Mapping[str, frozenset[str]], *, unit_id: int, today: dt.date
) -> dict[Lit, set[int]]:
    """Return who hears of each of `lit`; `roles_of` are the profile's roles by colour, nobody hears of a colour without roles.

    Where nobody in these roles can be told, those who act on the measure hear of it, and where none of them can, the office does.
    What is no measure's goes to the office and to those who hold one of the roles over the whole unit.
    """
    wanted = {one for one in lit if roles_of[one[1]]}
    office = holders(unit_id, ("office",), today)
    acting = answerable({measure for measure, _ in wanted if measure}, OWNERS, today)
    found: dict[Lit, set[int]] = {one: set() if one[0] else set(office) for one in wanted}
    for role in sorted({role for _, colour in wanted for role in roles_of[colour]}):
        concerned = [one for one in wanted if role in roles_of[one[1]]]
        of_measure, of_unit = _in(role, {measure for measure, _ in concerned if measure}, unit_id, today)
        for one in concerned:
            found[one] |= of_unit | of_measure.get(one[0] or 0, set())
    everybody = {person for people in (*found.values(), *acting.values()) for person in people}
    reach = reach_of(everybody, (), today)
    able = {person for person in everybody if reach.told(person, None)}
    return {
        one: next((people for people in (found[one], acting.get(one[0] or 0, set())) if people & able), office)
        for one in wanted
    }


def _in(role: str, measures: set[int], unit_id: int, today: dt.date) -> tuple[dict[int, set[int]], set[int]]:
    """Return who holds the role for each measure, and who holds it for all of them."""
    if role == "handler":
        return answerable(measures, OWNERS, today, acting=("handler",)), set()
    if role == "department_head":
        return answerable(measures, ("responsible_department",), today, acting=("department_head",)), set()
    if role in LEADERS:
        return answerable(measures, (role,), today), set()
    return defaultdict(set), holders(unit_id, (role,), today)
